"""Ends the services of `baogao ui` when the process that started them ends, however that one is ended.

What belongs here: that process alone. It leads their process group, knows nothing of them, and reads a pipe whose other
end only `baogao ui` holds: the kernel closes it also where that one is killed and can't tell anybody.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

#: seconds in which a service may end in order
PATIENCE = 20.0


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.read(0, 1)
    group = os.getpgrp()
    os.killpg(group, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and _others(group):
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)  # this process too


def _others(group: int) -> bool:
    """Whether anybody else is in the group. Where there is no /proc nobody can be asked, and all get their time."""
    processes = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    for process in processes:
        with suppress(OSError):
            if process != os.getpid() and os.getpgid(process) == group:
                return True
    return not processes


if __name__ == "__main__":
    main()
