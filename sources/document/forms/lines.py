"""An element of a page as lines: paragraphs, headings, rows of tables, without navigation and widgets inside it.

What belongs here: where a line ends, cells of tables, which elements inside a text are none of it. What does not:
which element holds the text (``mainbody.py``), what is printed at all (``tagstyle.py``).

A line keeps what is not printed, between two signs, so that it can be found whole in the page's source (``align.py``);
`shown` gives the line without it. Cells of a row of data are parted by a tab: no number goes over it. A row begins at
its table's first column: columns that a cell above or beside reaches into are empty cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise

from lxml import etree
from lxml import html as lxml_html

from sources.document.forms.raised import printed_as
from sources.document.forms.tagstyle import AS_TYPED, MARK, NOT_PRINTED, RAISED
from sources.document.normal import UNREADABLE

Element = lxml_html.HtmlElement

DROPPED_TAGS = frozenset(
    ("script", "style", "noscript", "head", "title", "iframe", "object", "embed", "form", "select", "option", "button",
     "input", "textarea", "svg", "canvas", "video", "audio", "map", "nav", "footer", "template")
)  # fmt: skip
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption",
     "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section",
     "table", "tbody", "tfoot", "thead", "ul", "caption", "ucapcontent", "ucaptitle")
)  # fmt: skip
_BREAKING = _BLOCKS | {"br", "td", "th"}
_JUNK = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|menu|breadcrumb|crumbs?|sidebar|side|share|bshare|bdshare|bdsharebuttonbox|social|"
    r"related|relate|xgyd|"
    r"xgwz|reldocuments?|recommend|footer|foot|copyright|pagination|pager|pagenav|toolbar|tools|print|qrcode|ewm|erweima|"
    r"comment|comments|advert|ads|hotnews|ranking|prevnext|friendlink|links|login|search)(?:$|[-_ ])",
    re.IGNORECASE,
)
_MARKS = "。；，！？、"
#: sentences' marks from which on an element is text, whatever its name
_TOO_MANY_FOR_JUNK = 40
_NO_WIDTH = re.compile("[\u200b\u200c\u200d\ufeff]")
#: control characters, which no parsed page holds: around what is not printed, and for what is printed by markup alone
_CUT, _END, _POWER, _OPEN, _CLOSE, _RAISED, _LOWERED = ("\x02", "\x03", "\x04", "\x05", "\x06", "\x07", "\x08")
_UNREADABLE = "\x0e"
SIGNS = re.compile("\x02[^\x03]*\x03|[\x04-\x06\x0e]")
#: a raised run of more characters is text; a mark in brackets of its own, or in a circle, joins with nothing and stays
_LONGEST_RAISED = 12
_SET_APART = re.compile(r"^\s*(?:[\[〔【［]\s*(?:注释?)?\s*\d{1,3}\s*[\]〕】］]|[①-⓿❶-➓])+\s*$")
_SIGNS_ALONE, _OURS = re.compile("[\x02-\x08\x0e]"), re.compile("[\x02-\x08\x0e\t]")
#: raised runs, and where one goes on in the next element
_RUN, _NEXT_RUN = re.compile("\x07([^\x07\x08]*)\x08"), re.compile("\x08\x07")
_PRINTED = {_POWER: "^", _OPEN: "“", _CLOSE: "”", _UNREADABLE: UNREADABLE}
CELL = "\t"
#: characters of a line that tell what a raised run behind them is
_BEHIND = 12
#: longest part that is not printed and yet stands inside a line; a longer one parts the line
_LONGEST_CUT = 300
#: characters of the longest cell of data, links in it, columns and rows of the largest table that are counted
_LONGEST_CELL, _MOST_LINKS, _MOST_COLUMNS, _MOST_ROWS = 60, 1, 60, 2_000


def resolve(match: re.Match[str]) -> str:
    """Return what stands for a match of SIGNS in the printed line."""
    return _PRINTED.get(match.group(), "")


def shown(line: str) -> str:
    """Return a line as it is printed."""
    printed = SIGNS.sub(resolve, line)
    return printed if printed == line else printed.strip(" ")


def element_lines(element: Element, *, prune: bool) -> list[str]:
    """Return an element's text as lines; `prune` leaves out navigation, widgets and hidden parts inside it."""
    walk = _Walk(element, prune)
    skipped: Element | None = None
    for event, node in etree.iterwalk(element, events=("start", "end")):  # no recursion: pages nest thousands deep
        if skipped is None and event == "start":
            if node is element or _is_wanted(node, prune):
                walk.enter(node)
            else:
                skipped = node
                walk.skip(node)
        elif event == "end" and (skipped is None or skipped is node):
            if skipped is None:
                walk.leave(node)
            skipped = None
            if node is not element:
                walk.text(node.tail)
    walk.end_line()
    return walk.lines


