"""The gate's verdicts as Dagster's checks: one for each severity, and on a raw table one for each partition.

What belongs here: the specs of the checks, and what a run says of them. What does not: judging (``hops/gate.py``).

A check of a raw table is partitioned as the table is: what a run says of its partitions leaves those of others as they
are. Dagster's own result of a check bears the run's partition, and none where a run took many (docs/upstream.md), so
each partition's verdict is an evaluation of ours.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData
from dagster._core.events import DagsterEventBatchMetadata, generate_event_batch_id

from orchestration.cockpit import preview
from orchestration.cockpit.partitions import GRID, words
from orchestration.hops import gate
from orchestration.hops.outcomes import Outcome
from sources import outgoing
from sources.partitions import Partition
from sources.tables import Table

#: what a failure of each severity does, the worst first
FOLLOWS = {
    "critical": "the former file stands, nothing is published; mend the rule or add a correction, then backfill it",
    "quarantine": "the rows are set aside, the others are written",
    "warning": "told, and nothing else",
}
SHOWN_ROWS, EXAMPLE_WIDTH = 20, 300
SEVERITIES = tuple(FOLLOWS)
Verdict = dg.Output[None] | dg.DagsterEvent


def check_name(severity: str) -> str:
    return f"gate_{severity}"


def of_table(table: Table) -> list[dg.AssetCheckSpec]:
    """Return the checks of a raw table, the worst first."""
    suite = f"expectations/suites/{table.name}.py"
    with warnings.catch_warnings():
        # that a check may have partitions is new in Dagster; tests/upstream says what we take of it
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return [
            dg.AssetCheckSpec(
                check_name(severity),
                asset=table.name,
                partitions_def=GRID,
                blocking=severity == "critical",
                description=f"Verdict of {suite} on what was about to be written; {severity}: {FOLLOWS[severity]}",
            )
            for severity in SEVERITIES
        ]


def of_partitions(
    context: dg.AssetExecutionContext, table: str, outcomes: Mapping[Partition, Outcome]
) -> Iterator[Verdict]:
    """Yield the verdicts on each partition of a run, after its materializations: they name what they are on."""
    latest = context.instance.event_log_storage.get_latest_storage_id_by_partition(
        dg.AssetKey(table), dg.DagsterEventType.ASSET_MATERIALIZATION, {str(partition) for partition in outcomes}
    )
    specs = {spec.name: spec for spec in context.assets_def.check_specs if spec.asset_key == dg.AssetKey(table)}
    evaluations = []
    for severity in SEVERITIES:
        spec = specs[check_name(severity)]
        yield dg.Output(None, output_name=spec.get_python_identifier())
        for partition, outcome in outcomes.items():
            found = [failure for failure in outcome.failures if failure["severity"] == severity]
            evaluations.append(
                dg.AssetCheckEvaluation(
                    asset_key=spec.asset_key,
                    check_name=spec.name,
                    passed=not found,
                    severity=_severity(found),
                    description=f"{words(partition)}: {_count(found)}",
                    metadata=_metadata(found),
                    blocking=spec.blocking,
                    partition=str(partition),
                    target_materialization_data=_target(context, table, partition, outcome, latest),
                )
            )
    yield from in_one_batch(context, evaluations)


def in_one_batch(
    context: dg.AssetExecutionContext, evaluations: Sequence[dg.AssetCheckEvaluation]
) -> Iterator[dg.DagsterEvent]:
    """Yield evaluations as events of one batch, which is written at once: one by one each costs 6 ms."""
    batch = generate_event_batch_id()
    for number, evaluation in enumerate(evaluations, 1):
        yield dg.DagsterEvent.from_step(
            dg.DagsterEventType.ASSET_CHECK_EVALUATION,
            context.get_step_execution_context(),
            evaluation,
            f"{evaluation.check_name} of {evaluation.asset_key.to_user_string()}: {evaluation.description}",
            DagsterEventBatchMetadata(batch, is_end=number == len(evaluations)),
        )


def _target(
    context: dg.AssetExecutionContext, table: str, partition: Partition, outcome: Outcome, latest: Mapping[str, int]
) -> AssetCheckEvaluationTargetMaterializationData | None:
    """Return what stands in the partition: what this run wrote or, where the gate kept it back, what was there."""
    storage_id = latest.get(str(partition))
    if storage_id is None:
        return None
    run_id, written = context.run.run_id, time.time()
    if outcome.stopped:
        former = dg.AssetRecordsFilter(asset_key=dg.AssetKey(table), asset_partitions=[str(partition)])
        (record,) = context.instance.fetch_materializations(former, limit=1).records
        run_id, written = record.run_id, record.timestamp
    return AssetCheckEvaluationTargetMaterializationData(storage_id=storage_id, run_id=run_id, timestamp=written)


def of_release() -> list[dg.AssetCheckSpec]:
    """Return the checks of a release. No row is set aside of it, so it has no check for that."""
    return [
        dg.AssetCheckSpec(
            check_name(severity),
            asset="release",
            blocking=severity == "critical",
            description="Verdict of expectations/suites/published.py on the new file"
            + (", and what forbids publication" if severity == "critical" else ""),
        )
        for severity in SEVERITIES
        if severity != "quarantine"
    ]


def on_release(failures: Sequence[Mapping[str, Any]], refused: Sequence[str]) -> Iterator[dg.AssetCheckResult]:
    """Yield the verdicts on a release; `refused` are the reasons for which it was not published."""
    for spec in of_release():
        found = [failure for failure in failures if check_name(failure["severity"]) == spec.name]
        against = list(refused) if spec.blocking else []
        told = "\n".join(f"- {outgoing.markdown(one)}" for one in against)
        yield dg.AssetCheckResult(
            asset_key=spec.asset_key,
            check_name=spec.name,
            passed=not found and not against,
            severity=dg.AssetCheckSeverity.ERROR if against else dg.AssetCheckSeverity.WARN,
            description=against[0] if against else _count(found),
            metadata={**({"refused": dg.MetadataValue.md(told)} if told else {}), **_metadata(found)},
        )


def _severity(found: Sequence[Mapping[str, Any]]) -> dg.AssetCheckSeverity:
    """Return ERROR where a partition was kept back: that alone stops what hangs on it."""
    return dg.AssetCheckSeverity.ERROR if any(map(gate.stops, found)) else dg.AssetCheckSeverity.WARN


def _count(found: Sequence[Mapping[str, Any]]) -> str:
    return f"{len(found)} expectation(s) did not hold" if found else "all expectations hold"


def _metadata(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if not found:
        return {}
    return {
        "failures": len(found),
        "failed_rows": sum(failure["n_failed"] for failure in found),
        "failing_rows": dg.MetadataValue.md(failing_rows(found)),
    }


def failing_rows(failures: Sequence[Mapping[str, Any]]) -> str:
    """Return a Markdown table of failing expectations with example rows."""
    rows = []
    for failure in failures[:SHOWN_ROWS]:
        example: dict[str, Any] = next(iter(json.loads(failure["examples"] or "[]")), {})
        cells = {name: failure[name] for name in ("partition", "expectation", "severity")}
        words = "; ".join(f"{name}={value}" for name, value in example.items() if value)
        rows.append({**cells, "rows": failure["n_failed"], "example": words or failure["observed"]})
    table = preview.markdown(rows, most=SHOWN_ROWS, width=EXAMPLE_WIDTH)
    more = len(failures) - len(rows)
    return table + (f"\n\n… and {more} more; all of them stand in `gate_results`." if more else "")
