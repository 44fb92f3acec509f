"""The Superset dashboard fits the marts: its SQL runs, its charts have rows, its columns are described."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt_harness import Warehouse

from orchestration.release import superset_bundle
from orchestration.release.superset_bundle import BundleError, build, write_bundle

SERVED = "/srv/baogao/published/baogao.duckdb"
Files = dict[str, dict[str, Any]]
GOALS, BOARD = "datasets/baogao/baogao_goals.yaml", "dashboards/baogao.yaml"


@pytest.fixture(scope="module")
def files(built: Warehouse) -> Files:
    with duckdb.connect(str(built.marts), read_only=True) as connection:
        return build(connection, SERVED)


def of_kind(files: Files, kind: str) -> dict[str, dict[str, Any]]:
    return {Path(name).stem: content for name, content in files.items() if name.startswith(kind)}


def test_the_file_is_opened_read_only(files: Files) -> None:
    (database,) = of_kind(files, "databases").values()
    assert database["sqlalchemy_uri"] == f"duckdb:///{SERVED}?access_mode=read_only"
    assert not (database["allow_dml"] or database["allow_ctas"] or database["allow_cvas"])


def test_every_column_of_every_dataset_is_described(files: Files) -> None:
    datasets = of_kind(files, "datasets")
    assert len(datasets) == 6
    columns = [(name, column) for name, content in datasets.items() for column in content["columns"]]
    assert [(name, column["column_name"]) for name, column in columns if not column["description"]] == []
    assert all(metric["description"] for content in datasets.values() for metric in content["metrics"])


def test_every_chart_has_rows(files: Files, built: Warehouse) -> None:
    datasets = {content["uuid"]: content for content in of_kind(files, "datasets").values()}
    for name, chart in of_kind(files, "charts").items():
        dataset = datasets[chart["dataset_uuid"]]
        (query,) = json.loads(chart["query_context"])["queries"]
        expressions = {metric["metric_name"]: metric["expression"] for metric in dataset["metrics"]}
        selected = [*query["columns"], *(expressions[metric] for metric in query["metrics"])]
        where = " and ".join(f"{one['col']} {one['op']}" for one in query["filters"]) or "true"
        rows = built.rows(f"select {', '.join(selected)} from ({dataset['sql']}) where {where} group by all")
        assert rows and any(list(row.values())[-1] is not None for row in rows), name
        drawn_along = chart["params"].get("x_axis")
        assert drawn_along is None or drawn_along in query["columns"], name
    (sentences,) = json.loads(of_kind(files, "charts")["sentences"]["query_context"])["queries"]
    assert sentences["orderby"] == [["region", True], ["year", True]], "reports over REST are ordered as on the screen"


def test_every_chart_stands_on_the_dashboard_once_and_no_row_is_too_wide(files: Files) -> None:
    (dashboard,) = of_kind(files, "dashboards").values()
    places = [place for place in dashboard["position"].values() if isinstance(place, dict)]
    shown = [place["meta"]["uuid"] for place in places if place["type"] == "CHART"]
    assert sorted(shown) == sorted(chart["uuid"] for chart in of_kind(files, "charts").values())
    widths = {
        row["id"]: sum(dashboard["position"][child]["meta"]["width"] for child in row["children"])
        for row in places
        if row["type"] == "ROW"
    }
    assert set(widths.values()) == {12}, widths


def test_filters_reach_every_dataset_they_are_not_kept_from(files: Files) -> None:
    """Superset drops a filter without a word where the dataset has no such column."""
    (dashboard,) = of_kind(files, "dashboards").values()
    numbers = {
        place["meta"]["uuid"]: place["meta"]["chartId"]
        for place in dashboard["position"].values()
        if isinstance(place, dict) and place["type"] == "CHART"
    }
    columns = {
        content["uuid"]: {column["column_name"] for column in content["columns"]}
        for content in of_kind(files, "datasets").values()
    }
    filters = dashboard["metadata"]["native_filter_configuration"]
    assert [one["targets"][0]["column"]["name"] for one in filters] == ["region", "level", "year", "indicator"]
    for one in filters:
        for name, chart in of_kind(files, "charts").items():
            reached = numbers[chart["uuid"]] not in one["scope"]["excluded"]
            if reached:
                assert one["targets"][0]["column"]["name"] in columns[chart["dataset_uuid"]], (one["name"], name)


def test_a_second_archive_has_the_same_ids(built: Warehouse, tmp_path: Path) -> None:
    found = []
    for name in ("first.zip", "second.zip"):
        with duckdb.connect(str(built.marts), read_only=True) as connection:
            write_bundle(tmp_path / name, connection, SERVED)
        with zipfile.ZipFile(tmp_path / name) as archive:
            contents = [yaml.safe_load(archive.read(member)) for member in sorted(archive.namelist())]
        found.append([content.get("uuid") for content in contents])
    assert found[0] == found[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.zip", "second.zip"]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "datasets/baogao/baogao_goals.yaml",
            "o.commitment,",
            "o.committment,",
            "dataset baogao_goals: .*another version",
        ),
        ("datasets/baogao/baogao_goals.yaml", "avg(target_value)", "avg(target)", "dataset baogao_goals: .*target"),
        ("charts/goals_by_year.yaml", "[mean_goal, mean_result]", "[goal]", "chart goals_by_year: .* has no goal"),
        (
            "dashboards/baogao.yaml",
            "{name: level}",
            "{name: tier}",
            "filter 层级 Level: dataset baogao_coverage has no",
        ),
    ],
)
def test_what_does_not_fit_is_named(
    built: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, told: str
) -> None:
    source = tmp_path / "superset"
    shutil.copytree(superset_bundle.SOURCE, source)
    text = (source / file).read_text(encoding="utf-8")
    assert old in text
    (source / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(superset_bundle, "SOURCE", source)
    with duckdb.connect(str(built.marts), read_only=True) as connection, pytest.raises(BundleError) as error:
        write_bundle(tmp_path / "out.zip", connection, SERVED)
    assert re.search(told, str(error.value), flags=re.S)
    assert not list(tmp_path.glob("*.zip*"))


def test_a_relative_path_is_refused(built: Warehouse) -> None:
    with duckdb.connect(str(built.marts), read_only=True) as connection, pytest.raises(BundleError, match="absolute"):
        build(connection, "data/published/baogao.duckdb")
