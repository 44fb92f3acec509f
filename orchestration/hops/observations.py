"""The hop from documents to numbers: every number becomes an observation or a rejection with a reason; the sentences
that it reads are a table of their own.

What belongs here: the task of one report, and what a worker does with it. What does not: how a number is read
(``sources/extraction``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.home.installation import Installation
from orchestration.home.provenance import Inputs
from orchestration.hops.accepted import (
    ReportTask,
    accepted_documents,
    accepted_reports,
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
from orchestration.hops.hop import Made, reviews_hash
from sources.bounded import Failure
from sources.partitions import Partition
from sources.tables import OBSERVATIONS, REJECTIONS, REPORTS, SENTENCES, Columns, Table

if TYPE_CHECKING:
    from sources.extraction.review import Decision


@dataclass(frozen=True)
class ExtractTask(ReportTask):
    """One accepted report to be extracted, and what people decided about its observations."""

    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class Extracted:
    """Rows of the three tables of one report, and the decisions of people that fit none of its numbers any more."""

    observations: Columns
    rejections: Columns
    sentences: Columns
    outdated: list[str]


class Observations(DocumentHop[ExtractTask, "Extracted | Failure"]):
    """Extracts observations, rejections and sentences from the accepted reports of stale partitions."""

    name = "observations"
    title = "extracting"
    reads = (REPORTS.name,)
    tables = (OBSERVATIONS, REJECTIONS, SENTENCES)

    def versions(self, installation: Installation | None = None) -> dict[str, str]:
        from sources import phrases
        from sources.extraction import lexicon_version, rules_version

        return {"rules": rules_version(), "lexicon": lexicon_version(), "phrases": phrases.version()}

    def inputs(self, partition: Partition, installation: Installation) -> Inputs:
        return {
            "reports": reports_hash(installation, partition),
            **self.versions(),
            "reviews": reviews_hash(installation, "observations*"),
        }

    def documents(self, installation: Installation) -> Callable[[Partition], Documents[ExtractTask]]:
        decisions = _decisions(installation)
        rules = [self.versions(), contract_of(*self.tables)]

        def made_from(report: dict[str, Any]) -> list[object]:
            # more decisions than concern it in the end: which of them do follows from them and its text
            return [*rules, *(d.model_dump(mode="json") for d in decisions if d.may_concern(report))]

        def documents(partition: Partition) -> Documents[ExtractTask]:
            def task(report: dict[str, Any]) -> ExtractTask:
                return ExtractTask(str(partition), report, tuple(d for d in decisions if d.concerns(report)))

            return accepted_documents(installation, self.tables[0], partition, made_from, task)

        return documents

    def name_of(self, task: ExtractTask) -> str:
        return str(task.report["report_id"])

    def value_of(self, rows: Mapping[Table, Columns]) -> Extracted | Failure:
        return Extracted(rows[OBSERVATIONS], rows[REJECTIONS], rows[SENTENCES], [])

    def work(self, tasks: Iterable[ExtractTask], workers: int) -> Iterator[tuple[ExtractTask, Extracted | Failure]]:
        return each(extract_one, tasks, workers)

    def collect(self, batch: Sequence[Partition], results: Sequence[tuple[ExtractTask, Extracted | Failure]]) -> Made:
        extracted = [(task, found) for task, found in results if not isinstance(found, Failure)]
        observations = by_partition(OBSERVATIONS, batch, ((task, found.observations) for task, found in extracted))
        rejections = by_partition(REJECTIONS, batch, ((task, found.rejections) for task, found in extracted))
        sentences = by_partition(SENTENCES, batch, ((task, found.sentences) for task, found in extracted))
        outdated: dict[Partition, list[str]] = {}
        once: dict[Partition, list[str]] = {}  # a decision that no longer fits is told by each run
        for task, found in extracted:
            if found.outdated:
                outdated.setdefault(Partition.parse(task.partition), []).extend(found.outdated)
                once.setdefault(Partition.parse(task.partition), []).append(self.name_of(task))
        behind = reports_behind(batch, results, n_observations=observations, n_rejections=rejections)
        rows = {OBSERVATIONS: observations, REJECTIONS: rejections, SENTENCES: sentences}
        return Made(rows, behind, outdated, failed=failures_of(results), once=once)

    def load(self) -> None:
        from sources.extraction import ReportContext, extract

        extract("", ReportContext("", 2000, "", "city"), sentences=True)


HOP = Observations()


def extract_one(task: ExtractTask) -> Extracted:
    """Return what one report tells, as people left it; runs in a worker."""
    from sources.extraction import extract
    from sources.extraction.review import apply_review

    extraction = extract(task.report["text"], context_of(task.report), sentences=True)
    outdated = apply_review(extraction, list(task.decisions), task.report["report_id"]) if task.decisions else []
    shared: dict[str, str] = {}
    return Extracted(
        compact(OBSERVATIONS, extraction.observations, shared),
        compact(REJECTIONS, extraction.rejections, shared),
        compact(SENTENCES, extraction.sentences, shared),
        outdated,
    )


def _decisions(installation: Installation) -> list[Decision]:
    """Return what people decided about observations. Raises ReviewError."""
    # what reads them loads the rules, which a process that hands reports to others needs for nothing else
    if not any(installation.reviews.glob("observations*.yaml")):
        return []
    from sources.extraction.review import load_reviews

    return load_reviews(installation.reviews)


def lost_decisions(installation: Installation) -> list[str]:
    """Return a line for each decision of people that concerns no accepted report of the lake: no hop meets it."""
    decisions = _decisions(installation)
    if not decisions:
        return []
    from sources.extraction.review import unapplied

    lake = installation.lake
    wanted = {(d.region_code, d.report_year) for d in decisions}
    ids = {d.report_id for d in decisions}
    near = []
    for partition in lake.partitions(REPORTS.name):
        told = lake.read(REPORTS, partition, ["report_id", "region_code", "report_year"])
        rows = told.to_pylist() if told is not None else []
        if any(row["report_id"] in ids or (row["region_code"], row["report_year"]) in wanted for row in rows):
            near.append(partition)
    return unapplied(decisions, (report for partition in near for report in accepted_reports(installation, partition)))


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
