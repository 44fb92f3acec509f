"""Where the characters of a PDF's page stand: small raised digits, and breaks that are none.

What belongs here: what the origins and sizes of single characters tell about a line. What does not: lines, margins and
running heads (``pdf.py``), what a raised digit means (``raised.py``).

Origins stand on the line's base, whatever the font: outlines and boxes do not (digits are lower than Chinese
characters, and each font has its own boxes). Few characters are asked for theirs, because each costs a call.
"""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from sources.document.forms.raised import printed_as
from sources.document.normal import UNREADABLE

#: a stretch of the page's text and what stands in its place
Edit = tuple[int, int, str]

_DIGITS = re.compile(r"\d+")
#: raised characters are digits, letters and their brackets
_BREAK = re.compile(r"(?<=[\d\])）〕*＊A-Za-z])\r\n(?=\S)|(?<=\S)\r\n(?=[\d\[(（〔*＊A-Za-z.．])")
_NO_CHARACTER = "\x01"
_GAP = " \r\n\u3000\xa0"
#: how small and how high a raised digit is set, in sizes of the text beside it
_SMALL, _LOWEST, _HIGHEST = 0.87, 0.2, 0.9
#: how far from it the text beside it begins, and how far apart two characters of one line are, in the same
_NEAR, _TOUCHING = 1.8, 0.3
#: characters that a mark of a note has at most, with its brackets
_LONGEST_MARK = 8
#: characters of a line that shows which way a page is written, and how many such lines are asked
_FEWEST_DOWN, _LINES_ASKED = 6, 5


#: left, bottom, right and top, in points
Box = tuple[float, float, float, float]


@dataclass
class Places:
    """The places of a page's characters; `numbers` are pdfium's of each, where they aren't those of the text."""

    page: pypdfium2.PdfTextPage
    text: str
    numbers: list[int] | None = None
    _x: ctypes.c_double = field(default_factory=ctypes.c_double)
    _y: ctypes.c_double = field(default_factory=ctypes.c_double)

    @classmethod
    def of(cls, page: pypdfium2.PdfTextPage) -> Places:
        """Return the places of a page's text: pdfium counts a rare character as two, and leaves out some glyphs."""
        text, count = page.get_text_range(), page.count_chars()
        if count == len(text):
            return cls(page, text)
        characters: list[str] = []
        numbers: list[int] = []
        for at in range(count):
            code = pdfium.FPDFText_GetUnicode(page, at)
            if 0xDC00 <= code < 0xE000 and characters and "\ud800" <= characters[-1] < "\udc00":
                characters[-1] = chr(0x10000 + ((ord(characters[-1]) - 0xD800) << 10) + code - 0xDC00)
            else:
                # a glyph without a character: known to be there
                characters.append(chr(code) if 0 < code <= 0x10FFFF else _NO_CHARACTER)
                numbers.append(at)
        whole = "".join("\ufffd" if "\ud800" <= c < "\ue000" else c for c in characters)
        return cls(page, whole, numbers)

    def _number(self, at: int) -> int:
        return at if self.numbers is None else self.numbers[at]

    def origin(self, at: int) -> tuple[float, float]:
        """Return left end and base of a character, in points."""
        pdfium.FPDFText_GetCharOrigin(self.page, self._number(at), self._x, self._y)
        return self._x.value, self._y.value

    def size(self, at: int) -> float:
        """Return a character's size in points: a font may be set in one and scaled by the page."""
        matrix, number = pdfium.FS_MATRIX(), self._number(at)
        pdfium.FPDFText_GetMatrix(self.page, number, matrix)
        return float(pdfium.FPDFText_GetFontSize(self.page, number)) * math.hypot(matrix.c, matrix.d)

    def box(self, at: int) -> Box:
        """Return left, bottom, right, top of a character's place.

        The outline of its glyph would not do: where a PDF brings no font of its own, it is that of some font of this
        machine, and flat where there is none.
        """
        box: Box = self.page.get_charbox(self._number(at), loose=True)
        return box

    def is_vertical(self, spans: list[tuple[int, int]]) -> bool:
        """Tell whether most of a page's lines run from top to bottom; `spans` are where they are in its text."""
        long = [(start, end) for start, end in spans if end - start >= _FEWEST_DOWN][:_LINES_ASKED]
        down = 0
        for start, end in long:
            (x, y), (last_x, last_y) = self.origin(start), self.origin(end - 1)
            down += y - last_y > abs(last_x - x)
        return 2 * down > len(long)

    def begins_column(self, before: int, behind: int) -> bool:
        """Tell whether a character of a vertical page stands at the head of the next column to the left."""
        (x, y), (next_x, next_y) = self.origin(before), self.origin(behind)
        return x - next_x > 0.5 * self.size(before) and next_y > y


