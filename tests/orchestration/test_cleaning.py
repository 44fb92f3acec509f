"""Cleaning gives back the room of Dagster's old runs, and leaves what a person keeps."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from orchestration.cockpit import instance as of_instance
from orchestration.cockpit.cleaning import old_runs
from orchestration.cockpit.defs.automation.jobs import remove_leftovers
from orchestration.cockpit.instance import open_instance
from orchestration.cockpit.resources import InstallationResource
from sources.home import Home


@dg.asset(check_specs=[dg.AssetCheckSpec("gate", asset="something")])
def something():  # type: ignore[no-untyped-def]  # Dagster reads annotations, and ours are strings
    metadata = {"rows": dg.MetadataValue.md("行" * 500)}
    return dg.MaterializeResult(metadata=metadata, check_results=[dg.AssetCheckResult(passed=True, check_name="gate")])


RUN = dg.Definitions([something], jobs=[dg.define_asset_job("run", ["something"], tags={"some": "tag"})])


def run(instance: dg.DagsterInstance, times: int) -> list[str]:
    made = [RUN.resolve_job_def("run").execute_in_process(instance=instance).run_id for _ in range(times)]
    for run_id in made:  # as a run in a process of its own leaves them
        folder = Path(instance.root_directory) / "storage" / run_id / "compute_logs"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "x.err").write_text("said", encoding="utf-8")
    return made


def size(home: Home) -> int:
    return sum(path.stat().st_size for path in home.dagster.rglob("*") if path.is_file())


def rows(home: Home, name: str, table: str) -> int:
    with closing(sqlite3.connect(home.dagster / name)) as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])


def test_a_run_that_is_cleaned_leaves_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    told: list[str] = []
    with open_instance(home, print) as instance:
        gone, there = run(instance, 2)
        assert old_runs(instance, 1, told.append, remove=True) == 0, "none is older than a day"
        assert old_runs(instance, 0, told.append, remove=False) == 2
        assert (home.dagster / "history" / "runs" / f"{gone}.db").exists()
        instance.delete_run(gone)  # as former versions of baogao did
        stray = home.dagster / "history" / "runs" / f"{gone}.db"

        os.utime(stray, (0, 0))
        begins = stray.with_name("00000000-0000-4000-8000-000000000000.db")
        begins.touch()  # a run whose first event is just being written
        assert old_runs(instance, 0, told.append, remove=True) == 1
        assert begins.exists() and (begins.parent / "index.db").exists()
    assert told == []
    assert not list(home.dagster.rglob(f"{there}*")) and not stray.exists()
    assert [rows(home, "history/runs.db", table) for table in ("runs", "run_tags")] == [0, 0]
    assert [rows(home, "history/runs/index.db", table) for table in ("event_logs", "asset_check_executions")] == [0, 0]
    with open_instance(home, print) as instance:
        (again,) = run(instance, 1)
        assert instance.get_run_by_id(again) is not None


def test_a_database_that_somebody_holds_is_told_and_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, told = Home(tmp_path), list[str]()
    connect = sqlite3.connect
    with open_instance(home, print) as instance:
        instance.delete_run(run(instance, 1)[0])
        index = home.dagster / "history" / "runs" / "index.db"
        impatient = lambda path, **options: connect(path, **{**options, "timeout": 0.1})  # noqa: E731
        monkeypatch.setattr("orchestration.cockpit.cleaning.sqlite3.connect", impatient)
        with closing(connect(index, isolation_level=None)) as other:
            other.execute("begin immediate")
            old_runs(instance, 0, told.append, remove=True)
    assert len(told) == 1 and "index.db keeps its size (database is locked)" in told[0]


@pytest.mark.slow
def test_a_hundred_runs_take_the_room_of_ten_when_they_are_cleaned(tmp_path: Path) -> None:
    home, sizes = Home(tmp_path), []
    for times in (10, 100):
        with open_instance(home, print) as instance:
            run(instance, times)
            old_runs(instance, 0, print, remove=True)
            run(instance, 1)
        sizes.append(size(home))
    assert sizes[1] < 1.2 * sizes[0]


def test_the_log_of_runs_begins_anew_and_one_former_stays(tmp_path: Path) -> None:
    log = tmp_path / "baogao-run.log"
    for words in ("first", "second"):
        with of_instance._run_log(tmp_path).open("a", encoding="utf-8") as stream:
            stream.write(words)
    assert log.read_text(encoding="utf-8") == "firstsecond"
    log.write_text("x" * (of_instance.LOG_BYTES + 1), encoding="utf-8")
    assert not of_instance._run_log(tmp_path).exists()
    assert [path.name for path in tmp_path.iterdir()] == ["baogao-run.log.1"]


def test_the_schedule_cleans_as_a_person_would_but_for_pages(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    (home.root / "baogao.toml").write_text(
        '[publish]\nreleases_kept = 1\n[retention]\nsnapshots = "cited"\nlog_days = 1\n', encoding="utf-8"
    )
    for day in range(1, 5):
        (home.releases / f"2026010{day}T000000Z").mkdir()
    (home.releases / "20260101T000000Z.keep").touch()
    page = home.raw / "aa" / ("aa" + "0" * 62)
    page.parent.mkdir()
    page.write_bytes(b"uncited")
    with open_instance(home, print) as instance:
        remove_leftovers(dg.build_op_context(instance=instance), installation=InstallationResource(home=str(home.root)))
    left = sorted(path.name for path in home.releases.iterdir())
    assert left == ["20260101T000000Z", "20260101T000000Z.keep", "20260104T000000Z"]
    assert page.exists()
