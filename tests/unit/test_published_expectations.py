"""Every expectation on the panel, its cells and the former release has a row here that makes it fail.

What belongs here: verdicts on single rows. What does not: what a verdict does to a release
(``tests/orchestration/test_publication.py``), the raw tables (``test_expectations.py``).
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import expectations
from expectations import Suite, Verdict
from expectations.suites import published
from sources.settings import GateSettings

SETTINGS = GateSettings(lost="critical", lost_share=0.01, drift_warn_share=0.02, drift_stop_share=0.2, drift_cells=100)
SUITES = {suite.table: suite for suite in (published.PANEL, published.CELLS, published.against_former(SETTINGS))}
KEPT: dict[str, Any] = dict.fromkeys(["region_id", "year", "cause", "cells", "share", "_source_left", "_too_many"])

#: suite → a row that passes all
HEALTHY: dict[str, dict[str, Any]] = {
    "city_year_panel": {
        "region_id": "990100", "region_code": "990100", "region_name": "测试市", "level": "city", "year": 2022,
        "n_cells": 3,
    },
    "panel_cell_source": {
        "region_id": "990100", "year": 2022, "column_name": "gdp_growth_pct", "cell": "6.5", "surface": "6.5%",
        "sentence": "地区生产总值增长6.5%。", "report_id": "a", "location": "a.html", "snapshot_sha256": "0" * 64,
        "accepted": True,
    },
    "release": KEPT | {"cause": "parser", "cells": 150, "share": 0.01},
}  # fmt: skip
#: (suite, expectation) → what is changed in the healthy row
SICK: dict[tuple[str, str], dict[str, Any]] = {
    ("city_year_panel", "year_plausible"): {"year": 1804},
    ("city_year_panel", "level_known"): {"level": "galaxy"},
    ("city_year_panel", "region_named"): {"region_name": None},
    ("city_year_panel", "row_not_empty"): {"n_cells": 0},
    ("panel_cell_source", "year_plausible"): {"year": 2099},
    ("panel_cell_source", "percent_possible"): {"cell": "-104"},
    ("panel_cell_source", "percent_usual"): {"cell": "650"},
    ("panel_cell_source", "sentence_holds_number"): {"surface": "6.6%"},
    ("panel_cell_source", "report_accepted"): {"accepted": False},
    ("panel_cell_source", "snapshot_known"): {"snapshot_sha256": None},
    ("release", "coverage_kept"): KEPT | {"region_id": "a", "year": 2022, "_source_left": False, "_too_many": True},
    ("release", "source_kept"): KEPT | {"region_id": "a", "year": 2022, "_source_left": True, "_too_many": False},
    ("release", "drift_small"): {"share": 0.03},
    ("release", "drift_bearable"): {"share": 0.21},
}  # fmt: skip
#: rows beside a bound: they pass the expectation that they touch
BORDER: dict[tuple[str, str], dict[str, Any]] = {
    # a column that is no percentage is not judged as one
    ("panel_cell_source", "percent_possible"): {"column_name": "gdp_cny", "cell": "650000000000"},
    # a cell counted from several sentences has no surface of its own
    ("panel_cell_source", "sentence_holds_number"): {"surface": None},
    ("release", "coverage_kept"): KEPT | {"region_id": "a", "year": 2022, "_source_left": False, "_too_many": False},
    ("release", "drift_small"): {"share": 0.5, "cells": 99},
    ("release", "drift_bearable"): {"share": 0.9, "cause": "source"},
}


def test_a_cell_whose_report_nobody_knows_counts_as_one_of_none_that_was_accepted() -> None:
    for unknown in (None, float("nan"), pd.NA):
        verdict = judged("panel_cell_source", {"accepted": unknown})
        assert failed(verdict) == {"report_accepted"} and verdict.stopped


def judged(table: str, change: dict[str, Any]) -> Verdict:
    rows = pd.DataFrame([{**HEALTHY[table], **change}]).assign(partition=published.RELEASE)
    return expectations.judge(SUITES[table], rows, [published.RELEASE], "test")


def failed(verdict: Verdict) -> set[str]:
    return {result["expectation"] for result in verdict.failures()}


@pytest.mark.parametrize("table", sorted(HEALTHY))
def test_a_healthy_row_passes_all(table: str) -> None:
    assert failed(judged(table, {})) == set()


@pytest.mark.parametrize(("table", "expectation"), sorted(SICK))
def test_the_expectation_fails_and_a_critical_one_stops(table: str, expectation: str) -> None:
    verdict = judged(table, SICK[table, expectation])
    assert expectation in failed(verdict)
    severity = next(e.severity for e in SUITES[table].expectations if e.name == expectation)
    told = [reason for reason in verdict.stopped.get(published.RELEASE, []) if reason.startswith(f"{expectation}:")]
    assert bool(told) == (severity == "critical")
    assert verdict.quarantined.empty, "no row of a release is set aside"


@pytest.mark.parametrize(("table", "expectation"), sorted(BORDER))
def test_what_lies_beside_the_bound_passes(table: str, expectation: str) -> None:
    assert expectation not in failed(judged(table, BORDER[table, expectation]))


def test_every_expectation_has_a_failing_row() -> None:
    wanted = {(table, expectation.name) for table, suite in SUITES.items() for expectation in suite.expectations}
    assert wanted == set(SICK)


def test_a_loss_may_be_set_to_a_warning() -> None:
    suite: Suite = published.against_former(SETTINGS.model_copy(update={"lost": "warning"}))
    rows = pd.DataFrame([SICK["release", "coverage_kept"]]).assign(partition=published.RELEASE)
    verdict = expectations.judge(suite, rows, [published.RELEASE], "test")
    assert "coverage_kept" in failed(verdict) and not verdict.stopped
