"""New, changed or due pages: one sensor that asks only for the partitions concerned.

A cron condition on the partitioned assets would ask for every key of the grid at each tick; this looks at the
catalogue and the lake instead, for at most DEADLINE seconds, and goes on at its cursor in the next tick. A tick that
sees the state of a finished look unchanged looks at nothing.
"""

import time
from datetime import UTC, datetime

import dagster as dg

from orchestration.cockpit import sweep
from orchestration.cockpit.defs.automation.jobs import ingest
from orchestration.cockpit.partitions import run_tags
from orchestration.cockpit.resources import InstallationResource
from orchestration.home.fingerprints import digest
from orchestration.home.installation import Installation
from orchestration.home.provenance import hash_of
from orchestration.hops import HOPS, kept_back, snapshots
from orchestration.hops.ranges import Rectangle
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
    now = datetime.now(UTC)
    cursor = sweep.Cursor.parse(context.cursor)
    try:
        state = sweep.state_of(opened, now)
    except (CatalogueError, OSError) as error:
        return dg.SkipReason(str(error))
    if not cursor.at and cursor.state == state:
        return dg.SkipReason("nothing is due, and nothing has changed since everything was looked at")
    moment = sweep.declared(opened.home)
    hours = sweep.refetch_hours(moment, now)
    # a look that is under way keeps the state it began with, so that what changed meanwhile is looked at afterwards
    began_with = cursor.state if cursor.at else state
    stale, last = _look(opened, cursor.at, hours)
    rectangles = kept_back.rectangles(opened, stale)
    wanted, left_out = rectangles[:MOST_RUNS], rectangles[MOST_RUNS:]
    if left_out:
        covered = {partition for rectangle in wanted for partition in rectangle.partitions()}
        last = _before(min(set(stale) - covered), opened)
    requests = [
        dg.RunRequest(
            run_key=_run_key(rectangle, opened, now, moment),
            tags=run_tags(rectangle),
            run_config={"ops": {"snapshots": {"config": {"refetch_hours": hours}}}},
        )
        for rectangle in wanted
    ]
    return dg.SensorResult(run_requests=requests, cursor=str(sweep.Cursor(last, began_with)))


def _look(installation: Installation, after: str, hours: float) -> tuple[list[Partition], str]:
    """Return the stale partitions after the key `after`, and the last key looked at (empty: the end was reached)."""
    deadline = time.monotonic() + DEADLINE
    stale: list[Partition] = []
    last = after
    for partition in sorted(installation.entries()):
        if str(partition) <= after:
            continue
        if time.monotonic() > deadline:
            return stale, last
        if any(hop.why_stale(partition, installation, hours) for hop in HOPS):
            stale.append(partition)
        last = str(partition)
    return stale, ""


def _before(partition: Partition, installation: Installation) -> str:
    return max((str(p) for p in installation.entries() if p < partition), default="")


def _run_key(rectangle: Rectangle, installation: Installation, now: datetime, moment: datetime | None) -> str:
    """The same staleness asks for one run a day, so that a partition that keeps failing is not tried at every tick."""
    inputs = [hash_of(snapshots.HOP.inputs(partition, installation)) for partition in rectangle.partitions()]
    return digest(str(rectangle), inputs, now.date(), moment)
