"""Many documents through one pool of processes, while what came out before goes through the gate.

What belongs here: the order of batches, and how much of them is held at once. What does not: what is done with a
document or with a finished batch (``hop.py``), Dagster.

One pool serves all batches, so that no processor waits for the last document of a batch; the gate runs in a thread
beside it, so that none waits for the gate. Three batches are held at most: one under way, two before or in the gate.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Task = TypeVar("Task")
Value = TypeVar("Value")
Kept = TypeVar("Kept")

#: batches whose results wait for the gate or are in it
_WAITING = 1


@dataclass
class Batch(Generic[Task, Kept]):
    """Tasks that go through the gate together, and what `finish` needs to know of them besides their results."""

    kept: Kept
    tasks: Sequence[Task]


@dataclass
class _Open(Generic[Task, Value, Kept]):
    batch: Batch[Task, Kept]
    results: list[tuple[Task, Value]] = field(default_factory=list)


def flow(
    batches: Iterable[Batch[Task, Kept]],
    work: Callable[[Iterable[Task]], Iterator[tuple[Task, Value]]],
    finish: Callable[[Kept, list[tuple[Task, Value]]], None],
) -> None:
    """Call `finish` with the results of each batch, in order, never two at once.

    `work` yields one result per task, in order. `batches` are made when they are needed. An exception of `work` or
    `finish` ends everything; the batches before it are finished. Where it says that the run is to end (it is no
    Exception), only the batch that is in the gate is.
    """
    opened: deque[_Open[Task, Value, Kept]] = deque()
    waiting: deque[Future[None]] = deque()

    def tasks() -> Iterator[Task]:
        for batch in batches:
            opened.append(_Open(batch))
            if not batch.tasks:
                close_finished()  # it gets no result of its own, and would wait here for one of a later batch
            yield from batch.tasks

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="gate") as gate:

        def close_finished() -> None:
            while opened and len(opened[0].results) == len(opened[0].batch.tasks):
                done = opened.popleft()
                waiting.append(gate.submit(finish, done.batch.kept, done.results))
                while len(waiting) > _WAITING:
                    waiting.popleft().result()

        try:
            for task, value in work(tasks()):
                opened[0].results.append((task, value))
                close_finished()
            close_finished()
            while waiting:
                waiting.popleft().result()
        except BaseException as error:
            if not isinstance(error, Exception):
                gate.shutdown(wait=False, cancel_futures=True)
            raise
