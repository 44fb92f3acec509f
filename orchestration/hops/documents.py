"""Reading and extracting many documents in bounded processes: tasks, what a worker does, what a killed one leaves.

What belongs here: the functions that run inside a worker (they take and give plain data) and their tasks. What does
not: how a document is read or extracted (``sources``), when (``hops.py``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.home.installation import Installation
from orchestration.hops.judging import PRELOAD
from orchestration.hops.worker import Failure, run_bounded
from sources.partitions import Partition
from sources.snapshot.store import DamagedSnapshotError, SnapshotStore, fault_of
from sources.tables import OBSERVATIONS, REJECTIONS, TERM_COUNTS, Columns, Table

if TYPE_CHECKING:
    from sources.extraction.review import Decision

Rows = list[dict[str, Any]]

#: seconds and bytes for one document; what needs more is hostile
READ_SECONDS, EXTRACT_SECONDS = 20.0, 60.0
#: so many documents may all be bombs; so many that all bring their process down are enough to blame the machine
FEW, MANY = 2, 50
#: columns of `reports` that the later hops and their suites read
OF_A_REPORT = (
    "report_id", "report_year", "region_code", "region_name", "level", "kind", "completeness", "meeting_date",
    "n_chars", "text", "sections", "flags",
)  # fmt: skip


@dataclass(frozen=True)
class ReadTask:
    """One document of the catalogue to be read: its pages as paths into the snapshot store, in order."""

    partition: str
    location: str
    pages: tuple[str, ...]
    label: tuple[str | None, str | None, str | None, int | None]
    url: str | None
    content_type: str | None
    sha256: str
    overlay: str | None
    reviews: str


@dataclass(frozen=True)
class ExtractTask:
    """One accepted report to be extracted, and what people decided about its observations."""

    partition: str
    report: dict[str, Any]
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class CountTask:
    """One accepted report whose terms are to be counted; `folder` holds the user's own dictionaries."""

    partition: str
    report: dict[str, Any]
    folder: str


@dataclass(frozen=True)
class Extracted:
    """Rows of the two tables of one report, and the decisions of people that fit none of its numbers any more."""

    observations: Columns
    rejections: Columns
    outdated: list[str]


def read_tasks(partition: Partition, pages: dict[str, Rows], installation: Installation) -> list[ReadTask]:
    """Return one task per location; `pages` are the ledger's newest valid rows by location."""
    store = SnapshotStore(installation.home)
    overlay = installation.overlay
    tasks = []
    for location, rows in sorted(pages.items()):
        first = rows[0]
        tasks.append(
            ReadTask(
                partition=str(partition),
                location=location,
                pages=tuple(str(store.path(row["sha256"])) for row in rows),
                label=(
                    first["label_region_code"],
                    first["label_region"],
                    first["label_level"],
                    first["label_report_year"],
                ),
                url=first["final_url"] or first["url"],
                content_type=first["content_type"],
                sha256=first["sha256"],
                overlay=str(overlay) if overlay else None,
                reviews=str(installation.home.reviews),
            )
        )
    return tasks


def patience(seconds: float) -> float:
    """Return how long to wait for what takes `seconds` at most on a quiet machine.

    A busy machine (more ready processes than cores) must not make a harmless document look hostile.
    """
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@lru_cache(maxsize=2)
def regions(overlay: str | None) -> Any:
    from sources.registry.regions import load_regions

    return load_regions(Path(overlay) if overlay else None)


def _label(task: ReadTask) -> Any:
    from sources.document.identity.identity import Label

    return Label(*task.label)


def read_one(task: ReadTask) -> Rows:
    """Return the rows of the table `reports` for one document; runs in a worker."""
    from sources.document.reports import report_rows

    return report_rows(
        task.location,
        [Path(page).read_bytes() for page in task.pages],
        _label(task),
        regions(task.overlay),
        Partition.parse(task.partition),
        url=task.url,
        content_type=task.content_type,
        snapshot_sha256=task.sha256,
        reviews=task.reviews,
    )


def check_pages(tasks: Sequence[ReadTask]) -> None:
    """Raise DamagedSnapshotError where the stored bytes of a page are not those that were fetched.

    They are removed, so that the next run fetches the page again: a document must not be refused, or read wrongly,
    for what a disk did to it.
    """
    told = []
    for task in tasks:
        for page in map(Path, task.pages):
            fault = fault_of(page, None, thorough=True)
            if fault:
                page.unlink(missing_ok=True)
                told.append(f"the stored bytes of {task.location} ({page}) {fault}")
    if told:
        raise DamagedSnapshotError(f"{'; '.join(told[:5])}; run again: the page is fetched anew then")


