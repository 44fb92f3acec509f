"""Printing one sentence: places in braces become words or figures, and every figure printed is recorded as true.

What belongs here: the template language and the fields of a true observation. What does not: which sentence stands
where (``compose``) and what the figures are (``facts``).

``{gdp.level}`` prints a figure of the year in hand; ``{gdp.level@-1}`` of the year before; ``{child1:gdp.growth}`` of
another region, which becomes the scope; ``{x.rise}`` prints the verb too (增长, 下降); ``{x.fall}`` prints a fall
without its sign; ``超过{x.level>超过}`` rounds the figure as that word asks; ``{since:2023}`` prints nothing and leaves
the sentence out before that report year; ``{a+b.growth}`` records one number for two indicators; ``{n:3-9}`` is a
number that means nothing; ``{=fixed_asset_investment.level:60-90亿元@park1}`` is one that is true of the park alone.
"""

from __future__ import annotations

import csv
import random
import re
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from samples.world.facts import QUALIFIER, Figure, Region, Value, World, plain

INDICATORS = Path(__file__).parents[2] / "sources" / "registry" / "indicators.csv"
_PLACE = re.compile(r"\{([^{}]+)\}")
_DRAWN = re.compile(r"=(\w+)\.(\w+):(\d+)-(\d+)(\D+?)@(\w+)")
_FIGURE = re.compile(r"(?:(\w+):)?([\w+]+)\.(\w+)(@-1)?(?:>(\w+))?")


class LeaveOut(Exception):  # noqa: N818
    """The sentence can't be said of this region and year."""


@dataclass(frozen=True)
class Truth:
    """One true observation: the guide's fields, with tier and relation; value and unit are empty beside a relation."""

    indicator: str
    measure: str
    value: Decimal | None
    value_upper: Decimal | None
    unit: str
    qualifier: str
    status: str
    period_start: int
    period_end: int
    scope: str
    quote: str
    tier: str = "base"
    relation: str = ""


@dataclass(frozen=True)
class Context:
    """Where a sentence stands: whose it is, which year's figures it prints, and what they count as."""

    world: World
    region: Region
    year: int
    store: str
    status: str
    span: tuple[int, int] | None = None
    words: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    def at(self, **changes: object) -> Context:
        return replace(self, **changes)  # type: ignore[arg-type]


@cache
def natures() -> dict[str, str]:
    with INDICATORS.open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row["nature"] for row in csv.DictReader(handle)}


def say(template: str, context: Context, draw: random.Random) -> tuple[str, list[Truth]]:
    """Return the printed template and its true observations; raise LeaveOut where a figure is not there."""
    printed: list[str] = []
    pending: list[tuple[int, Truth]] = []
    position, length = 0, 0
    for match in _PLACE.finditer(template):
        before = template[position : match.start()]
        printed.append(before)
        length += len(before)
        word, truths = _place(match.group(1), context, draw, "".join(printed))
        pending += [(length, truth) for truth in truths]
        printed.append(word)
        length += len(word)
        position = match.end()
    printed.append(template[position:])
    text = "".join(printed)
    return text, [replace(truth, quote=_sentence(text, offset)) for offset, truth in pending]


def _sentence(text: str, offset: int) -> str:
    start = text.rfind("。", 0, offset) + 1
    end = text.find("。", offset)
    return text[start : end if end >= 0 else len(text)]


