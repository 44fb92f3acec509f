"""The marts over a handwritten world: who is who, what is chosen, what is told apart."""

from __future__ import annotations

import pytest
from dbt_harness import Warehouse

from orchestration.release.schema import PANEL_KEYS


def fact(built: Warehouse, region: str, year: int, indicator: str, measure: str, status_class: str = "result") -> dict:
    return built.one(
        "from fct_city_year_indicator where region_id = ? and year = ? and indicator = ? and measure = ? "
        "and status_class = ? and tier = 'base'",
        region, year, indicator, measure, status_class,
    )  # fmt: skip


def test_copies_are_linked_and_sittings_kept_apart(built: Warehouse) -> None:
    reports = {
        r["report_id"]: r for r in built.rows("from dim_report where region_id = '990200' and report_year = 2022")
    }
    assert {k: (r["sitting_no"], r["is_preferred"], r["duplicate_of"]) for k, r in reports.items()} == {
        "990200_2022_gov": (1, True, None),
        "990200_2022_same": (1, False, "990200_2022_gov"),
        "990200_2022_near": (1, False, "990200_2022_gov"),
        "990200_2022_excerpt": (1, False, None),
        "990200_2022_july": (2, True, None),
    }
    assert reports["990200_2022_same"]["duplicate_kind"] == "same_text"
    assert (reports["990200_2022_near"]["duplicate_kind"], reports["990200_2022_near"]["bits_apart"]) == (
        "near_duplicate",
        4,
    )
    assert reports["990200_2022_gov"]["source_tier"] == "government"


def test_rivals_are_counted_and_conflicts_shown(built: Warehouse) -> None:
    revenue = fact(built, "990200", 2021, "general_budget_revenue", "level")
    assert revenue["report_id"] == "990200_2022_gov"
    # the copy with the same text is no rival; the near copy with a lost digit is, and the mid-year sitting
    assert (revenue["value"], revenue["n_rivals"], revenue["has_conflict"]) == (50.2e8, 3, True)
    assert revenue["conflict_kind"] == "between_copies"
    investment = fact(built, "990100", 2022, "fixed_asset_investment", "growth")
    assert (investment["value"], investment["conflict_kind"]) == (10.1, "within_report")
    assert investment["spread"] == pytest.approx(2.4)


def test_actual_replaces_estimate_and_revisions_are_kept(built: Warehouse) -> None:
    chosen = fact(built, "990100", 2021, "gdp", "level")
    assert (chosen["report_year"], chosen["status"], chosen["chosen_by"]) == (2023, "actual", "nearest_report")
    assert (chosen["is_revised"], chosen["has_conflict"]) == (True, False)
    vintages = built.rows("from fct_indicator_vintage where fact_id = ? order by vintage", chosen["fact_id"])
    assert [v["vintage_kind"] for v in vintages] == ["first_estimate", "later_figure", "revision"]
    assert vintages[2]["change_from_first"] == pytest.approx(9.7e8)


def test_own_report_before_that_of_the_higher_region(built: Warehouse) -> None:
    sales = fact(built, "hedu", 2021, "retail_sales", "level")
    assert (sales["told_by"], sales["chosen_by"], sales["value"]) == ("own", "own_report", 33.4e8)
    exports = fact(built, "hedu", 2021, "exports", "level")
    assert (exports["told_by"], exports["report_id"], exports["region_code"]) == ("other", "990100_2022", "990106")
    assert not built.rows("from fct_city_year_indicator where region_id = '990100' and indicator = 'exports'")


def test_outcomes_join_over_a_change_of_code(built: Warehouse) -> None:
    outcomes = {
        (r["region_id"], r["year"], r["indicator"], r["tier"]): (r["verdict"], r["not_told_reason"])
        for r in built.rows("from fct_target_outcome")
    }
    assert outcomes[("hedu", 2020, "gdp", "base")] == ("met", None)
    assert outcomes[("990100", 2022, "gdp", "base")] == ("missed", None)
    assert outcomes[("990100", 2022, "gdp", "stretch")] == ("missed", None)
    assert outcomes[("990100", 2022, "retail_sales", "base")] == ("not_told", "not_in_reports")
    assert outcomes[("990000", 2022, "gdp", "base")] == ("not_told", "no_next_report")


