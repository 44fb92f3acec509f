"""The hops from catalogue to raw tables: for given partitions, do what is stale and nothing else.

What belongs here: reading a hop's inputs from the lake, calling ``sources``, passing the rows through the gate. What
does not: how a page is fetched, read or extracted (``sources``), what is stale (``plan.py``), Dagster.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from orchestration.home import memory
from orchestration.home.installation import Installation
from orchestration.hops import documents, gate, judging, plan, progress
from orchestration.hops.flow import Batch, flow
from orchestration.hops.gate import Judged, Rows
from orchestration.hops.news import news_of
from sources.errors import BaogaoError
from sources.partitions import Partition
from sources.snapshot.fetch import fetch_entries, latest
from sources.snapshot.ledger import newest
from sources.tables import OBSERVATIONS, REJECTIONS, REPORTS, SNAPSHOTS, TERM_COUNTS, Columns, Table

Task = TypeVar("Task")
Value = TypeVar("Value")

#: documents that go through the gate together; the rows of some three times as many are held in memory at once
BATCH = 400
#: rows of a partition kept for a person to look at
PREVIEW = 5
#: characters of a cell of them: a report's text would be held for every partition of a run
PREVIEW_WIDTH = 200


@dataclass
class Outcome:
    """What became of one partition of one table. `stopped` is not empty where the former file was kept.

    `preview` are a few of the rows written. `news` (of snapshots) are the new documents and failing addresses, see
    ``news.news_of``.
    """

    n_rows: int = 0
    n_quarantined: int = 0
    unchanged: bool = False
    failures: Rows = field(default_factory=list)
    quarantined: Rows = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    preview: Rows = field(default_factory=list)
    news: list[dict[str, str]] = field(default_factory=list)


#: table name → partition → what became of it
Outcomes = dict[str, dict[Partition, Outcome]]


class GateStoppedError(BaogaoError):
    """Partitions failed critically; their former files stand. Raised after all others were written."""

    def __init__(self, stopped: dict[str, dict[str, list[str]]]) -> None:
        self.stopped = stopped
        lines = [f"{table} {key}: {'; '.join(why)}" for table, keys in stopped.items() for key, why in keys.items()]
        super().__init__("the gate kept the former file of " + " | ".join(lines))


def run_snapshots(installation: Installation, partitions: Sequence[Partition], refetch_hours: float = 24.0) -> Outcomes:
    """Fetch the documents of stale partitions and add what is new to their ledgers."""
    stale = plan.stale_of("snapshots", partitions, installation, refetch_hours)
    if stale:
        judging.load_ahead()
    entries = installation.entries()
    wanted = [entry for partition in sorted(stale) for entry in entries[partition]]
    progress.tell("snapshots", more=len(wanted))
    done_before = 0

    def on_progress(done: int, _total: int) -> None:
        nonlocal done_before
        progress.tell("snapshots", done=done - done_before)
        done_before = done

    checked = time.time()
    ledgers = {p: _read(installation, SNAPSHOTS, p) for p in sorted(stale)}
    known = [row for rows in ledgers.values() for row in rows]
    found = fetch_entries(
        wanted, installation.catalogue.base, installation.home, installation.settings, on_progress, known=known
    )
    progress.tell("snapshots", done=len(wanted) - done_before)
    new_rows: dict[Partition, Rows] = {}
    for row in found:
        new_rows.setdefault(Partition.parse(row["partition"]), []).append(row)
    news = {partition: news_of(rows, ledgers[partition]) for partition, rows in new_rows.items()}
    for partition, rows in new_rows.items():
        ledgers[partition].extend(rows)
    inputs = {partition: plan.snapshot_inputs(entries[partition], installation) for partition in stale}
    more = {p: {plan.CHECKED: str(checked), plan.RETRY: str(int(_may_heal(ledgers[p])))} for p in stale}
    built = {partition: SNAPSHOTS.columns_of(rows) for partition, rows in ledgers.items()}
    outcomes = _through_gate(installation, {SNAPSHOTS: built}, inputs, "1", more)
    for partition, told in news.items():
        outcomes[SNAPSHOTS.name][partition].news = told
    return _with_unchanged(outcomes, (SNAPSHOTS,), partitions, installation)


def run_reports(installation: Installation, partitions: Sequence[Partition]) -> Outcomes:
    """Read the newest snapshots of stale partitions into documents with an identity."""
    from sources.document.reports import PARSER_VERSION

    stale = plan.stale_of("reports", partitions, installation)
    entries = installation.entries()
    outcomes: Outcomes = {}

    def tasks_of(partition: Partition) -> list[documents.ReadTask]:
        pages = _claimed_pages(installation, partition, {e.location for e in entries.get(partition, [])})
        tasks = documents.read_tasks(partition, pages, installation)
        documents.check_pages(tasks)
        return tasks

    def finish(batch: list[Partition], results: list[tuple[documents.ReadTask, Rows]]) -> None:
        rows: dict[Partition, Rows] = {partition: [] for partition in batch}
        for task, found in results:
            rows[Partition.parse(task.partition)].extend(found)
        built = {partition: REPORTS.columns_of(found) for partition, found in rows.items()}
        inputs = {p: plan.report_inputs(entries.get(p, []), p, installation) for p in batch}
        _merge(outcomes, _through_gate(installation, {REPORTS: built}, inputs, PARSER_VERSION))

    _flow("reports", stale, tasks_of, lambda tasks: documents.read_all(tasks, installation.workers), finish)
    return _with_unchanged(outcomes, (REPORTS,), partitions, installation)


def run_observations(installation: Installation, partitions: Sequence[Partition]) -> Outcomes:
    """Extract observations and rejections from the accepted reports of stale partitions."""
    from sources.extraction import lexicon_version, rules_version
    from sources.extraction.review import load_reviews

    decisions = load_reviews(installation.home.reviews)
    stale = plan.stale_of("observations", partitions, installation)
    outcomes: Outcomes = {}
    version = f"{rules_version()}-{lexicon_version()}"

    def tasks_of(partition: Partition) -> list[documents.ExtractTask]:
        return documents.extract_tasks(partition, _accepted(installation, partition), decisions)

    def finish(batch: list[Partition], results: list[tuple[documents.ExtractTask, documents.Extracted]]) -> None:
        observations = _by_partition(OBSERVATIONS, batch, [(task, told.observations) for task, told in results])
        rejections = _by_partition(REJECTIONS, batch, [(task, told.rejections) for task, told in results])
        outdated: dict[Partition, list[str]] = {}
        for task, told in results:
            outdated.setdefault(Partition.parse(task.partition), []).extend(told.outdated)
        inputs = {p: plan.observation_inputs(p, installation) for p in batch}
        built = {OBSERVATIONS: observations, REJECTIONS: rejections}
        behind = gate.reports_behind(_reports_of(results, batch), n_observations=observations, n_rejections=rejections)
        _merge(outcomes, _through_gate(installation, built, inputs, version, outdated=outdated, reports=behind))

    _flow("observations", stale, tasks_of, lambda tasks: documents.extract_all(tasks, installation.workers), finish)
    return _with_unchanged(outcomes, (OBSERVATIONS, REJECTIONS), partitions, installation)


def run_term_counts(installation: Installation, partitions: Sequence[Partition]) -> Outcomes:
    """Count dictionary terms in the accepted reports of stale partitions."""
    from sources.terms import dictionaries_version, load_dictionaries

    folder = installation.home.root / "dictionaries"
    version = dictionaries_version(load_dictionaries(folder))
    stale = plan.stale_of("term_counts", partitions, installation)
    outcomes: Outcomes = {}

    def tasks_of(partition: Partition) -> list[documents.CountTask]:
        return documents.count_tasks(partition, _accepted(installation, partition), folder)

    def finish(batch: list[Partition], results: list[tuple[documents.CountTask, Columns]]) -> None:
        built = _by_partition(TERM_COUNTS, batch, results)
        inputs = {p: plan.term_inputs(p, installation) for p in batch}
        behind = gate.reports_behind(_reports_of(results, batch))
        _merge(outcomes, _through_gate(installation, {TERM_COUNTS: built}, inputs, version, reports=behind))

    _flow("term_counts", stale, tasks_of, lambda tasks: documents.count_all(tasks, installation.workers), finish)
    return _with_unchanged(outcomes, (TERM_COUNTS,), partitions, installation)


def _flow(
    hop: str,
    stale: Iterable[Partition],
    tasks_of: Callable[[Partition], list[Task]],
    work: Callable[[Iterable[Task]], Iterator[tuple[Task, Value]]],
    finish: Callable[[list[Partition], list[tuple[Task, Value]]], None],
) -> None:
    """Send the documents of `stale` through `work`, and whole partitions of some BATCH documents to `finish`."""

    def batches() -> Iterator[Batch[Task, list[Partition]]]:
        group: list[Partition] = []
        held: list[Task] = []
        for partition in sorted(stale):
            tasks = tasks_of(partition)
            if group and len(held) + len(tasks) > BATCH:
                yield Batch(group, held)
                group, held = [], []
            progress.tell(hop, more=len(tasks))
            group.append(partition)
            held.extend(tasks)
        if group:
            yield Batch(group, held)

    def counted(tasks: Iterable[Task]) -> Iterator[tuple[Task, Value]]:
        for result in work(tasks):
            progress.tell(hop, done=1)
            yield result

    flow(batches(), counted, finish)
    memory.give_back()


def _by_partition(
    table: Table,
    batch: Sequence[Partition],
    results: Sequence[tuple[documents.ExtractTask | documents.CountTask, Columns]],
) -> dict[Partition, Columns]:
    """Return the rows of a batch's documents by partition."""
    parts: dict[Partition, list[Columns]] = {partition: [] for partition in batch}
    for task, columns in results:
        parts[Partition.parse(task.partition)].append(columns)
    return {partition: table.joined(found) for partition, found in parts.items()}


