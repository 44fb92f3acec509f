"""The client over the release of the sample's reports: from a folder, from a web server and from a store."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import bibtexparser
import jsonschema
import pandas as pd
import published_home
import pytest
from command_line import baogao as command

import baogao
from baogao.citing import FORMS
from baogao.questions import NO_TEXTS, REASONS, TEXTS
from sources.home import REPOSITORY

CELL = "990100/2022/gdp_tgt_g_pct"
DAY = date(2026, 11, 28)
DATE = {
    "type": "object", "required": ["date-parts"], "additionalProperties": False,
    "properties": {"date-parts": {"type": "array", "minItems": 1, "maxItems": 2, "items": {
        "type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}}}},
}  # fmt: skip
#: what csl-data.json (schema 1.0.2) says of the variables that a cell has, and that there are no others
CSL = {
    "type": "array",
    "items": {
        "type": "object", "required": ["type", "id"], "additionalProperties": False,
        "properties": {
            "type": {"enum": ["article", "book", "dataset", "report", "webpage"]}, "accessed": DATE, "issued": DATE,
            "author": {"type": "array", "items": {
                "type": "object", "additionalProperties": False,
                "properties": {name: {"type": "string"} for name in ("family", "given", "literal")}}},
            **{name: {"type": "string"} for name in ("id", "title", "version", "URL", "note", "archive_location")},
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def home(once: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_home.world(once, tmp_path_factory.mktemp("client") / "world").home


@pytest.fixture(scope="module")
def release(home: Path) -> Iterator[baogao.Release]:
    with baogao.open(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def elsewhere(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy for the command, which opens the file with settings of its own: one process can't do both to one file."""
    return shutil.copytree(home, tmp_path_factory.mktemp("elsewhere") / "home", symlinks=True)


@pytest.fixture
def served(home: Path, tmp_path: Path) -> Iterator[tuple[str, Path, list[str]]]:
    """A copy of the home on a server of loopback: its address, its folder, the paths that were asked for."""
    folder, asked = shutil.copytree(home, tmp_path / "served", symlinks=True), []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, form: str, *values: object) -> None:
            asked.append(self.path)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", folder, asked
        server.shutdown()


def test_a_goal_with_its_citation_takes_two_lines(release: baogao.Release) -> None:
    cell = release.cell("霁川市/2022/gdp_tgt_g_pct")
    assert cell.key == f"{release.release}/{CELL}"
    assert (cell.value, cell.region_en, cell.is_target, cell.reason) == ("7.25", "Jichuan City", True, "")
    assert cell.sentence_en.startswith("The 2022 work report of Jichuan City sets, as the goal for 2022, gross")
    for form in FORMS:
        told = release.cite(cell.key, form, DAY)
        told = re.sub(r"\\([_%])", r"\1", told) if form == "biblatex" else told
        for part in (release.release, cell.key, "7.25", cell.sentence):
            assert part in told, (form, part)
        assert "Apache-2.0" in told and "None" not in told


def test_every_door_of_a_region_leads_to_the_same_cell(release: baogao.Release) -> None:
    for name in ("990100", "霁川市", "霁川", "Jichuan City", "jichuan"):
        assert release.cell(f"{name}/2022/gdp_tgt_g_pct") == release.cell(CELL)


def test_an_empty_cell_says_why_and_is_cited_so(release: baogao.Release) -> None:
    panel = release.panel()
    assert set(panel["level"]) >= {"province", "city"} and set(release.panel("city")["level"]) == {"city"}
    row = panel[(panel["region_id"] == "990100") & (panel["year"] == 2022)].iloc[0]
    silent = next(column for column in panel if column.endswith("_tgt_g_pct") and pd.isna(row[column]))
    for key, letter in (("990100/2030/gdp_tgt_g_pct", "a"), (f"990100/2022/{silent}", "c")):
        cell = release.cell(key)
        assert (cell.reason, cell.value, cell.sentence) == (letter, "", "")
        assert REASONS[letter].en in release.cite(key) and REASONS[letter].zh in release.cite(key, "gbt7714")


