"""When a warehouse that stands may be mended, and when a new one is called for."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.home.installation import Installation
from orchestration.home.provenance import Changed, read_state, record_warehouse
from orchestration.warehouse.built_from import changed_since_last_build
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
