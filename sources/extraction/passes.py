"""Passes over what a sentence yielded: what only the numbers together tell.

What belongs here: a qualifier for a whole list, an amount told twice, sums held against sums. What does not: one number
by itself (``finding.py``), the same figure in several sentences (``resolve.py``).
"""

from __future__ import annotations

import re
from typing import Final

from sources.extraction.grammar import qualifier
from sources.extraction.grammar.reading import Reading
from sources.extraction.results import Found, Refused

_CONVERTED: Final = re.compile("折|约合|合|汇率")


def spread_qualifier(normal: str, readings: list[Reading], found: list[Found]) -> None:
    """分别增长8.5%、10%以上: the qualifier behind the last number of such a list covers all, with a flag."""
    if not found:
        return
    by_number = {item.quantity.start: item for item in found}
    ends = {reading.quantity.start: reading.quantity for reading in readings}
    for reading in readings:
        last, mine = ends.get(reading.last_of_list), by_number.get(reading.quantity.start)
        if not reading.listed or last is None or mine is None or last is mine.quantity or "分别" not in reading.gap:
            continue
        told = qualifier.of_number("", normal[last.end : last.end + 8], last.qualifier)
        if mine.qualifier == "exact" and told != "exact":
            mine.qualifier = told
            mine.flags.append("qualifier_scope_ambiguous")


def told_again(normal: str, found: list[Found]) -> list[Refused]:
    """Take the same amount told again in another currency out of `found`: 6.31万元，约7600美元; return the refusals."""
    if not any(item.quantity.kind in ("usd", "currency") for item in found):
        return []
    told = {
        (item.indicator.code, item.measure): item.quantity.canonical for item in found if item.quantity.kind == "money"
    }
    kept: list[Found] = []
    again: list[Refused] = []
    for item in found:
        own = told.get((item.indicator.code, item.measure)) if item.quantity.kind in ("usd", "currency") else None
        lead_at = max(item.sentence[0], item.quantity.start - 12)
        # 31000亿元、突破5000亿美元: a dollar has cost six to nine yuan since 1994
        same = own is not None and item.quantity.kind == "usd" and 5 <= own / (item.quantity.canonical or 1) <= 9
        if own is not None and (same or _CONVERTED.search(normal, lead_at, item.quantity.start)):
            code = item.indicator.code
            again.append(Refused(item.quantity, "other_currency", code, item.section, item.sentence, "told_again"))
        else:
            kept.append(item)
    found[:] = kept
    return again


def sums_compared(found: list[Found]) -> None:
    """出口6.1亿美元,比“九五”时期增长3.1倍: what is held against the sum of a plan's years is such a sum itself."""
    risen = {
        (item.indicator.code, item.scope): item.timing
        for item in found
        if item.measure == "growth" and item.timing.rule == "against_a_plan"
    }
    for item in found if risen else ():
        span = risen.get((item.indicator.code, item.scope))
        if span and item.measure == "level" and item.indicator.nature == "flow" and item.timing.last == span.last:
            item.timing = item.timing._replace(first=span.first, rule="held_against_a_plan")
