"""Lines to paragraphs: joining what was broken inside a sentence, parting what was run together.

What belongs here: where a line break belongs. What does not: spaces inside a line (``spacing.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from sources.document.cleaning.furniture import is_furniture
from sources.document.genre import CJK, CLOSING, MARKER, TERMINAL, is_sentence
from sources.document.traced import Traced, join

#: what a reader of a layout puts before an indented line
INDENT = "\u3000"
_STOPS = frozenset("。！？")
_ENDS = (*TERMINAL, "...")
_CLOSERS = "”’」』）)]"
_NARROW = re.compile(r"[A-Za-z0-9 .%+/-]")
_BARE_NUMBER = re.compile(r"^[\d.．、\s%％/-]+$")
#: a sign or a range that ends a line (one dash, no page number between two), and the figure that it belongs to
_SIGN_AT_END = re.compile(rf"(?:[{CJK}A-Za-z\d%％‰）)]|[{CJK}] )[-－—–−‐‑―─]$")
_FIGURE = re.compile(r"\d[\d.．]*(?!\d)(?! ?年)")
_ASCII_WORD = re.compile(r"[A-Za-z]$"), re.compile(r"^[A-Za-z]")
_GAPS = re.compile(rf"(?<=[{CJK}，。、；：！？”）》]) (?=\S)|(?<=\S) (?=[{CJK}“（《，。、；：！？])")
_HEADING_BEHIND = re.compile(
    rf"(?<=[。！？；：”]) +(?=(?:[一二三四五六七八九十]{{1,3}}、|[（(][一二三四五六七八九十]{{1,3}}[）)]|"
    rf"[—―]{{2}}(?=[{CJK}])))"
)
#: a heading, a space, and the paragraph under it
_HEADING_AHEAD = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])"
    r" ?[^，。；：！？,;:!? ]{2,24}( +)(?=\S{3})"
)
#: what goes on behind a figure that stands on a line of its own, where a page breaks at each change of type
_BEHIND_FIGURE = re.compile(
    r"[，、。；,;%％]|以上|以下|以内|左右|多|余|年|月|日|[万亿千百个户家人吨元倍公位项所条座]|平方"
)
_ALONE = re.compile(r"\d[\d.．]*[%％]?$")
#: such figures, and their share of all lines and of those that stand alone
_FEWEST_ALONE, _SHARE_ALONE, _SHARE_GOING_ON = 8, 0.1, 0.6
#: columns in which a wrapped text may be set, in half widths
_NARROWEST, _WIDEST = 24, 130
#: printed lines that a long line must fall into to be parted
_FEWEST_COLUMNED = 12


class _Page(NamedTuple):
    """How a page sets its lines: the column's width (0: paragraphs of any length), whether paragraphs are indented, and
    whether it breaks lines at each change of type."""

    column: int
    indented: bool
    at_figures: bool


def width(text: str) -> int:
    """Return the printed width in half widths: Chinese characters count two, and so does punctuation among them."""
    return 2 * len(text) - len(_NARROW.findall(text))


def part_columns(lines: list[Traced]) -> tuple[list[Traced], tuple[str, ...]]:
    """Part a long line whose printed lines were set behind each other with spaces into those printed lines."""
    parted: list[Traced] = []
    flags: tuple[str, ...] = ()
    for line in lines:
        gaps = [m.start() for m in _GAPS.finditer(line.text)] if len(line) > 400 and " " in line.text else []
        pieces = _cut(line, gaps) if _FEWEST_COLUMNED - 1 <= len(gaps) < len(line) // 6 else []
        if pieces and _column([p.text for p in pieces]):
            parted += pieces
            flags = ("lines_parted",)
        else:
            parted.append(line)
    return parted, flags


def _cut(line: Traced, gaps: list[int]) -> list[Traced]:
    edges = [0, *gaps, len(line)]
    return [line.slice(a, b).strip(" ") for a, b in pairwise(edges)]


def _column(texts: list[str]) -> int:
    """Return the width of the column that lines are set in, 0 where they are paragraphs of any length."""
    told = [t for t in texts if t.strip()]
    most = int(0.9 * (len(told) - 1))
    # a line is no narrower than its characters: most paragraphs need not be measured
    if len(told) < 8 or sum(len(t) <= _WIDEST for t in told) <= most:
        return 0
    widths = [width(t) for t in told]
    ordered = sorted(widths)
    column = ordered[most]
    if not _NARROWEST <= column <= _WIDEST or ordered[int(0.98 * (len(ordered) - 1))] > 1.3 * column:
        return 0
    full = sum(0.86 * column <= w for w in widths)
    broken = sum(not _is_ended(t) for t in texts if width(t) >= 0.86 * column)
    return column if full >= 0.5 * len(widths) and broken >= 0.5 * full else 0


def _commonest_width(texts: list[str]) -> int:
    """Return the width that most printed lines have, of those long enough to be full; 0 where none is."""
    for shortest in (16, 8):  # a newspaper's columns have a dozen characters
        widths = Counter(width(t.strip()) for t in texts if len(t) >= shortest)
        if widths:
            return widths.most_common(1)[0][0]
    return 0


def _broken_at_figures(texts: list[str]) -> bool:
    """Tell whether a page breaks lines at each change of type: 增长 / 3.2% / 左右. A table's figures do not go on."""
    told = [text.strip() for text in texts if text.strip()]
    alone = [(one, other) for one, other in pairwise(told) if _ALONE.match(one)]
    going_on = sum(_BEHIND_FIGURE.match(other) is not None for _, other in alone)
    enough = len(alone) >= max(_FEWEST_ALONE, _SHARE_ALONE * len(told))
    return enough and going_on >= _SHARE_GOING_ON * len(alone)


