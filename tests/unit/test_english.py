"""The English sentence of an observation: all combinations in English alone, these ones as they should be."""

from __future__ import annotations

import csv
import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.english import UNITS, Observation, sentence
from sources.latin import place_in_english
from sources.registry.export import INDICATORS_CSV
from sources.registry.regions import load_regions
from sources.tables import BASES, HORIZONS, MEASURES, QUALIFIERS, RELATIONS, STATUSES, TIERS

with INDICATORS_CSV.open(encoding="utf-8", newline="") as _stream:
    INDICATORS = list(csv.DictReader(_stream))
GDP = {
    "indicator": "Gross regional product", "measure": "growth", "status": "target", "period_start": 2024,
    "period_end": 2024, "teller": "Jichuan City", "place": "Jichuan City", "report_year": 2024, "value": 5.5,
    "unit": "%",
}  # fmt: skip
#: what may stand in a sentence: no code with an underscore, no Chinese, no `None`, no doubled space, no empty bracket
PLAIN = re.compile(r"The (?:20\d\d )?work report of (?:(?!None|nan| {2}|_|at at |\(\)| ,)[ -~µ³üÜ’])+[^ ]\.")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "sets, as the goal for 2024, gross regional product up by 5.5%."),
        ({"qualifier": "about"}, "sets, as the goal for 2024, gross regional product up by about 5.5%."),
        ({"value": 6.0, "upper": 6.5}, "sets, as the goal for 2024, gross regional product up by 6% to 6.5%."),
        (
            {"value": -3.0, "upper": -2.5, "qualifier": "at_least"},
            "sets, as the goal for 2024, gross regional product down by at least 2.5% to 3%.",
        ),
        (
            {"value": -1.0, "upper": 1.0},
            "sets, as the goal for 2024, gross regional product with a change of -1% to 1%.",
        ),
        ({"value": 0.0}, "sets, as the goal for 2024, gross regional product unchanged."),
        (
            {"measure": "level", "qualifier": "at_least", "indicator": "Share of days of good air quality"},
            "sets, as the goal for 2024, share of days of good air quality at no less than 5.5%.",
        ),
        ({"tier": "stretch"}, "sets, as the stretch goal for 2024, gross regional product up by 5.5%."),
        ({"basis": "real"}, "sets, as the goal for 2024, gross regional product up by 5.5% in real terms."),
        (
            {"period_start": 2023, "period_end": 2023},
            "gives, as the goal that was set for 2023, gross regional product up by 5.5%.",
        ),
        (
            {"status": "actual", "period_start": 2023, "period_end": 2023, "measure": "level", "unit": "元",
             "value": 1.486e12},
            "gives, as the result for 2023, gross regional product at 1.486 trillion yuan.",
        ),
        (
            {"status": "estimated", "period_start": 2023, "period_end": 2023, "place": "Qingwu County"},
            "gives for Qingwu County, as the estimate for 2023, gross regional product up by 5.5%.",
        ),
        (
            {"scope": "Wangting New Town", "measure": "level", "unit": "元", "value": 1.0},
            "sets for Wangting New Town, as the goal for 2024, gross regional product at 1 yuan.",
        ),
        (
            {"measure": "avg_growth", "period_start": 2021, "period_end": 2025, "horizon": "span"},
            "sets, as the goal of the plan for 2021 to 2025, the years of the 14th five-year plan, "
            "gross regional product up by 5.5% a year on average.",
        ),
        (
            {"status": "actual", "period_start": 2019, "period_end": 2023, "measure": "multiple", "value": 1.7,
             "unit": "倍", "base_period": "2018"},
            "gives, as the result for 2019 to 2023, gross regional product at 1.7 times that of 2018.",
        ),
        (
            {"indicator": "R&D expenditure as a share of GRP", "measure": "pp_change", "value": 1.0,
             "unit": "个百分点"},
            "sets, as the goal for 2024, R&D expenditure as a share of GRP up by 1 percentage point.",
        ),
        (
            {"indicator": "5G base stations", "measure": "change", "value": 1200.0, "unit": "座"},
            "sets, as the goal for 2024, 5G base stations up by 1,200.",
        ),
        (
            {"indicator": "Grain output", "measure": "share", "value": 23.25},
            "sets, as the goal for 2024, grain output at a share of 23.25%.",
        ),
        (
            {"value": None, "relation": "in_step", "relation_ref": "gdp", "relation_name": "Gross regional product",
             "indicator": "Per-capita disposable income of residents"},
            "sets, as the goal for 2024, per-capita disposable income of residents in step with "
            "gross regional product.",
        ),
        (
            {"value": None, "relation": "above", "relation_ref": "province"},
            "sets, as the goal for 2024, gross regional product above that of the province.",
        ),
        ({"value": None, "relation": "none_set"}, "sets no goal for gross regional product in 2024."),
    ],
)  # fmt: skip
def test_a_sentence_is_told_as_it_should_be(fields: dict[str, object], told: str) -> None:
    assert sentence(Observation(**{**GDP, **fields})) == f"The 2024 work report of Jichuan City {told}"  # type: ignore[arg-type]


