"""Fetching the documents of catalogue entries: files directly, addresses by one crawling process.

What belongs here: from entries to rows of the ledger. What does not: crawling itself (``supervise``, ``spider``),
writing the ledger (the caller merges the rows into its partitions).
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sources.home import Home
from sources.lake import Lake
from sources.registry.catalogue import CatalogueEntry
from sources.settings import Settings
from sources.snapshot.ledger import Row, is_news, latest, make_row, newest, newest_valid, outcome_of
from sources.snapshot.store import SnapshotStore
from sources.tables import SNAPSHOTS

__all__ = ["Progress", "fetch_entries", "known_rows", "latest"]

#: called with (documents done, documents in all)
Progress = Callable[[int, int], None]


def fetch_entries(
    entries: Sequence[CatalogueEntry],
    base: Path,
    home: Home,
    settings: Settings,
    progress: Progress | None = None,
    *,
    known: Iterable[Mapping[str, Any]] | None = None,
) -> list[Row]:
    """Fetch every entry once and return the rows of tables.SNAPSHOTS that tell something new.

    `base` is the folder that relative locations start from; `known` the ledger's rows so far (read from the lake of
    `home` if None). A document that can't be had becomes a row with outcome `failed`, `gone` or `refused_by_robots`
    and an error text; nothing of one entry stops the others. Raises OSError where the home itself can't be written.
    """
    rows = list(known_rows(entries, home, settings) if known is None else known)
    store = SnapshotStore(home)
    local = [entry for entry in entries if not entry.is_web]
    if len(local) < len(entries):
        raise NotImplementedError("addresses can't be fetched yet; give local files")
    last, valid = newest(rows), newest_valid(rows)
    found: list[Row] = []
    for done, entry in enumerate(local, start=1):
        key = (entry.location, 1)
        row = _read_local(entry, base, store, settings, valid.get(key))
        if is_news(row, last.get(key)):
            found.append(row)
        if progress:
            progress(done, len(entries))
    return found


def known_rows(entries: Iterable[CatalogueEntry], home: Home, settings: Settings) -> list[Row]:
    """Return the ledger's rows of the entries' partitions, from the lake."""
    lake = Lake(settings.lake_root(home))
    rows: list[Row] = []
    for partition in sorted({entry.partition for entry in entries}):
        table = lake.read(SNAPSHOTS, partition)
        if table is not None:
            rows.extend(table.to_pylist())
    return rows


def _read_local(entry: CatalogueEntry, base: Path, store: SnapshotStore, settings: Settings, former: Row | None) -> Row:
    path = local_path(entry.location, base)
    url = path.absolute().as_uri()
    previous = former["sha256"] if former else None

    def failed(what: str, remedy: str) -> Row:
        error = f"catalogue row {entry.row}: {path}: {what}; {remedy}"
        return make_row(entry, url=url, outcome="failed", error=error, previous_sha256=previous)

    try:
        if path.is_dir():
            return failed("is a folder", "name the file in it")
        if not path.exists():
            return failed("no such file", "correct the location in the catalogue or put the file there")
        if not path.is_file():
            return failed("is no regular file", "name a file")
        limit = settings.crawl.max_bytes
        if path.stat().st_size > limit:
            return failed(f"is larger than {limit} bytes", "split it, or raise crawl.max_bytes in baogao.toml")
        data = path.read_bytes()
    except OSError as error:
        return failed(f"can't be read ({error.strerror or error})", "check the file and its permissions")
    if not data:
        return failed("is empty", "put the document there again")
    sha256 = store.put(data)
    return make_row(
        entry,
        url=url,
        final_url=url,
        outcome=outcome_of(sha256, former),
        content_type=mimetypes.guess_type(path.name)[0],
        sha256=sha256,
        n_bytes=len(data),
        previous_sha256=previous,
    )


def local_path(location: str, base: Path) -> Path:
    """Return the path that a location names: absolute, relative to `base`, or a file: address."""
    if location.lower().startswith("file:"):
        return Path(unquote(urlsplit(location).path))
    return base / location
