"""The gate in the writing step: a frame is judged before it is renamed into place.

Rows that fail a row-level expectation go to the quarantine with its name; a critical failure leaves the partition's
former file untouched. Either way the verdict is written beside the partition (`gate_results`), where the publication
finds it whoever ran the step. What does not belong here: what must be true (``expectations``), Dagster.
"""

from __future__ import annotations

import importlib
import os
import secrets
import threading
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.lib import fingerprints
from orchestration.lib.installation import Installation
from sources.home import Home
from sources.lake import Lake, footer, read_file
from sources.partitions import Partition
from sources.tables import GATE_RESULTS, Table

Rows = list[dict[str, Any]]

#: what a verdict on observations is called when decisions of people (reviews/observations*.yaml) no longer fit
OUTDATED = "reviews_fit"
#: the verdicts' files below the lake's root
VERDICTS = f"{GATE_RESULTS.name}/*/*.*.parquet"


@dataclass(frozen=True)
class Judged:
    """One partition after the gate: `rows` may be written, `quarantined` may not, `stopped` says what forbids all."""

    rows: Rows
    quarantined: Rows
    failures: Rows
    results: Rows
    stopped: list[str] = field(default_factory=list)


def load_ahead() -> None:
    """Begin to load Great Expectations beside other work: it takes seconds that a fetch spends waiting."""
    threading.Thread(target=importlib.import_module, args=("expectations.runner",), daemon=True).start()


def judge(
    table: Table, built: Mapping[Partition, Rows], code_version: str, reports: pd.DataFrame | None = None
) -> dict[Partition, Judged]:
    """Return the verdict on each partition of `built`; nothing is written.

    `reports` are the accepted reports that the rows were taken from, see ``reports_behind``. Great Expectations is
    loaded here, when there is something to judge. Raises RuntimeError where an expectation can't be evaluated: an
    unevaluated gate is not a passed one.
    """
    from expectations import validate

    rows = [{**row, "partition": str(partition)} for partition, found in built.items() for row in found]
    # objects: the runner gives each column its contract's type, which pandas would only guess
    frame = pd.DataFrame({name: [row.get(name) for row in rows] for name in table.columns}, dtype=object)
    verdict = validate(table.name, frame, [str(partition) for partition in built], code_version, reports)
    names = dict(zip(verdict.quarantined.index, verdict.quarantined["expectation"], strict=True))
    judged = {partition: Judged([], [], [], [], list(verdict.stopped.get(str(partition), []))) for partition in built}
    by_key = {str(partition): outcome for partition, outcome in judged.items()}
    for index, row in enumerate(rows):
        outcome = by_key[row["partition"]]
        if index in names:
            outcome.quarantined.append({**row, "expectation": names[index]})
        else:
            outcome.rows.append(row)
    for result in verdict.results:
        by_key[result["partition"]].results.append(result)
        if not result["success"]:
            by_key[result["partition"]].failures.append(result)
    return judged


def reports_behind(reports: Mapping[Partition, Rows], **built: Mapping[Partition, Rows]) -> pd.DataFrame:
    """Return the accepted reports that rows were taken from, as the suites want them.

    `built`: by the name of a count (n_observations, n_rejections), the rows that were taken.
    """
    from expectations.suite import REPORT_COLUMNS

    counts = {
        name: Counter(row["report_id"] for rows in found.values() for row in rows) for name, found in built.items()
    }
    rows = [
        {**row, "partition": str(partition), **{name: count[row["report_id"]] for name, count in counts.items()}}
        for partition, found in reports.items()
        for row in found
    ]
    return pd.DataFrame(rows, columns=list(REPORT_COLUMNS))


