"""What the hops that read accepted reports have in common: their tasks, their pool, and rows by partition.

What does not belong here: any one of these hops.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from orchestration.home import documents, fingerprints
from orchestration.home.installation import Installation
from orchestration.hops import gate
from orchestration.hops.cell import Documents
from orchestration.hops.gate import Rows
from orchestration.hops.judging import PRELOAD
from sources.bounded import EXTRACT_SECONDS, MEMORY_BYTES, Failure, believed, patience, run_bounded
from sources.partitions import Partition
from sources.tables import REPORTS, Columns, Table

#: seconds and bytes for one report; what needs more is told of it, and the others go on
SECONDS, MEMORY = EXTRACT_SECONDS, MEMORY_BYTES
#: a text that every rule can work through
PLAIN = "全年地区生产总值增长5%。"
#: columns of `reports` that these hops and their suites read
OF_A_REPORT = (
    "report_id", "report_year", "region_code", "region_name", "level", "kind", "completeness", "meeting_date",
    "n_chars", "text", "sections", "flags",
)  # fmt: skip


@dataclass(frozen=True)
class ReportTask:
    """One accepted report, as a row of the columns OF_A_REPORT.

    `key` changes with what it says and with the rules; `failed`: what became of it, where a former run could not work
    through it and neither has changed since.
    """

    partition: str
    report: dict[str, Any]
    key: str = field(default="", kw_only=True)
    failed: Failure | None = field(default=None, kw_only=True)


Task = TypeVar("Task", bound=ReportTask)
Value = TypeVar("Value")


def reports_hash(installation: Installation, partition: Partition) -> str:
    """Return the fingerprint of what the partition's reports say, whichever version read them."""
    return installation.lake.metadata(REPORTS, partition).get(fingerprints.SUBSTANCE, "")


def accepted_reports(installation: Installation, partition: Partition) -> Rows:
    """Return the partition's accepted reports, as rows of the columns OF_A_REPORT."""
    rows = _accepted(installation, partition, OF_A_REPORT)
    return [{name: row[name] for name in OF_A_REPORT} for row in rows]


def _accepted(installation: Installation, partition: Partition, columns: Sequence[str]) -> Rows:
    data = installation.lake.read(REPORTS, partition, ["accepted", *columns])
    rows = [] if data is None else data.to_pylist()
    return [row for row in rows if row["accepted"] and row["n_chars"] and row["report_year"]]


def accepted_documents(
    installation: Installation,
    table: Table,
    partition: Partition,
    made_from: Callable[[dict[str, Any]], Sequence[object]],
    task: Callable[[dict[str, Any]], Task],
) -> Documents[Task]:
    """Return the partition's accepted reports as documents.

    `made_from` returns what rows are made from besides the report given, a row of OF_A_REPORT without the text; `task`
    makes the task of a row of OF_A_REPORT. Texts are read when tasks are asked for; until then their hashes speak for
    them. Verdicts on `table` name the documents that failed before: of those that are as they were nothing is tried.
    """
    lake = installation.lake
    rows = _accepted(installation, partition, [*(name for name in OF_A_REPORT if name != "text"), "text_sha256"])
    keys = {
        row["report_id"]: documents.key(*row.values(), *made_from(row)) if row["text_sha256"] else "" for row in rows
    }
    known = gate.failed_documents(lake, table, partition)

    def with_key(found: Task) -> Task:
        report = found.report["report_id"]
        key, former = keys[report], known.get(report)
        failed = Failure(former["reason"], former["detail"]) if former and key and former["key"] == key else None
        return replace(found, key=key, failed=failed)

    def tasks(reports: Collection[str]) -> Iterator[Task]:
        for found in lake.groups(REPORTS, partition, "report_id", reports, list(OF_A_REPORT)):
            yield from (with_key(task(report)) for report in found.to_pylist())

    return Documents("report_id", keys, tasks)


def contract_of(*tables: Table) -> list[list[str]]:
    """Return the columns of tables with their types: rows of a former contract can't be taken over."""
    return [[table.name, *(f"{field.name} {field.dtype}" for field in table.fields)] for table in tables]


def each(
    worker: Callable[[Task], Value], tasks: Iterable[Task], workers: int
) -> Iterator[tuple[Task, Value | Failure]]:
    """Yield (task, what `worker` returns, or why it gave nothing) for every task, from a pool of processes.

    A task that failed before is not tried again. Raises RuntimeError where all tasks fail, and one with a plain text
    too: then they are not to blame.
    """
    run = partial(run_bounded, partial(_work, worker), timeout=patience(SECONDS), memory=MEMORY, preload=PRELOAD)

    def works(task: Task) -> bool:
        plain = replace(task, report={**task.report, "text": PLAIN, "sections": None}, failed=None)
        return not any(isinstance(result, Failure) for _, result in run([plain], workers=1))

    return believed(
        run(tasks, workers=workers), lambda failure: failure.reason in ("timeout", "memory") or failure.former, works
    )


def _work(worker: Callable[[Task], Value], task: Task) -> Value | Failure:
    """Runs in a process."""
    return replace(task.failed, former=True) if task.failed else worker(task)


def failures_of(results: Iterable[tuple[ReportTask, Any]]) -> dict[Partition, list[gate.FailedDocument]]:
    """Return the documents that could not be worked through, by partition."""
    found: dict[Partition, list[gate.FailedDocument]] = {}
    for task, result in results:
        if isinstance(result, Failure):
            told = gate.FailedDocument(
                report_id=task.report["report_id"], reason=result.reason, detail=result.detail, key=task.key
            )
            found.setdefault(Partition.parse(task.partition), []).append(told)
    return found


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
