"""OFD files (GB/T 33190) to drafts, by ofdkit: printed lines in reading order, without what templates print.

What belongs here: runs of text with their places to lines, columns, raised marks. What does not: the container and its
XML (ofdkit), heads, page numbers and indents, which are those of any printed page (``pdf.py``), joining lines
(``cleaning/wrap.py``).

Places are in millimetres from the page's top left, a run's height is that of its baseline; sizes are an em's.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

import ofdkit
from lxml import etree
from ofdkit.document import Page, TextRun
from ofdkit.errors import OFDError

from sources.document.cleaning.clean import MOST_CHARACTERS
from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.forms.archive import BROKEN, checked
from sources.document.forms.nonsense import CHINESE, is_no_prose, is_nonsense
from sources.document.forms.pdf import margins_of, with_indent
from sources.document.forms.raised import printed_as
from sources.document.forms.running import PrintedLine, without_furniture
from sources.document.traced import Traced, join

_MOST_PAGES = 2_000
#: bytes of XML above which a file is no report: a long one's pages have 4 MB
_MOST_XML, _MOST_OF_ONE = 60_000_000, 12_000_000
#: Chinese characters a page below which the pages are pictures, or texts of glyphs without characters
_FEWEST_A_PAGE = 25
#: names of a drawing that pages use by its number, and of its use: a drawing that uses others may use itself
_DRAWING, _USE = b"CompositeGraphicUnit", b"CompositeObject"
#: shares of an em: baselines of one line; gaps between words, between columns; how high and how small a mark is set
_SAME_LINE, _WORD_GAP, _COLUMN_GAP, _RAISED, _SMALL = 0.5, 0.3, 1.5, 0.15, 0.8
#: a page is set in columns where this share of its lines begins at the same two places, both this many ems wide and
#: filled in half the lines
_IN_COLUMNS, _NARROWEST_COLUMN = 0.5, 8
#: the unit of `pdf.py` for a line's place: twelfths of an em, which are points where the type has twelve
_PER_EM = 12

_Piece = list[TextRun]


def read_ofd(data: bytes) -> Draft:
    """Return the draft of an OFD file. Raises UnreadableDocument: damaged, locked, or without text."""
    checked(data).close()
    try:
        _bound(data)
        with ofdkit.open(data) as document:
            if len(document.pages) > _MOST_PAGES:
                raise UnreadableDocument("hostile", f"the OFD file has {len(document.pages)} pages: not read")
            pages, source = _read_pages(document.pages, data)
    except (OFDError, LookupError, ArithmeticError, *BROKEN) as error:
        raise UnreadableDocument("unreadable", f"the OFD file is damaged ({error}): get it again") from error
    if is_nonsense(source) or is_no_prose(source) or len(CHINESE.findall(source)) < _FEWEST_A_PAGE * max(1, len(pages)):
        detail = f"the OFD file's {len(pages)} page(s) hold pictures, or glyphs that are no characters: run OCR on it"
        raise UnreadableDocument("unreadable", detail)
    kept, flags = without_furniture(pages)
    margins = [margins_of(pages[parity::2]) for parity in (0, 1)]
    lines = [with_indent(line, margins[number % 2]) for number, page in enumerate(kept) for line in page]
    return Draft(body=join(lines, "\n"), source=source, form="ofd", flags=flags, wrapped=True)


def _bound(data: bytes) -> None:
    """Raise UnreadableDocument where the pages would be drawn without an end, or need more than any report."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".xml")]
        size = sum(part.file_size for part in parts)
        if size > _MOST_XML or any(part.file_size > _MOST_OF_ONE for part in parts):
            raise UnreadableDocument("hostile", f"the OFD file has {size / 1e6:.0f} MB of XML, no report has: not read")
        for part in parts:
            content = archive.read(part)
            if _DRAWING in content and _USE in content:
                raise UnreadableDocument("hostile", "the OFD file's drawings are drawn by each other: export it as PDF")


def _read_pages(pages: list[Page], data: bytes) -> tuple[list[list[PrintedLine]], str]:
    found: list[list[PrintedLine]] = []
    sources: list[str] = []
    start = 0
    for page in pages:
        if page.location is None:
            raise UnreadableDocument("unreadable", f"page {page.index + 1} of the OFD file is missing: get it again")
        hidden = _invisible(data, page.location)
        # not held against the page's box, which some writers give in another unit than the text's places
        drawn = [run for run in page.runs if not run.from_template and run.object_id not in hidden]
        lines = []
        for left, text in _page_lines([run for run in drawn if run.text.strip()]):
            lines.append(PrintedLine(Traced.of(text, start), left))
            sources.append(text)
            start += len(text) + 1
            if start > MOST_CHARACTERS:
                raise UnreadableDocument("hostile", f"the text has over {MOST_CHARACTERS} characters, no report has")
        found.append(lines)
    return found, "\n".join(sources)


