"""The gate in the writing step: a frame is judged before it is renamed into place.

Rows that fail a row-level expectation go to the quarantine with its name; a critical failure leaves the partition's
former file untouched. Either way the verdict is written beside the partition (`gate_results`), where the publication
finds it whoever ran the step. What does not belong here: what must be true (``expectations``), Dagster.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

import pyarrow as pa

from orchestration.home import provenance
from orchestration.home.installation import Installation
from orchestration.home.provenance import Inputs
from orchestration.hops import judging
from sources import store
from sources.lake import Lake, footer, put, read_file
from sources.partitions import Partition
from sources.tables import GATE_RESULTS, Columns, Table

Rows = list[dict[str, Any]]

#: what a verdict on observations is called when decisions of people (reviews/observations*.yaml) no longer fit
OUTDATED = "reviews_fit"
#: what the verdict on documents that could not be worked through is called; it forbids nothing but their own rows
WORKED_THROUGH = "document_worked_through"
#: flag of an observation that a former run read, of a document that could not be worked through since
FORMER_READING = "former_reading"
#: the verdicts' files below the lake's root
VERDICTS = f"{GATE_RESULTS.name}/*/*.*.parquet"
#: metadata of rows, verdict and quarantine alike: the write that they come from
WRITE = "write"


class FailedDocument(TypedDict):
    """A document that could not be worked through: in what way, in words, and the key of what was tried."""

    report_id: str
    reason: str
    detail: str
    key: str


@dataclass(frozen=True)
class Judged:
    """One partition after the gate: `columns` may be written, `quarantined` not, `stopped` says what forbids all."""

    columns: Columns
    quarantined: Rows
    failures: Rows
    results: Rows
    stopped: list[str] = field(default_factory=list)

    @property
    def n_rows(self) -> int:
        return n_rows(self.columns)


def n_rows(columns: Columns) -> int:
    return len(columns["partition"])


def rows_of(columns: Columns, first: int | None = None) -> Rows:
    """Return the rows of `columns`, or the first few."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*(v[:first] for v in columns.values()), strict=True)]


def judge(
    table: Table, built: Mapping[Partition, Columns], code_version: str, reports: Columns | None = None
) -> dict[Partition, Judged]:
    """Return the verdict on each partition of `built`; nothing is written.

    `reports` are the accepted reports that the rows were taken from, see ``reports_behind``. Raises RuntimeError where
    an expectation can't be evaluated: an unevaluated gate is not a passed one.
    """
    keyed = {
        partition: {**columns, "partition": [str(partition)] * n_rows(columns)} for partition, columns in built.items()
    }
    frame = table.joined(list(keyed.values()))
    asked = {name: frame[name] for name in table.columns}
    told = judging.judge(table.name, asked, [str(partition) for partition in built], code_version, reports)
    judged = {}
    begins = 0
    for partition, columns in keyed.items():
        ends = begins + n_rows(columns)
        aside = {at - begins: names for at, names in told.quarantined.items() if begins <= at < ends}
        rows = rows_of(columns) if aside else []
        judged[partition] = Judged(
            _without(columns, set(aside)),
            [{**rows[at], "expectation": names} for at, names in aside.items()],
            [],
            [],
            list(told.stopped.get(str(partition), [])),
        )
        begins = ends
    by_key = {str(partition): outcome for partition, outcome in judged.items()}
    for result in told.results:
        by_key[result["partition"]].results.append(result)
        if not result["success"]:
            by_key[result["partition"]].failures.append(result)
    return judged


def _without(columns: Columns, rows: set[int]) -> Columns:
    if not rows:
        return columns
    return {name: [v for at, v in enumerate(values) if at not in rows] for name, values in columns.items()}


def reports_behind(reports: Mapping[Partition, Rows], **built: Mapping[Partition, Columns]) -> Columns:
    """Return the accepted reports that rows were taken from, as the suites want them.

    `built`: by the name of a count (n_observations, n_rejections), the rows that were taken.
    """
    from expectations.suite import REPORT_COLUMNS

    counts = {
        name: Counter(key for columns in found.values() for key in columns["report_id"])
        for name, found in built.items()
    }
    rows = [
        {**row, "partition": str(partition), **{name: count[row["report_id"]] for name, count in counts.items()}}
        for partition, found in reports.items()
        for row in found
    ]
    return {name: [row.get(name) for row in rows] for name in REPORT_COLUMNS}


def write(
    installation: Installation,
    table: Table,
    partition: Partition,
    judged: Judged,
    inputs: Inputs,
    metadata: dict[str, str] | None = None,
) -> list[str]:
    """Put the partition in its place unless its verdict forbids; return what forbade it (empty when written).

    The verdict and the quarantine are written in both cases, and before the rows: the rows carry what
    they were made from, so that a run killed in between judges and writes all of it again. The verdict comes first: in
    a store the later of two writers of one partition finds it changed, and has touched nothing. Raises ChangedError
    then.
    """
    lake = installation.lake
    stopped = list(judged.stopped)
    data: pa.Table | None = None
    if not stopped:
        try:
            data = table.from_columns(judged.columns)
        except ValueError as error:  # a type the contract does not know: the parser's fault, not the source's
            stopped.append(str(error))
            judged.results.append(_contract_failure(table, partition, judged, str(error)))
    mark = {WRITE: secrets.token_hex(8)}
    lake.write(GATE_RESULTS, partition, GATE_RESULTS.to_arrow(judged.results), mark, part=table.name)
    aside = quarantine_path(installation, table.name, partition)
    if judged.quarantined:
        _write_quarantine(aside, table, judged.quarantined, mark)
    elif store.is_local(aside):
        Path(aside).unlink(missing_ok=True)
    try:
        if data is not None:
            entry = provenance.entry(inputs, judged.columns)
            lake.write(table, partition, data, {**(metadata or {}), **entry, **mark})
    except store.ChangedError:
        if judged.quarantined:
            store.withdraw(aside)  # it would stand beside the other's rows
        raise
    if not judged.quarantined and not store.is_local(aside) and store.stored_at(aside):
        store.remove(aside)
    return stopped


