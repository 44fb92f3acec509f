"""The gate's process: it says what the suites say, its death is no verdict, and it ends with a run that is killed."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import forkserver

import pandas as pd
import psutil
import pytest
from gate_rows import rejection

import expectations
from orchestration.hops import judging
from sources.home import REPOSITORY
from sources.tables import REJECTIONS, Columns

KEY = "990000|2021"

STARTS_AND_WAITS = """
import sys, time
sys.path.insert(0, "tests/orchestration")
from gate_rows import rejection
from orchestration.hops import judging
from sources.tables import REJECTIONS
if __name__ == "__main__":
    judging.judge("rejections", REJECTIONS.columns_of([rejection("990000|2021", 1)]), ["990000|2021"], "v")
    print("judged", flush=True)
    time.sleep(60)
"""


def is_loading_what_judges() -> bool:
    """Load the code location; tell whether the server that judges are forked from was started by that."""
    from orchestration.cockpit.definitions import defs

    defs()
    return forkserver._forkserver._forkserver_pid is not None  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    yield
    judging.close()


def columns() -> Columns:
    rows = [rejection(KEY, 1), rejection(KEY, 2, reason="weather"), rejection(KEY, 3), rejection(KEY, 3)]
    return REJECTIONS.columns_of(rows)


def test_the_process_says_what_the_suites_say() -> None:
    told = judging.judge("rejections", columns(), [KEY], "v")
    here = expectations.validate("rejections", pd.DataFrame(columns(), dtype=object), [KEY], "v")
    plain = [{k: v for k, v in result.items() if k != "checked_at"} for result in told.results]
    assert plain == [{k: v for k, v in result.items() if k != "checked_at"} for result in here.results]
    assert told.stopped == here.stopped and KEY in told.stopped
    assert told.quarantined == {1: "reason_in_vocabulary"}
    assert told.cpu > 0


def test_a_process_that_dies_is_no_verdict_and_the_next_question_starts_another() -> None:
    judging.judge("rejections", columns(), [KEY], "v")
    # without rows that could be judged in no time: the process is killed while it works
    many = REJECTIONS.columns_of([rejection(KEY, number) for number in range(200_000)])
    process = judging_process()
    before = process.cpu_times().user
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(judging.judge, "rejections", many, [KEY], "v")
        while process.cpu_times().user < before + 0.3:
            time.sleep(0.01)
        process.kill()
        with pytest.raises(RuntimeError, match="the process that judges rejections died"):
            asked.result()
    assert judging.judge("rejections", columns(), [KEY], "v").stopped


def test_one_that_died_between_two_questions_is_replaced() -> None:
    judging.judge("rejections", columns(), [KEY], "v")
    process = judging_process()
    process.kill()
    while judging._process().active:  # until its pool has noticed
        time.sleep(0.01)
    assert judging.judge("rejections", columns(), [KEY], "v").stopped


def judging_process() -> psutil.Process:
    """Return the process in which the last question was answered."""
    (worker,) = judging._process()._pool_manager.worker_manager.workers
    return psutil.Process(worker)


def test_a_suite_that_cannot_be_evaluated_raises_here_too() -> None:
    with pytest.raises(KeyError):
        judging.judge("no such table", columns(), [KEY], "v")


def test_the_process_ends_with_a_run_that_is_killed() -> None:
    run = subprocess.Popen([sys.executable, "-c", STARTS_AND_WAITS], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None and run.stdout.readline() == "judged\n"
    below = psutil.Process(run.pid).children(recursive=True)
    assert any("forkserver" in " ".join(one.cmdline()) for one in below)
    run.kill()
    run.wait()
    _, left = psutil.wait_procs(below, timeout=20)
    # one that ended and that nobody waits for is still listed
    going = [one for one in left if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    for one in going:
        one.kill()
    assert going == []


def test_a_run_of_the_ui_loads_what_judges_while_it_begins() -> None:
    # as the code server spawns the process of a run
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as spawned:
        assert spawned.submit(is_loading_what_judges).result()
    command = "from test_judging import is_loading_what_judges as asked; print(asked())"
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY / 'tests/orchestration'}:{REPOSITORY}"}
    alone = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=True)
    assert alone.stdout.strip() == "False", "the code server and the daemon judge nothing"


def test_once_it_is_closed_the_next_question_starts_another() -> None:
    judging.judge("rejections", columns(), [KEY], "v")
    judging.close()
    assert not [p for p in multiprocessing.active_children() if p.is_alive()]
    assert judging.judge("rejections", columns(), [KEY], "v").stopped
