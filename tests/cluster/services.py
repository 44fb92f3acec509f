"""Services as the tests of this folder start them: on a free port of loopback, waited for, ended with the tests."""

from __future__ import annotations

import contextlib
import ctypes
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

#: seconds until a service answers, on a machine that does other work
PATIENCE = 60.0
#: loaded here, since a process just forked should import nothing
_PRCTL = ctypes.CDLL(None).prctl if sys.platform.startswith("linux") else None
#: prctl(2): the signal that the kernel sends to a process when its parent ends
_PR_SET_PDEATHSIG = 1


def end_with_tests() -> None:
    """Have the kernel end this process (`preexec_fn` of one just forked) when the tests end, even when killed."""
    if _PRCTL:
        _PRCTL(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    """Return a port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return as soon as somebody listens at `port`; fail where the process has ended, or after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, f"{process.args!r} ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.fail(f"nobody listens at port {port} after {PATIENCE:g} s")


@dataclass(frozen=True)
class S3:
    """A store that was started: its address, and the log of what it is asked."""

    endpoint: str
    log: Path

    def requests(self) -> list[str]:
        """Return what it has been asked, one "METHOD /path" each."""
        return re.findall(r'"((?:GET|PUT|HEAD|POST|DELETE) \S+) HTTP', self.log.read_text(encoding="utf-8"))
