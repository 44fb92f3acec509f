"""`baogao` as a person calls it: in this process, which has loaded everything already, or in one of its own."""

from __future__ import annotations

import gc
import io
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from orchestration.cli import main
from sources.home import REPOSITORY


@dataclass(frozen=True)
class Done:
    """Exit status and what was printed."""

    code: int
    out: str
    err: str


def baogao(*arguments: str | Path) -> Done:
    """Call the command's entry function with these arguments, in the repository's folder.

    What it says is what it would say in a process of its own; variables, warnings, signals and the collector's frozen
    objects are put back. An error that would end the process with a traceback is raised. The server of the processes
    that read and judge stays for the next command.
    """
    out, err = _stream(), _stream()
    code = 0
    command = ["baogao", *map(str, arguments)]
    with (
        patch.object(sys, "argv", command), patch.dict(os.environ), warnings.catch_warnings(), chdir(REPOSITORY),
        redirect_stdout(out), redirect_stderr(err), _signals_put_back(),
    ):  # fmt: skip
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        finally:
            gc.unfreeze()
    return Done(code, _told(out), _told(err))


@contextmanager
def _signals_put_back() -> Iterator[None]:
    former, hook = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}, sys.unraisablehook
    try:
        yield
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in former.items():
            signal.signal(number, handler)
        sys.unraisablehook = hook


def baogao_process(*arguments: str | Path) -> Done:
    """Run the command in a process of its own: for what a process alone can show, and for a first run from nothing."""
    command = [sys.executable, "-m", "orchestration.cli", *map(str, arguments)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=900)
    return Done(done.returncode, done.stdout, done.stderr)


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _told(stream: io.TextIOWrapper) -> str:
    # not closed: a handler of a library's logger may hold it for ever
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode()
