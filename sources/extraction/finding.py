"""From a number that no rule refused to what was found: qualifier, basis, tier, flags.

What belongs here: what the words around one number say of it once its subject, measure and years are known. What does
not: those three; what only several numbers tell (``passes.py``).
"""

from __future__ import annotations

import re
from typing import Final

from sources.extraction.grammar import qualifier
from sources.extraction.grammar.period import Cue
from sources.extraction.grammar.reading import Reading
from sources.extraction.lexicon import Indicator
from sources.extraction.results import Found
from sources.extraction.rules import Case

_STRETCH: Final = re.compile(
    r"(?:力争|争取|冲刺|奋力|努力|向|奋斗|挑战|期望|目标)(?:目标)?(?:是|为|值)?(?:达到|实现|完成|突破|在|增长|增加|增速)?(?:达到)?\Z"
)
_COMPARABLE: Final = re.compile("可比价|可比口径|同口径|不可比因素|不变价|可比")
_REAL: Final = re.compile("实际增长|扣除价格")
_NOMINAL: Final = re.compile("名义增长|现价")


def found_of(case: Case) -> Found:
    """Return the observation of a case that no rule refused."""
    normal, reading, quantity, term, when = (
        case.normal,
        case.reading,
        case.reading.quantity,
        case.reading.term,
        case.when,
    )
    assert term is not None and when is not None
    lead = normal[max(case.start, quantity.start - 14) : quantity.start]
    trail = normal[quantity.end : quantity.end + 8]
    within_year = _within_the_year(case.cues, quantity.start)
    found = Found(
        quantity=quantity,
        indicator=case.thing,
        measure=case.measure,
        negative=case.decided.negative and quantity.value > 0,  # 降幅收窄到-1.4% says it twice
        qualifier=qualifier.of_number(lead, trail, quantity.qualifier),
        timing=when,
        scope=term.scope,
        section=case.section,
        rule=f"{reading.rule}:{case.decided.rule}:{when.rule}",
        tier=_tier(case, lead),
        basis=_basis(reading.gap, case.thing),
        commitment=qualifier.commitment(case.clause) if when.status == "target" else None,
        span_start=min(reading.span_start, quantity.start),
        sentence=(case.start, case.end),
        flags=[*quantity.flags, *term.flags, *case.decided.flags, *(["part_of_year"] if within_year else [])],
        name=term.name,
        step=qualifier.step(trail),
        sub_annual=within_year,
    )
    if reading.listed and found.qualifier == "exact":
        _list_qualifier(found, reading)
    return found


def _list_qualifier(found: Found, reading: Reading) -> None:
    """分别超过A和B: a qualifier before the first number of a list covers all; the one behind the last may."""
    if re.search(r"(?:超过?|突破|不低于|不少于|达到?近|约|近|控制在)\Z", reading.gap):
        found.qualifier = qualifier.of_number(reading.gap, "", None)


def _tier(case: Case, lead: str) -> str:
    """8%以上、力争9%: the second tier of a goal."""
    reading, last = case.reading, case.found[-1] if case.found else None
    if not (reading.carried and case.when and case.when.status == "target" and _STRETCH.search(lead)):
        return "base"
    told = (last.sentence[0], last.indicator, last.measure) if last else None
    same = told == (case.start, case.indicator, case.measure)
    return "stretch" if same or "、" in reading.gap[:1] + lead else "base"


def _within_the_year(cues: list[Cue], at: int) -> bool:
    """Whether the last cue of time before the number names a part of a year."""
    before = [cue for cue in cues if cue.start < at and cue.role in ("sub", "plain")]
    return bool(before) and max(before, key=lambda cue: cue.start).role == "sub"


def _basis(gap: str, indicator: Indicator) -> str:
    """Return the basis named; growth of output is always told at comparable prices, so naming them adds nothing."""
    if _COMPARABLE.search(gap):
        return "headline" if indicator.category == "national_accounts" else "comparable"
    if _REAL.search(gap):
        return "real"
    return "nominal" if _NOMINAL.search(gap) else "headline"
