"""A Word file made of text with its tables: what readers of Word's other forms hand to the reader of .docx.

What belongs here: paragraphs, cells and rows in order to the XML of a Word file. What does not: any other form's
grammar (``rtf.py``).

Elements are those of ECMA-376 part 1, 17.3 and 17.4.
"""

from __future__ import annotations

import io
import re
import zipfile
from html import escape

_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_STYLED = _RELATIONS.replace("word/document.xml", "styles.xml").replace('/officeDocument"/>', '/styles"/>')
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
#: stand for elements among a paragraph's text, from which controls are kept out
PICTURE, FIELD, RESULT, FIELD_END = "\x01", "\x02", "\x03", "\x04"
_ELEMENTS = {
    "\t": "tab",
    "\n": "br",
    PICTURE: "pict",
    FIELD: 'fldChar w:fldCharType="begin"',
    RESULT: 'fldChar w:fldCharType="separate"',
    FIELD_END: 'fldChar w:fldCharType="end"',
}
#: characters that XML 1.0 has none of
_NOT_XML = re.compile("[^\x01-\x04\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Body:
    """A text at which one writes: pieces of a paragraph, its end, a cell's end, a row's end."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._rows: list[str] = []
        self._cells: list[str] = []
        self._cell: list[str] = []
        self._pieces: list[tuple[list[str], str]] = []
        self._behind: list[str] = []

    def add(self, text: str, look: str = "") -> None:
        """Add to the paragraph at hand; `look` is `raised`, `code` (of a field) or nothing.

        Half characters of UTF-16 may come one by one.
        """
        self._put(_CONTROLS.sub("", text), look)

    def add_mark(self, mark: str) -> None:
        """Add a picture that stands in the line like a character, or where a field's code or result begins or ends."""
        self._put(mark, "")

    def _put(self, text: str, look: str) -> None:
        if not self._pieces or self._pieces[-1][1] != look:
            self._pieces.append(([], look))
        self._pieces[-1][0].append(text)

    def put_behind(self, blocks: str) -> None:
        """Have blocks (a text box's) follow the paragraph at hand."""
        self._behind.append(blocks)

    def end_paragraph(self, *, in_table: bool) -> None:
        if not in_table:
            self._end_table()
        (self._cell if in_table else self._blocks).extend(self._paragraph())

    def end_cell(self) -> None:
        self._cell += self._paragraph()
        self._cells.append(f"<w:tc>{''.join(self._cell)}</w:tc>")
        self._cell.clear()

    def end_row(self) -> None:
        if self._cell or self._pieces or self._behind:
            self.end_cell()
        if self._cells:
            self._rows.append(f"<w:tr>{''.join(self._cells)}</w:tr>")
            self._cells.clear()

    def finish(self) -> str:
        """Return all that was written, as the content of a `w:body` or `w:tc`."""
        self.end_paragraph(in_table=bool(self._cell or self._cells))
        self._end_table()
        return "".join(self._blocks)

    def _end_table(self) -> None:
        pieces, behind, self._pieces, self._behind = self._pieces, self._behind, [], []
        self.end_row()
        self._pieces, self._behind = pieces, behind
        if self._rows:
            self._blocks.append(f"<w:tbl>{''.join(self._rows)}</w:tbl>")
            self._rows.clear()

    def _paragraph(self) -> list[str]:
        runs = "".join(_run("".join(texts), look) for texts, look in self._pieces)
        found = [f"<w:p>{runs}</w:p>", *self._behind]
        self._pieces.clear()
        self._behind.clear()
        return found


def _run(text: str, look: str) -> str:
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    properties = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>' if look == "raised" else ""
    name = "instrText" if look == "code" else "t"
    told = escape(_NOT_XML.sub("", whole), quote=False)
    for character, element in _ELEMENTS.items():
        told = told.replace(character, f'</w:{name}><w:{element}/><w:{name} xml:space="preserve">')
    return f'<w:r>{properties}<w:{name} xml:space="preserve">{told}</w:{name}></w:r>'


def word_file(body: str) -> bytes:
    """Return a Word file with this content of its `w:body`."""
    return file_of_parts(body, "")


def file_of_parts(body: str, styles: str) -> bytes:
    """Return a Word file with this content of its `w:body`, and with this `w:styles`, if it has any."""
    files = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": f'<w:document xmlns:w="{_SPACE}"><w:body>{body}</w:body></w:document>',
    }
    if styles:
        files |= {"word/styles.xml": styles, "word/_rels/document.xml.rels": _STYLED}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content.encode())
    return buffer.getvalue()
