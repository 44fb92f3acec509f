"""Releases: the audit finds what a reader would stumble on, the swap is whole, a failure leaves the former one."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyreadstat
import pytest

from orchestration.home import provenance, releases
from orchestration.home.installation import Installation
from orchestration.home.releases import ReleaseError
from orchestration.release import build, exports, refusals
from orchestration.release.audit import audit
from orchestration.release.build import publish
from orchestration.release.schema import Column, PublishedTable
from orchestration.warehouse import builds
from sources.settings import GateSettings, Settings


def _table(name: str, **columns: str) -> PublishedTable:
    described = tuple(Column(c, t, f"what {c} says", f"{c}的含义") for c, t in columns.items())
    return PublishedTable(name, f"about {name}", f"{name}表", described)


SCHEMA = {
    table.name: table
    for table in (
        _table("city_year_panel", panel_id="varchar", region_id="varchar", region_code="varchar",
               region_name="varchar", level="varchar", province_code="varchar", province_name="varchar", year="bigint",
               gdp_cny="double", gdp_tgt_qual="varchar"),
        _table("dim_indicator", code="varchar"),
        _table("dim_region", region_id="varchar"),
        _table("dim_report", report_id="varchar", snapshot_sha256="varchar", accepted="boolean"),
        _table("fct_observation", observation_id="varchar", surface="varchar"),
        _table("gate_results", gate_result_id="varchar", partition="varchar", table_name="varchar",
               expectation="varchar", severity="varchar", success="boolean", n_failed="bigint", observed="varchar",
               checked_at="timestamptz", overridden_by="varchar", override_reason="varchar"),
        _table("panel_cell_source", region_id="varchar", year="bigint", column_name="varchar", cell_value="varchar",
               observation_id="varchar", is_corrected="boolean", sentence="varchar", report_id="varchar",
               location="varchar", snapshot_sha256="varchar"),
    )
}  # fmt: skip
ROWS = {
    "city_year_panel": "('a|2020', 'a', '990100', '栖川市', 'city', '990000', '云梁省', 2020, 5e10, 'about')",
    "dim_indicator": "('gdp')",
    "dim_region": "('a')",
    "dim_report": "('r1', 'aa', true)",
    "fct_observation": "('o1', '500亿元')",
    "gate_results": "",
    "panel_cell_source": (
        "('a', 2020, 'gdp_cny', '50000000000.0', 'o1', false, '生产总值500亿元。', 'r1', 'x.txt', 'aa'), "
        "('a', 2020, 'gdp_tgt_qual', 'about', 'o1', false, '生产总值500亿元左右。', 'r1', 'x.txt', 'aa')"
    ),
}
COUNTS = {"panel_cell_source": 2, "gate_results": 0}


@contextmanager
def connect(path: Path, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(path), read_only=read_only) as connection:
        yield connection


def make_warehouse(path: Path, **changed: str) -> None:
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for table in SCHEMA.values():
            connection.execute(
                f"create table {table.name} ({', '.join(f'{c.name} {c.data_type}' for c in table.columns)})"
            )
            rows = changed.get(table.name, ROWS[table.name])
            if rows:
                connection.execute(f"insert into {table.name} values {rows}")
            connection.execute(f"comment on table {table.name} is 'it''s {table.name}'")
            for column in table.columns:
                connection.execute(f"comment on column {table.name}.{column.name} is 'about {column.name}'")


@pytest.fixture
def built(installation: Installation) -> Installation:
    make_warehouse(installation.home.marts)
    return sound(installation)


def sound(installation: Installation) -> Installation:
    """Record that dbt built what the lake holds."""
    builds.record(installation, builds.Build(inputs=provenance.read_state(installation).hash))
    return installation


def change_inputs(installation: Installation, text: str) -> None:
    """Make the warehouse stale, as a new region would."""
    (installation.home.root / "regions.yaml").write_text(text, encoding="utf-8")


def test_a_release_holds_the_marts_with_comments_and_all_exports(built: Installation) -> None:
    published = publish(built, SCHEMA, connect)
    assert published.built and published.counts["panel_cell_source"] == 2
    with connect(built.home.published_database) as connection:
        assert connection.execute("select gdp_cny from city_year_panel").fetchall() == [(5e10,)]
        comment = connection.execute("select comment from duckdb_tables() where table_name = 'dim_region'").fetchone()
        assert comment == ("it's dim_region",)
    exports = built.home.published / "exports"
    assert (exports / "csv" / "city_year_panel.csv").read_bytes().startswith(b"\xef\xbb\xbfpanel_id,")
    assert pd.read_parquet(exports / "parquet" / "city_year_panel.parquet").shape == (1, 10)
    book = openpyxl.load_workbook(exports / "city_year_panel.xlsx")
    assert book.sheetnames == ["主要指标", "panel", "无数值字段", "codebook", "说明"]
    assert book["panel"].freeze_panes == "I3"
    assert book["panel"]["D3"].value == "栖川市" and book["panel"]["I3"].value == 5e10
    frame, meta = pyreadstat.read_dta(exports / "city_year_panel.dta")
    assert frame["region_name"].tolist() == ["栖川市"]
    assert meta.column_names_to_labels["gdp_cny"] == "gdp_cny的含义"
    words = (exports / "codebook.md").read_text(encoding="utf-8")
    assert "gdp_cny的含义" in words and "Parquet、Excel、Stata 和 DuckDB 中没有" in words
    assert published.release.id in (exports / "CITATION.cff").read_text(encoding="utf-8")
    manifest = published.release.manifest
    assert set(manifest["files"]) >= {"baogao.duckdb", "exports/city_year_panel.dta", "exports/CHANGES.csv"}
    assert manifest["changes"] == {"added: new source": 2}
    assert manifest["covered"] == {"regions": 1, "region_years": 1, "first_year": 2020, "last_year": 2020}


def test_nothing_is_built_again_where_nothing_changed(built: Installation) -> None:
    first = publish(built, SCHEMA, connect)
    again = publish(built, SCHEMA, connect)
    assert not again.built and again.release.id == first.release.id
    assert again.counts == first.counts and (again.changes, again.pruned) == ({}, [])


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"fct_observation": ""}, "fct_observation is empty"),
        ({"panel_cell_source": ROWS["panel_cell_source"].split("), (")[0] + ")"}, "1 cells without a source"),
        ({"city_year_panel": ROWS["city_year_panel"].replace("'about'", "null")}, "1 sources without"),
        ({"panel_cell_source": ROWS["panel_cell_source"].replace("'x.txt'", "null")}, "without observation, sentence"),
    ],
)  # fmt: skip
def test_the_audit_refuses_and_the_former_release_serves(
    built: Installation, changed: dict[str, str], fault: str
) -> None:
    former = publish(built, SCHEMA, connect).release.id
    change_inputs(built, "regions: []\n")
    make_warehouse(built.home.marts, **changed)
    sound(built)
    with pytest.raises(ReleaseError, match=fault):
        publish(built, SCHEMA, connect)
    assert releases.served_id(built.home) == former
    assert [path.name for path in built.home.releases.iterdir()] == [former]


def test_a_missing_or_uncommented_table_is_a_fault(built: Installation) -> None:
    with duckdb.connect(str(built.home.marts)) as connection:
        connection.execute("comment on column dim_region.region_id is null")
        assert audit(connection, SCHEMA, {name: COUNTS.get(name, 1) for name in SCHEMA}) == [
            "1 tables or columns have no comment: dim_region.region_id"
        ]
        connection.execute("drop table dim_region")
        assert "table dim_region is missing" in audit(connection, SCHEMA, {})


def test_a_warehouse_without_one_of_the_tables_is_no_release(built: Installation) -> None:
    with duckdb.connect(str(built.home.marts)) as connection:
        connection.execute("drop table dim_region")
    with pytest.raises(ReleaseError, match="the warehouse has no table dim_region; run the warehouse again"):
        publish(built, SCHEMA, connect)
    assert list(built.home.releases.iterdir()) == []


@pytest.mark.parametrize("failing", ["write_panel", *SCHEMA])
def test_an_export_that_fails_leaves_the_former_release(
    built: Installation, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    former = publish(built, SCHEMA, connect).release.id
    change_inputs(built, "regions: []\n")
    sound(built)

    def disk_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def disk_full_for_one(reader: Any, folder: Path, tables: dict[str, PublishedTable], *more: Any) -> Any:
        return disk_full() if failing in tables else exports.write_tables(reader, folder, tables, *more)

    if failing in SCHEMA:
        monkeypatch.setattr(build, "write_tables", disk_full_for_one)
    else:
        monkeypatch.setattr(build, failing, disk_full)
    with pytest.raises(OSError, match="No space left"):
        publish(built, SCHEMA, connect)
    assert releases.served_id(built.home) == former
    assert [path.name for path in built.home.releases.iterdir()] == [former]


def test_what_a_reader_should_know_of_the_files_stands_in_the_manifest(
    built: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "write_panel", lambda *given: [*exports.write_panel(*given), "cut into two sheets"])
    assert publish(built, SCHEMA, connect).release.manifest["notes"] == ["cut into two sheets"]


def test_a_refused_release_waits_for_what_is_being_written(
    built: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()

    def slow(_: object, folder: Path, *__: object) -> None:
        time.sleep(0.5)
        (folder / "late.xlsx").write_text("", encoding="utf-8")  # fails where the folder is gone
        written.set()

    with duckdb.connect(str(built.home.marts)) as connection:
        connection.execute("comment on column dim_region.region_id is null")
    monkeypatch.setattr(build, "write_panel", slow)
    with pytest.raises(ReleaseError, match="have no comment"):
        publish(built, SCHEMA, connect)
    assert written.is_set()
    assert list(built.home.releases.iterdir()) == []


def test_a_refused_release_begins_no_further_table_and_breaks_off_those_begun(
    built: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    ended: list[str] = []

    def for_long(reader: duckdb.DuckDBPyConnection, _: Path, tables: dict[str, PublishedTable], *__: object) -> None:
        begun.append(*tables)
        time.sleep(1.0)  # no query runs that could be interrupted
        for _ in range(20):
            reader.execute("select sum(a.range * b.range) from range(100_000) as a, range(10_000) as b")
        ended.append(*tables)

    with duckdb.connect(str(built.home.marts)) as connection:
        connection.execute("comment on column dim_region.region_id is null")
    monkeypatch.setattr(build, "write_tables", for_long)
    with pytest.raises(ReleaseError, match="have no comment"):
        publish(built, SCHEMA, connect)
    assert 1 <= len(begun) <= 2 and not ended


def test_bad_verdicts_of_ancestors_forbid_publication(built: Installation) -> None:
    state = provenance.read_state(built)
    builds.record(built, builds.Build(inputs="", failed_tests=[{"name": "a_test", "message": "2 rows"}]))
    with pytest.raises(ReleaseError, match="dbt test a_test: 2 rows"):
        publish(built, SCHEMA, connect)
    builds.record(built, builds.Build(inputs="of another day"))
    assert "run the warehouse first" in str(refusals.refusals(built, state)[0])
    assert not built.home.published.exists()


def _release_verdicts(installation: Installation) -> dict[str, tuple[object, ...]]:
    with connect(installation.home.published_database) as connection:
        rows = connection.execute(
            "select gate_result_id, severity, success, overridden_by, override_reason from gate_results "
            "where not success"
        ).fetchall()
    return {key: tuple(rest) for key, *rest in rows}


def test_an_override_publishes_on_record_and_only_what_may_be_overruled(built: Installation) -> None:
    failing = [{"name": "a_test", "failures": 2, "message": "2 rows"}]
    override = refusals.Override("评审人", "the two rows are known")
    # the models that hang on the test were not built: nothing whole to publish
    builds.record(built, builds.Build(inputs="", failed_tests=failing))
    with pytest.raises(ReleaseError, match="run the warehouse first"):
        publish(built, SCHEMA, connect, override)
    assert refusals.last_attempt(built.home).refused
    builds.record(built, builds.Build(inputs=provenance.read_state(built).hash, failed_tests=failing))
    with pytest.raises(ReleaseError, match="baogao release publish --override"):
        publish(built, SCHEMA, connect)
    manifest = publish(built, SCHEMA, connect, override).release.manifest
    assert (manifest["override"]["by"], manifest["override"]["reason"]) == ("评审人", "the two rows are known")
    assert manifest["override"]["verdicts"] == [{"verdict": "dbt|warehouse|a_test|", "told": "dbt test a_test: 2 rows"}]
    assert _release_verdicts(built) == {
        "dbt|warehouse|a_test|": ("critical", False, "评审人", "the two rows are known")
    }
    assert manifest["rows"]["gate_results"] > 1
    assert refusals.last_attempt(built.home).refused == ()


def test_a_cell_whose_sentence_lacks_the_number_is_not_published(built: Installation) -> None:
    make_warehouse(
        built.home.marts, panel_cell_source=ROWS["panel_cell_source"].replace("生产总值500亿元。", "另一句。")
    )
    with pytest.raises(ReleaseError, match=r"sentence_holds_number .* 1 row"):
        publish(built, SCHEMA, connect)
    (verdict,) = refusals.last_attempt(built.home).verdicts
    assert verdict["expectation"] == "sentence_holds_number" and "另一句" in verdict["examples"]
    assert verdict.keys() == {
        "partition", "table_name", "expectation", "column_name", "severity", "success", "n_rows", "n_failed",
        "observed", "examples", "checked_at", "code_version",
    }  # fmt: skip
    assert not built.home.published.exists() and list(built.home.releases.iterdir()) == []


def test_a_lost_region_year_stops_the_release_and_one_whose_report_left_is_told(built: Installation) -> None:
    publish(built, SCHEMA, connect)
    moved = {
        "city_year_panel": ROWS["city_year_panel"].replace("2020", "2019"),
        "panel_cell_source": ROWS["panel_cell_source"].replace("2020", "2019"),
    }
    change_inputs(built, "regions: []\n")
    make_warehouse(built.home.marts, **moved)
    with pytest.raises(ReleaseError, match="coverage_kept"):
        publish(sound(built), SCHEMA, connect)
    (verdict,) = refusals.last_attempt(built.home).verdicts
    assert '"year": 2020' in verdict["examples"].replace("2020.0", "2020")
    manifest = publish(built, SCHEMA, connect, refusals.Override("a", "the meeting was of 2019")).release.manifest
    assert [v["verdict"] for v in manifest["override"]["verdicts"]] == ["release|release|coverage_kept|_coverage_kept"]
    change_inputs(built, "regions: []\n\n")
    other = {name: rows.replace("'r1'", "'r2'").replace("'a|2020'", "'a|2018'").replace("2020", "2018")
             for name, rows in ROWS.items()}  # fmt: skip
    make_warehouse(built.home.marts, **other)
    assert publish(sound(built), SCHEMA, connect).release.manifest["warnings"] == ["release: source_kept"]


def test_a_reading_that_changes_much_is_told_and_one_that_changes_most_is_stopped(installation: Installation) -> None:
    strict = GateSettings(drift_cells=1, drift_warn_share=0.1, drift_stop_share=0.5)
    built = Installation(installation.home, Settings(gates=strict))
    make_warehouse(built.home.marts)
    publish(sound(built), SCHEMA, connect)
    change_inputs(built, "regions: []\n")
    one = ROWS["panel_cell_source"].replace("'about', 'o1'", "'exact', 'o1'")
    make_warehouse(
        built.home.marts, panel_cell_source=one, city_year_panel=ROWS["city_year_panel"].replace("about", "exact")
    )
    published = publish(sound(built), SCHEMA, connect)
    assert published.changes == {"changed: parser": 1}
    assert published.release.manifest["warnings"] == ["release: drift_small"]
    change_inputs(built, "regions: []\n\n")
    both = ROWS["panel_cell_source"].replace("'50000000000.0'", "'60000000000.0'")
    make_warehouse(
        built.home.marts, panel_cell_source=both, city_year_panel=ROWS["city_year_panel"].replace("5e10", "6e10")
    )
    with pytest.raises(ReleaseError, match="drift_bearable"):
        publish(sound(built), SCHEMA, connect)


def test_changes_name_their_cause_and_rollback_serves_the_older(built: Installation) -> None:
    first = publish(built, SCHEMA, connect).release.id
    change_inputs(built, "regions: []\n")
    make_warehouse(
        built.home.marts,
        dim_report="('r1', 'bb', true), ('r2', 'cc', true)",
        city_year_panel="('a|2020', 'a', '990100', '栖川市', 'city', '990000', '云梁省', 2020, 6e10, null), "
        "('a|2021', 'a', '990100', '栖川市', 'city', '990000', '云梁省', 2021, 7e10, null)",
        panel_cell_source="('a', 2020, 'gdp_cny', '60000000000.0', 'o2', false, '句。', 'r1', 'x.txt', 'bb'), "
        "('a', 2021, 'gdp_cny', '70000000000.0', 'o3', false, '句。', 'r2', 'y.txt', 'cc')",
    )
    second = publish(sound(built), SCHEMA, connect)
    assert second.changes == {"added: new source": 1, "changed: changed page": 1, "removed: changed page": 1}
    assert second.release.id > first
    assert releases.rollback(built.home) == first == releases.served_id(built.home)
    with pytest.raises(ReleaseError, match="no release older"):
        releases.rollback(built.home)
    # a run that finds the warehouse as it was leaves what a person chose
    assert publish(built, SCHEMA, connect).release.id == first and releases.served_id(built.home) == first
    change_inputs(built, "regions: [] # other\n")
    third = publish(sound(built), SCHEMA, connect)
    assert third.built and releases.served_id(built.home) == third.release.id
    with pytest.raises(ReleaseError, match="no release 'nonsense'"):
        releases.rollback(built.home, "nonsense")
    changes = second.release.path / "exports" / "CHANGES.csv"
    changes.chmod(0o644)
    # other words of the same length: only the hash tells
    changes.write_bytes(changes.read_bytes().replace(b"changed", b"CHANGED"))
    with pytest.raises(ReleaseError, match=f"release {second.release.id} is damaged"):
        releases.rollback(built.home)
    assert releases.served_id(built.home) == third.release.id
    releases.swap(built.home, second.release.id)
    assert releases.prune(built.home, 0) == [third.release.id, first]
    with pytest.raises(ReleaseError, match="no release 'nonsense'"):
        releases.swap(built.home, "nonsense")


def test_a_reader_of_the_old_release_is_not_disturbed_by_the_swap(built: Installation) -> None:
    publish(built, SCHEMA, connect)
    with connect(built.home.published_database) as reader:
        change_inputs(built, "regions: []\n")
        make_warehouse(built.home.marts, dim_indicator="('gdp'), ('cpi')")
        publish(sound(built), SCHEMA, connect)
        assert reader.execute("select count(*) from dim_indicator").fetchone() == (1,)
    with connect(built.home.published_database) as reader:
        assert reader.execute("select count(*) from dim_indicator").fetchone() == (2,)


def test_files_with_the_same_rows_are_those_of_the_former_release(built: Installation) -> None:
    first = publish(built, SCHEMA, connect).release.path / "exports"
    (first / "csv" / "dim_region.csv").chmod(0o644)
    (first / "csv" / "dim_region.csv").write_text("no longer what was written", encoding="utf-8")
    change_inputs(built, "regions: []\n")
    make_warehouse(built.home.marts, dim_indicator="('gdp'), ('cpi')")
    sound(built)
    release = publish(built, SCHEMA, connect).release
    second = release.path / "exports"
    assert {path.relative_to(first) for path in first.rglob("*.csv")} == {
        path.relative_to(second) for path in second.rglob("*.csv")
    }
    for name in ("parquet/panel_cell_source/panel_cell_source_2020.parquet", "csv/city_year_panel.csv"):
        assert (second / name).samefile(first / name), name
    for name in ("csv/dim_indicator.csv", "parquet/dim_indicator.parquet", "csv/dim_region.csv"):
        assert not (second / name).samefile(first / name), name
    assert (second / "csv" / "dim_region.csv").read_text("utf-8-sig").splitlines() == ["region_id", "a"]
    assert releases.damage(release, thorough=True) == []


def test_files_of_a_release_on_another_file_system_are_copied(built: Installation, tmp_path: Path) -> None:
    former = publish(built, SCHEMA, connect).release
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("this machine has no second file system that everybody may write")
    with tempfile.TemporaryDirectory(dir=memory) as folder, connect(built.home.marts) as connection:
        tables = {"dim_indicator": SCHEMA["dim_indicator"]}
        written = exports.write_tables(connection, Path(folder), tables, former, ("csv",))
        (name, told) = next(iter(written.items()))
        assert told["sha256"] == former.manifest["files"][f"exports/{name}"]["sha256"]
        assert (Path(folder) / name).read_bytes() == (former.path / "exports" / name).read_bytes()


def test_a_large_table_has_a_file_for_each_year(built: Installation) -> None:
    rows = ROWS["panel_cell_source"]
    undated = rows.split("), (")[0].replace("2020, 'gdp_cny'", "null, 'gdp_cny'") + ")"
    make_warehouse(built.home.marts, panel_cell_source=f"{rows}, {rows.replace('2020', '2021')}, {undated}")
    with connect(built.home.marts) as connection:
        exports.write_tables(connection, built.home.root, SCHEMA)
    folder = built.home.root / "parquet" / "panel_cell_source"
    names = ["panel_cell_source_2020", "panel_cell_source_2021", "panel_cell_source_undated"]
    assert sorted(path.stem for path in folder.iterdir()) == names
    assert [len(pd.read_parquet(folder / f"{name}.parquet")) for name in names] == [2, 2, 1]
    assert len(pd.read_parquet(folder)) == 5, "the folder reads as one table"


def test_rows_that_a_build_left_in_the_log_are_in_the_file_that_is_copied(built: Installation, tmp_path: Path) -> None:
    with connect(built.home.marts, read_only=False) as connection:
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("insert into dim_indicator by name select 'more' as code")
        (told,) = connection.execute("select count(*) from dim_indicator").fetchone() or (0,)
    assert built.home.marts.with_name("marts.duckdb.wal").exists()
    builds.write_out(built)
    shutil.copyfile(built.home.marts, tmp_path / "copy.duckdb")
    with connect(tmp_path / "copy.duckdb") as connection:
        assert connection.execute("select count(*) from dim_indicator").fetchone() == (told,)
