"""One process at a time writes to a home.

Readers need no lock: they open what is published, and that is replaced whole. What does not belong here: Dagster.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from sources.home import Home


class HomeInUseError(RuntimeError):
    """Another process writes to this home; the message says what to do."""


@contextmanager
def only_process(home: Home) -> Iterator[None]:
    """Hold the home's lock. Raises HomeInUseError at once, with nothing touched, where another process holds it."""
    home.root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise HomeInUseError(
            f"another baogao process is writing to {home.root}; wait until it ends, or name another --home. "
            "Nothing was touched."
        ) from error
    try:
        yield
    finally:
        lock.release()
