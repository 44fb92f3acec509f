"""What the hops that read accepted reports have in common: their tasks, their pool, and rows by partition.

What does not belong here: any one of these hops.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from orchestration.home import documents, fingerprints
from orchestration.home.installation import Installation
from orchestration.hops import gate
from orchestration.hops.cell import Documents
from orchestration.hops.gate import Rows
from orchestration.hops.judging import PRELOAD
from orchestration.hops.worker import Failure, patience, run_bounded
from sources.partitions import Partition
from sources.tables import REPORTS, Columns, Table

#: seconds for one report; what needs more is a fault of ours
SECONDS = 60.0
#: columns of `reports` that these hops and their suites read
OF_A_REPORT = (
    "report_id", "report_year", "region_code", "region_name", "level", "kind", "completeness", "meeting_date",
    "n_chars", "text", "sections", "flags",
)  # fmt: skip


@dataclass(frozen=True)
class ReportTask:
    """One accepted report, as a row of the columns OF_A_REPORT."""

    partition: str
    report: dict[str, Any]


Task = TypeVar("Task", bound=ReportTask)
Value = TypeVar("Value")


def reports_hash(installation: Installation, partition: Partition) -> str:
    """Return the fingerprint of what the partition's reports say, whichever version read them."""
    return installation.lake.metadata(REPORTS, partition).get(fingerprints.SUBSTANCE, "")


def accepted_documents(
    installation: Installation,
    partition: Partition,
    made_from: Callable[[str], Sequence[object]],
    task: Callable[[dict[str, Any]], Task],
) -> Documents[Task]:
    """Return the partition's accepted reports as documents.

    `made_from` returns what rows are made from besides the report of the id given, `task` makes the task of a row of
    the columns OF_A_REPORT. Texts are read when tasks are asked for; until then their hashes speak for them.
    """
    lake = installation.lake
    of_a_report = [*(name for name in OF_A_REPORT if name != "text"), "text_sha256", "accepted"]
    data = lake.read(REPORTS, partition, of_a_report)
    rows = [] if data is None else data.to_pylist()
    wanted = [row for row in rows if row["accepted"] and row["n_chars"] and row["report_year"]]

    def tasks(reports: Collection[str]) -> Iterator[Task]:
        for found in lake.groups(REPORTS, partition, "report_id", reports, list(OF_A_REPORT)):
            yield from map(task, found.to_pylist())

    return Documents(
        "report_id",
        {
            row["report_id"]: documents.key(*row.values(), *made_from(row["report_id"])) if row["text_sha256"] else ""
            for row in wanted
        },
        tasks,
    )


def contract_of(*tables: Table) -> list[list[str]]:
    """Return the columns of tables with their types: rows of a former contract can't be taken over."""
    return [[table.name, *(f"{field.name} {field.dtype}" for field in table.fields)] for table in tables]


def each(
    worker: Callable[[Task], Value], tasks: Iterable[Task], workers: int, what: str
) -> Iterator[tuple[Task, Value]]:
    """Yield (task, what `worker` returns) for every task, from a pool of processes.

    Raises RuntimeError, naming the report and `what` was done to it, where it fails: that is our fault, never the
    source's, and must not look like a report that tells nothing.
    """
    for task, result in run_bounded(worker, tasks, workers=workers, timeout=patience(SECONDS), preload=PRELOAD):
        if isinstance(result, Failure):
            raise RuntimeError(f"{what} {task.report['report_id']} failed: {result.detail}")
        yield task, result


def compact(table: Table, rows: Rows, shared: dict[str, str]) -> Columns:
    """Return `rows` by column, with one object for equal texts: a sentence of ten numbers is sent and held once."""
    columns = table.columns_of(rows)
    for name, values in columns.items():
        if any(type(value) is str for value in values):
            columns[name] = [shared.setdefault(v, v) if type(v) is str else v for v in values]
    return columns


def by_partition(
    table: Table, batch: Sequence[Partition], results: Iterable[tuple[ReportTask, Columns]]
) -> dict[Partition, Columns]:
    """Return the rows of a batch's documents by partition."""
    parts: dict[Partition, list[Columns]] = {partition: [] for partition in batch}
    for task, columns in results:
        parts[Partition.parse(task.partition)].append(columns)
    return {partition: table.joined(found) for partition, found in parts.items()}


def reports_behind(
    batch: Sequence[Partition], results: Sequence[tuple[ReportTask, Any]], **made: Mapping[Partition, Columns]
) -> Columns:
    """Return the reports that a batch's results come from, as the suites want them; see ``gate.reports_behind``."""
    found: dict[Partition, Rows] = {partition: [] for partition in batch}
    for task, _ in results:
        found[Partition.parse(task.partition)].append(task.report)
    return gate.reports_behind(found, **made)