def test_reasons_are_those_of_the_exported_file(home: Path, release: baogao.Release) -> None:
    letters = pd.read_csv(home / "published/exports/city_year_panel_reasons.csv", dtype=str)
    empty = letters.melt(["region_id", "year"], var_name="column", value_name="letter").dropna()
    filled = set(release.ask("select distinct column_name from panel_cell_source")["column_name"])
    empty = empty[empty["column"].isin(filled)].groupby("letter").head(4)
    assert len(empty) >= 5
    for row in empty.itertuples():
        assert release.cell(f"{row.region_id}/{row.year}/{row.column}").reason == row.letter, row


def test_biblatex_is_read_by_a_parser_as_it_was_meant(release: baogao.Release) -> None:
    told = release.cite(CELL, "biblatex", DAY)
    library = bibtexparser.parse_string(told)
    assert not library.failed_blocks
    (entry,) = library.entries
    assert (entry.entry_type, entry.key) == ("dataset", f"baogao:{release.release}:990100:2022:gdp_tgt_g_pct")
    assert entry["version"] == release.release and entry["urldate"] == "2026-11-28"
    assert entry["author"] == "{The baogao contributors}" and "Jichuan City" in entry["title"]
    assert told.count("{") - told.count("\\{") == told.count("}") - told.count("\\}")


def test_csl_json_keeps_to_its_schema(release: baogao.Release) -> None:
    (item,) = told = json.loads(release.cite(CELL, "csl", DAY))
    jsonschema.validate(told, CSL)
    assert item["accessed"] == {"date-parts": [[2026, 11, 28]]} and item["archive_location"].endswith(CELL)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("990100/2022", "2 parts"), ("990100/x/gdp_tgt_g_pct", "year is 'x'"), ("990100/2022/GDP", "column is 'GDP'"),
        ("阴阳市/2022/gdp_tgt_g_pct", "no region of this release is called so"),
        ("990100/2022/no_such_column", "has no column no_such_column"),
        ("20200101T000000Z/990100/2022/gdp_tgt_g_pct", "is of release 20200101T000000Z"),
    ],
)  # fmt: skip
def test_what_is_no_cell_is_told(release: baogao.Release, cell: str, told: str) -> None:
    with pytest.raises(baogao.BaogaoError) as error:
        release.cell(cell)
    assert told in str(error.value)


def test_tables_are_those_of_the_command_line(elsewhere: Path, release: baogao.Release) -> None:
    series = release.series("霁川", "gdp")
    goal = series[(series["status_class"] == "target") & (series["year"] == 2022) & (series["tier"] == "base")]
    assert list(goal["value"]) == [7.25]
    done = command("panel", "霁川市", "--years", "2022", "--format", "json", "--home", elsewhere)
    assert json.loads(done.out)["rows"][0]["target"] == 7.25
    assert set(release.targets("霁川市", "gdp")["region_id"]) == {"990100"}
    book = release.codebook()
    assert {"sentence_en", "cell_value"} <= set(book[book["table_name"] == "panel_cell_source"]["column_name"])
    assert book["description"].notna().all()
    sources = release.sources(CELL)
    assert len(sources) == 1 and sources["sentence"].iloc[0] == release.cell(CELL).sentence
    said = release.says("地区生产总值")
    assert len(said) and said["sentence"].str.contains("地区生产总值").all()
    assert said.attrs["reason"] == (TEXTS if release.path.with_name("texts.duckdb").exists() else NO_TEXTS)
    assert release.says("此语无人说过").empty


