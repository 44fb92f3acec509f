"""Watching what a process does to files below a folder, and disturbing it at a chosen operation. Nothing of the product
knows.

Python tells an audit hook of every file opened, renamed, made or removed before it happens; what it does not tell of,
writing and flushing, is told here by thin wrappers that then do the real thing. `install` counts the operations below
`root`; at a chosen one it kills, or has the operation fail as a disk would. Files that C++ writes (DuckDB, Arrow) are
not told; a delay after an operation reaches those moments.

What does not belong here: which operations to choose (``cases.py``, ``sweep.py``). Only the standard library: it is
loaded by every Python process of a run, through ``site/sitecustomize.py``.
"""

from __future__ import annotations

import builtins
import errno
import io
import json
import os
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from types import FrameType
from typing import Any

ENV = "BAOGAO_TEST_FAULT"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
#: event → which of its arguments are paths
EVENTS = {
    "open": (0,),
    "write": (0,),
    "fsync": (0,),
    "os.rename": (1, 0),
    "os.remove": (0,),
    "os.mkdir": (0,),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.link": (1,),
    "os.truncate": (0,),
    "os.chmod": (0,),
    "os.utime": (0,),
    "shutil.rmtree": (0,),
    "sqlite3.connect": (0,),
}
#: … and those that change nothing; counted apart, so that the numbers of the others stay
READING = {"read": (0,), "os.listdir": (0,), "os.scandir": (0,)}
#: Python itself tries an interrupted write again for as long as it is interrupted (PEP 475): it goes through in the end
TRIED_AGAIN = 5
#: what a full disk refuses
FILLING = ("open", "write", "mkdir", "symlink", "link", "rename", "sqlite3.connect")
_RANDOM = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|\d{8}T\d{6}Z?(-\d+)?|(?<=[-.])[0-9a-f]{6,8}(?=[-./]|$)|\.\d+\."
)
_TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep  # noqa: PTH100, PTH120
_OURS = tuple(_TOP + room + os.sep for room in ("sources", "orchestration", "expectations", "client"))
_LIBRARY = os.sep + "site-packages" + os.sep
#: what does for others what those ask: an operation there has another call site for each who asks
_TOOLS = ("sources.disk", "sources.lake", "sources.writing", "orchestration.home.note")


@dataclass(frozen=True)
class Spec:
    """What to watch and what to do where. `log` gets one line per operation; `group`: the whole process group dies.

    The operation is the `kill_at`th that changes something, the first whose label matches `label`, or the `nth` at the
    call site `site` (see ``site_of``). `number`: the signal; one that is not SIGKILL asks the run to end, and leaves it
    to clean up. `error`: no signal, the operation fails with this errno; `lasting`: and so do all after it, of ENOSPC
    those that need room.
    """

    root: str
    log: str = ""
    role: str = "cli"
    kill_at: int = 0
    label: str = ""
    group: bool = True
    delay_seconds: float = 0.0
    number: int = signal.SIGKILL
    site: str = ""
    nth: int = 1
    error: int = 0
    lasting: bool = False
    #: a second disturbance of the same run: its `site`, `nth`, `error`, `lasting`, `number`
    also: dict[str, Any] | None = None

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


def site_of(event: str, frame: FrameType | None) -> str:
    """Return the call site of an operation: `module:function:line operation`, of the innermost code of ours.

    Behind a tool of ours that serves others (``_TOOLS``) stands who asked it; behind it all, where a library of others
    is at work, its name. Where no code of ours is, it is `nobody`'s.
    """
    places: list[str] = []
    library = ""
    while frame is not None and len(places) < 3:
        name = frame.f_code.co_filename
        if name.startswith(_OURS):
            module = name[len(_TOP) :].removesuffix(".py").removesuffix("/__init__").replace(os.sep, ".")
            if not places or places[-1].split(":")[0] != module:
                places.append(f"{module}:{frame.f_code.co_name}:{frame.f_lineno}")
            if not places[-1].startswith(_TOOLS):
                break
        elif not places and not library and _LIBRARY in name:
            library = name.rpartition(_LIBRARY)[2].partition(os.sep)[0]
        frame = frame.f_back
    said = " < ".join(places) or "nobody"
    return f"{said} {event.removeprefix('os.')}" + (f" ({library})" if library else "")


