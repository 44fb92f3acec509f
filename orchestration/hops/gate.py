"""The gate in the writing step: a frame is judged before it is renamed into place.

Rows that fail a row-level expectation go to the quarantine with its name; a critical failure leaves the partition's
former file untouched. Either way the verdict is written beside the partition (`gate_results`), where the publication
finds it whoever ran the step. What does not belong here: what must be true (``expectations``), Dagster.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.home import locking
from orchestration.home.installation import Installation
from orchestration.home.verdicts import VERDICTS as VERDICTS
from orchestration.home.verdicts import WORKED_THROUGH as WORKED_THROUGH
from orchestration.home.verdicts import FailedDocument as FailedDocument
from orchestration.home.verdicts import Rows as Rows
from orchestration.home.verdicts import documents_in as documents_in
from orchestration.home.verdicts import failed_verdicts as failed_verdicts
from orchestration.home.verdicts import failed_verdicts_on as failed_verdicts_on
from orchestration.home.verdicts import metadata_of, stored_verdicts
from orchestration.home.verdicts import quarantine_path as quarantine_path
from orchestration.home.verdicts import stops as stops
from orchestration.hops import judging
from sources import store
from sources.lake import Lake, put, read_file
from sources.partitions import Partition
from sources.tables import GATE_RESULTS, Columns, Table

#: what a verdict on observations is called when decisions of people (reviews/observations*.yaml) no longer fit
OUTDATED = "reviews_fit"
#: failing rows that a verdict shows
EXAMPLES = 5
#: flag of an observation that a former run read, of a document that could not be worked through since
FORMER_READING = "former_reading"
#: metadata of rows, verdict and quarantine alike: the write that they come from
WRITE = "write"


@dataclass(frozen=True)
class Judged:
    """One partition after the gate: `columns` may be written, `quarantined` not, `stopped` says what forbids all.

    `doubted` are the reports of which an expectation failed, whatever its severity.
    """

    columns: Columns
    quarantined: Rows
    failures: Rows
    results: Rows
    stopped: list[str] = field(default_factory=list)
    doubted: frozenset[str] = frozenset()

    @property
    def n_rows(self) -> int:
        return n_rows(self.columns)


def n_rows(columns: Columns) -> int:
    return len(columns["partition"]) if columns else 0


def rows_of(columns: Columns, first: int | None = None) -> Rows:
    """Return the rows of `columns`, or the first few."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*(v[:first] for v in columns.values()), strict=True)]


def judge(
    table: Table,
    built: Mapping[Partition, Columns],
    code_version: str,
    reports: Columns | None = None,
    others: Columns | None = None,
) -> dict[Partition, Judged]:
    """Return the verdict on each partition of `built`; nothing is written.

    `reports` are the accepted reports that the rows were taken from, see ``reports_behind``; `others` rows of the same
    partitions that are not judged here, see ``expectations.validate``. Raises RuntimeError where an expectation can't
    be evaluated: an unevaluated gate is not a passed one.
    """
    keyed = {
        partition: {**columns, "partition": [str(partition)] * n_rows(columns)} for partition, columns in built.items()
    }
    frame = table.joined(list(keyed.values()))
    asked = {name: frame[name] for name in table.columns}
    told = judging.judge(table.name, asked, [str(partition) for partition in built], code_version, reports, others)
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
            told.doubted,
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


