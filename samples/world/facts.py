"""What is true in the fictional world: results and promises of every region and year, each with its printed form.

What belongs here: loading ``regions.yaml`` and ``works.yaml`` and deriving the figures from them, deterministically.
What does not: sentences (``phrases``), the order of a report (``compose``).

A figure is looked up by region, year, store (``actual``, ``target``, ``span``), indicator and measure. A promise of
year t is drawn first, the result of t follows from it, so targets are told as met or missed a year later.
"""

from __future__ import annotations

import datetime
import random
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
YEARS = (2021, 2022, 2023, 2024)
LEVELS = ("province", "city", "county")
#: yearly growth of prices in the fictional world: levels are nominal, growth is real
PRICES = {2020: 0.9, 2021: 2.6, 2022: 1.8, 2023: 0.7, 2024: 0.9}
_FORM = re.compile(r"(不低于|控制在)?(\d+(?:\.\d+)?)(%?)(?:—(\d+(?:\.\d+)?)%)?(以上|左右|以内|以下)?")
QUALIFIER = {
    "以上": "at_least", "不低于": "at_least", "超过": "at_least", "突破": "at_least", "超": "at_least",
    "左右": "about", "约": "about", "近": "about", "以内": "at_most", "以下": "at_most", "不超过": "at_most",
}  # fmt: skip


@dataclass(frozen=True)
class Value:
    """One number of a figure; `upper` where it is a range."""

    value: Decimal
    unit: str
    qualifier: str = "exact"
    upper: Decimal | None = None
    tier: str = "base"


@dataclass(frozen=True)
class Figure:
    """What a place in a sentence prints (`surface`) and the numbers it states; none where `relation` stands instead."""

    surface: str
    values: tuple[Value, ...]
    relation: str | None = None


@dataclass(frozen=True)
class Region:
    """A fictional region as ``regions.yaml`` tells it."""

    code: str
    name: str
    short: str
    level: str
    data: dict[str, Any]

    @property
    def word(self) -> str:
        """The character that stands for the region's rank: 省, 市, 县."""
        return self.name[-1]

    def meeting(self, year: int) -> datetime.date:
        date = self.data["meetings"][year]
        assert isinstance(date, datetime.date)
        return date

    def published(self, year: int) -> datetime.date:
        date = self.data["published"][year]
        assert isinstance(date, datetime.date)
        return date

    def congress(self, year: int) -> tuple[str, str]:
        congress, session = self.data["congress"][year]
        return congress, session


Key = tuple[str, int, str, str, str]


@dataclass
class World:
    """All regions and their figures, by (region code, year, store, indicator, measure)."""

    regions: dict[str, Region]
    figures: dict[Key, Figure] = field(default_factory=dict)

    def get(self, code: str, year: int, store: str, indicator: str, measure: str) -> Figure | None:
        return self.figures.get((code, year, store, indicator, measure))

    def put(self, code: str, year: int, store: str, name: str, figure: Figure) -> None:
        indicator, measure = name.rsplit(".", 1)
        self.figures[code, year, store, indicator, measure] = figure


