"""Work in a fork of this process, which has loaded everything already.

What belongs here: the process, where what it says goes, how it ends. What does not: the work.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

#: exit code of work that raised
RAISED = 70


def asked_here(_what: str, work: Callable[..., Any], *asked: Any) -> Any:
    """Stand for ``judging.apart`` in a fork: each would start a server of processes, which loads for five seconds."""
    return work(*asked)


def start(work: Callable[[], int | None], log: Path | None = None) -> int:
    """Begin `work` in a process that leads a group of its own; return it.

    It ends with the number that `work` returns, 0 where that is none, RAISED where it raises. What it says is added to
    `log`.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    return process or _do(work, log)


def in_fork(work: Callable[[], int | None], log: Path | None = None) -> int:
    """Do `work` as ``start`` does; return its exit code (negative: the signal that killed it)."""
    return os.waitstatus_to_exitcode(os.waitpid(start(work, log), 0)[1])


def _do(work: Callable[[], int | None], log: Path | None) -> NoReturn:
    code = RAISED
    try:
        os.setsid()
        if log:
            _redirect(log)
        code = work() or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(log: Path) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
