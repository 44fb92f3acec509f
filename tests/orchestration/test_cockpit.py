"""What the UI shows is what happened: statuses of partitions, metadata, tags, the standing check, what is stale."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import dagster as dg
import pyarrow as pa
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver
from dagster._core.loader import LoadingContextForTest
from dagster._core.storage.tags import TagType, get_tag_type

from expectations.suite import Severity
from orchestration.cockpit import partitions, runs, verdicts
from orchestration.cockpit.definitions import defs, job
from orchestration.cockpit.instance import execute, open_instance
from orchestration.home.installation import Installation, open_installation
from orchestration.hops import HOPS, TABLES, kept_back
from orchestration.hops.ranges import Rectangle, cover
from sources.home import REPOSITORY
from sources.partitions import Partition
from sources.tables import SNAPSHOTS

ASIDE, GOOD, BAD = Partition("990000", "2021"), Partition("990000", "2022"), Partition("990000", "2023")
PICTURE = "](data:image/png;base64,"


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return defs()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, dg.DagsterInstance, list[Any]]]:
    """An installation in which one run took two partitions, of which the second could not be written.

    Its ledger had a row twice, which only a writer's fault can bring about. Of a third partition, in a run of its own,
    a row was set aside: its report tells a growth that can't be.
    """
    folder = tmp_path_factory.mktemp("cockpit")
    with (folder / "catalogue.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["location", "region_code", "region", "level", "report_year"])
        for partition in (ASIDE, GOOD, BAD):
            name = f"990100_{partition.report_year}.txt"
            (folder / name).write_bytes((REPOSITORY / "samples" / "reports" / name).read_bytes())
            writer.writerow([name, "990100", "", "", partition.report_year])
        aside = folder / f"990100_{ASIDE.report_year}.txt"
        told = aside.read_text(encoding="utf-8")
        told = re.sub(r"(地区生产总值[^。；]*?增长)\d+(\.\d+)?%", r"\g<1>999%", told)
        assert "增长999%" in told
        aside.write_text(told, encoding="utf-8")
    open_installation(folder / "home").follow(folder / "catalogue.csv")
    installation = open_installation(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BAOGAO_HOME", str(installation.home.root))
        with open_instance(installation.home, print) as instance:
            assert _run(instance, cover([ASIDE])[0]).success
            first = _run(instance, cover([GOOD, BAD])[0])
            assert first.success
            ledger = installation.lake.read(SNAPSHOTS, BAD)
            assert ledger is not None
            installation.lake.write(SNAPSHOTS, BAD, pa.concat_tables([ledger, ledger]).replace_schema_metadata(None))
            for year in ("2022", "2023"):
                (folder / f"990100_{year}.txt").touch()
            second = _run(instance, cover([GOOD, BAD])[0])
            yield open_installation(installation.home.root), instance, [first, second]


def _run(instance: dg.DagsterInstance, rectangle: Rectangle) -> dg.ExecuteInProcessResult:
    job = defs().resolve_job_def("ingest")
    return job.execute_in_process(instance=instance, tags=partitions.run_tags(rectangle), raise_on_error=False)


def _materialized(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, dict[str, Any]]:
    return {
        str(event.partition): {
            name: value.value for name, value in event.step_materialization_data.materialization.metadata.items()
        }
        for event in result.all_events
        if event.is_step_materialization and event.asset_key == dg.AssetKey(asset)
    }


def test_only_the_partition_that_failed_is_shown_as_failed(world: Any) -> None:
    _, instance, (_, second) = world
    assert not second.success
    assert set(_materialized(second, "snapshots")) == {str(GOOD)}
    status = instance.get_status_by_partition(dg.AssetKey("snapshots"), [str(GOOD), str(BAD)], partitions.GRID)
    assert {key: found.value for key, found in status.items()} == {str(GOOD): "MATERIALIZED", str(BAD): "FAILED"}


def _shown(instance: dg.DagsterInstance, table: str, severity: str) -> dict[str, str]:
    """Return what the UI shows of each partition of a check, as its GraphQL asks for it."""
    key = dg.AssetCheckKey(dg.AssetKey(table), verdicts.check_name(severity))
    state = instance.event_log_storage.get_asset_check_state([(key, partitions.GRID)])[key]
    return {
        str(k): status.value
        for status, subset in state.subsets.items()
        for k in subset.subset_value.get_partition_keys()
    }


def test_the_gate_of_a_run_that_failed_is_a_failed_check_of_that_partition_with_the_rows(world: Any) -> None:
    _, instance, (_, second) = world
    bad = [verdict for verdict in second.get_asset_check_evaluations() if not verdict.passed]
    assert [(verdict.check_name, verdict.partition) for verdict in bad] == [("gate_critical", str(BAD))]
    assert bad[0].severity == dg.AssetCheckSeverity.ERROR and bad[0].description.startswith("澜岳省 2023: ")
    shown = bad[0].metadata["failing_rows"].value
    assert "key_unique" in shown and "990000&#124;2023" in shown and "990100_2023.txt" in shown
    assert _shown(instance, "snapshots", "critical") == {
        str(ASIDE): "SUCCEEDED", str(GOOD): "SUCCEEDED", str(BAD): "FAILED"
    }  # fmt: skip


def test_there_is_a_check_for_each_severity() -> None:
    assert get_args(Severity) == verdicts.SEVERITIES


def test_what_the_gate_kept_back_runs_apart_so_that_the_others_go_on(world: Any) -> None:
    installation, _, _ = world
    together = kept_back.rectangles(installation, [GOOD, BAD], [GOOD, BAD])
    assert together == [Rectangle(GOOD, GOOD), Rectangle(BAD, BAD)]


def test_a_partition_is_shown_with_its_rows_and_the_newest_with_the_picture(world: Any) -> None:
    installation, _, (first, _) = world
    for table in TABLES:
        found = _materialized(first, table.name)
        assert set(found) == {str(GOOD), str(BAD)}
        for metadata in found.values():
            assert metadata["dagster/partition_row_count"] > 0
        assert found[str(GOOD)]["place and year"] == "澜岳省 2022"
        for metadata in found.values():
            assert metadata["preview"].splitlines()[1].startswith("| --- |")
        newest = list(found.values())[-1]
        others = installation.lake.n_rows(table, ASIDE)
        assert newest["dagster/row_count"] == others + sum(m["dagster/partition_row_count"] for m in found.values())
        assert PICTURE in newest["coverage"] and len(newest["coverage"]) < 80_000


def test_a_run_says_what_it_was_made_from(world: Any) -> None:
    installation, instance, (first, _) = world
    run = instance.get_run_by_id(first.run_id)
    assert run is not None
    assert run.tags[runs.HOME] == str(installation.home.root)
    assert Path(run.tags[runs.CATALOGUE]) == installation.home.catalogue.resolve()
    assert run.tags[runs.CODE]
    for word in ("parser", "rules", "lexicon"):
        assert word in run.tags[runs.RULES]
    shown = {name: value for name, value in run.tags.items() if get_tag_type(name) != TagType.HIDDEN}
    assert {name: value for name, value in shown.items() if name.startswith("baogao/")} == {
        runs.CELLS: "澜岳省 2022–2023"
    }, "what is long is for the log"
    told = [entry.user_message for entry in instance.all_logs(first.run_id)]
    assert any(run.tags[runs.HOME] in line and run.tags[runs.RULES] in line for line in told)


def test_a_backfill_makes_one_run_a_year(definitions: dg.Definitions) -> None:
    """Dagster cuts a backfill of assets with one policy into the ranges of the grid: they must be whole years."""
    from sources.partitions import PROVINCES, YEARS

    graph = definitions.resolve_asset_graph()
    policies = {graph.get(dg.AssetKey(table.name)).backfill_policy for table in TABLES}
    assert policies == {dg.BackfillPolicy.single_run()}
    keys = [str(Partition(province, year)) for province in PROVINCES[1:31] for year in YEARS[10:20]]
    ranges = partitions.GRID.subset_with_partition_keys(keys).get_partition_key_ranges(partitions.GRID)
    assert len(ranges) == 10
    assert all(found.start.split("|")[1] == found.end.split("|")[1] for found in ranges)


def test_a_new_rule_makes_what_was_parsed_stale_and_nothing_is_fetched_again(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:

    installation, _, _ = world
    assert not any(hop.stale([GOOD], installation) for hop in HOPS)
    monkeypatch.setattr("sources.extraction.lexicon_version", lambda: "another")
    stale = {hop.name for hop in HOPS if hop.stale([GOOD], installation)}
    assert stale == {"observations"}


def test_the_ui_shows_what_older_rules_made_as_out_of_date(world: Any, definitions: dg.Definitions) -> None:
    _, instance, _ = world
    key = dg.AssetKey("observations")
    renewed = definitions.map_asset_specs(
        func=lambda spec: spec.replace_attributes(code_version="newer") if spec.key == key else spec
    )
    shown = {}
    for name, found in (("same", definitions), ("newer", renewed)):
        context = LoadingContextForTest(instance)
        resolver = CachingStaleStatusResolver(instance, found.resolve_asset_graph(), context)
        shown[name] = [cause.reason for cause in resolver.get_stale_causes(key, str(GOOD))]
    assert shown["newer"] == ["has a new code version"]
    assert "has a new code version" not in shown["same"]


def test_a_release_is_asked_for_once_when_the_last_ingestion_has_ended(world: Any) -> None:
    from orchestration.cockpit.defs.automation.after_ingestion import release_when_ingested

    _, instance, (first, _) = world

    def ask(result: dg.ExecuteInProcessResult) -> Any:
        event = next(e for e in result.all_events if e.event_type == dg.DagsterEventType.RUN_SUCCESS)
        context = dg.build_run_status_sensor_context(
            sensor_name="release_when_ingested",
            dagster_event=event,
            dagster_instance=instance,
            dagster_run=result.dagster_run,
        )
        return release_when_ingested(context)

    request = ask(first)
    assert isinstance(request, dg.RunRequest) and request.run_key == first.run_id
    waiting = instance.create_run_for_job(
        defs().resolve_job_def("ingest"), status=dg.DagsterRunStatus.STARTED, tags=partitions.run_tags(cover([GOOD])[0])
    )
    skipped = ask(first)
    instance.delete_run(waiting.run_id)
    assert isinstance(skipped, dg.SkipReason) and "under way" in str(skipped.skip_message)


def test_a_backfill_of_two_cells_leaves_what_the_checks_show_of_a_third(world: Any) -> None:
    _, instance, _ = world
    others = [GOOD, Partition("990000", "2024")]
    assert _shown(instance, "observations", "quarantine")[str(ASIDE)] == "FAILED"
    for rectangle in cover(others):
        assert _run(instance, rectangle).success
    shown = _shown(instance, "observations", "quarantine")
    assert shown[str(ASIDE)] == "FAILED" and {shown[str(partition)] for partition in others} == {"SUCCEEDED"}
    assert _shown(instance, "observations", "critical")[str(ASIDE)] == "SUCCEEDED"
    (both,) = cover([ASIDE, GOOD])
    assert _run(instance, both).success, "what the gate set aside stops nothing"
    assert _shown(instance, "observations", "quarantine") == shown, "what is unchanged is judged as before"


def test_runs_of_one_command_are_joined_by_a_tag_and_stand_in_the_timeline(world: Any) -> None:
    from orchestration.cockpit.defs.automation.after_ingestion import release_when_ingested

    _, instance, _ = world
    command = runs.new_command("run")
    failures = [
        failure
        for partition in (GOOD, BAD)
        for failure in execute(job("ingest"), instance, command, partitions.run_tags(cover([partition])[0]))
    ]
    assert len(failures) == 1 and "the gate kept the former file of snapshots 990000|2023" in failures[0]
    joined = instance.get_runs(dg.RunsFilter(tags={runs.COMMAND: command}))
    assert {run.status.value for run in joined} == {"SUCCESS", "FAILURE"} and len(joined) == 2
    for run in joined:
        # the timeline leaves out a run without it
        origin = run.remote_job_origin
        assert origin is not None and origin.job_name == "ingest"
        assert origin.repository_origin.code_location_origin.location_name == "baogao"
    good = next(run for run in joined if run.is_success)
    ended = next(e.dagster_event for e in instance.all_logs(good.run_id, of_type=dg.DagsterEventType.RUN_SUCCESS))
    skipped = release_when_ingested(
        dg.build_run_status_sensor_context("release_when_ingested", ended, instance, good)  # type: ignore[arg-type]
    )
    assert isinstance(skipped, dg.SkipReason) and "publishes by itself" in str(skipped.skip_message)
