"""Bad rows planted among the sound rows of a real run: the gate meant for each catches it, and none gets through.

The table of docs/gates.md is written by this test: run it with BAOGAO_UPDATE_SNAPSHOTS=1 after a change of `PLANTS`.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from dbt_harness import MODELS_ONLY, run_dbt
from planted import PLANTS, Plant, Row

from orchestration.home.installation import Installation
from orchestration.home.withheld import withheld
from orchestration.hops import HOPS, gate
from orchestration.hops.cell import Cell
from orchestration.warehouse import builds
from sources.home import REPOSITORY, Home
from sources.partitions import Partition
from sources.settings import Settings
from sources.tables import BY_NAME, RAW_TABLES

NAME = "990100_2022.txt"
PARTITION = Partition("990000", "2022")
#: where a planted row says that it is one: the first column of its key, or one that nothing is judged by
MARK = {"snapshots": "location", "sentences": "searched", "term_counts": "term"}
DOCUMENT = REPOSITORY / "docs" / "gates.md"
BEGIN, END = "<!-- planted rows: written by tests/orchestration/test_planted.py -->", "<!-- end of planted rows -->"


@dataclass(frozen=True)
class Caught:
    """What became of a planted row: the expectations that named it, and whether its partition was kept back."""

    named: frozenset[str]
    stopped: bool


@dataclass(frozen=True)
class Planted:
    installation: Installation
    sound: dict[str, int]
    caught: dict[Plant, Caught]


def mark_of(plant: Plant) -> tuple[str, str]:
    """Return (column, value) by which the plant's row is found again."""
    table = BY_NAME[plant.table]
    return MARK.get(plant.table, table.key[0]), f"planted-{PLANTS.index(plant)}"


def base_row(table: str, rows: list[Row]) -> Row:
    """Return a sound row that every change of PLANTS can spoil."""
    if table != "observations":
        return rows[0]
    return next(
        r
        for r in rows
        if (r["measure"], r["unit"], r["horizon"], r["status"]) == ("growth", "%", "annual", "actual")
        and r["value_upper"] is None
        and not r["reviewed"]
        and r["surface"][0].isdigit()
    )


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    base, home = tmp_path_factory.mktemp("documents"), Home(tmp_path_factory.mktemp("home")).create()
    shutil.copyfile(REPOSITORY / "samples" / "reports" / NAME, base / NAME)
    with (base / "catalogue.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [("location", "region_code", "region", "level", "report_year"), (NAME, "990100", "", "", "2022")]
        )
    overlay = REPOSITORY / "samples" / "regions.yaml"
    if overlay.is_file():
        shutil.copyfile(overlay, home.root / "regions.yaml")
    installation = Installation(home, Settings(workers=1))
    installation.follow(base / "catalogue.csv")
    for hop in HOPS:
        hop.run(installation, [PARTITION])
    lake = installation.lake
    sound = {t.name: data.to_pylist() for t in RAW_TABLES if (data := lake.read(t, PARTITION)) is not None}
    caught: dict[Plant, Caught] = {}
    behind = gate.reports_behind(
        {PARTITION: sound["reports"]},
        n_observations={PARTITION: BY_NAME["observations"].columns_of(sound["observations"])},
        n_rejections={PARTITION: BY_NAME["rejections"].columns_of(sound["rejections"])},
    )
    for name in sound:
        mine = [plant for plant in PLANTS if plant.table == name]
        for group in (*([p] for p in mine if p.stops), [p for p in mine if not p.stops]):
            for plant, found in _write(installation, group, sound[name], behind):
                caught[plant] = found
    return Planted(installation, {name: len(rows) for name, rows in sound.items()}, caught)


def _write(
    installation: Installation, group: list[Plant], sound: list[Row], behind: Any
) -> Iterator[tuple[Plant, Caught]]:
    """Put the rows of `group` among the sound ones through the gate, as a hop does; yield what became of each."""
    table = BY_NAME[group[0].table]
    rows = list(sound)
    for plant in group:
        column, value = mark_of(plant)
        bad = {**plant.spoil(base_row(table.name, sound)), column: value}
        rows += [bad, dict(bad)] if plant.twice else [bad]
    with_reports = behind if table.name not in ("snapshots", "reports") else None
    judged = gate.judge(table, {PARTITION: table.columns_of(rows)}, "planted", with_reports)[PARTITION]
    cell = Cell[Any](installation, (table,), PARTITION, {"rows": "planted"})
    cell.add({table: judged})
    stopped = cell.close()[table].stopped
    failed = {result["expectation"] for result in judged.results if not result["success"]}
    for plant in group:
        column, value = mark_of(plant)
        named = {n for row in judged.quarantined if row[column] == value for n in row["expectation"].split(";")}
        yield plant, Caught(frozenset(failed if plant.stops else named), bool(stopped))


