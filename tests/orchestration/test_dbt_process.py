"""dbt ends with the run that started it, also where that run is killed and can't tell anybody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from dbt_harness import PATHS

from orchestration.home.provenance import PROJECT_DIR
from orchestration.warehouse import dbt_process
from orchestration.warehouse.dbt_process import DBT

CHILD = """
import os, time
from orchestration.warehouse import dbt_process
dbt_process.end_with_parent()
print(os.getpid(), flush=True)
time.sleep(60)
"""
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a process of its parent's end")
def test_a_killed_run_takes_its_dbt_along() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    assert psutil.wait_procs([child], timeout=10)[1] == []


def test_the_command_is_dbts_own() -> None:
    told = subprocess.run([DBT, "--version"], capture_output=True, text=True, check=False)
    assert told.returncode == 0 and "duckdb" in told.stdout


def test_a_waiting_dbt_does_what_is_asked_once_and_as_if_it_had_been_called(tmp_path: Path, parsed: Path) -> None:
    folder, target = str(PROJECT_DIR), shutil.copytree(parsed, tmp_path / "target")
    arguments = ["--project-dir", folder, "--profiles-dir", folder, "--target-path", str(target)]
    listing = [DBT, "--quiet", "ls", *arguments, "--resource-type", "seed", "--output", "name"]
    before = _children()
    with dbt_process.waiting(arguments, PATHS):
        (waiting_one,) = _children() - before
        other = _run(listing, PATHS)
        assert waiting_one.is_running(), "it is for who is told of it"
        first = _run(listing, {**PATHS, **dbt_process.ready()})
        assert waiting_one.wait(timeout=10) == 0, "it served, and ended"
        second = _run(listing, {**PATHS, **dbt_process.ready()})
        wrong = _run([DBT, "ls", "--no-such-option"], {})
    assert (
        first.stdout.split() == second.stdout.split() == other.stdout.split() == ["goal_words", "indicator_direction"]
    )
    assert (first.returncode, second.returncode, wrong.returncode) == (0, 0, 2)
    assert dbt_process.ready() == {}


PROJECT_WHILE_ONE_WAITS = """
import sys
from pathlib import Path
from orchestration.home import provenance
from orchestration.warehouse import dbt_process
provenance.PROJECT_DIR = Path(sys.argv[1])
from orchestration.cockpit.dbt_project import project
places = ["--project-dir", sys.argv[1], "--profiles-dir", sys.argv[1], "--target-path", sys.argv[2]]
with dbt_process.waiting(places, {}):
    print(project().manifest_path.exists())
"""


def test_the_project_is_parsed_while_a_dbt_waits(tmp_path: Path) -> None:
    """A fresh clone has no manifest, and the run that has a dbt wait is the one that asks for it."""
    project = tmp_path / "project"
    # sources and staging are a project too, and dbt parses them in less time than all
    rest = ("target", "logs", "intermediate", "marts", "quality", "texts", "relations", "analyses")
    shutil.copytree(PROJECT_DIR, project, ignore=shutil.ignore_patterns(*rest))
    done = _run([sys.executable, "-c", PROJECT_WHILE_ONE_WAITS, str(project), str(tmp_path / "made")], {})
    assert done.stdout.split() == ["True"], done.stderr


def _children() -> set[psutil.Process]:
    """Known by their numbers: one that has just been begun has no command line yet."""
    return set(psutil.Process().children())


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, **environment}
    return subprocess.run(command, env=told, capture_output=True, text=True, check=False)


def test_a_waiting_dbt_ends_with_the_block(tmp_path: Path) -> None:
    before = _children()
    with dbt_process.waiting([], {}):
        (waiting_one,) = _children() - before
    assert not waiting_one.is_running()
