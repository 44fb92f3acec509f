"""Every query of docs/using.md runs as it stands there, and answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dbt_harness import Warehouse

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "using.md"
QUERIES = re.findall(r"```sql\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.S)


@pytest.mark.parametrize("query", QUERIES, ids=[query.split("from ")[1].split()[0] for query in QUERIES])
def test_query_answers(built: Warehouse, query: str) -> None:
    assert query.lstrip().startswith("select") and ";" not in query, "one SELECT"
    assert built.rows(query.replace("440300", "990100"))


def test_there_is_a_query_for_every_question() -> None:
    tables = "fct_target_outcome panel_cell_source fct_city_year_indicator fct_indicator_vintage " \
             "fct_target_amplification coverage_report coverage_cell fct_term_attention"  # fmt: skip
    assert all(any(f"from {table}" in query for query in QUERIES) for table in tables.split())
