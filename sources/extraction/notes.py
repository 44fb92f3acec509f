"""Notes in brackets that say something of the figures after them: (预计), (快报数,下同), (下同).

What belongs here: how far such a note reaches: to the end of its sentence, of the line that goes on, or of the section.
What does not: what a bracket holds besides (``sources.document.normal``), years (``years.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sources.document.normal import NormalText
from sources.document.sections import Section
from sources.extraction import timing
from sources.extraction.grammar.period import Cue
from sources.extraction.spans import Span

_NOTE: Final = re.compile(r"预计|有望|下同")
_ESTIMATE_NOTE: Final = re.compile(r"预计.{0,4}下同")
#: where estimates start that hold for all that follows in the section
_ALL: Final = -1


class Notes:
    """The notes of one report, followed sentence by sentence in the order of its normal text.

    `estimates_from` is the offset from which figures are estimates (-1: all of the section, None: none), `base` the
    years that 下同 gives to growth.
    """

    def __init__(self, view: NormalText) -> None:
        self._normal = view.normal
        self._notes = [
            (bracket.at, view.text[bracket.start : bracket.end])
            for bracket in view.brackets
            if _NOTE.search(view.text, bracket.start, bracket.end)
        ]
        self.estimates_from: int | None = None
        self.base: Span | None = None
        self._section = -1
        self._goes_on = False

    def follow(self, start: int, end: int, section: Section, cues: Callable[[], list[Cue]]) -> None:
        """Take in the notes of a sentence that tells numbers; `cues` gives its cues of time."""
        if section.char_start != self._section:
            self._section = section.char_start
            if section.title or section.section not in timing.REVIEW:
                self.estimates_from, self.base = None, None
            # a part that a sentence opens (刚刚过去的2022年,…) lies under the heading, whose 下同 holds on
            elif self.estimates_from != _ALL:
                self.estimates_from = None
        elif self.estimates_from is not None and self.estimates_from != _ALL:
            self.estimates_from = None
        if self._goes_on and self.estimates_from is None:
            self.estimates_from = start
        for at, words in self._notes:
            if start <= at <= end:
                self._take(start, at, words, cues)

    def close(self, start: int, end: int) -> None:
        """End a sentence: a line that ends in a semicolon goes on with the next, 预计 holds to the full stop."""
        goes_on = self._normal[end - 1] in ";,"
        said = goes_on and (self._goes_on or timing.ESTIMATE.search(self._normal, start, end) is not None)
        self._goes_on = said

    def _take(self, start: int, at: int, words: str, cues: Callable[[], list[Cue]]) -> None:
        said = words + self._normal[max(start, at - 4) : at] if "下同" in words else words
        if _ESTIMATE_NOTE.search(words) or ("下同" in words and said.endswith("预计")):
            self.estimates_from = _ALL
        elif "下同" not in words and self.estimates_from is None:
            self.estimates_from = at
        elif "下同" in words:
            bases = [cue for cue in cues() if cue.role == "base" and cue.end <= at]
            if bases and bases[-1].kind in ("year", "plan"):
                base = bases[-1]
                self.base = Span(base.last, base.last, self._normal[base.start : at] + "(下同)")
