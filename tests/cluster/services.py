"""Services as the tests of this folder start them: on a free port of loopback, waited for, ended with the tests."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

#: seconds until a service answers, on a machine that does other work
PATIENCE = 60.0


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
