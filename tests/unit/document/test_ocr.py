"""Pictures and scanned PDFs read by OCR, held against the texts that they show."""

from __future__ import annotations

import io
import os
import socket
import struct
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import samples
from samples.world.compose import reports
from sources.bounded import Failure, run_bounded
from sources.document.cleaning.clean import clean
from sources.document.errors import UnreadableDocument
from sources.document.forms import ocr, recognisable, recognition
from sources.document.forms.pictures import picture_pages
from sources.document.forms.sniff import sniff
from sources.document.forms.twice import UNREADABLE
from sources.document.read import read_document
from sources.document.traced import to_source
from sources.extraction import ReportContext, extract
from sources.fonts import font_file

from . import spoilt

needs_ocr = pytest.mark.skipif(not recognisable.ocr_installed(), reason='missing: pip install "baogao[ocr]"')
FOLDER = Path(samples.__file__).parent
#: strict fields, those of tests/unit/test_sample_reading.py
FIELDS = ("indicator", "measure", "value", "value_upper", "unit", "qualifier", "status", "period_start", "period_end",
          "scope")  # fmt: skip
LINES = (
    "预计2022年地区生产总值完成1697.6亿元，增长3.4%。",
    "一般公共预算收入完成148.63亿元、增长2.6%。",
    "城乡居民人均可支配收入分别达到41769元和19378元，",
    "分别增长4.1%和4.7%。外贸进出口总额373.3亿元，",
    "增长6.5%，其中出口总额270亿元、增长8%。",
    "城镇新增就业9.76万人，城镇登记失业率3.4%，",
    "居民消费价格涨幅控制在1.9%。",
)


def picture(lines: tuple[str, ...] = LINES, size: int = 40, left: int = 30) -> Image.Image:
    font = ImageFont.truetype(str(font_file()), size)
    page = Image.new(
        "L", (left * 2 + max(int(font.getlength(line)) for line in lines), 2 * size * (len(lines) + 1)), 255
    )
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        draw.text((left, size + 2 * size * number), line, font=font, fill=0)
    return page


def as_bytes(page: Image.Image, form: str = "PNG", **how: Any) -> bytes:
    out = io.BytesIO()
    page.save(out, form, **how)
    return out.getvalue()


def read_lines(data: bytes) -> list[str]:
    return [line.strip() for line in ocr.read_picture([data]).body.text.split("\n")]


def strict(text: str, report_id: str) -> set[tuple[Any, ...]]:
    stem = report_id.removesuffix("_excerpt")
    report = next(r for r in reports() if r.report_id == stem)
    context = ReportContext(
        report_id, report.report_year, report.region.name, report.region.level, meeting_date=report.meeting
    )
    return {tuple(row[f] for f in FIELDS) for row in extract(text, context).observations if row["value"] is not None}


def held_against_its_twin(name: str, report_id: str) -> None:
    (document,) = read_document([(FOLDER / "forms" / name).read_bytes()], name=name)
    assert "ocr" in document.flags
    wanted = strict((FOLDER / "reports" / f"{report_id}.txt").read_text(encoding="utf-8"), report_id)
    found = strict(document.text, report_id)
    assert len(wanted) >= 10
    assert 2 * len(wanted & found) / (len(wanted) + len(found)) >= 0.97
    values = {(row[0], row[2]) for row in wanted}
    assert [row for row in found if (row[0], row[2]) not in values] == []


@needs_ocr
def test_a_scanned_pdf_says_what_its_text_says() -> None:
    held_against_its_twin("scanned.pdf", "990100_2023_excerpt")


@needs_ocr
@pytest.mark.slow
@pytest.mark.parametrize("name", ["scanned_300dpi.tif", "strip_150dpi.png"])
def test_a_picture_says_what_its_text_says(name: str) -> None:
    held_against_its_twin(name, "990221_2024")


