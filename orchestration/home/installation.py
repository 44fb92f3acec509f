"""One installation as the hops see it: its folders, its settings, its lake, the catalogue it follows.

What does not belong here: Dagster (``resources.py`` hands this to the assets), any work.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from orchestration.home.note import replacing
from orchestration.home.short_ids import digits_of
from sources.home import Home, find_home
from sources.lake import Lake
from sources.partitions import Partition
from sources.registry.catalogue import Catalogue, CatalogueEntry, CatalogueError, read_catalogue
from sources.registry.regions import load_regions
from sources.report_ids import sharing_an_id
from sources.settings import Settings, load_settings


@dataclass(frozen=True)
class Installation:
    """Home and settings, with what follows from them; read the catalogue once per object."""

    home: Home
    settings: Settings

    @property
    def lake(self) -> Lake:
        return Lake(self.settings.lake_root(self.home))

    @property
    def workers(self) -> int:
        return self.settings.workers or os.cpu_count() or 1

    @property
    def overlay(self) -> Path | None:
        """The user's own regions (regions.yaml in the home), if there are any."""
        path = self.home.root / "regions.yaml"
        return path if path.is_file() else None

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue that this home follows. Raises CatalogueError, with the remedy, if there is none."""
        path = self.home.catalogue
        if not path.is_symlink() and not path.exists():
            raise CatalogueError(
                f"{self.home.root} follows no catalogue yet; name one: baogao run --catalogue FILE.csv"
            )
        target = path.resolve()
        if not target.exists():
            raise CatalogueError(f"the catalogue {target} is gone; name another: baogao run --catalogue FILE.csv")
        stat = target.stat()
        return _with_ids_apart(_read_catalogue(target, stat.st_size, stat.st_mtime_ns), self.home)

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

        Raises CatalogueError, and changes nothing, if it is no usable catalogue.
        """
        read_catalogue(catalogue)
        self.home.create()
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


def _with_ids_apart(catalogue: Catalogue, home: Home) -> Catalogue:
    """Leave out, and tell, entries whose document would have the id of another: it would stop its partition."""
    rows = {entry.location: entry.row for entry in catalogue.entries}
    shared = sharing_an_id(rows, digits_of(home))
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
    return Installation(found, load_settings(found))
