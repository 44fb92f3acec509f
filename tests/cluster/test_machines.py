"""Two machines with a home each that share PostgreSQL, Redis and an S3 store alone: real runs from the UI's GraphQL."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machines
import pytest
from machines import Machine, Ui, kill, until
from services import S3

from orchestration.home.installation import Installation, open_installation
from sources import store
from sources.partitions import Partition
from sources.tables import BY_NAME

READ = ["reports", "observations", "rejections", "sentences", "term_counts"]
ALL = ["snapshots", *READ]
#: cells of the test that everybody runs, and of the bar
CELLS = int(os.environ.get("BAOGAO_TEST_CELLS", "6"))
#: times that a worker is killed in the middle of a backfill
KILLS = int(os.environ.get("BAOGAO_TEST_KILLS", "1"))
#: cells of a backfill in whose middle a worker is killed
FEW = 6
YEARS = range(2024 - CELLS, 2024)
KEYS = [f"990000|{year}" for year in YEARS]

pytestmark = pytest.mark.skipif(bool(machines.missing()), reason=f"not on this machine: {machines.missing()}")


@dataclass
class Cluster:
    """Three machines: a coordinator, which fetches too, and two that read."""

    ui: Ui
    coordinator: Machine
    readers: list[Machine]
    workers: list[subprocess.Popen[bytes]]
    address: str

    def open(self) -> Installation:
        """Open the store as this process sees it, from a home of its own."""
        return open_installation(self.coordinator.root.parent / "looking")

    def forget(self) -> None:
        """Remove what was read, so that it is to be read again; fetch what no test has fetched yet."""
        lake = self.open().lake.root
        if not store.listing(f"{lake}/snapshots"):
            self.finished(self.ui.backfill(["snapshots"], KEYS))
        for table in [*READ, *(f"gate_results/{year}" for year in YEARS)]:
            store.remove(*store.listing(f"{lake}/{table}"))

    def finished(self, backfill: str, seconds: float = 1200) -> None:
        done = ("COMPLETED", "COMPLETED_SUCCESS", "COMPLETED_FAILED", "FAILED", "CANCELED")
        until(lambda: self.ui.backfill_status(backfill) in done, "the backfill has ended", seconds)

    def runs(self, backfill: str, assets: list[str] = READ) -> list[dict[str, Any]]:
        found = [run for run in self.ui.runs() if run["tags"].get("dagster/backfill") == backfill]
        return [run for run in found if run["assets"] == sorted(assets)]

    def done_by(self, machine: Machine) -> int:
        """Return how many runs the workers of a machine have brought to their end."""
        return sum(
            len(re.findall(r"execute_job\[\S+ succeeded", log.read_text())) for log in machine.root.glob("*.log")
        )


@pytest.fixture(scope="module")
def cluster(s3: S3, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    import botocore.session

    root = tmp_path_factory.mktemp("machines")
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    patch = pytest.MonkeyPatch()
    with machines.postgres() as records, machines.redis() as queue:
        bucket = f"machines-{secrets.token_hex(4)}"
        for name, value in {**keys, "BAOGAO_STORE": f"s3://{bucket}/baogao", "BAOGAO_S3_ENDPOINT": s3.endpoint}.items():
            patch.setenv(name, value)
        client = botocore.session.get_session().create_client("s3", endpoint_url=s3.endpoint, region_name="us-east-1")
        client.create_bucket(Bucket=bucket)
        text = (
            f'store = "s3://{bucket}/baogao"\n[s3]\nendpoint = "{s3.endpoint}"\n[cluster]\nengine = "celery"\n'
            f'records = "{records}"\nbroker = "{queue}/0"\nresults = "{queue}/1"\nslots = 3\n'
        )
        made = [Machine(root / name, text, keys) for name in ("coordinator", "reader1", "reader2")]
        catalogue = machines.write_reports(root / "reports", YEARS)
        open_installation(root / "looking").follow(catalogue)
        try:
            workers = [machine.worker("dagster") for machine in made[1:]]
            with machines.coordinator(made[0]) as ui:
                made[0].worker("fetch")
                for machine in made:
                    machine.ready()
                yield Cluster(ui, made[0], made[1:], workers, text)
        finally:
            for machine in made:
                machine.end()
            patch.undo()


@pytest.fixture(scope="module")
def alone(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """What one machine without any of this makes of the same catalogue: the rows by table and cell."""
    home = tmp_path_factory.mktemp("alone")
    code = (
        "import sys\nfrom pathlib import Path\nfrom orchestration.home.installation import open_installation\n"
        "from orchestration.hops import HOPS\nfrom sources.partitions import Partition\n"
        "if __name__ == '__main__':\n"
        "    opened = open_installation(sys.argv[1])\n    opened.follow(Path(sys.argv[2]))\n"
        "    [hop.run(opened, sorted(opened.entries())) for hop in HOPS]\n"
    )
    script = home / "alone.py"
    script.write_text(code, encoding="utf-8")
    catalogue = cluster.coordinator.root.parent / "reports" / "catalogue.csv"
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith(("BAOGAO_", "FSSPEC"))}
    subprocess.run([sys.executable, str(script), str(home), str(catalogue)], check=True, env=surroundings, timeout=900)
    patch = pytest.MonkeyPatch()
    patch.delenv("BAOGAO_STORE")
    try:
        return rows_of(open_installation(home), KEYS)
    finally:
        patch.undo()


def rows_of(installation: Installation, keys: list[str]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found = {}
    for key in keys:
        for table in READ:
            data = installation.lake.read(BY_NAME[table], Partition.parse(key))
            assert data is not None, (table, key)
            found[table, key] = data.to_pylist()
    return found


def test_a_backfill_is_shared_and_makes_what_one_machine_makes(cluster: Cluster, alone: Any) -> None:
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


def test_cancel_ends_as_canceled_and_is_not_tried_again(cluster: Cluster) -> None:
    cluster.forget()
    before = rows_there(cluster)
    backfill = cluster.ui.backfill(READ, KEYS[:1])
    run = until(lambda: [r for r in cluster.runs(backfill) if r["status"] == "STARTED"], "it has begun", 300)[0]
    processes = run_processes(run["runId"])
    time.sleep(2)
    cluster.ui.cancel(run["runId"])
    asked = time.monotonic()

    def status() -> str:
        return next(str(r["status"]) for r in cluster.ui.runs() if r["runId"] == run["runId"])

    until(lambda: status() not in ("STARTED", "CANCELING"), "it has ended", 60)
    print(f"{status()} after {time.monotonic() - asked:.0f} s")
    assert status() == "CANCELED" and time.monotonic() - asked < 30
    assert processes
    until(lambda: not run_processes(run["runId"]), "its process is gone", 10)
    cluster.finished(backfill)
    time.sleep(20)  # the daemon that tries again looks every few seconds
    assert not [r for r in cluster.ui.runs() if r["tags"].get("dagster/parent_run_id") == run["runId"]]
    assert rows_there(cluster) == before, "nothing was written"


def rows_there(cluster: Cluster) -> list[str]:
    return sorted(store.listing(f"{cluster.open().lake.root}/reports"))


def run_processes(run: str) -> list[int]:
    """Return the processes on this machine that execute a run."""
    found = subprocess.run(["pgrep", "-f", f"cluster.worker .*{run}"], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


@pytest.mark.parametrize("time_of_death", range(KILLS))
def test_a_machine_that_dies_costs_a_retry_and_nothing_else(cluster: Cluster, alone: Any, time_of_death: int) -> None:
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
def spoiled(cluster: Cluster) -> Iterator[None]:
    """Have one machine alone read, whose rows are bad; afterwards both read again, as they should."""
    read_by(cluster, cluster.readers[1:], PYTHONPATH=str(Path(__file__).parent / "spoiled"))
    yield
    read_by(cluster, cluster.readers)


def read_by(cluster: Cluster, readers: list[Machine], **more: str) -> None:
    """Let the workers of readers end what they do; start those of `readers`, with `more` in their environment."""
    for worker in cluster.workers:
        worker.send_signal(signal.SIGTERM)
    for worker in cluster.workers:
        worker.wait(60)
    for machine in cluster.readers:
        machine.processes.clear()
        for log in machine.root.glob("worker*.log"):
            log.rename(machine.root / f"former-{secrets.token_hex(4)}.log")
        machine.keys = {**cluster.coordinator.keys, **more}
    cluster.workers = [machine.worker("dagster") for machine in readers]
    for machine in readers:
        machine.ready()


@pytest.mark.usefixtures("spoiled")
def test_a_gate_that_keeps_a_partition_back_is_not_tried_again(cluster: Cluster) -> None:
    cluster.forget()
    backfill = cluster.ui.backfill(READ, KEYS[:1])
    cluster.finished(backfill)
    # by this tag Dagster says whether a failed run is tried again; what tries again is the same that reads it
    until(lambda: "dagster/will_retry" in cluster.runs(backfill)[-1]["tags"], "Dagster has decided", 60)
    runs = cluster.runs(backfill)
    assert [run["status"] for run in runs] == ["FAILURE"]
    told = cluster.ui.ask(
        "query($id: ID!) { logsForRun(runId: $id, limit: 1000) { ... on EventConnection { events { "
        "... on ExecutionStepFailureEvent { error { message causes { message } } } } } } }",
        id=runs[0]["runId"],
    )
    assert "length_is_true" in str(told)
    assert runs[0]["tags"].get("dagster/will_retry") == "false"


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
