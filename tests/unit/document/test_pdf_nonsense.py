"""PDFs whose fonts don't say which characters they draw are refused, and others are not."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from sources.document.errors import UnreadableDocument
from sources.document.forms.nonsense import is_no_prose, is_nonsense
from sources.document.forms.pdf import read_pdf
from sources.document.read import read_document

from . import hostile
from .pages import LINES
from .test_office import set_lines


@pytest.fixture(autouse=True)
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra is not installed: with it such a file is read from its pictures (``test_ocr.py``)."""
    monkeypatch.setattr("sources.document.forms.pdf.ocr_installed", lambda: False)


PRINTED = [printed for line in LINES for _, printed in set_lines(line, 34)]
CODES = {character: number for number, character in enumerate(sorted(set("".join(PRINTED))), start=33)}


def coded_pdf(pages: list[Callable[[str], str] | None]) -> bytes:
    """Return a PDF of the report, a page each time, whose font draws glyphs by number.

    Each page has a table (ToUnicode) that leads from glyphs to what its function makes of the characters, or none.
    """
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    for unicode_of in pages:
        first = len(objects) + 1
        kids.append(b"%d 0 R" % first)
        lines = (b"<" + b"".join(b"%04X" % CODES[c] for c in line) + b"> Tj T*\n" for line in PRINTED)
        content = b"BT /F 12 Tf 72 800 Td 20 TL\n" + b"".join(lines) + b"ET"
        table = b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n" + b"".join(
            b"1 beginbfchar <%04X> <%s> endbfchar\n" % (code, unicode_of(c).encode("utf-16-be").hex().encode())
            for c, code in CODES.items()
            if unicode_of
        )
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F %d 0 R>>>>>>"
            % (first + 1, first + 2),
            b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream",
            b"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Song/Encoding/Identity-H/DescendantFonts[%d 0 R]%s>>"
            % (first + 3, b"/ToUnicode %d 0 R" % (first + 4) if unicode_of else b""),
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+Song/DW 1000/CIDSystemInfo"
            b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
            b"<</Length %d>>stream\n" % len(table) + table + b"\nendstream",
        ]
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), b" ".join(kids))
    return hostile.pdf(objects)


def as_it_is(character: str) -> str:
    return character


def moved(character: str) -> str:
    """Return another Chinese character for each, as a table of the wrong font has."""
    return chr(ord(character) + 57) if "\u4e00" <= character < "\u9f00" else character


def private(character: str) -> str:
    return chr(0xE000 + CODES[character])


def latin(character: str) -> str:
    return chr(0xC0 + CODES[character] % 64)


def unknown(_character: str) -> str:
    return "\ufffd"


def foreign(character: str) -> str:
    return chr(0xAC00 + CODES[character])


def control(character: str) -> str:
    return chr(3 + CODES[character] % 5) if ord(character) > 255 else character


def test_a_table_that_is_right_is_read() -> None:
    text = read_document([coded_pdf([as_it_is])], name="x.pdf")[0].text
    assert "92.4亿元" in text


@pytest.mark.parametrize("unicode_of", [None, moved, private, latin, unknown, foreign, control])
def test_nonsense_asks_for_ocr(unicode_of: Callable[[str], str] | None) -> None:
    with pytest.raises(UnreadableDocument, match=r"nonsense.*ocr") as caught:
        read_pdf(coded_pdf([unicode_of] * 2))
    assert caught.value.reason == "unreadable"


def test_a_character_outside_of_the_basic_plane_hides_no_place() -> None:
    """pdfium counts it as two: the places of all that follow would be another's."""
    draft = read_pdf(coded_pdf([lambda c: "\U00020bb7" if c == "溪" else c]))
    assert "云\U00020bb7县" in draft.body.text
    assert [line for line in draft.body.text.split("\n") if line.startswith("——")] == [
        LINES[0].replace("溪", "\U00020bb7")
    ]
    for character, origin in zip(draft.body.text, draft.body.origins, strict=True):
        assert origin < 0 or draft.source[origin] == character


def test_one_page_of_nonsense_is_left_out_and_told() -> None:
    draft = read_pdf(coded_pdf([*[as_it_is] * 11, private]))
    assert "pages_unreadable" in draft.flags
    assert not any("\ue000" <= c < "\uf900" for c in draft.body.text)
    with pytest.raises(UnreadableDocument, match="nonsense"):
        read_pdf(coded_pdf([*[as_it_is] * 5, private]))


def test_a_glyph_without_a_character_is_no_part_of_a_number() -> None:
    draft = read_pdf(coded_pdf([lambda c: "\x05" if c == "2" else c]))
    assert "9\ufffd.4亿元" in draft.body.text


@pytest.mark.parametrize(
    "text",
    [
        "The county's GDP grew by 7.5% to 9.24 billion yuan, and grain output exceeded 310,000 tonnes in the year. "
        * 3,
        "项目\t单位\t2030年\t2031年\n地区生产总值\t亿元\t92.4\t98.0\n粮食总产量\t万吨\t31.2\t31.5\n①②③●◆□☑→≥≤±×÷℃㎡‰％"
        * 4,
        "⼀、⼯作总体要求。⾼质量发展，⼈⺠⽣活⽔平，⽣产总值，⼤⼒推进，⽇⽉⻓⻝，⼗⽥⽬⾏⽀⾃⾦⼊" * 4,
        "國民經濟與社會發展，實現產業轉型升級，建設現代化經濟體系，推進鄉村全面振興，" * 10,
        "（yún xī）云溪县，α粒子、β系数，Ⅲ类水质，№5，カタカナ，㈠㈡，½，25°，10³，A·B，café" * 3,
    ],
)
def test_what_chinese_documents_are_written_in_is_no_nonsense(text: str) -> None:
    assert not is_nonsense(text)
    assert not is_no_prose(text)


def test_a_page_that_is_a_picture_among_pages_of_text_is_told() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    for page in ("text", "picture", "text"):
        canvas.setFont("STSong-Light", 12)
        for number, line in enumerate(PRINTED if page == "text" else []):
            canvas.drawString(60, 780 - 18 * number, line)
        if page == "picture":
            canvas.drawInlineImage(Image.new("L", (200, 200), 128), 100, 300)
        canvas.showPage()
    canvas.save()
    assert "pages_are_pictures" in read_pdf(out.getvalue()).flags
