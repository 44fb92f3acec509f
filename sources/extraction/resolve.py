"""From readings to rows: canonical units, one row per fact, ids, offsets in the text.

What belongs here: what makes a `Found` or a `Refused` a row of the tables. What does not: understanding.
"""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from typing import Any, Final

from sources.extraction.asides import Aside, line_of
from sources.extraction.engine import Walk
from sources.extraction.grammar.quantity import Quantity
from sources.extraction.lexicon import COUNTED, Indicator
from sources.extraction.results import Found, Refused

_CANONICAL: Final = {
    "亩": ("area", Decimal(1)),
    "公顷": ("area", Decimal(15)),
    "平方公里": ("area", Decimal(1500)),
    "平方米": ("area", Decimal("0.0015")),
}
DIGITS_SPLIT: Final = re.compile(r"[\d.．０-９]\s+[\d.．０-９]")


def _hash(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:20]


def canonical(found: Found) -> tuple[Decimal | None, Decimal | None, str | None]:
    """Return (value, upper end, unit) in the canonical unit of indicator and measure."""
    return to_canonical(found.quantity, found.indicator, found.measure, -1 if found.negative else 1)


def to_canonical(
    quantity: Quantity, indicator: Indicator, measure: str, sign: int = 1
) -> tuple[Decimal | None, Decimal | None, str | None]:
    """Return (value, upper end, unit) of a quantity told about `indicator`, times `sign`."""
    upper = quantity.upper
    if quantity.kind == "percent" or measure == "share":
        factor, unit = quantity.factor, "%"
    elif quantity.kind == "points":
        factor, unit = quantity.factor, "%" if measure == "level" else "个百分点"
    elif quantity.kind == "times":
        factor, unit = (Decimal(100), "%") if measure == "growth" else (Decimal(1), "倍")
    elif quantity.kind in ("usd", "currency"):
        factor, unit = (
            quantity.factor,
            "美元" if quantity.kind == "usd" else re.sub(r"^[万亿千百十]+", "", quantity.unit),
        )
    else:
        factor, unit = quantity.factor, indicator.canonical_unit
        area = _CANONICAL.get(unit.split("/")[0])
        if area and quantity.kind == "area":
            factor = factor / area[1]
    return quantity.value * factor * sign, upper * factor * sign if upper is not None else None, unit


def _key(found: Found) -> tuple[Any, ...]:
    value, upper, unit = canonical(found)
    timing = found.timing
    return (
        found.indicator.code,
        found.measure,
        value,
        upper,
        unit,
        timing.status,
        timing.first,
        timing.last,
        found.scope,
        found.basis,
    )


def deduplicate(walk: Walk) -> list[Found]:
    """Keep each fact once; thresholds that an exact figure supersedes and sub-annual figures beside the year's go."""
    kept: dict[tuple[Any, ...], Found] = {}
    for found in sorted(walk.found, key=lambda item: (item.quantity.start, item.indicator.code)):
        key = _key(found)
        if key in kept:
            walk.refused.append(_as_refused(found, "same_fact", "stated before", "stated_before"))
            continue
        kept[key] = found
    result = list(kept.values())
    tellings: dict[tuple[Any, ...], list[Found]] = {}
    for found in result:
        tellings.setdefault(_fact(found), []).append(found)
    final: list[Found] = []
    totals = {_year(found) for found in result if "loose_name" not in found.flags}
    for found in result:
        reason = _superseded(found, tellings[_fact(found)]) or _beside_total(found, totals)
        if reason:
            walk.refused.append(_as_refused(found, *reason, "beside_other_figures"))
        else:
            final.append(found)
    return final


def _fact(found: Found) -> tuple[Any, ...]:
    """What a figure is of: goals apart from results, results told as sure or as estimated together."""
    timing = found.timing
    goal = timing.status == "target"
    return found.indicator.code, found.measure, goal, timing.first, timing.last, found.scope


def _year(found: Found) -> tuple[Any, ...]:
    timing = found.timing
    return found.indicator.code, timing.status == "target", timing.first, timing.last, found.scope


def _beside_total(found: Found, totals: set[tuple[Any, ...]]) -> tuple[str, str] | None:
    """One kind counts only where it stands alone: the guide asks for the total where both are told."""
    counted = found.indicator.dimension in COUNTED or found.indicator.dimension == "percent"
    if counted and "loose_name" in found.flags and _year(found) in totals:
        return "part_of_whole", "one kind beside the total"
    return None


#: how far behind a threshold, in characters, the figure may stand that tells it exactly
_AT_ONCE: Final = 40
#: what crosses 百亿 and is told as such has not come to two of them, unless told in one breath: a figure of another
#: sentence that has is of another thing
_SAME, _NEXT = 3, 2


def _superseded(found: Found, rivals: list[Found]) -> tuple[str, str] | None:
    if _must_be_plausible(found) and implausible(found, canonical(found)[0]):
        return "part_of_whole", "out of all bounds for the whole"
    if found.sub_annual and any(not rival.sub_annual for rival in rivals):
        return "sub_annual", "beside the figure of the year"
    if found.quantity.shape == "digits2" and len(rivals) > 1:
        return "same_fact", "the exact figure stands beside it"
    if found.qualifier == "at_least" and found.measure == "level" and found.timing.status != "target":
        mine = canonical(found)
        for rival in rivals:
            # 总量跨越三千亿元台阶。预计生产总值完成3180亿元: told at once, if in a sentence of its own
            beside = 0 <= rival.quantity.start - found.quantity.end <= _AT_ONCE or rival.sentence == found.sentence
            if rival is found or rival.qualifier == "at_least" or not beside:
                continue
            other = canonical(rival)
            if (
                mine[2] == other[2]
                and mine[0] is not None
                and other[0] is not None
                and mine[0] <= other[0] < mine[0] * (_SAME if rival.sentence == found.sentence else _NEXT)
            ):
                return "same_fact", "superseded by the exact figure"
    return None


