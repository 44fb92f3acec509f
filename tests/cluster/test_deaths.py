"""Runs that don't end as they should: canceled, kept back by a gate, or with a machine that dies under them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import clusters
import machines
import pytest
from clusters import KEY, KEYS, READ, Cluster, Rows, rows_of
from machines import Machine, kill, until
from services import S3

from sources import store

#: times that a worker is killed in the middle of a backfill
KILLS = int(os.environ.get("BAOGAO_TEST_KILLS", "1"))
#: cells of a backfill in whose middle a worker is killed
FEW = 4

pytestmark = pytest.mark.skipif(bool(machines.missing()), reason=f"not on this machine: {machines.missing()}")


@pytest.fixture(scope="module")
def cluster(s3: S3, cells: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with clusters.started(s3, tmp_path_factory.mktemp("deaths"), cells / "reports" / "catalogue.csv") as found:
        yield found


def test_cancel_ends_as_canceled_and_is_not_tried_again(cluster: Cluster) -> None:
    cluster.forget()
    before = rows_there(cluster)
    backfill = cluster.ui.backfill(READ, KEYS[:1])
    (begun,) = until(lambda: [r for r in cluster.runs(backfill) if r["status"] == "STARTED"], "it has begun", 300)
    run = begun["runId"]
    processes = run_processes(run)
    time.sleep(2)
    cluster.ui.cancel(run)
    asked = time.monotonic()
    until(lambda: cluster.run(run)["status"] not in ("STARTED", "CANCELING"), "it has ended", 60)
    status = cluster.run(run)["status"]
    print(f"{status} after {time.monotonic() - asked:.0f} s")
    assert status == "CANCELED" and time.monotonic() - asked < 30
    assert processes
    until(lambda: not run_processes(run), "its process is gone", 30)
    cluster.finished(backfill)
    # what tries again reads events of failure, and with its process gone nobody is left who would tell of one
    told = cluster.ui.events(run)
    assert "RunCanceledEvent" in told and "RunFailureEvent" not in told
    assert "dagster/will_retry" not in cluster.run(run)["tags"]
    assert not [r for r in cluster.ui.runs() if r["tags"].get("dagster/parent_run_id") == run]
    assert rows_there(cluster) == before, "nothing was written"


def rows_there(cluster: Cluster) -> list[str]:
    return sorted(store.listing(f"{cluster.open().lake.root}/reports"))


def run_processes(run: str) -> list[int]:
    """Return the processes on this machine that execute a run."""
    found = subprocess.run(["pgrep", "-f", f"cluster.worker .*{run}"], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


@pytest.mark.parametrize("time_of_death", range(KILLS))
def test_a_machine_that_dies_costs_a_retry_and_nothing_else(cluster: Cluster, alone: Rows, time_of_death: int) -> None:
    cluster.forget()
    backfill = cluster.ui.backfill(READ, KEYS[:FEW])
    victim = cluster.readers[0]
    began = cluster.done_by(victim)
    until(lambda: sum(r["status"] == "STARTED" for r in cluster.runs(backfill)) >= 2, "both machines work", 300)
    if time_of_death % 2:  # later: in its second run
        until(lambda: cluster.done_by(victim) > began, "the first run of the victim is over", 300)
    taken = re.findall(r"execute_job\[(\S+)\] received", victim.log("worker0").read_text())
    kill(cluster.workers[0])
    died = time.monotonic()
    until(lambda: any(r["status"] == "FAILURE" for r in cluster.runs(backfill)) or None, "its run ends", 90)
    noticed = time.monotonic() - died
    victim.processes.clear()
    shutil.move(victim.log("worker0"), victim.root / f"dead{time_of_death}.log")
    cluster.workers[0] = victim.worker("dagster")
    victim.ready()
    cluster.finished(backfill)
    runs = cluster.runs(backfill)
    failed = [run for run in runs if run["status"] == "FAILURE"]
    retried = [run for run in runs if "dagster/retry_number" in run["tags"]]
    print(f"killed with {len(taken)} taken: noticed after {noticed:.0f} s, {len(retried)} retried, {len(runs)} runs")
    assert len(failed) == len(retried) == 1 and {run["status"] for run in retried} == {"SUCCESS"}
    assert sum(run["status"] == "SUCCESS" for run in runs) == FEW
    few = KEYS[:FEW]
    assert rows_of(cluster.open(), few) == {at: rows for at, rows in alone.items() if at[1] in few}


@pytest.fixture
def spoiled(cluster: Cluster) -> Iterator[str]:
    """Start one more machine, whose rows are bad; yield the queue that it alone takes runs from."""
    # no other machine of this cluster has a worker for it
    bad = {**KEY, "PYTHONPATH": str(Path(__file__).parent / "spoiled")}
    machine = Machine(cluster.root / "spoiled", cluster.coordinator.shared, bad)
    try:
        machine.worker("fetch")
        machine.ready()
        yield "fetch"
    finally:
        machine.end()


def test_a_gate_that_keeps_a_partition_back_is_not_tried_again(cluster: Cluster, spoiled: str) -> None:
    cluster.forget()
    run = cluster.ui.launch(READ, KEYS[0], {"dagster-celery/queue": spoiled})
    until(lambda: cluster.run(run)["status"] in ("SUCCESS", "FAILURE", "CANCELED"), "it has ended", 300)
    # by this tag Dagster says whether a failed run is tried again; what tries again is the same that reads it
    until(lambda: "dagster/will_retry" in cluster.run(run)["tags"], "Dagster has decided", 60)
    ended = cluster.run(run)
    assert ended["status"] == "FAILURE"
    assert "length_is_true" in str(cluster.ui.events(run))
    assert ended["tags"]["dagster/will_retry"] == "false"
