"""Bounded processes: a bad document ends as a failure, in time, and the others go on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import forkserver
from pathlib import Path

import psutil
import pytest

from sources.bounded import Failure, run_bounded
from sources.document.read import UnreadableDocument, read_document

from . import bounded
from .hostile import HOSTILE, mutated

#: seconds that one document may take in all, its process's start included
PATIENCE = 25.0


def test_failures_are_told_apart_and_order_is_kept() -> None:
    tasks = ["a", "sleep", "b", "eat", "c", "die", "d", "raise", "e"]
    results = dict(run_bounded(bounded.act, tasks, workers=2, timeout=3.0, memory=300_000_000))
    assert list(results) == tasks
    assert {task: value.reason for task, value in results.items() if isinstance(value, Failure)} == {
        "sleep": "timeout",
        "eat": "memory",
        "die": "crash",
        "raise": "error",
    }
    assert [results[t] for t in "abcde"] == list("ABCDE")


def test_a_process_that_dies_leaves_no_dump_of_its_memory() -> None:
    # in a process of its own, which begins with whatever it may have
    code = (
        "import resource; from sources.bounded import _prepare\n"
        "hard = 4096\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))\n"
        "_prepare(1_000_000_000); print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if "not allowed to raise" in ended.stderr:
        pytest.skip("the machine allows no dumps, and this user may not allow them")
    assert ended.stdout.strip() == "(0, 0)", ended.stderr


def test_closing_the_iterator_ends_the_processes() -> None:
    results = run_bounded(bounded.act, (t for t in ["a", *["sleep"] * 50]), workers=2, timeout=30.0)
    assert next(results) == ("a", "A")
    start = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 10


def test_a_process_that_dies_with_nothing_in_hand_costs_no_task_its_result() -> None:
    def tasks() -> Iterator[str]:
        yield from ("a", "b")
        kill_idle_processes()
        yield from ("c", "d")
        kill_idle_processes()
        yield "e"

    assert dict(run_bounded(bounded.act, tasks(), workers=2)) == {letter: letter.upper() for letter in "abcde"}


def test_processes_that_never_begin_are_told_as_such(tmp_path: Path) -> None:
    # each ends as it loads the pool's own code, before a task can reach it
    (tmp_path / "still_born.py").write_text(
        "import os, sys\n"
        "class Ending:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'pebble':\n"
        "            os._exit(9)\n"
        "sys.meta_path.insert(0, Ending())\n"
    )
    code = (
        "from sources.bounded import run_bounded\n"
        "if __name__ == '__main__':\n    print(list(run_bounded(str.upper, ['a'], preload=('still_born',))))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert "RuntimeError: the processes that work on documents died 4 times before they had one in hand" in ended.stderr


def kill_idle_processes() -> None:
    """Kill the processes that wait for a task, and give their pool the time to notice."""
    time.sleep(1.0)
    server = psutil.Process(forkserver._forkserver._forkserver_pid)  # type: ignore[attr-defined]
    for process in server.children():
        process.kill()
    time.sleep(1.0)


@pytest.mark.slow
def test_hostile_files_end_in_time_as_refusals(tmp_path: Path) -> None:
    paths = []
    for name, make in HOSTILE.items():
        path = tmp_path / name
        path.write_bytes(make())
        paths.append(str(path))
    ended: dict[str, str] = {}
    last = time.monotonic()
    for path, value in run_bounded(bounded.read, paths, workers=1):
        assert time.monotonic() - last < PATIENCE, path
        last = time.monotonic()
        ended[Path(path).name] = value.reason if isinstance(value, Failure) else value
    assert set(ended) == set(HOSTILE)
    assert set(ended.values()) <= {"timeout", "memory", "crash", "hostile", "unreadable", "unsupported_format", "text"}
    refused = ("bomb.docx", "laughs.docx", "nested_tables.docx", "huge.html", "looping.pdf", "noise.bin", "nul.txt")
    assert {ended[name] for name in refused} <= {"hostile", "unreadable", "unsupported_format"}


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_changed_pages_end_as_text_or_refusal(start: int) -> None:
    """Twenty thousand were run once (``hostile.mutated``); these are the first."""
    for seed in range(start, start + 100):
        begun = time.monotonic()
        try:
            documents = read_document([mutated(seed)], name="a.mht" if seed % 4 == 3 else "a.html")
        except UnreadableDocument:
            documents = []
        for document in documents:
            assert not set("\x02\x03\x04\x05\x06\x07\x08\x0e") & set(document.text), seed
            assert all(0 <= start + length <= len(document.source) for _, start, length in document.source_map), seed
        assert time.monotonic() - begun < PATIENCE, seed
