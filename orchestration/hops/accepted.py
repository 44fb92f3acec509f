"""What the hops that read accepted reports have in common: their tasks, their pool, and rows by partition.

What does not belong here: any one of these hops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from orchestration.home import fingerprints
from orchestration.home.installation import Installation
from orchestration.hops import gate
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


def accepted_reports(installation: Installation, partition: Partition) -> Rows:
    """Return the partition's accepted reports, as rows of the columns OF_A_REPORT."""
    data = installation.lake.read(REPORTS, partition, ["accepted", *OF_A_REPORT])
    rows = [] if data is None else data.to_pylist()
    wanted = [row for row in rows if row["accepted"] and row["text"] and row["report_year"]]
    return [{name: row[name] for name in OF_A_REPORT} for row in wanted]


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
