"""Batches go through in order, none is lost, few are held, and a fault of either side ends everything."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator

import pytest

from orchestration.hops.flow import Batch, flow


def doubled(tasks: Iterable[int]) -> Iterator[tuple[int, int]]:
    for task in tasks:
        yield task, 2 * task


def test_every_batch_is_finished_in_order_also_those_without_tasks() -> None:
    finished: list[tuple[str, list[tuple[int, int]]]] = []
    batches = [Batch("empty", []), Batch("a", [1, 2]), Batch("none", []), Batch("b", [3]), Batch("last", [])]
    flow(batches, doubled, lambda kept, results: finished.append((kept, results)))
    assert finished == [("empty", []), ("a", [(1, 2), (2, 4)]), ("none", []), ("b", [(3, 6)]), ("last", [])]


def test_work_goes_on_while_a_batch_is_at_the_gate_but_not_far_ahead() -> None:
    made: list[int] = []
    open_gate = threading.Event()

    def batches() -> Iterator[Batch[int, int]]:
        for number in range(50):
            if number == 1:  # the second was begun while the first was still at the gate
                open_gate.set()
            made.append(number)
            yield Batch(number, [number])

    most_ahead = 0

    def finish(number: int, _results: list[tuple[int, int]]) -> None:
        nonlocal most_ahead
        assert open_gate.wait(10)
        most_ahead = max(most_ahead, len(made) - number)

    flow(batches(), doubled, finish)
    assert made == list(range(50))
    assert most_ahead <= 5


def test_a_fault_of_the_gate_ends_the_work() -> None:
    finished: list[str] = []

    def finish(kept: str, _results: list[tuple[int, int]]) -> None:
        if kept == "b":
            raise ValueError("the gate broke")
        finished.append(kept)

    with pytest.raises(ValueError, match="the gate broke"):
        flow([Batch(name, [1]) for name in "abcdefgh"], doubled, finish)
    assert finished[0] == "a"


def test_a_fault_of_the_work_leaves_the_batches_before_it_finished() -> None:
    finished: list[str] = []

    def work(tasks: Iterable[int]) -> Iterator[tuple[int, int]]:
        for task in tasks:
            if task == 3:
                raise RuntimeError("the worker broke")
            yield task, task

    with pytest.raises(RuntimeError, match="the worker broke"):
        flow([Batch("a", [1]), Batch("b", [2]), Batch("c", [3])], work, lambda kept, _: finished.append(kept))
    assert finished == ["a", "b"]


def test_where_the_run_is_to_end_only_the_batch_in_the_gate_is_finished() -> None:
    finished: list[str] = []

    def finish(kept: str, _results: list[tuple[int, int]]) -> None:
        time.sleep(0.2)  # the second batch waits for this one by then
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.2)
        finished.append(kept)

    # whoever started the tests may have had SIGINT ignored
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            flow([Batch("a", [1]), Batch("b", [2]), Batch("c", [3])], doubled, finish)
    finally:
        signal.signal(signal.SIGINT, former)
    assert finished == ["a"]
