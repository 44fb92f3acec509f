"""Running a function over many documents in processes that are bounded in time and memory.

What belongs here: the pool, its limits, and what a killed task leaves. What does not: what the function does.

A document from the web may be a bomb. A task that takes too long, needs too much memory or brings its process down
ends as a `Failure`; the others go on in fresh processes. A process that dies with no task in hand is nobody's fault:
what waits is handed to others. One that dies in the very moment in which it takes a task over holds pebble's lock on
the way there, so that others may be told to have failed; that moment is microseconds long.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pebble import ProcessPool

Task = TypeVar("Task")
Value = TypeVar("Value")

#: seconds and bytes that one document may need; a long report takes 0.2 s and some 100 MB
TIMEOUT_SECONDS = 20.0
MEMORY_BYTES = 1_000_000_000
#: seconds for reading one document, which would be hostile if it needs more, and for working through its text
READ_SECONDS, EXTRACT_SECONDS = 20.0, 60.0
#: tasks after which a process is replaced, so that what libraries leak stays bounded
_MOST_TASKS = 400
#: new objects between two searches for garbage cycles: a report leaves none, and Python's own 700 makes ten of them
_YOUNG_OBJECTS = 20_000
#: so many documents may all be bombs; so many that all bring their process down are enough to blame the machine
FEW, MANY = 2, 50
#: tasks handed to the pool ahead of the one that is waited for
_AHEAD = 8
#: seconds after which it is asked whether a pool still works
_LOOK_AGAIN = 1.0
#: so many times in a row may processes die that have no task in hand
_MOST_DEATHS = 3


@dataclass(frozen=True)
class Failure:
    """Why a task gave no value. `reason`: timeout, memory, crash (the process died) or error (an exception).

    `former`: it is known from before, and was not tried again.
    """

    reason: str
    detail: str
    former: bool = False


def run_bounded(
    function: Callable[[Task], Value],
    tasks: Iterable[Task],
    *,
    workers: int = 2,
    timeout: float | Callable[[Task], float] = TIMEOUT_SECONDS,
    memory: int = MEMORY_BYTES,
    preload: Sequence[str] = ("sources.document.reports",),
) -> Iterator[tuple[Task, Value | Failure]]:
    """Yield (task, value or Failure) in the order of `tasks`.

    `function` and the tasks must be picklable (defined at the top of a module). `timeout` is in seconds per task, or
    tells them of a task; `memory` is in bytes of address space per process above what it has at its start. Tasks are
    taken from the iterable only a few ahead, so it may be long. Closing the iterator ends the processes. `preload`
    names modules that the first call of a program loads once for all processes, which then start with them. Raises
    RuntimeError where processes die again and again before they have a task in hand.
    """
    remaining = iter(tasks)
    first = list(islice(remaining, workers))
    if not first:
        return
    # who only asks what came of it waits for no pool of processes
    from pebble import ProcessPool

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    make = partial(
        ProcessPool,
        # one changed document is no work for all of them
        max_workers=len(first),
        max_tasks=_MOST_TASKS,
        initializer=_prepare,
        initargs=(memory,),
        context=context,
    )
    pool, deaths = make(), 0
    waiting: deque[tuple[Task, float, Any]] = deque()
    source = chain(first, remaining)
    try:
        while True:
            for task in islice(source, len(first) + _AHEAD - len(waiting)):
                seconds = timeout(task) if callable(timeout) else timeout
                waiting.append((task, seconds, scheduled(pool, function, (task,), seconds)))
            if not waiting:
                break
            task, seconds, future = waiting[0]
            try:
                value = _value(pool, future, seconds, memory)
            except BrokenProcessPool as died:
                deaths += 1
                if deaths > _MOST_DEATHS:
                    raise RuntimeError(
                        f"the processes that work on documents died {deaths} times before they had one in hand: the "
                        "machine may be out of memory; what is done stays, run again"
                    ) from died
                pool.stop()
                pool.join()
                pool = make()
                waiting = deque((task, left, scheduled(pool, function, (task,), left)) for task, left, _ in waiting)
                continue
            deaths = 0
            waiting.popleft()
            yield task, value
    finally:
        if waiting:
            pool.stop()
        else:
            pool.close()
        pool.join()


def scheduled(
    pool: ProcessPool, function: Callable[..., Value], asked: tuple[Any, ...], seconds: float | None = None
) -> Future[Value]:
    """Return the future of a task of `pool`; one that tells of the broken pool where that takes none any more."""
    try:
        return pool.schedule(function, args=asked, timeout=seconds)
    except RuntimeError as error:
        broken: Future[Value] = Future()
        broken.set_exception(BrokenProcessPool(str(error)))
        return broken


def result_of(pool: ProcessPool, future: Future[Value]) -> Value:
    """Return what comes of a task of `pool`. Raises BrokenProcessPool where a process died with no task in hand.

    Such a pool forgets the tasks that were on their way to a process, and their futures would be waited for for ever.
    """
    while pool.active and not wait([future], _LOOK_AGAIN).done:
        pass
    if not future.done():
        raise BrokenProcessPool("a process died with no task in hand")
    return future.result()


def believed(
    results: Iterable[tuple[Task, Value | Failure]],
    blameless: Callable[[Failure], bool],
    works: Callable[[Task], bool] = lambda _: False,
) -> Iterator[tuple[Task, Value | Failure]]:
    """Yield `results`, but believe no failure that is not `blameless` before one task worked.

    Where all tasks fail so, `works` is asked, with the last of them, whether the processes work nevertheless: few tasks
    may be left to do, all of them bad. Raises RuntimeError where they don't: then it is the machine, or our code, that
    is at fault, and no document.
    """
    suspects: list[tuple[Task, Value | Failure]] = []
    proven = False
    for task, result in results:
        if not proven and isinstance(result, Failure) and not blameless(result):
            suspects.append((task, result))
            proven = len(suspects) == MANY and works(task)
            if len(suspects) == MANY and not proven:
                break
            continue
        proven = True
        yield from suspects
        suspects.clear()
        yield task, result
    if len(suspects) > FEW and not proven and not works(suspects[-1][0]):
        _, last = suspects[-1]
        assert isinstance(last, Failure)
        raise RuntimeError(
            f"all {len(suspects)} documents failed: the processes themselves do not work (the last one: {last.detail})"
        )
    yield from suspects


def _value(pool: ProcessPool, future: Future[Any], timeout: float, memory: int) -> Any:
    from pebble import ProcessExpired

    try:
        return result_of(pool, future)
    except FutureTimeoutError:
        return Failure("timeout", f"it took more than {timeout:g} s and was ended")
    except MemoryError:
        return Failure("memory", f"it needed more than {memory / 1e6:.0f} MB and was ended")
    except BrokenProcessPool:  # no task's fault
        raise
    except ProcessExpired as expired:
        return Failure("crash", f"it brought its process down (exit code {expired.exitcode})")
    except Exception as error:  # a worker's exception, whatever it is, belongs to its own task
        return Failure("error", f"{type(error).__name__}: {error}")


def _prepare(memory: int) -> None:
    """Ready a process for its first task: rules and registry, loaded before it was forked, are never garbage."""
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)
    _limit(memory)


def _limit(memory: int) -> None:
    """Hold this process's address space to `memory` bytes above what it has now, and keep core dumps off the disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    status = Path("/proc/self/status")
    if not status.exists():  # not Linux: time alone bounds the task
        return
    kilobytes = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmSize"))
    limit = kilobytes * 1024 + memory
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def patience(seconds: float) -> float:
    """Return how long to wait for what takes `seconds` at most on a quiet machine.

    A busy machine (more ready processes than cores) must not make a harmless document look hostile.
    """
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