def test_amplification_climbs_to_the_nation(built: Warehouse) -> None:
    county = built.one("from fct_target_amplification where region_id = 'hedu' and year = 2022")
    assert [county[c] for c in ("parent_level", "gap_to_parent", "gap_to_province", "gap_to_nation")] == [
        "city", 1.5, 2.5, 3.0,
    ]  # fmt: skip
    nation = built.one("from fct_target_amplification where region_id = '100000'")
    assert nation["gap_to_parent"] is None


def test_the_code_is_that_of_the_year(built: Warehouse) -> None:
    codes = {r["year"]: r["region_code"] for r in built.rows("from city_year_panel where region_id = 'hedu'")}
    assert codes[2020] in ("990121", "990106") and codes[2021] == "990106"
    assert built.one("from city_year_panel where region_id = 'hedu' and year = 2021")["region_name"] == "禾渡区"


def test_panel_cells_lead_to_their_sentences(built: Warehouse) -> None:
    row = built.one("from city_year_panel where region_id = '990100' and year = 2022")
    assert (row["gdp_growth_pct"], row["gdp_tgt_g_pct"], row["gdp_tgt_g_qual"]) == (6.9, 7.0, "at_least")
    filled = {
        name for name, value in row.items()
        if value is not None and name not in PANEL_KEYS
    }  # fmt: skip
    sources = built.rows("from panel_cell_source where region_id = '990100' and year = 2022")
    assert {source["column_name"] for source in sources} == filled
    assert all(source["sentence"] and source["location"] and source["snapshot_sha256"] for source in sources)


def test_coverage_leaves_no_blank_without_a_reason(built: Warehouse) -> None:
    states = {(r["region_id"], r["report_year"]): r["state"] for r in built.rows("from coverage_report")}
    assert states[("990100", 2021)] == "refused_masked"
    assert states[("990100", 2022)] == "retrieved"
    assert states[("990200", 2024)] == "not_retrieved"
    assert built.one("from coverage_report where coverage_id = '990200|2024'")["detail"] == "404"
    assert {state for (region, _), state in states.items() if region == "990200"} >= {"not_in_catalogue"}
    named = {"100000", "990000", "990100", "990200", "hedu"}
    # 2020 to 2024; of a document that the catalogue no longer names nothing is told
    assert len([key for key in states if key[0] in named]) == 5 * 5


def test_coverage_is_of_the_register_and_not_of_the_catalogue(built: Warehouse) -> None:
    provinces = {
        r["region_id"]: r["state"]
        for r in built.rows("from coverage_report where level = 'province' and report_year = 2022")
    }
    assert len(provinces) == 31 + 1, "every province with a people's congress, and the one of this world"
    assert provinces["540000"] == "not_in_catalogue" and provinces["990000"] == "retrieved"
    assert not built.rows("from coverage_report where region_id in ('710000', '810000', '820000')")
    cities = {r["region_name"] for r in built.rows("from coverage_report where level = 'city' and report_year = 2022")}
    assert cities == {"栖川市", "望汀市", "芷州市"}, "the third city of the province that the catalogue names two of"
    counties = built.rows("from coverage_report where level = 'county' and report_year = 2020")
    # the county of the sample stands in the register too
    assert {(r["region_name"], r["province_name"]) for r in counties} == {("禾渡县", "云梁省"), ("松洄县", "云梁省")}


def test_empty_headline_cells_have_a_state(built: Warehouse) -> None:
    cells = {
        (r["status_class"], r["indicator"]): r["state"]
        for r in built.rows(
            "from coverage_cell where region_id = '990100' and report_year in (2022, 2023) and year = 2022"
        )
    }
    assert cells[("target", "gdp")] == "told"
    assert cells[("target", "consumer_price_index")] == "no_target_set"
    assert cells[("target", "exports")] == "not_told"
    assert cells[("result", "fixed_asset_investment")] == "conflicting"


