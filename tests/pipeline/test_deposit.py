"""`baogao release deposit` over the release of the sample's reports: what archives and their validators say to it."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import published_home
import pytest
import yaml
from command_line import baogao

from orchestration.cockpit.dbt_project import read_manifest
from orchestration.home.releases import Release, current, file_hash
from orchestration.release.about import about
from orchestration.release.deposit.archives import datacite, zenodo
from orchestration.release.deposit.croissant import croissant
from orchestration.release.deposit.datapackage import datapackage, table_schema
from orchestration.release.deposit.writing import write_deposit
from orchestration.release.schema import Column, PublishedTable, as_released, of_manifest, undescribed
from sources.home import Home
from sources.settings import DepositSettings

HERE = Path(__file__).parent
SETTINGS = """
[deposit]
authors = ["Zhang, Wei; 0000-0002-1825-0097; Lan Yue University", "Institute of Reports"]
contact = "data@example.org"
licence = "CC-BY-4.0"
doi = "10.5281/zenodo.1234567"
publisher = "Zenodo"
"""


@pytest.fixture(scope="module")
def home(once: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = published_home.world(once, tmp_path_factory.mktemp("deposit") / "world").home
    (home / "baogao.toml").write_text(SETTINGS, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def deposit(home: Path) -> Path:
    folder = home.parent / "given"
    done = baogao("release", "deposit", folder, "--home", home)
    assert (done.code, done.err) == (0, ""), done.err
    return folder


def read(deposit: Path, name: str) -> Any:
    return json.loads((deposit / name).read_text(encoding="utf-8"))


def test_all_is_there_and_as_its_hash_says(deposit: Path) -> None:
    lines = (deposit / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = {name: sha256 for sha256, name in (line.split("  ") for line in lines)}
    there = {path.name for path in deposit.iterdir()}
    assert there == {*told, "SHA256SUMS"}
    assert all(file_hash(deposit / name) == sha256 for name, sha256 in told.items())
    forms = {f"{table}.{form}" for table in of_manifest(read_manifest()) for form in ("csv", "parquet")}
    documents = {"README.md", "codebook.md", "codebook.csv", "error_card.md", "LICENSE.txt", "CITATION.cff"}
    machines = {"datapackage.json", "croissant.json", "datacite.json", ".zenodo.json", "baogao.duckdb"}
    panel = {"city_year_panel.dta", "city_year_panel.xlsx", "city_year_panel_reasons.csv"}
    assert there == {*forms, *documents, *machines, *panel, "SHA256SUMS"}


def test_what_describes_it_says_whose_it_is(deposit: Path, home: Path) -> None:
    release = current(Home(home))
    assert release
    cff = yaml.load((deposit / "CITATION.cff").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    jsonschema.validate(cff, read(HERE, "cff-1.2.0.schema.json"))
    assert cff["version"] == release.id and cff["doi"] == "10.5281/zenodo.1234567" and cff["license"] == "CC-BY-4.0"
    assert cff["authors"][0] == {
        "family-names": "Zhang", "given-names": "Wei", "orcid": "https://orcid.org/0000-0002-1825-0097",
        "affiliation": "Lan Yue University",
    }  # fmt: skip
    assert cff["authors"][1] == {"name": "Institute of Reports"}
    zenodo = read(deposit, ".zenodo.json")
    assert [one["name"] for one in zenodo["creators"]] == ["Zhang, Wei", "Institute of Reports"]
    assert (zenodo["license"], zenodo["upload_type"]) == ("cc-by-4.0", "dataset")
    codebook = (deposit / "codebook.csv").read_bytes()
    assert codebook.startswith("\ufeff".encode()), "spreadsheets read Chinese by it"
    assert "CC-BY-4.0" in (deposit / "LICENSE.txt").read_text(encoding="utf-8")
    card = (deposit / "error_card.md").read_text(encoding="utf-8")
    assert "| 全部 all |  | 准确率 precision | " in card


def test_the_readme_says_of_every_file_what_it_is_in_both_languages(deposit: Path) -> None:
    text = (deposit / "README.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    told = {name: (english, chinese) for name, english, chinese in rows[2:]}
    described = {"README.md", "datapackage.json", "croissant.json", "datacite.json", ".zenodo.json", "SHA256SUMS"}
    assert told.keys() == {path.name for path in deposit.iterdir()} - described
    assert all(re.search("[a-z]", english) and re.search("[一-龥]", chinese) for english, chinese in told.values())
    assert all(name in text for name in described - {"README.md"})
    assert "Contact 联系: data@example.org" in text and "10.5281/zenodo.1234567" in text


def test_datacite_takes_its_metadata(deposit: Path) -> None:
    from datacite import schema45

    schema45.validator.validate(read(deposit, "datacite.json"))


def test_the_data_package_is_one_and_says_all_that_the_catalogue_of_tables_says(deposit: Path) -> None:
    from frictionless import Package

    package = read(deposit, "datapackage.json")
    assert Package.validate_descriptor(package, basepath=str(deposit)).valid
    tables = {resource["name"]: resource["schema"] for resource in package["resources"] if "schema" in resource}
    schema = of_manifest(read_manifest())
    assert tables.keys() == {*schema, "city_year_panel_reasons"}
    for name, table in schema.items():
        told = tables[name]
        assert [field["name"] for field in told["fields"]] == [column.name for column in table.columns]
        assert all(field["description"] and field["title"] for field in told["fields"]), name
        assert told["primaryKey"] == [table.key]
        with (deposit / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
            assert next(csv.reader(stream)) == [column.name for column in table.columns]
    panel = {field["name"]: field for field in tables["city_year_panel"]["fields"]}
    assert panel["gdp_tgt_g_pct"]["unit"] == "%" and panel["gdp_cny"]["unit"] == "元"
    verdict = next(field for field in tables["fct_target_outcome"]["fields"] if field["name"] == "verdict")
    assert verdict["constraints"]["required"] and "met" in verdict["constraints"]["enum"]
    leads = {(key["fields"][0], key["reference"]["resource"]) for key in tables["panel_cell_source"]["foreignKeys"]}
    assert ("observation_id", "fct_observation") in leads


def test_a_column_without_its_description_is_named() -> None:
    schema = of_manifest(read_manifest())
    assert list(undescribed(schema)) == []
    panel = schema["city_year_panel"]
    more = replace(panel, columns=(*panel.columns, Column("new", "double", "", "新")))
    assert list(undescribed({"city_year_panel": more})) == ["city_year_panel.new"]


def test_a_test_of_some_rows_alone_is_no_constraint() -> None:
    model = {
        "resource_type": "model", "name": "t", "unique_id": "model.t", "fqn": ["marts"], "description": "t",
        "columns": {"a": {"data_type": "varchar", "description": "a"}},
    }  # fmt: skip
    held = {
        "resource_type": "test", "attached_node": "model.t", "column_name": "a", "config": {"where": "a <> ''"},
        "test_metadata": {"name": "not_null", "kwargs": {}},
    }  # fmt: skip
    given = {"nodes": {"model.t": model, "test.t": held}}
    assert not of_manifest(given)["t"].columns[0].required
    held["config"] = {"where": None}
    assert of_manifest(given)["t"].columns[0].required


def test_what_is_there_stays(deposit: Path, home: Path) -> None:
    before = sorted(path.name for path in deposit.iterdir())
    again = baogao("release", "deposit", deposit, "--home", home)
    assert again.code == 1 and "is there already" in again.err
    assert sorted(path.name for path in deposit.iterdir()) == before
    assert [path for path in deposit.parent.iterdir() if path.name.startswith(".given")] == []


def test_settings_that_nobody_filled_in_are_named_and_nothing_made_up() -> None:
    from datacite import schema45

    bare = about("20260101T000000Z", {}, DepositSettings())
    assert bare.missing == ("authors", "contact", "licence", "doi", "publisher")
    assert "licenses" not in datapackage(bare, [], {}) and "license" not in croissant(bare, [])
    schema45.validator.validate(datacite(bare))
    assert not {"doi", "rightsList"} & datacite(bare).keys() and "license" not in zenodo(bare)


def test_whole_texts_are_no_part_of_it_down_to_the_bytes(tmp_path: Path) -> None:
    text = "霁川市的全部报告，一句接一句，" * 400
    path = tmp_path / "releases" / "20260101T000000Z" / "baogao.duckdb"
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("set force_compression = 'uncompressed'")
        connection.execute("create table dim_region (region_id varchar); insert into dim_region values ('990100')")
        connection.execute("comment on column dim_region.region_id is 'Stable id'")
        connection.execute("create table fct_sentence (sentence varchar)")
        connection.execute("insert into fct_sentence values (?)", [text])
    piece = text[:40].encode()
    assert piece in path.read_bytes()
    manifest = {"files": {"baogao.duckdb": {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}}}
    release = Release("20260101T000000Z", path.parent, True, manifest)
    _, names = write_deposit(release, tmp_path / "given", {}, DepositSettings(), _words())
    assert "dim_region.csv" in names and not any("sentence" in name for name in names)
    assert not any(piece in (tmp_path / "given" / name).read_bytes() for name in names)
    with duckdb.connect(str(tmp_path / "given" / "baogao.duckdb"), read_only=True) as given:
        assert given.execute(
            "select table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall() == [("dim_region", "region_id", "Stable id")]


def test_an_older_release_is_described_as_it_is() -> None:
    own = Column("a", "bigint", "a", "甲", references=("t", "a"))
    gone = Column("b", "varchar", "b", "乙", references=("u", "b"))
    known = {"t": PublishedTable("t", "t", "表", (own, gone, Column("d", "varchar", "d", "丁")), "a", (("a", "d"),))}
    with duckdb.connect() as connection:
        connection.execute("create table t (a varchar, b varchar, c double)")
        connection.execute("comment on column t.c is 'of former days'")
        (table,) = as_released(connection, known).values()
    assert [(c.name, c.data_type, c.description) for c in table.columns] == [
        ("a", "varchar", "a"), ("b", "varchar", "b"), ("c", "double", "of former days"),
    ]  # fmt: skip
    assert table.unique == ()
    assert table_schema(table)["foreignKeys"] == [{"fields": ["a"], "reference": {"resource": "", "fields": ["a"]}}]


def _words() -> Any:
    from dashboard.texts import load_texts

    return load_texts()


@pytest.mark.slow
def test_frictionless_reads_every_row_and_finds_no_error(deposit: Path) -> None:
    from frictionless import validate

    report = validate(str(deposit / "datapackage.json"))
    assert report.flatten(["name", "type", "message"]) == [] and report.valid
    rows = {task.name: task.stats.get("rows", 0) for task in report.tasks}
    with duckdb.connect(str(deposit / "baogao.duckdb"), read_only=True) as connection:
        for name in of_manifest(read_manifest()):
            assert connection.execute(f'select count(*) from "{name}"').fetchone() == (rows[name],), name


@pytest.mark.slow
def test_frictionless_finds_a_row_that_leads_nowhere(deposit: Path, tmp_path: Path) -> None:
    import shutil

    from frictionless import validate

    damaged = shutil.copytree(deposit, tmp_path / "damaged")
    path = damaged / "dim_indicator_name.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",gdp,", ",no_such,"), encoding="utf-8")
    types = {row[0] for row in validate(str(damaged / "datapackage.json")).flatten(["type"])}
    assert "foreign-key" in types


@pytest.mark.slow
def test_croissant_is_of_version_1_1_and_its_validator_finds_no_error(deposit: Path) -> None:
    import mlcroissant

    data = mlcroissant.Dataset(jsonld=str(deposit / "croissant.json"))
    assert data.metadata.ctx.issues.errors == set()
    assert data.metadata.ctx.is_v1_1() and data.metadata.ctx.is_latest_version()
    # opened by its own reader: a row of the panel as the Parquet file has it
    row = next(iter(data.records("dim_indicator")))
    assert b"gdp" in row.values() or row["dim_indicator/indicator"]
