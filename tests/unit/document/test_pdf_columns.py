"""Columns of a PDF's page: set from top to bottom, or beside each other."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from sources.document.forms.pdf import read_pdf
from sources.document.read import read_document

from .pages import LINES
from .test_office import set_lines

FONT = "STSong-Light"
Placed = tuple[float, float, str]


def drawn(pieces: list[Placed], size: float = 12) -> bytes:
    """Return a page with these pieces of text at their places, in points from the upper left."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont(FONT, size)
    for x, y, text in pieces:
        canvas.drawString(x, A4[1] - y, text)
    canvas.save()
    return buffer.getvalue()


def column(printed: list[tuple[bool, str]], left: float, top: float = 80) -> list[Placed]:
    return [(left + 24 * indent, top + 20 * row, text) for row, (indent, text) in enumerate(printed)]


LONG = [
    f"（{number}）{words}，新增规模以上工业企业{value}家，投资增长{value}.5%，带动就业{value}26人，"
    "群众获得感、幸福感、安全感持续增强。"
    for number, words, value in (
        ("三", "产业升级步伐加快", 11),
        ("四", "乡村全面振兴扎实推进", 12),
        ("五", "改革开放持续深化", 13),
    )
]
TEXT = [*LINES[:7], *LONG, *LINES[7:]]


def set_wide(line: str, width: float) -> list[tuple[bool, str]]:
    """Return a paragraph's printed lines, which are as wide as their characters: digits take half."""
    lines, room = [""], width - 2
    for character in line:
        wide = 0.5 if ord(character) < 128 else 1
        if room < wide:
            lines.append("")
            room = width
        lines[-1] += character
        room -= wide
    return [(not number, text) for number, text in enumerate(lines)]


PRINTED = [piece for line in TEXT for piece in set_wide(line, 18)]
HALF = (len(PRINTED) + 1) // 2
LEFT, RIGHT = column(PRINTED[:HALF], 60), column(PRINTED[HALF:], 318)
BY_COLUMN = [*LEFT, *RIGHT]
BY_ROW = sorted(BY_COLUMN, key=lambda piece: (piece[1], piece[0]))


@pytest.mark.parametrize("pieces", [BY_COLUMN, BY_ROW], ids=["by column", "by row"])
def test_columns_are_read_down(pieces: list[Placed]) -> None:
    document = read_document([drawn([(240, 50, "政府工作报告"), *pieces])], name="x.pdf")[0]
    assert document.text.replace("\n", "") == "政府工作报告" + "".join(TEXT)
    # the right column has a margin of its own: its paragraphs stay apart
    assert [line for line in document.text.split("\n") if line in TEXT[6:]] == TEXT[6:]


def test_rows_of_a_table_are_read_across() -> None:
    names = ["地区生产总值", "粮食总产量", "财政收入", "工业投资", "城镇新增就业", "居民收入", "进出口额", "用电量"]
    cells = [
        (left, 80.0 + 20 * row, text)
        for row, name in enumerate(names)
        for left, text in ((60.0, name), (300.0, f"{row + 5}.5%"))
    ]
    rest = column([piece for line in LINES for piece in set_lines(line, 34)], 60, 260)
    lines = [line.strip("\u3000") for line in read_pdf(drawn([*cells, *rest])).body.text.split("\n")]
    assert lines[:8] == [f"{name} {row + 5}.5%" for row, name in enumerate(names)]


def vertical(lines: list[str], per_column: int = 40) -> list[Placed]:
    """Return each character's place, in columns from the right; each line begins a column two characters lower."""
    pieces: list[Placed] = []
    x = 540.0
    for line in lines:
        for start in range(0, len("　　" + line), per_column):
            characters = ("　　" + line)[start : start + per_column]
            pieces += [(x, 60.0 + 14 * row, c) for row, c in enumerate(characters) if c != "　"]
            x -= 24
    return pieces


def test_columns_from_top_to_bottom() -> None:
    document = read_document([drawn(vertical(LINES))], name="x.pdf")[0]
    assert document.text.split("\n") == [line.replace(" ", "") for line in LINES]


def test_figures_set_across_a_column_are_not_guessed() -> None:
    pieces = vertical([*LINES[:6], "粮食产量增长"])
    x, y, _ = pieces[-1]
    # as Chromium writes 12% with both digits in one place: the sign between them
    pieces += [(x - 1, y + 14, "1"), (x, y + 15, "%"), (x + 6, y + 14, "2"), (x, y + 28, "。")]
    text = read_pdf(drawn(pieces)).body.text
    assert "粮食产量增长\ufffd。" in text


def test_what_the_page_cuts_off_is_not_printed() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setCropBox((50, 50, 560, 780))
    canvas.setFont(FONT, 12)
    for y, text in ((800, "裁切线外增长9%。"), *((700 - 20 * n, line) for n, line in enumerate(LINES[:8]))):
        canvas.drawString(60, y, text)
    canvas.drawString(60, 20, "裁切线外增长8%。")
    canvas.save()
    text = read_pdf(buffer.getvalue()).body.text
    assert "裁切" not in text
    assert LINES[0] in text