def _place(name: str, context: Context, draw: random.Random, before: str) -> tuple[str, list[Truth]]:
    if name in context.words:
        return context.words[name], []
    if name.startswith("n:"):
        low, high = name[2:].split("-")
        return str(draw.randint(int(low), int(high))), []
    if name.startswith("since:"):
        if int(context.words["R"]) < int(name[6:]):
            raise LeaveOut(name)
        return "", []
    match = _DRAWN.fullmatch(name)
    if match:
        return _drawn(match.groups(), context, draw)
    match = _FIGURE.fullmatch(name)
    if not match:
        raise LeaveOut(name)
    other, indicators, measure, earlier, word = match.groups()
    code = context.region.code
    if other:
        if other not in context.others:
            raise LeaveOut(name)
        code = context.others[other]
    year = context.year - (1 if earlier else 0)
    first = indicators.split("+")[0]
    looked_up = "growth" if measure in ("rise", "fall") else measure
    figure = context.world.get(code, year, context.store, first, looked_up)
    if figure is None:
        raise LeaveOut(name)
    if word:
        figure = _loosely(figure, word)
    surface = _surface(figure, measure)
    scope = context.world.regions[code].name if other else "self"
    status = _status(context, before)
    truths = [
        _truth(indicator.removesuffix("_final"), looked_up, value, context, year, scope, status)
        for indicator in indicators.split("+")
        for value in figure.values
    ]
    if figure.relation:
        truths = [
            Truth(indicator, looked_up, None, None, "", "exact", status, year, year, scope, "", "base", figure.relation)
            for indicator in indicators.split("+")
        ]
    return surface, truths


def _drawn(parts: tuple[str, ...], context: Context, draw: random.Random) -> tuple[str, list[Truth]]:
    """Return a figure of a park, which has no facts of its own: drawn here, true of the place alone."""
    indicator, measure, low, high, unit, place = parts
    number = draw.randint(int(low), int(high))
    value = Value(Decimal(number), unit)
    truth = _truth(indicator, measure, value, context, context.year, context.words[place], context.status)
    return f"{number}{unit}", [truth]


def _loosely(figure: Figure, word: str) -> Figure:
    """Return the figure to two digits: down after 超过, up after 近, to the nearest after 约."""
    value = figure.values[0]
    step = Decimal(1).scaleb(value.value.adjusted() - 1)
    rounding = {"at_least": ROUND_FLOOR, "about": ROUND_CEILING if word == "近" else ROUND_HALF_UP}[QUALIFIER[word]]
    number = Decimal(plain((value.value / step).to_integral_value(rounding) * step))
    return Figure(f"{plain(number)}{value.unit}", (replace(value, value=number, qualifier=QUALIFIER[word]),))


def _surface(figure: Figure, measure: str) -> str:
    negative = bool(figure.values) and figure.values[0].value < 0
    if measure == "rise":
        return f"下降{figure.surface.replace('-', '')}" if negative else f"增长{figure.surface}"
    if measure == "fall":
        if not negative:
            raise LeaveOut(measure)
        return figure.surface.replace("-", "")
    if negative:
        raise LeaveOut(measure)
    return figure.surface


def _status(context: Context, before: str) -> str:
    sentence = before[before.rfind("。") + 1 :]
    return "estimated" if context.status == "actual" and "预计" in sentence else context.status


def _truth(
    indicator: str, measure: str, value: Value, context: Context, year: int, scope: str, status: str
) -> Truth:  # fmt: skip
    start, end = year, year
    if context.span:
        over = measure in ("avg_growth", "growth", "change", "pp_change") or (
            measure == "level" and natures()[indicator] == "flow"
        )
        start, end = context.span if over else (context.span[1], context.span[1])
    return Truth(
        indicator, measure, value.value, value.upper, value.unit, value.qualifier, status, start, end, scope, "",
        value.tier,
    )  # fmt: skip


def row(report_id: str, truth: Truth) -> dict[str, str]:
    """Return the truth as a row of ``truth.csv``."""
    return {
        "report_id": report_id,
        "indicator": truth.indicator,
        "measure": truth.measure,
        "value": "" if truth.value is None else plain(truth.value),
        "value_upper": "" if truth.value_upper is None else plain(truth.value_upper),
        "unit": truth.unit,
        "qualifier": truth.qualifier,
        "status": truth.status,
        "period_start": str(truth.period_start),
        "period_end": str(truth.period_end),
        "scope": truth.scope,
        "optional": "",
        "quote": truth.quote,
        "tier": truth.tier,
        "relation": truth.relation,
    }
