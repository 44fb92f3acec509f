"""The code location: it loads, its graph is the reviewed one, its sensor asks only for what is concerned."""

from __future__ import annotations

import csv
from pathlib import Path

import dagster as dg
import pytest
from graph import SNAPSHOT, as_text, describe

from orchestration.cockpit.dbt_project import read_manifest
from orchestration.cockpit.definitions import defs
from orchestration.cockpit.layers import GROUPS
from orchestration.cockpit.resources import InstallationResource
from orchestration.hops import TABLES


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return defs()


def test_the_graph_is_the_reviewed_one(definitions: dg.Definitions) -> None:
    assert as_text(describe(definitions)) == SNAPSHOT.read_text(encoding="utf-8"), (
        "assets, dependencies, checks, jobs or schedules changed: run `python tests/orchestration/graph.py` and "
        "read the diff of graph.json"
    )


def test_every_asset_of_ours_says_what_it_is(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.description, key
        assert node.group_name not in (None, "default"), key
        assert node.owners and node.kinds, key
    for table in TABLES:
        node = graph.get(dg.AssetKey(table.name))
        assert node.code_version and node.partitions_def is not None
        assert node.description == table.description


def test_groups_are_layers_and_no_arrow_leads_back(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert {node.group_name for node in graph.asset_nodes} == set(GROUPS)
    for node in graph.asset_nodes:
        for parent in node.parent_keys:
            assert GROUPS.index(graph.get(parent).group_name) <= GROUPS.index(node.group_name), f"{parent} → {node.key}"


def test_every_test_of_the_models_is_a_check(definitions: dg.Definitions) -> None:
    """One that names several models says in its `meta` whose check it is: else nobody sees it in the UI."""
    tests = {node["name"] for node in read_manifest()["nodes"].values() if node["resource_type"] == "test"}
    checks = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    assert tests and tests <= checks, tests - checks


def test_a_key_has_a_prefix_where_dbt_reads_what_no_run_materializes(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    prefixed = {key for key in graph.get_all_asset_keys() if len(key.path) > 1}
    assert {key.path[0] for key in prefixed} == {"lake", "registry", "build"}
    read = {parent for node in graph.asset_nodes if node.group_name == "staging" for parent in node.parent_keys}
    assert {key for key in read if key not in graph.materializable_asset_keys} == prefixed


def test_no_clock_sits_on_a_partitioned_asset(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert all(node.automation_condition is None for node in graph.asset_nodes)
    for schedule in definitions.get_repository_def().schedule_defs:
        assert definitions.resolve_job_def(schedule.job_name).partitions_def is None


def test_the_sensor_asks_for_the_partitions_concerned_and_only_once(
    definitions: dg.Definitions, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    sensor = definitions.get_repository_def().get_sensor_def("changed_pages")
    resource = InstallationResource(home=str(home))

    def tick() -> dg.SensorResult | dg.SkipReason:
        with dg.build_sensor_context(resources={"installation": resource}, sensor_name="changed_pages") as context:
            return sensor(context)  # type: ignore[no-any-return]

    skipped = tick()
    assert isinstance(skipped, dg.SkipReason) and "baogao run --catalogue" in str(skipped.skip_message)

    with (tmp_path / "catalogue.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["location", "region_code", "region", "level", "report_year"])
        writer.writerows([["a.txt", "990100", "", "", "2021"], ["b.txt", "990100", "", "", "2022"]])
    (home / "catalogue.csv").symlink_to(tmp_path / "catalogue.csv")
    first, second = tick(), tick()
    assert isinstance(first, dg.SensorResult) and isinstance(second, dg.SensorResult)
    (request,) = first.run_requests or []
    assert set(request.tags.values()) >= {"990000|2021", "990000|2022"}
    assert [r.run_key for r in second.run_requests or []] == [request.run_key]
