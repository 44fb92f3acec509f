"""The workbook of a release: the headline indicators by Chinese names first, then the whole panel, and what it means.

What belongs here: sheets, headers, units, widths. What does not: why a cell is empty (``reasons.py``), names and labels
of columns (``schema.py``).

Sheets: `主要指标` (headline indicators, in 亿元 and 万 where the numbers are large), `panel` (all columns with any
value, in the units of the other files, codes in the first row and Chinese names in the second), `无数值字段` (the
columns of the panel without any value), `codebook`, `说明` (letters in place of numbers, release, citation, licence).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from orchestration.release import codebook
from orchestration.release.reasons import REASONS
from orchestration.release.schema import PANEL, PANEL_KEYS, Column, PublishedTable
from sources.magnitudes import magnitude

EXCEL_CELL = 32_767
#: rows of a sheet, its headers among them
EXCEL_ROWS = 1_048_576
HEADLINE, WITHOUT_VALUES, ABOUT = "主要指标", "无数值字段", "说明"
#: which cells of the panel say whose row of the headline sheet it is
HEADLINE_KEYS = ("province_name", "region_name", "level", "year")
LEVELS = {"national": "全国", "province": "省级", "city": "地级", "county": "县级"}
WIDEST = 40

Cells = Iterable[tuple[int, Any]]


def write_workbook(
    panel: pd.DataFrame, why: pd.DataFrame, schema: Mapping[str, PublishedTable], path: Path, notes: Sequence[str] = ()
) -> list[str]:
    """Write `panel` and what it means into a workbook at `path`; `why` has the letters of its empty numbers.

    A panel that one sheet can't hold becomes several. Return a line that says so, if it is so.
    """
    import xlsxwriter

    table = schema[PANEL]
    empty = [name for name in panel.columns if name not in PANEL_KEYS and panel[name].isna().all()]
    filled = panel.drop(columns=empty)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        looks = {
            "header": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            "letter": book.add_format({"font_color": "#808080", "align": "center"}),
            "number": book.add_format({"num_format": "#,##0.0##"}),
        }
        headline = _headline(filled, why, table)
        _sheets(book, looks, HEADLINE, [list(headline.columns)], headline, len(HEADLINE_KEYS))
        names = [[*filled.columns], [table.column(name).zh for name in filled.columns]]
        sheets = _sheets(book, looks, "panel", names, filled, len(PANEL_KEYS))
        told = [(name, table.column(name).zh, table.column(name).description) for name in empty]
        _list(book, looks, WITHOUT_VALUES, ("column", "名称", "description"), told)
        _list(book, looks, "codebook", codebook.HEADER, codebook.rows(schema))
        letters = [(letter, f"{reason.zh} {reason.en}") for letter, reason in REASONS.items()]
        _list(book, looks, ABOUT, ("", "说明 what this is"), [*letters, *(("", note) for note in notes)])
    if len(sheets) == 1:
        return []
    return [
        f"{path.name}: the panel's {len(panel):,} rows are more than the {EXCEL_ROWS - 2:,} that a sheet of Excel "
        f"holds: they are cut into the sheets {', '.join(sheets)}"
    ]


def _headline(panel: pd.DataFrame, why: pd.DataFrame, table: PublishedTable) -> pd.DataFrame:
    """Return the headline indicators with Chinese names, large numbers in 亿 or 万, letters where a number is empty."""
    keys = panel[list(HEADLINE_KEYS)].assign(level=panel["level"].map(LEVELS).fillna(panel["level"]))
    keys.columns = pd.Index([table.column(name).zh or name for name in HEADLINE_KEYS])
    values = dict(_scaled(panel, why, column) for column in table.columns if column.headline and column.name in panel)
    return pd.concat([keys, pd.DataFrame(values, index=panel.index)], axis=1)


def _scaled(panel: pd.DataFrame, why: pd.DataFrame, column: Column) -> tuple[str, pd.Series]:
    numbers = panel[column.name]
    name, _, unit = column.zh.rpartition("，")
    factor, shown = magnitude(unit, float(numbers.abs().max()))
    letters = why[column.name].set_axis(panel.index)
    return f"{name}（{shown}）", (numbers / factor).astype(object).where(numbers.notna(), letters)


def _sheets(
    book: Any, looks: Mapping[str, Any], title: str, headers: list[list[str]], frame: pd.DataFrame, frozen: int
) -> list[str]:
    """Write `frame` under `headers` as one sheet, or as several where it is longer than a sheet; return their names."""
    most = EXCEL_ROWS - len(headers)
    cuts = range(0, max(len(frame), 1), most)
    names = [f"{title} {number}" if number > 1 else title for number in range(1, len(cuts) + 1)]
    for name, begins in zip(names, cuts, strict=True):
        part = frame.iloc[begins : begins + most]
        sheet = book.add_worksheet(name)
        for at, header in enumerate(zip(*headers, strict=True)):
            sheet.set_column(at, at, _width(header, part.iloc[:, at]))
        _write(sheet, looks, headers, _filled(part), frozen)
        sheet.autofilter(len(headers) - 1, 0, len(headers) - 1 + len(part), len(headers[0]) - 1)
    return names


def _list(book: Any, looks: Mapping[str, Any], name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    sheet = book.add_worksheet(name)
    for at in range(len(header)):
        sheet.set_column(at, at, min(max(map(_characters, [header[at], *(row[at] for row in rows)])) + 2, 2 * WIDEST))
    _write(sheet, looks, [list(header)], (enumerate(row) for row in rows), 2 if len(header) > 2 else 0)


def _width(header: Sequence[str], values: pd.Series) -> int:
    """Return the width of a column in characters: of its values and a header that wraps, a Chinese character as two."""
    found = values.dropna()
    longest = max((_characters(str(value)) for value in found.unique()[:200]), default=0)
    codes, *names = header
    wrapped = max((_characters(name) // 2 for name in names), default=_characters(codes) // 2)
    return min(max(longest, wrapped, _characters(codes) if names else 0, 6) + 2, WIDEST)


def _characters(text: str) -> int:
    return len(text) + sum(ord(sign) > 0x2E7F for sign in text)


def _filled(frame: pd.DataFrame) -> Iterator[Cells]:
    """Yield, for each row, column number and value of the cells that are not empty: few of the panel's are."""
    filled = frame.notna().to_numpy()
    for row, here in zip(frame.itertuples(index=False, name=None), filled, strict=True):
        yield ((at, row[at]) for at in np.flatnonzero(here).tolist())


def _write(sheet: Any, looks: Mapping[str, Any], headers: list[list[str]], rows: Iterable[Cells], frozen: int) -> None:
    sheet.freeze_panes(len(headers), frozen)
    for line, header in enumerate(headers):
        for at, name in enumerate(header):
            sheet.write_string(line, at, name, looks["header"])
    for line, row in enumerate(rows, start=len(headers)):
        for at, value in row:
            if isinstance(value, str):
                letter = len(value) == 1 and value in REASONS and at >= frozen
                sheet.write_string(line, at, value[:EXCEL_CELL], looks["letter"] if letter else None)
            elif type(value) is float:  # most cells; `write` would have to find out what it is
                sheet.write_number(line, at, value, looks["number"])
            else:
                sheet.write(line, at, value)
