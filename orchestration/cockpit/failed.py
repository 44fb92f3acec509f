"""What is failed now, over all raw tables: for the one standing check, and for whoever plans the next run.

What belongs here: partitions whose newest run failed, put together with those that the gate kept back
(``hops/kept_back.py``). What does not: documents of a partition that could not be fetched (the ledger has them,
`baogao status` shows them), stale partitions (``hops/plan.py``).
"""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from orchestration.cockpit.partitions import GRID
from orchestration.home.installation import Installation
from orchestration.hops import TABLES
from orchestration.hops.gate import failed_verdicts
from orchestration.hops.kept_back import Failed, kept_back
from sources.partitions import Partition


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