@pytest.mark.parametrize("measure", MEASURES)
def test_every_indicator_is_told_in_english_in_every_way(measure: str) -> None:
    # all indicators with each status and qualifier, which take the rest in turns
    rest = itertools.cycle(itertools.product(TIERS, BASES, HORIZONS, ((5.5, None), (-0.3, None), (1e13, 2e13))))
    for status, qualifier, indicator in itertools.product(STATUSES, QUALIFIERS, INDICATORS):
        tier, basis, horizon, (value, upper) = next(rest)
        told = sentence(
            Observation(
                indicator=indicator["name_en"], measure=measure, status=status, period_start=2021, period_end=2025,
                teller="Jichuan City", report_year=2021, value=value, upper=upper,
                unit=indicator["canonical_unit"] if measure in ("level", "change") else "%", qualifier=qualifier,
                horizon=horizon, tier=tier, basis=basis,
            )
        )  # fmt: skip
        assert PLAIN.fullmatch(told), told


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("reference", ["", "nation", "province", "city", "previous_year", "what_nobody_knows"])
def test_every_goal_without_a_number_is_told_in_english(relation: str, reference: str) -> None:
    given_fields = {**GDP, "value": None, "relation": relation, "relation_ref": reference}
    assert PLAIN.fullmatch(sentence(Observation(**given_fields)))  # type: ignore[arg-type]


def test_every_canonical_unit_has_its_words() -> None:
    assert {row["canonical_unit"] for row in INDICATORS} - {"%"} <= set(UNITS)


@settings(deadline=None)  # the first place in Chinese loads the dictionary of readings
@given(st.floats(min_value=-1e15, max_value=1e15), st.sampled_from([*UNITS, "%", "‰", "吨标准煤/万元"]))
def test_any_number_is_told_plainly(value: float, unit: str) -> None:
    told = sentence(Observation(**{**GDP, "measure": "level", "value": value, "unit": unit}))  # type: ignore[arg-type]
    assert PLAIN.fullmatch(told) and not re.search(r"\de[+-]?\d", told), told


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("霁川市", "990100", "Jichuan City"), ("清坞县", "990121", "Qingwu County"), ("中国", "100000", "China"),
        ("内蒙古自治区", "150000", "Inner Mongolia Autonomous Region"), ("长子县", "", "Zhangzi County"),
        ("延边朝鲜族自治州", "", "Yanbian Korean Autonomous Prefecture"), ("单县", "", "Shanxian County"),
        ("东乡族自治县", "", "Dongxiang Autonomous County"), ("呼和浩特市", "150100", "Hohhot City"),
        ("霁川经济技术开发区", "", "Jichuan Economic and Technological Development Zone"),
        ("木垒哈萨克自治县", "", "Mulei Kazakh Autonomous County"), ("区", "", "Qu"),
    ],
)  # fmt: skip
def test_a_place_has_its_latin_name(name: str, code: str, told: str) -> None:
    assert place_in_english(name, code) == told


def test_no_place_of_the_register_keeps_a_chinese_character() -> None:
    wrong = {
        told
        for region in load_regions().all()
        if not re.fullmatch(r"[A-ZÜ][ -~üÜ’]+", told := place_in_english(region.name, region.code))
    }
    assert wrong == set()
