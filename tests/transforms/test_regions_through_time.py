"""Regions of the shipped code table over their changes: figures are invented, codes and years are facts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from dbt_harness import Warehouse
from lake_builder import LakeBuilder

#: a city that lay in 440000 to 1988 and in 460000 since; a county of 512000 that went to 510100 in 2016;
#: a county-level city (330185) that is a district (330112) since 2017; a district (371202) whose land two others took
MOVED, CHANGED_CITY, BECAME_DISTRICT, DIVIDED = "460100", "510185", "330112", "371202-2018"


@pytest.fixture(scope="module")
def changed(build: Callable[..., Warehouse]) -> Warehouse:
    lake = LakeBuilder(overlay="regions: []")

    def goal_and_result(code: str, year: int, level: str, goal: float, result: float) -> None:
        report = lake.report(code, year, level=level)
        lake.observe(report, "gdp", "growth", goal, status="target")
        lake.observe(report, "gdp", "growth", result)

    for code, year, level, goal in (
        ("440000", 1988, "province", 9), ("460000", 1989, "province", 10), ("512000", 2016, "city", 8),
        ("510100", 2017, "city", 7), ("330100", 2017, "city", 7.5), ("330100", 2018, "city", 7.5),
    ):  # fmt: skip
        goal_and_result(code, year, level, goal, goal)
    goal_and_result("441000", 1988, "city", 11, 10)
    goal_and_result("460100", 1989, "city", 12, 11.5)
    goal_and_result("512081", 2016, "county", 8.5, 8)
    goal_and_result("510185", 2017, "county", 9, 8.4)
    goal_and_result("330185", 2017, "county", 8, 8)
    goal_and_result("330112", 2018, "county", 8, 8.1)
    goal_and_result("371202", 2018, "county", 8, 8)
    return build(lake)


@pytest.mark.parametrize(
    ("region", "year", "verdict", "codes"),
    [
        (MOVED, 1988, "met", ["441000", "460100"]),
        (CHANGED_CITY, 2016, "missed", ["512081", "510185"]),
        (BECAME_DISTRICT, 2017, "met", ["330185", "330112"]),
    ],
)
def test_goal_meets_result_over_the_change(
    changed: Warehouse, region: str, year: int, verdict: str, codes: list[str]
) -> None:
    outcome = changed.one("from fct_target_outcome where region_id = ? and year = ?", region, year)
    assert outcome["verdict"] == verdict
    reports = changed.rows("select region_code from dim_report where region_id = ? order by report_year", region)
    assert [row["region_code"] for row in reports] == codes
    panel = changed.rows("select year, region_code from city_year_panel where region_id = ? order by year", region)
    assert len(panel) == len({row["year"] for row in panel}), "one row per year, whatever the code"
    assert panel[0]["region_code"] == codes[0] and panel[-1]["region_code"] == codes[1]


@pytest.mark.parametrize(
    ("region", "year", "parent", "gap"),
    [
        (MOVED, 1988, "440000", 2), (MOVED, 1989, "460000", 2), (CHANGED_CITY, 2016, "512000", 0.5),
        (CHANGED_CITY, 2017, "510100", 2), (BECAME_DISTRICT, 2018, "330100", 0.5),
    ],
)  # fmt: skip
def test_the_parent_is_that_of_the_year(changed: Warehouse, region: str, year: int, parent: str, gap: float) -> None:
    row = changed.one("from fct_target_amplification where region_id = ? and year = ?", region, year)
    assert (row["parent_code"], row["gap_to_parent"]) == (parent, pytest.approx(gap))


def test_a_region_that_was_divided_is_not_followed_and_says_so(changed: Warehouse) -> None:
    (span,) = changed.rows("from dim_region where region_id = ?", DIVIDED)
    assert (span["last_year"], span["in_use"]) == (2018, False)
    assert "370116" in str(span["successors"])
    assert changed.one("from fct_target_outcome where region_id = ?", DIVIDED)["not_told_reason"] == "no_next_report"


def test_what_a_city_was_before_covers_nothing(changed: Warehouse) -> None:
    """The level and the province that count are those of the year that a claim is of."""
    missed = changed.rows(
        "select distinct level, province_code from coverage_report as m where state = 'not_in_catalogue' "
        "and not exists (from coverage_report as c where c.state <> 'not_in_catalogue' and c.level = m.level "
        "and (m.level = 'province' or c.province_code = m.province_code))"
    )
    assert [row for row in missed if row["level"] != "national"] == []
    assert changed.rows("from coverage_report where state = 'not_in_catalogue' and province_code = '510000' limit 1")
