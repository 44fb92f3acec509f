"""`baogao run` from a catalogue to what is served, offline.

One home goes through one story: a first run over good and bad documents (`published_home`), a second over the same, a
third after one page changed and one report came along, then errors that must leave the served release as it was.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import chdir, closing, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

import dagster as dg
import duckdb
import published_home
import pytest
from command_line import Done, baogao, baogao_process
from filelock import FileLock
from published_home import REPORTS, World, write_catalogue

from benchmarks import floors
from orchestration.cockpit.instance import open_instance
from orchestration.home.installation import open_installation
from sources.home import REPOSITORY

#: what comes along in the third run, of the partition whose page changes
ONE_MORE = "990200_2023"


@pytest.fixture(scope="module")
def world(once: Callable[..., Path]) -> Iterator[World]:
    with published_home.in_place(once) as made:
        yield made


def query(home: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "published" / "baogao.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def lake_files(home: Path) -> dict[str, int]:
    """Return the lake's partition files with their time of change."""
    files = [p for p in (home / "lake").glob("*/*/*.parquet") if not p.parent.name.startswith("_")]
    return {str(p.relative_to(home / "lake")): p.stat().st_mtime_ns for p in files}


def test_the_first_run_publishes_the_good_and_names_the_bad(world: World) -> None:
    assert world.first.code == 0, world.first.err
    assert query(world.home, "select count(*) from dim_report where accepted") == [(3,)]
    assert query(world.home, "select count(*) > 50 from fct_observation") == [(True,)]
    sources = "select count(*) from panel_cell_source where sentence is null or location is null"
    assert query(world.home, sources) == [(0,)]
    told = world.first.out + world.first.err
    # what can't be fetched is told with its row of the catalogue (header = row 1), what can't be read with its reason
    assert "catalogue row 5: " in told and "no such file" in told
    assert "row 11: location is empty" in told and "row 12: location '990000_2022.txt' stands in row 4" in told
    assert "1 unsupported_format" in told and "2 unreadable" in told
    assert (world.home / "published" / "exports" / "city_year_panel.dta").is_file()
    assert str(world.first_home / "published" / "baogao.duckdb") in world.first.out


def test_a_first_run_draws_its_charts_and_has_nothing_to_warn_of(world: World) -> None:
    """What can't be drawn or counted is a warning in Dagster alone, and the run goes on."""
    with open_instance(open_installation(world.home).home, print) as instance:
        told = [event for run in instance.get_runs() for event in instance.all_logs(run.run_id)]
        assert [event.user_message for event in told if event.level >= logging.WARNING] == []
        released = instance.get_latest_materialization_event(dg.AssetKey("release"))
    assert released and released.asset_materialization
    charts = {"coverage", "growth targets", "growth", "targets and outcomes"}
    assert charts <= released.asset_materialization.metadata.keys()


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_readmes_query_cites_a_cell(world: World, readme: str) -> None:
    text = (REPOSITORY / readme).read_text(encoding="utf-8")
    (row,) = query(world.home, text.split("```sql")[1].split("```")[0])
    assert any("990100_2023" in str(value) for value in row)


PAGE = (REPOSITORY / "docs" / "bi.md").read_text(encoding="utf-8")
LIBRARIES = ("duckdb", "sqlite3", "pandas", "pyarrow")


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", PAGE, flags=re.S))
def test_the_page_on_other_tools_works_as_written(world: World, tmp_path: Path, block: str) -> None:
    (tmp_path / "data").symlink_to(world.home)
    with chdir(tmp_path), redirect_stdout(io.StringIO()) as printed:
        exec(compile(block, "docs/bi.md", "exec"), {"__name__": "__main__"})
    told = printed.getvalue()
    assert told.strip() and "Empty DataFrame" not in told and "False" not in told, told
    if "sqlite3" in block:
        with closing(sqlite3.connect(tmp_path / "baogao.sqlite")) as copy:
            counted = "select count(*), count(distinct region_id) from fct_observation"
            assert copy.execute(counted).fetchall() == query(world.home, counted)


