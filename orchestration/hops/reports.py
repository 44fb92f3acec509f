"""The hop from bytes to documents: clean text, identity, sections.

What belongs here: the task of one document, what a worker does with it, what a killed one leaves. What does not: how a
document is read (``sources/document``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, cast

from orchestration.home import care, documents, fingerprints
from orchestration.home.installation import Installation
from orchestration.home.provenance import Inputs
from orchestration.hops import gate
from orchestration.hops.accepted import contract_of
from orchestration.hops.cell import Documents
from orchestration.hops.document_hop import DocumentHop
from orchestration.hops.gate import Rows
from orchestration.hops.hop import Made, read_rows, reviews_hash
from orchestration.hops.judging import PRELOAD
from sources import store
from sources.bounded import MANY, READ_SECONDS, Failure, believed, patience, run_bounded
from sources.home import Home
from sources.partitions import Partition
from sources.report_ids import DIGITS
from sources.snapshot.fetch import latest
from sources.snapshot.store import DamagedSnapshotError, fault_of, read
from sources.tables import REPORTS, SNAPSHOTS, Columns, Table


@dataclass(frozen=True)
class ReadTask:
    """One document of the catalogue to be read: its pages as paths or addresses of the snapshot store, in order."""

    partition: str
    location: str
    pages: tuple[str, ...]
    label: tuple[str | None, str | None, str | None, int | None]
    url: str | None
    content_type: str | None
    sha256: str
    overlay: str | None
    reviews: str
    id_digits: int = DIGITS


class Reports(DocumentHop[ReadTask, Rows]):
    """Reads the newest snapshots of stale partitions into documents with an identity."""

    name = "reports"
    title = "reading"
    reads = (SNAPSHOTS.name,)
    tables = (REPORTS,)

    def versions(self, installation: Installation | None = None) -> dict[str, str]:
        from sources.document.version import parser_version

        return {"parser": parser_version()}

    def inputs(self, partition: Partition, installation: Installation) -> Inputs:
        return {
            "snapshots": installation.lake.metadata(SNAPSHOTS, partition).get(fingerprints.SUBSTANCE, ""),
            "catalogue": sorted(entry.location for entry in installation.entries().get(partition, [])),
            **self.versions(),
            "reviews": reviews_hash(installation, "identities*"),
            **({"regions": regions_hash(installation)} if installation.overlay else {}),
        }

    def documents(self, installation: Installation) -> Callable[[Partition], Documents[ReadTask]]:
        installation.settle_ids()
        overruling = _overruling(installation)
        rules = [self.versions(), regions_hash(installation), contract_of(*self.tables)]
        digits_of = installation.id_digits

        def documents_of(partition: Partition) -> Documents[ReadTask]:
            locations = {entry.location for entry in installation.entries().get(partition, [])}
            pages = _claimed_pages(installation, partition, locations)
            by_location = {task.location: task for task in read_tasks(partition, pages, installation, digits_of)}

            def tasks(names: Collection[str]) -> Iterator[ReadTask]:
                wanted = [by_location[name] for name in names]
                for begins in range(0, len(wanted), MANY):
                    check_pages(wanted[begins : begins + MANY], installation.home)
                    yield from wanted[begins : begins + MANY]

            return Documents(
                "location",
                {
                    location: _made_from(task, pages[location], rules, overruling.get(location, ()))
                    for location, task in by_location.items()
                },
                tasks,
            )

        return documents_of

    def name_of(self, task: ReadTask) -> str:
        return task.location

    def value_of(self, rows: Mapping[Table, Columns]) -> Rows:
        return gate.rows_of(rows[REPORTS])

    def work(self, tasks: Iterable[ReadTask], workers: int) -> Iterator[tuple[ReadTask, Rows]]:
        return read_all(tasks, workers)

    def processes(self, installation: Installation) -> int:
        """Return half as many more where pages come from a store: while one waits for bytes, another reads."""
        return installation.workers if installation.pages.is_local else -(-installation.workers * 3 // 2)

    def collect(self, batch: Sequence[Partition], results: Sequence[tuple[ReadTask, Rows]]) -> Made:
        rows: dict[Partition, Rows] = {partition: [] for partition in batch}
        for task, found in results:
            rows[Partition.parse(task.partition)].extend(found)
        # what had to be ended may have met a busy machine: the next run that reads the partition tries it again
        once = {
            partition: {row["location"] for row in found if row.get("refusal_reason") == "hostile"}
            for partition, found in rows.items()
        }
        return Made({REPORTS: {partition: REPORTS.columns_of(found) for partition, found in rows.items()}}, once=once)

    def load(self) -> None:
        import sources.document.reports  # noqa: F401 - the parsers of web pages, PDF and Office files: a second

        self.versions()
        regions(None)


HOP = Reports()


def _overruling(installation: Installation) -> dict[str, list[object]]:
    """Return what people decided about identities, by location. Raises ReviewError."""
    # what reads them loads the rules, which a process that hands documents to others needs for nothing else
    if not any(installation.reviews.glob("identities*.yaml")):
        return {}
    from sources.document.identity.reviews import load_identity_reviews

    found: dict[str, list[object]] = {}
    for review in load_identity_reviews(installation.reviews):
        found.setdefault(review.location, []).append(asdict(review))
    return found


def _claimed_pages(installation: Installation, partition: Partition, locations: set[str]) -> dict[str, Rows]:
    """Return, by location, the newest valid pages of the documents that the catalogue still puts into `partition`."""
    pages: dict[str, Rows] = {}
    for row in latest(read_rows(installation, SNAPSHOTS, partition)):
        if row["location"] in locations:
            pages.setdefault(row["location"], []).append(row)
    return pages


def read_tasks(
    partition: Partition, pages: dict[str, Rows], installation: Installation, digits_of: Callable[[str], int]
) -> list[ReadTask]:
    """Return one task per location; `pages` are the ledger's newest valid rows by location, `digits_of` a location
    gives the digits of its document's id."""
    kept = installation.pages
    # once, not for each document
    overlay, reviews = installation.overlay, str(installation.reviews)
    regions_file = str(overlay) if overlay else None
    tasks = []
    for location, rows in sorted(pages.items()):
        first = rows[0]
        tasks.append(
            ReadTask(
                partition=str(partition),
                location=location,
                pages=tuple(kept.address(row["sha256"]) for row in rows),
                label=(
                    first["label_region_code"],
                    first["label_region"],
                    first["label_level"],
                    first["label_report_year"],
                ),
                url=first["final_url"] or first["url"],
                content_type=first["content_type"],
                sha256=first["sha256"],
                overlay=regions_file,
                reviews=reviews,
                id_digits=digits_of(location),
            )
        )
    return tasks


