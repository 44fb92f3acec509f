"""The hop from catalogue to bytes: the ledger of fetches.

What belongs here: which partitions are due, and what is added to their ledgers. What does not: how a page is fetched
(``sources/snapshot``), which news a person is told (``news.py``).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from orchestration.home.installation import Installation
from orchestration.home.provenance import Inputs
from orchestration.hops import judging, progress
from orchestration.hops.gate import Rows
from orchestration.hops.hop import Hop, Made, read_rows
from orchestration.hops.news import news_of
from orchestration.hops.outcomes import Outcomes
from sources.partitions import Partition
from sources.registry.catalogue import CatalogueEntry
from sources.snapshot.fetch import fetch_entries, forbidden, local_path
from sources.snapshot.ledger import newest, withdrawn
from sources.tables import SNAPSHOTS

#: metadata of a snapshots file: when its addresses were last asked, in seconds since 1970
CHECKED = "checked"
#: metadata of a snapshots file: 1 where an address failed in a way that may heal, so that the next run tries again
RETRY = "retry"
#: in place of an input's name: addresses were last asked too long ago, or in vain
DUE = "due"


class Snapshots(Hop):
    """Fetches the documents of stale partitions and adds what is new to their ledgers."""

    name = "snapshots"
    title = "fetching"
    reads = ("catalogue",)
    tables = (SNAPSHOTS,)
    fetches = True

    def versions(self, installation: Installation | None = None) -> dict[str, str]:
        return {}

    def version(self, installation: Installation | None = None) -> str:
        return "1"  # a ledger hangs on no rule: what was fetched stays as it was

    def inputs(self, partition: Partition, installation: Installation) -> Inputs:
        """Return what the catalogue claims of a partition, with the state of its local files as they are now."""
        claims = [
            [e.location, e.region_code, e.region, e.level, e.report_year, e.notes]
            + ([] if e.is_web else local_state(e, installation))
            for e in installation.entries().get(partition, [])
        ]
        return {"catalogue": claims}

    def why_stale(
        self, partition: Partition, installation: Installation, refetch_hours: float = 24.0
    ) -> frozenset[str]:
        """As of every hop; DUE stands for addresses to be asked again."""
        entries = installation.entries().get(partition, [])
        due = addresses_due(entries, installation.lake.metadata(SNAPSHOTS, partition), refetch_hours)
        return super().why_stale(partition, installation, refetch_hours) | ({DUE} if due else frozenset())

    def make(self, partitions: Sequence[Partition], installation: Installation) -> Outcomes:
        if partitions:
            judging.load_ahead()
        installation.settle_ids()
        checked = time.time()
        ledgers = {p: read_rows(installation, SNAPSHOTS, p) for p in partitions}
        new_rows = self._fetch(installation, ledgers)
        news = {partition: news_of(rows, ledgers[partition]) for partition, rows in new_rows.items()}
        for partition, ledger in ledgers.items():
            ledger.extend(new_rows.get(partition, []))
            # a document may have moved to another partition, or left the catalogue
            ledger.extend(withdrawn(ledger, {entry.location for entry in installation.entries().get(partition, [])}))
        made = Made(
            {SNAPSHOTS: {partition: SNAPSHOTS.columns_of(rows) for partition, rows in ledgers.items()}},
            metadata={p: {CHECKED: str(checked), RETRY: str(int(_may_heal(ledgers[p])))} for p in partitions},
        )
        outcomes = self.write(made, partitions, installation)
        for partition, told in news.items():
            outcomes[SNAPSHOTS.name][partition].news = told
        return outcomes

    def _fetch(self, installation: Installation, ledgers: dict[Partition, Rows]) -> dict[Partition, Rows]:
        """Return what the documents of these partitions add to their ledgers."""
        entries = installation.entries()
        wanted = [entry for partition in ledgers for entry in entries.get(partition, [])]
        progress.tell(self.name, more=len(wanted))
        done_before = 0

        def on_progress(done: int, _total: int) -> None:
            nonlocal done_before
            progress.tell(self.name, done=done - done_before)
            done_before = done

        known = [row for rows in ledgers.values() for row in rows]
        found = fetch_entries(
            wanted, installation.catalogue.base, installation.home, installation.settings, on_progress, known=known
        )
        progress.tell(self.name, done=len(wanted) - done_before)
        new_rows: dict[Partition, Rows] = {}
        for row in found:
            new_rows.setdefault(Partition.parse(row["partition"]), []).append(row)
        return new_rows


HOP = Snapshots()


def local_state(entry: CatalogueEntry, installation: Installation) -> list[object]:
    """Return what the file system says of a local file: size and time of change, or that it is missing or forbidden.

    Where machines share a store its hash stands for the time, which is another on each of them.
    """
    base = installation.catalogue.base
    path = local_path(entry.location, base)
    if forbidden(path, base, installation.settings.catalogue.folders):
        return ["forbidden"]
    try:
        stat = path.stat()
        if installation.settings.store and path.is_file():
            return [stat.st_size, _hash(path, stat.st_size, stat.st_mtime_ns), False]
    except OSError as error:
        return [type(error).__name__]
    return [stat.st_size, stat.st_mtime_ns, path.is_dir()]


@lru_cache(maxsize=100_000)
def _hash(path: Path, _size: int, _changed_ns: int) -> str:
    """A sensor asks all day: a file is read once as long as it is the same."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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


def _may_heal(ledger: Rows) -> bool:
    """Whether an address of the ledger failed the last time; a page that is gone or forbidden is no failure."""
    return any(row["outcome"] == "failed" and not row["url"].startswith("file:") for row in newest(ledger).values())
