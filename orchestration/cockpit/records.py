"""Dagster's records in SQLite, written at less cost.

Dagster opens connections for every single event and closes them: each commit waits for the disk, each close of the
last connection copies the whole write-ahead log back and removes it, and each statement is composed anew. A run over
600 partitions tells thousands of events, and spent most of its own time there. Of each check that is planned for many
partitions it stores the event, with all their keys, once for each of them: 310 partitions took 30 MB. What does not
belong here: what is recorded; storage other than SQLite, which is left alone.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy
from dagster._core.events import ASSET_EVENTS
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import serialize_value
from sqlalchemy import event
from sqlalchemy.pool import NullPool

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
        if not isinstance(storage._connect, partial):  # each step of a run asks, and its engines would be made anew
            storage._connect = partial(_connected, storage, {})  # type: ignore[method-assign]
        storage.store_event_batch = partial(store_together, storage)  # type: ignore[method-assign]
        storage.store_asset_check_event = partial(store_check, storage)  # type: ignore[method-assign]


@contextmanager
def _connected(
    storage: SqliteEventLogStorage, engines: dict[str, sqlalchemy.Engine], shard: str
) -> Iterator[sqlalchemy.Connection]:
    """Connect to a file as `storage` would, by one of `engines` for each file: it remembers statements composed."""
    with storage._db_lock:
        if shard not in engines:
            place, patience = storage.conn_string_for_shard(shard), {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            engines[shard] = sqlalchemy.create_engine(place, poolclass=NullPool, connect_args=patience)
        if shard not in storage._initialized_dbs:
            storage._initdb(engines[shard])
            storage._initialized_dbs.add(shard)
        with engines[shard].begin() as connection:
            yield connection


def store_together(storage: SqliteEventLogStorage, events: Sequence[dg.EventLogEntry]) -> None:
    """Store `events` of one run as `storage` would one by one, but those on assets and checks through one connection
    per file."""
    on_assets: list[dg.EventLogEntry] = []
    on_checks: list[dg.EventLogEntry] = []
    for one in events:
        if one.is_dagster_event and one.dagster_event_type in ASSET_EVENTS:
            on_assets.append(one)
        elif one.dagster_event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            on_checks.append(one)
        else:
            storage.store_event(one)
    if on_assets:
        _store_on_assets(storage, on_assets)
    if on_checks:
        _store_on_checks(storage, on_checks)


def _store_on_assets(storage: SqliteEventLogStorage, on_assets: Sequence[dg.EventLogEntry]) -> None:
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


def _store_on_checks(storage: SqliteEventLogStorage, on_checks: Sequence[dg.EventLogEntry]) -> None:
    inserts = [storage.prepare_insert_event(one) for one in on_checks]
    with storage.run_connection(on_checks[0].run_id) as connection:
        for insert in inserts:
            connection.execute(insert)
    table = AssetCheckExecutionsTable
    with storage.index_connection() as connection:
        for one, insert in zip(on_checks, inserts, strict=True):
            event_id = connection.execute(insert).lastrowid
            told = one.get_dagster_event().asset_check_evaluation_data
            target = told.target_materialization_data
            status = AssetCheckExecutionRecordStatus
            row = {
                "execution_status": (status.SUCCEEDED if told.passed else status.FAILED).value,
                "evaluation_event": serialize_value(one),
                "evaluation_event_timestamp": _moment(one),
                "evaluation_event_storage_id": event_id,
                "materialization_event_storage_id": target.storage_id if target else None,
            }
            key = {
                "asset_key": told.asset_key.to_string(),
                "check_name": told.check_name,
                "run_id": one.run_id,
                "partition": told.partition,
            }
            planned = sqlalchemy.and_(*(table.c[name] == value for name, value in key.items()))
            if not connection.execute(table.update().where(planned).values(row)).rowcount:
                connection.execute(table.insert().values(key | row))


def _moment(event: dg.EventLogEntry) -> datetime:
    """Return when an event was, in UTC without a zone, as the tables have it."""
    return datetime.fromtimestamp(event.timestamp, UTC).replace(tzinfo=None)


def store_check(storage: SqliteEventLogStorage, event: dg.EventLogEntry, event_id: int | None) -> None:
    """Store an event on a check as `storage` would, but for a planned one: its row names the event and holds none."""
    if event.dagster_event_type != dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED:
        type(storage).store_asset_check_event(storage, event, event_id)
        return
    planned = event.get_dagster_event().asset_check_planned_data
    subset = planned.partitions_subset
    cells: list[str | None] = [*subset.get_partition_keys()] if subset else [None]
    row = {
        "asset_key": planned.asset_key.to_string(),
        "check_name": planned.check_name,
        "run_id": event.run_id,
        "execution_status": AssetCheckExecutionRecordStatus.PLANNED.value,
        "evaluation_event_timestamp": _moment(event),
        "evaluation_event_storage_id": event_id,
    }
    with storage.index_connection() as connection:
        connection.execute(AssetCheckExecutionsTable.insert(), [{**row, "partition": cell} for cell in cells])


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
