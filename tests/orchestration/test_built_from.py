"""When a warehouse that stands may be mended, and when a new one is called for."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.home.installation import Installation
from orchestration.home.provenance import Changed, State, read_state, record_warehouse
from orchestration.warehouse.built_from import MOST_CHANGED, MOST_GROWN, SMALL, changed_since_last_build
from sources.home import Home
from sources.settings import Settings

NOTHING = Changed(frozenset(), frozenset())


@pytest.fixture
def built(installation: Installation) -> Installation:
    for path in installation.home.dbt_files:
        path.write_bytes(b"as dbt left it")
    record_warehouse(installation, read_state(installation), mended=False)
    return installation


def since(installation: Installation, built: str | None = None) -> Changed | None:
    now = read_state(installation)
    return changed_since_last_build(installation, now.hash if built is None else built, now)


def test_where_nothing_changed_nothing_is_built_again(built: Installation) -> None:
    assert since(built) == NOTHING


def test_a_home_that_was_moved_gets_a_new_warehouse(built: Installation, tmp_path: Path) -> None:
    # its views name the lake where it was
    built.home.root.rename(tmp_path / "elsewhere")
    assert since(Installation(Home(tmp_path / "elsewhere"), Settings())) is None


def test_other_files_than_dbt_left_are_not_mended(built: Installation) -> None:
    built.home.marts.write_bytes(b"a person was here")
    assert since(built) is None


def test_a_record_of_another_build_counts_for_nothing(built: Installation) -> None:
    assert since(built, "another hash") is None
    (built.home.root / "built_from.json").write_text("{}", encoding="utf-8")
    assert since(built) is None


def of_partitions(state: State, changed: int) -> State:
    """Return the state with a hundred partitions of observations, of which so many are others than with none."""
    hashes = {f"99/{number}": "another" if number < changed else "as it was" for number in range(100)}
    return replace(state, data={**state.data, "observations": hashes})


def mended(installation: Installation, size: int, changed: int, grown: float = 1.0) -> bool:
    """Whether a warehouse of so many bytes, `grown` times those that it began with, is mended."""
    state = of_partitions(read_state(installation), 0)
    for bytes_now, is_mended in ((int(size / grown), False), (size, True)):
        os.truncate(installation.home.marts, bytes_now)  # sparse: it takes no room on the disk
        record_warehouse(installation, state, mended=is_mended)
    now = of_partitions(state, changed)
    return changed_since_last_build(installation, state.hash, now) is not None


@pytest.mark.parametrize("changed", [1, 100])
def test_a_small_warehouse_is_mended_whatever_changed(built: Installation, changed: int) -> None:
    assert mended(built, SMALL // 2, changed, grown=10.0)


@pytest.mark.parametrize(
    ("changed", "grown", "is_mended"),
    [
        (int(100 * MOST_CHANGED), MOST_GROWN, True),
        (int(100 * MOST_CHANGED) + 1, 1.0, False),
        (1, MOST_GROWN + 0.1, False),
    ],
)
def test_a_large_one_is_mended_where_little_changed_and_little_room_was_left_behind(
    built: Installation, changed: int, grown: float, is_mended: bool
) -> None:
    assert mended(built, SMALL * 2, changed, grown) is is_mended
