"""Every join that a comment, a page or a query of ours names leaves as many rows as there were."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from dbt_harness import Warehouse

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md"))]
FACTS = [
    "fct_observation", "fct_city_year_indicator", "fct_target_outcome", "fct_target_amplification",
    "fct_term_attention", "fct_indicator_vintage", "coverage_report", "coverage_cell",
]  # fmt: skip
PLACE = ("region_code", "region_name", "level", "province_code", "province_name", "region_span_id")
JOIN = re.compile(
    r"\bfrom (?P<left>(?:fct|dim|coverage|city|panel)_\w+)(?: as (?P<name>\w+))?\s+(?P<joins>(?:left |inner )?join .*?)"
    r"(?=\bwhere\b|\border by\b|\bgroup by\b|$)", re.S | re.I,
)  # fmt: skip


def joins() -> list[tuple[str, str]]:
    """Return (table, what is joined to it) for each SELECT that a page shows."""
    found = []
    for page in PAGES:
        for block in re.findall(r"```(?:sql|python)\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.S):
            found += [(f"{m['left']} as {m['name'] or m['left']}", m["joins"]) for m in JOIN.finditer(block)]
    return found


def count(built: Warehouse, rest: str) -> int:
    return int(built.one(f"select count(*) as n from {rest}")["n"])


@pytest.mark.parametrize(("left", "joined"), joins())
def test_a_join_that_a_page_shows_multiplies_nothing(built: Warehouse, left: str, joined: str) -> None:
    if "join fct_observation as v" in joined:
        pytest.skip("all tellings of a fact: that query is asked for its many rows")
    outer = re.sub(r"(?<!left )(?:inner )?\bjoin\b", "left join", joined, flags=re.I)
    assert count(built, f"{left} {outer}") == count(built, left) > 0


def test_pages_show_joins() -> None:
    assert len(joins()) >= 4
    assert any("dim_region" in joined for _, joined in joins())


def test_comments_name_a_table_by_its_key(built: Warehouse) -> None:
    told = built.rows(
        "select table_name, column_name, regexp_extract(comment, '\\((dim_\\w+|fct_\\w+)\\)', 1) as other from "
        "duckdb_columns() where database_name = 'marts' and other <> ''"
    )
    assert len(told) > 10
    for one in told:
        key = str(built.rows(f"describe {one['other']}")[0]["column_name"])
        if key != one["column_name"]:
            continue
        table = one["table_name"]
        assert count(built, f"{table} left join {one['other']} using ({key})") == count(built, table), table


@pytest.mark.parametrize("table", FACTS)
def test_facts_know_where_they_are(built: Warehouse, table: str) -> None:
    counts = ", ".join(f"count({column}) as {column}" for column in PLACE)
    # the nation lies in no province
    (row,) = built.rows(
        f"select count(*) as n, {counts} from {table} where region_id is not null and level <> 'national'"
    )
    assert {row[column] for column in PLACE} == {row["n"]} and row["n"] > 0
    joined = f"{table} as f left join dim_region as r using (region_span_id)"
    assert count(built, joined) == count(built, table)
    assert not built.rows(f"select * from {joined} where f.region_name <> r.region_name or f.level <> r.level")


def test_dim_region_tells_the_join_that_is_right(built: Warehouse) -> None:
    comment = built.one("select comment from duckdb_tables() where table_name = 'dim_region'")["comment"]
    assert "by `region_span_id`" in comment and "multiplied" in comment
    wrong = count(built, "fct_city_year_indicator join dim_region using (region_id)")
    assert wrong > count(built, "fct_city_year_indicator"), "the join that it warns of does multiply"


def test_every_mart_with_facts_is_in_here() -> None:
    marts = {path.stem for path in (ROOT / "transforms/dbt_project/models/marts").glob("*.sql")}
    assert {name for name in marts if name.startswith(("fct_", "coverage_"))} == set(FACTS)
    for name in FACTS:
        told = yaml.safe_load((ROOT / f"transforms/dbt_project/models/marts/_{name}.yml").read_text("utf-8"))
        assert set(PLACE) <= {column["name"] for column in told["models"][0]["columns"]}, name
