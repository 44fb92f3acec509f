"""Reports that hang, exhaust memory or raise, for tests: what takes the place of a hop's worker function.

Importable, since it goes to the processes of the pool by name.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from orchestration.hops import accepted, observations
from sources import bounded

KINDS = ("hang", "eat", "raise")
#: what the hop gives a report
SECONDS = 123.0


def plant(log: Path, memory: int = 300_000_000) -> None:
    """Let reports whose id begins with one of KINDS do so, and lower the limits; each attempt is a line of `log`.

    What hangs is waited for a second, what reads (each report, once the sound function is back in place) as long as
    ever: a process that reads its first report loads the rules, and the machine may be busy.
    """
    vars(observations)["extract_one"] = partial(extract_one, str(log))
    vars(accepted).update(SECONDS=SECONDS, MEMORY=memory, run_bounded=run_bounded, patience=lambda wanted: wanted)


def run_bounded(*given: Any, timeout: float, **how: Any) -> Iterator[Any]:
    """Stands for ``bounded.run_bounded``."""
    assert timeout == SECONDS, "a report may take as long as the hop says"
    planted = isinstance(observations.extract_one, partial)

    def seconds(task: Any) -> float:
        return 1.0 if planted and task.report["report_id"].startswith("hang") else timeout

    return bounded.run_bounded(*given, timeout=seconds, **how)


def extract_one(log: str, task: Any) -> Any:
    """Runs in a process, where nothing is planted."""
    name = task.report["report_id"]
    with Path(log).open("a", encoding="utf-8") as stream:
        stream.write(f"{name}\n")
    if name.startswith("hang"):
        time.sleep(600)
    if name.startswith("eat"):
        return len(bytearray(2_000_000_000))
    if name.startswith("choke") and task.report["text"] != accepted.PLAIN:
        raise ValueError("no rule expects these words")
    if name.startswith("raise"):
        raise ValueError("no rule expects this")
    return observations.extract_one(task)
