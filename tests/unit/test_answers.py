"""Names of places as assistants give them, on the register itself; guidance for every code that an answer may have."""

from __future__ import annotations

import re

import pytest

from dashboard.comparing import VERDICTS, reason_codes
from dashboard.phrases import WITH_TEXT
from dashboard.store import NOT_HERE, NOT_MADE, NOT_TAKEN
from orchestration.answers import questions
from orchestration.answers.places import called, near
from orchestration.answers.shape import guidance, why
from sources.registry.regions import load_regions


@pytest.mark.parametrize(
    ("typed", "year", "region_id"),
    [
        # codes, old ones too
        ("420600", None, "420600"), ("430302", None, "430302"), ("130621", None, "130607"),
        ("422500", 1982, "422500-1983"),
        # renamed, upgraded, merged: the place that it is today
        ("襄樊市", None, "420600"), ("襄樊", 2008, "420600"), ("湖北省襄樊市", None, "420600"),
        ("Xiangfan", None, "420600"),
        ("浑江市", None, "220600"), ("满城县", None, "130607"), ("通县", None, "110112"), ("襄樊市", 2015, "420600"),
        ("思茅市", 2005, "530800"), ("中甸县", None, "533401"), ("崇安县", None, "350782"),
        # gone, and nobody's name today
        ("崇文区", None, "110103-2010"), ("莱芜市", 2010, "371200-2018"),
        # whole, short, with the parent, in Latin and traditional letters
        ("襄阳", None, "420600"), ("普洱", None, "530800"), ("大理州", None, "532900"),
        ("南京市鼓楼区", None, "320106"),
        ("福州鼓楼", None, "350102"), ("Xiangyang City", None, "420600"), ("Shaanxi", None, "610000"),
        ("urumqi", None, "650100"), ("Yanbian Korean Autonomous Prefecture", None, "222400"), ("廣東", None, "440000"),
        ("全国", None, "100000"), ("China", None, "100000"),
    ],
)  # fmt: skip
def test_a_name_of_any_year_is_one_place(typed: str, year: int | None, region_id: str) -> None:
    assert [place.region_id for place in called(load_regions(), typed, None, year)] == [region_id]


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("鼓楼区", {"320106", "320302", "350102", "410204"}), ("朝阳区", {"110105", "220104"}),
        ("吉林", {"220000", "220200"}), ("jilin", {"220000", "220200"}), ("Taizhou", {"321200", "331000"}),
        # a district bears the name, a city that is gone bore it
        ("思茅", {"530800", "530802"}), ("莱芜", {"370116", "371200-2018"}),
    ],
)  # fmt: skip
def test_a_name_of_several_places_is_asked_back(typed: str, ids: set[str]) -> None:
    assert {place.region_id for place in called(load_regions(), typed)} >= ids


@pytest.mark.parametrize(
    ("typed", "level", "year", "region_id"),
    [("吉林", "city", None, "220200"), ("思茅", "county", None, "530802"), ("巢湖市", None, 2005, "341400-2011"),
     ("巢湖市", "county", 2020, "340181")],
)  # fmt: skip
def test_level_or_year_tell_which_is_meant(typed: str, level: str | None, year: int | None, region_id: str) -> None:
    assert [place.region_id for place in called(load_regions(), typed, level, year)] == [region_id]


def test_nobodys_name_has_candidates_and_a_place_tells_its_names() -> None:
    assert called(load_regions(), "阴阳市" * 100) == [] and called(load_regions(), " ") == []
    assert "襄阳市" in {place.name for place in near(load_regions(), "Xiangyan")}
    (place,) = called(load_regions(), "襄樊")
    assert place.names == ["襄樊市 1981–2010", "襄阳市 2010–"]
    assert (place.name, place.name_en, place.parent) == ("襄阳市", "Xiangyang City", "湖北省")


def test_every_code_has_guidance_without_a_figure() -> None:
    own = {
        "region_shared", "region_unknown", "no_region_of_level", "indicator_shared", "indicator_unknown",
        "measure_unknown", "nobody_says", "outside", "not_in_catalogue", "refused",
    }  # fmt: skip
    codes = {*reason_codes(), *WITH_TEXT, *own, NOT_HERE, NOT_MADE, NOT_TAKEN} - {*VERDICTS} | {"pending"}
    assert codes - guidance().keys() == set()
    for code in guidance():
        told = why(code)
        for text in (told.may_conclude, told.may_not_conclude, told.zh, told.en):
            assert text and not re.search(r"\d", text), (code, text)
        assert "_" not in told.en and told.zh != code, f"{code} is told by its code"


def test_questions_say_what_they_answer() -> None:
    assert [question.__name__ for question in questions.QUESTIONS] == [
        "regions", "indicators", "value", "series", "compare", "table", "who_says", "coverage",
    ]  # fmt: skip
    assert all(question.__doc__ for question in questions.QUESTIONS)
