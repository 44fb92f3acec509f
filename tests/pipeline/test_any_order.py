"""What is published depends on the documents and on nothing else: any order, several goes, and re-runs give the same.

A history is a shuffled catalogue that grows from go to go, with hops run anew over what is done already, through the
real hops and the SQL that dbt compiled; it is held against one go over the same documents in order.
"""

from __future__ import annotations

import csv
import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from dbt_harness import Warehouse, fill

from orchestration.home import provenance
from orchestration.home.installation import Installation
from orchestration.hops import HOPS
from orchestration.hops.outcomes import raise_if_stopped
from orchestration.warehouse import builds, built_from
from sources.home import REPOSITORY, Home
from sources.settings import Settings

SAMPLES = REPOSITORY / "samples"
#: clocks differ from run to run; all else may not
CLOCKS = {"gate_results": {"checked_at"}}

Tables = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class History:
    """Goes, each the rows of the catalogue as it stands then; `again` are goes that are run twice."""

    goes: list[list[dict[str, str]]]
    again: set[int] = field(default_factory=set)


def documents() -> list[dict[str, str]]:
    """Return the sample's rows of files on disk."""
    with (SAMPLES / "catalogue.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [row for row in rows if (SAMPLES / row["location"]).is_file()]


def random_history(rows: list[dict[str, str]], random_source: random.Random, n_goes: int) -> History:
    shuffled = random_source.sample(rows, len(rows))
    cuts = sorted(random_source.sample(range(1, len(rows)), n_goes - 1))
    # the catalogue grows, and its lines are shuffled anew each time
    goes = [random_source.sample(shuffled[:cut], cut) for cut in [*cuts, len(rows)]]
    return History(goes, {random_source.randrange(n_goes)})


def publish(history: History, root: Path, empty: Warehouse) -> Tables:
    """Run all hops over each go, then what dbt compiled; return the marts' rows, ordered."""
    home = Home(root / "home").create()
    for number, rows in enumerate(history.goes):
        catalogue = root / f"catalogue{number}.csv"
        with catalogue.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            for row in rows:
                writer.writerow(row)
        _link_documents(root, rows)
        installation = Installation(home, Settings())
        installation.follow(catalogue)
        for _ in range(2 if number in history.again else 1):
            _run_hops(Installation(home, Settings()))
    installation = Installation(home, Settings())
    builds.prepare(installation)
    built_from.tell_changed(installation, built_from.everything(provenance.read_state(installation)))
    built = fill(empty, Path(installation.lake.root), home.root)
    names = [
        row["n"] for row in built.rows("select table_name as n from duckdb_tables() where database_name = 'marts'")
    ]
    return {name: _ordered(built.rows(f'from "{name}"'), CLOCKS.get(name, set())) for name in names}


def _link_documents(root: Path, rows: list[dict[str, str]]) -> None:
    for row in rows:
        place = root / row["location"]
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            os.link(SAMPLES / row["location"], place)


def _run_hops(installation: Installation) -> None:
    partitions = sorted(installation.entries())
    for hop in HOPS:
        raise_if_stopped(hop.run(installation, partitions))


def _ordered(rows: list[dict[str, Any]], clocks: set[str]) -> list[tuple[Any, ...]]:
    return sorted((tuple((k, v) for k, v in row.items() if k not in clocks) for row in rows), key=repr)


def hold(seed: int, n_documents: int, n_goes: int, root: Path, empty: Warehouse) -> None:
    random_source = random.Random(seed)
    rows = random_source.sample(documents(), n_documents)
    expected = publish(History([sorted(rows, key=lambda row: row["location"])]), root / "at_once", empty)
    found = publish(random_history(rows, random_source, n_goes), root / "in_goes", empty)
    assert expected["city_year_panel"] and expected["fct_target_outcome"], "there is something to compare"
    for name, table in expected.items():
        assert repr(found[name]) == repr(table), name


def test_a_history_of_two_goes_publishes_the_same(tmp_path: Path, empty: Warehouse) -> None:
    hold(seed=6, n_documents=5, n_goes=2, root=tmp_path, empty=empty)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_longer_histories_publish_the_same(tmp_path: Path, seed: int, empty: Warehouse) -> None:
    hold(seed=seed, n_documents=14, n_goes=4, root=tmp_path, empty=empty)