class _Walk:
    """The lines written so far, the pieces of the one that is being written, and the row of data that we are in."""

    def __init__(self, element: Element, prune: bool) -> None:
        self.lines: list[str] = []
        self._pieces: list[str] = []
        self._root = element
        self._row: Element | None = None  # its cells make one line
        self._column = 0
        self._columns: dict[Element, int] = {}
        self._tables: set[Element] = set()
        self._raised: Element | None = None
        self._typed: Element | None = None  # the element that we are in whose lines end where its source's do

    def enter(self, node: Element) -> None:
        breaks = node.tag == "tr" or node.tag in _BREAKING
        if self._row is None and breaks:
            self.end_line()
        elif node.tag in ("td", "th"):
            self._enter_cell(node)
        elif breaks:
            self._pieces.append(" ")
        if node.tag == "tr" and self._row is None and _is_data_row(node):
            self._enter_row(node)
        if node.get(MARK) == RAISED and self._raised is None and node is not self._root:
            self._raised = node
            self._pieces.append(_RAISED)
        if node.get(MARK) == AS_TYPED and self._typed is None:
            self._typed = node
        if node.tag == "q":
            self._pieces.append(_OPEN)
        self.text(node.text)

    def leave(self, node: Element) -> None:
        if self._row is node:
            self._row = None
        if node.tag == "q":
            self._pieces.append(_CLOSE)
        if self._typed is node:
            self._typed = None
        if self._raised is node:
            self._raised = None
            self._pieces.append(_LOWERED)
        if self._row is None and (node.tag == "tr" or node.tag in _BREAKING):
            self.end_line()

    def skip(self, node: Element) -> None:
        """Leave an element out: a part inside the line stays between signs, a part of its own ends the line."""
        if not isinstance(node.tag, str):
            return
        inside = node.get(MARK) == NOT_PRINTED or (node.tag not in _BREAKING and node.tag != "tr")
        text = str(node.text_content()) if inside else ""
        if not inside or len(text) > _LONGEST_CUT:
            self.end_line()
        elif text.strip():
            self._pieces.append(f"{_CUT}{_plain(text)}{_END}")

    def text(self, piece: str | None) -> None:
        if not piece:
            return
        first, *more = piece.split("\n") if self._typed is not None and self._row is None else [piece]
        self._pieces.append(_plain(first))
        for line in more:
            self.end_line()
            self._pieces.append(_plain(line))

    def end_line(self) -> None:
        if not self._pieces:
            return
        line = _NO_WIDTH.sub(" ", "".join(self._pieces))
        self._pieces.clear()
        if _RAISED in line or _LOWERED in line:
            line = _lower(line)
        line = CELL.join(" ".join(cell.split()) for cell in line.split(CELL))
        if shown(line).strip():
            self.lines.append(line)

    def _enter_row(self, row: Element) -> None:
        self._row, self._column = row, -1
        table = _table_of(row)
        if table not in self._tables:
            self._tables.add(table)
            self._columns |= _columns(table)

    def _enter_cell(self, cell: Element) -> None:
        column = max(self._columns.get(cell, 0), self._column + 1)
        self._pieces.append(CELL * (column - max(self._column, 0)))
        self._column = column


def _plain(text: str) -> str:
    """Return a page's text without characters that only the reader may write."""
    return _OURS.sub(lambda match: " " if match.group() == CELL else "", text)


