"""docs/upstream.md is the list of what this folder tests; run this with BAOGAO_UPDATE_SNAPSHOTS=1 after a change."""

from __future__ import annotations

import importlib
import os
import re
from importlib import metadata
from pathlib import Path

import pytest
from relied import LOOKED_AT, STATEMENTS, WITHOUT_PIN, as_tables

from sources.home import REPOSITORY

PAGE = REPOSITORY / "docs" / "upstream.md"
BEGIN, END = "<!-- what is relied on: written by tests/upstream -->", "<!-- end of what is relied on -->"
FILES = sorted(path.stem for path in Path(__file__).parent.glob("test_*.py") if path.stem != Path(__file__).stem)


@pytest.fixture(scope="module", autouse=True)
def _stated() -> None:
    for name in FILES:
        importlib.import_module(name)


@pytest.mark.parametrize("library", LOOKED_AT)
def test_the_installed_version_is_the_one_that_was_looked_at(library: str) -> None:
    installed = metadata.version(library)
    assert installed == LOOKED_AT[library], (
        f"{library} {installed} is installed: where all other tests of tests/upstream pass with it, write it into "
        f"LOOKED_AT of relied.py; where one fails, what `where` names has to follow first"
    )


def test_the_page_is_made_of_the_tests() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    made = f"{before}{BEGIN}\n{as_tables()}{END}{after}"
    if os.environ.get("BAOGAO_UPDATE_SNAPSHOTS"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made


def test_each_statement_names_a_library_and_a_file_of_ours() -> None:
    named = {statement.library for statement in STATEMENTS}
    assert named == {*LOOKED_AT, *WITHOUT_PIN}
    for statement in STATEMENTS:
        assert (REPOSITORY / statement.where).is_file(), f"{statement.where}: relied on by {statement.test}"


def test_each_test_makes_a_statement_and_each_private_import_has_one() -> None:
    tests = {
        f"{name}.py::{test}"
        for name in FILES
        for test in vars(importlib.import_module(name))
        if test.startswith("test_")
    }
    assert tests == {statement.test for statement in STATEMENTS}
    private = {statement.where for statement in STATEMENTS if statement.private}
    leaning = {
        str(path.relative_to(REPOSITORY))
        for folder in ("orchestration", "sources", "expectations", "transforms")
        for path in (REPOSITORY / folder).rglob("*.py")
        if re.search(
            r"^\s*(from|import) (dagster|dagster_dbt|great_expectations|scrapy)\._", path.read_text("utf-8"), re.M
        )
    }
    assert leaning <= private