def _made_from(task: ReadTask, pages: Rows, rules: Sequence[object], overruling: Sequence[object]) -> str:
    """Return the key of a document: bytes count by their hashes, wherever they lie."""
    hashes = [row["sha256"] for row in pages]
    told = (task.label, task.url, task.content_type, task.id_digits)
    return documents.key(task.location, hashes, told, rules, overruling)


def regions_hash(installation: Installation) -> str:
    """Return a hash of the home's own regions, by which texts are read too; empty where there are none."""
    overlay = installation.overlay
    return fingerprints.digest(overlay.read_text(encoding="utf-8")) if overlay else ""


@lru_cache(maxsize=2)
def regions(overlay: str | None) -> Any:
    from sources.registry.regions import load_regions

    return load_regions(Path(overlay) if overlay else None)


def _label(task: ReadTask) -> Any:
    from sources.document.identity.identity import Label

    return Label(*task.label)


@dataclass(frozen=True)
class Unread:
    """Why the bytes of a document in a store could not be had: that says nothing of the document."""

    why: str


def read_one(task: ReadTask) -> Rows | Unread:
    """Return the rows of the table `reports` for one document; runs in a worker."""
    from sources.document.reports import report_rows

    try:
        # those on this disk were held against their hashes before: `check_pages`
        pages = [Path(page).read_bytes() if store.is_local(page) else read(page) for page in task.pages]
    except (FileNotFoundError, DamagedSnapshotError, store.StoreError) as error:
        if store.is_local(task.pages[0]):
            raise
        return Unread(f"{task.location}: {error}")
    return report_rows(
        task.location,
        pages,
        _label(task),
        regions(task.overlay),
        Partition.parse(task.partition),
        url=task.url,
        content_type=task.content_type,
        snapshot_sha256=task.sha256,
        reviews=task.reviews,
        digits=task.id_digits,
    )


def check_pages(tasks: Sequence[ReadTask], home: Home) -> None:
    """Raise DamagedSnapshotError where the stored bytes of a page are not those that were fetched, read twice.

    They are set aside, so that the next run fetches the page again: a document must not be refused, or read wrongly,
    for what a disk did to it. Never deleted: the site may no longer have the page, and a person may mend the bytes.
    """
    told = []
    for task in tasks:
        for page in filter(store.is_local, task.pages):
            fault = fault_of(page, None, thorough=True)
            if fault:
                aside = f"; they are now {care.set_aside(home, Path(page))}" if Path(page).exists() else ""
                told.append(f"the stored bytes of {task.location} ({page}) {fault}{aside}")
    if told:
        raise DamagedSnapshotError(f"{'; '.join(told[:5])}; run again: the page is fetched anew then")


def read_all(tasks: Iterable[ReadTask], workers: int) -> Iterator[tuple[ReadTask, Rows]]:
    """Yield (task, rows) for every task; a document whose worker was ended becomes a refusal `hostile`.

    Raises RuntimeError where the processes die on every document: then it is the machine that is at fault, and no
    document may be called hostile for it.
    """
    results = run_bounded(read_one, tasks, workers=workers, timeout=_read_seconds, preload=PRELOAD)
    for task, result in believed(results, lambda failure: failure.reason != "crash"):
        if isinstance(result, Unread):
            raise store.StoreError(
                f"{result.why}; run again. Where bytes are gone or damaged, `baogao run --verify` has them fetched anew"
            )
        yield task, _refused(task, result) if isinstance(result, Failure) else cast(Rows, result)


def _read_seconds(task: ReadTask) -> float:
    """Return how long to wait for a document: pictures take longer, where they are read at all."""
    from sources.document.forms.recognisable import ocr_installed, seconds_needed

    needed = READ_SECONDS
    if not ocr_installed():
        return patience(needed)

    for page in task.pages:
        with suppress(OSError, store.StoreError):  # gone or locked: the reader says so
            if store.is_local(page):
                needed += seconds_needed(Path(page))
            elif not (task.content_type or "").startswith("text/"):
                with NamedTemporaryFile() as copy:
                    copy.write(store.get(page))
                    copy.flush()
                    needed += seconds_needed(Path(copy.name))
    return patience(needed)


def _refused(task: ReadTask, failure: Failure) -> Rows:
    from sources.document.reports import refusal_row

    # an exception is our own fault with an odd document; what had to be ended is the document's
    reason = "unreadable" if failure.reason == "error" else "hostile"
    detail = f"{failure.detail}; open the document by hand: {task.url or task.location}"
    partition = Partition.parse(task.partition)
    return [refusal_row(task.location, _label(task), partition, reason, detail, digits=task.id_digits)]
