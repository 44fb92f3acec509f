"""Who may write to a home: one command line at a time, or any number of steps that the UI launched.

Steps launched from the UI or by the daemon share the lock (pools keep those apart that must not overlap); a command
line holds it alone. So neither changes what the other is reading. Readers need no lock: they open what is published,
and that is replaced whole. The lock is the kernel's (flock): it ends with the process that held it, however that ends.

What does not belong here: Dagster.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sources.errors import BaogaoError
from sources.home import Home

#: homes that this process holds alone; its own steps need no lock of their own
_held: set[str] = set()


class HomeInUseError(BaogaoError):
    """Another process writes to this home; the message says what to do."""


@contextmanager
def only_process(home: Home) -> Iterator[None]:
    """Hold the home's lock alone. Raises HomeInUseError at once, with nothing touched, where another process has it."""
    with _opened(home) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HomeInUseError(
                f"another baogao process is writing to {home.root} (a run, or a step launched from the UI); wait until "
                "it ends, or name another --home. Nothing was touched."
            ) from error
        _held.add(str(home.root))
        try:
            yield
        finally:
            _held.discard(str(home.root))


@contextmanager
def step(home: Home, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold the home's lock together with other steps; wait for the end of a command line, after a word to `waiting`."""
    if str(home.root) in _held:
        yield
        return
    with _opened(home) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting(f"a `baogao` command is writing to {home.root}; this step goes on when it has ended")
            fcntl.flock(handle, fcntl.LOCK_SH)
        yield


@contextmanager
def _opened(home: Home) -> Iterator[int]:
    home.root.mkdir(parents=True, exist_ok=True)
    handle = os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield handle
    finally:
        os.close(handle)
