"""Word files and PDFs, and files that are neither what their name says nor anything we read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx as python_docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from sources.document.read import UnreadableDocument, read_document
from sources.document.traced import to_source

from . import hostile
from .pages import HEAD, LINES, TITLE


def word_file() -> bytes:
    document = python_docx.Document()
    for line in LINES[:7]:
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("指标", "目标"), ("粮食产量", "31万吨")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    for line in LINES[7:]:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def pdf_file(
    documents: list[list[str]], columns: int = 34, rows: int = 12, head: str = "云溪县人民政府公报　2031年第2期"
) -> bytes:
    """Return a PDF set in lines of `columns` characters, with a running head and page numbers."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    printed = [line for lines in documents for text in lines for line in set_lines(text, columns)]
    for page, start in enumerate(range(0, len(printed), rows), start=1):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(72, 800, head)
        for row, (indent, line) in enumerate(printed[start : start + rows]):
            canvas.drawString(72 + 24 * indent, 770 - 22 * row, line)
        canvas.drawString(290, 30, f"- {page} -")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def set_lines(text: str, columns: int) -> list[tuple[bool, str]]:
    if len(text) < columns - 2:
        return [(True, text)]
    lines = [(True, text[: columns - 2])]
    return lines + [(False, text[at : at + columns]) for at in range(columns - 2, len(text), columns)]


def test_word() -> None:
    document = read_document([word_file()], name="report.docx")[0]
    assert document.form == "docx"
    assert document.text.split("\n") == [*LINES[:7], "指标\t目标", "粮食产量\t31万吨", *LINES[7:]]
    offset = to_source(document.source_map, document.text.index("92.4"))
    assert offset is not None
    assert document.source[offset : offset + 4] == "92.4"


@pytest.mark.parametrize("columns", [13, 18, 23, 34])
def test_pdf_is_joined_inside_words_and_numbers(columns: int) -> None:
    document = read_document([pdf_file([LINES], columns, rows=6)], name="report.pdf")[0]
    assert document.form == "pdf"
    assert document.text.replace("\n", "") == "".join(LINES)
    assert [line for line in document.text.split("\n") if line in LINES[4:]] == LINES[4:]
    assert set(document.flags) >= {"running_heads_removed", "page_numbers_removed"}


def test_pdf_of_short_lines_is_no_crash() -> None:
    lines = ["政府工作报告", "各位代表：", "全县增长5%。", "粮食产量30万吨。", "就业4126人。"] * 2
    text = read_document([pdf_file([lines])], name="report.pdf")[0].text
    assert "粮食产量30万吨。" in text.split("\n")


def test_gazette_is_parted_into_its_documents() -> None:
    contents = [
        "云溪县人民政府公报",
        "目录",
        "政府工作报告……………………………………（1）",
        "关于云溪县2030年预算执行情况的报告………………（9）",
    ]
    budget = [
        "关于云溪县2030年预算执行情况和", "2031年预算草案的报告", HEAD[0], "云溪县财政局局长 林知白", "各位代表：",
        "受县人民政府委托，现将2030年预算执行情况和2031年预算草案提请大会审议，并请列席人员提出意见。",
        "2030年全县一般公共预算收入完成6.3亿元，为预算的101.2%，增长8.1%。",
    ]  # fmt: skip
    report = ["政府工作报告", *LINES]
    found = read_document([pdf_file([contents, report, budget], 40, 14)], name="gazette.pdf")
    assert [(d.part, d.title) for d in found] == [
        (1, "政府工作报告"),
        (2, "关于云溪县2030年预算执行情况和2031年预算草案的报告"),
    ]
    assert found[0].text.replace("\n", "") == "".join(report)
    assert found[1].text.replace("\n", "") == "".join(budget)
    assert all("split_from_file" in d.flags for d in found)
    for document in found:
        offset = to_source(document.source_map, document.text.index("县财政局" if document.part == 2 else "4126"))
        assert offset is not None
        assert document.source[offset : offset + 4] in ("县财政局", "4126")


