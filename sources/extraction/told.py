"""The years that a passage speaks of beyond one sentence: 2021年 or 五年来 at its head holds until the paragraph ends.

What belongs here: how long an opening cue of time holds. What does not: finding cues (``grammar/period.py``), the
years of one number (``timing.py``).
"""

from __future__ import annotations

import re

from sources.extraction.grammar.period import Clock, Cue, find_cues, plan_years

_POINT = re.compile("[一二三四五六七八九十]是|第[一二三四五六七八九十],|其[一二三四五六]")
_SHOWS = re.compile("表现为|表现在|体现在|体现为|表现:")
_MARKS = re.compile(r"[-·●◆■★*\s]*(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.])?")
_CLOSED = re.compile("收官|圆满完成|圆满实现|胜利完成|五年来|五年间")
_PLAN_NAME = re.compile("(?P<n>十[一二三四五]?|九)五(?=规划|时期|收官|[^一-龥]|的)")
#: a whole text without line ends is no paragraph
_LONGEST = 2500
Years = tuple[int, int]


class Told:
    """Follows one report's normal text from sentence to sentence."""

    def __init__(self, normal: str, report_year: int) -> None:
        self._normal, self._last = normal, report_year - 1
        self._paragraph = -1
        self._single: Years | None = None
        self._span: Years | None = None
        self._span_at = -1

    def years(self, cues: list[Cue], start: int, section: str, clock: Clock) -> Years | None:
        """Return the years that hold for the sentence at `start` where it names none itself; None: its section's."""
        if section not in ("review_year", "review_span"):
            return None
        paragraph = self._normal.rfind("\n", 0, start) + 1
        if paragraph != self._paragraph:
            self._paragraph = paragraph
            self._open(paragraph, section, clock)
        return self._of_span(cues, start, paragraph) if section == "review_year" else self._of_year(cues, start)

    def _open(self, paragraph: int, section: str, clock: Clock) -> None:
        """Read the cue at the head of a new paragraph, whose sentence may hold no number."""
        self._single = None
        if paragraph != self._span_at and not _POINT.match(self._normal, paragraph):
            self._span = None
        if section == "review_year" and self._normal.startswith("-", paragraph):
            lead = self._before_bullets(paragraph)
            closed = self._ending(lead, clock) if lead is not None else None
            if closed:
                self._span, self._span_at = closed, paragraph
        marks = _MARKS.match(self._normal, paragraph)
        head = marks.end() if marks else paragraph
        end = self._normal.find("\n", head)
        if (len(self._normal) if end < 0 else end) - head > _LONGEST:
            return
        opening = next(
            (cue for cue in find_cues(self._normal, head, head + 16, clock, True) if cue.start <= head + 1), None
        )
        if opening is None or opening.role != "plain" or opening.last != self._last:
            return
        if section == "review_year" and opening.kind in ("term", "plan") and opening.first < opening.last:
            self._span, self._span_at = (opening.first, opening.last), paragraph
        elif section == "review_span" and opening.kind in ("year", "last"):
            self._single = (opening.first, opening.last)

    def _before_bullets(self, paragraph: int) -> int | None:
        """Return where the paragraph starts to which the bullet at `paragraph` belongs."""
        while paragraph > 0:
            paragraph = self._normal.rfind("\n", 0, paragraph - 1) + 1
            if not self._normal.startswith("-", paragraph):
                return paragraph
        return None

    def _ending(self, paragraph: int, clock: Clock) -> Years | None:
        """去年是“十三五”收官之年,目标圆满完成: the bullets that follow tell what the plan's years brought."""
        end = self._normal.find("\n", paragraph)
        end = len(self._normal) if end < 0 else end
        start = max(paragraph, end - 160)
        if not _CLOSED.search(self._normal, start, end):
            return None
        spans = [
            (cue.first, min(cue.last, self._last))
            for cue in find_cues(self._normal, start, end, clock, True)
            if cue.kind in ("plan", "term") and cue.first < self._last <= cue.last
        ]
        plan = _PLAN_NAME.search(self._normal, start, end)
        if not spans and plan:
            first, last = plan_years(plan["n"])
            spans = [(first, last)] if last == self._last else []
        return spans[-1] if spans else None

    def _of_year(self, cues: list[Cue], start: int) -> Years | None:
        """In a review of several years, a year that opens a sentence holds until the paragraph ends."""
        opening = next((cue for cue in cues if cue.role == "plain" and cue.start - start <= 12), None)
        if opening and opening.kind in ("year", "last", "term", "range", "plan"):
            single = opening.kind in ("year", "last") and opening.last == self._last
            self._single = (opening.first, opening.last) if single else None
        return self._single

    def _of_span(self, cues: list[Cue], start: int, paragraph: int) -> Years | None:
        """经过五年奋斗,突出表现为: its numbered points keep the span, inside the review of the year too."""
        opening = next((cue for cue in cues if cue.role == "plain" and cue.start - start <= 30), None)
        closing = opening and opening.kind in ("term", "plan") and opening.first < opening.last == self._last
        if opening and closing and _SHOWS.search(self._normal, start, self._normal.find("。", start) + 1):
            self._span, self._span_at = (opening.first, opening.last), paragraph
        elif opening and not closing:
            self._span = None
        return self._span
