"""What speaks for the status and the years of a reading: its section, the cues that reach it, what they say.

What belongs here: the status, which cue governs a number, and the evidence for its years. What does not: finding the
cues (``grammar/period.py``), the rules that decide the years (``years.py``).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sources.extraction.grammar.period import Clock, Cue
from sources.extraction.lexicon import Indicator
from sources.extraction.spans import Span, of_term

REVIEW: Final = ("review_year", "review_span", "front", "unknown")
GOALS: Final = ("goals_year", "goals_span", "tasks")
ESTIMATE: Final = re.compile(r"预计|有望|可望|预期可")
PRESENT: Final = re.compile(r"有(?=近|超|约|\d)|目前|现有|现已|已有|已达|已经|已累计|累计已|截至")
FUTURE: Final = re.compile(r"力争|争取|计划|目标|将(?:达|实现|完成|增|建)|要达到|确保")
#: 建设1所拥有500个床位的养老院: what is to have it
_TO_BE: Final = re.compile("建设|新建|打造|实现|建成")
SUMMED: Final = re.compile("累计(?!达)|总计|合计")
#: a list of promises that says of each what became of it
_DONE_ALREADY: Final = re.compile("任务已|已(?:提前|全部|按[^,;。]{1,6})?完成|超额完成|实际(?:建成|完成)")
_GOAL: Final = re.compile(r"(?:目标|任务)\Z")
SAME_YEAR: Final = re.compile(r"一年(?=增|净增|新增)|比上年|较上年|同比|比去年|比年初|上年同期")
_OF: Final = re.compile(r"(?:是|为|相当于)\Z")
#: 党的十八大以来,经济总量从2836亿元增长到: what has come about is no goal, in a section of goals too
_SINCE_THEN: Final = re.compile(
    r"以来[^。]{0,60}(?:从|由)[\d.]+[^,;。]{1,8}(?:增长|增加|提高|上升|跃升)(?:到|至)(?:了)?\Z"
)
_AGAINST: Final = re.compile("[^,;。]{0,12}相比")


class Timing(NamedTuple):
    """Status and years of one observation; `base` is the year compared with where the text names it.

    `rule` names what decided the years, `evidence` is the words that told them, empty where the kind of section did.
    """

    status: str
    first: int
    last: int
    base: str | None = None
    rule: str = ""
    evidence: str = ""


class Frame(NamedTuple):
    """What a sentence is told in: its section and the section's span, the passage's years, the clock.

    `estimates_from` is where 预计 in a bracket begins to hold, `base_held` the base to which 下同 holds later growth.
    """

    section: str
    clock: Clock
    span: Span | None = None
    passage: Span | None = None
    estimates_from: int | None = None
    base_held: Span | None = None

    @property
    def reviewed(self) -> Span:
        """The years that the review of a span looks back on."""
        return self.span or of_term(self.clock.report_year - 1)


def default_years(frame: Frame) -> Span:
    """Return the years that a section speaks of where the sentence names none."""
    report = frame.clock.report_year
    if frame.section in ("review_span", "review_year") and frame.passage:
        return frame.passage
    if frame.section == "review_span":
        return frame.reviewed
    if frame.section == "goals_span":
        return frame.span or Span(*frame.clock.next_five, "")
    return Span(report, report, "") if frame.section in GOALS else Span(report - 1, report - 1, "")


class Asked(NamedTuple):
    """The number whose years are asked for, at `at`; all offsets count in the normal text.

    [start, end) is its sentence, `clause_at` where its clause starts; `average` says that a word of yearly averages
    leads to it, `in_multiples` that it is a growth told in 倍.
    """

    normal: str
    start: int
    end: int
    at: int
    clause_at: int
    cues: list[Cue]
    frame: Frame
    measure: str
    indicator: Indicator
    starts_from: bool = False
    average: bool = False
    in_multiples: bool = False

    @property
    def clause(self) -> str:
        return self.normal[self.clause_at : self.at]

    @property
    def before(self) -> str:
        return self.normal[self.start : self.at]

    @property
    def part(self) -> str:
        """The words from the last semicolon of the sentence to the number."""
        return self.before.rpartition(";")[2]

    def part_is_over(self, cue: Cue) -> bool:
        """Whether a semicolon parts the cue from the number."""
        return ";" in self.normal[cue.end : self.at]


def _governing(asked: Asked) -> Cue | None:
    """Return the last cue before the number that reaches it."""
    plain = [cue for cue in asked.cues if cue.role == "plain" and cue.end <= asked.at]
    ended = (_goal_told, _ended, _measured_by, _summed_apart)
    return next((cue for cue in reversed(plain) if not any(over(asked, cue) for over in ended)), None)


def _measured_by(asked: Asked, cue: Cue) -> bool:
    """是“十二五”时期新增学位的7倍: the years of what a multiple is taken of."""
    beside = asked.measure == "multiple" and cue.start >= asked.clause_at
    return beside and _OF.search(asked.normal, asked.start, cue.start) is not None


def _ended(asked: Asked, cue: Cue) -> bool:
    """Whether years are told inside a clause of how far one thing rose, which end with its part of the sentence.

    总量五年翻一番;投资…. So does last year among goals (收入在去年实绩上增长8%;投资增长9%) and, in the review of one
    year, what an average was told over (“十四五”以来年均增长7.6%;投资增长7.2%).
    """
    averaged = asked.frame.section == "review_year" and not asked.average and asked.normal.startswith("年均", cue.end)
    inside = (
        cue.kind == "inline"
        or (cue.kind == "last" and asked.frame.section in GOALS)
        or (cue.kind in ("plan", "since", "term", "several") and averaged)
    )
    return inside and asked.part_is_over(cue)


def _summed_apart(asked: Asked, cue: Cue) -> bool:
    """预计2015年…;投资累计完成3796亿元: in the review of a span a sum is the span's."""
    summed = asked.frame.section == "review_span" and asked.measure == "level" and SUMMED.search(asked.clause)
    return cue.kind == "year" and bool(summed) and asked.part_is_over(cue)


