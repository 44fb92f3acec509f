"""The cockpit as its users have it: `baogao ui` in processes of its own on loopback, asked through its GraphQL.

What belongs here: starting and ending the web server with its daemon, and the few questions that the measurements, the
tests and the screens ask it. What does not: measuring, pictures.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sources.home import REPOSITORY

LOCATION = {"repositoryLocationName": "baogao", "repositoryName": "__repository__"}
#: seconds; on a busy machine the code location needs most of a minute
READY = 240.0
T = TypeVar("T")


class CockpitError(RuntimeError):
    """The UI did not come up, refused a question, or something took longer than it may; says which."""


@dataclass(frozen=True)
class Cockpit:
    """A UI that is running at `address` (no slash at the end) for the installation at `home`."""

    address: str
    home: Path

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the data that GraphQL answers. Raises CockpitError with its words where it refuses."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.address}/graphql", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            raise CockpitError(f"GraphQL answers {error.code}: {error.read().decode()[:2000]}") from error
        if answer.get("errors"):
            raise CockpitError(f"GraphQL answers: {json.dumps(answer['errors'])[:2000]}")
        return dict(answer["data"])

    def backfill(self, assets: Sequence[str], keys: Sequence[str]) -> str:
        """Launch a backfill of `assets` over the partitions `keys`, as the UI's button does; return its id."""
        answer = self.ask(
            """
            mutation Launch($params: LaunchBackfillParams!) {
              launchPartitionBackfill(backfillParams: $params) {
                __typename
                ... on LaunchBackfillSuccess { backfillId }
                ... on PythonError { message }
              }
            }
            """,
            params={"assetSelection": [{"path": [name]} for name in assets], "partitionNames": list(keys), "tags": []},
        )["launchPartitionBackfill"]
        if answer["__typename"] != "LaunchBackfillSuccess":
            raise CockpitError(f"the backfill was not launched: {answer}")
        return str(answer["backfillId"])

    def backfill_status(self, backfill_id: str) -> str:
        answer = self.ask(
            """
            query Backfill($id: String!) {
              partitionBackfillOrError(backfillId: $id) {
                __typename ... on PartitionBackfill { status error { message } }
              }
            }
            """,
            id=backfill_id,
        )["partitionBackfillOrError"]
        return str(answer.get("status") or answer)

    def runs(self, **filter_: Any) -> list[dict[str, Any]]:
        """Return the newest 500 runs that fit the filter, as `runId`, `status`, `jobName`, `assets`, `tags`, times."""
        answer = self.ask(
            """
            query Runs($filter: RunsFilter) {
              runsOrError(filter: $filter, limit: 500) {
                __typename
                ... on Runs { results {
                  runId status jobName creationTime startTime endTime tags { key value } assetSelection { path }
                } }
              }
            }
            """,
            filter=filter_ or None,
        )["runsOrError"]
        return [
            {
                **run,
                "tags": {tag["key"]: tag["value"] for tag in run["tags"]},
                "assets": [key["path"][-1] for key in run["assetSelection"] or []],
            }
            for run in answer["results"]
        ]

    def runs_of_backfill(self, backfill_id: str) -> list[dict[str, Any]]:
        return self.runs(tags=[{"key": "dagster/backfill", "value": backfill_id}])

    def partition_counts(self, asset: str) -> dict[str, int]:
        """Return how many partitions of `asset` the UI shows as materialized, failed, in progress."""
        answer = self.ask(
            """
            query Asset($key: AssetKeyInput!) {
              assetNodeOrError(assetKey: $key) {
                __typename
                ... on AssetNode { partitionStats { numMaterialized numFailed numMaterializing numPartitions } }
              }
            }
            """,
            key={"path": [asset]},
        )["assetNodeOrError"]
        return dict(answer["partitionStats"])

    def sensor_ticks(self, name: str) -> list[float]:
        """Return when the sensor ticked and was done, newest first, in seconds since 1970."""
        answer = self.ask(
            """
            query Ticks($selector: SensorSelector!) {
              sensorOrError(sensorSelector: $selector) {
                __typename ... on Sensor { sensorState { ticks(limit: 20) { timestamp endTimestamp status } } }
              }
            }
            """,
            selector={**LOCATION, "sensorName": name},
        )["sensorOrError"]
        ticks = answer["sensorState"]["ticks"]
        return [tick["endTimestamp"] or tick["timestamp"] for tick in ticks if tick["status"] != "STARTED"]

    def switch_on_sensor(self, name: str) -> None:
        """Switch a sensor on, as the UI's switch does."""
        (told,) = self.ask(
            """
            mutation On($selector: SensorSelector!) {
              startSensor(sensorSelector: $selector) { __typename ... on PythonError { message } }
            }
            """,
            selector={**LOCATION, "sensorName": name},
        ).values()
        if told["__typename"] != "Sensor":
            raise CockpitError(f"the sensor {name} was not switched on: {told}")


def wait_for(what: str, ask: Callable[[], T | None], seconds: float, every: float = 0.5) -> T:
    """Return the first answer of `ask` that is neither None nor False; raise CockpitError, with `what`, at the end."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ask()
        if answer is not None and answer is not False:
            return answer
        time.sleep(every)
    raise CockpitError(f"{what}: not within {seconds:.0f} s")


@contextmanager
def cockpit(home: Path, log: Path | None = None) -> Iterator[Cockpit]:
    """Run `baogao ui` for `home` while the block runs; what it prints goes to `log` [home/ui.log]."""
    home.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    environment = {**os.environ, "DAGSTER_DISABLE_TELEMETRY": "true", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "orchestration.cli", "ui", "--home", str(home), "--port", str(port)]
    with (log or home / "ui.log").open("ab") as stream:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, env=environment, stdout=stream, stderr=stream, start_new_session=True
        )
        try:
            running = Cockpit(f"http://127.0.0.1:{port}", home)
            wait_for("the UI loads the code location", lambda: _loaded(running, process), READY)
            yield running
        finally:
            _end(process)


def _loaded(running: Cockpit, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise CockpitError(f"the UI ended with status {process.returncode}; see {running.home / 'ui.log'}")
    try:
        answer = running.ask(
            "{ repositoriesOrError { __typename ... on RepositoryConnection { nodes { name } } }"
            " instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }"
        )
    except (OSError, CockpitError):
        return False
    daemons = answer["instance"]["daemonHealth"]["allDaemonStatuses"]
    working = all(daemon["healthy"] for daemon in daemons if daemon["required"])
    return bool(answer["repositoriesOrError"].get("nodes")) and working


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the UI as a supervisor would, then whatever of its group is left: nobody else is in it."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
