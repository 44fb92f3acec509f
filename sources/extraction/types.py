"""Plain types of the extraction: what goes in, what comes out.

What belongs here: the context of a report and the result. What does not: any rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sources.document.sections import Section
from sources.tables import DOUBTS


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What is known of a report before its text is read.

    `report_year` is R of the annotation guide; `region_name` and `level` (tables.LEVELS) may be empty where unknown;
    `sections` are found in the text where None is given. `region_code` tells whether a city
    lies in an autonomous region (全区 is that region then). `doubts` are those of tables.DOUBTS that hold for the
    report: they stand among the flags of each row.
    """

    report_id: str
    report_year: int
    region_name: str = ""
    level: str = ""
    sections: Sequence[Section] | None = None
    kind: str = "work_report"
    meeting_date: date | None = None
    region_code: str | None = None
    doubts: tuple[str, ...] = ()

    @property
    def spoken_in(self) -> int:
        """The year in which the report was given: R, or R-1 for a report of November or December."""
        return self.meeting_date.year if self.meeting_date else self.report_year


def doubts_of(flags: str | None) -> tuple[str, ...]:
    """Return the doubts among the flags of a row of the table `reports`, separated by ;."""
    return tuple(flag for flag in (flags or "").split(";") if flag in DOUBTS)


@dataclass(slots=True)
class Extraction:
    """Rows of tables.OBSERVATIONS, tables.REJECTIONS and tables.SENTENCES, without `partition`."""

    observations: list[dict[str, Any]] = field(default_factory=list)
    rejections: list[dict[str, Any]] = field(default_factory=list)
    sentences: list[dict[str, Any]] = field(default_factory=list)
