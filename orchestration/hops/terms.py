"""The hop from documents to counts of dictionary terms.

What belongs here: the task of one report, and what a worker does with it. What does not: how terms are counted
(``sources/terms``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.home.installation import Installation
from orchestration.home.provenance import Inputs
from orchestration.hops.accepted import (
    ReportTask,
    accepted_documents,
    by_partition,
    compact,
    contract_of,
    each,
    failures_of,
    reports_behind,
    reports_hash,
)
from orchestration.hops.cell import Documents
from orchestration.hops.document_hop import DocumentHop
from orchestration.hops.hop import Made
from sources.bounded import Failure
from sources.partitions import Partition
from sources.tables import REPORTS, TERM_COUNTS, Columns, Table


@dataclass(frozen=True)
class CountTask(ReportTask):
    """One accepted report whose terms are to be counted; `folder` holds the user's own dictionaries."""

    folder: str


class Terms(DocumentHop[CountTask, "Columns | Failure"]):
    """Counts dictionary terms in the accepted reports of stale partitions."""

    name = "term_counts"
    title = "counting terms"
    reads = (REPORTS.name,)
    tables = (TERM_COUNTS,)

    def versions(self, installation: Installation | None = None) -> dict[str, str]:
        from sources.terms import dictionaries_version, load_dictionaries, segmentation_version

        own = load_dictionaries(_folder(installation)) if installation else None
        counting = {"segmentation": version} if (version := segmentation_version()) else {}
        return {"dictionaries": dictionaries_version(own), **counting}

    def inputs(self, partition: Partition, installation: Installation) -> Inputs:
        return {"reports": reports_hash(installation, partition), **self.versions(installation)}

    def documents(self, installation: Installation) -> Callable[[Partition], Documents[CountTask]]:
        rules = [self.versions(installation), contract_of(*self.tables)]

        def documents(partition: Partition) -> Documents[CountTask]:
            def task(report: dict[str, Any]) -> CountTask:
                return CountTask(str(partition), report, str(_folder(installation)))

            return accepted_documents(installation, self.tables[0], partition, lambda _: rules, task)

        return documents

    def name_of(self, task: CountTask) -> str:
        return str(task.report["report_id"])

    def value_of(self, rows: Mapping[Table, Columns]) -> Columns | Failure:
        return rows[TERM_COUNTS]

    def work(self, tasks: Iterable[CountTask], workers: int) -> Iterator[tuple[CountTask, Columns | Failure]]:
        return each(count_one, tasks, workers)

    def collect(self, batch: Sequence[Partition], results: Sequence[tuple[CountTask, Columns | Failure]]) -> Made:
        counted = [(task, found) for task, found in results if not isinstance(found, Failure)]
        rows = {TERM_COUNTS: by_partition(TERM_COUNTS, batch, counted)}
        return Made(rows, reports_behind(batch, results), failed=failures_of(results))

    def load(self) -> None:
        from sources.terms import tokens

        tokens("词")


HOP = Terms()


def _folder(installation: Installation) -> Path:
    return installation.decided / "dictionaries"


def count_one(task: CountTask) -> Columns:
    """Return the counts of one report's terms; runs in a worker."""
    from sources.terms import count_terms, load_dictionaries

    counted = count_terms(task.report["text"], load_dictionaries(Path(task.folder)))
    rows = [{**row, "report_id": task.report["report_id"]} for row in counted]
    return compact(TERM_COUNTS, rows, {})