def tell_outdated(judged: Judged, decisions: list[str]) -> None:
    """Add to a verdict on observations those decisions of people that no longer fit: told with it, stopping nothing."""
    if not decisions or not judged.results:
        return
    found = {
        **judged.results[0],
        "expectation": OUTDATED,
        "column_name": "reviewed",
        "severity": "warning",
        "success": False,
        "n_failed": len(decisions),
        "observed": "; ".join(decisions),
        "examples": None,
    }
    judged.results.append(found)
    judged.failures.append(found)


def tell_failed(judged: Judged, documents: Sequence[FailedDocument]) -> None:
    """Add to a verdict the documents that could not be worked through: critical for each of them, and for no other."""
    told = "; ".join(f"{one['report_id']}: {one['detail']}" for one in documents)
    found = {
        **judged.results[0],
        "expectation": WORKED_THROUGH,
        "column_name": "report_id",
        "severity": "critical",
        "success": False,
        "n_failed": len(documents),
        "observed": told,
        "examples": json.dumps(documents, ensure_ascii=False),
    }
    judged.results.append(found)
    judged.failures.append(found)


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


def failed_documents(lake: Lake, table: Table, partition: Partition) -> dict[str, FailedDocument]:
    """Return the documents of a partition that the newest verdict names as not worked through, by report_id."""
    return {document["report_id"]: document for _, document in documents_in(failed_verdicts_on(lake, table, partition))}


def with_former(
    lake: Lake, table: Table, failed: Mapping[Partition, Sequence[FailedDocument]], built: Mapping[Partition, Columns]
) -> Mapping[Partition, Columns]:
    """Return `built` with the rows that a former run made of the documents in `failed`, flagged where rows have flags.

    They go through the gate as all others: where the document says something else now, their sentences are not in it
    any more, and they are set aside.
    """
    found = dict(built)
    for partition, documents in failed.items():
        data = lake.read(table, partition)
        if data is None:
            continue
        names = {document["report_id"] for document in documents}
        former = [row for row in data.to_pylist() if row["report_id"] in names]
        for row in former:
            if "flags" in row and FORMER_READING not in (row["flags"] or "").split(";"):
                row["flags"] = ";".join([*filter(None, [row["flags"]]), FORMER_READING])
        found[partition] = table.joined([built[partition], table.columns_of(former)])
    return found


def newest_verdicts(lake: Lake) -> Rows:
    """Return the rows of `gate_results` of all partitions: the newest verdict on each, whoever wrote it."""
    return list(verdict_table(lake).to_pylist())


def verdict_table(lake: Lake, more: Rows | None = None, partitions: Collection[str] | None = None) -> pa.Table:
    """Return `newest_verdicts`, on `partitions` only where they are given, and `more`, rows of the same form.

    The table has the contract's columns.
    """
    if partitions is None:
        paths = lake.find(VERDICTS)
    else:
        wanted = [Partition.parse(key) for key in sorted(partitions)]
        patterns = [f"{GATE_RESULTS.name}/{p.report_year}/{p.province}.*.parquet" for p in wanted]
        paths = [path for pattern in patterns for path in lake.find(pattern)]
    found = [read_file(path).replace_schema_metadata() for path in paths]
    # a file of another version of baogao has no value in columns that it does not know
    return pa.concat_tables([*found, GATE_RESULTS.to_arrow(more or [])], promote_options="default")


def failed_verdicts(lake: Lake) -> Rows:
    """Return those of `newest_verdicts` that did not hold. Files whose statistics say that all held are not read."""
    with store.viewing(lake.root):
        return [row for path in lake.find(VERDICTS) for row in _failed_in(path)]


def failed_verdicts_on(lake: Lake, table: Table, partition: Partition) -> Rows:
    """Return those of `failed_verdicts` on one partition of one table; empty also where it was never judged."""
    try:
        return _failed_in(lake.path(GATE_RESULTS.name, partition, table.name))
    except FileNotFoundError:
        return []


def _failed_in(path: str) -> Rows:
    # a file of another version of baogao may tell nothing of its verdicts
    least, _ = footer(path).range.get("success", (False, False))
    if least:
        return []
    return [row for row in read_file(path).to_pylist() if not row["success"]]


def quarantine_path(installation: Installation, table: str, partition: Partition) -> str:
    return f"{installation.quarantine}/{table}/{partition.report_year}/{partition.province}.parquet"


def _write_quarantine(path: str, table: Table, rows: Rows, metadata: dict[str, str]) -> None:
    # all columns as text: a row is here because it may not fit the contract's types
    columns = [*table.columns, "expectation"]
    data = pa.table({name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in columns})
    put(path, data.replace_schema_metadata(metadata), seen=True)


def _contract_failure(table: Table, partition: Partition, judged: Judged, message: str) -> dict[str, Any]:
    template = judged.results[0]
    return {
        **template,
        "partition": str(partition),
        "table_name": table.name,
        "expectation": "fits_contract",
        "column_name": "",
        "severity": "critical",
        "success": False,
        "n_failed": judged.n_rows,
        "observed": message,
        "examples": None,
    }
