"""Two writers of one partition: the later one stops itself, and rows, verdict and set-aside rows are of one write."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from orchestration.home.installation import Installation, open_installation
from orchestration.home.provenance import Inputs
from orchestration.hops import gate, hop, judging
from orchestration.hops.gate import WRITE, Judged, quarantine_path
from orchestration.hops.hop import Hop, Made
from orchestration.hops.outcomes import Outcomes
from sources.lake import footer
from sources.partitions import Partition
from sources.store import ChangedError
from sources.tables import GATE_RESULTS, REJECTIONS

sys.path.append(str(Path(__file__).parents[1] / "orchestration"))
from gate_rows import rejection

CELL = Partition("990000", "2021")
#: what a writer writes, in order; it is stopped before the one of this number
VERDICT, QUARANTINE, ROWS = 1, 2, 3
STOPPED_ITSELF = 7


class Rejections(Hop):
    """A hop whose rows are given: reading and judging are others' tests, writing is this one's."""

    name = title = group = "rejections"
    reads = ()
    tables = (REJECTIONS,)

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def versions(self, installation: Installation | None = None) -> dict[str, str]:
        return {"rules": str(len(self.rows))}

    def inputs(self, partition: Partition, installation: Installation) -> Inputs:
        return self.versions()

    def make(self, partitions: Sequence[Partition], installation: Installation) -> Outcomes:
        made = Made({REJECTIONS: {CELL: REJECTIONS.columns_of(self.rows)}})
        return self.write(made, partitions, installation)


SOUND = [rejection(str(CELL), 1), rejection(str(CELL), 2)]
BAD = [*SOUND, rejection(str(CELL), 3, reason="nobody knows it")]


@pytest.fixture(scope="module")
def judged() -> dict[int, Judged]:
    """The gate's verdicts on both writers' rows, by their number: judged once, by the gate itself."""
    try:
        return {
            len(rows): gate.judge(REJECTIONS, {CELL: REJECTIONS.columns_of(rows)}, "v1")[CELL] for rows in (SOUND, BAD)
        }
    finally:
        judging.close()


def in_fork(work: Callable[[], None]) -> int:
    """Begin `work` in a process of its own; return its number."""
    process = os.fork()
    if not process:
        code = 1
        try:
            work()
            code = 0
        except ChangedError:
            code = STOPPED_ITSELF
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return process


def ended(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@pytest.mark.parametrize(
    ("first", "second", "at"),
    [
        (BAD, SOUND, VERDICT),
        (BAD, SOUND, QUARANTINE),
        (BAD, SOUND, ROWS),
        (SOUND, BAD, ROWS),
        (BAD, BAD[:], QUARANTINE),
        (BAD, BAD[:], ROWS),
    ],
)
def test_a_writer_that_was_stopped_finds_the_other_and_stops_itself(
    installation: Installation,
    judged: dict[int, Judged],
    monkeypatch: pytest.MonkeyPatch,
    first: list[dict[str, Any]],
    second: list[dict[str, Any]],
    at: int,
) -> None:
    def judge(_table: Any, built: dict[Partition, Any], *_more: Any) -> dict[Partition, Judged]:
        return {CELL: deepcopy(judged[gate.n_rows(built[CELL])])}

    monkeypatch.setattr(hop.gate, "judge", judge)
    home = installation.home.root
    lake_write, put = type(installation.lake).write, gate.put

    def stopping(what: int) -> None:
        if what == at:
            os.kill(os.getpid(), signal.SIGSTOP)

    def writer(rows: list[dict[str, Any]], *, stops: bool) -> None:
        if stops:

            def write(lake: Any, table: Any, *arguments: Any, **options: Any) -> str:
                stopping(VERDICT if table is GATE_RESULTS else ROWS)
                return lake_write(lake, table, *arguments, **options)

            def aside(*arguments: Any, **options: Any) -> str:
                stopping(QUARANTINE)
                return put(*arguments, **options)

            type(installation.lake).write = write  # type: ignore[method-assign]
            gate.put = aside  # type: ignore[attr-defined]
        Rejections(rows).run(open_installation(home), [CELL])

    one = in_fork(lambda: writer(first, stops=True))
    assert os.WIFSTOPPED(os.waitpid(one, os.WUNTRACED)[1])
    assert ended(in_fork(lambda: writer(second, stops=False))) == 0
    after = written(installation)
    os.kill(one, signal.SIGCONT)
    assert ended(one) == STOPPED_ITSELF
    assert written(installation) == after
    assert len(set(after.values()) - {None}) == 1, "rows, verdict and set-aside rows are of one write"
    assert (after["aside"] is not None) == (len(second) > len(SOUND))
    # and nothing is left to do
    assert not Rejections(second).why_stale(CELL, installation)


def written(installation: Installation) -> dict[str, str | None]:
    """Return which write is behind rows, verdict and set-aside rows."""
    lake = installation.lake
    paths = {
        "rows": lake.path(REJECTIONS.name, CELL),
        "verdict": lake.path(GATE_RESULTS.name, CELL, REJECTIONS.name),
        "aside": quarantine_path(installation, REJECTIONS.name, CELL),
    }
    found: dict[str, str | None] = {}
    for name, path in paths.items():
        try:
            found[name] = footer(path).metadata[WRITE]
        except FileNotFoundError:
            found[name] = None
    return found
