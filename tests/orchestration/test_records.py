"""Dagster's records are written quickly while a run goes, and lie as Dagster alone would leave them afterwards."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import dagster as dg

from orchestration.lib.instance import open_instance
from sources.home import Home


@dg.asset
def something() -> None: ...


def logs(home: Home) -> set[str]:
    return {path.name for path in home.dagster.rglob("*.db-wal")}


def test_the_log_stays_open_during_the_run_and_is_gone_after_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with open_instance(home, print) as instance:
        run = dg.materialize([something], instance=instance, run_config={"loggers": {"console": {"config": {}}}})
        assert {f"{run.run_id}.db-wal", "index.db-wal"} <= logs(home), "each event closed the last connection"
    assert logs(home) == set()
    with sqlite3.connect(next(home.dagster.rglob(f"{run.run_id}.db"))) as connection:
        (written,) = connection.execute("select count(*) from event_logs").fetchone()
    assert written >= len(run.all_events)
    with open_instance(home, print) as instance:
        assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.SUCCESS  # type: ignore[union-attr]


def test_outside_the_block_nothing_is_held(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with open_instance(home, print):
        pass
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        dg.materialize([something], instance=instance)
        assert logs(home) == set()