def unwrap(lines: list[Traced], *, wrapped: bool) -> tuple[list[Traced], tuple[str, ...]]:
    """Join lines broken inside a sentence; `wrapped`: they are known to be printed lines.

    Returns the paragraphs and the flags `lines_joined`, `digits_rejoined`.
    """
    texts = [line.text for line in lines]
    column = _column([t.strip() for t in texts])
    if wrapped and not column:
        column = _commonest_width(texts)
    indented = sum(t.startswith(INDENT) for t in texts) >= 0.05 * len(texts) > 0
    page = _Page(column, indented, _broken_at_figures(texts))
    paragraphs: list[list[Traced]] = []
    flags: dict[str, None] = {}
    before = ""
    for line in lines:
        text = line.text.strip()
        cell = "\t" in line.text
        if before and text and not cell and _belongs(before, line.text, paragraphs[-1][-1].text, page):
            flags["lines_joined"] = None
            if before[-1].isdigit() and text[0] in "0123456789.．%％‰":
                flags["digits_rejoined"] = None
            if _ASCII_WORD[0].search(before) and _ASCII_WORD[1].search(text):
                paragraphs[-1].append(Traced.made(" "))
            paragraphs[-1].append(line.strip())
            before = _shorten(before + text)
        else:
            paragraphs.append([line.strip()])
            before = "" if cell else text
    return [join(p) for p in paragraphs], tuple(flags)


def _shorten(paragraph: str) -> str:
    """Return enough of a paragraph to judge its end and its beginning by, so that a book in one line is no burden."""
    return paragraph if len(paragraph) < 4_000 else paragraph[:200] + paragraph[-1_000:]


def _is_ended(text: str) -> bool:
    """Tell whether a line ends in closing punctuation, in quotes or brackets or not, but for one character at most."""
    return text.rstrip(_CLOSERS).endswith(_ENDS) or text[-2:-1] in _STOPS


def _belongs(before: str, line: str, last: str, page: _Page) -> bool:
    """Tell whether `line` goes on with the paragraph `before`, whose last printed line is `last`."""
    text = line.strip()
    goes_on = _goes_on(before, line, last, page) or (page.at_figures and _goes_on_at_figure(before, text, last))
    # asked last: most lines don't look like going on
    return goes_on and not is_furniture(text) and not is_furniture(before)


def _goes_on_at_figure(before: str, text: str, last: str) -> bool:
    """增长 / 3.2% / 左右: lines beside a figure that stands alone, and any that a sentence goes on with."""
    if MARKER.match(text) or _is_ended(before):
        return bool(_ALONE.match(last)) and text[0] in CLOSING
    return bool(_ALONE.match(text) or _ALONE.match(last)) or is_sentence(before)


def _goes_on(before: str, line: str, last: str, page: _Page) -> bool:
    text, column, indented = line.strip(), page.column, page.indented
    ended = _is_ended(before)
    if text[0] in CLOSING and not ended and is_sentence(before + text):
        return True
    if _SIGN_AT_END.search(before[-3:]) and _FIGURE.match(text) and not MARKER.match(text):
        return not line.startswith(INDENT)
    if _BARE_NUMBER.match(text) or line.startswith(INDENT):
        return False
    full = bool(column) and width(last.strip()) >= 0.84 * column
    if MARKER.match(text) and (ended or not full):
        return False
    if column:
        if indented:
            return full or (not ended and before[-1] in "，、" and is_sentence(before))
        if not full:
            return not ended and before[-1] in "，、" and len(before) >= 20
        return not (ended and width(last.strip()) < 0.9 * column)
    if MARKER.match(before) and len(before) < 60 and "。" not in before:
        return before[-1] in "，、"
    if before[-1] in "，、" and len(before) >= 12:
        return True
    if before[-1] in "”》）)":
        return False  # a paragraph's full stop is forgotten behind a quotation more often than a break stands there
    return not ended and is_sentence(before) and ("。" in before or "；" in before or len(before) >= 80)


def part_headings(lines: list[Traced]) -> tuple[list[Traced], tuple[str, ...]]:
    """Begin a new line where a heading's number follows a full stop and a space in the midst of a line."""
    parted: list[Traced] = []
    for line in lines:
        if " " not in line.text:  # both patterns want one
            parted.append(line)
            continue
        edges = [m.span() for m in _HEADING_BEHIND.finditer(line.text)] if is_sentence(line.text) else []
        start = 0
        for begin, end in [*edges, (len(line), len(line))]:
            piece = line.slice(start, begin)
            start = end
            ahead = _HEADING_AHEAD.match(piece.text)
            if ahead and is_sentence(piece.text[ahead.end() :]):
                parted += [piece.slice(0, ahead.start(1)), piece.slice(ahead.end(1))]
            else:
                parted.append(piece)
    return parted, ("lines_parted",) if len(parted) > len(lines) else ()
