#!/usr/bin/env bash
# mammoth 1.13.0: the text of a run inside w:fldSimple, w:bdo, w:dir or m:oMath, all of them valid in the content of a
# paragraph, is left out with the element; what stands before and behind joins. A figure typed as 1, a simple field that
# shows 2, and .5亿元 is printed as 12.5亿元 and read as 1.5亿元. The messages say that an unrecognised element was ignored,
# as they do for elements that print nothing; they don't say that it held text.
#
# Seen: <p>出口额1.5亿元</p> for each of the four, <p>出口额12.5亿元</p> for the same figure in plain runs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install mammoth==1.13.0
"$folder/venv/bin/python" - <<'PY'
import io
import sys
import zipfile

import mammoth

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
INSIDE = {
    "fldSimple": '<w:fldSimple w:instr=" QUOTE 2 "><w:r><w:t>2</w:t></w:r></w:fldSimple>',
    "bdo": '<w:bdo w:val="ltr"><w:r><w:t>2</w:t></w:r></w:bdo>',
    "dir": '<w:dir w:val="ltr"><w:r><w:t>2</w:t></w:r></w:dir>',
    "oMath": "<m:oMath><m:r><m:t>2</m:t></m:r></m:oMath>",
}


def word(middle):
    body = f"<w:p><w:r><w:t>出口额1</w:t></w:r>{middle}<w:r><w:t>.5亿元</w:t></w:r></w:p>"
    document = f'<?xml version="1.0"?><w:document xmlns:w="{W}" xmlns:m="{M}"><w:body>{body}</w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in (("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS), ("word/document.xml", document)):
            archive.writestr(name, content)
    return io.BytesIO(buffer.getvalue())


same = True
for name, middle in INSIDE.items():
    result = mammoth.convert_to_html(word(middle))
    print(name, result.value, [message.message for message in result.messages])
    same = same and result.value == "<p>出口额1.5亿元</p>"
plain = mammoth.convert_to_html(word("<w:r><w:t>2</w:t></w:r>")).value
print("a plain run", plain)
sys.exit(not (same and plain == "<p>出口额12.5亿元</p>"))
PY
