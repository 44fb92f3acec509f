"""What DuckDB may hold grows with the history, up to half of the machine."""

from __future__ import annotations

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.lib import warehouse
from orchestration.lib.installation import Installation
from orchestration.lib.memory import LEAST, duckdb_limit
from orchestration.lib.resources import duckdb_at
from sources.partitions import Partition
from sources.tables import OBSERVATIONS

ANY = {"string": "x", "int": 1, "float": 1.0, "bool": True}


def megabytes(limit: str) -> int:
    assert limit.endswith("MB")
    return int(limit.removesuffix("MB"))


@given(st.integers(min_value=0, max_value=10**15))
def test_the_limit_is_what_is_needed_within_its_bounds(needed: int) -> None:
    half = psutil.virtual_memory().total // 2 // 10**6
    assert megabytes(duckdb_limit(needed)) == max(LEAST, min(needed // 10**6, half))


def test_a_build_may_hold_more_where_there_are_more_observations(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(warehouse.MEMORY, raising=False)
    monkeypatch.setattr(warehouse, "_BYTES_HELD", 900 * 10**6)
    assert warehouse.settings_of_dbt(installation)[warehouse.MEMORY] == f"{LEAST}MB"
    # how many there are is all that counts
    row = {field.name: None if field.nullable else ANY[field.dtype] for field in OBSERVATIONS.fields}
    installation.lake.write(OBSERVATIONS, Partition("990000", "2021"), OBSERVATIONS.to_arrow([row]), {})
    assert warehouse.settings_of_dbt(installation)[warehouse.MEMORY] == "900MB"
    monkeypatch.setenv(warehouse.MEMORY, "3GB")
    assert warehouse.settings_of_dbt(installation)[warehouse.MEMORY] == "3GB"


def test_a_file_that_is_open_is_opened_again_though_it_has_grown(installation: Installation) -> None:
    path = installation.home.root / "grown.duckdb"
    with duckdb_at(path, read_only=False) as first:
        first.execute("create table t as select range as n from range(10)")
        with duckdb_at(path, read_only=False) as second:
            assert second.execute("select current_setting('memory_limit')").fetchall() == [("762.9 MiB",)]
