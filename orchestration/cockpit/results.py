"""From what the hops tell to what Dagster shows: metadata per partition, the gate's verdict as an asset check.

What does not belong here: deciding anything. A critical failure has already kept the former file when this runs.

What Dagster shows of a partition is what became of it: in a run of many partitions of which one was kept back, the
others are recorded as materialized, that one as failed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration.cockpit import facts, preview, runs
from orchestration.cockpit.partitions import GRID
from orchestration.home.installation import Installation
from orchestration.hops import gate
from orchestration.hops.outcomes import Outcome, Outcomes, raise_if_stopped, summary_of
from sources.partitions import Partition
from sources.tables import BY_NAME, Table

Result = dg.MaterializeResult[Any] | dg.AssetMaterialization | dg.AssetCheckResult

CHECK = "gate"
#: Dagster's tag of a materialization; its own name for it is in a private module (docs/upstream.md)
_CODE_VERSION = "dagster/code_version"
#: metadata of a partition of snapshots: its new documents and its failing addresses
NEWS = "news"
OWNERS = ["team:baogao"]
SHOWN_ROWS, EXAMPLE_WIDTH = 20, 300
#: columns of a preview
COLUMNS = 12


def raw_spec(table: Table, group: str, deps: Sequence[dg.AssetKey | str | dg.AssetSpec], version: str) -> dg.AssetSpec:
    """Return the spec of a raw table; its description and columns come from the contract."""
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


def report(context: dg.AssetExecutionContext, outcomes: Outcomes, installation: Installation) -> Iterator[Result]:
    """Yield what became of each partition, with metadata, and the gate's check; raise if a partition was kept back."""
    runs.begin(context, installation)
    metadata = {
        table: _metadata(BY_NAME[table], found, installation, _newest(context)) for table, found in outcomes.items()
    }
    if any(outcome.stopped for found in outcomes.values() for outcome in found.values()):
        # one result would record every partition of the run: here each that was written is recorded by itself
        for table, found in outcomes.items():
            version = context.assets_def.code_versions_by_key.get(dg.AssetKey(table))
            for partition, outcome in found.items():
                if not outcome.stopped:
                    yield _materialization(table, partition, metadata[table][partition], version)
            yield check_result(table, outcomes)
        raise_if_stopped(outcomes)
    for table, by_partition in metadata.items():
        for partition, told in by_partition.items():
            context.add_asset_metadata(told, asset_key=dg.AssetKey(table), partition_key=str(partition))
        yield dg.MaterializeResult(
            asset_key=table,
            metadata={f"run/{name}": value for name, value in summary_of({table: outcomes[table]}).items()},
            check_results=[check_result(table, outcomes)],
        )


def _newest(context: dg.AssetExecutionContext) -> Partition:
    """Return the partition whose event Dagster writes last: the one that the asset's page opens with.

    Dagster goes through the partitions of a run in the order of a set, so this does too.
    """
    return Partition.parse(str(list(GRID.subset_with_partition_keys(context.partition_keys).get_partition_keys())[-1]))


def _metadata(
    table: Table, found: Mapping[Partition, Outcome], installation: Installation, newest: Partition
) -> dict[Partition, dict[str, Any]]:
    """Return what is shown of each partition; `newest` also has what is true of the whole table, with the picture."""
    metadata: dict[Partition, dict[str, Any]] = {}
    for partition, outcome in found.items():
        metadata[partition] = {
            "dagster/partition_row_count": outcome.n_rows,
            "quarantined": outcome.n_quarantined,
            "unchanged": outcome.unchanged,
        }
        if outcome.preview:
            metadata[partition]["preview"] = dg.MetadataValue.md(preview.markdown(outcome.preview, _shown(table)))
        if outcome.news:
            metadata[partition][NEWS] = dg.MetadataValue.json(outcome.news)
    if not all(outcome.unchanged for outcome in found.values()):
        counts = facts.partition_rows(installation, table)
        metadata[newest] |= {
            "dagster/row_count": sum(counts.values()),
            "coverage": dg.MetadataValue.md(facts.coverage_picture(table, counts)),
        }
    return metadata


def _shown(table: Table) -> list[str]:
    """Return the columns of a preview: the first ones, without texts of whole reports and what every row repeats."""
    return [name for name in table.columns if name not in ("partition", "text", "sections")][:COLUMNS]


def _materialization(
    table: str, partition: Partition, metadata: dict[str, Any], version: str | None
) -> dg.AssetMaterialization:
    return dg.AssetMaterialization(
        asset_key=table,
        partition=dg.MultiPartitionKey({"province": partition.province, "report_year": partition.report_year}),
        metadata=metadata,
        tags={_CODE_VERSION: version} if version else {},
    )


def check_result(table: str, outcomes: Outcomes) -> dg.AssetCheckResult:
    """Return the verdict on all partitions of this run, with a table of failing rows and their sentences."""
    failures = [failure for outcome in outcomes[table].values() for failure in outcome.failures]
    critical = [failure for failure in failures if gate.stops(failure)]
    return dg.AssetCheckResult(
        asset_key=table,
        check_name=CHECK,
        # rows that were set aside are told as a warning: they stop nothing, and they are no success
        passed=not failures,
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
    rows = []
    for failure in failures[:SHOWN_ROWS]:
        example: dict[str, Any] = next(iter(json.loads(failure["examples"] or "[]")), {})
        cells = {name: failure[name] for name in ("partition", "expectation", "severity")}
        words = "; ".join(f"{name}={value}" for name, value in example.items() if value)
        rows.append({**cells, "rows": failure["n_failed"], "example": words or failure["observed"]})
    table = preview.markdown(rows, most=SHOWN_ROWS, width=EXAMPLE_WIDTH)
    more = len(failures) - len(rows)
    return table + (f"\n\n… and {more} more; all of them stand in `gate_results`." if more else "")
