"""The process in which the gate judges: Great Expectations takes three seconds to load, and 100 MB.

It is forked from the server that the workers come from, which loads the library while the run begins; so no thread of
the run waits for the library, or for the gate. What belongs here: that process and that server, what goes to it and
what comes back. What does not: what must be true (``expectations``), what follows from a verdict (``gate.py``). The
process only judges: it writes no file of the home, so that one which outlives a killed run can do no harm.
"""

from __future__ import annotations

import atexit
import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from multiprocessing import forkserver
from typing import TYPE_CHECKING, Any, TypeVar

from sources.bounded import result_of, scheduled
from sources.home import REPOSITORY
from sources.meaning import version_of
from sources.tables import Columns

if TYPE_CHECKING:
    import pebble

Value = TypeVar("Value")

#: what the server loads once for all processes forked from it
PRELOAD = ("orchestration.hops.preload",)


@dataclass(frozen=True)
class Told:
    """What a suite says: the verdicts, what forbids which partition, and by the number of a row what sets it aside.

    `doubted` are the reports of which an expectation failed, `cpu` the seconds of processor that it took.
    """

    results: list[dict[str, Any]]
    stopped: dict[str, list[str]]
    quarantined: dict[int, str]
    doubted: frozenset[str]
    cpu: float


def judge(
    table: str,
    columns: Columns,
    partitions: Sequence[str],
    code_version: str,
    reports: Columns | None = None,
    others: Columns | None = None,
) -> Told:
    """Judge rows given as columns, in a process apart; see ``expectations.validate`` and ``apart``."""
    return apart(table, _judged, table, columns, list(partitions), code_version, reports, others)


def apart(what: str, work: Callable[..., Value], *asked: Any) -> Value:
    """Return what `work` says of what it is asked, in the process that has the library; `what` it judges is for people.

    Raises RuntimeError where an expectation can't be evaluated, or the process died: an unevaluated gate is not a
    passed one.
    """
    # who only asks what was judged waits for no pool of processes
    import pebble

    if not _process().active:  # it died since the last question, with nothing in hand
        close()
    pool = _process()
    try:
        found = result_of(pool, scheduled(pool, work, asked))
    except (pebble.ProcessExpired, BrokenProcessPool) as died:
        close()
        code = f" (exit code {died.exitcode})" if isinstance(died, pebble.ProcessExpired) else ""
        raise RuntimeError(
            f"the process that judges {what} died{code}: the machine may be out of memory; nothing of it was written, "
            "run again"
        ) from died
    return found


@cache
def suites_version() -> str:
    """Return a hash of what the suites ask: rows that other suites judged are judged again."""
    modules = [*(REPOSITORY / "expectations").rglob("*.py"), REPOSITORY / "sources" / "tables.py"]
    return version_of(modules)


def load_ahead() -> None:
    """Start the server that processes are forked from, beside other work: what it loads takes seconds."""
    _context()
    forkserver.ensure_running()


def close() -> None:
    """End the process, if there is one, for the memory that it holds; who asks next has another, of the same server."""
    if _process.cache_info().currsize:
        pool = _process()
        _process.cache_clear()
        pool.close()
        pool.join()


def _context() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOAD))
    return context


@cache
def _process() -> pebble.ProcessPool:
    import pebble

    atexit.register(close)
    return pebble.ProcessPool(max_workers=1, context=_context())


def _judged(
    table: str,
    columns: Columns,
    partitions: list[str],
    code_version: str,
    reports: Columns | None,
    others: Columns | None = None,
) -> Told:
    """Runs in the process."""
    import pandas as pd

    from expectations import validate

    began = time.process_time()
    # objects: the runner gives each column its contract's type, which pandas would only guess
    frame = pd.DataFrame(columns, dtype=object)
    behind = None if reports is None else pd.DataFrame(reports)
    besides = None if others is None else pd.DataFrame(others, dtype=object)
    verdict = validate(table, frame, partitions, code_version, behind, besides)
    aside = verdict.quarantined
    names = {int(index): str(name) for index, name in zip(aside.index, aside["expectation"], strict=True)}
    return Told(verdict.results, verdict.stopped, names, verdict.doubted, time.process_time() - began)
