"""What Python's own libraries do, SQLite by way of them, and pebble, which stands in for one of them."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import signal
import sqlite3
import sys
import time
from pathlib import Path

import pebble
import pytest
from relied import relied_on


@relied_on(
    "pebble",
    "where a process of a pool dies with no task in hand the pool gives up: `active` is False and `schedule` raises a "
    "bare RuntimeError",
    follows="a result is waited for only while its pool is active; what waits is handed to another pool",
    where="sources/bounded.py",
)
def test_a_pool_gives_up_where_an_idle_process_dies() -> None:
    pool = pebble.ProcessPool(max_workers=1, context=multiprocessing.get_context("forkserver"))
    try:
        os.kill(pool.schedule(os.getpid).result(), signal.SIGKILL)
        while pool.active:
            time.sleep(0.01)
        with pytest.raises(RuntimeError, match="Unexpected error within the Pool"):
            pool.schedule(os.getpid)
    finally:
        pool.stop()
        pool.join()


@relied_on(
    "Python",
    "(3.11) a module that `importlib.util.LazyLoader` put off is loaded by the next `import` of it, which asks for its "
    "`__spec__`",
    follows="modules are put off by a stand-in of ours",
    where="expectations/later.py",
)
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="a statement on Python 3.11")
def test_a_second_import_loads_what_was_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "wave", raising=False)
    spec = importlib.util.find_spec("wave")
    assert spec is not None
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "wave", module)
    spec.loader.exec_module(module)
    assert "Wave_read" not in object.__getattribute__(module, "__dict__")
    import wave  # noqa: F401

    assert "Wave_read" in object.__getattribute__(module, "__dict__")


@relied_on(
    "SQLite",
    "who closes the last connection to a file copies its write-ahead log back and removes it; a connection counts as one "
    "from its first read on",
    follows="one idle connection that has read is held for each file of records while a run goes",
    where="orchestration/cockpit/records.py",
)
def test_the_last_connection_removes_the_log(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as first:
        first.execute("pragma journal_mode = wal")
        first.execute("create table t (i)")
    first.close()

    def left(read: bool) -> set[str]:
        writer, idle = sqlite3.connect(path), sqlite3.connect(path)
        with writer:
            writer.execute("insert into t values (1)")
        if read:
            idle.execute("select 1 from sqlite_master").fetchone()
        writer.close()
        found = {file.name for file in tmp_path.iterdir()}
        idle.close()
        return found

    assert left(read=False) == {"x.db"}
    assert left(read=True) == {"x.db", "x.db-wal", "x.db-shm"}
    assert {file.name for file in tmp_path.iterdir()} == {"x.db"}


@relied_on(
    "SQLite",
    "a file that is none is told by words only: “file is not a database”",
    follows="the words are looked for; damaged records of runs are set aside and begun anew",
    where="orchestration/cockpit/instance.py",
)
def test_a_file_that_is_no_database_is_told_by_words(tmp_path: Path) -> None:
    from orchestration.cockpit.instance import _DAMAGED

    (tmp_path / "x.db").write_text("no database " * 100, encoding="utf-8")
    connection = sqlite3.connect(tmp_path / "x.db")
    with pytest.raises(sqlite3.DatabaseError) as told:
        connection.execute("select 1 from sqlite_master")
    connection.close()
    assert type(told.value) is sqlite3.DatabaseError
    assert _DAMAGED.search(str(told.value))
