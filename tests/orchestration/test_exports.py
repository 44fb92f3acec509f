"""Exports: only the forms that the settings choose, and a panel that a sheet can't hold is cut and told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest

from orchestration.release import exports, workbook
from orchestration.release.schema import PANEL, PANEL_KEYS, Column, PublishedTable
from sources.home import Home
from sources.settings import EXPORTS, SettingsError, load_settings

SCHEMA = {PANEL: PublishedTable(PANEL, "Region-years", "面板", (Column("region_id", "VARCHAR", "Region", "地区"),))}
ALL_STEEL = "Steel of every kind, as the works of a region report it"
KEYS = ", ".join("2000 + i as year" if key == "year" else f"'{key}' || i as {key}" for key in PANEL_KEYS)


@pytest.fixture
def panel() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"create table {PANEL} as select {KEYS}, i * 1.5 as gdp from range(5) t(i)")
    return connection


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("forms", [(), ("parquet",), ("csv", "dta"), EXPORTS])
def test_only_the_chosen_forms_are_written(
    panel: duckdb.DuckDBPyConnection, tmp_path: Path, forms: tuple[str, ...]
) -> None:
    assert exports.write_panel(panel, tmp_path, SCHEMA, "r1", forms) == []
    written = exports.write_tables(panel, tmp_path, SCHEMA, forms=forms)
    assert {Path(name).suffix for name in files(tmp_path)} == {f".{form}" for form in forms}
    assert set(written) == files(tmp_path) - {f"{PANEL}.xlsx", f"{PANEL}.dta", f"{PANEL}_reasons.csv"}


def test_a_panel_that_a_sheet_cannot_hold_is_cut_into_several_and_told(
    panel: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "EXCEL_ROWS", 4)  # two of them headers
    (note,) = exports.write_panel(panel, tmp_path, SCHEMA, "r1", ["xlsx"])
    assert "5 rows" in note and "panel, panel 2, panel 3" in note
    with zipfile.ZipFile(tmp_path / f"{PANEL}.xlsx") as book:
        named = book.read("xl/workbook.xml").decode()
        sheets = [book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (3, 4, 5)]
    assert [named.count(f'name="{name}"') for name in ("panel", "panel 2", "panel 3", "codebook")] == [1] * 4
    assert [sheet.count("<row ") for sheet in sheets] == [4, 4, 3]
    assert [sheet.count(">region_id<") + sheet.count(">year<") for sheet in sheets] == [2, 2, 2], "each has its header"


def test_a_column_without_any_value_is_named_on_a_sheet_of_its_own(tmp_path: Path) -> None:
    columns = (Column("gdp", "double", "Gross product", "生产总值"), Column("steel", "double", ALL_STEEL, "粗钢产量"))
    with duckdb.connect() as connection:
        connection.execute(
            f"create table {PANEL} as select {KEYS}, 1.5 as gdp, null::double as steel from range(2) t(i)"
        )
        exports.write_panel(
            connection, tmp_path, {PANEL: PublishedTable(PANEL, "Years", "面板", columns)}, "r1", ["xlsx"]
        )
    book = openpyxl.load_workbook(tmp_path / f"{PANEL}.xlsx")
    told = list(book[workbook.WITHOUT_VALUES].iter_rows(values_only=True))
    assert told == [("column", "名称", "description"), ("steel", "粗钢产量", ALL_STEEL)]
    assert book[workbook.WITHOUT_VALUES].column_dimensions["C"].width > len(ALL_STEEL), "nothing is cut"
    assert book[workbook.WITHOUT_VALUES].freeze_panes == "C2"
    assert "steel" not in [cell.value for cell in book["panel"][1]]


def test_the_forms_are_a_setting(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert load_settings(home, {}).publish.exports == EXPORTS
    assert load_settings(home, {"BAOGAO_PUBLISH_EXPORTS": "parquet csv"}).publish.exports == ("parquet", "csv")
    (tmp_path / "baogao.toml").write_text('[publish]\nexports = ["parquet"]\n', encoding="utf-8")
    assert load_settings(home, {}).publish.exports == ("parquet",)
    with pytest.raises(SettingsError, match=r"publish.exports.*no form of exports: excel; choose of parquet"):
        load_settings(home, {"BAOGAO_PUBLISH_EXPORTS": "excel"})


def test_the_workbook_looks_as_people_read_it(tmp_path: Path) -> None:
    gdp = Column("gdp", "double", "Gross product", "生产总值，亿元", headline=True)
    said = Column("said", "varchar", "What was said", "生产总值，亿元")  # two columns may have one name
    long = "长" * (workbook.EXCEL_CELL + 1)
    keys = ("甲省", "甲市", "city", 2020)
    panel = pd.DataFrame(
        {**dict(zip(workbook.HEADLINE_KEYS, zip(keys, keys, strict=True), strict=True)), "gdp": [12.5, None]}
        | {"said": ["=1+1", long]}
    )
    schema = {PANEL: PublishedTable(PANEL, "Years", "面板", (gdp, said))}
    workbook.write_workbook(panel, panel.assign(gdp=[None, "a"]), schema, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    first, whole = book[workbook.HEADLINE], book["panel"]
    assert [cell.value for cell in whole[2]][4:] == ["生产总值，亿元"] * 2
    assert [cell.value for cell in whole[3]] == [*keys, 12.5, "=1+1"]
    assert whole["F3"].data_type == "s" and whole["F4"].value == long[:-1], "no formula; cut, not left out"
    assert (whole["E3"].number_format, whole["D3"].number_format) == ("#,##0.0##", "General")
    for sheet, last in ((first, 1), (whole, 2)):
        for row in sheet.iter_rows(max_row=last):
            assert all(cell.font.b and cell.alignment.wrap_text for cell in row)
        assert sheet.auto_filter.ref.startswith(f"A{last}:")
    assert first["E2"].value == 12.5 and first["E3"].value == "a" and first["E3"].alignment.horizontal == "center"
    assert first["E3"].font.color.rgb == "FF808080"
