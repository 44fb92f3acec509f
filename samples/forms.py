"""A report as a file that is no web page: DOCX with a table, PDF with running heads, plain text as people save it.

What belongs here: printing a report in these forms. What does not: web pages (``designs``). Bytes are the same for the
same report, so that a rebuilt sample shows no change: dates inside the files are those of publication.
"""

from __future__ import annotations

import datetime
import io
import zipfile

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from samples.world.compose import Report

FONT = "STSong-Light"
SIZE, LEADING, MARGIN = 12, 20, 72
PER_LINE = int((A4[0] - 2 * MARGIN) // SIZE)


def docx(report: Report, table: list[tuple[str, ...]]) -> bytes:
    """Return the report as DOCX with `table` (rows of cells, the first is the head) behind the goals' paragraph."""
    document = Document()
    document.styles["Normal"].font.size = Pt(14)
    stamp = datetime.datetime.combine(report.published, datetime.time(9))
    properties = document.core_properties
    properties.title, properties.author = report.title, report.publisher
    properties.created = properties.modified = stamp
    properties.last_modified_by = report.publisher
    for number, line in enumerate(report.lines):
        paragraph = document.add_paragraph(line)
        if number < 3:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if line == report.goals:
            grid = document.add_table(rows=0, cols=len(table[0]))
            grid.style = "Table Grid"
            for cells in table:
                for cell, words in zip(grid.add_row().cells, cells, strict=True):
                    cell.text = words
    out = io.BytesIO()
    document.save(out)
    return _same_bytes(out.getvalue(), stamp)


def _same_bytes(data: bytes, stamp: datetime.datetime) -> bytes:
    """Return the ZIP with every member dated `stamp`: else each build would differ."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, stamp.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return out.getvalue()


def pdf(report: Report) -> bytes:
    """Return the report as PDF: every line cut at the margin, inside words and numbers too; heads and page numbers."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(report.title)
    lines = [piece for number, line in enumerate(report.lines) for piece in _cut(line, centred=number < 3)]
    per_page = int((A4[1] - 2 * MARGIN - 20) // LEADING)
    for page, start in enumerate(range(0, len(lines), per_page), 1):
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(
            A4[0] / 2, A4[1] - 40, f"{report.region.name}人民政府公报　　{report.published.year}年第1期"
        )
        canvas.drawCentredString(A4[0] / 2, 36, f"— {page} —")
        canvas.setFont(FONT, SIZE)
        for row, (text, centred) in enumerate(lines[start : start + per_page]):
            height = A4[1] - MARGIN - LEADING * row
            if centred:
                canvas.drawCentredString(A4[0] / 2, height, text)
            else:
                canvas.drawString(MARGIN, height, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _cut(line: str, centred: bool) -> list[tuple[str, bool]]:
    if centred:
        return [(line, True)]
    pieces, current, width = [], "", 0.0
    for character in f"　　{line}":
        step = 0.5 if ord(character) < 128 else 1.0
        if width + step > PER_LINE:
            pieces.append((current, False))
            current, width = "", 0.0
        current += character
        width += step
    return [*pieces, (current, False)]


def text(report: Report) -> bytes:
    """Return plain UTF-8 text, a paragraph a line."""
    return (report.text + "\n").encode()


def text_escaped(report: Report) -> bytes:
    r"""Return text as databases dump it: one line with literal ``\r\n`` and ``&nbsp;``, behind a head of fields."""
    body = "\\r\\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{line}" for line in report.lines)
    head = f"标题：{report.title}\n发文单位：{report.region.name}人民政府\n发文时间：{report.published}\n\n正文：\n\n"
    return (head + body + "\n").encode()


def text_wrapped(report: Report, width: int = 34) -> bytes:
    """Return GB18030 text with hard breaks every `width` characters, inside words and numbers, as mailers leave it."""
    lines = []
    for line in report.lines:
        indented = line if line.startswith(("政府工作报告", "——", "各位代表：")) else f"　　{line}"
        lines += [indented[start : start + width] for start in range(0, len(indented), width)]
    return ("\r\n".join(lines) + "\r\n").encode("gb18030")
