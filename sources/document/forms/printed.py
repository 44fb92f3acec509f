"""What Word prints of a file's text: its paragraphs, table rows, text boxes and notes as lines.

What belongs here: which elements of WordprocessingML print what (ECMA-376 part 1, 17.3.3: content of runs). What does
not: opening the file (``docx.py``), how a run is set (``runstyle.py``), the numbers of paragraphs (``numbering.py``),
what fields and symbols print (``fields.py``).

An element that is not known is walked into: text that another program wrapped in something new is text still.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sources.document.forms.fields import Field, equation, symbol
from sources.document.forms.numbering import Numbering
from sources.document.forms.runstyle import Element, Look, Looks, W, first
from sources.document.forms.wordlines import LOWERED, PICTURE, RAISED, settle, tidy
from sources.document.normal import UNREADABLE

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PROPERTIES = W + "rPr"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: characters above which a table's cell is a paragraph and the table lays out a page
_LONGEST_CELL = 60
#: fields that stand in each other
_MOST_FIELDS = 30
#: columns that a cell may take up
_MOST_COLUMNS = 60


class Printer:
    """Reads one file's parts to lines; `notes` are the texts of notes by kind and number."""

    def __init__(self, looks: Looks, numbering: Numbering, notes: dict[tuple[str, str], Element]) -> None:
        self.numbered = False
        #: whether there is text in a file of another form inside, which is not read
        self.inserted = False
        self._looks, self._numbering, self._notes = looks, numbering, notes
        self._lines: list[str] = []
        self._pieces: list[str] = []
        self._boxes: list[Element] = []
        self._fields: list[Field] = []
        self._cited: list[tuple[str, str]] = []
        self._look, self._style, self._size = Look(), "", 0

    def lines(self, body: Element) -> list[str]:
        """Return a file's lines: its body, then its notes in the order in which they are cited."""
        self._walk(body)
        self._end_paragraph(None)
        for cited in self._cited:  # grows where a note cites another
            if cited in self._notes:
                self._walk(self._notes.pop(cited))
                self._end_paragraph(None)
        return self._lines

    def _walk(self, parent: Element) -> None:
        for child in parent:
            act = _ACTS.get(child.tag)
            if act is not None:
                act(self, child)
            elif child.tag not in _UNPRINTED and len(child):
                self._walk(child)

    def _put(self, text: str) -> None:
        if not self._is_printed():
            return
        if self._look.is_raised(self._size or self._look.size):
            self._pieces += (RAISED, text, LOWERED)
            return
        self._pieces.append(text)
        self._size = self._look.size

    def _is_printed(self) -> bool:
        # most of a file's runs stand in no field
        return self._look.printed and not (self._fields and any(field.is_code for field in self._fields))

    # what stands in runs

    def _run(self, node: Element) -> None:
        outer = self._look
        own = self._looks.of(first(node, _PROPERTIES), self._style or None)
        self._look = own if outer.printed else outer
        self._walk(node)
        self._look = outer

    def _deleted(self, node: Element) -> None:
        """Walk what is not printed: fields may begin or end in it."""
        outer, self._look = self._look, Look(printed=False)
        self._walk(node)
        self._look = outer

    def _text(self, node: Element) -> None:
        text = "".join(node.itertext()) if len(node) else node.text or ""
        if text and (text[0] in " \t\r\n" or text[-1] in " \t\r\n") and not _keeps_space(node):
            text = text.strip(" \t\r\n")
        self._put(text.replace("\n", " ").replace("\r", " "))

    def _symbol(self, node: Element) -> None:
        self._put(symbol(node.get(W + "font") or "", node.get(W + "char") or ""))

    def _note(self, node: Element) -> None:
        if self._is_printed():
            cited = ("footnote" if node.tag == W + "footnoteReference" else "endnote", node.get(W + "id") or "")
            self._cited.append(cited)
            self._pieces.append(f"[{len(self._cited)}]")

    def _field(self, node: Element) -> None:
        kind = node.get(W + "fldCharType")
        if kind == "begin" and len(self._fields) < _MOST_FIELDS:
            self._fields.append(Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].separate()
        elif kind == "end" and self._fields:
            self._end_field(self._fields.pop())

    def _end_field(self, field: Field) -> None:
        printed = field.printed_code()
        self._put(PICTURE if printed is None else printed)

    def _instruction(self, node: Element) -> None:
        if self._fields:
            self._fields[-1].code.append(node.text or "")

    def _override(self, node: Element) -> None:
        """Read what is printed in the direction told: from the right, figures stand turned round."""
        outer, self._pieces = self._pieces, []
        self._walk(node)
        inner, self._pieces = "".join(self._pieces), outer
        turned = node.get(W + "val") == "rtl" and re.search(r"\d.*\d", inner)
        self._pieces.append(UNREADABLE if turned else inner)

    # pictures and boxes

    def _alternate(self, node: Element) -> None:
        """Read one of several forms of the same thing: the newest that has text."""
        forms = [*node.findall(_MC + "Choice"), *node.findall(_MC + "Fallback")]
        texts = (W + "t", _M + "t", _A + "t")
        chosen = next((form for form in forms if next(form.iter(*texts), None) is not None), None)
        if chosen is None and forms:
            chosen = forms[0]
        if chosen is not None:
            self._walk(chosen)

    def _box(self, node: Element) -> None:
        if self._is_printed():
            self._boxes.append(node)

    def _picture(self, node: Element) -> None:
        """Mark a picture that stands in the line like a character, and read the boxes in it."""
        self._put(PICTURE)
        self._walk(node)

    def _drawn(self, node: Element) -> None:
        """Read an old picture (VML) or an object: in the line unless it says where on the page it stands."""
        shapes = node.iter(_V + "shape", _V + "rect", _V + "group")
        if any("position:absolute" in (shape.get("style") or "").replace(" ", "") for shape in shapes):
            self._walk(node)
        else:
            self._picture(node)

    # formulas

    def _formula(self, node: Element) -> None:
        def read(name: str) -> str:
            outer, self._pieces = self._pieces, []
            for part in node.findall(_M + name):
                self._walk(part)
            inner, self._pieces = "".join(self._pieces), outer
            return inner

        if self._is_printed():
            self._pieces.append(equation(str(node.tag).removeprefix(_M), read, "".join(self._pieces[-2:])))

    # paragraphs and tables

    def _paragraph(self, node: Element) -> None:
        properties = first(node, W + "pPr")
        style = first(properties, W + "pStyle")
        self._style = style.get(W + "val") or "" if style is not None else ""
        self._look = Look()
        mark = first(properties, _PROPERTIES)
        # a paragraph whose end is hidden or deleted is printed in one with the next
        ended = mark is None or self._looks.of(mark, self._style or None).printed
        self._walk(node)
        if ended:
            self._end_paragraph(properties)

    def _end_paragraph(self, properties: Element | None) -> None:
        text = settle("".join(self._pieces))
        self._pieces, self._size = [], 0
        if any(field.is_code for field in self._fields):
            self._fields = []  # a field that never ends would hide the rest of the file
        lines = [line for line in map(tidy, text.split("\n")) if line]
        label = self._numbering.label(properties, "\n".join(lines))
        if label:
            lines[0] = label + lines[0]
            self.numbered = True
        self._lines += lines
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._walk(box)
            self._end_paragraph(None)

    def _table(self, node: Element) -> None:
        self._end_paragraph(None)
        for row in node.iter(W + "tr"):
            if next(row.iterancestors(W + "tbl"), None) is node and not _is_hidden_row(row):
                self._row(row)

    def _row(self, row: Element) -> None:
        cells: list[list[str]] = []
        held = 0
        for cell in row.iter(W + "tc"):
            if next(cell.iterancestors(W + "tr"), None) is not row:
                continue
            lines, covered, columns = self._cell(cell)
            held += not covered
            cells += [lines, *[[]] * (columns - 1)]
        if held > 1 and all(len(lines) <= 1 and len("".join(lines)) <= _LONGEST_CELL for lines in cells):
            line = "\t".join("".join(lines).replace("\t", " ") for lines in cells).strip()
            self._lines += [line] if line else []
        else:
            self._lines += [line for lines in cells for line in lines]

    def _cell(self, cell: Element) -> tuple[list[str], bool, int]:
        """Return a cell's lines, whether the cell above it covers it, and how many columns it takes up."""
        properties = cell.find(W + "tcPr")
        covered, columns = False, 1
        if properties is not None:
            merged = properties.find(W + "vMerge")
            covered = merged is not None and merged.get(W + "val") in (None, "continue")
            covered |= properties.find(W + "cellDel") is not None
            span = properties.find(W + "gridSpan")
            value = span.get(W + "val") or "" if span is not None else ""
            columns = min(int(value), _MOST_COLUMNS) if re.fullmatch("[1-9][0-9]{0,3}", value) else 1
        if covered:
            return [], True, columns
        outer, self._lines = self._lines, []
        self._walk(cell)
        self._end_paragraph(None)
        lines, self._lines = self._lines, outer
        return lines, False, columns

    def _inserted(self, _node: Element) -> None:
        self.inserted = True