def implausible(found: Found, value: Decimal | None) -> bool:
    """Whether the canonical value lies outside the lexicon's bounds for the indicator and measure."""
    bounds = found.indicator.plausible.get(found.measure)
    if not bounds or value is None or found.quantity.kind in ("usd", "currency"):
        return False
    return not bounds[0] <= value <= bounds[1]


def _must_be_plausible(found: Found) -> bool:
    """A yearly growth or an amount of money out of all bounds is that of a part; over several "
    "years much can happen."""
    yearly = found.measure == "growth" and found.timing.first == found.timing.last
    return found.indicator.dimension.startswith("money") and (yearly or found.measure == "level")


def _as_refused(found: Found, reason: str, detail: str, rule: str) -> Refused:
    return Refused(found.quantity, reason, detail, found.section, found.sentence, f"{found.rule}:{rule}")


def observation(walk: Walk, found: Found, rules: str, lexicon: str) -> dict[str, Any]:
    """Return the row of tables.OBSERVATIONS of a reading, without `partition`."""
    view, quantity, context = walk.view, found.quantity, walk.context
    start, end = view.raw_span(quantity.start, quantity.end)
    sentence_start, sentence = walk.sentence(found.sentence)
    quote_start, _ = view.raw_span(min(found.span_start, quantity.start), quantity.end)
    value, upper, unit = canonical(found)
    sign = -1 if found.negative else 1
    flags = list(found.flags)
    surface = view.text[start:end]
    if DIGITS_SPLIT.search(surface):
        flags.append("digits_rejoined")
    if implausible(found, value):
        flags.append("implausible")
    timing = found.timing
    span = timing.first != timing.last or (timing.status == "target" and timing.last > context.report_year)
    return {
        "report_id": context.report_id,
        "observation_id": _hash(context.report_id, start, end, found.indicator.code, found.measure, timing.status),
        "indicator": found.indicator.code,
        "measure": found.measure,
        "value": float(quantity.value * sign),
        "value_upper": float(quantity.upper * sign) if quantity.upper is not None else None,
        "unit": quantity.unit,
        "qualifier": found.qualifier,
        "status": timing.status,
        "period_start": timing.first,
        "period_end": timing.last,
        "scope": found.scope,
        "canonical_value": float(value) if value is not None else None,
        "canonical_value_upper": float(upper) if upper is not None else None,
        "canonical_unit": unit,
        "horizon": "span" if span else "annual",
        "tier": found.tier,
        "basis": found.basis,
        "base_period": timing.base,
        "commitment": found.commitment,
        "relation": None,
        "relation_ref": None,
        "section": found.section,
        "sentence": sentence,
        "sentence_start": sentence_start,
        "surface": surface,
        "char_start": start,
        "char_end": end,
        "quote": view.text[quote_start:end],
        "rule": found.rule,
        "period_evidence": timing.evidence or None,
        "rule_version": rules,
        "lexicon_version": lexicon,
        "flags": ";".join(dict.fromkeys([*flags, *context.doubts])) or None,
        "reviewed": None,
    }


def told_apart(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return `rows` with an id each: one number may be told of several places (甲市、乙市均突破6000亿元) or years.

    The first keeps the id that it would have alone; a row that says nothing else is left out.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["observation_id"] in found:
            own = _hash(row["observation_id"], row["scope"], row["period_start"], row["period_end"])
            row = {**row, "observation_id": own}
        found.setdefault(row["observation_id"], row)
    return list(found.values())


def _rejection(
    walk: Walk, span: tuple[int, int], sentence: tuple[int, str], section: str, why: tuple[str, str, str], rules: str
) -> dict[str, Any]:
    start, end = span
    reason, detail, rule = why
    return {
        "report_id": walk.context.report_id,
        "rejection_id": _hash(walk.context.report_id, start, end, reason),
        "surface": walk.view.text[start:end],
        "char_start": start,
        "char_end": end,
        "sentence": sentence[1],
        "sentence_start": sentence[0],
        "section": section,
        "reason": reason,
        "detail": detail or None,
        "rule": rule,
        "rule_version": rules,
    }


def rejection(walk: Walk, refused: Refused, rules: str) -> dict[str, Any]:
    """Return the row of tables.REJECTIONS of a refused number, without `partition`."""
    span = walk.view.raw_span(refused.quantity.start, refused.quantity.end)
    why = (refused.reason, refused.detail, refused.rule)
    return _rejection(walk, span, walk.sentence(refused.sentence), refused.section, why, rules)


def aside(walk: Walk, number: Aside, rules: str) -> dict[str, Any]:
    """Return the row of tables.REJECTIONS of a number that the normal text left out, without `partition`."""
    start, end = line_of(walk.view.text, number.start, number.end)
    sentence = (start, walk.view.text[start:end])
    section = next(
        (item.section for item in walk.sections if item.char_start <= number.start < item.char_end), "unknown"
    )
    return _rejection(walk, (number.start, number.end), sentence, section, (number.reason, "", number.rule), rules)
