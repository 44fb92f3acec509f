"""What the newest reading of the documents lacks in the raw tables, and why; its empty cells say nothing of a report.

The gate keeps a partition's former files or sets rows aside, a document can't be worked through, or a run ended before
a partition was read; a person may publish all the same. What belongs here: finding these. What does not: what follows
from them for a cell (dbt, ``int_reports`` and `coverage_cell`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from orchestration.home import fingerprints, verdicts
from orchestration.home.installation import Installation
from sources.lake import Lake, read_file
from sources.partitions import YEARS, Partition
from sources.tables import OBSERVATIONS, REJECTIONS, REPORTS, SENTENCES, SNAPSHOTS, WITHHELD, Table

Row = dict[str, Any]

#: the raw tables without whose rows a cell is empty, whatever its report says
TABLES = {table.name: table for table in (SNAPSHOTS, REPORTS, OBSERVATIONS, REJECTIONS, SENTENCES)}
#: a table, the one that it is made from, and the name that this has among its inputs
_MADE_FROM = ((REPORTS, SNAPSHOTS, "snapshots"), (OBSERVATIONS, REPORTS, "reports"))
NOT_READ = "not read since the pages or the documents changed"


def withheld(installation: Installation) -> list[Row]:
    """Return the rows of ``tables.WITHHELD`` of the lake as it is now, in order, each once. Raises DamagedFileError."""
    with installation.viewing():
        found = [*_judged(installation), *_not_read(installation)]
    by_key: dict[tuple[str, ...], Row] = {}
    for row in found:
        whole: Row = {**dict.fromkeys(WITHHELD.columns), **row}
        by_key.setdefault(tuple(str(whole[name]) for name in WITHHELD.key), whole)
    return [by_key[key] for key in sorted(by_key)]


def by_partition(installation: Installation) -> dict[str, str]:
    """Return partition → hash of its rows of `withheld`."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in withheld(installation):
        found[row["partition"]].append(row)
    return {partition: fingerprints.digest(rows) for partition, rows in found.items()}


def _judged(installation: Installation) -> Iterator[Row]:
    aside: dict[tuple[str, str], None] = {}
    for verdict in verdicts.failed_verdicts(installation.lake, warnings=False):
        table, partition = verdict["table_name"], verdict["partition"]
        if table not in TABLES:
            continue
        of: Row = {"partition": partition, "table_name": table}
        if verdicts.stops(verdict):
            told = f": {verdict['observed']}" if verdict["observed"] else ""
            yield {**of, "detail": f"{table}: {verdict['expectation']}{told}"}
        elif verdict["expectation"] == verdicts.WORKED_THROUGH:
            for _, document in verdicts.documents_in([verdict]):
                yield {
                    **of,
                    "report_id": document["report_id"],
                    "detail": f"{document['reason']}: {document['detail']}",
                }
        elif verdict["severity"] == "quarantine":
            aside[table, partition] = None
    for table, partition in aside:
        for row in _set_aside(installation, table, Partition.parse(partition)):
            yield {"partition": partition, "table_name": table, **row}


def _set_aside(installation: Installation, table: str, partition: Partition) -> Iterator[Row]:
    try:
        rows = read_file(verdicts.quarantine_path(installation, table, partition)).to_pylist()
    except FileNotFoundError:
        return
    for row in rows:
        detail = f"{table}: {row['expectation']}"
        if table == OBSERVATIONS.name:
            # numbers of other horizons and of other places fill no cell of the report's own
            year = _year(row["period_end"])
            if year and row["period_start"] == row["period_end"] and row["scope"] == "self":
                side = "target" if row["status"] == "target" else "result"
                of = {"indicator": row["indicator"], "measure": row["measure"], "status_class": side, "year": year}
                yield {"report_id": row["report_id"], **of, "detail": detail}
        elif table in (REPORTS.name, SNAPSHOTS.name):
            # what the catalogue says before what the row does, which is here because something in it is wrong
            code, name, level = (
                row[f"label_{of}"] or row.get(own)
                for of, own in (("region_code", "region_code"), ("region", "region_name"), ("level", "level"))
            )
            year = _year(row["label_report_year"]) or _year(row.get("report_year"))
            whose = {"region_code": code, "region_name": name, "level": level, "report_year": year}
            yield {"location": row["location"], **whose, "detail": detail}


def _year(told: str | None) -> int | None:
    return int(told) if told in YEARS and told.isdigit() else None


def _not_read(installation: Installation) -> Iterator[Row]:
    """Yield the partitions whose files were made from other rows than those that lie there, or are missing."""
    lake = installation.lake
    for table, source, name in _MADE_FROM:
        for partition in lake.partitions(source.name):
            now, then = lake.metadata(source, partition).get(fingerprints.SUBSTANCE), _made_from(lake, table, partition)
            # a file of another version of baogao may tell nothing of what it was made from
            if now is not None and then is not None and then.get(name) != fingerprints.by_name({name: now})[name]:
                yield {"partition": str(partition), "table_name": table.name, "detail": f"{table.name}: {NOT_READ}"}


def _made_from(lake: Lake, table: Table, partition: Partition) -> dict[str, str] | None:
    """Return the hashes of a file's inputs by name, none of a file that is not there; None where it does not tell."""
    footer = lake.footer(table.name, partition)
    if footer is None:
        return {}
    told = footer.metadata.get(fingerprints.MADE_FROM)
    found: dict[str, str] | None = json.loads(told) if told else None
    return found
