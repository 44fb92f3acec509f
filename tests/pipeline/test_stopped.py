"""Runs and the UI asked to end, in processes of their own: they end, in order, and leave nobody behind."""

from __future__ import annotations

import csv
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from benchmarks.cockpit_ui import Cockpit, wait_for
from sources.home import REPOSITORY

pytestmark = pytest.mark.slow
REPORTS = REPOSITORY / "samples" / "reports"
BAOGAO = [sys.executable, "-m", "orchestration.cli"]
#: the first words of a WebSocket
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "graphql-ws",
}
JSON = {"Content-Type": "application/json"}


def start(*arguments: str, sigint_ignored: bool = False) -> subprocess.Popen[str]:
    before = signal.getsignal(signal.SIGINT)
    if sigint_ignored:  # as a shell does that starts it in the background of a script
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.Popen(
            [*BAOGAO, *arguments],
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def descendants(process: subprocess.Popen[str]) -> set[psutil.Process]:
    try:
        return set(psutil.Process(process.pid).children(recursive=True))
    except psutil.Error:
        return set()


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    with (folder / "catalogue.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("location", "region_code", "region", "level", "report_year"))
        for name in ("990100_2022", "990000_2022"):
            shutil.copyfile(REPORTS / f"{name}.txt", folder / f"{name}.txt")
            writer.writerow((f"{name}.txt", name[:6], "", "", name[7:]))
    return folder / "catalogue.csv"


@pytest.mark.parametrize(
    ("number", "everybody", "moment"),
    [
        (signal.SIGINT, True, "lake/reports/*/*.parquet"),
        (signal.SIGTERM, False, "work.duckdb"),
        (signal.SIGTERM, False, "releases/.building*"),
    ],
)
def test_a_run_that_is_told_to_end_publishes_nothing(
    tmp_path: Path, catalogue: Path, number: signal.Signals, everybody: bool, moment: str
) -> None:
    process = start("run", "--catalogue", str(catalogue), "--home", str(tmp_path))
    children: set[psutil.Process] = set()

    def has_come() -> bool:
        children.update(descendants(process))
        return process.poll() is not None or any(tmp_path.glob(moment))

    wait_for(moment, has_come, 300, every=0.02)
    os.killpg(process.pid, number) if everybody else process.send_signal(number)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 128 + number, told
    assert "baogao: interrupted; nothing is published; run again to go on" in told and "Traceback" not in told
    assert not (tmp_path / "published").exists()
    assert [path.name for path in (tmp_path / "releases").glob("*")] == []
    assert psutil.wait_procs(children, timeout=20)[1] == []


def status_of(port: int, method: str, headers: dict[str, str], body: str | None = None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, "/graphql", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize(("number", "sigint_ignored"), [(signal.SIGTERM, True), (signal.SIGKILL, False)])
def test_the_ui_refuses_foreign_pages_and_ends_with_all_its_servers(
    tmp_path: Path, number: signal.Signals, sigint_ignored: bool
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = start("ui", "--home", str(tmp_path), "--port", str(port), sigint_ignored=sigint_ignored)
    try:
        cockpit = Cockpit(f"http://127.0.0.1:{port}", tmp_path)
        wait_for("the UI answers", lambda: _answers(cockpit, process), 300)
        harmless = json.dumps({"query": "{ version }"})
        own = {"Origin": f"http://127.0.0.1:{port}"}
        foreign = {"Origin": "http://elsewhere.example"}
        assert status_of(port, "POST", JSON | own, harmless) == 200
        assert status_of(port, "GET", UPGRADE | own) == 101
        # the four ways of a foreign page
        assert status_of(port, "POST", JSON | foreign, harmless) == 403
        assert status_of(port, "POST", {"Content-Type": "text/plain"}, harmless) == 403
        assert status_of(port, "POST", JSON | {"Host": "elsewhere.example"}, harmless) == 403
        assert status_of(port, "GET", UPGRADE | foreign) == 403
        children = descendants(process)
        assert len(children) >= 4
        process.send_signal(number)
        told = process.communicate(timeout=60)[1]
        assert process.returncode == (143 if number == signal.SIGTERM else -number), told
        assert psutil.wait_procs(children, timeout=40)[1] == []
    finally:
        process.kill()


def _answers(cockpit: Cockpit, process: subprocess.Popen[str]) -> bool:
    assert process.poll() is None
    try:
        return bool(cockpit.ask("{ version }"))
    except OSError:
        time.sleep(0.5)
        return False
