"""Which partitions are stale: their inputs are no longer those that their files were made from.

What belongs here: the fingerprint of each hop's inputs (used by the hops and by the plan alike, so that they can't
disagree), and the plan. What does not: doing the work (``hops.py``), Dagster.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestration.home import fingerprints
from orchestration.home.installation import Installation
from sources.partitions import Partition
from sources.registry.catalogue import CatalogueEntry
from sources.snapshot.fetch import local_path
from sources.tables import OBSERVATIONS, REJECTIONS, REPORTS, SNAPSHOTS, TERM_COUNTS

HOPS = ("snapshots", "reports", "observations", "term_counts")
#: metadata of a snapshots file: when its addresses were last asked, in seconds since 1970
CHECKED = "checked"
#: metadata of a snapshots file: 1 where an address failed in a way that may heal, so that the next run tries again
RETRY = "retry"


@dataclass(frozen=True)
class Plan:
    """`claimed`: partitions the catalogue names. `stale`: hop → partitions that it would change or look at again."""

    claimed: frozenset[Partition]
    stale: dict[str, frozenset[Partition]]

    @property
    def partitions(self) -> frozenset[Partition]:
        """All partitions that some hop has to work on."""
        return frozenset().union(*self.stale.values())


def local_state(entry: CatalogueEntry, installation: Installation) -> list[object]:
    """Return what the file system says of a local file: size and time of change, or that it is missing."""
    path = local_path(entry.location, installation.catalogue.base)
    try:
        stat = path.stat()
    except OSError as error:
        return [type(error).__name__]
    return [stat.st_size, stat.st_mtime_ns, path.is_dir()]


def snapshot_inputs(entries: Sequence[CatalogueEntry], installation: Installation) -> str:
    """Return the fingerprint of what the catalogue claims of a partition and of its local files as they are now."""
    return fingerprints.digest(
        [
            [e.location, e.region_code, e.region, e.level, e.report_year, e.notes]
            + ([] if e.is_web else local_state(e, installation))
            for e in entries
        ]
    )


def addresses_due(
    entries: Sequence[CatalogueEntry], metadata: dict[str, str], refetch_hours: float, now: float | None = None
) -> bool:
    """Whether the partition has addresses last asked more than `refetch_hours` ago, never, or without success."""
    if not any(entry.is_web for entry in entries):
        return False
    if metadata.get(RETRY) == "1":
        return True
    age = (now or time.time()) - float(metadata.get(CHECKED, 0))
    # asked in the future: the clock has been set back, and nobody knows how long ago that was
    return age >= refetch_hours * 3600 or age < 0


def report_inputs(entries: Sequence[CatalogueEntry], partition: Partition, installation: Installation) -> str:
    from sources.document.reports import PARSER_VERSION

    ledger = installation.lake.metadata(SNAPSHOTS, partition).get(fingerprints.SUBSTANCE, "")
    locations = sorted(entry.location for entry in entries)
    return fingerprints.digest(ledger, locations, PARSER_VERSION, _reviews(installation, "identities*"))


def observation_inputs(partition: Partition, installation: Installation) -> str:
    from sources.extraction import lexicon_version, rules_version

    reports = installation.lake.metadata(REPORTS, partition).get(fingerprints.SUBSTANCE, "")
    return fingerprints.digest(reports, rules_version(), lexicon_version(), _reviews(installation, "observations*"))


def term_inputs(partition: Partition, installation: Installation) -> str:
    from sources.terms import dictionaries_version, load_dictionaries

    reports = installation.lake.metadata(REPORTS, partition).get(fingerprints.SUBSTANCE, "")
    folder = installation.home.root / "dictionaries"
    return fingerprints.digest(reports, dictionaries_version(load_dictionaries(folder)))


def _reviews(installation: Installation, pattern: str) -> str:
    return fingerprints.of_files(installation.home.reviews, [f"{pattern}.yaml"])


def stale_of(
    hop: str, partitions: Iterable[Partition], installation: Installation, refetch_hours: float = 24.0
) -> frozenset[Partition]:
    """Return those of `partitions` whose files of `hop` were made from other inputs than there are now."""
    entries = installation.entries()
    found = set()
    for partition in partitions:
        mine = entries.get(partition, [])
        if hop == "snapshots":
            metadata = installation.lake.metadata(SNAPSHOTS, partition)
            fresh = metadata.get(fingerprints.INPUTS) == snapshot_inputs(mine, installation)
            # a partition that the catalogue no longer names keeps its ledger as it is
            if mine and (not fresh or addresses_due(mine, metadata, refetch_hours)):
                found.add(partition)
        elif hop == "reports":
            if _differs(installation, (REPORTS.name,), partition, report_inputs(mine, partition, installation)):
                found.add(partition)
        elif hop == "observations":
            names = (OBSERVATIONS.name, REJECTIONS.name)
            if _differs(installation, names, partition, observation_inputs(partition, installation)):
                found.add(partition)
        elif hop == "term_counts":
            if _differs(installation, (TERM_COUNTS.name,), partition, term_inputs(partition, installation)):
                found.add(partition)
        else:
            raise ValueError(f"no such hop: {hop!r} (expected one of {', '.join(HOPS)})")
    return frozenset(found)


def _differs(installation: Installation, tables: Sequence[str], partition: Partition, inputs: str) -> bool:
    return any(installation.lake.metadata(table, partition).get(fingerprints.INPUTS) != inputs for table in tables)


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
    known = claimed | frozenset(installation.lake.partitions(SNAPSHOTS.name))
    wanted = {p for p in known if _within(p, years, provinces)}
    stale = {hop: stale_of(hop, wanted, installation, refetch_hours) for hop in HOPS}
    return Plan(frozenset(p for p in claimed if _within(p, years, provinces)), stale)


def _within(partition: Partition, years: tuple[int, int] | None, provinces: Sequence[str]) -> bool:
    if years and not (partition.report_year.isdigit() and years[0] <= int(partition.report_year) <= years[1]):
        return False
    return not provinces or any(partition.province[:2] == code[:2] for code in provinces)