@needs_ocr
@pytest.mark.parametrize(
    "made",
    [
        lambda p: as_bytes(p, "PNG"),
        lambda p: as_bytes(p.convert("1"), "TIFF", compression="group4"),
        lambda p: as_bytes(p.convert("RGB"), "JPEG", quality=70),
        lambda p: as_bytes(p.convert("CMYK"), "JPEG", quality=90),
        lambda p: as_bytes(p.point(lambda v: 255 - v), "PNG"),
        lambda p: as_bytes(p.rotate(180), "PNG"),
        lambda p: as_bytes(p.rotate(90, expand=True), "PNG"),
        lambda p: as_bytes(p.rotate(-90, expand=True), "PNG"),
        lambda p: as_bytes(p.rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor=255), "PNG"),
        lambda p: as_bytes(p.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=b"Exif\0\0" + _exif(6)),
    ],
    ids=["png", "tiff", "jpeg", "cmyk", "white_on_black", "upside_down", "left", "right", "askew", "exif"],
)  # fmt: skip
def test_every_form_and_position_of_a_picture_is_read(made: Callable[[Image.Image], bytes]) -> None:
    assert_read(read_lines(made(picture())))


@pytest.mark.parametrize(
    "made",
    [
        lambda p: as_bytes(p, "BMP"),
        lambda p: as_bytes(p.convert("P"), "GIF"),
        lambda p: as_bytes(p, "WEBP", lossless=True),
        lambda p: as_bytes(p.convert("I;16").point(lambda v: v * 200), "PNG"),
        lambda p: as_bytes(Image.merge("LA", (Image.new("L", p.size, 0), p.point(lambda v: 255 - v))), "PNG"),
    ],
    ids=["bmp", "gif", "webp", "16bit", "clear"],
)  # fmt: skip
def test_a_form_that_loses_nothing_gives_the_page_that_was_drawn(made: Callable[[Image.Image], bytes]) -> None:
    """It is read as the page of the test above is, which takes seconds."""
    data = made(picture())
    assert sniff(data, name="x") == "picture"
    (page,) = picture_pages(data)
    assert np.array_equal(page, np.asarray(picture()))


def assert_read(lines: list[str]) -> None:
    """Hold lines to LINES: nothing else is read, and at most one number not at all."""
    assert [len(line) for line in lines] == [len(line) for line in LINES]
    pairs = [pair for line, true in zip(lines, LINES, strict=True) for pair in zip(line, true, strict=True)]
    assert {(read, true) for read, true in pairs if read != true and read != UNREADABLE} <= {(";", "；"), (":", "：")}
    assert sum(UNREADABLE in line for line in lines) <= 1


def _exif(orientation: int) -> bytes:
    return b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0" + struct.pack("<HH", orientation, 0) + b"\0\0\0\0"


@needs_ocr
def test_pages_are_read_in_order() -> None:
    first, second = picture(LINES[:3]), picture(LINES[3:])
    data = as_bytes(first, "TIFF", save_all=True, append_images=[second])
    assert_read(read_lines(data))
    together = ocr.read_picture([as_bytes(first), as_bytes(second)]).body.text.split("\n")
    assert_read([line.strip() for line in together])


@needs_ocr
def test_two_columns_are_read_one_after_the_other() -> None:
    left = tuple(line[:14] for line in LINES[:6])
    right = tuple(line[-13:] for line in LINES[:6])
    one, other = picture(left), picture(right)
    page = Image.new("L", (one.width + other.width + 40, max(one.height, other.height)), 255)
    page.paste(one, (0, 0))
    page.paste(other, (one.width + 40, 0))
    lines = read_lines(as_bytes(page))
    assert [line[:4] for line in lines] == [line[:4] for line in (*left, *right)]


@needs_ocr
def test_origins_lead_to_what_was_read() -> None:
    draft = ocr.read_picture([as_bytes(picture())])
    (document,) = clean(draft)
    assert document.form == "picture"
    for at, character in enumerate(document.text):
        place = to_source(document.source_map, at)
        assert place is None or draft.source[place] == character


@needs_ocr
def test_what_covers_a_digit_keeps_the_number_out() -> None:
    page = picture()
    font = ImageFont.truetype(str(font_file()), 40)
    left = 30 + int(font.getlength(LINES[0].split("97.6")[0]))
    ImageDraw.Draw(page).rectangle((left - 8, 40, left + 10, 90), fill=0)
    text = "\n".join(read_lines(as_bytes(page)))
    assert "1697.6" not in text
    assert "148.63亿元" in text
    found = strict(text, "990100_2023_excerpt")
    assert not [row for row in found if row[0] == "gdp" and row[1] == "level"]


