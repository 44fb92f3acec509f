"""Status and years of a reading: the guide's rules on `status` and `Period`.

What belongs here: from section, cues of time, measure and the indicator's nature to status and years. What does
not: finding the cues (``grammar/period.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sources.extraction.grammar.period import Clock, Cue, plan_years
from sources.extraction.lexicon import Indicator

REVIEW = ("review_year", "review_span", "front", "unknown")
GOALS = ("goals_year", "goals_span", "tasks")
ESTIMATE = re.compile(r"预计|有望|可望|预期可|预计可|初步预测|预测")
PRESENT = re.compile(r"有(?=近|超|约|\d)|目前|现有|现已|已有|已达|已经|已累计|累计已|截至")
FUTURE = re.compile(r"力争|争取|计划|目标|将(?:达|实现|完成|增|建)|要达到|确保")
_SUM = re.compile(r"累计|总计|合计|(?<!公)共(?!同|有)|总共|一共|期间.{0,4}总|年投资|年投入")
_AT_END = re.compile(
    r"(?:增加|提高|上升|提升|增|升|发展|扩大|下降|降低|减少|壮大)(?:到|至)|连续|稳定在|保持在|控制在|稳定|保持"
)
_FIVE_AHEAD = re.compile(r"(?:今后|未来|后)(?:的)?[五5]年|下届政府")
#: a list of promises that says of each what became of it
_DONE_ALREADY = re.compile("任务已|已(?:提前|全部|按[^,;。]{1,6})?完成|超额完成|实际(?:建成|完成)")
_SAME_YEAR = re.compile(r"比上年|较上年|同比|比去年|比年初|上年同期")
_TARGET_TOLD = re.compile(r"预期目标|目标(?:是|为|:)|计划目标")


@dataclass(frozen=True, slots=True)
class Timing:
    """Status and years of one observation; `base` is the year compared with where the text names it."""

    status: str
    first: int
    last: int
    base: str | None = None
    from_year: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the sentence is told in: its section, the years that the section's title names, the clock."""

    section: str
    clock: Clock
    span: tuple[int, int] | None = None
    later_estimates: bool = False
    paragraph_year: tuple[int, int] | None = None


@lru_cache(maxsize=1024)
def title_span(title: str, section: str, report_year: int) -> tuple[int, int] | None:
    """Return the years that a section's title names as a span (“十四五”时期…)."""
    if not title:
        return None
    match = re.search(r"(?<![第届\d])(十[一二三四五六]?|[八九])五(?![年届次条个大项])", title)
    if match and section in ("review_span", "goals_span"):
        first, last = plan_years(match.group(1))
        if section == "review_span" and first < report_year:
            return first, min(last, report_year - 1)
        if section == "goals_span" and last >= report_year:
            return first, last
    match = re.search(r"((?:19|20)\d\d)年?(?:-|至|到)((?:19|20)\d\d)年", title)
    return (int(match.group(1)), int(match.group(2))) if match else None


def years_ahead(goals: str, report_year: int) -> tuple[int, int] | None:
    """Return R+1 to R+5 where a section of goals for 今后五年 names R+5 as their end (a sitting late in the year)."""
    last = report_year + 5
    return (last - 4, last) if _FIVE_AHEAD.search(goals) and f"到{last}年" in goals else None


def default_years(frame: Frame) -> tuple[int, int]:
    """Return the years that a section speaks of where the sentence names none."""
    report = frame.clock.report_year
    if frame.section == "review_span":
        if frame.paragraph_year:
            return frame.paragraph_year
        return frame.span or (report - 5, report - 1)
    if frame.section == "goals_span":
        return frame.span or frame.clock.next_five
    if frame.section == "review_year" and frame.paragraph_year:
        return frame.paragraph_year
    return (report, report) if frame.section in GOALS else (report - 1, report - 1)


def _governing(cues: list[Cue], at: int) -> Cue | None:
    plain = [cue for cue in cues if cue.role == "plain" and cue.end <= at and cue.kind != "sub"]
    if not plain:
        return None
    return plain[-1]


def _status(frame: Frame, cue: Cue | None, sentence: str, offset: int, clause: str) -> str:
    report = frame.clock.report_year
    before = sentence[:offset]
    if frame.section in GOALS:
        if cue and cue.last < report and cue.kind not in ("whole",):
            return "estimated" if ESTIMATE.search(before) else "actual"
        done = _DONE_ALREADY.search(sentence) and not (cue and cue.last >= report)
        if done or (PRESENT.search(clause) and not FUTURE.search(clause) and not (cue and cue.last >= report)):
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
    if _TARGET_TOLD.search(before) and "," not in before[_TARGET_TOLD.search(before).end() :]:  # type: ignore[union-attr]
        return "target"
    if ESTIMATE.search(before) or frame.later_estimates:
        return "estimated"
    return "actual"


