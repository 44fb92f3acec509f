"""The audit of a release before anyone may see it: the very file is opened as a reader would open it.

What does not belong here: repair. An audit finds faults; the former release goes on serving.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from orchestration.release.schema import NEVER_EMPTY, PANEL, PANEL_KEYS, PANEL_SOURCE, PublishedTable

if TYPE_CHECKING:
    import duckdb


def audit(
    connection: duckdb.DuckDBPyConnection, schema: Mapping[str, PublishedTable], expected: Mapping[str, int]
) -> list[str]:
    """Return the faults of the file that `connection` has open; empty means sound.

    `expected` are the counts of rows in the warehouse, by table.
    """
    present = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    faults = [f"table {name} is missing" for name in schema if name not in present]
    for name in sorted(present & set(schema)):
        found = count(connection, name)
        if found != expected.get(name):
            faults.append(f"table {name} has {found} rows, the warehouse {expected.get(name)}")
        if name in NEVER_EMPTY and found == 0:
            faults.append(f"table {name} is empty")
        if not schema[name].description:
            faults.append(f"table {name} has no description")
    if not faults:
        faults += _panel_faults(connection)
        faults += _missing_comments(connection)
    return faults


def count(connection: duckdb.DuckDBPyConnection, table: str, schema: str = "main") -> int:
    row = connection.execute(f'select count(*) from {schema}."{table}"').fetchone()
    return int(row[0]) if row else 0


def _panel_faults(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Every cell of the panel must lead to an observation, and every source to a cell."""
    columns = [name for (name, *_rest) in connection.execute(f"describe {PANEL}").fetchall() if name not in PANEL_KEYS]
    if not columns:
        return [f"{PANEL} has no value column"]
    listed = ", ".join(f'"{name}"::varchar as "{name}"' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cells = f"""
        with cells as (
            unpivot (select region_id, year, {listed} from {PANEL}) on {names} into name column_name value cell
        ),
        known as (select region_id, year, column_name from {PANEL_SOURCE})
    """
    faults = []
    for what, query in (
        ("cells without a source", "select count(*) from cells anti join known using (region_id, year, column_name)"),
        ("sources without a cell", "select count(*) from known anti join cells using (region_id, year, column_name)"),
    ):
        row = connection.execute(cells + query).fetchone()
        if row and row[0]:
            faults.append(f"{PANEL} has {row[0]} {what}")
    row = connection.execute(
        f"select count(*) from {PANEL_SOURCE} where observation_id is null or sentence is null or location is null"
    ).fetchone()
    if row and row[0]:
        faults.append(f"{PANEL_SOURCE} has {row[0]} rows without observation, sentence or location")
    return faults


def _missing_comments(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select table_name || '.' || column_name from duckdb_columns() where not internal and comment is null "
        "union all select table_name from duckdb_tables() where comment is null order by 1"
    ).fetchall()
    return [f"{len(rows)} tables or columns have no comment: {', '.join(name for (name,) in rows[:5])}"] if rows else []