def _invisible(data: bytes, location: str) -> set[str]:
    """Return the ids of a page's objects that are not drawn, which ofdkit does not tell."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read(location) if location in archive.namelist() else b""
    if b"Visible" not in content:
        return set()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(content, parser)
    if root is None:
        return set()
    return {e.get("ID", "") for e in root.iter("{*}TextObject") if e.get("Visible", "true").strip() in ("false", "0")}


def _page_lines(runs: list[TextRun]) -> Iterator[tuple[float, str]]:
    """Yield place and text of a page's printed lines in reading order, column by column."""
    if not runs:
        return
    em = _em(runs)
    lines = _lines(runs, em)
    for piece in _in_order([_pieces(line, em) for line in lines], em):
        if text := _text(piece, em):
            yield piece[0].x / em * _PER_EM, text


def _em(runs: list[TextRun]) -> float:
    """Return the size of a page's type: that of most characters, by the distance of lines where no size is told."""
    sizes: Counter[float] = Counter()
    for run in runs:
        sizes[round(run.size, 2)] += len(run.text)
    size = sizes.most_common(1)[0][0]
    if size > 0:
        return size
    heights = sorted({round(run.y, 2) for run in runs})
    steps = [b - a for a, b in pairwise(heights)]
    return 0.6 * median(steps) if steps else 1.0


def _lines(runs: list[TextRun], em: float) -> list[_Piece]:
    """Return runs by line, from left to right; those at the same place in the order in which they are drawn."""
    lines: list[_Piece] = []
    drawn: set[tuple[str, float, float]] = set()
    for run in sorted(runs, key=lambda r: r.y):
        place = (run.text, round(run.x / em * 4), round(run.y / em * 4))
        if len(run.text) > 1 and place in drawn:
            continue  # drawn twice to look bold
        drawn.add(place)
        if lines and run.y - lines[-1][0].y <= _SAME_LINE * em:
            lines[-1].append(run)
        else:
            lines.append([run])
    order = {id(run): number for number, run in enumerate(runs)}
    return [sorted(line, key=lambda r: (r.x, order[id(r)])) for line in lines]


def _pieces(line: _Piece, em: float) -> list[_Piece]:
    pieces = [[line[0]]]
    for before, run in pairwise(line):
        if run.x - _end(before) > _COLUMN_GAP * em:
            pieces.append([run])
        else:
            pieces[-1].append(run)
    return pieces


def _end(run: TextRun) -> float:
    return run.x + run.width


def _in_order(lines: list[list[_Piece]], em: float) -> list[_Piece]:
    """Return lines as they are read: across the page, or down the left column and then the right one."""
    edge = _second_column(lines, em)
    ordered: list[_Piece] = []
    left: list[_Piece] = []
    right: list[_Piece] = []
    for line in lines:
        across = [run for piece in line for run in piece]
        sides = [[r for r in across if r.x < edge], [r for r in across if r.x >= edge]]
        if edge == 0 or any(run.x < edge < _end(run) - em for run in across):
            ordered += [*left, *right, across]
            left, right = [], []
            continue
        left += [sides[0]] if sides[0] else []
        right += [sides[1]] if sides[1] else []
    return [*ordered, *left, *right]


def _second_column(lines: list[list[_Piece]], em: float) -> float:
    """Return where a page's second column begins, 0 where it has none: rows of a table do not fill their columns."""
    pairs = [line for line in lines if len(line) == 2]
    if len(pairs) < max(4, _IN_COLUMNS * len(lines)):
        return 0.0
    edge, n_there = Counter(round(pair[1][0].x / em) for pair in pairs).most_common(1)[0]
    beside = [pair for pair in pairs if abs(pair[1][0].x / em - edge) <= 2.5]
    widths = [[(_end(piece[-1]) - piece[0].x) / em for piece in pair] for pair in beside]
    for side in (0, 1):
        widest = max(width[side] for width in widths)
        full = sum(width[side] >= 0.85 * widest for width in widths)
        if widest < _NARROWEST_COLUMN or full < 0.5 * len(widths):
            return 0.0
    return min(pair[1][0].x for pair in beside) - 0.5 * em if n_there else 0.0


def _text(line: _Piece, em: float) -> str:
    """Return a line's text: gaps as white space, raised marks as what they print."""
    main = max(line, key=lambda run: len(run.text.strip()) * (run.size or 1))
    texts = [run.text for run in line]
    told = ""
    for index, run in enumerate(line):
        if 0 < run.size < _SMALL * main.size and run.y < main.y - _RAISED * main.size:
            told += printed_as(told, run.text, "".join(texts[index + 1 :]))
            continue
        if index:
            gap = run.x - _end(line[index - 1])
            told += "\t" if gap > _COLUMN_GAP * em else " " if gap > _WORD_GAP * em else ""
        told += run.text
    return re.sub("[\x00-\x08\x0a-\x1f]", "", told).strip()