def _goal_told(asked: Asked, cue: Cue) -> bool:
    """提前实现“十四五”末收入190亿元的目标;…: in a review the year of a goal ends with the goal's clauses."""
    if asked.frame.section not in REVIEW or cue.last < asked.frame.clock.report_year:
        return False
    part, semicolon, _ = asked.normal[cue.end : asked.at].partition(";")
    return bool(semicolon) and _GOAL.search(part) is not None


def _status(asked: Asked, cue: Cue | None) -> str:
    frame, report, before, clause = asked.frame, asked.frame.clock.report_year, asked.before, asked.clause
    if frame.section in GOALS:
        if cue and cue.last < report and cue.kind not in ("whole",):
            return "estimated" if ESTIMATE.search(before) else "actual"
        done = _DONE_ALREADY.search(asked.normal, asked.start, asked.end) and not (cue and cue.last >= report)
        present = PRESENT.search(asked.normal, asked.clause_at, asked.at + 1) and not _TO_BE.search(clause)
        if (
            done
            or (cue is None and _SINCE_THEN.search(before))
            or (present and not FUTURE.search(clause) and not (cue and cue.last >= report))
        ):
            return "actual"
        return "target"
    # 预计到<R>年底, said late in R: the review's own estimate of the year that is ending
    expected = cue is not None and cue.kind == "year" and cue.last == report and ESTIMATE.search(before) is not None
    if (
        cue
        and not expected
        and cue.last >= report
        and cue.first >= report
        and cue.kind in ("year", "range", "plan", "ahead", "within", "next")
    ):
        return "target"
    if cue and cue.kind == "plan" and cue.last >= report and FUTURE.search(clause):
        return "target"
    in_bracket = frame.estimates_from is not None and frame.estimates_from <= asked.at
    if ESTIMATE.search(before) or in_bracket:
        return "estimated"
    return "actual"


class Evidence(NamedTuple):
    """What speaks for the years of one number: its status, the years before any rule, and the cues beside it."""

    asked: Asked
    status: str
    first: int
    last: int
    cue: Cue | None
    base: Cue | None
    origin: Cue | None
    words: str

    @property
    def report(self) -> int:
        return self.asked.frame.clock.report_year

    @property
    def base_year(self) -> str | None:
        base = self.base
        return str(base.last) if base and base.kind in ("year", "plan", "range") else None

    @property
    def in_span(self) -> bool:
        return self.asked.frame.section == "review_span"

    def years(self, first: int, last: int, base: str | None = None, status: str | None = None) -> Timing:
        return Timing(status or self.status, first, last, base, evidence=self.words)


def gather(asked: Asked) -> Evidence:
    """Return the evidence for one number: status, years of the cue that governs it or of its place, other cues."""
    frame, report = asked.frame, asked.frame.clock.report_year
    cue = _governing(asked)
    status = _status(asked, cue)
    place = default_years(frame)
    summed = asked.measure == "level" and SUMMED.search(asked.before)
    if frame.section == "review_span" and (summed or (asked.measure == "growth" and SUMMED.search(asked.clause))):
        place = default_years(frame._replace(passage=None))  # a sum is that of the span, in a paragraph on one year too
    years, words = ((cue.first, cue.last), asked.normal[cue.start : cue.end]) if cue else (place[:2], place.words)
    if cue and cue.kind == "plan" and status == "actual" and cue.last >= report > cue.first:
        years = (cue.first, report - 1)
    if not cue and status == "actual" and frame.section in GOALS:
        years = (report - 1, report - 1)
    if not cue and status == "target" and frame.section not in GOALS:
        years = (report - 1, report - 1)
    if asked.in_multiples and frame.section == "review_span" and years == (report - 1, report - 1):
        # 2016年生产总值300亿元,年均增长9%;投资增长2倍: among averages the year dates the level, not the rise
        years = years if SAME_YEAR.search(asked.clause) else frame.reviewed[:2]
    bases = [
        item
        for item in asked.cues
        if item.role == "base"
        and item.start < asked.at
        and (item.start >= asked.clause_at or _AGAINST.match(asked.normal, item.end, asked.end))
    ]
    origin = next((item for item in reversed(asked.cues) if item.role == "from" and item.start < asked.at), None)
    return Evidence(asked, status, *years, cue, bases[-1] if bases else None, origin, words)
