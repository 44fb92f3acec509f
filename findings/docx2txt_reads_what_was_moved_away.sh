#!/usr/bin/env bash
# docx2txt 0.9: of a file with tracked changes deleted text is left out, text that was moved is read at the place that it left as well as
# at the new one. What was moved and then mended there is told twice, with the old figure and the new one, and nothing says which is
# printed. A text box is told twice as well: once as Word draws it and once as it is kept for programs that can't.
#
# Seen: of a paragraph whose 88.1 was deleted for 88.3 one figure; of one that was moved and then says 88.3 instead of 88.1 both, the old
# one first; the figure of a text box twice.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install docx2txt==0.9
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import re
import sys
import zipfile

import docx2txt

OFFICE = "http://schemas.openxmlformats.org"
NAMES = f'xmlns:w="{OFFICE}/wordprocessingml/2006/main" xmlns:mc="{OFFICE}/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" ' \
    f'xmlns:wp="{OFFICE}/drawingml/2006/wordprocessingDrawing" xmlns:a="{OFFICE}/drawingml/2006/main" ' \
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
TYPES = f"""<Types xmlns="{OFFICE}/package/2006/content-types"><Default Extension="rels"
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml"
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = f"""<Relationships xmlns="{OFFICE}/package/2006/relationships"><Relationship Id="r1"
Type="{OFFICE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""


def run(text, tag="t"):
    return f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"


def figures(body):
    with zipfile.ZipFile("report.docx", "w") as file:
        file.writestr("[Content_Types].xml", TYPES)
        file.writestr("_rels/.rels", RELATIONS)
        file.writestr("word/document.xml", f"<w:document {NAMES}><w:body>{body}</w:body></w:document>")
    return re.findall(r"\d+\.\d", docx2txt.process("report.docx"))


MARK = 'w:id="{}" w:author="a" w:date="2024-01-02T00:00:00Z"'
deleted = f"<w:del {MARK.format(1)}>{run('88.1', 'delText')}</w:del><w:ins {MARK.format(2)}>{run('88.3')}</w:ins>"
mended = f"<w:p>{run('财政收入')}{deleted}{run('亿元。')}</w:p>"
left = f"""<w:p><w:moveFromRangeStart {MARK.format(3)} w:name="m"/><w:moveFrom {MARK.format(4)}>{run('财政收入88.1亿元。')}</w:moveFrom>
<w:moveFromRangeEnd w:id="3"/></w:p>"""
come = f"""<w:p><w:moveToRangeStart {MARK.format(5)} w:name="m"/><w:moveTo {MARK.format(6)}>{run('财政收入')}</w:moveTo>{deleted}
<w:moveTo {MARK.format(7)}>{run('亿元。')}</w:moveTo><w:moveToRangeEnd w:id="5"/></w:p>"""
inside = f"<w:txbxContent><w:p>{run('新增就业1.2万人。')}</w:p></w:txbxContent>"
box = f"""<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="1" name="b"/>
<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:txbx>{inside}</wps:txbx>
<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{inside}
</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"""
seen = figures(mended), figures(left + come), figures(box)
print(*seen)
sys.exit(seen != (["88.3"], ["88.1", "88.3"], ["1.2", "1.2"]))
PY
echo "as described"
