"""Why a cell of the panel is empty, in the files that people carry away."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pyreadstat
import pytest
import yaml

from orchestration.release import stata
from orchestration.release.exports import write_dta
from orchestration.release.reasons import OUTCOME_LETTERS, OUTCOME_REASONS, REASONS, reasons
from orchestration.release.schema import Column, PublishedTable
from orchestration.release.stata import write_stata
from sources.home import REPOSITORY

MODELS = REPOSITORY / "transforms" / "dbt_project" / "models" / "marts"
COLUMNS = (
    Column("region_id", "varchar", "stable id", "地区稳定标识"),
    Column("gdp_growth_pct", "double", "growth", "地区生产总值增长率，%", "gdp", "growth", "result"),
    Column("gdp_tgt_g_pct", "double", "goal", "地区生产总值增长率目标，%", "gdp", "growth", "target"),
    Column("gdp_tgt_g_qual", "varchar", "qualifier", "限定词"),
)
STATES = {
    2019: "withheld", 2020: "retrieved", 2021: "refused_masked", 2022: "not_in_catalogue", 2023: "partial",
    2024: "not_retrieved",
}  # fmt: skip


@pytest.fixture
def marts() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create table coverage_report (region_id varchar, report_year bigint, state varchar)")
    connection.execute(
        "create table coverage_cell "
        "(region_id varchar, year bigint, indicator varchar, status_class varchar, state varchar, "
        "measures_withheld varchar)"
    )
    connection.executemany("insert into coverage_report values ('a', ?, ?)", list(STATES.items()))
    connection.execute("insert into coverage_cell values ('a', 2020, 'gdp', 'target', 'no_target_set', null)")
    # the level alone would be another cell's
    connection.execute("insert into coverage_cell values ('a', 2021, 'gdp', 'result', 'told', 'growth;level')")
    connection.execute("insert into coverage_cell values ('a', 2023, 'gdp', 'result', 'told', 'level')")
    connection.execute(
        "create table fct_city_year_indicator as select 'a' as region_id, year, 'gdp' as indicator, measure, "
        "'result' as status_class, 'annual' as horizon, year as period_start, 'base' as tier, 'headline' as basis, "
        "year + 1 as report_year, 5.0 as value from (values (2019, 'growth'), (2022, 'growth'), (2024, 'level')) "
        "as t (year, measure)"
    )
    return connection


@pytest.fixture
def panel() -> pd.DataFrame:
    years = [2019, 2020, 2021, 2022, 2023, 2024]
    return pd.DataFrame(
        {
            "panel_id": [f"a|{year}" for year in years], "region_id": "a", "region_code": "990100",
            "region_name": "栖川市", "level": "city", "province_code": "990000", "province_name": "云梁省",
            "year": years,
            "gdp_growth_pct": [None, None, None, 6.1, None, None],
            "gdp_tgt_g_pct": [None, None, None, None, 7.0, None],
            "gdp_tgt_g_qual": None,
        }
    )  # fmt: skip


def test_a_goal_is_told_by_its_year_and_a_result_by_the_next(
    marts: duckdb.DuckDBPyConnection, panel: pd.DataFrame
) -> None:
    told = reasons(marts, panel, COLUMNS).set_index("year")
    assert told["gdp_growth_pct"].fillna("").to_dict() == {
        2019: "e",
        2020: "b",
        2021: "f",
        2022: "",
        2023: "a",
        2024: "a",
    }
    assert told["gdp_tgt_g_pct"].fillna("").to_dict() == {
        2019: "f",
        2020: "d",
        2021: "b",
        2022: "a",
        2023: "",
        2024: "a",
    }
    assert "gdp_tgt_g_qual" not in told, "a qualifier is empty where its number is"


def test_every_reason_of_an_outcome_has_a_letter_and_words() -> None:
    told = yaml.safe_load((MODELS / "_fct_target_outcome.yml").read_text(encoding="utf-8"))["models"][0]["columns"]
    (column,) = [column for column in told if column["name"] == "not_told_reason"]
    codes = column["data_tests"][0]["accepted_values"]["arguments"]["values"]
    assert {*codes, "pending"} == OUTCOME_LETTERS.keys() and len(OUTCOME_REASONS) == len(OUTCOME_LETTERS)
    shared = {"no_next_report": "a", "not_in_reports": "c", "withheld": "f"}
    assert OUTCOME_LETTERS.items() >= shared.items(), "one letter means one thing in all files"
    assert {letter for code, letter in OUTCOME_LETTERS.items() if code not in shared}.isdisjoint(REASONS)


def test_a_release_of_an_older_baogao_has_reasons_too(marts: duckdb.DuckDBPyConnection, panel: pd.DataFrame) -> None:
    marts.execute("alter table coverage_cell drop column measures_withheld")
    told = reasons(marts, panel, COLUMNS).set_index("year")
    assert told["gdp_growth_pct"][2021] == "a" and told["gdp_growth_pct"][2019] == "e"


def test_stata_shows_the_reason_and_who_to_cite(
    marts: duckdb.DuckDBPyConnection, panel: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "panel.dta"
    table = PublishedTable("city_year_panel", "wide", "宽表", COLUMNS)
    letters = {letter: reason.zh for letter, reason in REASONS.items()}
    why = reasons(marts, panel, COLUMNS)
    write_stata(panel, table, path, ["baogao release X", "引用：baogao"], why, letters)
    frame, meta = pyreadstat.read_dta(path, user_missing=True)
    assert frame["gdp_tgt_g_pct"].tolist() == ["f", "d", "b", "a", 7.0, "a"]
    assert frame["gdp_growth_pct"].tolist() == ["e", "b", "f", 6.1, "a", "a"]
    assert meta.variable_value_labels["gdp_growth_pct"] == {letter: reason.zh for letter, reason in REASONS.items()}
    assert "year" not in meta.variable_value_labels
    assert meta.notes == ["baogao release X", "引用：baogao"]
    assert frame["id"].tolist() == [1] * 6 and meta.column_names_to_labels["gdp_growth_pct"] == "地区生产总值增长率，%"
    plain = pd.read_stata(path, convert_categoricals=False)
    assert plain["gdp_growth_pct"].dropna().tolist() == [6.1], "who asks for no reasons has numbers and blanks"


def test_stata_shows_why_an_outcome_has_no_result_or_no_gap(tmp_path: Path) -> None:
    columns = (Column("fact_id", "varchar", "Whose", "编号"), Column("gap", "double", "Gap", "差距"))
    table = PublishedTable("fct_target_outcome", "What became of goals", "目标结果", columns)
    with duckdb.connect() as connection:
        connection.execute(
            "create table fct_target_outcome as from (values ('1', 'a', 'met', null, 5.0, 1.0), "
            "('2', 'a', 'not_told', 'no_next_report', null, null), ('3', 'a', 'conflicting', null, 4.0, null)) "
            "as told (fact_id, region_id, verdict, not_told_reason, result_value, gap)"
        )
        write_dta(table, connection, "select * from fct_target_outcome order by fact_id", tmp_path / "dta" / "o.dta")
    frame, meta = pyreadstat.read_dta(tmp_path / "dta" / "o.dta", user_missing=True)
    assert (frame["result_value"].tolist(), frame["gap"].tolist()) == ([5.0, "a", 4.0], [1.0, "a", "k"])
    assert meta.variable_value_labels["gap"] == meta.variable_value_labels["result_value"] == OUTCOME_REASONS
    assert "What became of goals" in meta.notes and f"k: {OUTCOME_REASONS['k']}" in meta.notes
    assert any("manifest.json beside these files" in note for note in meta.notes), "where the release is named"


def test_the_same_rows_are_the_same_stata_file_whenever_they_are_written(panel: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "panel.dta"
    write_stata(panel, PublishedTable("city_year_panel", "", "", COLUMNS), path)
    # not the minute of now, which pandas would put there
    assert b"<timestamp>\x1101 Jan 1960 00:00</timestamp>" in path.read_bytes()


def test_a_stata_file_is_the_same_however_many_rows_are_written_at_once(
    panel: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pd.concat([panel] * 4, ignore_index=True)
    written = []
    for at_once in (10**6, 1, len(rows) - 1):
        monkeypatch.setattr(stata, "_ROWS_AT_ONCE", at_once)
        write_stata(rows, PublishedTable("city_year_panel", "", "", COLUMNS), tmp_path / "panel.dta")
        written.append((tmp_path / "panel.dta").read_bytes())
    assert written[1:] == written[:1] * 2
    frame, _ = pyreadstat.read_dta(tmp_path / "panel.dta")
    assert len(frame) == len(rows)