@needs_ocr
def test_a_line_that_was_not_found_leaves_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Detection misses a line now and then; here it is made to, and all else is as it is."""
    lines = ("地区生产总值达到1697.6亿元，比上年增长1", "项目三百余个，投资增长很快，占全部的1", "5.2%，总体平稳。")
    find_lines = ocr.find_lines
    monkeypatch.setattr(ocr, "find_lines", lambda page: sorted(find_lines(page), key=lambda q: q[0][1])[::2])
    text = "\n".join(read_lines(as_bytes(picture(lines))))
    assert UNREADABLE in text
    assert "15.2%" not in "".join(text.split())
    assert "5.2%" not in text


@needs_ocr
def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The models are the package's own files: they are loaded anew where no socket can be opened."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    recognition.engine.cache_clear()
    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    assert_read(read_lines(as_bytes(picture())))


def test_without_the_extra_a_picture_and_a_scan_are_refused_with_the_remedy() -> None:
    script = (
        "import sys; sys.modules.update(dict.fromkeys(('rapidocr', 'onnxruntime', 'cv2')))\n"
        "from sources.document.read import UnreadableDocument, read_document\n"
        "for path in sys.argv[1:]:\n"
        "    try: read_document([open(path, 'rb').read()], name=path)\n"
        "    except UnreadableDocument as error: print(error)\n"
    )
    paths = [str(FOLDER / "forms" / name) for name in ("strip_150dpi.png", "scanned.pdf")]
    told = subprocess.run([sys.executable, "-c", script, *paths], capture_output=True, text=True, check=True).stdout
    picture_told, scan_told = told.splitlines()
    assert picture_told.startswith("unsupported_format: ") and 'pip install "baogao[ocr]"' in picture_told
    assert scan_told.startswith("unreadable: ") and 'pip install "baogao[ocr]"' in scan_told


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 9_000))
        + _chunk(b"IEND", b"")
    )


@needs_ocr
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_png(100_000, 100_000), "hostile"),
        (_png(2**31 - 1, 2**31 - 1), "hostile"),
        (_png(6, 6), "unreadable"),
        (as_bytes(picture())[:900], "unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "unreadable"),
        (as_bytes(Image.new("L", (800, 600), 255)), "unreadable"),
    ],
    ids=["bomb", "largest", "tiny", "cut", "zeros", "blank"],
)
def test_what_is_no_page_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as told:
        read_document([data], name="x.png")
    assert told.value.reason == reason


@needs_ocr
@pytest.mark.slow
def test_spoilt_pictures_bring_nothing_down(tmp_path: Path) -> None:
    paths = []
    for seed in range(300):
        path = tmp_path / f"{seed}.bin"
        path.write_bytes(spoilt.spoilt(seed))
        paths.append(str(path))
    ended: Counter[str] = Counter()
    for path, value in run_bounded(spoilt.read, paths, workers=2, timeout=120.0):
        assert not isinstance(value, Failure), (path, value)
        reason, numbers = value
        ended[reason] += 1
        assert all(surface == text for surface, text in numbers), path
    assert set(ended) <= {"text", "unreadable", "unsupported_format", "hostile"}
    assert ended["text"] >= 100
    assert ended["unreadable"] >= 30


@needs_ocr
@pytest.mark.slow
@pytest.mark.parametrize("dpi", [300, 150])
def test_a_page_is_read_in_bounds(dpi: int, tmp_path: Path) -> None:
    """A full page within 60 s of a quiet machine, and within what a process may have."""
    with Image.open(FOLDER / "forms" / "scanned_300dpi.tif") as scan:
        scan.seek(2)
        page = scan.convert("L").resize((2479 * dpi // 300, 3508 * dpi // 300))
    path = tmp_path / "page.png"
    path.write_bytes(as_bytes(page))
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    ((_, value),) = run_bounded(spoilt.read, [str(path)], workers=1, timeout=60.0 * busy)
    assert not isinstance(value, Failure), value
    assert value[0] == "text"
