"""A cluster as the tests have it: a coordinator, two machines that read, and nothing shared but the services.

What belongs here: starting one, what several tests ask of it, and what one machine alone makes of the same reports.
What does not: servers and single machines (``machines.py``).
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import machines
import pytest
from machines import Machine, Ui, until
from services import S3

from orchestration.home.installation import Installation, open_installation
from orchestration.hops import snapshots
from sources import store
from sources.partitions import Partition
from sources.tables import BY_NAME

READ = ["reports", "observations", "rejections", "sentences", "term_counts"]
ALL = ["snapshots", *READ]
#: cells of the test that everybody runs, and of the bar
CELLS = int(os.environ.get("BAOGAO_TEST_CELLS", "6"))
YEARS = range(2024 - CELLS, 2024)
KEYS = [f"990000|{year}" for year in YEARS]

KEY = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
#: what a home without any of this does: follow the catalogue argv[2] in the home argv[1], and bring it up to date
_ALONE = """
import sys
from pathlib import Path
from orchestration.home.installation import open_installation
from orchestration.hops import HOPS
if __name__ == "__main__":
    opened = open_installation(sys.argv[1])
    opened.follow(Path(sys.argv[2]))
    for hop in HOPS:
        hop.run(opened, sorted(opened.entries()))
"""

Rows: TypeAlias = dict[tuple[str, str], list[dict[str, Any]]]


@dataclass
class Cluster:
    """Three machines: a coordinator, and two that read."""

    ui: Ui
    coordinator: Machine
    readers: list[Machine]
    workers: list[subprocess.Popen[bytes]]

    @property
    def root(self) -> Path:
        return self.coordinator.root.parent

    def open(self) -> Installation:
        """Open the store as this process sees it, from a home of its own."""
        return open_installation(self.root / "looking")

    def forget(self) -> None:
        """Remove what was read, so that it is to be read again; fetch what no test has fetched yet."""
        opened = self.open()
        if not store.listing(f"{opened.lake.root}/snapshots"):
            snapshots.HOP.run(opened, sorted(opened.entries()))
        for table in [*READ, *(f"gate_results/{year}" for year in YEARS)]:
            store.remove(*store.listing(f"{opened.lake.root}/{table}"))

    def finished(self, backfill: str, seconds: float = 1200) -> None:
        done = ("COMPLETED", "COMPLETED_SUCCESS", "COMPLETED_FAILED", "FAILED", "CANCELED")
        until(lambda: self.ui.backfill_status(backfill) in done, "the backfill has ended", seconds)

    def runs(self, backfill: str, assets: list[str] = READ) -> list[dict[str, Any]]:
        found = [run for run in self.ui.runs() if run["tags"].get("dagster/backfill") == backfill]
        return [run for run in found if run["assets"] == sorted(assets)]

    def run(self, run_id: str) -> dict[str, Any]:
        return next(run for run in self.ui.runs() if run["runId"] == run_id)

    def done_by(self, machine: Machine) -> int:
        """Return how many runs the workers of a machine have brought to their end."""
        return sum(
            len(re.findall(r"execute_job\[\S+ succeeded", log.read_text())) for log in machine.root.glob("*.log")
        )


@contextmanager
def started(s3: S3, root: Path, catalogue: Path, *queues: str) -> Iterator[Cluster]:
    """Start a cluster that follows `catalogue`, its coordinator with a worker for each of `queues`; end it all."""
    import botocore.session

    patch = pytest.MonkeyPatch()
    with machines.postgres() as records, machines.redis() as queue:
        bucket = f"machines-{secrets.token_hex(4)}"
        address = f"s3://{bucket}/baogao"
        for name, value in {**KEY, "BAOGAO_STORE": address, "BAOGAO_S3_ENDPOINT": s3.endpoint}.items():
            patch.setenv(name, value)
        client = botocore.session.get_session().create_client("s3", endpoint_url=s3.endpoint, region_name="us-east-1")
        client.create_bucket(Bucket=bucket)
        text = (
            f'store = "{address}"\n[s3]\nendpoint = "{s3.endpoint}"\n[cluster]\nengine = "celery"\n'
            f'records = "{records}"\nbroker = "{queue}/0"\nresults = "{queue}/1"\nslots = 3\n'
        )
        made = [Machine(root / name, text, KEY) for name in ("coordinator", "reader1", "reader2")]
        open_installation(root / "looking").follow(catalogue)
        try:
            workers = [machine.worker("dagster") for machine in made[1:]]
            for name in queues:
                made[0].worker(name)
            with machines.coordinator(made[0]) as ui:
                for machine in made:
                    machine.ready()
                yield Cluster(ui, made[0], made[1:], workers)
        finally:
            for machine in made:
                machine.end()
            patch.undo()


def make_alone(folder: Path) -> None:
    """Write reports and their catalogue, and what one machine without a cluster makes of them."""
    catalogue = machines.write_reports(folder / "reports", YEARS)
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith(("BAOGAO_", "FSSPEC"))}
    command = [sys.executable, "-c", _ALONE, str(folder / "home"), str(catalogue)]
    subprocess.run(command, check=True, env=surroundings, timeout=900)


def rows_of(installation: Installation, keys: list[str]) -> Rows:
    """Return all rows of what is read, by table and cell."""
    found = {}
    for key in keys:
        for table in READ:
            data = installation.lake.read(BY_NAME[table], Partition.parse(key))
            assert data is not None, (table, key)
            found[table, key] = data.to_pylist()
    return found
