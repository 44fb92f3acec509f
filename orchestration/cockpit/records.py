"""Dagster's records in SQLite, written at less cost.

Dagster opens connections for every single event and closes them: each commit waits for the disk, each close of the
last connection copies the whole write-ahead log back and removes it, and each statement is composed anew. A run over
600 partitions tells thousands of events, and spent most of its own time there. What does not belong here: what is
recorded; storage other than SQLite, which is left alone.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy
from dagster._core.events import ASSET_EVENTS
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import event

#: Dagster's own switch: so many events that belong together are handed to the storage at once
BATCH_SIZE = "DAGSTER_EVENT_BATCH_SIZE"
_TOGETHER = "500"
#: one idle connection per file, so that no other is the last one
_held: dict[str, sqlite3.Connection] = {}


@contextmanager
def quick_records(instance: dg.DagsterInstance) -> Iterator[None]:
    """Write records quickly while the block runs; after it the files are as Dagster alone would leave them."""
    former = os.environ.get(BATCH_SIZE)
    write_quickly(instance)
    try:
        yield
    finally:
        if former is None:
            os.environ.pop(BATCH_SIZE, None)
        event.remove(sqlalchemy.Engine, "connect", _on_connect)
        for connection in _held.values():
            connection.close()
        _held.clear()


def write_quickly(instance: dg.DagsterInstance) -> None:
    """Write records quickly from now on, for a process that ends with its run.

    SQLite then waits for the disk at checkpoints only. With a write-ahead log that is safe against a killed process;
    a power cut may take the last events with it, never the file. Events are what people look at: nothing that is
    published comes from them.
    """
    if not event.contains(sqlalchemy.Engine, "connect", _on_connect):
        event.listen(sqlalchemy.Engine, "connect", _on_connect)
    storage = instance.event_log_storage
    if isinstance(storage, SqliteEventLogStorage):
        os.environ.setdefault(BATCH_SIZE, _TOGETHER)
        storage.store_event_batch = partial(store_together, storage)  # type: ignore[method-assign]


def store_together(storage: SqliteEventLogStorage, events: Sequence[dg.EventLogEntry]) -> None:
    """Store `events` of one run as `storage` would one by one, but those on assets through one connection per file."""
    on_assets: list[dg.EventLogEntry] = []
    for one in events:
        if one.is_dagster_event and one.dagster_event_type in ASSET_EVENTS:
            on_assets.append(one)
        else:
            storage.store_event(one)
    if not on_assets:
        return
    inserts = [storage.prepare_insert_event(one) for one in on_assets]
    with storage.run_connection(on_assets[0].run_id) as connection:
        for insert in inserts:
            connection.execute(insert)
    with storage.index_connection() as connection:
        ids = [connection.execute(insert).lastrowid for insert in inserts]
    storage.store_asset_event_tags(on_assets, ids)
    # what is kept of an asset besides its events is what the last event of each kind tells
    last = {(one.get_dagster_event().asset_key, one.dagster_event_type): at for at, one in enumerate(on_assets)}
    for at in sorted(last.values()):
        storage.store_asset_event(on_assets[at], ids[at])


def let_go(path: Path) -> None:
    """Close the connection that is held to the database at `path`, if there is one: the file is about to go."""
    held = _held.pop(str(path), None)
    if held is not None:
        held.close()


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
