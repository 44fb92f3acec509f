"""Dagster's records are written quickly while a run goes, and lie as Dagster alone would leave them afterwards."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from orchestration.cockpit.instance import ensure_dagster_home, open_instance
from orchestration.cockpit.verdicts import in_one_batch
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


PARTITIONS = [f"p{number:02}" for number in range(40)]


@dg.multi_asset(
    specs=[
        dg.AssetSpec(name, partitions_def=dg.StaticPartitionsDefinition(PARTITIONS), code_version="7")
        for name in ("one", "other")
    ],
    check_specs=[
        dg.AssetCheckSpec("gate", asset="one"),
        dg.AssetCheckSpec("by_cell", asset="other", partitions_def=dg.StaticPartitionsDefinition(PARTITIONS)),
    ],
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def many(context):  # type: ignore[no-untyped-def]  # Dagster reads annotations, and ours are strings
    for key in context.partition_keys:
        context.add_asset_metadata({"which": key}, asset_key=dg.AssetKey("one"), partition_key=key)
    passed = dg.AssetCheckResult(passed=True, asset_key="one", check_name="gate")
    yield dg.MaterializeResult("one", check_results=[passed])
    yield dg.MaterializeResult("other")
    yield dg.Output(None, output_name="other_by_cell")
    # the first stays planned
    other = dg.AssetKey("other")
    judged = [dg.AssetCheckEvaluation(other, "by_cell", key != "p39", partition=key) for key in PARTITIONS[1:]]
    yield from in_one_batch(context, judged)


def recorded(home: Home, instance: dg.DagsterInstance) -> dict[str, object]:
    """Run `many` over all its partitions; return what stands in the files about it, without ids and times."""
    tags = {ASSET_PARTITION_RANGE_START_TAG: PARTITIONS[0], ASSET_PARTITION_RANGE_END_TAG: PARTITIONS[-1]}
    run = dg.materialize([many], instance=instance, tags=tags)
    history = home.dagster / "history" / "runs"
    found: dict[str, object] = {}
    for name, file in (("run", history / f"{run.run_id}.db"), ("index", history / "index.db")):
        with sqlite3.connect(file) as connection:
            found[name] = Counter(
                (kind, asset, partition, "which" in event)
                for kind, asset, partition, event in connection.execute(
                    "select dagster_event_type, asset_key, partition, event from event_logs"
                )
            )
    with sqlite3.connect(history / "index.db") as connection:
        found["tags"] = Counter(connection.execute("select asset_key, key, value from asset_event_tags"))
        found["assets"] = {
            (
                asset,
                json.loads(last)["event_log_entry"]["dagster_event"]["event_specific_data"]["materialization"][
                    "partition"
                ],
            )
            for asset, last in connection.execute("select asset_key, last_materialization from asset_keys")
        }
        found["checks"] = Counter(
            connection.execute(
                "select asset_key, check_name, partition, execution_status, evaluation_event_storage_id is null,"
                " execution_status != 'PLANNED' and evaluation_event is null from asset_check_executions"
            )
        )
    return found


def test_many_events_at_once_leave_what_dagster_alone_would_leave(tmp_path: Path) -> None:
    quick, alone = Home(tmp_path / "quick"), Home(tmp_path / "alone")
    with open_instance(quick, print) as instance:
        together = recorded(quick, instance)
        status = instance.get_status_by_partition(dg.AssetKey("other"), PARTITIONS, many.partitions_def)
    ensure_dagster_home(alone)
    with dg.DagsterInstance.from_config(str(alone.dagster)) as instance:
        assert together == recorded(alone, instance)
    assert together["run"][("ASSET_MATERIALIZATION", '["one"]', "p39", True)] == 1  # type: ignore[index]
    planned = {row[2] for row in together["checks"] if row[3] == "PLANNED"}  # type: ignore[attr-defined]
    assert planned == {"p00"} and len(together["checks"]) == len(PARTITIONS) + 1  # type: ignore[arg-type]
    assert {value.value for value in (status or {}).values() if value} == {"MATERIALIZED"}
