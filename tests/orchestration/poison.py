"""Reports that hang, exhaust memory or raise, for tests: what takes the place of a hop's worker function.

Importable, since it goes to the processes of the pool by name.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

from orchestration.hops import accepted, observations

KINDS = ("hang", "eat", "raise")


def plant(log: Path, seconds: float = 9.0, memory: int = 300_000_000) -> None:
    """Let reports whose id begins with one of KINDS do so, and lower the limits; each attempt is a line of `log`."""
    vars(observations)["extract_one"] = partial(extract_one, str(log))
    vars(accepted).update(SECONDS=seconds, MEMORY=memory)
    vars(accepted)["patience"] = lambda wanted: wanted


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
