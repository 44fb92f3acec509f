"""Which releases can be shown, and short read-only questions to one of them.

What belongs here: opening the published file, holding it open. What does not: any particular question (``queries``,
``evidence``).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.home.releases import read_manifest, served_id
from sources.home import Home

if TYPE_CHECKING:
    from pandas import DataFrame

DATABASE = "baogao.duckdb"
# as many releases are held open at once: opening one takes longer than most questions
OPEN_RELEASES = 2
LIMITS: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "800MB", "threads": 2}


class ReleaseGoneError(Exception):
    """The release that was shown is no longer on disk; the message says what to do."""


@dataclass(frozen=True)
class Store:
    """One release on disk: its id and the file that is asked. Immutable, so answers can be kept by its id."""

    release: str
    path: Path

    def ask(self, sql: str, parameters: Mapping[str, Any] | None = None) -> DataFrame:
        """Return the answer as a frame.

        Raises ReleaseGoneError when the release was pruned since it was chosen.
        """
        try:
            file = self.path.stat()
        except FileNotFoundError as error:
            _opened.cache_clear()
            raise ReleaseGoneError(f"release {self.release} is no longer kept; choose another one") from error
        with _opened(str(self.path), file.st_ino, file.st_mtime_ns).cursor() as cursor:
            return cursor.execute(sql, dict(parameters or {})).df()

    def ask_if_there(self, table: str, sql: str, parameters: Mapping[str, Any] | None = None) -> DataFrame:
        """Return the answer, or an empty frame where an older baogao made the release and it lacks `table`."""
        there = "select 1 from duckdb_tables() where table_name = $table"
        return self.ask("select 1 limit 0" if self.ask(there, {"table": table}).empty else sql, parameters or {})

    def manifest(self) -> dict[str, Any]:
        """Return what the release says of itself: counts, versions, former release; empty if it says nothing."""
        return read_manifest(self.path.parent)


@lru_cache(maxsize=OPEN_RELEASES)
def _opened(path: str, _inode: int, _changed: int) -> duckdb.DuckDBPyConnection:
    """Return a connection to this very file, read-only; it closes when other releases are asked or this one is gone."""
    # a release's folder can't be written, so what doesn't fit is spilled elsewhere
    spilled = f"{tempfile.gettempdir()}/baogao-dashboard-{os.getpid()}"
    return duckdb.connect(path, read_only=True, config={**LIMITS, "temp_directory": spilled})


def served_store(home: Home) -> Store | None:
    """Return the release that readers see now, None before the first."""
    release = served_id(home)
    if release is None:
        return None
    # the folder of the release and not the link: what is asked while a page is drawn is all from one release
    path = home.releases / release / DATABASE
    return Store(release, path) if path.is_file() else None


def kept_releases(home: Home) -> list[str]:
    """Return the ids of the releases that can be shown, the newest first."""
    if not home.releases.is_dir():
        return []
    return sorted((path.parent.name for path in home.releases.glob(f"[!.]*/{DATABASE}")), reverse=True)


def kept_store(home: Home, release: str) -> Store | None:
    """Return a kept release by its id, None if there is no such one."""
    return Store(release, home.releases / release / DATABASE) if release in kept_releases(home) else None