def test_the_page_on_other_tools_shows_each_library() -> None:
    assert all(re.search(rf"```python\n(?:(?!```).)*import {name}", PAGE, flags=re.S) for name in LIBRARIES)


def test_the_page_on_other_tools_works_in_r(world: World, tmp_path: Path) -> None:
    probe = [shutil.which("Rscript") or "", "-e", "library(haven)"]
    if not probe[0] or subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("R with the package haven is not installed")
    (block,) = re.findall(r"```r\n(.*?)```", PAGE, flags=re.S)
    (tmp_path / "data").symlink_to(world.home)
    done = subprocess.run([probe[0], "-e", block], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert "地区生产总值增长率" in told and "not_told" in told, told


def test_the_superset_dashboard_is_written_or_it_is_said_why_not(world: World, tmp_path: Path) -> None:
    archive = tmp_path / "baogao.zip"
    done = baogao("superset", archive, "--home", world.home)
    assert done.code == 0, done.err
    assert str(world.home / "published" / "baogao.duckdb") in done.out and zipfile.is_zipfile(archive)
    for arguments, told in (
        ([archive, "--home", tmp_path / "none"], "nothing has been published yet"),
        ([tmp_path / "baogao.txt", "--home", world.home], "Superset imports .zip files"),
        ([tmp_path / "none" / "baogao.zip", "--home", world.home], "no such folder"),
        ([tmp_path / "other.zip", "--seen-as", "data/x.duckdb", "--home", world.home], "no absolute path"),
    ):
        refused = baogao("superset", *arguments)
        assert refused.code == 1 and told in refused.err and "Traceback" not in refused.err
    assert [path.name for path in tmp_path.iterdir()] == ["baogao.zip"]


def test_refused_documents_say_what_to_do(world: World) -> None:
    details = dict(query(world.home, "select location, refusal_detail from dim_report where not accepted"))
    assert set(details) == {"broken.docx", "packed.rar", "scan.pdf"}
    assert "OCR" in str(details["scan.pdf"])
    assert all(details.values())


def test_status_shows_what_failed_and_what_is_served(world: World) -> None:
    told = baogao("status", "--home", world.home)
    assert told.code == 0, told.err
    assert "3 documents could not be fetched" in told.out
    assert "stale      reports: 0" in told.out
    assert f"served     {(world.home / 'published').resolve().name}" in told.out


def test_a_second_run_does_nothing(world: World) -> None:
    before = lake_files(world.home)
    served = (world.home / "published").resolve()
    again = baogao("run", "--home", world.home)
    assert again.code == 0, again.err
    assert "nothing to do" in again.out
    assert lake_files(world.home) == before
    assert (world.home / "published").resolve() == served


def test_a_run_broken_off_before_publication_is_taken_up(world: World) -> None:
    """The warehouse is built, the release is not there: the next run builds nothing and publishes."""
    former = (world.home / "published").resolve()
    (world.home / "published").unlink()
    shutil.rmtree(former)
    again = baogao("run", "--home", world.home)
    assert again.code == 0, again.err
    assert query(world.home, "select count(*) from dim_report where accepted") == [(3,)]


@dataclass(frozen=True)
class Third:
    """The third run, after a page changed and the catalogue got one report more: what it told, lake and release before
    it, and the time of the processor that it took over that of `jieba.lcut` (`benchmarks/floors.py`)."""

    told: Done
    before: dict[str, int]
    former: Path
    to_jieba: float


@pytest.fixture(scope="module")
def third(world: World) -> Third:
    before, former = lake_files(world.home), (world.home / "published").resolve()
    path = world.base / "990100_2023.txt"
    original = path.read_text(encoding="utf-8")
    first = query(world.home, "select surface from fct_observation where report_id like '%990100_2023%' "
                              "and indicator = 'gdp' and measure = 'level' and scope = 'self' limit 1")  # fmt: skip
    (surface,) = first[0]
    changed = str(surface).replace(next(c for c in str(surface) if c in "123456789"), "9", 1)
    changed = changed if changed != surface else f"1{surface}"
    path.write_text(original.replace(str(surface), changed, 1), encoding="utf-8")
    shutil.copyfile(REPORTS / f"{ONE_MORE}.txt", world.base / f"{ONE_MORE}.txt")
    with world.catalogue.open("a", encoding="utf-8") as stream:
        stream.write(f"{ONE_MORE}.txt,{ONE_MORE[:6]},,,{ONE_MORE[7:]}\n")
    told: list[Done] = []
    # a process of its own, so that what it takes does not hang on what this one has loaded
    ratio = floors.one_more_to_jieba(lambda: told.append(baogao_process("run", "--home", world.home)))
    return Third(told[0], before, former, ratio)


def test_a_changed_page_is_read_anew_and_nothing_else(world: World, third: Third) -> None:
    assert third.told.code == 0, third.told.err
    touched = {name for name, time in lake_files(world.home).items() if third.before.get(name) != time}
    assert touched and all("/2023/990000" in name for name in touched), touched
    manifest = json.loads((world.home / "published" / "exports" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["former_release"] == third.former.name
    causes = set(manifest["changes"])
    assert "added: new source" in causes and causes - {"added: new source"}
    assert all("changed page" in cause for cause in causes - {"added: new source"})
    assert (third.former / "baogao.duckdb").is_file()
    assert baogao("release", "list", "--home", world.home).out.count("\n") == 2


def test_one_report_more_has_not_become_dearer(third: Third) -> None:
    if os.environ.get("BAOGAO_UPDATE_SNAPSHOTS"):
        floors.keep(replace(floors.kept(), one_more_to_jieba=round(third.to_jieba, 1)))
    kept = floors.kept()
    assert third.to_jieba <= kept.one_more_to_jieba / floors.FALL, (
        f"{third.to_jieba:.1f} times the time of jieba.lcut, {kept.one_more_to_jieba} when last measured; if it should "
        "be so: run this with BAOGAO_UPDATE_SNAPSHOTS=1"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("where,when\nx,2020\n", "column(s) location, region_code, region, level, report_year missing"),
        ("", "is empty"),
        (None, "no such file"),
    ],
)
def test_a_catalogue_that_is_none_touches_nothing(world: World, tmp_path: Path, content: str | None, told: str) -> None:
    before, served = lake_files(world.home), (world.home / "published").resolve()
    path = tmp_path / "catalogue.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    done = baogao("run", "--catalogue", path, "--home", world.home)
    assert done.code == 1
    assert told in done.err and str(path) in done.err and "Traceback" not in done.err
    assert lake_files(world.home) == before
    assert (world.home / "published").resolve() == served
    assert (world.home / "catalogue.csv").resolve() == world.catalogue.resolve()


def test_a_second_process_on_the_same_home_is_turned_away(world: World) -> None:
    before = lake_files(world.home)
    with FileLock(world.home / ".lock"):
        done = baogao_process("run", "--home", world.home)
    assert done.code == 1
    assert "another baogao process" in done.err and str(world.home) in done.err and "Traceback" not in done.err
    assert lake_files(world.home) == before


def test_exports_are_copied(world: World, tmp_path: Path) -> None:
    done = baogao("export", tmp_path / "out", "--format", "csv", "--home", world.home)
    assert done.code == 0, done.err
    names = {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {"city_year_panel.csv", "codebook.md", "manifest.json"} <= names
    assert not any(name.endswith(".parquet") for name in names)


def test_a_home_in_which_nothing_can_be_read_publishes_nothing(tmp_path: Path) -> None:
    catalogue = write_catalogue(tmp_path / "catalogue.csv", [("missing.txt", "990100", "2022")])
    done = baogao("run", "--catalogue", catalogue, "--home", tmp_path / "home")
    assert done.code == 1
    assert "no such file" in done.out and "nothing is published" in done.err
    assert "hold no figure" in done.err and "is empty" not in done.err, "why, and not what would come of it"
    told = baogao("status", "--home", tmp_path / "home")
    assert "hold no figure" in told.out
    assert not (tmp_path / "home" / "published").exists()