@contextmanager
def writing(installation: Installation, table: Table, partition: Partition, judged: Judged) -> Iterator[dict[str, str]]:
    """Write the verdict and what is set aside; rows that it does not forbid are written within, with the mark given.

    The verdict comes first: in a store the later of two writers of one partition finds it changed, and has touched
    nothing. What is set aside comes before the rows: they carry what they were made from, so that a run killed in
    between judges and writes all of it again. Raises ChangedError where another has written the partition,
    LostLockError where the home's lock is no longer held.
    """
    locking.confirm(installation.home)
    mark = {WRITE: secrets.token_hex(8)}
    told = {**mark, **metadata_of(judged.results)}
    verdicts = GATE_RESULTS.to_arrow(stored_verdicts(judged.results))
    installation.lake.write(GATE_RESULTS, partition, verdicts, told, part=table.name)
    aside = quarantine_path(installation, table.name, partition)
    if judged.quarantined:
        _write_quarantine(aside, table, judged.quarantined, mark)
    elif store.is_local(aside):
        Path(aside).unlink(missing_ok=True)
    try:
        yield mark
    except store.ChangedError:
        if judged.quarantined:
            store.withdraw(aside)  # it would stand beside the other's rows
        raise
    if not judged.quarantined and not store.is_local(aside) and store.stored_at(aside):
        store.remove(aside)


def together(table: Table, before: Judged, more: Judged) -> Judged:
    """Return the verdict on a partition that was judged in two pieces; it has no rows."""
    from expectations.suites import SUITES

    suite = SUITES[table.name]
    # a verdict on the whole partition counted what was judged before, so that the later one holds
    whole = {expectation.name for expectation in suite.partitions} if suite.counted else set()
    former = {(result["expectation"], result["column_name"]): result for result in before.results}
    results = []
    for result in more.results:
        earlier = former.pop((result["expectation"], result["column_name"]), None)
        results.append(result if earlier is None or result["expectation"] in whole else _added(earlier, result))
    results += former.values()
    return Judged(
        {},
        [*before.quarantined, *more.quarantined],
        [result for result in results if not result["success"]],
        results,
        list(dict.fromkeys([*before.stopped, *more.stopped])),
        before.doubted | more.doubted,
    )


def _added(earlier: dict[str, Any], later: dict[str, Any]) -> dict[str, Any]:
    examples = [example for told in (earlier, later) for example in json.loads(told["examples"] or "[]")]
    return {
        **later,
        "success": earlier["success"] and later["success"],
        "n_failed": earlier["n_failed"] + later["n_failed"],
        "observed": "; ".join(told for told in (earlier["observed"], later["observed"]) if told)[:500] or None,
        "examples": json.dumps(examples[:EXAMPLES], ensure_ascii=False) if examples else None,
    }


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
    if not documents:
        return
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


def failed_documents(lake: Lake, table: Table, partition: Partition) -> dict[str, FailedDocument]:
    """Return the documents of a partition that the newest verdict names as not worked through, by report_id."""
    return {document["report_id"]: document for _, document in documents_in(failed_verdicts_on(lake, table, partition))}


def flagged_former(table: Table, columns: Columns) -> Columns:
    """Return rows that a former run made of documents that failed since, flagged where the table's rows have flags."""
    if "flags" not in table.columns:
        return columns
    flags = [[flag for flag in (told or "").split(";") if flag] for told in columns["flags"]]
    return {**columns, "flags": [";".join(dict.fromkeys([*told, FORMER_READING])) for told in flags]}


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


def _write_quarantine(path: str, table: Table, rows: Rows, metadata: dict[str, str]) -> None:
    # all columns as text: a row is here because it may not fit the contract's types
    columns = [*table.columns, "expectation"]
    data = pa.table({name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in columns})
    put(path, data.replace_schema_metadata(metadata), seen=True)


def tell_misfit(table: Table, partition: Partition, judged: Judged, message: str) -> None:
    """Stop a partition whose rows have a type that the contract does not know: the parser's fault, not the source's."""
    judged.stopped.append(message)
    judged.results.append(
        {
            **judged.results[0],
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
    )


def tell_clash(judged: Judged, reports: Collection[str]) -> None:
    """Stop a partition in which `reports` have the id of a report that was judged before them, or is not judged."""
    found = next(result for result in judged.results if result["expectation"] == "key_unique")
    told = f"two documents have the id {', '.join(sorted(reports)[:EXAMPLES])}"
    judged.stopped.append(f"key_unique: {told}")
    found.update(success=False, n_failed=found["n_failed"] + 2 * len(reports), observed=told)
    if found not in judged.failures:
        judged.failures.append(found)
