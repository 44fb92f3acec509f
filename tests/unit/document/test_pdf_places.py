"""What only the places of a PDF's characters tell: signs at line ends, raised digits, breaks that are none."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from sources.document.forms.pdf import _read_pages, read_pdf
from sources.document.read import read_document

from . import hostile
from .pages import LINES
from .test_office import set_lines

FONT = "STSong-Light"
#: text, size and rise of a piece of a line
Piece = tuple[str, float, float]


def page(lines: list[list[Piece]], left: float = 72, scale: float = 1, raise_: str = "draw") -> bytes:
    """Return a page of these lines above the report's; `raise_` by drawing pieces apart or as a text's rise (Ts)."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.scale(scale, scale)
    height = 800 / scale
    rest = [[("　" * (2 * indent) + text, 12.0, 0.0)] for line in LINES[:8] for indent, text in set_lines(line, 34)]
    for line in [*lines, *rest]:
        x = left
        text = canvas.beginText(x, height)
        for words, size, rise in line:
            if raise_ == "draw":
                canvas.setFont(FONT, size / scale)
                canvas.drawString(x / scale, height + rise / scale, words)
                x += pdfmetrics.stringWidth(words, FONT, size)
            else:
                text.setFont(FONT, size)
                text.setRise(rise)
                text.textOut(words)
        if raise_ != "draw":
            canvas.drawText(text)
        height -= 20 / scale
    canvas.save()
    return buffer.getvalue()


def plain(*texts: str) -> list[list[Piece]]:
    return [[(text, 12, 0)] for text in texts]


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("地区生产总值增长-", "2.3%。", "地区生产总值增长-2.3%。"),
        ("房地产开发投资增速为-", "5%左右。", "房地产开发投资增速为-5%左右。"),
        ("固定资产投资增速由-", "3.2%转为4.1%。", "固定资产投资增速由-3.2%转为4.1%。"),
        ("一般公共预算收入达到25亿元-", "30亿元。", "一般公共预算收入达到25亿元-30亿元。"),
        ("地区GDP-", "2.3%。", "地区GDP-2.3%。"),
        ("推进京城-", "云溪铁路。", "推进京城-云溪铁路。"),
        ("地区生产总值增长－", "2.2%。", "地区生产总值增长－2.2%。"),
        ("财政收入增幅—", "2.3%。", "财政收入增幅—2.3%。"),
        ("财政收入增长–", "2.3%。", "财政收入增长–2.3%。"),
        ("财政收入增长−", "2.3%。", "财政收入增长−2.3%。"),
        ("财政收入增长5%—", "6%。", "财政收入增长5%—6%。"),
        ("推进e-", "mail办公。", "推进email办公。"),
    ],
)
def test_a_dash_at_a_lines_end_is_kept_with_its_figure(first: str, second: str, wanted: str) -> None:
    text = read_document([page(plain(first, second))], name="x.pdf")[0].text
    assert text.split("\n")[0] == wanted


@pytest.mark.parametrize(
    ("first", "second"),
    [("政府工作报告——", "2031年1月12日。"), ("关于云溪县的报告—", "2031年1月12日。"), ("— 5 —", "30亿元。")],
)
def test_other_dashes_join_nothing(first: str, second: str) -> None:
    text = read_document([page(plain("政府工作", first, second))], name="x.pdf")[0].text
    assert second in text.split("\n")


RAISED = [
    ([("粮食产量", 12, 0), ("2", 7, 7), ("120万吨。", 12, 0)], "粮食产量120万吨。"),
    ([("高标准农田", 12, 0), ("3", 7, 4), ("15万亩。", 12, 0)], "高标准农田15万亩。"),
    ([("高标准农田", 12, 0), ("[3]", 7, 4), ("15万亩。", 12, 0)], "高标准农田[3]15万亩。"),  # harmless
    ([("高标准农田", 12, 0), ("注3", 7, 4), ("15万亩。", 12, 0)], "高标准农田15万亩。"),
    ([("高标准农田15", 12, 0), ("12", 7, 4), ("万亩。", 12, 0)], "高标准农田15万亩。"),
    ([("面积3.5km", 12, 0), ("2", 7, 4), ("，新建。", 12, 0)], "面积3.5km2，新建。"),
    ([("产量3.5×10", 12, 0), ("4", 7, 4), ("吨。", 12, 0)], "产量3.5×10^4吨。"),
    ([("增长1", 12, 0), ("2", 7, 4), (".5%。", 12, 0)], "增长1\ufffd.5%。"),
    ([("增长", 12, 0), ("12.5", 7, 4), ("%。", 12, 0)], "增长\ufffd%。"),
    ([("增长", 12, 0), ("12.5", 9, 0), ("%。", 12, 0)], "增长12.5%。"),
    ([("增长", 12, 0), ("12.5", 12, 3), ("%。", 12, 0)], "增长12.5%。"),
    ([("增长", 12, 0), ("12.5", 7, -3), ("%。", 12, 0)], "增长12.5%。"),
    ([("增长", 9, 0), ("12.5", 12, 0), ("%。", 9, 0)], "增长12.5%。"),
    ([("全县", 12, 0), ("生产总值增长7.5个百分点", 7, 4), ("。", 12, 0)], "全县生产总值增长7.5个百分点。"),
]


@pytest.mark.parametrize("scale", [1, 0.5])
@pytest.mark.parametrize(("pieces", "wanted"), RAISED)
def test_small_raised_digits(pieces: list[Piece], wanted: str, scale: float) -> None:
    draft = read_pdf(page([pieces], scale=scale))
    assert draft.body.text.split("\n")[0].strip() == wanted
    for character, origin in zip(draft.body.text, draft.body.origins, strict=True):
        assert origin < 0 or draft.source[origin] == character or character in "^4\ufffd"


def test_raised_by_the_texts_own_rise() -> None:
    for pieces, wanted in RAISED[:4]:
        assert read_pdf(page([pieces], raise_="rise")).body.text.split("\n")[0].strip() == wanted


def test_cells_that_stand_beside_each_other_are_no_marks() -> None:
    pieces = [("粮食产量", 12.0, 0.0), ("　　", 12.0, 0.0), ("120", 9.0, 1.0), ("　　", 12.0, 0.0), ("130", 9.0, 1.0)]
    assert "120" in read_pdf(page([pieces])).body.text


def test_rare_characters_do_not_move_the_places() -> None:
    """pdfium counts a character outside of the basic plane as two."""
    content = b"BT /F 12 Tf 72 1100 Td <0001000200030004> Tj /F 7 Tf 5 Ts <0005> Tj /F 12 Tf 0 Ts <000600070008> Tj ET"
    table = "".join(
        f"1 beginbfchar <{code:04X}> <{character.encode('utf-16-be').hex()}> endbfchar\n"
        for code, character in enumerate("\U00020bb7林人口212万", start=1)
    )
    table = f"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n{table}"
    font = b"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>"
    data = hostile.pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            # a size that the page inherits: text high on it is inside
            b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 400 1200]>>",
            b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>",
            font,
            b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream",
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/DW 1000/CIDSystemInfo"
            b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
            b"<</Length %d>>stream\n" % len(table) + table.encode() + b"\nendstream",
        ]
    )
    with pypdfium2.PdfDocument(data) as document:
        pages, _ = _read_pages(document)
    assert [line.text.text for line in pages[0]] == ["\U00020bb7林人口12万"]
