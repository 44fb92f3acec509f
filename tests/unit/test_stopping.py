"""A signal ends a command: the first in order, with a true word on what is served, the second at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sources.home import REPOSITORY

#: says that it is ready, then works until something ends it; `cleaning` takes long, `stuck` for ever,
#: `deaf` has handlers as Dagster's
COMMAND = """
import signal, sys, time
from orchestration.cli import stopping
from sources.home import Home

stopping.heed()
kind, home = sys.argv[1], Home(__import__("pathlib").Path(sys.argv[2]))
if kind == "stuck":
    stopping.PATIENCE = 1.0
with stopping.telling(home):
    if kind == "deaf":
        for number in stopping.SIGNALS:
            signal.signal(number, lambda *_: None)
    try:
        if kind == "publishing":
            home.published.unlink()
            home.published.symlink_to(home.releases / "20260102T000000Z")
        print("ready", flush=True)
        if kind == "in garbage":
            class Cycle:
                def __del__(self):
                    signal.raise_signal(signal.SIGTERM)
            Cycle()
        for _ in range(600):
            time.sleep(0.05)
            if kind == "deaf":
                stopping.check()
        print("went on", flush=True)
    finally:
        if kind in ("cleaning", "stuck"):
            print("cleaning", flush=True)
            time.sleep(60)
"""


def start(kind: str, home: Path, *, sigint_ignored: bool = False) -> subprocess.Popen[str]:
    before = signal.getsignal(signal.SIGINT)
    if sigint_ignored:  # as a shell does that starts it in the background of a script
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, kind, str(home)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def home_with_releases(folder: Path) -> Path:
    for name in ("20260101T000000Z", "20260102T000000Z"):
        (folder / "releases" / name).mkdir(parents=True)
    (folder / "published").symlink_to(folder / "releases" / "20260101T000000Z")
    return folder


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(("kind", "sigint_ignored"), [("plain", False), ("plain", True), ("deaf", False)])
def test_the_first_signal_ends_a_command(
    tmp_path: Path, number: int, status: int, kind: str, sigint_ignored: bool
) -> None:
    process = start(kind, tmp_path, sigint_ignored=sigint_ignored)
    process.send_signal(number)
    told = process.communicate(timeout=20)
    assert process.returncode == status, told
    assert told == ("", "baogao: interrupted; nothing is published; run again to go on\n")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("plain", "the former release 20260101T000000Z is still served"),
        ("publishing", "the new release 20260102T000000Z is served"),
    ],
)
def test_what_is_served_is_told_as_it_is(tmp_path: Path, kind: str, words: str) -> None:
    process = start(kind, home_with_releases(tmp_path))
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20)[1] == f"baogao: interrupted; {words}; run again to go on\n"


def test_the_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    process = start("cleaning", tmp_path)
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None and process.stdout.readline() == "cleaning\n"
    # `timeout` sends to the process and then to its group: that is one wish
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 143 and time.monotonic() - began < 5


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_alone_ends_what_cannot_be_unwound(tmp_path: Path, number: int, status: int) -> None:
    process = start("stuck", tmp_path)
    began = time.monotonic()
    process.send_signal(number)
    said, complaint = process.communicate(timeout=20)
    assert process.returncode == status and 1.0 <= time.monotonic() - began < 10
    assert (said, complaint.startswith("baogao: interrupted; ")) == ("cleaning\n", True)


def test_a_signal_that_comes_while_garbage_is_collected_is_not_lost(tmp_path: Path) -> None:
    told = start("in garbage", tmp_path).communicate(timeout=20)
    assert told == ("", "baogao: interrupted; nothing is published; run again to go on\n")


def test_any_command_ends_so_without_a_traceback() -> None:
    program = (
        "import os, signal, time; from orchestration import cli\n"
        "from orchestration.cli import commands\n"
        "commands.app = lambda: (os.kill(os.getpid(), signal.SIGINT), time.sleep(5))\n"
        "cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")