def disordered(places: Places) -> list[Edit]:
    """Return, in order, the digits of a vertical page that pdfium has out of order: they can't be known.

    Digits that stand beside each other in a column of characters are the case: 12% comes as 1%2.
    """
    found: list[Edit] = []
    for match in _DIGITS.finditer(places.text):
        at = match.start()
        before = next((i for i in range(at - 1, max(-1, at - 4), -1) if places.text[i] not in _GAP), None)
        if before is None:
            continue
        (x, y), (other_x, other_y) = places.origin(at), places.origin(before)
        size = places.size(before)
        if abs(x - other_x) < 0.9 * size and y - other_y > 0.03 * size:
            # what it belongs to stands behind what came before
            start = next((m.start() for m in _DIGITS.finditer(places.text, max(0, before - 4), before)), at)
            if not found or start >= found[-1][1]:
                found.append((start, match.end(), UNREADABLE))
    return found


def edits(places: Places) -> list[Edit]:
    """Return, in order, what to change in a page's text: marks of notes go, and so do breaks inside a printed line."""
    return sorted([*_marks(places), *_false_breaks(places)])


def _marks(places: Places) -> list[Edit]:
    text, found = places.text, []
    end = 0
    for match in _DIGITS.finditer(text):
        if _is_level(places, match.start(), match.end()):
            continue
        for start, stop in _levels(places, match.start(), match.end()):
            if start < end or not _is_raised(places, start, stop):
                continue
            start, end = _stretch(places, start, stop)
            mark = text[start:end]
            new = printed_as(text[max(0, start - 20) : start].rstrip(_GAP), mark, text[end : end + 9].lstrip(_GAP))
            if new != mark:
                found.append((start, end, new))
    return found


def _is_level(places: Places, start: int, end: int) -> bool:
    """Tell whether digits stand on the same base as the character before them: all but a few do, and cost no more."""
    if not start or places.text[start - 1] in _GAP:
        return False
    base = places.origin(start)[1]
    return abs(places.origin(start - 1)[1] - base) < 1 and (
        end - start == 1 or abs(places.origin(end - 1)[1] - base) < 1
    )


def _levels(places: Places, start: int, end: int) -> list[tuple[int, int]]:
    """Part digits where some stand higher than the ones before them."""
    levels = [start]
    for at in range(start + 1, end):
        if abs(places.origin(at)[1] - places.origin(at - 1)[1]) > 1:
            levels.append(at)
    return list(zip(levels, [*levels[1:], end], strict=True))


def _is_raised(places: Places, start: int, end: int) -> bool:
    before = next((at for at in range(start - 1, max(-1, start - 5), -1) if places.text[at] not in _GAP), None)
    behind = next((at for at in range(end, min(len(places.text), end + 4)) if places.text[at] not in _GAP), None)
    return (before is not None and _stands_above(places, start, before, 1)) or (
        behind is not None and _stands_above(places, end - 1, behind, -1)
    )


def _stands_above(places: Places, at: int, beside: int, side: int) -> bool:
    """Tell whether a character is set small and high on the right (`side` 1) or left (-1) of another one."""
    (x, y), (other_x, base) = places.origin(at), places.origin(beside)
    if y - base < 1 or side * (x - other_x) <= 0:
        return False
    size = places.size(beside)
    return (
        _LOWEST * size < y - base < _HIGHEST * size
        and side * (x - other_x) < _NEAR * size
        and places.size(at) <= _SMALL * size
    )


def _stretch(places: Places, start: int, end: int) -> tuple[int, int]:
    """Return all that is raised together with these digits: their brackets, or the word that they belong to."""
    base = places.origin(start)[1]

    def is_level(at: int) -> bool:
        return 0 <= at < len(places.text) and places.text[at] not in _GAP and abs(places.origin(at)[1] - base) < 0.5

    while start > 0 and end - start <= _LONGEST_MARK and is_level(start - 1):
        start -= 1
    while end - start <= _LONGEST_MARK and is_level(end):
        end += 1
    return start, end


def _false_breaks(places: Places) -> list[Edit]:
    """Return the breaks behind which the same printed line goes on: pdfium breaks lines at raised characters."""
    found = []
    for match in _BREAK.finditer(places.text):
        before, behind = match.start() - 1, match.end()
        (end, base), (x, y) = places.origin(match.start()), places.origin(behind)
        if not -6 < x - end < 6 or abs(y - base) > 30:
            continue
        size = max(places.size(before), places.size(behind))
        if abs(x - end) < _TOUCHING * size and abs(y - base) < _HIGHEST * size and places.origin(before)[0] < x:
            found.append((match.start(), match.end(), ""))
    return found
