"""A partition that the gate stopped, published all the same by a person: no door says that its reports tell nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import published_home
import pytest
from command_line import baogao
from published_home import decision, write_yaml

from orchestration.hops import observations
from sources.tables import OBSERVATIONS

CITY = "990100"


def twice(task: Any) -> Any:
    """Runs in a process, where it is not planted: each number of a report has two rows of one key."""
    found = observations.extract_one(task)
    return replace(found, observations=OBSERVATIONS.joined([found.observations, found.observations]))


@pytest.mark.slow
def test_an_override_publishes_withheld_cells_until_the_partition_passes(
    once: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = published_home.world(once, tmp_path / "world").home
    at = ("--home", home)

    def cells(year: int) -> dict[str, str]:
        with duckdb.connect(str(home / "published" / "baogao.duckdb"), read_only=True) as connection:
            return dict(
                connection.execute(
                    "select indicator, state from coverage_cell where region_id = ? and report_year = ? "
                    "and status_class = 'target'",
                    [CITY, year],
                ).fetchall()
            )

    before = cells(2022)
    assert {before["gdp"], before["grain_output"]} == {"told", "not_told"}
    # a decision of a person has the report read again
    write_yaml(home / "reviews" / "observations.yaml", [decision() | {"set": {"value": 7.5}}])
    monkeypatch.setattr(observations, "extract_one", twice)
    refused = baogao("run", *at)
    assert refused.code == 1 and "key_unique" in refused.err and cells(2022) == before, refused.err
    done = baogao("run", "--publish-anyway", "known", "--by", "评审人", *at)
    assert done.code == 1, "a partition stays behind"
    after = cells(2022)
    assert {name for name, state in after.items() if state == "told"} == {n for n, s in before.items() if s == "told"}
    assert after["gdp"] == "told" and after["grain_output"] == "withheld" and "not_told" not in after.values()
    assert "not_told" in cells(2023).values(), "of another partition nothing is withheld"
    why = pd.read_csv(home / "published" / "exports" / "city_year_panel_reasons.csv").set_index(["region_id", "year"])
    assert why.loc[(int(CITY), 2022)]["grain_tgt_tonnes"] == "f"
    told = baogao("panel", "霁川", "--indicator", "grain_output", "--measure", "level", "--format", "json", *at)
    rows = {row["year"]: row for row in json.loads(told.out)["rows"]}
    assert rows[2022]["target_reason"] == "withheld" and "key_unique" in rows[2022]["reason"], told.out

    monkeypatch.undo()
    mended = baogao("run", *at)
    assert mended.code == 0, mended.err
    assert cells(2022) == before
