"""What DuckDB may hold grows with the history, up to half of the machine."""

from __future__ import annotations

import os

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.home import database
from orchestration.home.installation import Installation
from orchestration.home.memory import LEAST, duckdb_limit
from orchestration.warehouse import builds
from sources.partitions import Partition
from sources.tables import OBSERVATIONS

ANY = {"string": "x", "int": 1, "float": 1.0, "bool": True}


def megabytes(limit: str) -> int:
    assert limit.endswith("MB")
    return int(limit.removesuffix("MB"))


def told(installation: Installation) -> str:
    with builds.dbt_environment(installation):
        return os.environ[builds.MEMORY]


@given(st.integers(min_value=0, max_value=10**15))
def test_the_limit_is_what_is_needed_within_its_bounds(needed: int) -> None:
    half = psutil.virtual_memory().total // 2 // 10**6
    assert megabytes(duckdb_limit(needed)) == max(LEAST, min(needed // 10**6, half))


def test_a_build_may_hold_more_where_there_are_more_observations(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(builds.MEMORY, raising=False)
    monkeypatch.setattr(builds, "_BYTES_HELD", 300 * 10**6)
    monkeypatch.setattr(builds, "_FEW", 0)
    assert told(installation) == "400MB"
    # how many there are is all that counts
    row = {field.name: None if field.nullable else ANY[field.dtype] for field in OBSERVATIONS.fields}
    installation.lake.write(OBSERVATIONS, Partition("990000", "2021"), OBSERVATIONS.to_arrow([row]), {})
    assert told(installation) == "700MB"
    monkeypatch.setattr(builds, "_BYTES_HELD", 10**12)
    assert told(installation) == "1000MB", "a long history is built in batches"
    monkeypatch.setattr(builds, "_FEW", 1)
    assert told(installation) == "400MB" and builds.threads(installation) == []
    monkeypatch.setattr(builds, "_ONE_BY_ONE", 0)
    assert builds.threads(installation) == ["--threads", "1"]
    assert builds.MEMORY not in os.environ
    monkeypatch.setenv(builds.MEMORY, "3GB")
    assert told(installation) == "3GB"


def test_a_file_that_is_open_is_opened_again_though_it_has_grown(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_OF_THE_FILE", 10**6)
    path = installation.home.root / "grown.duckdb"
    limit = "select current_setting('memory_limit')"
    with database.duckdb_at(path, read_only=False) as first:
        before = first.execute(limit).fetchall()
        with database.duckdb_at(path, read_only=False) as second:
            assert second.execute(limit).fetchall() != before