def read_all(tasks: Iterable[ReadTask], workers: int) -> Iterator[tuple[ReadTask, Rows]]:
    """Yield (task, rows) for every task; a document whose worker was ended becomes a refusal `hostile`.

    Raises RuntimeError where the processes die on every document: then it is the machine that is at fault, and no
    document may be called hostile for it.
    """
    suspects: list[tuple[ReadTask, Rows]] = []
    machine_works = False
    for task, result in run_bounded(read_one, tasks, workers=workers, timeout=_read_seconds, preload=PRELOAD):
        crashed = isinstance(result, Failure) and result.reason == "crash"
        rows = _refused(task, result) if isinstance(result, Failure) else result
        if not machine_works and crashed:
            # nobody may call them hostile, nor write that down, before one document was read
            suspects.append((task, rows))
            if len(suspects) == MANY:
                break
            continue
        machine_works = True
        yield from suspects
        suspects.clear()
        yield task, rows
    if len(suspects) > FEW:
        raise RuntimeError(
            f"all {len(suspects)} documents brought their process down: the processes themselves do not work"
        )
    yield from suspects


def _read_seconds(task: ReadTask) -> float:
    """Return how long to wait for a document: pictures take longer, where they are read at all."""
    from sources.document.forms.ocr import seconds_needed

    needed = READ_SECONDS
    for page in task.pages:
        with suppress(OSError):  # gone or locked: the reader says so
            needed += seconds_needed(Path(page))
    return patience(needed)


def _refused(task: ReadTask, failure: Failure) -> Rows:
    from sources.document.reports import refusal_row

    # an exception is our own fault with an odd document; what had to be ended is the document's
    reason = "unreadable" if failure.reason == "error" else "hostile"
    detail = f"{failure.detail}; open the document by hand: {task.url or task.location}"
    return [refusal_row(task.location, _label(task), Partition.parse(task.partition), reason, detail)]


def extract_tasks(partition: Partition, reports: Rows, decisions: Sequence[Decision] = ()) -> list[ExtractTask]:
    return [
        ExtractTask(
            str(partition),
            {name: report[name] for name in OF_A_REPORT},
            tuple(decision for decision in decisions if decision.report_id == report["report_id"]),
        )
        for report in reports
    ]


def extract_one(task: ExtractTask) -> Extracted:
    """Return what one report tells, as people left it; runs in a worker."""
    from sources.extraction import extract
    from sources.extraction.review import apply_review

    extraction = extract(task.report["text"], context_of(task.report))
    outdated = apply_review(extraction, list(task.decisions), task.report["report_id"]) if task.decisions else []
    shared: dict[str, str] = {}
    return Extracted(
        _compact(OBSERVATIONS, extraction.observations, shared),
        _compact(REJECTIONS, extraction.rejections, shared),
        outdated,
    )


def _compact(table: Table, rows: Rows, shared: dict[str, str]) -> Columns:
    """Return `rows` by column, with one object for equal texts: a sentence of ten numbers is sent and held once."""
    columns = table.columns_of(rows)
    for name, values in columns.items():
        if any(type(value) is str for value in values):
            columns[name] = [shared.setdefault(v, v) if type(v) is str else v for v in values]
    return columns


def context_of(report: dict[str, Any]) -> Any:
    """Return the ReportContext of a row of the table `reports`."""
    from sources.document.sections import Section
    from sources.extraction import ReportContext, doubts_of

    stored = json.loads(report["sections"]) if report.get("sections") else None
    return ReportContext(
        report_id=report["report_id"],
        report_year=report["report_year"],
        region_name=report["region_name"],
        level=report["level"],
        sections=[Section(**section) for section in stored] if stored else None,
        kind=report["kind"],
        meeting_date=report["meeting_date"],
        region_code=report["region_code"],
        doubts=doubts_of(report["flags"]),
    )


def extract_all(tasks: Iterable[ExtractTask], workers: int) -> Iterator[tuple[ExtractTask, Extracted]]:
    """Yield (task, what its report tells) for every task.

    Raises RuntimeError, naming the report, where extraction fails: that is our fault, never the source's, and must
    not look like a report without numbers.
    """
    for task, result in run_bounded(
        extract_one, tasks, workers=workers, timeout=patience(EXTRACT_SECONDS), preload=PRELOAD
    ):
        if isinstance(result, Failure):
            raise RuntimeError(f"extraction of {task.report['report_id']} failed: {result.detail}")
        yield task, result


def count_tasks(partition: Partition, reports: Rows, folder: Path) -> list[CountTask]:
    return [CountTask(str(partition), {name: report[name] for name in OF_A_REPORT}, str(folder)) for report in reports]


def count_one(task: CountTask) -> Columns:
    """Return the counts of one report's terms; runs in a worker."""
    from sources.terms import count_terms, load_dictionaries

    counted = count_terms(task.report["text"], load_dictionaries(Path(task.folder)))
    rows = [{**row, "report_id": task.report["report_id"]} for row in counted]
    return _compact(TERM_COUNTS, rows, {})


def count_all(tasks: Iterable[CountTask], workers: int) -> Iterator[tuple[CountTask, Columns]]:
    """Yield (task, counts) for every task. Raises RuntimeError, naming the report, where counting fails."""
    for task, result in run_bounded(
        count_one, tasks, workers=workers, timeout=patience(EXTRACT_SECONDS), preload=PRELOAD
    ):
        if isinstance(result, Failure):
            raise RuntimeError(f"counting the terms of {task.report['report_id']} failed: {result.detail}")
        yield task, result
