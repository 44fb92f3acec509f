"""The published tables in the forms that people work with: Parquet, CSV, a workbook, a Stata file.

What does not belong here: which tables there are and what they hold (dbt), what a column means (``schema.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from orchestration.publication import codebook
from orchestration.publication.schema import PANEL, PublishedTable

if TYPE_CHECKING:
    import duckdb

STATA_LABEL = 80
EXCEL_CELL = 32_767


def write_exports(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    schema: Mapping[str, PublishedTable],
    counts: Mapping[str, int],
) -> None:
    """Write all exports of the file that `connection` has open into `folder`, which must exist."""
    # DuckDB writes without holding the interpreter, so that the workbook can be written meanwhile
    with ThreadPoolExecutor(1) as beside:
        tables = beside.submit(_write_tables, connection.cursor(), folder, schema)
        panel = connection.execute(f"select * from {PANEL}").df()
        write_workbook(panel, schema, folder / f"{PANEL}.xlsx")
        write_stata(panel, schema[PANEL], folder / f"{PANEL}.dta")
        (folder / "codebook.md").write_text(codebook.markdown(schema, counts), encoding="utf-8")
        tables.result()


def _write_tables(connection: duckdb.DuckDBPyConnection, folder: Path, schema: Mapping[str, PublishedTable]) -> None:
    with connection:
        for name in schema:
            write_parquet(connection, name, folder / "parquet" / f"{name}.parquet")
            write_csv(connection, name, folder / "csv" / f"{name}.csv")


def write_parquet(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy \"{table}\" to '{_quoted(path)}' (format parquet, compression zstd)")


def write_csv(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """Write UTF-8 with a byte order mark, without which Excel shows Chinese as rubbish."""
    path.parent.mkdir(parents=True, exist_ok=True)
    (first, *_rest), *_columns = connection.execute(f'describe "{table}"').fetchall()
    # DuckDB has no option for the mark, which is the first character of the header
    connection.execute(
        f'copy (select "{first}" as "\ufeff{first}", * exclude ("{first}") from "{table}") '
        f"to '{_quoted(path)}' (format csv, header)"
    )


def write_workbook(panel: pd.DataFrame, schema: Mapping[str, PublishedTable], path: Path) -> None:
    """Write the panel and the codebook as two sheets with frozen headers."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        _sheet(book.add_worksheet("panel"), bold, list(panel.columns), panel.itertuples(index=False, name=None), 6)
        _sheet(book.add_worksheet("codebook"), bold, list(codebook.HEADER), codebook.rows(schema), 2)


def _sheet(sheet: Any, bold: Any, header: list[str], rows: Iterable[tuple[Any, ...]], frozen_columns: int) -> None:
    sheet.freeze_panes(1, frozen_columns)
    sheet.set_column(0, len(header) - 1, 16)
    for at, name in enumerate(header):
        sheet.write_string(0, at, name, bold)
    for line, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            if value is None or value != value:
                continue
            if isinstance(value, str):
                sheet.write_string(line, at, value[:EXCEL_CELL])
            elif type(value) is float:  # most cells; `write` would have to find out what it is
                sheet.write_number(line, at, value)
            else:
                sheet.write(line, at, value)


def write_stata(panel: pd.DataFrame, table: PublishedTable, path: Path) -> None:
    """Write a .dta of version 118 (UTF-8) with Chinese variable labels; an empty number is Stata's missing."""
    frame = panel.copy()
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_bool_dtype(column):
            frame[name] = column.astype("int8")
        elif not pd.api.types.is_numeric_dtype(column):
            frame[name] = column.astype(object).where(column.notna(), "").map(str)
    unfit = [name for name in frame.columns if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,31}", name)]
    if unfit:
        raise ValueError(f"{table.name}: not a name that Stata takes (ASCII, at most 32 characters): {unfit[:3]}")
    labels = {c: (table.column(c).zh or table.column(c).description)[:STATA_LABEL] for c in frame.columns}
    frame.to_stata(path, write_index=False, version=118, variable_labels=labels, data_label="baogao city-year panel")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
