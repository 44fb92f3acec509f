"""Who says a phrase, over a release of handwritten sentences, and what a release without texts answers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dbt_harness import Warehouse
from published_world import FIRST, publish_copy

from dashboard import phrases
from dashboard.phrases import NO_SENTENCES, Said, Within
from dashboard.store import Store, served_store
from orchestration.home.releases import MANIFEST
from sources.home import Home


@pytest.fixture(scope="module")
def home(built: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    made = Home(tmp_path_factory.mktemp("said"))
    publish_copy(built.marts, made, FIRST)
    yield made


@pytest.fixture(scope="module")
def store(home: Home) -> Store:
    found = served_store(home)
    assert found and found.no_texts() is None
    return found


def says(store: Store, phrase: str, within: Within | None = None, n_contexts: int = 20) -> Said:
    with store.connection() as connection:
        return phrases.says(connection, phrase, within, n_contexts)


@pytest.mark.parametrize("phrase", ["数字经济", "數字經濟", "数 字 经济", "数字　經濟"])
def test_a_phrase_is_found_in_any_writing(store: Store, phrase: str) -> None:
    said = says(store, phrase)
    found = {(row["region_id"], row["report_year"]): row for row in said.saying.to_dict("records")}
    assert set(found) == {("990100", 2022), ("990100", 2024), ("hedu", 2022)}
    row = found["990100", 2024]
    assert (row["sentences_saying"], row["times"], row["n_sentences"], row["documents_saying"]) == (2, 2, 4, 1)
    assert row["per_1k_sentences"] == 500 and row["per_10k_chars"] == pytest.approx(2 / 0.9)
    assert (row["region_name"], row["province_name"]) == ("地区990100", "云梁省")
    assert [(r["region_id"], r["report_year"]) for r in said.first.to_dict("records")] == [
        ("990100", 2022), ("hedu", 2022),
    ]  # fmt: skip


def test_a_phrase_said_twice_in_a_sentence_is_counted_twice_and_the_sentence_once(store: Store) -> None:
    said = says(store, "营商环境")
    assert said.totals()["times"] == 2 and said.totals()["sentences_saying"] == 1
    assert list(said.contexts["sentence"]) == ["不断优化营商环境，营商环境持续改善。"]
    told = phrases.around(said.contexts, said.ways).to_dict("records")
    assert {"side": "before", "word": "优化", "n": 1} in told and {"side": "after", "word": "持续", "n": 1} in told


def test_letters_are_found_in_any_width_and_case(store: Store) -> None:
    assert says(store, "gdp").totals()["region_years_saying"] == 3
    assert says(store, "GDP转型").contexts["sentence"].iloc[0] == "加快ＧＤＰ转型，数 字经济占比提高。"


def test_nobody_is_certain_of_what_was_searched_and_says_what_was_not(store: Store) -> None:
    said = says(store, "量子计算")
    assert said.saying.empty and said.contexts.empty and said.first.empty
    totals = said.totals()
    assert (totals["region_years"], totals["n_documents"], totals["n_sentences"]) == (4, 4, 14)
    register = store.ask("select count(*) as n from coverage_report")["n"].iloc[0]
    assert sum(said.states.values()) == register == totals["region_years"] + len(said.missing)
    assert {NO_SENTENCES, "refused_unreadable"} & set(said.missing["state"])
    # its report was accepted, but it has no sentences here
    assert ("990000", 2022) in set(zip(said.missing["region_id"], said.missing["report_year"], strict=True))


def test_regions_and_years_narrow_counts_contexts_and_what_is_missing(store: Store) -> None:
    said = says(store, "数字经济", Within(("990100",), 2023, 2024))
    assert set(said.counts["report_year"]) == {2023, 2024} and set(said.counts["region_id"]) == {"990100"}
    assert said.totals()["region_years_saying"] == 1 and set(said.contexts["report_year"]) == {2024}
    assert set(said.missing["region_id"]) <= {"990100"}
    with store.connection() as connection:
        found = phrases.contexts(connection, "数字经济", Within(("hedu",)), most=1)
    assert list(found["region_id"]) == ["hedu"]


def test_a_copy_without_texts_says_why(store: Store, tmp_path: Path) -> None:
    bare = Store(FIRST, tmp_path / store.path.name)
    shutil.copyfile(store.path, bare.path)
    for told, why in (({"sha256": "x"}, "texts_elsewhere"), ({}, "texts_off"), (None, "texts_older")):
        (tmp_path / MANIFEST).parent.mkdir(exist_ok=True)
        (tmp_path / MANIFEST).write_text(json.dumps({} if told is None else {"texts": told}), encoding="utf-8")
        assert bare.no_texts() == why
    with bare.connection() as connection, pytest.raises(duckdb.CatalogException):
        phrases.says(connection, "数字经济")


def test_a_release_s_own_file_holds_no_text(store: Store) -> None:
    told = store.ask("select database_name, table_name from duckdb_tables() where table_name = 'fct_sentence'")
    assert list(told["database_name"]) == ["texts"]
