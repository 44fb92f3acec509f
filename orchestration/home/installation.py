"""One installation as the hops see it: its folders, its settings, its lake, the catalogue it follows.

What several machines share lies in the store where one is set: then what people decided is read from a copy of ours
(``shared``), brought up to date once per object. What does not belong here: Dagster (``resources.py`` hands this to the
assets), any work.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from orchestration.home import shared, short_ids
from orchestration.home.note import replacing
from sources import store
from sources.home import Home, find_home
from sources.lake import Lake
from sources.partitions import Partition
from sources.registry.catalogue import Catalogue, CatalogueEntry, CatalogueError, read_catalogue
from sources.registry.regions import load_regions
from sources.report_ids import sharing_an_id
from sources.settings import Settings, load_settings
from sources.snapshot.store import SnapshotStore


@dataclass(frozen=True)
class Installation:
    """Home and settings, with what follows from them; read the catalogue once per object."""

    home: Home
    settings: Settings

    @property
    def lake(self) -> Lake:
        return Lake(self.settings.lake_root(self.home), str(self.home.scratch))

    @property
    def pages(self) -> SnapshotStore:
        """The pages as fetched."""
        return SnapshotStore.of(self.home, self.settings)

    @property
    def quarantine(self) -> str:
        """Rows that failed a row-level expectation: <quarantine>/<table>/<report year>/<province>.parquet."""
        return self.settings.shared(self.home, "quarantine")

    def viewing(self) -> AbstractContextManager[None]:
        """See the raw tables as they are now while the block runs, see ``store.viewing``; nothing on a local disk."""
        return store.viewing(self.lake.root, self.quarantine)

    @cached_property
    def decided(self) -> Path:
        """The folder of what people decided: reviews, dictionaries, regions.yaml, the catalogue; of a store, a copy."""
        return shared.copied(self.home, self.settings.store) if self.settings.store else self.home.root

    @property
    def reviews(self) -> Path:
        """Files in which a person overrules an identity, an observation, or corrects a source error."""
        return self.decided / "reviews"

    @property
    def workers(self) -> int:
        return self.settings.workers or os.cpu_count() or 1

    @property
    def overlay(self) -> Path | None:
        """The user's own regions (regions.yaml), if there are any."""
        path = self.decided / "regions.yaml"
        return path if path.is_file() else None

    @property
    def catalogue_file(self) -> Path:
        """The file of the catalogue that is followed. Raises CatalogueError, with the remedy, if there is none."""
        path = self.decided / self.home.catalogue.name
        if not path.is_symlink() and not path.exists():
            raise CatalogueError(
                "{store} follows no catalogue yet; name one: baogao run --catalogue FILE.csv",
                store=self.settings.store or self.home.root,
            )
        target = path.resolve()
        if not target.exists():
            raise CatalogueError(
                "the catalogue {target} is gone; name another: baogao run --catalogue FILE.csv", target=target
            )
        return target

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue that this home follows. Raises CatalogueError, with the remedy, if there is none."""
        target = self.catalogue_file
        stat = target.stat()
        known = _with_ids_apart(_read_catalogue(target, stat.st_size, stat.st_mtime_ns), self.id_digits)
        return replace(known, base=shared.base_of(self.decided)) if self.settings.store else known

    @property
    def id_digits(self) -> Callable[[str], int]:
        """What gives, for a location, the number of digits in its document's id."""
        return short_ids.digits_of(self.decided)

    def settle_ids(self) -> None:
        """Write down which documents have ids of a former baogao; to be called before a page is fetched."""
        if not self.settings.store:
            short_ids.settle(self.home, self.lake)

    @property
    def catalogue_problems(self) -> tuple[str, ...]:
        """What the person who keeps the catalogue should mend, one line a fault; regions nobody knows are among it."""
        regions = load_regions(self.overlay)
        codes = {entry.region_code for entry in self.catalogue.entries if entry.region_code}
        unknown = {code for code in codes if regions.by_code(code) is None}
        told = (
            f"row {entry.row}: region_code {entry.region_code}: there is no such region; mend it, or describe the "
            "region in regions.yaml of the home"
            for entry in self.catalogue.entries
            if entry.region_code in unknown
        )
        return (*self.catalogue.problems, *told)

    def follow(self, catalogue: Path) -> None:
        """Let this home follow the catalogue at `catalogue`, by a link: later edits of the file count.

        With a store the file is put there as it is now, for all. Raises CatalogueError, and changes nothing, if it is
        no usable catalogue.
        """
        read_catalogue(catalogue)
        self.home.create()
        if self.settings.store:
            shared.put_catalogue(self.settings.store, catalogue)
            return
        with replacing(self.home.catalogue) as link:
            link.symlink_to(catalogue.resolve())

    @cached_property
    def _by_partition(self) -> dict[Partition, list[CatalogueEntry]]:
        found: dict[Partition, list[CatalogueEntry]] = defaultdict(list)
        for entry in self.catalogue.entries:
            found[entry.partition].append(entry)
        return dict(found)

    def entries(self) -> dict[Partition, list[CatalogueEntry]]:
        """Return the catalogue's entries by the partition that they claim; not to be changed."""
        return self._by_partition


def _with_ids_apart(catalogue: Catalogue, digits: Callable[[str], int]) -> Catalogue:
    """Leave out, and tell, entries whose document would have the id of another: it would stop its partition."""
    rows = {entry.location: entry.row for entry in catalogue.entries}
    shared = sharing_an_id(rows, digits)
    if not shared:
        return catalogue
    told = (
        f"row {rows[location]}: location {location!r} would have the same id as that of row {rows[other]}, {other!r}: "
        "this row is left out; name the document by another path or address"
        for location, other in shared.items()
    )
    entries = tuple(entry for entry in catalogue.entries if entry.location not in shared)
    return replace(catalogue, entries=entries, problems=(*catalogue.problems, *told))


@lru_cache(maxsize=2)
def _read_catalogue(path: Path, size: int, changed_ns: int) -> Catalogue:
    """Read a catalogue once per state of its file: a sensor that ticks all day opens the installation each time."""
    return read_catalogue(path)


def open_installation(home: str | Path | None = None) -> Installation:
    """Return the installation at `home`, else at BAOGAO_HOME, else in the repository's data/."""
    found = find_home(home)
    settings = load_settings(found)
    store.connect(settings)
    return Installation(found, settings)
