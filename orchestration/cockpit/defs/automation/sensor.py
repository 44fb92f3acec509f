"""New, changed or due pages: one sensor that asks only for the partitions concerned.

A cron condition on the partitioned assets would ask for every key of the grid at each tick; this looks at the
catalogue and the lake instead, for at most DEADLINE seconds, and goes on at its cursor in the next tick. A tick that
sees the state of a finished look unchanged looks at nothing.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import dagster as dg

from orchestration.cockpit import sweep
from orchestration.cockpit.defs.automation.jobs import INGESTED, ingest
from orchestration.cockpit.partitions import run_tags
from orchestration.cockpit.resources import InstallationResource
from orchestration.home.fingerprints import digest
from orchestration.home.installation import Installation
from orchestration.home.provenance import hash_of
from orchestration.hops import FETCHED, HOPS, READ, kept_back, snapshots
from orchestration.hops.hop import Hop
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
    runs = _runs(opened, stale)
    wanted, left_out = runs[:MOST_RUNS], runs[MOST_RUNS:]
    if left_out:
        covered = {partition for rectangle, _ in wanted for partition in rectangle.partitions()}
        last = _before(min(set(stale) - covered), opened)
    requests = [
        dg.RunRequest(
            run_key=_run_key(rectangle, opened, now, moment, assets),
            tags=run_tags(rectangle),
            asset_selection=[dg.AssetKey(name) for name in assets],
            run_config={"ops": {"snapshots": {"config": {"refetch_hours": hours}}}} if assets != READ else {},
        )
        for rectangle, assets in wanted
    ]
    return dg.SensorResult(run_requests=requests, cursor=str(sweep.Cursor(last, began_with)))


def _runs(installation: Installation, stale: Mapping[Partition, list[Hop]]) -> list[tuple[Rectangle, tuple[str, ...]]]:
    """Return the runs that bring `stale` up to date, each with its assets.

    On several machines what is to be fetched is so first, in runs of its own; a later look finds what is to be read.
    """
    cluster = installation.settings.cluster
    if not cluster.engine:
        return [(rectangle, INGESTED) for rectangle in kept_back.rectangles(installation, stale)]
    fetched = {partition for partition, hops in stale.items() if any(hop.fetches for hop in hops)}
    read = kept_back.rectangles(installation, stale.keys() - fetched)
    return [
        *((rectangle, FETCHED) for rectangle in kept_back.rectangles(installation, fetched)),
        *((part, READ) for rectangle in read for part in rectangle.cut(cluster.partitions_per_run)),
    ]


def _look(installation: Installation, after: str, hours: float) -> tuple[dict[Partition, list[Hop]], str]:
    """Return the stale partitions after the key `after` with the hops that would change them, and the last key looked
    at (empty: the end was reached)."""
    deadline = time.monotonic() + DEADLINE
    stale: dict[Partition, list[Hop]] = {}
    last = after
    for partition in sorted(installation.entries()):
        if str(partition) <= after:
            continue
        if time.monotonic() > deadline:
            return stale, last
        hops = [hop for hop in HOPS if hop.why_stale(partition, installation, hours)]
        if hops:
            stale[partition] = hops
        last = str(partition)
    return stale, ""


def _before(partition: Partition, installation: Installation) -> str:
    return max((str(p) for p in installation.entries() if p < partition), default="")


def _run_key(
    rectangle: Rectangle, installation: Installation, now: datetime, moment: datetime | None, assets: tuple[str, ...]
) -> str:
    """The same staleness asks for one run a day, so that a partition that keeps failing is not tried at every tick."""
    inputs = [hash_of(snapshots.HOP.inputs(partition, installation)) for partition in rectangle.partitions()]
    return digest(str(rectangle), inputs, now.date(), moment, *([] if assets == INGESTED else [assets]))