def rounded(value: float | Decimal, digits: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """Return `value` as reports print it: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact(value: float | Decimal, unit: str, digits: int) -> Figure:
    number = rounded(value, digits)
    return Figure(f"{plain(number)}{unit}", (Value(number, unit),))


def percent(value: float | Decimal, digits: int = 1) -> Figure:
    return exact(value, "%", digits)


def printed(surface: str) -> Figure:
    """Return the figure of a growth target as ``regions.yaml`` prints it; raise ValueError on a form not known."""
    if surface.startswith("~"):
        relation, words = surface[1:].split(" ", 1)
        return Figure(words, (), relation)
    values = []
    for index, piece in enumerate(re.split(r"、力争", surface)):
        match = _FORM.fullmatch(piece)
        if not match:
            raise ValueError(f"regions.yaml: target {surface!r} has a form that is not known")
        before, low, _, high, after = match.groups()
        qualifier = QUALIFIER.get(before or after or "", "exact")
        upper = Decimal(high) if high else None
        values.append(Value(Decimal(low), "%", qualifier, upper, "stretch" if index else "base"))
    return Figure(surface, tuple(values))


def formed(form: str, number: Decimal, unit: str) -> Figure:
    """Return `number` printed in `form` (``{}以上``); a form with % in it prints the unit itself."""
    unit_printed = "" if "%" in form else unit
    word = form.replace("{}", "").replace("%", "")
    surface = form.replace("{}", f"{plain(number)}{unit_printed}")
    return Figure(surface, (Value(number, unit, QUALIFIER.get(word, "exact")),))


def load_world() -> World:
    """Return the whole world. Deterministic: every draw is seeded by what it is drawn for."""
    raw = yaml.safe_load((HERE / "regions.yaml").read_text("utf-8"))
    rules = yaml.safe_load((HERE / "works.yaml").read_text("utf-8"))
    world = World({c: Region(c, d["name"], d["short"], d["level"], d) for c, d in raw.items()})
    for region in world.regions.values():
        _headline(world, region)
        for name, rule in rules["growth_only"].items():
            _growth_only(world, region, name, rule)
        for name, rule in rules["money"].items():
            _money(world, region, name, rule)
        _incomes(world, region, rules["income"])
        for name, rule in rules["works"].items():
            _works(world, region, name, rule)
        _spans(world, region)
    return world


def _draw(*what: object) -> random.Random:
    return random.Random("|".join(str(part) for part in what))


def _growth_of(region: Region, year: int) -> float:
    return float(region.data["growth"][year - 2020])


def _headline(world: World, region: Region) -> None:
    level = float(region.data["gdp_2019"])
    for year in (2020, 2021, 2022, 2023):
        growth = _growth_of(region, year)
        level *= (1 + growth / 100) * (1 + PRICES[year] / 100)
        world.put(region.code, year, "actual", "gdp.level", exact(level, "亿元", 1))
        world.put(region.code, year, "actual", "gdp.growth", percent(growth))
        revised = level * (1 + _draw(region.code, year, "revision").choice([-0.004, 0.003, 0.005, -0.002]))
        world.put(region.code, year, "actual", "gdp_final.level", exact(revised, "亿元", 1))
    for year in YEARS:
        world.put(region.code, year, "target", "gdp.growth", printed(region.data["target"][year - 2021]))
        income = printed(region.data["income_target"][year - 2021])
        for indicator in ("urban_disposable_income", "rural_disposable_income", "resident_disposable_income"):
            world.put(region.code, year, "target", f"{indicator}.growth", income)


def _target_growth(region: Region, year: int, name: str, offsets: list[float], forms: list[str]) -> Figure:
    """Return the promise: near the region's goal for GDP, moved by the indicator's offset, in halves of a point."""
    goal = printed(region.data["target"][year - 2021])
    base = float(goal.values[0].value) if goal.values else 6.0
    draw = _draw(region.code, year, name, "target")
    half = round((base + draw.uniform(max(offsets[0], -0.5), offsets[1])) * 2) / 2
    number = Decimal(str(half)).normalize()
    return formed(draw.choice(forms), Decimal(plain(number)), "%")


def _result(region: Region, year: int, name: str, rule: dict[str, Any]) -> float:
    draw = _draw(region.code, year, name, "result")
    value = _growth_of(region, year) + draw.uniform(*rule["growth"])
    if year == 2020:
        value -= rule.get("dip_2020", 0)
    return round(value, 1)


def _growth_only(world: World, region: Region, name: str, rule: dict[str, Any]) -> None:
    indicator = "tertiary_industry_value_added" if name == "service" else name
    for year in (2020, 2021, 2022, 2023):
        world.put(region.code, year, "actual", f"{indicator}.growth", percent(_result(region, year, name, rule)))
    for year in YEARS:
        figure = _target_growth(region, year, name, rule["growth"], rule["forms"])
        world.put(region.code, year, "target", f"{indicator}.growth", figure)


def _money(world: World, region: Region, name: str, rule: dict[str, Any]) -> None:
    level = float(region.data["gdp_2019"]) * rule["ratio"] * _draw(region.code, name).uniform(0.9, 1.12)
    for year in (2020, 2021, 2022, 2023):
        growth = _result(region, year, name, rule)
        level *= 1 + growth / 100
        world.put(region.code, year, "actual", f"{name}.level", exact(level, rule["unit"], rule["digits"]))
        world.put(region.code, year, "actual", f"{name}.growth", percent(growth))
    for year in YEARS:
        world.put(region.code, year, "target", f"{name}.growth",
                  _target_growth(region, year, name, rule["growth"], rule["forms"]))  # fmt: skip


def _incomes(world: World, region: Region, rules: dict[str, Any]) -> None:
    for name, rule in rules.items():
        level = rule["base"][LEVELS.index(region.level)] * _draw(region.code, name).uniform(0.93, 1.08)
        for year in (2020, 2021, 2022, 2023):
            growth = _result(region, year, name, rule)
            level *= 1 + growth / 100
            world.put(region.code, year, "actual", f"{name}.level", exact(level, "元", 0))
            world.put(region.code, year, "actual", f"{name}.growth", percent(growth))


def _at(rule: dict[str, Any], key: str, level: str) -> Any:
    value = rule[key]
    return value[LEVELS.index(level)] if isinstance(value, list) else value


def _works(world: World, region: Region, name: str, rule: dict[str, Any]) -> None:
    base = _at(rule, "base", region.level)
    if base is None:
        return
    unit, digits, forms = _at(rule, "unit", region.level), _at(rule, "digits", region.level), rule["forms"]
    draw = _draw(region.code, name)
    rate, step = bool(rule.get("rate")), rule.get("round", 1)
    stored = rule.get("as", f"{name}.level")
    if rate:
        spread = rule.get("spread", 0.01)
        value = base * draw.uniform(1 - spread, 1 + spread)
    else:
        value = base * (float(region.data["size"]) if unit not in ("天", "微克/立方米") else 1.0)
        value *= draw.uniform(0.88, 1.1) if unit not in ("天", "微克/立方米") else draw.uniform(0.98, 1.02)
    results: dict[int, Decimal] = {2019: _stepped(value, digits, step)}
    for year in (2020, 2021, 2022, 2023, 2024):
        grown = value + rule["trend"] if rate else value * (1 + rule["trend"] / 100)
        promise = _promise(grown, digits, step, rate)
        if year in YEARS:
            form = draw.choice(forms)
            world.put(region.code, year, "target", stored, formed(form, promise, unit))
            if rate:
                points = rounded(abs(rule["trend"]), 2)
                world.put(region.code, year, "target", f"{name}.pp_change", exact(points, "个百分点", 2))
            elif promise > results[year - 1]:
                more = _promise(float(promise - results[year - 1]), digits, step, False)
                world.put(region.code, year, "target", f"{name}.change", formed(draw.choice(forms), more, unit))
        value = grown + draw.uniform(-0.12, 0.2) if rate else grown * draw.uniform(0.985, 1.06)
        value = min(value, rule.get("cap", 1e12))
        results[year] = _stepped(value, digits, step)
        if year == 2024:
            break
        world.put(region.code, year, "actual", stored, exact(results[year], unit, digits))
        difference = results[year] - results[year - 1]
        if rate and difference > 0:
            world.put(region.code, year, "actual", f"{name}.pp_change", exact(difference, "个百分点", digits))
        if not rate and difference > 0:
            world.put(region.code, year, "actual", f"{name}.change", exact(difference, unit, digits))
        if not rate and results[year - 1]:
            ratio = (results[year] / results[year - 1] - 1) * 100
            world.put(region.code, year, "actual", f"{name}.growth", percent(ratio))
    if stored.endswith(".level"):
        world.put(region.code, 2019, "actual", stored, exact(results[2019], unit, digits))


def _stepped(value: float, digits: int, step: int) -> Decimal:
    number = rounded(value, digits)
    return number // step * step if step > 1 else number


def _promise(value: float, digits: int, step: int, rate: bool) -> Decimal:
    """Return `value` as a planner writes it: two significant digits, or the rate with one decimal less."""
    if rate:
        return rounded(value, 1)
    number = Decimal(str(value))
    magnitude = max(number.adjusted() - 1, -digits)
    return Decimal(plain((number / Decimal(1).scaleb(magnitude)).to_integral_value() * Decimal(1).scaleb(magnitude)))


SUMMED = ("new_urban_employment", "old_communities_renovated", "rural_roads_built", "high_standard_farmland",
          "school_places_added", "schools_built", "afforestation_area", "tax_fee_reduction", "major_projects",
          "new_market_entities", "talent_introduced")  # fmt: skip


def _spans(world: World, region: Region) -> None:
    """Figures of the plan period that ended in 2020, of terms of office, and goals to 2025 and of the next term."""
    plan = region.data["plan_2025"]
    for start, end in ((2016, 2020), (2017, 2021), (2018, 2022)):
        draw = _draw(region.code, start, "span")
        known = [_growth_of(region, year) for year in range(2020, end + 1)]
        average = (sum(known) + (5 - len(known)) * (7.6 if region.level == "county" else 7.0)) / 5
        world.put(region.code, end, "span", "gdp.avg_growth", percent(round(average, 1)))
        for name, extra in (("industrial_value_added", 0.9), ("fixed_asset_investment", 1.6),
                            ("general_budget_revenue", 0.7), ("urban_disposable_income", -0.2),
                            ("rural_disposable_income", 1.1)):  # fmt: skip
            shift = draw.uniform(-0.4, 0.5)
            world.put(region.code, end, "span", f"{name}.avg_growth", percent(round(average + extra + shift, 1)))
        for name in SUMMED:
            figure = world.get(region.code, end, "actual", name, "level")
            assert figure is not None, name
            value = figure.values[0]
            total = float(value.value) * draw.uniform(4.4, 4.9)
            digits = max(-int(value.value.as_tuple().exponent), 0)
            world.put(region.code, end, "span", f"{name}.level", exact(_stepped(total, digits, 1), value.unit, digits))
        multiple = rounded(draw.uniform(1.32, 1.58), 2)
        world.put(region.code, end, "span", "gdp.multiple", exact(multiple, "倍", 2))
        world.put(region.code, end, "span", "high_tech_enterprises.multiple", exact(draw.uniform(2.2, 3.8), "倍", 1))
        rise = rounded(draw.uniform(4.2, 6.1), 1)
        world.put(region.code, end, "span", "urbanisation_rate.pp_change", exact(rise, "个百分点", 1))
        fall = rounded(draw.uniform(14.0, 19.5), 1)
        world.put(region.code, end, "span", "energy_intensity_gdp.growth", percent(-fall))
    world.put(region.code, 2025, "plan", "gdp.avg_growth", printed(plan["gdp"]))
    world.put(
        region.code, 2025, "plan", "urbanisation_rate.level", formed("{}%以上", Decimal(plan["urbanisation"]), "%")
    )
    world.put(region.code, 2025, "plan", "rd_intensity.level", formed("{}%", Decimal(plan["rd"]), "%"))
    world.put(region.code, 2025, "plan", "forest_coverage.level", formed("{}%", Decimal(plan["forest"]), "%"))
    world.put(region.code, 2025, "plan", "energy_intensity_gdp.growth", percent(Decimal("-13.5")))
    jobs = world.get(region.code, 2021, "target", "new_urban_employment", "level")
    assert jobs is not None
    employment = _promise(float(jobs.values[0].value) * 5, 1, 1, False)
    world.put(region.code, 2025, "plan", "new_urban_employment.level",
              formed("{}以上", employment, jobs.values[0].unit))  # fmt: skip
