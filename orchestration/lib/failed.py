"""What is failed now, over all raw tables: for the one standing check, and for whoever plans the next run.

What belongs here: partitions that the gate kept back, and partitions whose newest run failed. What does not: documents
of a partition that could not be fetched (the ledger has them, `baogao status` shows them), stale partitions
(``plan.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from orchestration.lib.gate import failed_verdicts, failed_verdicts_on
from orchestration.lib.installation import Installation
from orchestration.lib.partitions import GRID
from orchestration.lib.ranges import Rectangle, cover
from sources.partitions import Partition
from sources.tables import OBSERVATIONS, REJECTIONS, REPORTS, SNAPSHOTS, TERM_COUNTS

TABLES = (SNAPSHOTS, REPORTS, OBSERVATIONS, REJECTIONS, TERM_COUNTS)

ROWS_SHOWN = "its newest check `gate` shows the rows; mend the rule or add a correction, then backfill it"


@dataclass(frozen=True, order=True)
class Failed:
    """One partition of one raw table that failed: why, and what to do about it."""

    partition: Partition
    table: str
    why: str
    remedy: str


def kept_back(verdicts: Iterable[Mapping[str, Any]]) -> Iterator[Failed]:
    """Yield, for rows of `gate_results`, the partitions that a verdict forbade to write: their former files stand."""
    stops: dict[tuple[str, str], list[str]] = {}
    for verdict in verdicts:
        if verdict["severity"] == "critical" and not verdict["success"]:
            told = f"{verdict['expectation']}: {verdict['observed'] or 'see gate_results'}"
            stops.setdefault((verdict["table_name"], verdict["partition"]), []).append(told)
    for (table, key), why in stops.items():
        yield Failed(Partition.parse(key), table, f"the gate kept the former file: {'; '.join(why)}", ROWS_SHOWN)


def rectangles(
    installation: Installation, wanted: Iterable[Partition], allowed: Iterable[Partition] = ()
) -> list[Rectangle]:
    """Return the runs that take all of `wanted` and nothing outside `wanted` and `allowed`.

    What the gate kept back the last time is in runs of its own: a step that fails ends its run, and the others of the
    run would wait for the bad one for ever.
    """
    all_wanted = frozenset(wanted)
    apart = held_back(installation, all_wanted)
    return cover(all_wanted - apart, frozenset(allowed) - apart) + cover(apart)


def held_back(installation: Installation, partitions: Iterable[Partition]) -> frozenset[Partition]:
    """Return those of `partitions` that the gate kept back the last time."""
    lake = installation.lake
    verdicts = [v for partition in partitions for table in TABLES for v in failed_verdicts_on(lake, table, partition)]
    return frozenset(failed.partition for failed in kept_back(verdicts))


def failed_runs(instance: dg.DagsterInstance) -> Iterator[Failed]:
    """Yield the partitions that Dagster shows as failed: asked for by a run that ended without writing them."""
    keys = list(GRID.get_partition_keys())
    for table in TABLES:
        found = instance.get_status_by_partition(dg.AssetKey(table.name), keys, GRID) or {}
        for key, status in found.items():
            if status is not None and status.value == "FAILED":
                yield Failed(
                    Partition.parse(str(key)), table.name, "the newest run failed", "open its run, mend, backfill it"
                )


def failed_now(installation: Installation, instance: dg.DagsterInstance) -> list[Failed]:
    """Return all that is failed, one entry per table and partition; the gate's reason goes before the run's."""
    stopped = list(kept_back(failed_verdicts(installation.lake)))
    told = {(failed.table, failed.partition) for failed in stopped}
    more = [failed for failed in failed_runs(instance) if (failed.table, failed.partition) not in told]
    return sorted([*stopped, *more])
