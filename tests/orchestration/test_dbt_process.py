"""dbt ends with the run that started it, also where that run is killed and can't tell anybody."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from orchestration.lib.dbt_project import DBT

CHILD = """
import os, time
from orchestration.lib import dbt_process
dbt_process._end_with_parent()
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
