"""One installation as the hops see it: its folders, its settings, its lake, the catalogue it follows.

What does not belong here: Dagster (``resources.py`` hands this to the assets), any work.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from orchestration.home.note import replacing
from sources.home import Home, find_home
from sources.lake import Lake
from sources.partitions import Partition
from sources.registry.catalogue import Catalogue, CatalogueEntry, CatalogueError, read_catalogue
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
        return _read_catalogue(target, stat.st_size, stat.st_mtime_ns)

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


@lru_cache(maxsize=2)
def _read_catalogue(path: Path, size: int, changed_ns: int) -> Catalogue:
    """Read a catalogue once per state of its file: a sensor that ticks all day opens the installation each time."""
    return read_catalogue(path)


def open_installation(home: str | Path | None = None) -> Installation:
    """Return the installation at `home`, else at BAOGAO_HOME, else in the repository's data/."""
    found = find_home(home)
    return Installation(found, load_settings(found))
