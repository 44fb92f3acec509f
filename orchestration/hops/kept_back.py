"""Partitions that the gate kept back: which, why, and the runs that leave them to themselves.

What does not belong here: partitions whose newest run failed (``cockpit/failed.py``), stale ones (``plan.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.home.installation import Installation
from orchestration.hops import TABLES, gate
from orchestration.hops.gate import failed_verdicts_on
from orchestration.hops.ranges import Rectangle, cover
from sources.partitions import Partition

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
        if gate.stops(verdict):
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
    with installation.viewing():
        asked = [(table, partition) for partition in partitions for table in TABLES]
        verdicts = [v for table, partition in asked for v in failed_verdicts_on(lake, table, partition)]
    return frozenset(failed.partition for failed in kept_back(verdicts))
