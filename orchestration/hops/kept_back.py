"""Partitions that the gate kept back, and the runs that leave them to themselves.

What does not belong here: what is shown of them (``cockpit/verdicts.py``), stale ones (``plan.py``).
"""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.home.installation import Installation
from orchestration.hops import TABLES, gate
from orchestration.hops.gate import failed_verdicts_on
from orchestration.hops.ranges import Rectangle, cover
from sources.partitions import Partition


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
    with installation.viewing():
        return frozenset(
            partition
            for partition in partitions
            if any(gate.stops(verdict) for table in TABLES for verdict in failed_verdicts_on(lake, table, partition))
        )
