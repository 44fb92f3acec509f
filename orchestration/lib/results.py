"""From what the hops tell to what Dagster shows: metadata per partition, the gate's verdict as an asset check.

What does not belong here: deciding anything. A critical failure has already kept the former file when this runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from orchestration.lib.hops import Outcomes, raise_if_stopped, summary_of
from sources.tables import Table

CHECK = "gate"
#: metadata of a partition of snapshots: its new documents and its failing addresses
NEWS = "news"
OWNERS = ["team:baogao"]
SHOWN_ROWS = 20


def raw_spec(table: Table, group: str, deps: Sequence[dg.AssetKey | str | dg.AssetSpec], version: str) -> dg.AssetSpec:
    """Return the spec of a raw table; its description and columns come from the contract."""
    from orchestration.lib.partitions import GRID

    columns = [dg.TableColumn(f.name, f.dtype, description=f.description) for f in table.fields]
    return dg.AssetSpec(
        table.name,
        deps=deps,
        group_name=group,
        description=table.description,
        kinds={"python", "parquet"},
        owners=OWNERS,
        code_version=version,
        partitions_def=GRID,
        metadata={"dagster/column_schema": dg.TableSchema(columns=columns), "key": ", ".join(table.key)},
    )


def gate_check(table: Table) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        CHECK,
        asset=table.name,
        blocking=True,
        description=f"Verdict of the suite expectations/suites/{table.name}.py on what was about to be written",
    )


def report(context: dg.AssetExecutionContext, outcomes: Outcomes) -> Iterator[dg.MaterializeResult[Any]]:
    """Yield one result per table with metadata per partition and the gate's check; raise if one was stopped."""
    for table, found in outcomes.items():
        for partition, outcome in found.items():
            context.add_asset_metadata(
                {
                    "dagster/partition_row_count": outcome.n_rows,
                    "quarantined": outcome.n_quarantined,
                    "unchanged": outcome.unchanged,
                    **({NEWS: dg.MetadataValue.json(outcome.news)} if outcome.news else {}),
                },
                asset_key=dg.AssetKey(table),
                partition_key=str(partition),
            )
    # an asset whose partition was kept back must not look materialized: fail before anything is yielded
    raise_if_stopped(outcomes)
    for table in outcomes:
        yield dg.MaterializeResult(
            asset_key=table,
            metadata={f"run/{name}": value for name, value in summary_of({table: outcomes[table]}).items()},
            check_results=[check_result(table, outcomes)],
        )


def check_result(table: str, outcomes: Outcomes) -> dg.AssetCheckResult:
    """Return the verdict on all partitions of this run, with a table of failing rows and their sentences."""
    failures = [failure for outcome in outcomes[table].values() for failure in outcome.failures]
    critical = [failure for failure in failures if failure["severity"] == "critical"]
    return dg.AssetCheckResult(
        asset_key=table,
        check_name=CHECK,
        passed=not critical,
        severity=dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN,
        description=f"{len(failures)} expectation(s) did not hold" if failures else "all expectations hold",
        metadata={
            "failures": len(failures),
            "quarantined": sum(outcome.n_quarantined for outcome in outcomes[table].values()),
            "failing_rows": dg.MetadataValue.md(failing_rows(failures)),
        },
    )


def failing_rows(failures: list[dict[str, Any]]) -> str:
    """Return a Markdown table of failing expectations with example rows."""
    if not failures:
        return "none"
    lines = ["| partition | expectation | severity | rows | example |", "| --- | --- | --- | --- | --- |"]
    for failure in failures[:SHOWN_ROWS]:
        examples = json.loads(failure["examples"] or "[]")
        example = "; ".join(f"{name}={value}" for name, value in (examples[0] if examples else {}).items() if value)
        cells = [
            failure["partition"].replace("|", "&#124;"),
            failure["expectation"],
            failure["severity"],
            str(failure["n_failed"]),
            (example or failure["observed"] or "").replace("|", "&#124;").replace("\n", " ")[:300],
        ]
        lines.append("| " + " | ".join(cells) + " |")
    if len(failures) > SHOWN_ROWS:
        lines.append(f"\n… and {len(failures) - SHOWN_ROWS} more; all of them stand in `gate_results`.")
    return "\n".join(lines)
