"""What changed in the panel since the release before, cell by cell, and why.

What does not belong here: the vintages of a fact (dbt, `fct_indicator_vintage`): those tell what governments revised,
this tells what we did.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

HEADER = ("change", "cause", "region_id", "year", "column_name", "old_value", "new_value", "old_report", "new_report")
CAUSES = ("new source", "changed page", "parser", "correction", "source left")


@dataclass(frozen=True)
class Cell:
    value: str
    report_id: str
    snapshot: str
    corrected: bool


Key = tuple[str, int, str]


def read_cells(connection: duckdb.DuckDBPyConnection) -> dict[Key, Cell]:
    rows = connection.execute(
        "select region_id, year, column_name, cell_value, report_id, snapshot_sha256, is_corrected "
        "from panel_cell_source"
    ).fetchall()
    return {
        (region, int(year), column): Cell(str(value), report, snapshot or "", bool(corrected))
        for region, year, column, value, report, snapshot, corrected in rows
    }


def read_snapshots(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return report_id → hash of the page that it was read from."""
    rows = connection.execute("select report_id, snapshot_sha256 from dim_report").fetchall()
    return {report: snapshot or "" for report, snapshot in rows}


def compare(
    old: dict[Key, Cell], new: dict[Key, Cell], old_reports: dict[str, str], new_reports: dict[str, str]
) -> Iterator[tuple[str, str, str, int, str, str, str, str, str]]:
    """Yield one row of HEADER per cell that was added, changed or removed, in the order of the keys."""
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if before and after and before.value == after.value:
            continue
        change = "changed" if before and after else "added" if after else "removed"
        yield (
            change,
            cause(before, after, old_reports, new_reports),
            *key,
            before.value if before else "",
            after.value if after else "",
            before.report_id if before else "",
            after.report_id if after else "",
        )


def cause(before: Cell | None, after: Cell | None, old_reports: dict[str, str], new_reports: dict[str, str]) -> str:
    """Return why the cell differs: the first of the causes that can be shown; what is left is the reading itself."""
    if (before.corrected if before else False) != (after.corrected if after else False):
        return "correction"
    if after and after.report_id not in old_reports:
        return "new source"
    if before and before.report_id not in new_reports:
        return "source left"
    for cell in (after, before):
        if cell and old_reports.get(cell.report_id) != new_reports.get(cell.report_id):
            return "changed page"
    return "parser"


@dataclass(frozen=True)
class Changes:
    """All that differs between two releases: `rows` in the form of HEADER, how many cells the former had, and the
    region-years that have no cell any more, each with the region, the year and whether their reports left too."""

    rows: list[tuple[str, str, str, int, str, str, str, str, str]]
    n_former: int
    n_former_region_years: int
    lost: list[tuple[str, int, bool]]

    @property
    def counts(self) -> dict[str, int]:
        """Number of cells by change and cause ("added: new source")."""
        return dict(sorted(Counter(f"{row[0]}: {row[1]}" for row in self.rows).items()))

    def by_cause(self) -> dict[str, int]:
        """Number of cells of the former release that are gone or other, by cause."""
        return dict(Counter(row[1] for row in self.rows if row[0] != "added"))


def find_changes(former: duckdb.DuckDBPyConnection | None, newer: duckdb.DuckDBPyConnection) -> Changes:
    """Compare two opened releases; everything is new where there is no former."""
    old, new = (read_cells(former) if former else {}), read_cells(newer)
    old_reports, new_reports = (read_snapshots(former) if former else {}), read_snapshots(newer)
    told = {(region, year) for region, year, _ in new}
    reports: dict[tuple[str, int], set[str]] = {}
    for (region, year, _), cell in old.items():
        if (region, year) not in told:
            reports.setdefault((region, year), set()).add(cell.report_id)
    lost = [(*key, not (ids & new_reports.keys())) for key, ids in sorted(reports.items())]
    return Changes(list(compare(old, new, old_reports, new_reports)), len(old), len({key[:2] for key in old}), lost)


def write_changes(path: Path, changes: Changes) -> None:
    """Write CHANGES.csv."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(changes.rows)
