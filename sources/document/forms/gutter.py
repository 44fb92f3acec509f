"""Two columns of text whose lines a PDF holds beside each other: read down, not across.

What belongs here: finding the white stripe between two columns, and the order of what stands on its sides. What does
not: tables, whose rows are read across: their cells are short.

Writers of columns write one after the other, and pdfium keeps that. A page that was written row by row (by some
typesetters, and by programs that read pictures) would else be read across: the end of one sentence and the midst of
another make a figure that nobody wrote.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from sources.document.forms.nonsense import CHINESE
from sources.document.forms.places import Places
from sources.document.traced import Traced

Span = tuple[int, int]
_SPACE = re.compile(r"(?<=\S)[ \u3000]+(?=\S)")
#: how wide the stripe is at least, in sizes of a character
_WIDEST_SPACE = 1.2
#: points that an indented line may begin behind it
_INDENT = 36
#: points that a full line may end before its column does
_RAGGED = 24
#: lines that must have it, in number and as a share of the page's, and share of them with text on both sides
_FEWEST, _SHARE, _SHARE_TEXT = 6, 0.4, 0.6
#: lines that are asked first
_LINES_ASKED = 6
#: Chinese characters that text has on each side, and a cell of a table has not
_FEWEST_CHINESE = 6


@dataclass(frozen=True)
class _Gap:
    """A gap in a line: the offset of the text behind it, and where on the page it starts and ends, in points."""

    behind: int
    start: float
    end: float


def read_down(text: Traced, spans: list[Span], places: Places) -> list[Span]:
    """Return the stretches of a page's lines in reading order, parted where they cross the stripe."""
    spaced = [span for span in spans if _SPACE.search(text.text, *span)]
    if len(spaced) < max(_FEWEST, _SHARE * len(spans)):
        return spans
    # columns show in most lines: a few that have none are enough to tell
    asked = spaced[:: max(1, len(spaced) // _LINES_ASKED)]
    if 4 * sum(bool(_gaps(text, span, places)) for span in asked) < len(asked):
        return spans
    gaps = {span: _gaps(text, span, places) for span in spaced}
    begins = Counter(round(gap.end) for found in gaps.values() for gap in found)
    if sum(begins.values()) < _FEWEST:
        return spans
    # the leftmost of the places behind which most lines go on
    right = max(sorted(begins), key=lambda x: sum(n for other, n in begins.items() if x <= other <= x + _INDENT))
    parted = {span: gap for span, found in gaps.items() if (gap := _crossing(found, right)) is not None}
    both = [
        gap
        for (start, end), gap in parted.items()
        if _is_text(text, start, gap.behind) and _is_text(text, gap.behind, end)
    ]
    if len(both) < max(_FEWEST, _SHARE * len(spans), _SHARE_TEXT * len(parted)) or not _are_full(both):
        return spans
    ordered: list[Span] = []
    sides: tuple[list[Span], list[Span]] = ([], [])
    for start, end in spans:
        crossing = parted.get((start, end))
        if crossing is not None:
            sides[0].append((start, crossing.behind))
            sides[1].append((crossing.behind, end))
        elif places.origin(text.origins[start])[0] >= right - 2:
            sides[1].append((start, end))
        elif places.origin(text.origins[end - 1])[0] < right - 2:
            sides[0].append((start, end))
        else:  # a line across both columns
            ordered += [*sides[0], *sides[1], (start, end)]
            sides = ([], [])
    return [*ordered, *sides[0], *sides[1]]


def _gaps(text: Traced, span: Span, places: Places) -> list[_Gap]:
    """Return where a line has wide gaps."""
    found = []
    for match in _SPACE.finditer(text.text, *span):
        before, space, behind = (text.origins[at] for at in (match.start() - 1, match.start(), match.end()))
        gap = _Gap(match.end(), places.origin(space)[0], places.origin(behind)[0])
        if gap.end - gap.start > _WIDEST_SPACE * places.size(before):
            found.append(gap)
    return found


def _crossing(gaps: list[_Gap], right: float) -> _Gap | None:
    return next((gap for gap in gaps if right - 2 <= gap.end <= right + _INDENT), None)


def _is_text(text: Traced, start: int, end: int) -> bool:
    return len(CHINESE.findall(text.text, start, end)) >= _FEWEST_CHINESE


def _are_full(gaps: list[_Gap]) -> bool:
    """Tell whether most lines of the left column end at its right side, as those of wrapped text do."""
    edge = max(gap.start for gap in gaps)
    return sum(gap.start > edge - _RAGGED for gap in gaps) >= 0.5 * len(gaps)
