"""What several machines need, on loopback: PostgreSQL, Redis, and "machines", each a home and processes of its own.

Every server listens on a free port and is ended with its block. What does not belong here: the store (conftest.py).
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from services import end_with_tests, free_port

from orchestration.cockpit import services as ui_services

SAMPLE = Path(__file__).resolve().parents[2] / "samples"
#: seconds; the machine that runs the tests may be busy with others
PATIENCE = 240.0


def programs(name: str) -> Path | None:
    """Return one of PostgreSQL's programs, which Debian keeps off the PATH."""
    there = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")) or list(filter(None, [shutil.which(name)]))
    return Path(there[-1]) if there else None


def missing() -> str:
    """Return what of the servers is not there, as a reason to skip; "" where all are."""
    lacking = [] if programs("initdb") else ["PostgreSQL (initdb)"]
    return ", ".join([*lacking, *([] if shutil.which("redis-server") else ["redis-server"])])


def until(true: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Return what `true` returns as soon as that is true; fails with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds:g} s: {what}")


def _listens(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def postgres() -> Iterator[str]:
    """Start PostgreSQL as the user postgres, since it refuses root; yield the address of an empty database."""
    # not below pytest's folders, which nobody else may enter
    folder = Path(tempfile.mkdtemp(prefix="baogao-pg-"))
    port, user = free_port(), {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    try:
        if user:
            shutil.chown(folder, "postgres", "postgres")
        initdb = [str(programs("initdb")), "-D", str(folder / "data"), "-U", "baogao", "--auth=trust", "--no-sync"]
        subprocess.run(initdb, check=True, capture_output=True, cwd="/", **user)
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        command = [str(programs("postgres")), "-D", str(folder / "data"), "-p", str(port)]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        log = (folder / "log").open("w")
        server = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=log, cwd="/", preexec_fn=end_with_tests, **user
        )
        try:
            until(lambda: _listens(port), "PostgreSQL listens", 60)
            yield f"postgresql://baogao@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis() -> Iterator[str]:
    """Start Redis with a folder of its own; yield its address, without a database's number."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="baogao-redis-") as folder:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder, preexec_fn=end_with_tests)
        try:
            until(lambda: _listens(port), "Redis listens", 60)
            yield f"redis://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


@dataclass
class Machine:
    """One host: a home, and processes that know of no other's. `shared` is the text of baogao.toml, `keys` what stands
    in its environment."""

    root: Path
    shared: str
    keys: Mapping[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "baogao.toml").write_text(self.shared, encoding="utf-8")

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            name: value for name, value in os.environ.items() if not name.startswith(("BAOGAO_", "DAGSTER_", "FSSPEC"))
        }
        more = {"BAOGAO_HOME": str(self.home), "HOME": str(self.root), "BAOGAO_WORKERS": "1"}
        return {**ours, **more, **self.keys, "DAGSTER_DISABLE_TELEMETRY": "true"}

    def log(self, name: str) -> Path:
        return self.root / f"{name}.log"

    def start(
        self, name: str, arguments: Sequence[str], more: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Begin `baogao ARGUMENTS` in a process group of its own; what it says goes to `name`.log."""
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", *arguments],
            env={**self.environment, **(more or {})},
            stdout=self.log(name).open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_tests,
        )
        self.processes.append(process)
        return process

    def baogao(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "orchestration.cli", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=1200, check=False)

    def worker(self, *queues: str) -> subprocess.Popen[bytes]:
        """Begin a worker, which `ready` waits for."""
        name = f"worker{len(self.processes)}"
        return self.start(name, ["worker", *(part for queue in queues for part in ("--queue", queue))])

    def ready(self) -> None:
        """Wait until each worker takes runs."""
        for log in self.root.glob("worker*.log"):
            until(partial(self._takes_runs, log), f"{log.name} says ready")

    def _takes_runs(self, log: Path) -> bool:
        assert all(process.poll() is None for process in self.processes), log.read_text()[-3000:]
        return b" ready." in log.read_bytes()

    def end(self) -> None:
        for process in self.processes:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with its whole group, as when its machine loses power."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@dataclass