LEVELS = [("chineseCounting", "%1、"), ("japaneseCounting", "（%2）"), ("decimal", "%3."), ("bullet", "•")]
NUMBERED = [
    (0, "2030年工作回顾"), (1, "产业发展稳中向好"), (2, "工业投资增长12.6%。"), (2, "5万吨粮食颗粒归仓。"),
    (2, "旅游人次增长8.2%。"), (1, "民生保障持续加强"), (3, "新建口袋公园6处。"), (0, "2031年工作安排"),
    (1, "扩大有效投资"),
]  # fmt: skip
PRINTED = [
    "一、2030年工作回顾", "（一）产业发展稳中向好", "1.工业投资增长12.6%。", "5万吨粮食颗粒归仓。",
    "3.旅游人次增长8.2%。", "（二）民生保障持续加强", "新建口袋公园6处。", "二、2031年工作安排", "（一）扩大有效投资",
]  # fmt: skip


def numbered_file(*, by_style: bool = False, levels: list[tuple[str, str]] = LEVELS) -> bytes:
    """Return a Word file whose headings Word numbers itself, by the paragraph or by its style."""
    document = python_docx.Document()
    numbering = document.part.numbering_part.element
    depths = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{depths}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for line in LINES[:4]:
        document.add_paragraph(line)
    for depth, text in NUMBERED:
        number = parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="90"/></w:numPr>')
        if by_style:
            paragraph = document.add_paragraph(text, style=f"Heading {depth + 1}")
            properties = paragraph.style.element.get_or_add_pPr()
            if properties.numPr is None:
                properties.append(number)
        else:
            document.add_paragraph(text)._p.get_or_add_pPr().append(number)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("by_style", [False, True])
def test_words_automatic_numbers_are_restored(by_style: bool) -> None:
    document = read_document([numbered_file(by_style=by_style)], name="report.docx")[0]
    assert document.text.split("\n")[4:] == PRINTED
    assert "numbering_restored" in document.flags
    for offset, character in enumerate(document.text):
        if not character.isspace():
            origin = to_source(document.source_map, offset)
            assert origin is not None
            assert document.source[origin] == character


def test_numbers_of_no_known_form_are_not_made_up() -> None:
    levels = [("ideographZodiac", "%1、"), ("upperRoman", "（%2）"), ("bullet", ""), ("bullet", "•")]
    document = read_document([numbered_file(levels=levels)], name="report.docx")[0]
    assert document.text.split("\n")[4:] == [text for _, text in NUMBERED]
    assert document.flags == ()


def test_scan_asks_for_ocr() -> None:
    with pytest.raises(UnreadableDocument, match="OCR") as caught:
        read_document([hostile.empty_pdf(3)], name="scan.pdf")
    assert caught.value.reason == "unreadable"


@pytest.mark.parametrize("name", ["report.txt", "report.pdf", "report", "report.doc"])
def test_bytes_decide_and_not_the_name(name: str) -> None:
    assert read_document([word_file()], name=name)[0].form == "docx"
    assert read_document([pdf_file([LINES])], name=name)[0].form == "pdf"
    assert read_document(["\n".join(LINES).encode("gb18030")], name=name)[0].form == "txt"
    assert read_document([f"<html><body><p>{TITLE}<p>{'<p>'.join(LINES)}".encode()], name=name)[0].form == "html"


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (archive("[Content_Types].xml", "xl/workbook.xml"), "sheets"),
        (archive("mimetype", "content.xml"), "docx"),
        (bytes(range(256)) * 20, "no known form"),
    ],
)
def test_unsupported_forms_say_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words) as caught:
        read_document([data], name="report.pdf")
    assert caught.value.reason == "unsupported_format"


@pytest.mark.parametrize(
    "data",
    [
        word_file()[:3000], pdf_file([LINES])[:300], hostile.looping_pdf(), archive("word/x.xml"),
        archive("OFD.xml", "Doc_0/Document.xml"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), b"{\\rtf1 x}",
        b"{\\rtf1", archive("a.txt"), archive(),
    ],
)  # fmt: skip
def test_damaged_files_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_document([data], name=str(Path("report")))
    assert caught.value.reason == "unreadable"
