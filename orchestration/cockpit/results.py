"""From what the hops tell to what Dagster shows: materializations of partitions, with their metadata.

What does not belong here: the gate's checks (``verdicts.py``), and deciding anything. A critical failure has already
kept the former file when this runs.

What Dagster shows of a partition is what became of it: in a run of many partitions of which one was kept back, the
others are recorded as materialized, that one as failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration.cockpit import facts, preview, runs, verdicts
from orchestration.cockpit.layers import OWNERS, RAW
from orchestration.cockpit.partitions import GRID, provinces_as_table, words
from orchestration.home.installation import Installation
from orchestration.hops.outcomes import Outcome, Outcomes, raise_if_stopped, summary_of
from sources.partitions import Partition
from sources.tables import BY_NAME, Table

Result = dg.MaterializeResult[Any] | dg.AssetMaterialization | verdicts.Verdict

#: Dagster's tag of a materialization; its own name for it is in a private module (docs/upstream.md)
_CODE_VERSION = "dagster/code_version"
#: metadata of a partition of snapshots: its new documents and its failing addresses
NEWS = "news"
#: columns of a preview
COLUMNS = 12


def raw_spec(table: Table, deps: Sequence[dg.AssetKey | str | dg.AssetSpec], version: str) -> dg.AssetSpec:
    """Return the spec of a raw table; its description and columns come from the contract."""
    columns = [dg.TableColumn(f.name, f.dtype, description=f.description) for f in table.fields]
    return dg.AssetSpec(
        table.name,
        deps=deps,
        group_name=RAW,
        description=table.description,
        kinds={"python", "parquet"},
        owners=OWNERS,
        code_version=version,
        partitions_def=GRID,
        metadata={
            "dagster/column_schema": dg.TableSchema(columns=columns),
            "key": ", ".join(table.key),
            "provinces": dg.MetadataValue.md(provinces_as_table()),
        },
    )


def report(context: dg.AssetExecutionContext, outcomes: Outcomes, installation: Installation) -> Iterator[Result]:
    """Yield what became of each partition, with metadata, and the gate's verdicts; raise if one was kept back."""
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
            yield from verdicts.of_partitions(context, table, found)
        raise_if_stopped(outcomes)
    for table, by_partition in metadata.items():
        for partition, told in by_partition.items():
            context.add_asset_metadata(told, asset_key=dg.AssetKey(table), partition_key=str(partition))
        yield dg.MaterializeResult(
            asset_key=table,
            metadata={f"run/{name}": value for name, value in summary_of({table: outcomes[table]}).items()},
        )
        yield from verdicts.of_partitions(context, table, outcomes[table])


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
            "place and year": words(partition),
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