def test_there_are_many_kinds() -> None:
    assert len({(plant.table, plant.what) for plant in PLANTS}) == len(PLANTS) >= 40


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.table}-{plant.gate}-{PLANTS.index(plant)}")
def test_the_gate_meant_for_it_catches_it(planted: Planted, plant: Plant) -> None:
    found = planted.caught[plant]
    assert plant.gate in found.named
    assert found.stopped == plant.stops


@pytest.mark.parametrize("table", sorted({plant.table for plant in PLANTS}))
def test_no_planted_row_is_in_the_lake_and_no_sound_one_is_lost(planted: Planted, table: str) -> None:
    data = planted.installation.lake.read(BY_NAME[table], PARTITION)
    assert data is not None and "planted" not in json.dumps(data.to_pylist(), default=str)
    assert data.num_rows == planted.sound[table]
    aside = pq.read_table(gate.quarantine_path(planted.installation, table, PARTITION)).to_pylist()
    column = mark_of(next(p for p in PLANTS if p.table == table))[0]
    marks = {mark_of(p)[1] for p in PLANTS if p.table == table and not p.stops}
    assert {row[column] for row in aside} == marks
    assert all(row["sentence"] for row in aside if "sentence" in row and "sentence_present" not in row["expectation"])


def test_what_was_set_aside_is_withheld_by_cell_and_by_page(planted: Planted) -> None:
    found = [row for row in withheld(planted.installation) if row["report_id"] or row["location"]]
    numbers = [row for row in found if row["table_name"] == "observations"]
    growth = base_row("observations", _sound(planted, "observations"))
    own = {(row["indicator"], row["measure"], row["status_class"], row["year"]) for row in numbers}
    told = (growth["indicator"], "growth", "result", growth["period_end"])
    assert told in own and ("happiness", *told[1:]) in own and ("gdp", "level", *told[2:]) in own
    assert all(1066 < row["year"] < 2999 for row in numbers), "no cell is of such a year"
    pages = {(row["table_name"], row["region_code"], row["report_year"]) for row in found if row["location"]}
    assert pages == {("reports", "990100", 2022), ("snapshots", "990100", 2022)}, "whose the catalogue says they are"


def _sound(planted: Planted, table: str) -> list[Row]:
    data = planted.installation.lake.read(BY_NAME[table], PARTITION)
    assert data is not None
    return list(data.to_pylist())


@pytest.mark.slow
def test_no_planted_row_is_in_the_warehouse(planted: Planted, tmp_path: Path) -> None:
    builds.prepare(planted.installation)
    built = run_dbt(*MODELS_ONLY, lake=Path(planted.installation.lake.root), root=tmp_path, target=tmp_path / "target")
    tables = [r["t"] for r in built.rows("select table_name as t from duckdb_tables() where schema_name = 'main'")]
    assert "fct_observation" in tables
    for table in tables:
        if table != "gate_results":
            assert "planted-" not in json.dumps(built.rows(f'from "{table}"'), default=str), table
    assert built.one("select count(*) as n from fct_observation")["n"] == planted.sound["observations"]


def test_the_table_in_the_documentation_is_what_was_seen(planted: Planted) -> None:
    lines = [BEGIN, "| raw table | planted | gate | what followed |", "| --- | --- | --- | --- |"]
    for plant in PLANTS:
        followed = "partition kept back" if planted.caught[plant].stopped else "row set aside"
        caught = followed if plant.gate in planted.caught[plant].named else "NOT CAUGHT"
        lines.append(f"| {plant.table} | {plant.what} | `{plant.gate}` | {caught} |")
    table = "\n".join([*lines, END])
    text = DOCUMENT.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    if os.environ.get("BAOGAO_UPDATE_SNAPSHOTS"):
        DOCUMENT.write_text(before + table + after, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == before + table + after
