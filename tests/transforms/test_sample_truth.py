"""The marts over the sample world's true observations, against a plain recomputation that knows nothing of SQL."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from dbt_harness import Warehouse
from lake_builder import LakeBuilder

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
ANNUAL_GROWTH = {"measure": "growth", "scope": "self", "optional": "", "tier": "base"}
LESS_IS_BETTER = {
    "consumer_price_index", "registered_unemployment_rate", "surveyed_unemployment_rate", "energy_intensity_gdp",
    "energy_intensity_industry", "pm25",
}  # fmt: skip


def read(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def growths(reports: set[str]) -> list[dict[str, str]]:
    """Return the annual growth rows of `reports`, goals and results, that are told once each."""
    rows = [r for r in read("truth.csv") if r["report_id"] in reports and r["period_start"] == r["period_end"]]
    rows = [r for r in rows if all(r[key] == value for key, value in ANNUAL_GROWTH.items()) and r["unit"] == "%"]
    told: dict[tuple[str, ...], int] = {}
    for row in rows:
        told[_key(row)] = told.get(_key(row), 0) + 1
    return [row for row in rows if told[_key(row)] == 1]


def _key(row: dict[str, str]) -> tuple[str, ...]:
    return (row["report_id"], row["indicator"], str(row["status"] == "target"), row["period_end"])


@pytest.fixture(scope="module")
def sample(build: Callable[..., Warehouse]) -> tuple[Warehouse, list[dict[str, str]]]:
    lake = LakeBuilder(overlay="regions: []")  # the shipped regions hold the sample's
    reports = {
        row["report_id"]: row
        for row in read("truth_reports.csv")
        if row["accepted"] == "true" and row["kind"] == "work_report" and not row["copy_of"]
    }
    for report_id, row in reports.items():
        lake.report(row["region_code"], int(row["report_year"]), report_id=report_id, level=row["level"])
    rows = growths(set(reports))
    for row in rows:
        lake.observe(
            row["report_id"], row["indicator"], "growth", float(row["value"]),
            status=row["status"], qualifier=row["qualifier"], surface=row["value"] + "%",
            period_start=int(row["period_start"]), period_end=int(row["period_end"]),
            value_upper=float(row["value_upper"]) if row["value_upper"] else None,
            canonical_value_upper=float(row["value_upper"]) if row["value_upper"] else None,
        )  # fmt: skip
    return build(lake), [row | {"region": reports[row["report_id"]]["region_code"]} for row in rows]


def test_goals_and_results_meet_in_the_panel(sample: tuple[Warehouse, list[dict[str, str]]]) -> None:
    warehouse, rows = sample
    panel = {(r["region_code"], str(r["year"])): r for r in warehouse.rows("from city_year_panel")}
    checked = 0
    for row in rows:
        if row["indicator"] == "gdp" and row["status"] == "target" and row["report_id"].endswith(row["period_end"]):
            assert panel[(row["region"], row["period_end"])]["gdp_tgt_g_pct"] == float(row["value"])
            checked += 1
    assert checked >= 20, "six regions, four years"


def test_verdicts_are_those_of_a_plain_recomputation(sample: tuple[Warehouse, list[dict[str, str]]]) -> None:
    warehouse, rows = sample
    results = {
        (row["region"], row["indicator"], row["period_end"]): row
        for row in rows
        if row["status"] != "target" and int(row["report_id"][-4:]) == int(row["period_end"]) + 1
    }
    found = {
        (r["region_code"], r["indicator"], str(r["year"])): r["verdict"]
        for r in warehouse.rows("from fct_target_outcome")
    }
    compared = 0
    for goal in rows:
        key = (goal["region"], goal["indicator"], goal["period_end"])
        if goal["status"] != "target" or not goal["report_id"].endswith(goal["period_end"]):
            continue
        result = results.get(key)
        if result is None or result["qualifier"] != "exact" or goal["qualifier"] == "about" or goal["value_upper"]:
            continue
        compared += 1
        sign = -1 if (goal["indicator"] in LESS_IS_BETTER or goal["qualifier"] == "at_most") else 1
        surplus = sign * (float(result["value"]) - float(goal["value"]))
        if surplus >= 0:
            assert found[key] == "met", key
        else:
            assert found[key] in ("missed", "within_rounding"), key
    assert compared >= 50
