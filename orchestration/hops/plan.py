"""What a run would do: which partitions of which hop are stale, and why.

What belongs here: the plan over all hops. What does not: when a hop's partition is stale (the hop), doing the work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.home.installation import Installation
from orchestration.hops import HOPS
from sources.partitions import Partition
from sources.tables import SNAPSHOTS


@dataclass(frozen=True)
class Plan:
    """`claimed`: partitions the catalogue names. `why`: hop → partitions that it would change or look at again, each
    with the names of the inputs that changed (``Hop.why_stale``)."""

    claimed: frozenset[Partition]
    why: Mapping[str, Mapping[Partition, frozenset[str]]]

    @property
    def stale(self) -> dict[str, frozenset[Partition]]:
        """By hop, the partitions that it would change or look at again."""
        return {hop: frozenset(partitions) for hop, partitions in self.why.items()}

    def told_why(self, hop: str) -> str:
        """Return how many of the hop's partitions are stale by which input, as " (rules 12, reports 3)"."""
        counts = Counter(name for names in self.why[hop].values() for name in names)
        shown = ", ".join(
            f"{name} {count}" for name, count in sorted(counts.items(), key=lambda item: (-item[1], item))
        )
        return f" ({shown})" if shown else ""

    @property
    def partitions(self) -> frozenset[Partition]:
        """All partitions that some hop has to work on."""
        return frozenset().union(*self.stale.values())


def make_plan(
    installation: Installation,
    years: tuple[int, int] | None = None,
    provinces: Sequence[str] = (),
    refetch_hours: float = 24.0,
) -> Plan:
    """Return what is stale among the catalogue's partitions and those already in the lake, within the limits given.

    `years` are the first and last report year, `provinces` the first two digits or the whole code of provinces.
    """
    claimed = frozenset(installation.entries())
    with installation.viewing():
        known = claimed | frozenset(installation.lake.partitions(SNAPSHOTS.name))
        wanted = {p for p in known if _within(p, years, provinces)}
        why = {
            hop.name: {p: names for p in sorted(wanted) if (names := hop.why_stale(p, installation, refetch_hours))}
            for hop in HOPS
        }
    return Plan(frozenset(p for p in claimed if _within(p, years, provinces)), why)


def _within(partition: Partition, years: tuple[int, int] | None, provinces: Sequence[str]) -> bool:
    if years and not (partition.report_year.isdigit() and years[0] <= int(partition.report_year) <= years[1]):
        return False
    return not provinces or any(partition.province[:2] == code[:2] for code in provinces)
