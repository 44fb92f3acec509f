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

from orchestration.release.schema import PANEL_SOURCE
from sources import outgoing

if TYPE_CHECKING:
    import duckdb

HEADER = ("change", "cause", "region_id", "year", "column_name", "old_value", "new_value", "old_report", "new_report")


@dataclass(frozen=True)
class Cell:
    value: str
    report_id: str
    snapshot: str
    corrected: bool


Key = tuple[str, int, str]


def _cells(connection: duckdb.DuckDBPyConnection, of: str, without: str | None) -> dict[Key, Cell]:
    """Return the cells of the database `of` that `without` (a database too) does not hold with the same value."""
    other = f"anti join {without}.main.{PANEL_SOURCE} as other" if without else ""
    same = (
        "on own.region_id = other.region_id and own.year = other.year and own.column_name = other.column_name "
        "and own.cell_value is not distinct from other.cell_value"
    )
    rows = connection.execute(
        "select own.region_id, own.year, own.column_name, cell_value, report_id, snapshot_sha256, is_corrected "
        f"from {of}.main.{PANEL_SOURCE} as own {other} {same if without else ''}"
    ).fetchall()
    return {
        (region, int(year), column): Cell(str(value), report, snapshot or "", bool(corrected))
        for region, year, column, value, report, snapshot, corrected in rows
    }


def _snapshots(connection: duckdb.DuckDBPyConnection, of: str) -> dict[str, str]:
    """Return report_id → hash of the page that it was read from."""
    rows = connection.execute(f"select report_id, snapshot_sha256 from {of}.main.dim_report").fetchall()
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


def find_changes(former: Path | None, newer: duckdb.DuckDBPyConnection) -> Changes:
    """Compare the release that `newer` has open with the file `former`; everything is new where there is none.

    Only the cells that differ leave the database: of the hundred thousands that a release has, they are few.
    """
    (row,) = newer.execute("select current_database()").fetchall()
    own = f'"{row[0]}"'
    if former is None:
        new, new_reports = _cells(newer, own, None), _snapshots(newer, own)
        return Changes(list(compare({}, new, {}, new_reports)), 0, 0, [])
    newer.execute(f"attach '{str(former).replace(chr(39), chr(39) * 2)}' as former (read_only)")
    try:
        return _between(newer, own)
    finally:
        newer.execute("detach former")


def _between(connection: duckdb.DuckDBPyConnection, own: str) -> Changes:
    """Compare the databases `former` and `own`, both of `connection`."""
    old, new = _cells(connection, "former", own), _cells(connection, own, "former")
    old_reports, new_reports = _snapshots(connection, "former"), _snapshots(connection, own)
    # a region-year that is gone has no cell with the same value either, so all of its cells are in `old`
    told = connection.execute(f"select distinct region_id, year from {own}.main.{PANEL_SOURCE}").fetchall()
    present = {(region, int(year)) for region, year in told}
    reports: dict[tuple[str, int], set[str]] = {}
    for (region, year, _), cell in old.items():
        if (region, year) not in present:
            reports.setdefault((region, year), set()).add(cell.report_id)
    lost = [(*key, not (ids & new_reports.keys())) for key, ids in sorted(reports.items())]
    (counted,) = connection.execute(
        f"select count(*), count(distinct (region_id, year)) from former.main.{PANEL_SOURCE}"
    ).fetchall()
    return Changes(list(compare(old, new, old_reports, new_reports)), counted[0], counted[1], lost)


def write_changes(path: Path, changes: Changes) -> None:
    """Write CHANGES.csv."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(map(outgoing.cells, changes.rows))