def write(
    installation: Installation,
    table: Table,
    partition: Partition,
    judged: Judged,
    inputs: str,
    metadata: dict[str, str] | None = None,
) -> list[str]:
    """Put the partition in its place unless its verdict forbids; return what forbade it (empty when written).

    The verdict and the quarantine are written in both cases, and before the rows: the rows carry the fingerprint of
    their inputs, so that a run killed in between judges and writes all of it again.
    """
    lake = installation.lake
    stopped = list(judged.stopped)
    data: pa.Table | None = None
    if not stopped:
        try:
            data = table.to_arrow(judged.rows)
        except ValueError as error:  # a type the contract does not know: the parser's fault, not the source's
            stopped.append(str(error))
            judged.results.append(_contract_failure(table, partition, judged, str(error)))
    _write_quarantine(installation.home, table, partition, judged.quarantined)
    lake.write(GATE_RESULTS, partition, GATE_RESULTS.to_arrow(judged.results), part=table.name)
    if data is not None:
        lake.write(table, partition, data, {**(metadata or {}), **fingerprints.stored(inputs, judged.rows)})
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


def newest_verdicts(lake: Lake) -> Rows:
    """Return the rows of `gate_results` of all partitions: the newest verdict on each, whoever wrote it."""
    return list(verdict_table(lake).to_pylist())


def verdict_table(lake: Lake, more: Rows | None = None, partitions: Collection[str] | None = None) -> pa.Table:
    """Return `newest_verdicts`, on `partitions` only where they are given, and `more`, rows of the same form.

    The table has the contract's columns.
    """
    filesystem, _ = fsspec.core.url_to_fs(lake.root)
    if partitions is None:
        paths = lake.find(VERDICTS)
    else:
        wanted = [Partition.parse(key) for key in sorted(partitions)]
        patterns = [f"{GATE_RESULTS.name}/{p.report_year}/{p.province}.*.parquet" for p in wanted]
        paths = [path for pattern in patterns for path in lake.find(pattern)]
    found = [read_file(filesystem, path).replace_schema_metadata() for path in paths]
    # a file of another version of baogao has no value in columns that it does not know
    return pa.concat_tables([*found, GATE_RESULTS.to_arrow(more or [])], promote_options="default")


def failed_verdicts(lake: Lake) -> Rows:
    """Return those of `newest_verdicts` that did not hold. Files whose statistics say that all held are not read."""
    filesystem, _ = fsspec.core.url_to_fs(lake.root)
    rows: Rows = []
    for path in lake.find(VERDICTS):
        if not _all_held(footer(filesystem, path)):
            rows.extend(row for row in read_file(filesystem, path).to_pylist() if not row["success"])
    return rows


def _all_held(told: pq.FileMetaData) -> bool:
    at = GATE_RESULTS.columns.index("success")
    for number in range(told.num_row_groups):
        column = told.row_group(number).column(at)
        if column.path_in_schema != "success":  # a file of another version of baogao
            return False
        statistics = column.statistics
        if statistics is None or not statistics.has_min_max or statistics.null_count or not statistics.min:
            return False
    return True


def verdict_on(lake: Lake, table: Table, partition: Partition) -> Rows:
    """Return the rows of `gate_results` of one partition of one table; empty where it was never judged."""
    filesystem, target = fsspec.core.url_to_fs(lake.path(GATE_RESULTS.name, partition, table.name))
    try:
        return list(read_file(filesystem, target).to_pylist())
    except FileNotFoundError:
        return []


def quarantine_path(home: Home, table: str, partition: Partition) -> Path:
    return home.quarantine / table / partition.report_year / f"{partition.province}.parquet"


def _write_quarantine(home: Home, table: Table, partition: Partition, rows: Rows) -> None:
    path = quarantine_path(home, table.name, partition)
    if not rows:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    # all columns as text: a row is here because it may not fit the contract's types
    columns = [*table.columns, "expectation"]
    data = pa.table({name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in columns})
    pq.write_table(data, temporary, compression="zstd")
    temporary.replace(path)


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
        "n_failed": len(judged.rows),
        "observed": message,
        "examples": None,
    }