def _reports_of(
    results: Sequence[tuple[documents.ExtractTask | documents.CountTask, Any]], batch: Sequence[Partition]
) -> dict[Partition, Rows]:
    """Return the reports that a batch's results come from, by partition."""
    found: dict[Partition, Rows] = {partition: [] for partition in batch}
    for task, _ in results:
        found[Partition.parse(task.partition)].append(task.report)
    return found


def raise_if_stopped(outcomes: Outcomes) -> None:
    """Raise GateStoppedError if a partition was kept back; to be called when everything else is reported."""
    stopped = {
        table: {str(partition): outcome.stopped for partition, outcome in found.items() if outcome.stopped}
        for table, found in outcomes.items()
    }
    stopped = {table: keys for table, keys in stopped.items() if keys}
    if stopped:
        raise GateStoppedError(stopped)


def _through_gate(
    installation: Installation,
    built: dict[Table, dict[Partition, Columns]],
    inputs: dict[Partition, str],
    version: str,
    more: dict[Partition, dict[str, str]] | None = None,
    outdated: dict[Partition, list[str]] | None = None,
    reports: Columns | None = None,
) -> Outcomes:
    """Judge all partitions of all tables, then write them; tables built together are written together or not at all."""
    if not inputs:
        return {}
    judged = {table: gate.judge(table, columns, version, reports) for table, columns in built.items()}
    for partition, told in (outdated or {}).items():
        gate.tell_outdated(judged[OBSERVATIONS][partition], told)
    outcomes: Outcomes = {table.name: {} for table in built}
    for partition in sorted(inputs):
        stopped = [why for table in built for why in judged[table][partition].stopped]
        for table in built:
            verdict: Judged = judged[table][partition]
            verdict.stopped[:] = stopped
            kept_back = gate.write(
                installation, table, partition, verdict, inputs[partition], (more or {}).get(partition)
            )
            outcomes[table.name][partition] = Outcome(
                n_rows=verdict.n_rows,
                n_quarantined=len(verdict.quarantined),
                failures=verdict.failures,
                quarantined=verdict.quarantined,
                stopped=kept_back,
                preview=_preview(verdict.columns),
            )
    return outcomes


