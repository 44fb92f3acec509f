"""What people add to a home and find in what is published: reviewed figures, corrections, terms; exports read back.

A copy of `published_home`; its second run has a decision that no longer fits and a correction that has expired.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl  # type: ignore[import-untyped]
import pandas as pd
import published_home
import pyreadstat
import pytest
from command_line import Done, baogao
from published_home import REVIEWED, decision, write_yaml

from baogao.words import WORDS
from orchestration.release.reasons import OUTCOME_LETTERS, OUTCOME_REASONS
from sources.home import REPOSITORY
from sources.report_ids import report_id_of

NAME = REVIEWED
REPORT = report_id_of(NAME)
#: the region of that report
REGION = "990100"


@dataclass(frozen=True)
class Home:
    path: Path
    first: str
    again: Done
    served: Path
    served_then: Path
    despite: Done

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.served / "baogao.duckdb"), read_only=True) as connection:
            found = connection.execute(sql)
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="module")
def home(once: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = published_home.world(once, tmp_path_factory.mktemp("decisions") / "world")
    path = made.home
    served = (path / "published").resolve()
    # the document still says the same: this decision fits nothing, that correction is over
    decisions = [decision(), decision() | {"surface": "99%"}, *_about_other_goals()]
    write_yaml(path / "reviews" / "observations.yaml", decisions)
    correction = {
        "report_id": REPORT, "indicator": "gdp", "measure": "growth", "status": "target", "period_end": 2022,
        "expect": 7.25, "correct": 7.5, "reason": "r", "status_of_source": "reported", "author": "a",
        "expires": "2020-01-01",
    }  # fmt: skip
    write_yaml(path / "reviews" / "corrections.yaml", [correction])
    again = baogao("run", "--home", path)
    then = (path / "published").resolve()
    despite = baogao("run", "--publish-anyway", "the entry is renewed next week", "--by", "评审人", "--home", path)
    return Home(path, made.first.out, again, served, then, despite)


def _about_other_goals() -> list[dict[str, object]]:
    """One goal that is none, and one with a value that no growth can have: the gate sets it aside."""
    told = {"report_id": REPORT, "by": "评审人", "reason": "附表里的目标"}
    return [
        {**told, "quote": "外贸进出口总额增长10%", "surface": "10%", "indicator": "total_trade", "action": "remove"},
        {**told, "quote": "社会消费品零售总额增长8%", "surface": "8%", "indicator": "retail_sales", "action": "change",
         "set": {"value": -120.0}},
    ]  # fmt: skip


def test_a_number_that_the_gate_set_aside_is_withheld_and_one_that_a_person_removed_is_not_told(home: Home) -> None:
    where = f"region_id = '{REGION}' and year = 2022 and status_class = 'target'"
    with duckdb.connect(str(home.path / "published" / "baogao.duckdb"), read_only=True) as connection:
        found = connection.execute(
            f"select indicator, state, measures_withheld from coverage_cell where {where}"
        ).fetchall()
    cells = {indicator: (state, measures) for indicator, state, measures in found}
    assert cells["retail_sales"] == ("withheld", "growth")
    assert cells["total_trade"] == ("not_told", None) and cells["gdp"] == ("told", None)
    why = pd.read_csv(home.path / "published" / "exports" / "city_year_panel_reasons.csv").set_index(
        ["region_id", "year"]
    )
    letters = why.loc[(int(REGION), 2022)]
    assert (letters["retail_tgt_g_pct"], letters["trade_tgt_g_pct"]) == ("f", "c")


def test_a_reviewed_figure_is_published_with_its_reviewer(home: Home) -> None:
    told = home.rows("from fct_observation where reviewed is not null")
    assert [(r["indicator"], r["value"], r["canonical_value"], r["reviewed"]) for r in told] == [
        ("gdp", 7.25, 7.25, "评审人: 附表里的目标")
    ]
    there = f"year = 2022 and region_id = '{REGION}'"
    (cell,) = home.rows(f"from panel_cell_source where column_name = 'gdp_tgt_g_pct' and {there}")
    assert (cell["cell_value"], cell["reviewed"]) == ("7.25", "评审人: 附表里的目标")
    assert home.rows(f"select gdp_tgt_g_pct as v from city_year_panel where {there}") == [{"v": 7.25}]


def test_terms_of_the_users_own_are_counted(home: Home) -> None:
    (row,) = home.rows(f"from fct_term_attention where dictionary = 'greetings' and report_id = '{REPORT}'")
    text = (REPOSITORY / "samples" / "reports" / NAME).read_text(encoding="utf-8")
    assert (row["term"], row["substring_count"]) == ("各位代表", text.count("各位代表"))
    assert row["substring_count"] > 0 and row["per_10k_chars"] > 0


def test_an_expired_correction_and_a_decision_that_fits_nothing_are_told(home: Home) -> None:
    assert home.again.code == 1
    assert "corrections_apply" in home.again.out + home.again.err
    assert "99%" in home.again.out and "0 numbers fit" in home.again.out
    assert home.served_then == home.served, "what was served stays"
    assert "baogao release publish --override" in home.again.err, "the message names the remedy"


def test_publishing_in_spite_of_a_failing_test_is_on_record(home: Home) -> None:
    assert home.despite.code == 0, home.despite.out + home.despite.err
    manifest = json.loads((home.path / "published" / "exports" / "manifest.json").read_text(encoding="utf-8"))
    override = manifest["override"]
    assert (override["by"], override["reason"]) == ("评审人", "the entry is renewed next week")
    assert [verdict["verdict"] for verdict in override["verdicts"]] == ["dbt|warehouse|corrections_apply|"]
    with duckdb.connect(str(home.path / "published" / "baogao.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select expectation, override_reason from gate_results where overridden_by = '评审人'"
        ).fetchall()
    assert found == [("corrections_apply", "the entry is renewed next week")]
    for command in (("release", "list"), ("status",)):
        told = baogao(*command, "--home", home.path).out
        assert "the entry is renewed next week" in told and "corrections_apply" in told, told


def test_going_back_holds_until_something_changes(home: Home) -> None:
    newest = (home.path / "published").resolve().name
    counted = list(csv.reader(baogao("release", "diff", "--count", "--home", home.path).out.splitlines()))
    assert counted[0] == ["change", "cause", "column_name", "cells"]
    back = baogao("release", "rollback", "--home", home.path)
    assert f"serving {home.served.name}" in back.out and f"rollback {newest}" in back.out, back.err
    again = baogao("run", "--home", home.path)
    assert "nothing to do" in again.out and f"gone back to by hand from {newest}" in again.out, again.err
    assert (home.path / "published").resolve() == home.served
    assert baogao("release", "rollback", newest, "--home", home.path).code == 0
    assert "gone back" not in baogao("status", "--home", home.path).out


def test_the_summary_tells_money_in_yi(home: Home) -> None:
    line = home.first.split("生产总值(亿元)")[1].splitlines()[1]
    newest = "where gdp_cny is not null order by year desc, gdp_cny desc limit 1"
    (row,) = home.rows(f"select gdp_cny from city_year_panel {newest}")
    assert f"{row['gdp_cny'] / 1e8:,.2f}".rstrip("0").rstrip(".") in line


def test_stata_reads_the_panel_with_labels_in_chinese(home: Home) -> None:
    path = home.served / "exports" / "city_year_panel.dta"
    panel = home.rows("from city_year_panel order by panel_id")
    frame, meta = pyreadstat.read_dta(path)
    assert meta.column_names_to_labels["gdp_cny"] == "地区生产总值，元"
    assert all(meta.column_names_to_labels.values()), "every variable has a label"
    for read in (frame, pd.read_stata(path)):
        assert len(read) == len(panel)
        read = read.sort_values("panel_id").reset_index(drop=True)
        for row, expected in zip(read.to_dict("records"), panel, strict=True):
            assert row["region_name"] == expected["region_name"] and row["year"] == expected["year"]
            same = [
                pd.isna(row[n]) if v is None else row[n] == v
                for n, v in expected.items()
                if n.startswith("gdp_tgt_g_p")
            ]
            assert all(same)
    with pd.read_stata(path, iterator=True) as reader:
        assert reader.variable_labels()["gdp_tgt_g_pct"] == "地区生产总值增长率目标，%"


def test_stata_reads_outcomes_amplification_and_facts_with_words_for_codes_and_reasons(home: Home) -> None:
    folder = home.served / "exports" / "dta"
    rows = home.rows("from fct_target_outcome order by fact_id")
    files = sorted((folder / "fct_target_outcome").glob("*.dta"))
    assert [path.stem for path in files] == [f"fct_target_outcome_{year}" for year in sorted({r["year"] for r in rows})]
    read = [pyreadstat.read_dta(path, user_missing=True) for path in files]
    told = sorted((row for frame, _ in read for row in frame.to_dict("records")), key=lambda row: row["fact_id"])
    # the same code is the same number in each file, and none numbers its regions: put together, numbers would lie
    assert all("id" not in frame for frame, _ in read)
    meta = read[0][1]
    assert all(other.variable_value_labels == meta.variable_value_labels for _, other in read)
    verdicts = meta.variable_value_labels["verdict"]
    assert [WORDS["verdict"][row["verdict"]][0] for row in rows] == [verdicts[row["verdict"]] for row in told]
    for name in ("result_value", "gap"):
        expected = [
            row[name] if row[name] is not None else OUTCOME_LETTERS[row["not_told_reason"] or row["verdict"]]
            for row in rows
        ]
        assert [row[name] for row in told] == expected and {"a", "c"} & set(expected)
        assert meta.variable_value_labels[name] == OUTCOME_REASONS
    assert any(note.startswith("cite as: baogao") for note in meta.notes)
    for table in ("fct_target_amplification", "fct_city_year_indicator"):
        values = home.rows(
            f"select measure, region_name, year from {table} where year = (select max(year) from {table})"
        )
        path = folder / table / f"{table}_{values[0]['year']}.dta"
        frame, meta = pyreadstat.read_dta(path, apply_value_formats=True)
        assert sorted(zip(frame["measure"], frame["region_name"], strict=True)) == sorted(
            (WORDS["measure"][row["measure"]][0], row["region_name"]) for row in values
        )
        assert all(meta.column_names_to_labels.values()), "every variable has a label"


def test_the_workbook_opens_with_headline_indicators_frozen_headers_and_a_codebook(home: Home) -> None:
    book = openpyxl.load_workbook(home.served / "exports" / "city_year_panel.xlsx")
    assert book.sheetnames == ["主要指标", "panel", "无数值字段", "codebook", "说明"]
    header = [cell.value for cell in book["panel"][1]]
    assert book["panel"].cell(2, header.index("gdp_tgt_g_pct") + 1).value == "地区生产总值增长率目标，%"
    # whose row it is and of which year stays in sight
    after_year = book["panel"].cell(3, header.index("year") + 2).coordinate
    assert (book["panel"].freeze_panes, book["codebook"].freeze_panes) == (after_year, "C2")
    values = [
        dict(zip(header, (cell.value for cell in row), strict=True)) for row in book["panel"].iter_rows(min_row=3)
    ]
    assert "霁川市" in {row["region_name"] for row in values}
    assert 7.25 in {row["gdp_tgt_g_pct"] for row in values}
    without = {row[0].value for row in book["无数值字段"].iter_rows(min_row=2)}
    assert without and not without & set(header)
    listed = {(row[0].value, row[1].value) for row in book["codebook"].iter_rows(min_row=2)}
    assert all(("city_year_panel", name) in listed for name in {*header, *without})


def test_the_headline_sheet_shows_large_amounts_in_100_millions_and_a_letter_where_a_number_is_empty(
    home: Home,
) -> None:
    path = home.served / "exports" / "city_year_panel.xlsx"
    sheet = pd.read_excel(path, sheet_name="主要指标")
    panel = pd.read_excel(path, sheet_name="panel", skiprows=[1])
    told = pd.to_numeric(sheet["地区生产总值（亿元）"], errors="coerce")
    assert told.notna().any() and (told * 1e8).round(-4).equals(panel["gdp_cny"].round(-4))
    why = pd.read_csv(home.served / "exports" / "city_year_panel_reasons.csv", encoding="utf-8-sig")
    letters = sheet["地区生产总值（亿元）"].where(told.isna())
    assert letters.dropna().tolist() == why["gdp_cny"].dropna().tolist() and len(letters.dropna())


def test_csv_keeps_chinese_in_spreadsheets(home: Home) -> None:
    for path in sorted((home.served / "exports" / "csv").glob("*.csv")):
        assert path.read_bytes()[:3] == b"\xef\xbb\xbf", path.name
    frame = pd.read_csv(home.served / "exports" / "csv" / "city_year_panel.csv", encoding="utf-8-sig")
    assert "霁川市" in set(frame["region_name"])
