"""What became of the partitions of a run, table by table.

What does not belong here: making it so (``hop.py``), showing it (``cockpit``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from orchestration.hops.gate import Rows
from sources.errors import BaogaoError
from sources.partitions import Partition


@dataclass
class Outcome:
    """What became of one partition of one table. `stopped` is not empty where the former file was kept.

    `preview` are a few of the rows written. `news` (of snapshots) are the new documents and failing addresses, see
    ``news.news_of``.
    """

    n_rows: int = 0
    n_quarantined: int = 0
    unchanged: bool = False
    failures: Rows = field(default_factory=list)
    quarantined: Rows = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    preview: Rows = field(default_factory=list)
    news: list[dict[str, str]] = field(default_factory=list)


#: table name → partition → what became of it
Outcomes = dict[str, dict[Partition, Outcome]]


class GateStoppedError(BaogaoError):
    """Partitions failed critically; their former files stand. Raised after all others were written."""

    def __init__(self, stopped: dict[str, dict[str, list[str]]]) -> None:
        self.stopped = stopped
        lines = [f"{table} {key}: {'; '.join(why)}" for table, keys in stopped.items() for key, why in keys.items()]
        super().__init__("the gate kept the former file of {files}", files=" | ".join(lines))


def raise_if_stopped(outcomes: Outcomes) -> None:
    """Raise GateStoppedError if a partition was kept back; to be called when everything else is reported."""
    stopped = {
        table: {str(partition): outcome.stopped for partition, outcome in found.items() if outcome.stopped}
        for table, found in outcomes.items()
    }
    stopped = {table: keys for table, keys in stopped.items() if keys}
    if stopped:
        raise GateStoppedError(stopped)


def merge(into: Outcomes, more: Outcomes) -> None:
    for table, found in more.items():
        into.setdefault(table, {}).update(found)


def summary_of(outcomes: Outcomes) -> dict[str, Any]:
    """Return counts over all partitions, for metadata and for the command line."""
    flat = [outcome for found in outcomes.values() for outcome in found.values()]
    return {
        "rows": sum(outcome.n_rows for outcome in flat),
        "quarantined": sum(outcome.n_quarantined for outcome in flat),
        "unchanged": sum(outcome.unchanged for outcome in flat),
        "stopped": sum(bool(outcome.stopped) for outcome in flat),
    }