def _puts(text: str) -> Callable[[Printer, Element], None]:
    return lambda printer, _node: printer._put(text)


_ACTS: dict[object, Callable[[Printer, Element], None]] = {
    W + "r": Printer._run,
    W + "t": Printer._text,
    _M + "r": Printer._run,
    _M + "t": Printer._text,
    _A + "t": Printer._text,
    W + "p": Printer._paragraph,
    _A + "p": Printer._box,
    W + "tbl": Printer._table,
    W + "txbxContent": Printer._box,
    W + "tab": _puts("\t"),
    W + "ptab": _puts("\t"),
    W + "br": _puts("\n"),
    W + "cr": _puts("\n"),
    W + "noBreakHyphen": _puts("\u2011"),
    W + "sym": Printer._symbol,
    W + "footnoteReference": Printer._note,
    W + "endnoteReference": Printer._note,
    W + "fldChar": Printer._field,
    W + "instrText": Printer._instruction,
    W + "bdo": Printer._override,
    W + "del": Printer._deleted,
    W + "moveFrom": Printer._deleted,
    W + "altChunk": Printer._inserted,
    W + "subDoc": Printer._inserted,
    W + "object": Printer._drawn,
    W + "pict": Printer._drawn,
    _WP + "inline": Printer._picture,
    _MC + "AlternateContent": Printer._alternate,
    # what Word fills in when it prints
    **{W + name: _puts(PICTURE) for name in (
        "pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong", "contentPart",
    )},
    **{_M + name: Printer._formula for name in ("f", "sSup", "sSubSup", "d", "rad", "nary", "m", "eqArr")},
}  # fmt: skip
#: elements with text inside that is not printed, or that says how something is set
_UNPRINTED = frozenset(
    W + name for name in (
        "rPr", "pPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "delText", "delInstrText",
        "rt", "rubyPr", "fldData", "ffData", "customXmlPr", "smartTagPr", "tblPrEx", "numberingChange",
    )
)  # fmt: skip


def _keeps_space(node: Element) -> bool:
    return any(element.get(_SPACE) == "preserve" for element in (node, *node.iterancestors()))


def _is_hidden_row(row: Element) -> bool:
    properties = row.find(W + "trPr")
    if properties is None:
        return False
    hidden = properties.find(W + "hidden")
    return properties.find(W + "del") is not None or (
        hidden is not None and hidden.get(W + "val") not in ("0", "false", "off")
    )