def _preview(columns: Columns) -> Rows:
    return [
        {name: value[:PREVIEW_WIDTH] if isinstance(value, str) else value for name, value in row.items()}
        for row in gate.rows_of(columns, PREVIEW)
    ]


def _with_unchanged(
    outcomes: Outcomes, tables: Sequence[Table], partitions: Sequence[Partition], installation: Installation
) -> Outcomes:
    for table in tables:
        found = outcomes.setdefault(table.name, {})
        for partition in partitions:
            if partition not in found:
                # what the gate said of the rows still holds of them
                found[partition] = Outcome(
                    n_rows=installation.lake.n_rows(table, partition),
                    unchanged=True,
                    failures=gate.failed_verdicts_on(installation.lake, table, partition),
                )
    return outcomes


def _merge(into: Outcomes, more: Outcomes) -> None:
    for table, found in more.items():
        into.setdefault(table, {}).update(found)


def _read(installation: Installation, table: Table, partition: Partition) -> Rows:
    data = installation.lake.read(table, partition)
    return [] if data is None else data.to_pylist()


def _may_heal(ledger: Rows) -> bool:
    """Whether an address of the ledger failed the last time; a page that is gone or forbidden is no failure."""
    return any(row["outcome"] == "failed" and not row["url"].startswith("file:") for row in newest(ledger).values())


def _claimed_pages(installation: Installation, partition: Partition, locations: set[str]) -> dict[str, Rows]:
    """Return, by location, the newest valid pages of the documents that the catalogue still puts into `partition`."""
    pages: dict[str, Rows] = {}
    for row in latest(_read(installation, SNAPSHOTS, partition)):
        if row["location"] in locations:
            pages.setdefault(row["location"], []).append(row)
    return pages


def _accepted(installation: Installation, partition: Partition) -> Rows:
    """Return what the later hops need of the partition's accepted reports."""
    data = installation.lake.read(REPORTS, partition, ["accepted", *documents.OF_A_REPORT])
    rows = [] if data is None else data.to_pylist()
    return [row for row in rows if row["accepted"] and row["text"] and row["report_year"]]


def summary_of(outcomes: Outcomes) -> dict[str, Any]:
    """Return counts over all partitions, for metadata and for the command line."""
    flat = [outcome for found in outcomes.values() for outcome in found.values()]
    return {
        "rows": sum(outcome.n_rows for outcome in flat),
        "quarantined": sum(outcome.n_quarantined for outcome in flat),
        "unchanged": sum(outcome.unchanged for outcome in flat),
        "stopped": sum(bool(outcome.stopped) for outcome in flat),
    }
