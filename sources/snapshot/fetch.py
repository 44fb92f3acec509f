"""Fetching the documents of catalogue entries: files directly, addresses by one crawling process.

What belongs here: from entries to rows of the ledger. What does not: crawling itself (``supervise``, ``spider``),
writing the ledger (the caller merges the rows into its partitions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from sources.home import Home
from sources.lake import Lake
from sources.registry.catalogue import CatalogueEntry
from sources.settings import Settings
from sources.snapshot.job import KnownPage, Progressed, Target
from sources.snapshot.ledger import PageKey, Row, hold_back, is_news, latest, make_row, newest, newest_valid, standing
from sources.snapshot.local import forbidden, local_path, read_local
from sources.snapshot.store import SnapshotStore
from sources.snapshot.supervise import folder as crawl_folder
from sources.snapshot.supervise import run_crawl
from sources.tables import SNAPSHOTS

__all__ = ["Progress", "fetch_entries", "forbidden", "known_rows", "latest", "local_path"]

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
    store = SnapshotStore.of(home, settings)
    last = newest(rows)
    former: dict[str, dict[int, Row]] = {}
    for (location, page), row in sorted(newest_valid(rows).items()):
        former.setdefault(location, {})[page] = row
    whole: dict[str, dict[int, Row]] = {}
    for (location, page), row in standing(rows).items():
        whole.setdefault(location, {})[page] = row
    done: set[str] = set()

    def tell(location: str) -> None:
        done.add(location)
        if progress:
            progress(len(done), len(entries))

    found: list[Row] = []
    local = [entry for entry in entries if not entry.is_web]

    def read(entry: CatalogueEntry) -> list[Row]:
        before = former.get(entry.location, {})
        return read_local(entry, base, store, settings.crawl.max_bytes, before, settings.catalogue.folders)

    # two at a time: the one waits for the disk while the other looks for links; rows come in the catalogue's order
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="files") as pool:
        for entry, here in zip(local, pool.map(read, local), strict=True):
            found.extend(hold_back(here, whole.get(entry.location, {}), last))
            tell(entry.location)
    web = [entry for entry in entries if entry.is_web]
    if web:
        found.extend(_fetch_web(web, home, settings, last, former, whole, tell))
    return [row for row in found if is_news(row, last.get((row["location"], row["page"])))]


def _fetch_web(
    entries: Sequence[CatalogueEntry],
    home: Home,
    settings: Settings,
    last: Mapping[PageKey, Row],
    former: Mapping[str, Mapping[int, Row]],
    whole: Mapping[str, Mapping[int, Row]],
    on_done: Callable[[str], None],
) -> list[Row]:
    by_location = {entry.location: entry for entry in entries}
    store = SnapshotStore.of(home, settings)
    known = {
        location: tuple(
            # a page whose bytes are gone must be sent again, changed or not
            KnownPage(page, row["url"], row["sha256"], row["etag"], row["last_modified"])
            if row["sha256"] in store
            else KnownPage(page, row["url"], row["sha256"])
            for page, row in pages.items()
        )
        for location, pages in former.items()
    }
    shorter = settings.crawl.accept_shorter
    targets = [
        Target(entry.location, entry.location, known.get(entry.location, ()), (), entry.location in shorter)
        for entry in entries
    ]

    def unsettled(location: str, progressed: Progressed) -> bool:
        rows = _rows_of(by_location[location], progressed, whole, last)
        before = [(row, last.get((location, row["page"]))) for row in rows]
        return any(
            is_news(row, old) and (old is None or old["retrieved_at"] < row["retrieved_at"]) for row, old in before
        )

    reached = run_crawl(targets, home, settings.crawl, unsettled, on_done, store.remote)
    rows = []
    for entry in entries:
        progressed = reached.get(entry.location, Progressed())
        end = None
        if not progressed.done:
            where = f"catalogue row {entry.row}: {entry.location}"
            error = f"{where}: the crawling process ended here; see its log in {crawl_folder(home).name}/ of the home"
            end = make_row(entry, url=entry.location, outcome="failed", error=error)
        rows.extend(_rows_of(entry, progressed, whole, last, end))
    return rows


def _rows_of(
    entry: CatalogueEntry,
    progressed: Progressed,
    whole: Mapping[str, Mapping[int, Row]],
    last: Mapping[PageKey, Row],
    end: Row | None = None,
) -> list[Row]:
    """Return the ledger's rows of a location's journal lines; `end` is the row of what stopped it, if anything did."""
    rows = []
    for line in progressed.pages.values():
        values: dict[str, Any] = {name: line.get(name) for name in SNAPSHOTS.columns if name in line}
        values["retrieved_at"] = datetime.fromisoformat(line["retrieved_at"])
        if line["error"]:
            values["error"] = f"catalogue row {entry.row}: {line['error']}"
        values.pop("location")
        rows.append(make_row(entry, **values))
    return hold_back(rows + ([end] if end else []), whole.get(entry.location, {}), last)


def known_rows(entries: Iterable[CatalogueEntry], home: Home, settings: Settings) -> list[Row]:
    """Return the ledger's rows of the entries' partitions, from the lake."""
    lake = Lake(settings.lake_root(home))
    rows: list[Row] = []
    for partition in sorted({entry.partition for entry in entries}):
        table = lake.read(SNAPSHOTS, partition)
        if table is not None:
            rows.extend(table.to_pylist())
    return rows
