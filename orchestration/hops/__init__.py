"""The data flow from catalogue to raw tables: what is stale, the work, and the gate before the lake.

What belongs here: hops, their plan, their processes, the gate. What does not: how a page is fetched, read or extracted
(``sources``), dbt, Dagster.

A hop is one object in a file of its own; those of this list are planned, run, shown and released, in this order.
"""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.home.installation import Installation
from orchestration.hops import observations, reports, snapshots, terms
from orchestration.hops.hop import Hop
from sources.tables import Table

HOPS: tuple[Hop, ...] = (snapshots.HOP, reports.HOP, observations.HOP, terms.HOP)
FETCHING: tuple[Hop, ...] = tuple(hop for hop in HOPS if hop.fetches)
READING: tuple[Hop, ...] = tuple(hop for hop in HOPS if not hop.fetches)


def assets_of(hops: Iterable[Hop]) -> tuple[str, ...]:
    """Return the names of the raw tables that hops write, which are their assets."""
    return tuple(table.name for hop in hops for table in hop.tables)


#: assets of a run that fetches, and of one that reads what is there
FETCHED, READ = assets_of(FETCHING), assets_of(READING)
#: in the environment: whoever loads assets needs those of hops alone, and not dbt's, which take seconds
HOPS_ALONE = "BAOGAO_HOPS_ALONE"
#: all raw tables that hops write
TABLES: tuple[Table, ...] = tuple(table for hop in HOPS for table in hop.tables)


def versions(installation: Installation | None = None) -> dict[str, str]:
    """Return the versions of rules and data of all hops, by the names that a release's manifest has."""
    return {name: version for hop in HOPS for name, version in hop.versions(installation).items()}
