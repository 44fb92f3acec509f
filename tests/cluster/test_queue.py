"""Runs in the queue: which catalogue they were planned with, and how fast they are handed to the broker."""

from __future__ import annotations

import datetime
import os
from contextlib import suppress
from pathlib import Path

import machines
import psutil
import pytest
from machines import Machine, Ui, until
from services import S3

from orchestration.home import shared
from orchestration.home.installation import Installation, open_installation

KEYS = [f"{province}|{year}" for province in (110000, 120000, 130000, 140000, 150000) for year in range(2010, 2020)]
RUNS = len(KEYS)
HEAD = "location,region_code,region,level,report_year\n"


def test_a_run_planned_with_another_catalogue_says_so(installation: Installation, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text(f"{HEAD}a.txt,990000,云州省,province,2023\n", encoding="utf-8")
    installation.follow(catalogue)
    planned_with = shared.catalogue_etag(installation.settings.store)
    assert planned_with and installation.decided.is_dir()
    assert shared.another_catalogue(installation.home, planned_with) == ""
    assert shared.another_catalogue(installation.home, "") == "", "planned where nobody could ask"
    catalogue.write_text(f"{HEAD}b.txt,990000,云州省,province,2023\n", encoding="utf-8")
    installation.follow(catalogue)
    assert open_installation(installation.home.root).decided.is_dir()
    warning = shared.another_catalogue(installation.home, planned_with)
    assert "changed after this run was planned" in warning and planned_with[:8] in warning


@pytest.mark.slow
@pytest.mark.skipif(bool(machines.missing()), reason=f"not on this machine: {machines.missing()}")
def test_fifty_runs_are_handed_to_the_broker_at_one_a_second_with_their_catalogue(
    s3: S3, bucket: str, tmp_path: Path
) -> None:
    with machines.postgres() as records, machines.redis() as queue:
        text = (
            f'store = "{bucket}"\n[s3]\nendpoint = "{s3.endpoint}"\n[cluster]\nengine = "celery"\n'
            f'records = "{records}"\nbroker = "{queue}/0"\nresults = "{queue}/1"\nslots = {RUNS}\n'
        )
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
        machine = Machine(tmp_path / "coordinator", text, keys)
        catalogue = tmp_path / "catalogue.csv"
        catalogue.write_text(f"{HEAD}a.txt,990000,云州省,province,2023\n", encoding="utf-8")
        looking = open_installation(tmp_path / "looking")
        looking.follow(catalogue)
        try:
            with machines.coordinator(machine) as ui:
                began = cpu_of(machine)
                ui.backfill(["reports", "observations", "rejections", "term_counts"], KEYS)
                until(lambda: len(handed_over(ui)) == RUNS, f"{RUNS} runs wait for a worker", 600)
                seconds = cpu_of(machine) - began
                times = sorted(handed_over(ui).values())
                runs = ui.runs()
        finally:
            machine.end()
    by_the_clock = (times[-1] - times[0]).total_seconds()
    load = os.getloadavg()[0]
    print(f"{RUNS} runs handed over in {by_the_clock:.0f} s for {seconds:.0f} s of processor at a load of {load:.0f}")
    etag = shared.catalogue_etag(looking.settings.store)
    assert {run["tags"].get(shared.PLANNED_WITH) for run in runs} == {etag}
    assert {run["status"] for run in runs} == {"STARTING"}, "no worker is there"
    # of the coordinator's processor, since the machine that runs the tests may be busy with others
    assert seconds / RUNS <= 1


def cpu_of(machine: Machine) -> float:
    """Return the seconds of processor that a machine's processes have used, with those that they began."""
    total = 0.0
    for one in machine.processes:
        for process in [psutil.Process(one.pid), *psutil.Process(one.pid).children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                total += sum(process.cpu_times()[:4])
    return total


def handed_over(ui: Ui) -> dict[str, datetime.datetime]:
    """Return when each run was handed to the broker, as its log says."""
    told = ui.ask(
        "{ runsOrError(limit: 1000) { ... on Runs { results { runId tags { key } "
        "eventConnection(afterCursor: null) { events { __typename ... on MessageEvent { timestamp } } } } } } }"
    )
    return {
        run["runId"]: max(
            datetime.datetime.fromtimestamp(float(event["timestamp"]) / 1000, datetime.UTC)
            for event in run["eventConnection"]["events"]
            if event["__typename"] in ("RunStartingEvent", "EngineEvent")
        )
        for run in told["runsOrError"]["results"]
        if "dagster-celery/task_id" in {tag["key"] for tag in run["tags"]}
    }
