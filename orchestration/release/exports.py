"""The published tables in the forms that people work with: Parquet, CSV, a workbook, a Stata file.

What belongs here: which files there are and how they are written. What does not: which tables there are and what they
hold (dbt), what a column means (``schema.py``).

Large tables are a folder with a file for each year: a spreadsheet can open one, and a file whose rows are those of the
former release is that release's file, linked, so that a release costs what changed and not what there is. Their CSV is
packed (gzip), since it was half of what a home took; who has files copied out of a release gets it plain
(``copies.py``).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from baogao.citing import LICENCE
from orchestration.home.releases import Release, file_hash
from orchestration.release.copies import PACKED
from orchestration.release.reasons import OUTCOME_REASONS, REASONS, outcome_reasons, reasons
from orchestration.release.schema import PANEL, PANEL_KEYS, PublishedTable
from orchestration.release.stata import write_stata
from orchestration.release.workbook import write_workbook
from sources import outgoing
from sources.settings import EXPORTS

HOW_TO_CITE = "cite as: baogao, warehouse of Chinese government work reports 政府工作报告数据仓库, release {release}"
#: tables with a file for each year, and the column that says which
BY_YEAR = {
    "fct_observation": "report_year",
    "fct_term_attention": "report_year",
    "fct_city_year_indicator": "year",
    "fct_indicator_vintage": "year",
    "fct_target_outcome": "year",
    "fct_target_amplification": "year",
    "panel_cell_source": "year",
    "coverage_cell": "report_year",
}
#: tables that Stata gets besides the panel: goals with what came of them, goals down the hierarchy, the long facts
OUTCOME = "fct_target_outcome"
FOR_STATA = (OUTCOME, "fct_target_amplification", "fct_city_year_indicator")
#: what rows of a file are sorted by, as far as the table has it, so that the same rows give the same bytes
ORDER = (
    "region_id", "report_year", "report_id", "year", "char_start", "indicator", "measure", "status_class",
    "column_name", "dictionary", "term",
)  # fmt: skip
#: raised when files are written in another way, so that none of a former release is taken for ours
FORM = f"5 duckdb {duckdb.__version__}"


@dataclass(frozen=True)
class Part:
    """One file's worth of a table: `rows` (a condition), and `content`, a hash of what they say; `is_year`: one of the
    files of a table that has several."""

    name: str
    rows: str
    content: str
    is_year: bool = False


def write_panel(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    schema: Mapping[str, PublishedTable],
    release: str,
    forms: Collection[str] = EXPORTS,
) -> list[str]:
    """Write the panel of the file that `connection` has open as workbook and Stata file, of `forms`, into `folder`.

    Why its cells are empty goes into the Stata file, and as letters into a CSV of the panel's own shape.
    Return what a reader should know of these files.
    """
    if not {"xlsx", "dta", "csv"} & set(forms):
        return []
    panel = connection.execute(f"select * from {PANEL} order by {file_order(connection, PANEL)}").df()
    why = reasons(connection, panel, schema[PANEL].columns)
    notes = [f"baogao release {release}", HOW_TO_CITE.format(release=release), LICENCE]
    sheets = write_workbook(panel, why, schema, folder / f"{PANEL}.xlsx", notes) if "xlsx" in forms else []
    if "dta" in forms:
        told = [f"{letter}: {reason.zh} {reason.en}" for letter, reason in REASONS.items()]
        letters = {letter: reason.zh for letter, reason in REASONS.items()}
        write_stata(panel, schema[PANEL], folder / f"{PANEL}.dta", [*notes, *told], why, letters)
    if "csv" in forms:
        # letters are ours; of what says whose they are a text could be taken for a formula
        keys: dict[str, Any] = {name: outgoing.cells(why[name]) for name in why.columns.intersection(list(PANEL_KEYS))}
        why.assign(**keys).to_csv(folder / f"{PANEL}_reasons.csv", index=False, encoding="utf-8-sig")
    return sheets


def write_tables(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: Mapping[str, PublishedTable],
    former: Release | None = None,
    forms: Collection[str] = EXPORTS,
) -> dict[str, dict[str, str]]:
    """Write tables of the file that `connection` has open as Parquet, CSV and (FOR_STATA) Stata files, of `forms`, into
    `folder`, which must exist.

    Return, by path below `folder`, what the manifest says of each file: `content` (hash of its rows), and `sha256`
    where it is known already. Files of `former` with the same rows are linked.
    """
    written: dict[str, dict[str, str]] = {}
    for name, table in tables.items():
        writers: dict[str, Callable[[duckdb.DuckDBPyConnection, str, Path], None]] = {
            "parquet": write_parquet,
            "csv": write_csv,
        }
        if name in FOR_STATA:
            writers["dta"] = partial(write_dta, table)
        writers = {form: write for form, write in writers.items() if form in forms}
        order = file_order(connection, name)
        for part in _parts(connection, name) if writers else ():
            query = f'select * from "{name}" where {part.rows} order by {order}'
            for form, write in writers.items():
                path = f"{form}/{part.name}.{form}{PACKED if form == 'csv' and part.is_year else ''}"
                written[path] = {"content": part.content}
                if sha256 := _link(path, part.content, folder, former):
                    written[path]["sha256"] = sha256
                else:
                    write(connection, query, folder / path)
    return written


def _parts(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[Part]:
    columns = [name for (name, *_rest) in connection.execute(f'describe "{table}"').fetchall()]
    year = BY_YEAR.get(table)
    by = f'"{year}"' if year in columns else "null"
    row = "hash(" + ", ".join(f'"{name}"' for name in columns) + ")"
    # sums don't care for the order of rows; two of them, since rows that stand twice cancel out in the second
    found = connection.execute(
        f'select {by} as part, count(*), sum({row}), bit_xor({row}) from "{table}" group by part order by part'
    ).fetchall()
    for part, *content in found or [(None, 0)]:
        told = hashlib.sha256(" ".join(map(str, (FORM, *columns, *content))).encode()).hexdigest()
        if year not in columns:
            yield Part(table, "true", told)
        elif part is None:
            yield Part(f"{table}/{table}_undated", f"{by} is null", told, is_year=True)
        else:
            yield Part(f"{table}/{table}_{part}", f"{by} = {part}", told, is_year=True)


def file_order(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    columns = [name for (name, *_rest) in connection.execute(f'describe "{table}"').fetchall()]
    return ", ".join(f'"{name}"' for name in [*(name for name in ORDER if name in columns), columns[0]])


def _link(path: str, content: str, folder: Path, former: Release | None) -> str | None:
    """Put the file of `former` in its place here, and return its hash, if it has the same rows and is undamaged."""
    told = former.manifest.get("files", {}).get(f"exports/{path}", {}) if former else {}
    if former is None or told.get("content") != content:
        return None
    source, target = former.path / "exports" / path, folder / path
    if not source.is_file() or file_hash(source) != told.get("sha256"):
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)
    return str(told["sha256"])


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({query}) to '{_quoted(path)}' (format parquet, compression zstd)")


def write_csv(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write UTF-8 with a byte order mark, without which Excel shows Chinese as rubbish; no text is a formula there.

    A path that ends with PACKED has DuckDB pack it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [(f'"{name}"', kind) for name, kind, *_ in connection.execute(f"describe {query}").fetchall()]
    cells = [outgoing.CELL_SQL.format(name) if kind == "VARCHAR" else name for name, kind in columns]
    # DuckDB has no option for the mark, which is the first character of the header
    names = [name if at else f'"\ufeff{name[1:]}' for at, (name, _) in enumerate(columns)]
    selected = ", ".join(f"{cell} as {name}" for cell, name in zip(cells, names, strict=True))
    connection.execute(f"copy (select {selected} from ({query})) to '{_quoted(path)}' (format csv, header)")


def write_dta(table: PublishedTable, connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write rows of `table` as a Stata file; it names no release, so that one with the same rows is the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows, whole = connection.execute(query).df(), table.name not in BY_YEAR
    notes = [table.description, HOW_TO_CITE.format(release="as manifest.json beside these files names it"), LICENCE]
    if table.name != OUTCOME:
        write_stata(rows, table, path, notes, whole=whole)
        return
    told = [f"{letter}: {words}" for letter, words in OUTCOME_REASONS.items()]
    write_stata(rows, table, path, [*notes, *told], outcome_reasons(rows), OUTCOME_REASONS, whole=whole)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
