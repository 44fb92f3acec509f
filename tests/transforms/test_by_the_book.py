"""The dbt project as somebody meets it who knows dbt and not us."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from dbt_harness import PROJECT, run_dbt

from sources.home import REPOSITORY

README = (PROJECT / "README.md").read_text(encoding="utf-8")


def test_every_variable_stands_in_the_readme_with_its_default() -> None:
    used: dict[str, set[str]] = {}
    for pattern in ("*.yml", "macros/*.sql", "models/**/*.sql", "models/**/*.yml"):
        for path in PROJECT.glob(pattern):
            for name, default in re.findall(
                r"env_var\('(BAOGAO_\w+)'(?:, '([^']*)')?", path.read_text(encoding="utf-8")
            ):
                used.setdefault(name, set()).add(default)
    assert set(used) == set(re.findall(r"`(BAOGAO_\w+)`", README))
    assert used["BAOGAO_LAKE"] == {"../../data/lake"} and len(used["BAOGAO_WAREHOUSE"]) == 1


def test_the_docs_have_a_first_page() -> None:
    assert "{% docs __overview__ %}" in (PROJECT / "models" / "overview.md").read_text(encoding="utf-8")


MARTS = {path.stem for path in (PROJECT / "models" / "marts").glob("*.sql")}
TEXTS = {path.stem for path in (PROJECT / "models" / "texts").glob("*.sql")}
READ_BY = {
    "dashboard": ["dashboard/**/*.py"],
    "phrases": ["dashboard/phrases.py"],
    "superset": ["orchestration/release/superset/**/*.yaml", "orchestration/release/superset/**/*.sql"],
}


def test_exposures_name_the_marts_that_queries_read() -> None:
    told = yaml.safe_load((PROJECT / "models" / "marts" / "_exposures.yml").read_text(encoding="utf-8"))["exposures"]
    named = {one["name"]: {re.findall(r"'(\w+)'", ref)[0] for ref in one["depends_on"]} for one in told}
    for name, patterns in READ_BY.items():
        words = {
            word
            for pattern in patterns
            for path in REPOSITORY.glob(pattern)
            for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
        }
        assert named[name] == words & (MARTS | TEXTS if name == "phrases" else MARTS), name
    assert named["exports"] == MARTS, "each mart is written out"


@pytest.mark.slow
def test_without_a_lake_one_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"no raw tables in .*make run.*BAOGAO_LAKE"):
        run_dbt("build", lake=tmp_path / "nowhere", root=tmp_path, target=tmp_path / "target")
    assert not (tmp_path / "marts.duckdb").exists() or (tmp_path / "marts.duckdb").stat().st_size < 20_000