def _lower(line: str) -> str:
    """Return the line with each raised run judged by its text and by what stands before and behind it."""
    pieces: list[str] = []
    before, last = "", 0
    line = _NEXT_RUN.sub("", line)
    for run in _RUN.finditer(line):
        pieces.append(line[last : run.start()])
        before = (before + shown(pieces[-1]))[-_BEHIND:]
        pieces.append(_judge(before, run.group(1), shown(line[run.end() : run.end() + _BEHIND])))
        before = (before + shown(pieces[-1]))[-_BEHIND:]
        last = run.end()
    return "".join([*pieces, line[last:]]).replace(_RAISED, "").replace(_LOWERED, "")


def _judge(before: str, run: str, behind: str) -> str:
    """Return a raised run as it goes into the line: as text, with a caret, unreadable or cut out."""
    text = shown(run)
    if len(text) > _LONGEST_RAISED or _SET_APART.match(text):
        return run
    printed = printed_as(before, text, behind)
    if printed.endswith(text.strip()) and text.strip():
        return f"{_POWER if printed.startswith('^') else ''}{run}"
    unreadable = _UNREADABLE if printed else ""
    return f"{unreadable}{_CUT}{_SIGNS_ALONE.sub('', run)}{_END}"


def _table_of(row: Element) -> Element:
    parent = row.getparent()
    outer = parent.getparent() if parent is not None and parent.tag in ("tbody", "thead", "tfoot") else None
    return outer if outer is not None else (parent if parent is not None else row)


def _columns(table: Element) -> dict[Element, int]:
    """Return the column, from 0, in which each cell of a table begins (HTML, 4.9.12)."""
    found: dict[Element, int] = {}
    until: dict[int, int] = {}  # column → the row from which on no cell above reaches into it
    for number, row in enumerate(islice(_rows(table), _MOST_ROWS)):
        column = 0
        for cell in _cells(row):
            while until.get(column, 0) > number:
                column += 1
            found[cell] = column
            if column >= _MOST_COLUMNS:
                continue
            below = number + _span(cell, "rowspan")
            for _ in range(min(_span(cell, "colspan"), _MOST_COLUMNS)):
                until[column] = below
                column += 1
    return found


def _rows(table: Element) -> Iterator[Element]:
    for part in table:
        if part.tag == "tr":
            yield part
        elif part.tag in ("tbody", "thead", "tfoot"):
            yield from part.iterchildren("tr")


def _span(cell: Element, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, int(value)) if value.isdecimal() and len(value) < 6 else 1


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in ("td", "th") and cell.get(MARK) != NOT_PRINTED]


def _is_data_row(row: Element) -> bool:
    """Tell whether a row holds data (several short cells) and does not lay out a page."""
    cells = _cells(row)
    return len(cells) > 1 and all(_is_data(cell) for cell in cells)


def _is_data(cell: Element) -> bool:
    if len(str(cell.text_content()).strip()) > _LONGEST_CELL:
        return False
    if next(cell.iter("table", "tr"), None) is not None or len(cell.findall(".//a")) > _MOST_LINKS:
        return False
    if next(cell.iter("p", "div", "br", "li"), None) is None:
        return True
    lines = [shown(line) for line in element_lines(cell, prune=False)]
    # two numbers over each other are two rows that no line can tell apart
    return not any(above[-1].isdigit() and below[0].isdigit() for above, below in pairwise(lines))


@lru_cache(maxsize=4096)  # a site's pages have the same few names
def _names_junk(names: str) -> bool:
    return _JUNK.search(names) is not None


def _is_wanted(element: Element, prune: bool) -> bool:
    if not isinstance(element.tag, str) or element.tag in DROPPED_TAGS or element.get(MARK) == NOT_PRINTED:
        return False
    if not prune:
        return True
    name, classes = element.get("id"), element.get("class")
    if (name is None and classes is None) or not _names_junk(f"{name or ''} {classes or ''}"):
        return True
    # a wrapper may carry such a name and still hold the text: only an element without sentences is furniture
    text = str(element.text_content())
    return sum(map(text.count, _MARKS)) > _TOO_MANY_FOR_JUNK
