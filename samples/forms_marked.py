"""A short text with all that a print leaves out: struck, hidden, deleted, raised, and a list, a table and a note.

What belongs here: the files `samples/forms/marked.*` and what their print says. What does not: whole reports
(``forms_made.py``).

Made once, by LibreOffice 7.4.7.2 from a DOCX: `python -m samples.forms_marked`.
"""

from __future__ import annotations

import io

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from samples.forms_made import HERE, converted

#: what is printed of it, cells parted by tabs
PRINTED = [
    "松洄县政府工作报告",
    "2022年全县生产总值增长6.5%，财政收入完成63亿元，绿地面积120km2，惠及约10^4户，企业达到874家，就业4100人。",
    "指标\t2022年\t2023年",
    "粮食产量\t31万吨\t33",
    "一、产业发展稳中向好",
    "二、民生保障持续加强",
    "投资增长4.4%，各项任务全面完成。",
]
_TEXT = (
    ("2022年全县生产总值增长", ""), ("9.9", "strike"), ("6.5%，财政收入", ""), ("88", "vanish"), ("完成63亿元", ""),
    ("1", "raised"), ("，绿地面积120km", ""), ("2", "raised"), ("，惠及约10", ""), ("4", "raised"), ("户，企业", ""),
    ("5", "raised"), ("达到874家，就业", ""), ("77", "dstrike"), ("4100人。", ""),
)  # fmt: skip
_NUMBERED = (
    '<w:abstractNum {} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
)
_CHANGE = 'w:id="{}" w:author="县政府办" w:date="2023-01-04T09:00:00Z"'


def word() -> bytes:
    """Return the text as DOCX."""
    document = Document()
    document.add_paragraph(PRINTED[0])
    paragraph = document.add_paragraph()
    for text, look in _TEXT:
        font = paragraph.add_run(text).font
        # what is not set is left unsaid: LibreOffice takes "not struck twice" for "not struck"
        font.strike, font.double_strike = look == "strike" or None, look == "dstrike" or None
        font.hidden, font.superscript = look == "vanish" or None, look == "raised" or None
    grid = document.add_table(rows=2, cols=3)
    for row, line in zip(grid.rows, PRINTED[2:4], strict=True):
        for cell, text in zip(row.cells, line.split("\t"), strict=True):
            cell.text = text
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(_NUMBERED.format(nsdecls("w"))))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for line in PRINTED[4:6]:
        number = parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="90"/></w:numPr>')
        document.add_paragraph(line[2:])._p.get_or_add_pPr().append(number)
    changed = document.add_paragraph("投资增长")
    deleted = f"<w:del {nsdecls('w')} {_CHANGE.format(1)}><w:r><w:delText>3.3</w:delText></w:r></w:del>"
    inserted = f"<w:ins {nsdecls('w')} {_CHANGE.format(2)}><w:r><w:t>4.4</w:t></w:r></w:ins>"
    changed._p.append(parse_xml(deleted))
    changed._p.append(parse_xml(inserted))
    changed.add_run("%，各项任务全面完成。")
    section = document.sections[0]
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = "松洄县人民政府办公室印", "第99页"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


if __name__ == "__main__":
    for form in ("doc", "rtf"):
        (HERE / "forms" / f"marked.{form}").write_bytes(converted(word(), form))
