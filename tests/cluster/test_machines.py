"""Machines with a home each that share PostgreSQL, Redis and an S3 store alone: real runs from the UI's GraphQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import clusters
import machines
import pytest
from clusters import ALL, CELLS, KEYS, Cluster, Rows, rows_of
from machines import until
from services import S3

pytestmark = pytest.mark.skipif(bool(machines.missing()), reason=f"not on this machine: {machines.missing()}")


@pytest.fixture(scope="module")
def cluster(s3: S3, cells: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    root = tmp_path_factory.mktemp("machines")
    with clusters.started(s3, root, cells / "reports" / "catalogue.csv", "fetch") as found:
        yield found


def test_a_backfill_is_shared_and_makes_what_one_machine_makes(cluster: Cluster, alone: Rows) -> None:
    backfill = cluster.ui.backfill(ALL, KEYS)
    cluster.finished(backfill)
    fetched, read = cluster.runs(backfill, ["snapshots"]), cluster.runs(backfill)
    # fetching is one run of its own, on the queue of the one polite process
    assert [(run["status"], run["tags"]["dagster-celery/queue"]) for run in fetched] == [("SUCCESS", "fetch")]
    assert [run["status"] for run in read] == ["SUCCESS"] * CELLS
    assert {run["tags"]["dagster-celery/queue"] for run in read} == {"dagster"}
    # a process ends some seconds after its run
    until(lambda: sum(map(cluster.done_by, cluster.readers)) == CELLS, "all processes have ended", 60)
    shares = [cluster.done_by(machine) for machine in cluster.readers]
    print(f"{CELLS} cells, by worker {shares}")
    assert min(shares) >= CELLS // 4
    assert rows_of(cluster.open(), KEYS) == alone


@pytest.mark.slow
def test_the_command_line_hands_runs_out_and_follows_them(cluster: Cluster) -> None:
    cluster.forget()
    cluster.coordinator.worker("warehouse")
    cluster.coordinator.ready()
    done = cluster.coordinator.baogao("run")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "published: release" in done.stdout
    queues = [run["tags"].get("dagster-celery/queue") for run in cluster.ui.runs() if "baogao/command" in run["tags"]]
    assert set(queues) == {"dagster", "warehouse"} and len(queues) == CELLS + 1
    assert "nothing" not in done.stdout.lower()
    assert not [run for run in cluster.ui.runs() if run["status"] not in ("SUCCESS", "CANCELED", "FAILURE")]
