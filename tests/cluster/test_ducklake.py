"""A release in a DuckLake: PostgreSQL has its catalogue, an S3 store its files."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import psycopg2
import pytest

from orchestration.home.installation import Installation, open_installation
from orchestration.home.releases import Release, ReleaseError
from orchestration.release import ducklake

TABLES = ("city_year_panel", "fct_observation")


def release(folder: Path, name: str, rows: int, tables: tuple[str, ...] = TABLES) -> Release:
    """Write the file of a release whose tables say which one it is, with comments as the marts have them."""
    (folder / name).mkdir()
    with duckdb.connect(str(folder / name / "baogao.duckdb")) as connection:
        for table in tables:
            connection.execute(
                f"create table {table} as select '{name}' as made_by, range as n, 1.5::decimal(9, 2) as value, "
                f"['a'] as words, now() as seen from range({rows})"
            )
            connection.execute(f"comment on table {table} is 'the table''s'")
            connection.execute(f"comment on column {table}.value is '数值'")
    return Release(name, folder / name, False, {})


@pytest.fixture
def published(installation: Installation, records: str, monkeypatch: pytest.MonkeyPatch) -> Installation:
    with psycopg2.connect(records) as session:
        pass
    session.autocommit = True
    with session.cursor() as cursor:
        cursor.execute("drop database if exists ducklake")
        cursor.execute("create database ducklake")
    session.close()
    monkeypatch.setenv("BAOGAO_PUBLISH_DUCKLAKE", f"{records.rpartition('/')[0]}/ducklake")
    return open_installation(installation.home.root)


def lake_of(installation: Installation) -> tuple[str, str, str]:
    return installation.settings.publish.ducklake, *ducklake._files(installation)


def commits(installation: Installation) -> list[str]:
    with ducklake.attached(*lake_of(installation)) as connection:
        rows = connection.execute(
            "select commit_message from ducklake_snapshots('lake') where author = 'baogao' order by snapshot_id"
        ).fetchall()
    return [message for (message,) in rows]


def test_a_release_is_one_commit_and_going_back_is_another(published: Installation, tmp_path: Path) -> None:
    first, second = release(tmp_path, "R1", 10), release(tmp_path, "R2", 20, (*TABLES, "gate_results"))
    for one in (first, first, second, second):
        ducklake.follow(published, one)
    assert commits(published) == ["R1", "R2"], "what is there is not committed again"
    with ducklake.attached(*lake_of(published)) as connection:
        connection.execute(f"attach '{second.path / 'baogao.duckdb'}' as release (read_only)")
        for table in (*TABLES, "gate_results"):
            rows = connection.execute(f"from lake.{table} order by n").fetchall()
            assert rows == connection.execute(f"from release.{table} order by n").fetchall()
        types = "select table_name, column_name, data_type, comment from duckdb_columns() where database_name = ?"
        told = [connection.execute(f"{types} order by all", [name]).fetchall() for name in ("lake", "release")]
        assert told[0] == told[1]
        (old,) = connection.execute(
            "select snapshot_id from ducklake_snapshots('lake') where commit_message = 'R1'"
        ).fetchone() or (0,)
        found = connection.execute(f"select distinct made_by from lake.fct_observation at (version => {old})")
        assert found.fetchall() == [("R1",)]
    ducklake.follow(published, first)
    assert commits(published) == ["R1", "R2", "R1"]
    with ducklake.attached(*lake_of(published)) as connection:
        assert connection.execute("select distinct made_by from lake.city_year_panel").fetchall() == [("R1",)]
        known = connection.execute("select table_name from duckdb_tables() where database_name = 'lake' order by 1")
        assert known.fetchall() == [(name,) for name in TABLES]


def test_a_reader_never_sees_two_releases(published: Installation, tmp_path: Path) -> None:
    releases = [release(tmp_path, f"R{number}", 1000) for number in range(4)]
    ducklake.follow(published, releases[0])
    over, seen = threading.Event(), []

    def read() -> None:
        with ducklake.attached(*lake_of(published)) as connection:
            while not over.is_set():
                seen.append(
                    connection.execute(
                        "select distinct a.made_by, b.made_by from lake.city_year_panel as a, lake.fct_observation as b"
                    ).fetchall()
                )

    reader = threading.Thread(target=read)
    reader.start()
    for one in releases[1:]:
        ducklake.follow(published, one)
    over.set()
    reader.join()
    assert seen and all(len(told) == 1 and told[0][0] == told[0][1] for told in seen)


def test_a_lake_that_does_not_answer_is_told(published: Installation, tmp_path: Path) -> None:
    made = release(tmp_path, "R1", 1)
    with pytest.raises(ReleaseError, match=r"R1 could not be committed .* \[publish\] ducklake"):
        ducklake.commit(made.path / "baogao.duckdb", "R1", "postgresql://x@127.0.0.1:1/x", f"{tmp_path}/lake/")
