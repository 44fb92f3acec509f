"""What the gates cost: one `baogao run` in this process, with a clock on everything that judges.

    python -m benchmarks.gates CATALOGUE HOME       (HOME: a new folder)

Counted as the gates' cost: loading Great Expectations, judging the raw tables (in a process of its own, which tells
what it took), judging the release. What does not belong here: how long the whole takes by size (``history.py``).
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.history import Look, watch
from orchestration.hops import judging
from orchestration.hops.judging import Told


@dataclass
class Cost:
    """Seconds by the clock and of processor, by what was done; threads may add at once."""

    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.Lock, repr=False)

    def clocked(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return `work` with a clock on it; of processor time that of the thread, and what a process apart tells."""

        def wrapped(*arguments: Any, **named: Any) -> Any:
            wall, cpu = time.perf_counter(), time.thread_time()
            told: Any = None
            try:
                told = work(*arguments, **named)
                return told
            finally:
                apart = told.cpu if isinstance(told, Told) else 0.0
                with self._lock:
                    self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - wall
                    self.cpu[name] = self.cpu.get(name, 0.0) + time.thread_time() - cpu + apart

        return wrapped


def measure(catalogue: str, home: str) -> dict[str, Any]:
    """Run, and return the figures. The load is put before the run, so that it is counted whole and not twice."""
    from orchestration.cli.commands import app

    cost = Cost()
    looks: list[Look] = []
    threading.Thread(target=watch, args=(os.getpid(), looks), daemon=True).start()
    began, spent = time.perf_counter(), time.process_time()
    cost.clocked("load", importlib.import_module)("expectations.runner")
    from orchestration.release import gates

    judging.judge = cost.clocked("raw tables", judging.judge)
    gates.judge = cost.clocked("release", gates.judge)
    try:
        app(["run", "--catalogue", catalogue, "--home", home], standalone_mode=False)
    except SystemExit as end:
        if end.code:
            raise
    wall, cpu = time.perf_counter() - began, max(look.cpu for look in looks) - spent
    return {
        "wall": {part: round(seconds, 2) for part, seconds in cost.wall.items()},
        "cpu": {part: round(seconds, 2) for part, seconds in cost.cpu.items()},
        "run_wall": round(wall, 1),
        "run_cpu": round(cpu, 1),
        "share_of_wall": round(sum(cost.wall.values()) / wall, 3),
        "share_of_cpu": round(sum(cost.cpu.values()) / cpu, 3),
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
    }


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__)
        raise SystemExit(2)
    print(json.dumps(measure(*sys.argv[1:]), indent=1))
