"""Invariants of the choosing, over arbitrary rivals: the compiled model runs in memory, without dbt around it."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pytest
from dbt_harness import Warehouse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FACT = ["region_id", "period_start", "period_end", "indicator", "measure", "status_class", "horizon", "tier", "basis"]
COLUMNS = {
    "qualifier": st.sampled_from(["exact", "about", "at_least", "at_most"]),
    "status": st.sampled_from(["actual", "estimated", "target"]),
    "told_by": st.sampled_from(["own", "own", "other"]),
    "canonical_value": st.sampled_from([100.0, 100.2, 101.64, 90.0, -3.0]),
    "canonical_value_upper": st.sampled_from([None, None, None, 120.0]),
    "rounding_half": st.sampled_from([0.5, 0.05, 0.005]),
    "report_year": st.integers(2021, 2024),
    "report_id": st.sampled_from(["a", "b", "c"]),
    "sitting_no": st.sampled_from([1, 1, 2]),
    "copy_rank": st.sampled_from([1, 1, 2]),
    "kind_rank": st.sampled_from([0, 0, 1]),
    "completeness_rank": st.sampled_from([0, 1]),
    "is_mid_year": st.booleans(),
    "section": st.sampled_from(["review_year", "goals_year", "tasks", "front"]),
    "n_digits": st.integers(1, 5),
    "char_start": st.integers(0, 3),
    "flags": st.sampled_from([None, "loose_name", "implausible"]),
    "tier": st.sampled_from(["base", "base", "stretch"]),
    "period_start": st.sampled_from([2021, 2021, 2017]),
}
FIXED = {
    "region_id": "990100", "region_code": "990100", "period_end": 2021, "indicator": "gdp", "measure": "level",
    "basis": "headline", "canonical_unit": "元", "accepted": True, "is_exact_copy": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def choose(built: Warehouse) -> Any:
    """Return a function that ranks rows of int_observations by the compiled model."""
    sql = built.results["int_rivals"]["compiled_code"]
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as work; create schema work.intermediate")
    connection.execute("create table work.intermediate.int_touched_regions as select '990100' as region_id, 0 as batch")

    def ranked(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        frame = pd.DataFrame(rows).astype({"flags": "str", "canonical_value_upper": "float"})
        frame["flags"] = frame["flags"].where(frame["flags"].isin(["loose_name", "implausible"]), None)
        connection.register("given_rows", frame)
        connection.execute("create or replace table work.intermediate.int_observations as from given_rows")
        return connection.execute(sql).fetchall()

    def chosen(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = ranked(rows)
        names = [column[0] for column in connection.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found]

    return chosen


@st.composite
def tellings(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = draw(st.lists(st.fixed_dictionaries(COLUMNS), min_size=1, max_size=8))
    return [
        FIXED
        | row
        | {
            "observation_id": f"o{number}",
            "status_class": "target" if row["status"] == "target" else "result",
            "horizon": "annual" if row["period_start"] == 2021 else "span",
        }
        for number, row in enumerate(rows)
    ]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), rows=tellings())
def test_choice_depends_on_the_rows_and_not_on_their_order(choose: Any, data: st.DataObject, rows: list) -> None:
    found = choose(rows)
    assert choose(data.draw(st.permutations(rows))) == found
    assert {row["observation_id"] for row in found} == {row["observation_id"] for row in rows}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=tellings())
def test_what_the_rules_promise(choose: Any, rows: list) -> None:
    given_rows = {row["observation_id"]: row for row in rows}
    facts: dict[str, list[dict[str, Any]]] = {}
    for row in choose(rows):
        facts.setdefault(row["fact_id"], []).append(row)
    for members in facts.values():
        originals = [given_rows[row["observation_id"]] for row in members]
        assert len({tuple(row[name] for name in FACT) for row in originals}) == 1, "facts never mix"
        assert [row["choice_rank"] for row in members] == list(range(1, len(members) + 1))
        best = originals[0]
        assert best["told_by"] == "own" or all(row["told_by"] == "other" for row in originals)
        assert members[0]["disagreement"] is None and members[0]["agrees"]
        assert (members[0]["chosen_by"] is not None) and all(row["chosen_by"] is None for row in members[1:])
        assert all(row["agrees"] == (row["disagreement"] is None) for row in members)
