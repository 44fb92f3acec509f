"""The years that a passage speaks of beyond one sentence: a section, a list that is announced, a paragraph.

What belongs here: which heading, opening sentence or announcement gives a passage its years, and how long they hold.
What does not: finding cues (``grammar/period.py``), the years of one number (``years.py``).

Three of them hold one inside the other: the span of a section, from its heading or its first sentences
(过去四年工作回顾; 六年来,…; 本届政府自2019年1月…); the span of a list that a sentence announces
(“十三五”的成就主要体现在:), to the end of the list; the year or span that opens a paragraph (2021年,…), to its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from sources.document.sections import Section
from sources.extraction.grammar.period import NUMERALS, Clock, Cue, find_cues, plan_years

_POINT: Final = re.compile("[一二三四五六七八九十]是|第[一二三四五六七八九十],|其[一二三四五六]")
_SHOWS: Final = re.compile(
    "表现为|表现在|体现在|体现为|表现:|体现:|(?:成就|成绩|变化|突破|跨越|特点|方面)[^,;。]{0,8}:"
)
_MARKS: Final = re.compile(r"[-·●◆■★*\s]*(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.])?")
_CLOSED: Final = re.compile("收官|圆满完成|圆满实现|胜利完成|五年来|五年间")
_PLAN_NAME: Final = re.compile("(?P<n>十[一二三四五]?|九)五(?=规划|时期|收官|[^一-龥]|的|成就|发展|期间|末)")
_TURN: Final = re.compile("各位代表|(?:在|同时|当然).{0,6}(?:肯定|看到)|回顾|总结|下一步|今年|新的一年")
_FIVE_AHEAD: Final = re.compile(r"(?:今后|未来|后)(?:的)?[五5]年|下届政府")
_TITLE_PLAN: Final = re.compile(r"(?<![第届\d])(十[一二三四五六]?|[八九])五(?![年届次条个大项])")
_TITLE_RANGE: Final = re.compile(r"((?:19|20)\d\d)年?(?:[-~]|至|到)((?:19|20)\d\d)年")
_TITLE_YEARS: Final = re.compile(
    r"(?:过去|近|这|前|上一?个?)(?:的)?(?:这)?(?P<a>[二两三四五六七八2-8])年(?!规划|计划|行动)"
    r"|(?<![\d第])(?P<b>[二两三四五六七八2-8])年(?:来|间)?(?=的?(?:主要)?(?:工作|政府|回顾|发展|成就|总结)|\Z)|(?P<c>[二两三四五六七八])年来"
)
_TITLE_SINCE: Final = re.compile(r"((?:19|20)\d\d)年(?:\d+月)?[^,;。]{0,16}以来")
_TERM_SINCE: Final = re.compile(r"(?:任期|本届政府|届人民政府)[^。;]{0,10}(?:自|从|于)((?:19|20)\d\d)年")
#: a whole text without line ends is no paragraph
_LONGEST: Final = 2500
#: how many sentences open a section
_OPENING: Final = 12
_SPANNING: Final = ("term", "several", "lately", "since", "plan")


class Span(NamedTuple):
    """First and last year of a passage, and the words that gave them."""

    first: int
    last: int
    words: str


def of_term(last: int) -> Span:
    """Return the five years to `last`: what the review of a term speaks of where nothing says how long it was."""
    return Span(last - 4, last, "")


@lru_cache(maxsize=1024)
def of_title(title: str, section: str, report_year: int) -> Span | None:
    """Return the years that a section's title names as a span (“十四五”时期…, 过去四年…); None where it names none."""
    if not title:
        return None
    plan = _TITLE_PLAN.search(title)
    if plan and section in ("review_span", "goals_span", "goals_year"):
        first, last = plan_years(plan.group(1))
        if section == "review_span" and first < report_year:
            return Span(first, min(last, report_year - 1), title)
        if section != "review_span" and last >= report_year:
            return Span(first, last, title)
    named = _TITLE_RANGE.search(title)
    if named:
        return Span(int(named.group(1)), int(named.group(2)), title)
    if section != "review_span":
        return None
    since = _TITLE_SINCE.search(title)
    if since and 1 < report_year - int(since.group(1)) <= 10:
        return Span(int(since.group(1)), report_year - 1, title)
    length = _TITLE_YEARS.search(title)
    if length:
        return Span(report_year - NUMERALS[length["a"] or length["b"] or length["c"]], report_year - 1, title)
    return None


def years_ahead(goals: str, report_year: int) -> tuple[int, int] | None:
    """Return R+1 to R+5 where a section of goals for 今后五年 names R+5 as their end (a sitting late in the year)."""
    last = report_year + 5
    return (last - 4, last) if _FIVE_AHEAD.search(goals) and f"到{last}年" in goals else None


