"""What of Dagster's records goes: runs that ended long ago, with their files, and the room that they took.

Dagster deletes rows and leaves the files: one database a run, folders of logs, and an index that never becomes smaller.
What belongs here: runs, and SQLite where Dagster's own storage is that. What does not: other leftovers of a home
(``orchestration/home/retention.py``), other storage, which looks after its room itself.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage

from orchestration.cockpit.records import let_go
from sources.disk import remove_tree

_RUN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: databases below DAGSTER_HOME that all runs share
_SHARED = ("history/runs/index.db", "history/runs.db", "schedules/schedules.db")
#: a database is written anew where so much of it is free
_FREE = 0.2
#: files of runs that nobody knows are left to a run that may just begin, for a day
_YOUNG = 86_400.0


def old_runs(instance: dg.DagsterInstance, days: int, told: Callable[[str], None], *, remove: bool) -> int:
    """Return how many runs that ended are older than `days`, having removed them with all they left if asked.

    What could not be done, because somebody else has a database open, goes to `told`, and is done the next time.
    """
    over = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    wanted = dg.RunsFilter(statuses=over, created_before=datetime.now(UTC) - timedelta(days=days))
    runs = instance.get_run_ids(wanted)
    if remove:
        for run_id in runs:
            instance.delete_run(run_id)
        if isinstance(instance.event_log_storage, SqliteEventLogStorage):
            _shrink(instance, set(runs), told)
    return len(runs)


def _shrink(instance: dg.DagsterInstance, removed: set[str], told: Callable[[str], None]) -> None:
    folder = Path(instance.root_directory)
    known = set(instance.get_run_ids())
    for path, run_id in list(_of_runs(folder)):
        if run_id not in known and (run_id in removed or _is_old(path)):
            # with the last connection to a database two further files go by themselves
            let_go(path)
            remove_tree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for name in _SHARED:
        path = folder / name
        if path.exists():
            try:
                _write_anew(path, known)
            except sqlite3.OperationalError as error:
                told(f"{path} keeps its size ({error}); the next cleaning tries again")


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _YOUNG
    except FileNotFoundError:
        return False


def _of_runs(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files and folders that belong to one run, each with the run's id."""
    for path in [*(folder / "history" / "runs").glob("*.db*"), *(folder / "storage").glob("*")]:
        run_id = path.name.split(".")[0]
        if _RUN_ID.fullmatch(run_id):
            yield path, run_id


def _write_anew(path: Path, known: set[str]) -> None:
    """Remove what speaks of runs that are gone, and give back the room. Raises sqlite3.OperationalError."""
    with closing(sqlite3.connect(path, timeout=20.0, isolation_level=None)) as connection:
        tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
        for table in tables & {"run_tags", "asset_check_executions"}:
            there = {run_id for (run_id,) in connection.execute(f"select distinct run_id from {table}")}
            gone = [(run_id,) for run_id in there - known if run_id]
            connection.executemany(f"delete from {table} where run_id = ?", gone)
        (free,), (pages,) = (
            connection.execute(f"pragma {what}").fetchone() for what in ("freelist_count", "page_count")
        )
        if free > _FREE * pages:
            connection.execute("vacuum")
            connection.execute("pragma wal_checkpoint(truncate)")
