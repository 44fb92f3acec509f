"""What an observation says, as an English sentence made of its fields alone: for who can't read the Chinese one.

What belongs here: the grammar of these sentences, by rules. What does not: names of places (``latin.py``) and
of indicators (``registry/indicators.csv``); the words of the report, which nothing here looks at, so that the sentence
shows what was read and not what was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from sources.latin import place_in_english

#: canonical unit → one and several of it; counting words are no word of English
UNITS = {
    "元": ("yuan", "yuan"), "美元": ("US dollar", "US dollars"), "元/人": ("yuan per person", "yuan per person"),
    "人": ("person", "persons"), "人次": ("visit", "visits"), "亩": ("mu", "mu"), "吨": ("tonne", "tonnes"),
    "千瓦": ("kilowatt", "kilowatts"), "千瓦时": ("kilowatt-hour", "kilowatt-hours"), "天": ("day", "days"),
    "公里": ("kilometre", "kilometres"), "平方公里": ("square kilometre", "square kilometres"),
    "平方米/人": ("square metre per person", "square metres per person"),
    "微克/立方米": ("microgram per cubic metre", "micrograms per cubic metre"), "倍": ("time", "times"),
    "个百分点": ("percentage point", "percentage points"),
    **dict.fromkeys(["个", "家", "户", "座", "所", "部", "辆", "套", "头", "张"], ("", "")),
}  # fmt: skip
_SCALES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
_QUALIFIERS = {"about": "about ", "at_least": "at least ", "at_most": "at most "}
#: the same after "at"
_AT = {"about": "about ", "at_least": "no less than ", "at_most": "no more than "}
_BASES = {"comparable": " on a comparable basis", "real": " in real terms", "nominal": " in nominal terms"}
_RELATIONS = {
    "in_step": "in step with {}", "above": "above {}", "below": "below {}", "not_below": "not below {}",
    "as_assigned": "as assigned from above", "positive": "to grow", "unquantified": "without a number",
}  # fmt: skip
_REFERENCES = {
    "nation": "that of the nation", "province": "that of the province", "city": "that of the city",
    "previous_year": "that of the year before",
}  # fmt: skip


@dataclass(frozen=True)
class Observation:
    """The fields of a row of fct_observation that its sentence is made of, with English names for its codes.

    `teller` is the place whose report tells it, `place` the one that it is about; `scope` is empty where that is the
    whole of it. `value` and `upper` are in the canonical `unit`; `relation_name` is the indicator that a goal without
    a number is measured by.
    """

    indicator: str
    measure: str
    status: str
    period_start: int
    period_end: int
    teller: str
    place: str = ""
    scope: str = ""
    report_year: int | None = None
    value: float | None = None
    upper: float | None = None
    unit: str = ""
    qualifier: str = "exact"
    horizon: str = "annual"
    tier: str = "base"
    basis: str = "headline"
    base_period: str = ""
    relation: str = ""
    relation_ref: str = ""
    relation_name: str = ""


def sentence(o: Observation) -> str:
    """Return what `o` says in English; it ends with a full stop."""
    report = f"The {o.report_year} work report" if o.report_year else "The work report"
    # what was to be reached in a year that is over is told, not set
    sets = o.status == "target" and (o.report_year is None or o.period_end >= o.report_year)
    about = [part for part in (o.place if o.place != o.teller else "", o.scope) if part]
    whose = f" for {', '.join(reversed(about))}" if about else ""
    name = _in_a_sentence(o.indicator)
    if o.relation == "none_set":
        return f"{report} of {o.teller} sets no goal{whose} for {name} {_when(o, 'in')}."
    what = _relation(o) if o.value is None else _reading(o)
    verb = "sets" if sets else "gives"
    return f"{report} of {o.teller} {verb}{whose}, as {_role(o, sets)}, {name} {what}."


def _role(o: Observation, sets: bool) -> str:
    if o.status != "target":
        return f"the {'estimate' if o.status == 'estimated' else 'result'} {_when(o, 'for')}"
    goal = "stretch goal" if o.tier == "stretch" else "goal"
    plan = " of the plan" if o.horizon == "span" else ""
    return f"the {goal}{plan}{'' if sets else ' that was set'} {_when(o, 'for')}"


def _when(o: Observation, before: str) -> str:
    if o.period_start == o.period_end:
        return f"{before} {o.period_end}"
    years = f"{before} {o.period_start} to {o.period_end}"
    # the first began in 1953; from the sixth on they follow each other, and had years of adjustment before
    if o.period_start >= 1981 and o.period_start % 5 == 1 and o.period_end == o.period_start + 4:
        years += f", the years of the {_ordinal((o.period_start - 1981) // 5 + 6)} five-year plan"
    return years


def _reading(o: Observation) -> str:
    value, upper = o.value or 0.0, o.upper
    about = (_AT if o.measure in ("level", "share", "multiple") else _QUALIFIERS).get(o.qualifier, "")
    on = f" on {o.base_period}" if re.fullmatch(r"[0-9]{4}", o.base_period) else ""
    end = _BASES.get(o.basis, "")
    if o.measure == "level":
        return f"at {about}{_amount(value, upper, o.unit)}{end}"
    if o.measure == "share":
        return f"at a share of {about}{_amount(value, upper, o.unit)}{end}"
    if o.measure == "multiple":
        than = f"that of {o.base_period}" if on else "its former size"
        return f"at {about}{_amount(value, upper, '倍')} {than}{end}"
    yearly = " a year on average" if o.measure == "avg_growth" else ""
    return f"{_moved(value, upper, o, about)}{yearly}{on}{end}"


def _moved(value: float, upper: float | None, o: Observation, about: str) -> str:
    if value == 0 and upper is None:
        return "unchanged" if not about else f"with a change of {about}{_amount(value, None, o.unit)}"
    ends = [value] if upper is None else [value, upper]
    if min(ends) < 0 < max(ends):
        return f"with a change of {about}{_amount(min(ends), max(ends), o.unit)}"
    first, *last = sorted(map(abs, ends))
    return f"{'down' if min(ends) < 0 else 'up'} by {about}{_amount(first, last[0] if last else None, o.unit)}"


def _relation(o: Observation) -> str:
    reference = _in_a_sentence(o.relation_name) if o.relation_name else _REFERENCES.get(o.relation_ref, "its yardstick")
    return _RELATIONS.get(o.relation, "without a number").format(reference)


def _amount(value: float, upper: float | None, unit: str) -> str:
    """Return a number, or two as a range, with its unit: 1.2 trillion yuan, 6% to 6.5%."""
    largest = max(abs(value), abs(upper or 0))
    if unit in ("%", "‰"):
        return _range(value, upper, 1, unit if unit == "%" else " per mille")
    factor, scale = next((pair for pair in _SCALES if largest >= pair[0]), (1, ""))
    one, several = UNITS.get(unit) or (place_in_english(unit),) * 2
    word = one if largest == 1 and upper is None else several
    return f"{_range(value, upper, factor, '')}{scale}{f' {word}' if word else ''}"


def _range(value: float, upper: float | None, factor: float, end: str) -> str:
    numbers = [value] if upper is None else [value, upper]
    return " to ".join(f"{_number(number / factor)}{end}" for number in numbers)


def _number(value: float) -> str:
    """Return a number as it was told, without the noise of its last binary digits."""
    text = f"{Decimal(f'{value:.10g}'):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _in_a_sentence(name: str) -> str:
    """Return a name with a small first letter, but for what begins with an abbreviation: 5G, R&D, PM2.5."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
