"""Documents that could not be had the last time, and what stands in their place: for `baogao status`.

What belongs here: reading the ledger for a person. What does not: judging pages (``sources/snapshot``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from orchestration.home.installation import Installation
from orchestration.hops.gate import documents_in
from orchestration.hops.news import FAULTS
from sources.rows import rows_of
from sources.snapshot.ledger import newest, standing
from sources.tables import SNAPSHOTS

COLUMNS = ["partition", "location", "page", "retrieved_at", "outcome", "error", "sha256", "http_status"]


@dataclass(frozen=True)
class Failure:
    """A page whose newest fetch failed. `soft`: it came, and was not believed; `kept`: when the valid one was had."""

    location: str
    outcome: str
    error: str
    soft: bool
    kept: datetime | None

    def __str__(self) -> str:
        kept = f"; the snapshot of {self.kept:%Y-%m-%d %H:%M} UTC stays valid" if self.kept else ""
        return f"{self.location}: {'not believed' if self.soft else self.outcome}: {self.error}{kept}"


def fetch_failures(installation: Installation) -> list[Failure]:
    """Return the pages of catalogue entries whose newest fetch failed, by location."""
    claimed = {entry.location for entry in installation.catalogue.entries}
    rows = []
    lake = installation.lake
    for partition in lake.partitions(SNAPSHOTS.name):
        told = lake.footer(SNAPSHOTS.name, partition)
        if told and told.range.get("outcome") == ("new", "new"):  # nothing ever failed, and nothing has changed
            continue
        data = lake.read(SNAPSHOTS, partition, COLUMNS)
        rows += [] if data is None else [row for row in rows_of(data) if row["location"] in claimed]
    kept = standing(rows)
    found = []
    for key, row in sorted(newest(rows).items()):
        # a later page that its document no longer has is no failure
        if row["outcome"] not in FAULTS or (row["outcome"] == "gone" and key[1] > 1):
            continue
        error = row["error"] or "no reason given"
        soft = row["outcome"] == "failed" and row["http_status"] == 200
        valid = kept.get(key)
        found.append(Failure(row["location"], row["outcome"], error, soft, valid["retrieved_at"] if valid else None))
    return found


def unworked_lines(verdicts: Iterable[Mapping[str, Any]], shown: int) -> list[str]:
    """Return the block on documents that a hop could not work through; empty where there are none."""
    documents = documents_in(verdicts)
    if not documents:
        return []
    lines = [
        f"{len({document['report_id'] for _, document in documents})} documents could not be worked through; they are "
        "tried again when they or the rules change:"
    ]
    lines += [f"  {one['report_id']} ({table}): {one['detail']}" for table, one in documents[:shown]]
    if len(documents) > shown:
        lines.append(f"  … and {len(documents) - shown} more, in gate_results")
    return lines


def failure_lines(failures: list[Failure], shown: int) -> Iterator[str]:
    """Yield the block of `baogao status`."""
    documents = {failure.location for failure in failures}
    kept = {failure.location for failure in failures if failure.kept}
    yield f"failed     {len(documents)} documents could not be fetched; {len(kept)} of them keep a former snapshot"
    soft = sum(failure.soft for failure in failures)
    if soft:
        yield f"           {soft} pages were served with status 200 and not believed"
    sites = Counter(urlsplit(location).hostname or "files" for location in documents)
    if sites:
        yield "           by site: " + ", ".join(f"{site} {count}" for site, count in sites.most_common(10))
    for failure in failures[:shown]:
        yield f"           {failure}"
    if len(failures) > shown:
        yield f"           … and {len(failures) - shown} more"
