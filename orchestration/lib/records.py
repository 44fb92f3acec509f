"""Dagster's records in SQLite, written at less cost.

Dagster opens a connection for every single event and closes it: each commit waits for the disk, and each close of the
last connection copies the whole write-ahead log back and removes it. A run over 600 partitions tells thousands of
events, and spent most of its own time there. What does not belong here: what is recorded; storage other than SQLite,
which is left alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from sqlalchemy import event

#: one idle connection per file, so that no other is the last one
_held: dict[str, sqlite3.Connection] = {}


@contextmanager
def quick_records() -> Iterator[None]:
    """Write records quickly while the block runs; after it the files are as Dagster alone would leave them."""
    write_quickly()
    try:
        yield
    finally:
        event.remove(sqlalchemy.Engine, "connect", _on_connect)
        for connection in _held.values():
            connection.close()
        _held.clear()


def write_quickly() -> None:
    """Write records quickly from now on, for a process that ends with its run.

    SQLite then waits for the disk at checkpoints only. With a write-ahead log that is safe against a killed process;
    a power cut may take the last events with it, never the file. Events are what people look at: nothing that is
    published comes from them.
    """
    if not event.contains(sqlalchemy.Engine, "connect", _on_connect):
        event.listen(sqlalchemy.Engine, "connect", _on_connect)


def _on_connect(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.execute("pragma synchronous = normal")
    path = connection.execute("pragma database_list").fetchone()[2]
    if path:
        if path not in _held:
            _held[path] = sqlite3.connect(path, check_same_thread=False)
        # a file gets its log after it was first opened; only who has read it since counts as being there
        _held[path].execute("select 1 from sqlite_master").fetchone()
