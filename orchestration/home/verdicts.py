"""The verdicts of the gate as they lie in the lake, and the rows that it set aside beside it.

What belongs here: reading them, and what a verdict forbids. What does not: judging and writing (``hops/gate.py``), what
of a reading is missing for it (``withheld.py``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, TypedDict

from orchestration.home.installation import Installation
from sources import store
from sources.lake import Lake, footer, read_file
from sources.partitions import Partition
from sources.rows import rows_of
from sources.tables import GATE_RESULTS, Table

Rows = list[dict[str, Any]]

#: what the verdict on documents that could not be worked through is called; it forbids nothing but their own rows
WORKED_THROUGH = "document_worked_through"
#: what the one row is called that stands for all expectations of a suite without a row of their own: they held
ALL_OTHERS = "all_others"
#: the verdicts' files below the lake's root
VERDICTS = f"{GATE_RESULTS.name}/*/*.*.parquet"
#: metadata of such a file: whether a verdict that is more than a warning did not hold
HARSH = "harsh"


class FailedDocument(TypedDict):
    """A document that could not be worked through: in what way, in words, and the key of what was tried."""

    report_id: str
    reason: str
    detail: str
    key: str


def stops(verdict: Mapping[str, Any]) -> bool:
    """Whether a verdict forbids to write its partition, and to publish."""
    return verdict["severity"] == "critical" and not verdict["success"] and verdict["expectation"] != WORKED_THROUGH


def documents_in(verdicts: Iterable[Mapping[str, Any]]) -> list[tuple[str, FailedDocument]]:
    """Return the documents that verdicts name as not worked through, each with the table that lacks its rows."""
    return [
        (verdict["table_name"], document)
        for verdict in verdicts
        if verdict["expectation"] == WORKED_THROUGH and not verdict["success"]
        for document in json.loads(verdict["examples"] or "[]")
    ]


def failed_verdicts(lake: Lake, *, warnings: bool = True) -> Rows:
    """Return the newest verdicts on all partitions that did not hold, on request without `warnings`.

    Files whose footers say that there is none are not read.
    """
    with store.viewing(lake.root):
        found = [row for path in lake.find(VERDICTS) for row in _failed_in(path, warnings)]
    return found if warnings else [row for row in found if row["severity"] != "warning"]


def failed_verdicts_on(lake: Lake, table: Table, partition: Partition) -> Rows:
    """Return those of `failed_verdicts` on one partition of one table; empty also where it was never judged."""
    try:
        return _failed_in(lake.path(GATE_RESULTS.name, partition, table.name))
    except FileNotFoundError:
        return []


def stored_verdicts(results: Rows) -> Rows:
    """Return verdicts as they are stored: what did not hold, and for each table and partition one row for what did.

    A history has six suites of some thirty expectations for each partition, and nearly all of them hold.
    """
    rows = []
    for _, group in groupby(results, key=lambda result: (result["table_name"], result["partition"])):
        suite = list(group)
        rows += [result for result in suite if not result["success"]]
        if held := [result for result in suite if result["success"]]:
            rows.append(
                {
                    **held[0],
                    "expectation": ALL_OTHERS,
                    "column_name": "",
                    "severity": "warning",
                    "observed": f"{len(held)} expectation{'s' if len(held) > 1 else ''} held",
                }
            )
    return rows


def metadata_of(results: Rows) -> dict[str, str]:
    """Return what a file with these verdicts says of them in its footer."""
    harsh = any(not result["success"] and result["severity"] != "warning" for result in results)
    return {HARSH: "yes" if harsh else "no"}


def _failed_in(path: str, warnings: bool = True) -> Rows:
    told = footer(path)
    # a file of another version of baogao may tell nothing of its verdicts
    least, _ = told.range.get("success", (False, False))
    if least or (not warnings and told.metadata.get(HARSH) == "no"):
        return []
    return [row for row in rows_of(read_file(path)) if not row["success"]]


def quarantine_path(installation: Installation, table: str, partition: Partition) -> str:
    """Return where rows of the partition that failed a row-level expectation lie, all columns as text."""
    return f"{installation.quarantine}/{table}/{partition.report_year}/{partition.province}.parquet"