class _Watch:
    """One process watched: its counters, and what is done at the chosen operation."""

    def __init__(self, spec: Spec, role: str) -> None:
        self.spec, self.role, self.process = spec, role, os.getpid()
        self.log = os.open(spec.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644) if spec.log else -1
        self.seen, self.sites = 0, Counter[str]()
        self.busy = threading.local()
        self.over, self.failing = False, 0
        self.chosen = [spec, *([Spec(spec.root, role=spec.role, **spec.also)] if spec.also else [])]

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.over or (event not in EVENTS and event not in READING) or getattr(self.busy, "now", False):
            return
        self.busy.now = True
        try:
            event, path = _path(event, arguments, self.spec.root)
            if path is not None:
                self._look(event, path)
        finally:
            self.busy.now = False

    def _look(self, event: str, path: str) -> None:
        changing = event not in READING
        label = label_of(event, path, self.spec.root)
        site = ""
        # a child that was forked counts for itself
        if self.log >= 0 or any(one.site for one in self.chosen):
            site = site_of(event, sys._getframe(2))
            self.sites[site] += 1
        # flushes and writes were not counted when the numbers were first used, and need not be
        counted = changing and event not in ("write", "fsync")
        self.seen += counted
        number = self.seen if counted else 0
        hit = [one for one in self.chosen if self._is_it(one, number, label, site)]
        if self.log >= 0:
            fields = [self.role, str(number), label, site, "chosen" if hit else ""]
            os.write(self.log, ("\t".join(fields) + "\n").encode())
        for one in hit:
            self._disturb(one)
        failing = self.failing
        if failing == errno.ENOSPC and event.removeprefix("os.") not in FILLING:
            failing = 0
        failing = next((one.error for one in hit if one.error), failing)
        # removing a tree tells of each file too, and may be told to go on
        if failing and event != "shutil.rmtree":
            raise _error(event, failing, path)

    def _is_it(self, one: Spec, number: int, label: str, site: str) -> bool:
        if self.role != one.role:
            return False
        if one.site:
            return one.site == site and one.nth == self.sites[site]
        return (bool(number) and number == one.kill_at) or (
            bool(one.label) and bool(number) and re.search(one.label, label) is not None
        )

    def _disturb(self, one: Spec) -> None:
        if one.error:
            self.failing = one.error if one.lasting else self.failing
            return
        self.over = not one.site or one.number == signal.SIGKILL
        _end(one)


def _error(event: str, number: int, path: str) -> Exception:
    if event != "sqlite3.connect":
        return OSError(number, os.strerror(number), path)
    import sqlite3

    said = {errno.ENOSPC: "database or disk is full", errno.EIO: "disk I/O error"}
    return sqlite3.OperationalError(said.get(number, "unable to open database file"))


def install(spec: Spec, role: str) -> None:
    """Watch this process (and what it forks) from now on."""
    sys.addaudithook(_Watch(spec, role))
    _tell_of_writing(spec.root)


def _path(event: str, arguments: tuple[Any, ...], root: str) -> tuple[str, str | None]:
    if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & WRITING):
        event = "read"
    for place in EVENTS.get(event) or READING[event]:
        given = arguments[place] if place < len(arguments) else None
        if isinstance(given, bytes):
            given = os.fsdecode(given)
        if isinstance(given, (str, os.PathLike)):
            text = os.fspath(given)
            if event in ("os.remove", "os.rmdir") and isinstance(arguments[1], int) and arguments[1] >= 0:
                text = os.path.join(os.readlink(f"/proc/self/fd/{arguments[1]}"), text)  # noqa: PTH115, PTH118
            if isinstance(text, str) and (text == root or text.startswith(root + "/")):
                return event, text
    return event, None


def _tell_of_writing(root: str) -> None:
    """Have Python tell of writes and flushes too, before they happen. What is written goes where it would."""

    class Told(io.FileIO):
        full: OSError | None = None
        interrupted = 0

        def write(self, data: Any) -> int:
            if self.full is not None:
                error, self.full = self.full, None
                raise error
            try:
                sys.audit("write", self.name)
            except OSError as error:
                if error.errno == errno.EINTR:
                    self.interrupted += 1
                    if self.interrupted > TRIED_AGAIN:
                        return super().write(data)
                if error.errno != errno.ENOSPC or len(data) < 2:
                    raise
                # a disk that fills takes some of it, and refuses the rest
                self.full = error
                return super().write(memoryview(data)[: len(data) // 2])
            return super().write(data)

    really = io.open

    def opened(file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None,
               errors: str | None = None, newline: str | None = None, closefd: bool = True,
               opener: Callable[[str, int], int] | None = None) -> Any:  # fmt: skip
        path = os.fsdecode(file) if isinstance(file, (str, bytes, os.PathLike)) else ""
        if not path.startswith(root + "/") or not set(mode) & set("wax+"):
            return really(file, mode, buffering, encoding, errors, newline, closefd, opener)
        raw = Told(path, mode.replace("b", "").replace("t", ""), opener=opener)
        if buffering == 0:
            return raw
        kind = io.BufferedRandom if "+" in mode else io.BufferedWriter
        held = kind(raw, io.DEFAULT_BUFFER_SIZE if buffering < 2 else buffering)
        if "b" in mode:
            return held
        text = io.TextIOWrapper(held, io.text_encoding(encoding), errors, newline, line_buffering=buffering == 1)
        vars(text)["mode"] = mode
        return text

    builtins.open = io.open = opened  # type: ignore[assignment]

    def flushed(handle: Any, really: Callable[[Any], None] = os.fsync) -> None:
        number = handle if isinstance(handle, int) else handle.fileno()
        sys.audit("fsync", os.readlink(f"/proc/self/fd/{number}"))  # noqa: PTH115
        really(handle)

    def written(handle: int, data: Any, really: Callable[[int, Any], int] = os.write) -> int:
        if handle > 2:
            sys.audit("write", os.readlink(f"/proc/self/fd/{handle}"))  # noqa: PTH115
        return really(handle, data)

    os.fsync, os.write = flushed, written


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
