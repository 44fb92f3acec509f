"""Plain data of the gates: expectation, suite, verdict. Imports neither Great Expectations nor any suite."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

Severity = Literal["critical", "quarantine", "warning"]


@dataclass(frozen=True)
class Expectation:
    """One thing that must hold.

    `type` is Great Expectations' name of it (``expect_column_values_to_not_be_null``), `kwargs` its arguments.
    `severity`: ``critical`` stops the partition and keeps its former file; ``quarantine`` sets the failing rows
    aside and writes the rest; ``warning`` is shown. `reason` says to a reader what a failure means.
    """

    name: str
    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    reason: str

    @property
    def column(self) -> str:
        """The column judged, or the empty string where it is several or the whole table."""
        return str(self.kwargs.get("column", ""))


def _unchanged(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


#: what a suite may want to know of the accepted reports behind its rows: one row a report, with its clean text and
#: the counts of numbers taken and left
REPORT_COLUMNS = (
    "partition", "report_id", "report_year", "level", "kind", "completeness", "n_chars", "text", "n_observations",
    "n_rejections",
)  # fmt: skip


def _no_summary(frame: pd.DataFrame, partitions: list[str], reports: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"partition": partitions})


@dataclass(frozen=True)
class Suite:
    """The expectations of one table.

    `rows` are judged on `derive(frame)`: the frame with helper columns (names beginning with an underscore) that
    say, row by row, what no single column can say. `derive` finds in `_text` and `_report_year` what the row's report
    says, empty where the caller gave no reports. `partitions` are judged on `summarise(frame, keys, reports)`: one
    row per partition or per report, for what is true of a whole. Where it is one per partition, `counted` names the
    columns by which rows count in it that are not judged again; where it is one per report, there are none.
    """

    table: str
    rows: tuple[Expectation, ...]
    derive: Callable[[pd.DataFrame], pd.DataFrame] = _unchanged
    partitions: tuple[Expectation, ...] = ()
    summarise: Callable[[pd.DataFrame, list[str], pd.DataFrame], pd.DataFrame] = _no_summary
    counted: tuple[str, ...] = ()

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        return self.rows + self.partitions


@dataclass(frozen=True)
class Verdict:
    """What the gate says of one write.

    `passed`: the rows that may be written. `quarantined`: the rows set aside, with the column `expectation` (names,
    separated by ;). `results`: rows of the raw table `gate_results`, one per partition and expectation.
    `stopped`: partition → what critical expectations say; such a partition must not be written. `doubted`: reports
    (`report_id`) of which an expectation failed, whatever its severity.
    """

    table: str
    passed: pd.DataFrame
    quarantined: pd.DataFrame
    results: list[dict[str, Any]] = field(default_factory=list)
    stopped: dict[str, list[str]] = field(default_factory=dict)
    doubted: frozenset[str] = frozenset()

    def failures(self, partition: str | None = None) -> list[dict[str, Any]]:
        """Return the results that did not hold, of one partition or of all."""
        return [r for r in self.results if not r["success"] and partition in (None, r["partition"])]
