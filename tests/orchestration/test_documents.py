"""Documents that bring their process down are hostile, unless all do: then the machine is, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from orchestration.hops import reports
from orchestration.hops.reports import ReadTask, read_all
from sources.bounded import FEW, MANY, Failure

CRASH = Failure("crash", "it brought its process down (exit code -9)")


def task(number: int) -> ReadTask:
    return ReadTask(
        "990000|2024", f"{number}.txt", (), ("990100", None, None, 2024), None, None, "0" * 64, None, "reviews"
    )


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the processes give what is told: no test can break this machine's own for real."""

    def gives(results: list[Any]) -> Iterator[tuple[ReadTask, Any]]:
        def run(_function: Any, tasks: Iterable[ReadTask], **_options: Any) -> Iterator[tuple[ReadTask, Any]]:
            yield from zip(tasks, results, strict=True)

        monkeypatch.setattr(reports, "run_bounded", run)
        return read_all([task(number) for number in range(len(results))], workers=1)

    return gives


def test_one_document_read_proves_the_machine_and_the_order_stays(machine: Any) -> None:
    read = [{"report_id": "read"}]
    found = list(machine([*[CRASH] * (FEW + 3), read, CRASH]))
    assert [t.location for t, _ in found] == [f"{number}.txt" for number in range(FEW + 5)]
    assert [rows[0].get("refusal_reason") for _, rows in found] == [*["hostile"] * (FEW + 3), None, "hostile"]


def test_a_few_documents_may_all_be_bombs(machine: Any) -> None:
    assert len(list(machine([CRASH] * FEW))) == FEW


@pytest.mark.parametrize("n", [FEW + 1, MANY + 20])
def test_where_every_document_crashes_none_is_called_hostile(machine: Any, n: int) -> None:
    got = []
    with pytest.raises(RuntimeError, match="the processes themselves do not work"):
        for found in machine([CRASH] * n):
            got.append(found)
    assert got == []


def test_an_exception_of_ours_is_no_bomb(machine: Any) -> None:
    found = list(machine([Failure("error", "ValueError: odd")] * (FEW + 2)))
    assert {rows[0]["refusal_reason"] for _, rows in found} == {"unreadable"}