def test_what_was_withheld_is_not_told_as_read(built: Warehouse) -> None:
    """A partition that the gate kept back, a document that failed, a number, a page and a ledger that it set aside."""
    reports = {
        (r["region_id"], r["report_year"]): (r["state"], r["detail"])
        for r in built.rows("from coverage_report where state = 'withheld'")
    }
    assert reports == {
        ("990100", 2024): ("withheld", "observations: why"),
        ("hedu", 2022): ("withheld", "timeout: more than 60 s"),
        ("990000", 2021): ("withheld", "reports: why"),
        **{(r, 2020): ("withheld", "snapshots: why") for r in _without_claim_in_2020(built)},
    }
    cells = {
        (r["region_id"], r["report_year"], r["status_class"], r["indicator"]): (r["state"], r["measures_withheld"])
        for r in built.rows("from coverage_cell")
    }
    assert {state for key, (state, _) in cells.items() if key[:2] == ("990100", 2024)} == {"withheld"}
    # what a former reading tells stays told, and nothing else is said to be read
    of_county = {key[2:]: state for key, (state, _) in cells.items() if key[:2] == ("hedu", 2022)}
    assert of_county["target", "gdp"] == "told" and set(of_county.values()) == {"told", "withheld"}
    assert cells["990100", 2023, "result", "total_trade"] == ("withheld", "growth")
    assert cells["990100", 2023, "result", "pig_inventory"] == ("withheld", "level"), (
        "beyond the headline indicators too"
    )
    assert ("990100", 2022, "result", "pig_inventory") not in cells
    assert cells["990100", 2023, "target", "total_trade"] == ("not_told", None)


def _without_claim_in_2020(built: Warehouse) -> set[str]:
    """The regions of the province whose ledger was kept back of which nothing else is known in that year."""
    return {
        r["region_id"]
        for r in built.rows("from coverage_report where report_year = 2020 and province_code = '990000'")
        if r["region_id"] != "hedu"
    }


def test_a_correction_shows_itself(built: Warehouse) -> None:
    growth = fact(built, "990200", 2022, "gdp", "growth")
    assert (growth["value"], growth["is_corrected"]) == (8.6, True)
    told = built.one("from fct_observation where observation_id = ?", growth["observation_id"])
    assert (told["printed_value"], told["value"]) == (86, 8.6)
    cell = built.one("from panel_cell_source where region_id = '990200' and column_name = 'gdp_growth_pct'")
    assert cell["is_corrected"] and cell["cell_value"] == "8.6"
    assert (cell["printed_value"], cell["correction_reason"]) == (86, "the decimal point is lost")


def test_term_frequencies_have_three_denominators(built: Warehouse) -> None:
    row = built.one("from fct_term_attention where term = '创新'")
    assert [row[c] for c in ("per_10k_chars", "per_10k_tokens", "per_10k_words")] == [20, 30, 37.5]


def test_tokens_of_a_term_that_jieba_splits_are_no_zero(built: Warehouse) -> None:
    row = built.one("from fct_term_attention where term = '数字经济'")
    assert row["substring_count"] == 3 and row["per_10k_chars"] > 0 and not row["is_token"]
    assert [row[c] for c in ("token_count", "per_10k_tokens", "per_10k_words")] == [None] * 3


def test_comments_reach_the_database(built: Warehouse) -> None:
    missing = built.rows(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'main' and not internal and comment is null"
    )
    assert missing == []
    assert built.rows("from duckdb_tables() where schema_name = 'main' and not internal and comment is null") == []


def test_published_tables_hold_no_secret_of_an_address_and_no_folder(built: Warehouse) -> None:
    """Every column of text of every published table; what is masked there stands in full in the lake."""
    columns = built.rows(
        "select table_name, column_name from duckdb_columns() where database_name = 'marts' and data_type = 'VARCHAR'"
    )
    assert len({column["table_name"] for column in columns}) > 15
    held = " union all ".join(
        f"select '{c['table_name']}.{c['column_name']}' as place, \"{c['column_name']}\" as told "
        f'from marts.main."{c["table_name"]}"'
        for c in columns
    )
    assert built.rows(f"from ({held}) where contains(told, 'geheim') or contains(told, '/home')") == []
    report = built.one("from dim_report where report_id = '990200_2022_gov'")
    assert (report["location"], report["source_tier"]) == ("gov.html", "government")
    assert report["url"] == "https://www.wangting.gov.cn/a.html?id=1&token=…"
    cell = built.rows("select distinct location, url from panel_cell_source where report_id = '990200_2022_gov'")
    assert cell == [{"location": report["location"], "url": report["url"]}]
    refused = built.one("from dim_report where report_id = '990100_2021'")["refusal_detail"]
    assert refused == "figures are X; open masked.html"
    verdict = built.one("from gate_results where expectation = 'told'")
    assert verdict["examples"] == (
        '[{"location": "file:a.html", "error": "https://…@gone.example/?key=…: 404"}]'
    ) and verdict["observed"] == "reports"  # fmt: skip
    # the address that is asked again, and by which an identity is reviewed
    kept = built.one("select location, url from work.staging.stg_reports where report_id = '990200_2022_gov'")
    assert "/home/li wei" in kept["location"] and "geheim" in kept["url"]
