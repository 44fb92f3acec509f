"""`baogao-dbt`: dbt's own command, which ends when the run that started it ends, however that run was killed.

A dbt that outlived its run would open work.duckdb at a moment when the next run builds it anew. What belongs here: this
process alone; it loads no Dagster. What does not: what is built, and with which arguments (``dbt_project.py``).
"""

from __future__ import annotations

import os
import signal
import sys

#: prctl(2): the signal that the kernel sends to this process when its parent ends
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Run dbt with this process's arguments."""
    parent = os.getppid()
    _end_with_parent()
    if os.getppid() != parent:  # it ended before the kernel was told
        sys.exit(1)
    from dbt.cli.main import cli

    cli()


def _end_with_parent() -> None:
    """Ask the kernel; elsewhere than on Linux nobody can be asked, and the next run waits for the file instead."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
