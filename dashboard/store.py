"""Which releases can be shown, and short read-only questions to one of them.

What belongs here: opening the published file, holding it open. What does not: any particular question (``queries``,
``evidence``).
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.home.releases import TEXTS, read_manifest, served_id
from sources.home import Home

if TYPE_CHECKING:
    from pandas import DataFrame

DATABASE = "baogao.duckdb"
#: why a release's texts can't be searched, by the codes of ``Store.no_texts``
NOT_TAKEN, NOT_MADE, NOT_HERE = "texts_off", "texts_older", "texts_elsewhere"
# as many releases are held open at once: opening one takes longer than most questions
OPEN_RELEASES = 2
_OPENING = threading.Lock()
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
        with self.connection() as cursor:
            return cursor.execute(sql, dict(parameters or {})).df()

    @contextmanager
    def connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a connection to the release, its texts attached as `texts` where they are there. Raises as ``ask``."""
        try:
            file = self.path.stat()
        except FileNotFoundError as error:
            _opened.cache_clear()
            raise ReleaseGoneError(f"release {self.release} is no longer kept; choose another one") from error
        with _OPENING:  # two threads that open it at once would both attach its texts
            opened = _opened(str(self.path), file.st_ino, file.st_mtime_ns)
        with opened.cursor() as cursor:
            yield cursor

    def no_texts(self) -> str | None:
        """Return why there are no texts to search, as a code (NOT_TAKEN, NOT_MADE, NOT_HERE); None where there are."""
        if self.path.with_name(TEXTS).is_file():
            return None
        told = self.manifest().get("texts")
        return NOT_MADE if told is None else NOT_HERE if told else NOT_TAKEN

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
    connection = duckdb.connect(path, read_only=True, config={**LIMITS, "temp_directory": spilled})
    texts = Path(path).with_name(TEXTS)
    if texts.is_file():
        quoted = str(texts).replace("'", "''")
        connection.execute(f"attach '{quoted}' as texts (read_only)")
    return connection


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
