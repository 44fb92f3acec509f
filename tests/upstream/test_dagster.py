"""Partitions, tags and records of Dagster, held by one run over a grid."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy
from dagster._core.events import ASSET_EVENTS
from dagster._core.storage.event_log import SqliteEventLogStorage
from relied import relied_on
from sqlalchemy import event

from orchestration.cockpit.partitions import run_tags
from orchestration.hops.ranges import Rectangle
from sources.partitions import Partition

ASKED = ["11|2002", "11|2003", "11|2004", "15|2002", "15|2003", "15|2004"]
#: how often Dagster asked for the keys of a range
ASKS: list[object] = []


class Counting(dg.MultiPartitionsDefinition):
    def get_partition_keys_in_range(
        self, partition_key_range: dg.PartitionKeyRange, dynamic_partitions_store: Any = None
    ) -> Sequence[dg.MultiPartitionKey]:
        ASKS.append(partition_key_range)
        found: Any = super().get_partition_keys_in_range(partition_key_range)
        return found


GRID = Counting(
    {
        "report_year": dg.StaticPartitionsDefinition([str(year) for year in range(2001, 2007)]),
        "province": dg.StaticPartitionsDefinition(["11", "15", "21"]),
    }
)


@dg.multi_asset(specs=[dg.AssetSpec("told", partitions_def=GRID, code_version="7")])
def told(context):  # type: ignore[no-untyped-def]  # Dagster reads annotations, and ours are strings
    SEEN.partitions = [str(key) for key in context.partition_keys]
    for key in context.partition_keys:
        context.add_asset_metadata({"rows": 1}, asset_key=dg.AssetKey("told"), partition_key=key)
    return dg.MaterializeResult("told")


@dataclass
class Seen:
    """What one run over six partitions left: its keys, batches of events, connections, and its last event."""

    partitions: list[str] = field(default_factory=list)
    batches: list[list[str]] = field(default_factory=list)
    connections: list[object] = field(default_factory=list)
    events: int = 0
    newest: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    asks: int = 0


SEEN = Seen()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = tmp_path_factory.mktemp("dagster")
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    former = os.environ.get("DAGSTER_EVENT_BATCH_SIZE")
    os.environ["DAGSTER_EVENT_BATCH_SIZE"] = "500"

    def connected(connection: object, _record: object) -> None:
        SEEN.connections.append(connection)

    event.listen(sqlalchemy.Engine, "connect", connected)
    try:
        with dg.DagsterInstance.from_config(str(folder)) as instance:
            storage = instance.event_log_storage
            stored = storage.store_event_batch
            assert isinstance(storage, SqliteEventLogStorage)

            def listening(events: Sequence[dg.EventLogEntry]) -> None:
                SEEN.batches.append([one.dagster_event_type.value for one in events if one.dagster_event_type])
                stored(events)

            storage.store_event_batch = listening  # type: ignore[method-assign]
            before = len(ASKS)
            done = dg.materialize(
                [told],
                instance=instance,
                tags=run_tags(Rectangle(Partition("11", "2002"), Partition("15", "2004"))),
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
            SEEN.asks, SEEN.events = len(ASKS) - before, len(done.all_events)
            last = instance.get_latest_materialization_event(dg.AssetKey("told"))
            assert last is not None
            assert last.dagster_event is not None
            SEEN.newest = last.dagster_event.partition
            SEEN.tags = dict(last.dagster_event.step_materialization_data.materialization.tags or {})
    finally:
        event.remove(sqlalchemy.Engine, "connect", connected)
        if former is None:
            del os.environ["DAGSTER_EVENT_BATCH_SIZE"]
        else:
            os.environ["DAGSTER_EVENT_BATCH_SIZE"] = former
    return SEEN


@relied_on(
    "dagster",
    "keys of a grid have its dimensions in the order of their names (11|2001: province before report_year, however they "
    "are given), and a range is the rectangle between its corners; corners the wrong way round give no key, and no error",
    follows="a run's partitions are covered by rectangles, each a run of its own",
    where="orchestration/hops/ranges.py",
)
def test_a_range_of_a_grid_is_a_rectangle() -> None:
    assert GRID.get_partition_keys()[0] == "11|2001"
    assert GRID.get_partition_keys_in_range(dg.PartitionKeyRange("11|2002", "15|2004")) == ASKED
    assert GRID.get_partition_keys_in_range(dg.PartitionKeyRange("15|2002", "11|2004")) == []


@relied_on(
    "dagster",
    "two tags, `dagster/asset_partition_range_start` and `…_end`, make one run take all partitions between them",
    follows="they are written as words: Dagster's names for them are in a private module",
    where="orchestration/cockpit/partitions.py",
)
def test_two_tags_make_a_run_of_a_range(run: Seen) -> None:
    assert run.partitions == ASKED


@relied_on(
    "dagster",
    "the version of an asset's code stands in the tag `dagster/code_version` of each materialization",
    follows="where we record partitions one by one we write it ourselves, as a word",
    where="orchestration/cockpit/results.py",
)
def test_the_version_of_the_code_is_a_tag(run: Seen) -> None:
    assert run.tags["dagster/code_version"] == "7"


@relied_on(
    "dagster",
    "the events of a run's partitions are written in the order of a set, so the newest is that of any partition; the set "
    "of the same keys, made again in the same process, has the same order",
    follows="what is true of a whole table is shown with the partition that comes last in that set",
    where="orchestration/cockpit/results.py",
)
def test_the_newest_event_is_that_of_the_last_key_of_a_set(run: Seen) -> None:
    assert run.newest == list(GRID.subset_with_partition_keys(run.partitions).get_partition_keys())[-1]


@relied_on(
    "dagster",
    "the keys of a run's range are asked for anew, by keyword, for the metadata of every single partition: 6 partitions, "
    "more than 6 times",
    follows="`_Grid` remembers its last answer; it can go when this test fails by asking less",
    where="orchestration/cockpit/partitions.py",
)
def test_keys_of_a_range_are_asked_for_by_each_partition(run: Seen) -> None:
    assert run.asks > len(ASKED)


@relied_on(
    "dagster",
    "with `DAGSTER_EVENT_BATCH_SIZE` the materializations of a step come to `store_event_batch` of the storage together, "
    "and events on assets are of five kinds (`ASSET_EVENTS`)",
    follows="ours stands in for it and stores them through one connection; that the files hold the same is tested beside",
    where="orchestration/cockpit/records.py",
    private=True,
)
def test_events_of_a_step_are_stored_together(run: Seen) -> None:
    assert ["ASSET_MATERIALIZATION"] * len(ASKED) in [
        [kind for kind in batch if kind == "ASSET_MATERIALIZATION"] for batch in run.batches
    ]
    assert {kind.value for kind in ASSET_EVENTS} == {
        "ASSET_MATERIALIZATION",
        "ASSET_MATERIALIZATION_PLANNED",
        "ASSET_OBSERVATION",
        "ASSET_FAILED_TO_MATERIALIZE",
        "FRESHNESS_STATE_CHANGE",
    }
    for name in ("prepare_insert_event", "run_connection", "index_connection", "store_asset_event"):
        assert callable(getattr(SqliteEventLogStorage, name)), name


@relied_on(
    "dagster",
    "records are written through SQLAlchemy's engines, with a new connection of `sqlite3` for nearly every event",
    follows="a listener on all engines of the process sets `synchronous = normal` and holds one idle connection a file",
    where="orchestration/cockpit/records.py",
)
def test_each_event_opens_a_connection(run: Seen) -> None:
    assert all(isinstance(connection, sqlite3.Connection) for connection in run.connections)
    assert len(run.connections) > run.events, json.dumps(run.batches)


@relied_on(
    "dagster",
    "for every connection to a file of events `_connect` makes an engine anew, which composes each statement anew",
    follows="ours keeps an engine for each file; it can go when this test fails",
    where="orchestration/cockpit/records.py",
    private=True,
)
def test_each_connection_is_of_an_engine_of_its_own(tmp_path: Path) -> None:
    storage = SqliteEventLogStorage(str(tmp_path))
    with storage.index_connection() as one:
        pass
    with storage.index_connection() as other:
        pass
    assert one.engine is not other.engine
    assert storage._initialized_dbs == {"index"}
    assert storage._db_lock.acquire(blocking=False)
    assert callable(storage._initdb) and callable(storage.conn_string_for_shard)