def test_without_texts_the_sentences_of_numbers_are_searched(release: baogao.Release, tmp_path: Path) -> None:
    shutil.copy(release.path, tmp_path / "baogao.duckdb")
    with baogao.Release(release.release, tmp_path / "baogao.duckdb") as alone:
        said = alone.says("地区生产总值")
    assert said.attrs["reason"] == NO_TEXTS and 0 < len(said) <= len(release.says("地区生产总值"))


def test_english_sentences_hold_no_chinese(release: baogao.Release) -> None:
    wrong = release.ask(r"select sentence_en from fct_observation where regexp_matches(sentence_en, '[\p{Han}_]|None')")
    assert wrong.empty, wrong


def test_a_release_is_fetched_once_from_a_web_server(served: tuple[str, Path, list[str]], tmp_path: Path) -> None:
    address, folder, asked = served
    cache = tmp_path / "cache"
    for _ in range(2):
        with baogao.open(address, cache=cache) as opened:
            assert opened.cell(CELL).value == "7.25"
    assert sum(path.endswith(".duckdb") for path in asked) == 1
    named = baogao.open(f"{address}/", opened.release, cache=cache)
    assert named.release == opened.release and sum(path.endswith(".duckdb") for path in asked) == 1
    # torn in the cache: fetched again; torn at its place: refused, and nothing stays
    (kept,) = cache.iterdir()
    kept.write_bytes(kept.read_bytes()[:1000])
    baogao.open(address, cache=cache).close()
    assert sum(path.endswith(".duckdb") for path in asked) == 2
    database = (folder / "published").resolve() / "baogao.duckdb"
    database.parent.chmod(0o755)
    database.chmod(0o644)
    database.write_bytes(database.read_bytes()[:-1])
    kept.unlink()
    with pytest.raises(baogao.ReleaseNotFoundError, match="is not the file that its manifest names"):
        baogao.open(address, cache=cache)
    assert list(cache.iterdir()) == []


def test_where_nothing_lies_is_told(home: Path, tmp_path: Path, served: tuple[str, Path, list[str]]) -> None:
    for where, release in ((tmp_path, None), (home, "20200101T000000Z"), (f"{served[0]}/nowhere", None)):
        with pytest.raises(baogao.ReleaseNotFoundError, match="there is no release"):
            baogao.open(where, release)
    with pytest.raises(baogao.ReleaseNotFoundError, match="can't be reached"):
        baogao.open("http://127.0.0.1:9/")


@pytest.mark.processes
def test_its_wheel_holds_the_module_alone_and_needs_two_libraries(home: Path, tmp_path: Path) -> None:
    command_line = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command_line, cwd=REPOSITORY / "client", check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert {name.split("/")[0] for name in names if "dist-info" not in name} == {"baogao"}
    assert "baogao/py.typed" in names
    needs = [line.split(": ")[1] for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    assert [need for need in needs if "extra" not in need] == ["duckdb>=1.4", "pandas>=2.2"]
    # from the wheel, with nothing else of ours in sight
    lines = f"import baogao; print(baogao.open({str(home)!r}).cite({CELL!r}))\nprint(baogao.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(wheel)!r}); {lines}"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "7.25" in done.stdout and str(wheel) in done.stdout


def test_the_command_tells_a_cell_by_its_key(elsewhere: Path, release: baogao.Release) -> None:
    cell = release.cell(CELL)
    done = command("cell", cell.key, "--home", elsewhere)
    assert done.code == 0, done.err
    for part in (cell.key, "7.25", cell.sentence, cell.sentence_en, cell.address, "Licence: "):
        assert part in done.out
    cited = command("cell", CELL, "--cite", "csl", "--home", elsewhere)
    assert json.loads(cited.out)[0]["archive_location"] == cell.key
    assert json.loads(command("cell", CELL, "--json", "--home", elsewhere).out)["fact_id"] == cell.fact_id
    wrong = command("cell", f"20200101T000000Z/{CELL}", "--home", elsewhere)
    assert wrong.code == 1 and f"there are: {release.release}" in wrong.err
