"""The bundled sample with a store: as in a local home, row for row, with few requests and nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
from services import S3

from orchestration.home.fingerprints import VOLATILE
from orchestration.home.installation import Installation, open_installation
from orchestration.release.changes import find_changes
from samples import serve as samples
from sources import store
from sources.lake import read_file
from sources.tables import RAW_TABLES, Table

PER_DOCUMENT, PER_CELL = 8, 150


def run(home: Path, catalogue: Path, **more: str) -> str:
    politeness = {"ALLOW_PRIVATE_ADDRESSES": "true", "DELAY_SECONDS": "0", "ADAPTIVE": "false"}
    environment = {**os.environ, **{f"BAOGAO_CRAWL_{name}": value for name, value in politeness.items()}, **more}
    command = [str(Path(sys.executable).parent / "baogao"), "run", "--home", str(home), "--catalogue", str(catalogue)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows_of(installation: Installation, table: Table) -> list[str]:
    paths = installation.lake.find(f"{table.name}/[0-9u]*/*.parquet")
    columns = [name for name in table.columns if name not in VOLATILE]
    data = pa.concat_tables([read_file(path, columns).replace_schema_metadata() for path in paths])
    return sorted(map(repr, data.to_pylist()))


def test_the_sample_in_a_store_is_the_sample(bucket: str, s3: S3, tmp_path: Path) -> None:
    before = len(s3.requests())
    with samples.serve(samples.SITE) as base_url:
        catalogue = Path(samples.sample_catalogue(base_url, tmp_path / "catalogue.csv"))
        run(tmp_path / "shared", catalogue)
        asked = len(s3.requests()) - before
        again = run(tmp_path / "shared", catalogue)
        asked_again = len(s3.requests()) - before - asked
        run(tmp_path / "local", catalogue, BAOGAO_STORE="")
    ours = open_installation(tmp_path / "shared")
    theirs = Installation(type(ours.home)(tmp_path / "local"), ours.settings.model_copy(update={"store": ""}))
    cells, documents = len(ours.entries()), len(ours.catalogue.entries)
    assert documents == 30 and asked <= PER_DOCUMENT * documents + PER_CELL * cells
    assert "nothing has changed" in again and asked_again <= PER_CELL * cells
    for table in RAW_TABLES:
        found = rows_of(ours, table)
        assert found and found == rows_of(theirs, table), table.name
    same_releases(ours.home.published_database, theirs.home.published_database)
    names = list(store.listing(bucket))
    assert not [name for name in names if "tmp" in name or "/." in name]
    for folder in (ours.home.raw, ours.home.lake, ours.home.quarantine):
        assert not folder.is_dir() or not list(folder.iterdir()), "all that is shared lies in the store"
    # a machine that has nothing but the settings sees the same
    elsewhere = open_installation(tmp_path / "elsewhere")
    assert len(list(elsewhere.lake.partitions("observations"))) == cells
    # what readers open over the network is the same file
    with duckdb.connect(ours.home.published_database, read_only=True) as connection:
        (rows,) = connection.execute("select count(*) from fct_observation").fetchall()
    assert rows[0] > 2000


def same_releases(one: Path, other: Path) -> None:
    """Hold two published files against each other: no cell differs, and no row of any table but for times."""
    with duckdb.connect(str(one), read_only=True) as connection:
        assert find_changes(other, connection).rows == []
        connection.execute(f"attach '{other}' as other (read_only)")
        own = connection.execute("select current_database()").fetchall()[0][0]
        tables = connection.execute(
            "select table_name, list(column_name) from duckdb_columns() where database_name = ? group by all", [own]
        ).fetchall()
        assert len(tables) > 10
        for table, names in tables:
            columns = ", ".join(f'"{name}"' for name in names if name not in VOLATILE)
            for first, second in ((own, "other"), ("other", own)):
                query = (
                    f"select {columns} from {first}.main.{table} except all select {columns} from {second}.main.{table}"
                )
                assert connection.execute(query).fetchall() == [], table
