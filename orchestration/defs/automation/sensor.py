"""New or changed pages: one sensor that asks only for the partitions concerned.

A cron condition on the partitioned assets would ask for every key of the grid at each tick; this looks at the
catalogue and the ledger instead, for at most DEADLINE seconds, and goes on at its cursor in the next tick.
"""

import time
from datetime import UTC, datetime

import dagster as dg

from orchestration.defs.automation.jobs import ingest
from orchestration.lib import plan
from orchestration.lib.fingerprints import digest
from orchestration.lib.installation import Installation
from orchestration.lib.partitions import run_tags
from orchestration.lib.ranges import Rectangle, cover
from orchestration.lib.resources import InstallationResource
from sources.partitions import Partition
from sources.registry.catalogue import CatalogueError

#: seconds; the daemon gives a tick a minute
DEADLINE = 40.0
#: runs asked for by one tick
MOST_RUNS = 10


@dg.sensor(
    job=ingest,
    minimum_interval_seconds=600,
    description="Asks for the partitions whose pages are new, changed or due to be looked at again",
)
def changed_pages(
    context: dg.SensorEvaluationContext, installation: InstallationResource
) -> dg.SensorResult | dg.SkipReason:
    opened = installation.open()
    try:
        entries = opened.entries()
    except CatalogueError as error:
        return dg.SkipReason(str(error))
    deadline = time.monotonic() + DEADLINE
    ordered = sorted(entries)
    start = next((at for at, partition in enumerate(ordered) if str(partition) > (context.cursor or "")), 0)
    stale: list[Partition] = []
    last = ""
    for partition in ordered[start:]:
        if time.monotonic() > deadline:
            break
        if any(plan.stale_of(hop, [partition], opened) for hop in plan.HOPS):
            stale.append(partition)
        last = str(partition)
    else:
        last = ""
    rectangles = cover(stale)
    requests = [
        dg.RunRequest(run_key=_run_key(rectangle, opened), tags=run_tags(rectangle))
        for rectangle in rectangles[:MOST_RUNS]
    ]
    if len(rectangles) > MOST_RUNS:  # what was left out is found again from the start
        last = ""
    return dg.SensorResult(run_requests=requests, cursor=last)


def _run_key(rectangle: Rectangle, installation: Installation) -> str:
    """The same staleness asks for one run a day, so that a partition that keeps failing is not tried at every tick."""
    entries = installation.entries()
    inputs = [plan.snapshot_inputs(entries.get(p, []), installation) for p in rectangle.partitions()]
    today = datetime.now(UTC).date().isoformat()
    return digest(str(rectangle), inputs, today)