class Ui:
    """The coordinator's GraphQL."""

    address: str

    def ask(self, query: str, **variables: Any) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.address}/graphql", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                told = json.load(answer)
        except urllib.error.HTTPError as error:  # its body says why
            raise AssertionError(error.read().decode()) from None
        assert "errors" not in told, told
        return told["data"]

    def backfill(self, assets: Sequence[str], partitions: Sequence[str]) -> str:
        """Ask for `partitions` of `assets`, as the UI's button does; return the backfill's id."""
        told = self.ask(
            "mutation($p: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $p) "
            "{ __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }",
            p={"assetSelection": [{"path": [name]} for name in assets], "partitionNames": list(partitions)},
        )
        return str(told["launchPartitionBackfill"]["backfillId"])

    def backfill_status(self, backfill: str) -> str:
        told = self.ask(
            "query($id: String!) { partitionBackfillOrError(backfillId: $id) "
            "{ ... on PartitionBackfill { status } ... on PythonError { message } } }",
            id=backfill,
        )
        return str(told["partitionBackfillOrError"]["status"])

    def cancel(self, run: str) -> None:
        told = self.ask(
            "mutation($id: String!) { terminateRun(runId: $id, terminatePolicy: SAFE_TERMINATE) { __typename } }",
            id=run,
        )
        assert told["terminateRun"]["__typename"] == "TerminateRunSuccess", told

    def launch(self, assets: Sequence[str], partition: str, tags: Mapping[str, str]) -> str:
        """Ask for one partition of `assets` by a run with `tags`, as the UI's button does; return the run's id."""
        _, location = ui_services.location()
        selector = {
            "repositoryName": "__repository__", "repositoryLocationName": location, "jobName": "__ASSET_JOB",
            "assetSelection": [{"path": [name]} for name in assets],
        }  # fmt: skip
        told = self.ask(
            "mutation($p: ExecutionParams!) { launchRun(executionParams: $p) "
            "{ __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }",
            p={"selector": selector, "mode": "default", "runConfigData": "{}", "executionMetadata": {
                "tags": [{"key": k, "value": v} for k, v in {"dagster/partition": partition, **tags}.items()]}},
        )  # fmt: skip
        assert told["launchRun"]["__typename"] == "LaunchRunSuccess", told
        return str(told["launchRun"]["run"]["runId"])

    def events(self, run: str) -> dict[str, list[str]]:
        """Return the log of a run: kind of event → what each of it says, and of steps that failed the error."""
        told = self.ask(
            "query($id: ID!) { logsForRun(runId: $id, limit: 1000) { ... on EventConnection { events { __typename "
            "... on MessageEvent { message } ... on ExecutionStepFailureEvent { error { message causes { message } } } "
            "} } } }",
            id=run,
        )
        found: dict[str, list[str]] = {}
        for event in told["logsForRun"]["events"]:
            found.setdefault(event["__typename"], []).append(str(event))
        return found

    def runs(self) -> list[dict[str, Any]]:
        """Return all runs, the newest first: runId, status, tags (by key), assets."""
        told = self.ask(
            "{ runsOrError(limit: 1000) { ... on Runs { results { runId status creationTime startTime endTime "
            "tags { key value } assetSelection { path } } } } }"
        )
        return [
            {**run, "tags": {tag["key"]: tag["value"] for tag in run["tags"]},
             "assets": sorted(key["path"][-1] for key in run["assetSelection"] or [])}
            for run in told["runsOrError"]["results"]
        ]  # fmt: skip


@contextmanager
def coordinator(machine: Machine) -> Iterator[Ui]:
    """Start `baogao ui` on a machine; yield its GraphQL when it knows the assets."""
    port = free_port()
    process = machine.start("ui", ["ui", "--port", str(port)])
    ui = Ui(f"http://127.0.0.1:{port}")

    def ready() -> bool:
        assert process.poll() is None, machine.log("ui").read_text()[-3000:]
        try:
            told = ui.ask("{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }")
        except (OSError, ValueError):
            return False
        return bool(told["repositoriesOrError"].get("nodes"))

    try:
        until(ready, "the UI answers")
        yield ui
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            kill(process)


#: texts of the sample that cells are made of, by the year whose goals they set
_TEXTS = ("990000_2023.txt", "990100_2023.txt", "990200_2023.txt")


def _moved(year: re.Match[str], by: int) -> str:
    return str(int(year[0]) + by)


def write_reports(folder: Path, years: Sequence[int]) -> Path:
    """Write the sample's reports of 2023 as those of other years, three a year; return their catalogue."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["location,region_code,region,level,report_year"]
    with (SAMPLE / "catalogue.csv").open(encoding="utf-8") as handle:
        named = {row["region_code"]: row for row in csv.DictReader(handle)}
    for year in years:
        for name in _TEXTS:
            code = name.partition("_")[0]
            text = (SAMPLE / "reports" / name).read_text(encoding="utf-8")
            moved = re.sub(r"(?<!\d)20[12]\d(?=\s*年)", partial(_moved, by=year - 2023), text)
            path = folder / f"{code}_{year}.txt"
            path.write_text(moved, encoding="utf-8")
            lines.append(f"{path},{code},{named[code]['region']},{named[code]['level']},{year}")
    catalogue = folder / "catalogue.csv"
    catalogue.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return catalogue