def decide(
    frame: Frame,
    cues: list[Cue],
    sentence: str,
    offset: int,
    clause: str,
    clause_offset: int,
    measure: str,
    indicator: Indicator,
    starts_from: bool,
    average: bool,
    in_multiples: bool = False,
) -> Timing:
    """Return status and years of a number at `offset` of the sentence (cues count in the sentence's offsets).

    `clause` are the words from its clause's start (at `clause_offset`) to the number; `in_multiples` says that it is a
    growth told in 倍.
    """
    report = frame.clock.report_year
    cue = _governing(cues, offset)
    status = _status(frame, cue, sentence, offset, clause)
    years = (cue.first, cue.last) if cue else default_years(frame)
    if cue and cue.kind == "plan" and status == "actual" and cue.last >= report > cue.first:
        years = (cue.first, report - 1)
    if not cue and status == "actual" and frame.section in GOALS:
        years = (report - 1, report - 1)
    if not cue and status == "target" and frame.section not in GOALS:
        years = (report - 1, report - 1)
    if in_multiples and frame.section == "review_span" and years == (report - 1, report - 1):
        # 2016年生产总值300亿元,年均增长9%;投资增长2倍: among averages the year dates the level, not the rise
        years = years if _SAME_YEAR.search(clause) else frame.span or (report - 5, report - 1)
    first, last = years
    bases = [
        item
        for item in cues
        if item.role == "base"
        and item.start < offset
        and (item.start >= clause_offset or re.match("[^,;。]{0,12}相比", sentence[item.end :]))
    ]
    base = bases[-1] if bases else None
    from_cue = next((item for item in reversed(cues) if item.role == "from" and item.start < offset), None)
    named_end = cue is not None and cue.first == cue.last and cue.kind in ("year", "plan")
    base_text = str(base.last) if base and base.kind in ("year", "plan", "range") else None
    if starts_from:
        relative = from_cue is not None and from_cue.kind == "last" and frame.section in REVIEW
        told = [item.last for item in cues if item.role == "base" and item.start < offset]
        base_told = told[-1] if told and (bases or frame.section == "review_span") else first - 1
        year = report - 2 if relative else from_cue.last if from_cue else base_told
        return Timing("actual" if year < report else status, year, year)
    if measure in ("multiple", "share"):
        return Timing(status, last, last, base_text)
    if measure == "avg_growth" or (average and measure in ("level", "change", "growth", "pp_change")):
        if from_cue and from_cue.last < last:
            first = from_cue.last + 1
        elif first == last:
            if status == "target":
                first = (frame.span or (report, 0))[0] if not (cue and cue.kind == "this") else first
                first = min(first, last)
            elif base_text:
                first = int(base_text) + 1
            elif measure == "avg_growth" and (frame.section == "review_span" or not named_end or cue is None):
                first = (frame.span or (report - 5, 0))[0]
        return Timing(status, first, last, base_text)
    if measure in ("growth", "change", "pp_change"):
        if base and base.kind == "plan" and base.first < base.last < report and sentence[base.end - 1] != "末":
            # 比“八五”增长1.9倍: five years against the five before
            return Timing(status, base.last + 1, min(base.last + 5, max(last, base.last + 1)), str(base.last))
        if base and base_text and int(base_text) < last:
            return Timing(status, int(base_text) + 1, last, base_text)
        if base and base.kind in ("last", "whole") and first != last:
            year = report if status == "target" else report - 1
            return Timing(status, year, year)
        if first != last and _SAME_YEAR.search(clause):
            year = last
            return Timing(status, year, year)
        if (
            from_cue
            and from_cue.last < last
            and measure == "growth"
            and first == last
            and clause_offset > from_cue.start
        ):
            return Timing(status, from_cue.last + 1, last, str(from_cue.last))
        return Timing(status, first, last, base_text)
    until = cue is not None and cue.kind == "year" and last > report and sentence[cue.start - 1 : cue.start] == "到"
    if until and status == "target" and indicator.cumulates and indicator.dimension != "money":
        return Timing(status, (frame.span or (report, last))[0], last, base_text)
    if first == last:
        return Timing(status, first, last, base_text)
    if indicator.nature != "flow" or _AT_END.search(clause):
        return Timing(status, last, last, base_text)
    reached = cue is None and indicator.dimension == "money" and re.search("达到?(?:近|约|超过?)?\\Z", clause)
    of_a_sum = clause.startswith("其中") and _SUM.search(sentence[:offset])
    if (indicator.cumulates and not reached) or _SUM.search(clause) or of_a_sum:
        return Timing(status, first, last, base_text)
    return Timing(status, last, last, base_text)
