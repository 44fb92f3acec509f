"""Watching what a process does to files below a folder, and ending it at a chosen event. Nothing of the product knows.

Python tells an audit hook of every file opened, renamed, made or removed before it happens. `install` counts those
below `root`; at event number `kill_at` of the process in the given role it kills. Files that C++ writes (DuckDB,
Arrow) are not told; a delay after an event reaches those moments.

What does not belong here: which events to choose (``cases.py``). Only the standard library: it is loaded by every
Python process of a run, through ``site/sitecustomize.py``.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

ENV = "BAOGAO_TEST_FAULT"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
#: event → which of its arguments are paths
EVENTS = {
    "open": (0,),
    "os.rename": (1, 0),
    "os.remove": (0,),
    "os.mkdir": (0,),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.chmod": (0,),
    "shutil.rmtree": (0,),
    "sqlite3.connect": (0,),
}
_RANDOM = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|\d{8}T\d{6}Z?(-\d+)?|(?<=[-.])[0-9a-f]{6,8}(?=[-./]|$)|\.\d+\."
)


@dataclass(frozen=True)
class Spec:
    """What to watch and where to kill. `log` gets one line per event; `group`: the whole process group dies.

    `number`: the signal; one that is not SIGKILL asks the run to end, and leaves it to clean up.
    """

    root: str
    log: str = ""
    role: str = "cli"
    kill_at: int = 0
    label: str = ""
    group: bool = True
    delay_seconds: float = 0.0
    number: int = signal.SIGKILL

    def to_env(self) -> dict[str, str]:
        return {ENV: json.dumps(asdict(self))}

    @classmethod
    def from_env(cls) -> Spec | None:
        text = os.environ.get(ENV)
        return cls(**json.loads(text)) if text else None


def role_of_this_process() -> str:
    """Return cli, dbt, crawl or worker, by how the process was started."""
    started = " ".join(sys.orig_argv)
    if "multiprocessing" in started:
        return "worker"
    if "sources.snapshot.crawl" in started:
        return "crawl"
    return "dbt" if any(part.endswith("/baogao-dbt") for part in sys.orig_argv[:3]) else "cli"


def label_of(event: str, path: str, root: str) -> str:
    """Return the event in words that are the same in each run: no times, process numbers, hashes."""
    relative = path[len(root) :].lstrip("/")
    return f"{event.removeprefix('os.')} {_RANDOM.sub('*', relative)}"


def install(spec: Spec, role: str) -> None:
    """Watch this process (and what it forks) from now on."""
    log = os.open(spec.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644) if spec.log else -1
    state = {"seen": 0, "busy": False, "over": False}

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in EVENTS or state["busy"] or state["over"]:
            return
        path = _path(event, arguments, spec.root)
        if path is None:
            return
        state["busy"] = True
        try:
            state["seen"] += 1
            label = label_of(event, path, spec.root)
            chosen = role == spec.role and (
                state["seen"] == spec.kill_at or (bool(spec.label) and re.search(spec.label, label) is not None)
            )
            if log >= 0:
                os.write(log, f"{role}\t{state['seen']}\t{label}{chr(9) + 'killed' if chosen else ''}\n".encode())
            if chosen:
                state["over"] = True
                _end(spec)
        finally:
            state["busy"] = False

    sys.addaudithook(watch)


def _path(event: str, arguments: tuple[Any, ...], root: str) -> str | None:
    if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & WRITING):
        return None
    for place in EVENTS[event]:
        given = arguments[place] if place < len(arguments) else None
        if isinstance(given, bytes):
            given = os.fsdecode(given)
        if isinstance(given, (str, os.PathLike)):
            text = os.fspath(given)
            if isinstance(text, str) and (text == root or text.startswith(root + "/")):
                return text
    return None


def _end(spec: Spec) -> None:
    def kill() -> None:
        time.sleep(spec.delay_seconds)
        if spec.group:
            os.killpg(os.getpgrp(), spec.number)
        else:
            os.kill(os.getpid(), spec.number)

    if spec.delay_seconds:
        threading.Thread(target=kill, daemon=True).start()
    else:
        kill()