@dataclass(slots=True)
class _Held:
    """What holds while the sentences of a section are gone through."""

    section: Span | None = None
    sentences: int = 0
    paragraph: int = -1
    single: Span | None = None
    listed: Span | None = None
    listed_at: int = -1
    announced: bool = False
    back: bool = False
    base: Span | None = None


class Passages:
    """The spans of one report's passages: `normal` text, sentences with their sections, and the cues of each."""

    def __init__(
        self,
        normal: str,
        sentences: Iterable[tuple[int, int, Section]],
        clock_of: Callable[[Section], Clock],
        cues_of: Callable[[int, int, Section], list[Cue]],
        report_year: int,
    ) -> None:
        self._normal, self._last = normal, report_year - 1
        self._clock_of, self._cues_of = clock_of, cues_of
        self._section: dict[int, Span | None] = {}
        self._passage: dict[int, Span | None] = {}
        self._base: dict[int, Span | None] = {}
        held, opened = _Held(), -1
        for start, end, section in sentences:
            if section.char_start != opened:
                opened = section.char_start
                held = _Held(of_title(section.title, section.section, report_year))
            if section.section in ("review_year", "review_span"):
                self._passage[start] = self._follow(held, start, end, section)
                self._base[start] = self._measured_from(held, start, end, section)
            self._section[start] = held.section

    def section(self, start: int) -> Span | None:
        """Return the span of the section of the sentence at `start`, where its heading or its opening names one."""
        return self._section.get(start)

    def passage(self, start: int) -> Span | None:
        """Return the years that hold for the sentence at `start` where it names none itself; None: its section's."""
        return self._passage.get(start)

    def base(self, start: int) -> Span | None:
        """Return the year before the span that the paragraph has measured growth from so far, if any.

        2010年生产总值9480亿元,比2005年增长85%。人均生产总值增长57%: the next sentences go on measuring from it.
        """
        return self._base.get(start)

    def _measured_from(self, held: _Held, start: int, end: int, section: Section) -> Span | None:
        """Return the base held so far, and hold the one of this sentence for those behind it."""
        told = held.base
        span = held.section or of_term(self._last)
        if section.section == "review_span":
            for cue in self._cues_of(start, end, section):
                if cue.role == "base" and cue.first == cue.last == span.first - 1:
                    held.base = Span(cue.last, cue.last, self._normal[cue.start : cue.end])
        return told

    def _follow(self, held: _Held, start: int, end: int, section: Section) -> Span | None:
        cues = self._cues_of(start, end, section)
        held.sentences += 1
        if section.section == "review_span" and held.section is None and held.sentences <= _OPENING:
            held.section = self._opens_section(cues, start, end)
        paragraph = self._normal.rfind("\n", 0, start) + 1
        if paragraph != held.paragraph:
            held.paragraph, held.base = paragraph, None
            self._open(held, section)
        return self._of_list(held, cues, start, end, section) or (
            self._of_year(held, cues, start, end) if section.section == "review_span" else None
        )

    def _opens_section(self, cues: list[Cue], start: int, end: int) -> Span | None:
        """四年来,我们…; 本届政府任期自2013年1月开始: what the first sentences say of the term."""
        term = _TERM_SINCE.search(self._normal, start, end)
        if term and 1 < self._last + 1 - int(term.group(1)) <= 10:
            return Span(int(term.group(1)), self._last, term.group())
        opening = next((cue for cue in cues if cue.role == "plain" and cue.start - start <= 8), None)
        if opening and opening.kind in _SPANNING and opening.first < opening.last == self._last:
            words = self._normal[opening.start : opening.end]
            named = opening.kind != "term" or words[:1] in "五5过近这经历上"
            return Span(opening.first, opening.last, words) if named else None
        return None

    def _open(self, held: _Held, section: Section) -> None:
        """Read the cue at the head of a new paragraph, whose sentence may hold no number."""
        normal, paragraph, clock = self._normal, held.paragraph, self._clock_of(section)
        held.single, held.back = None, False
        end = normal.find("\n", paragraph)
        end = len(normal) if end < 0 else end
        if held.announced:
            held.announced = _TURN.match(normal, paragraph) is None
        if paragraph != held.listed_at and not held.announced and not _POINT.match(normal, paragraph):
            held.listed = None
        if section.section == "review_year" and normal.startswith("-", paragraph):
            lead = self._before_bullets(paragraph)
            closed = self._ending(lead, clock) if lead is not None else None
            if closed:
                held.listed, held.listed_at = closed, paragraph
        marks = _MARKS.match(normal, paragraph)
        head = marks.end() if marks else paragraph
        if end - head > _LONGEST:
            return
        opening = next((cue for cue in find_cues(normal, head, head + 16, clock, True) if cue.start <= head + 1), None)
        if opening is None or opening.role != "plain":
            return
        if opening.kind in ("year", "last", "this", "next"):
            held.listed, held.announced = None, False
        if opening.last != self._last:
            return
        told = Span(opening.first, opening.last, normal[opening.start : opening.end])
        if section.section == "review_year" and opening.kind in ("term", "plan") and opening.first < opening.last:
            held.listed, held.listed_at = told, paragraph
        elif section.section == "review_span" and opening.kind in ("year", "last", "this"):
            held.single = told

    def _before_bullets(self, paragraph: int) -> int | None:
        """Return where the paragraph starts to which the bullet at `paragraph` belongs."""
        while paragraph > 0:
            paragraph = self._normal.rfind("\n", 0, paragraph - 1) + 1
            if not self._normal.startswith("-", paragraph):
                return paragraph
        return None

    def _ending(self, paragraph: int, clock: Clock) -> Span | None:
        """去年是“十三五”收官之年,目标圆满完成: the bullets that follow tell what the plan's years brought."""
        end = self._normal.find("\n", paragraph)
        end = len(self._normal) if end < 0 else end
        start = max(paragraph, end - 160)
        return self._closed_span(start, end, clock) if _CLOSED.search(self._normal, start, end) else None

    def _closed_span(self, start: int, end: int, clock: Clock) -> Span | None:
        """Return the span, just over, of a plan or term that normal[start:end] names."""
        spans = [
            Span(cue.first, min(cue.last, self._last), self._normal[cue.start : cue.end])
            for cue in find_cues(self._normal, start, end, clock, True)
            if cue.kind in ("plan", "term") and cue.first < self._last <= cue.last
        ]
        plan = _PLAN_NAME.search(self._normal, start, end)
        if not spans and plan:
            first, last = plan_years(plan["n"])
            spans = [Span(first, last, plan.group())] if last == self._last else []
        return spans[-1] if spans else None

    def _measures(self, listed: Span | None, cues: list[Cue]) -> bool:
        """2010年…比2005年增长86%: whether a sentence on the last year measures the whole span."""
        return listed is not None and any(cue.role == "base" and cue.last == listed.first - 1 for cue in cues)

    def _of_year(self, held: _Held, cues: list[Cue], start: int, end: int) -> Span | None:
        """In a review of several years, a year that opens a sentence holds until the paragraph ends."""
        opening = next((cue for cue in cues if cue.role == "plain" and cue.start - start <= 12), None)
        before = (held.section or of_term(self._last)).first - 1
        from_start = [cue.role for cue in cues if cue.first == cue.last == before]
        if opening is None and "from" in from_start:
            # 2022年…。原煤产量由2017年的A增加到B。引进资金5亿元: the paragraph is back at the whole span
            held.back = True
        if opening and opening.kind in ("year", "last", "term", "range", "plan"):
            single = opening.kind in ("year", "last") and opening.last == self._last
            told = Span(opening.first, opening.last, self._normal[opening.start : opening.end])
            held.single, held.back = told if single else None, False
        # 投资64亿元,是2017年的4倍,年均增长42%: the last year's, and measured from the span's start
        measured = from_start or "年均" in self._normal[start:end]
        return None if held.back and not measured else held.single

    def _of_list(self, held: _Held, cues: list[Cue], start: int, end: int, section: Section) -> Span | None:
        """经过五年奋斗,突出表现为: the points that follow keep the span, inside the review of the year too."""
        if section.section != "review_year":
            return None
        if (cues or self._normal.find("五", start, end) >= 0) and _SHOWS.search(self._normal, start, end):
            closed = self._closed_span(start, end, self._clock_of(section))
            if closed:
                held.listed, held.listed_at = closed, held.paragraph
                # a sentence that ends in a colon announces the paragraphs after it
                held.announced = self._normal[end - 1] == ":"
                return closed
        opening = next((cue for cue in cues if cue.role == "plain" and cue.start - start <= 30), None)
        closing = opening and opening.kind in ("term", "plan") and opening.first < opening.last == self._last
        if opening and closing and opening.start - start <= 2:
            # 五年来,我们…取得重大成就。一是…: what the topic sentence is about holds for its paragraph and its points
            held.listed = Span(opening.first, opening.last, self._normal[opening.start : opening.end])
            held.listed_at = held.paragraph
        elif opening and not closing and not held.announced and not self._measures(held.listed, cues):
            held.listed = None
        return held.listed
