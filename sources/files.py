"""The observations of one file, or of one sentence, without any warehouse.

What does not belong here: reading and extracting themselves (``document``, ``extraction``), how rows are shown
(``orchestration/cli/printing.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sources.bounded import EXTRACT_SECONDS, READ_SECONDS, Failure, patience, run_bounded
from sources.errors import BaogaoError

#: what reads is loaded by the process that reads: this one would wait for it a second time
_PRELOAD = ("pebble", "sources.document.reports", "sources.extraction", "sources.files")
#: documents of one file that are told one by one where they are not printed
MOST_LEFT_OUT = 5


@dataclass(frozen=True)
class Reading:
    """What was found in one report: its row (of the table `reports`), its observations and rejections.

    `left_out` tells, for the first report of a file, which other documents of the file are not printed and why.
    """

    report: dict[str, Any]
    observations: list[dict[str, Any]]
    rejections: list[dict[str, Any]]
    left_out: tuple[str, ...] = ()


class UnreadFileError(BaogaoError):
    """A file that gave no observations; the message says why and what to do."""


class RefusedError(UnreadFileError):
    """The file was read and judged: it is no report that observations may be taken from. An answer, not a failure."""


#: refusals that judge the document; the others say that the file could not be read
JUDGEMENTS = ("masked", "not_a_report", "below_county", "part_of_year", "draft", "spun", "no_identity")


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes. Raises UnreadFileError, with a remedy, where there is nothing to read."""
    if path.is_dir():
        raise UnreadFileError("is a folder; name its files: baogao extract {path}/*", path=path)
    if not path.exists():
        raise UnreadFileError("no such file; check the path")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadFileError("can't be opened ({strerror}); check its permissions", strerror=error.strerror) from error
    if not content:
        raise UnreadFileError("the file is empty; fetch or copy it again")
    return content


def _choose(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the reports among a file's documents, the fullest first; of one place and year the fullest alone."""
    accepted = [row for row in rows if row["accepted"]] or [row for row in rows if _only_nameless(row)]
    if not accepted:
        fullest = max(rows, key=lambda row: row["n_chars"])
        reason = fullest.get("refusal_reason") or "unreadable"
        detail = fullest.get("refusal_detail") or "nothing that could be used was found"
        error = RefusedError if reason in JUDGEMENTS else UnreadFileError
        raise error("refused ({reason}): {detail}", reason=reason, detail=detail)
    reports: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in sorted(accepted, key=_rank, reverse=True):
        reports.setdefault((row["region_code"], row["report_year"]), row)
    first, *others = reports.values()
    return [first, *(row for row in others if row["kind"] == "work_report")]


def _only_nameless(row: dict[str, Any]) -> bool:
    """Whether all that is missing is whose report it is: no panel takes it, but its numbers can be read."""
    return row["refusal_reason"] == "no_identity" and row["kind"] == "work_report" and row["report_year"] is not None


def _rank(row: dict[str, Any]) -> tuple[bool, bool, int]:
    return row["kind"] == "work_report", row["completeness"] == "complete", row["n_chars"]


def read_reports(
    path: Path, report_year: int | None, region: str | None
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return the rows of the table `reports` for the reports in `path`, and what else it holds, in words.

    report_id is the file's stem, then stem#2, …

    `report_year` and `region`, where given, are claims that fill what the text does not say.
    Raises UnreadFileError where the file can't be read or is refused.
    """
    from sources.document.identity.identity import Label
    from sources.document.reports import report_rows
    from sources.partitions import Partition
    from sources.registry.regions import load_regions

    label = Label(region=region, report_year=report_year) if report_year or region else None
    rows = report_rows(path.name, [read_bytes(path)], label, load_regions(), Partition("unlabelled", "undated"))
    if not rows:
        raise UnreadFileError("holds no document; check that it is the report itself and not a page that links to it")
    chosen = _choose(rows)
    reports = [
        {**row, "report_id": path.stem if number == 1 else f"{path.stem}#{number}"}
        for number, row in enumerate(chosen, start=1)
    ]
    return reports, _left_out([row for row in rows if not any(row is one for one in chosen)])


def _left_out(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return a line for each document that is not printed, the first few of them."""
    lines = [
        f"also holds {row.get('title') or 'a document'}, not printed: "
        f"{row.get('refusal_detail') or 'a fuller report of the file is'}"
        for row in rows[:MOST_LEFT_OUT]
    ]
    more = len(rows) - len(lines)
    return (*lines, f"also holds {more} more documents that are not printed") if more else tuple(lines)


def read_file(path: Path, report_year: int | None = None, region: str | None = None) -> list[Reading]:
    """Read and extract the reports of one file. Raises UnreadFileError where it gives nothing."""
    reports, left_out = read_reports(path, report_year, region)
    # what a person says of a file is meant for its report, not for others that stand in it too
    first, *others = (
        _read(report, *((report_year, region) if report is reports[0] else (None, None))) for report in reports
    )
    return [replace(first, left_out=left_out), *others]


def read_files(
    paths: Sequence[Path], report_year: int | None = None, region: str | None = None
) -> Iterator[tuple[Path, list[Reading] | UnreadFileError]]:
    """Yield what `read_file` gives or raises for each file, read in a process that may be ended, as in a run.

    A file that takes too long, needs too much memory or brings the process down is one that can't be read.
    """
    tasks = [(path, report_year, region) for path in paths]
    for (path, *_), found in run_bounded(_attempt, tasks, workers=1, timeout=_seconds, preload=_PRELOAD):
        if isinstance(found, Failure):
            yield (
                path,
                UnreadFileError(
                    "could not be worked through: {detail}; open the document by hand", detail=found.detail
                ),
            )
        else:
            yield path, found


def _attempt(task: tuple[Path, int | None, str | None]) -> list[Reading] | UnreadFileError:
    """Runs in the process."""
    try:
        return read_file(*task)
    except UnreadFileError as error:
        return error


def _seconds(task: tuple[Path, int | None, str | None]) -> float:
    """Return how long to wait for a file: pictures take longer, where they are read at all."""
    from sources.document.forms.recognisable import seconds_needed

    needed = READ_SECONDS + EXTRACT_SECONDS
    with suppress(OSError):  # it is not there or can't be opened, which reading it will say
        needed += seconds_needed(task[0])
    return patience(needed)


def _read(report: dict[str, Any], report_year: int | None, region: str | None) -> Reading:
    from sources.extraction import ReportContext, doubts_of, extract

    doubts = doubts_of(report["flags"])
    year = report["report_year"]
    if report_year and (year is None or "report_year_doubtful" in doubts):  # a year that the text tells surely holds
        year, doubts = report_year, tuple(doubt for doubt in doubts if doubt != "report_year_doubtful")
    if report["region_code"] is None and not region:
        doubts = (*doubts, "region_unknown")
    report["report_year"] = year
    context = ReportContext(
        report_id=report["report_id"],
        report_year=year,
        region_name=report["region_name"] or region or "",
        level=report["level"] or "",
        kind=report["kind"],
        meeting_date=report["meeting_date"],
        region_code=report["region_code"],
        doubts=doubts,
    )
    if context.report_year is None:
        raise UnreadFileError("its year could not be found in the text; say it with --report-year")
    extraction = extract(report["text"], context)
    return Reading(report, extraction.observations, extraction.rejections)


_GOAL_WORDS = re.compile("今年|本年|目标|力争|争取|预期|奋斗|要达到")
_REVIEW_WORDS = re.compile("去年|上年|过去|回顾|完成了|实现了|已完成")


def section_of(sentence: str) -> str:
    """Return the section in which a sentence by itself would stand: that of the goals where its words say so."""
    is_goal = _GOAL_WORDS.search(sentence) and not _REVIEW_WORDS.search(sentence)
    return "goals_year" if is_goal else "unknown"


def read_sentence(sentence: str, report_year: int | None, region: str | None, section: str | None = None) -> Reading:
    """Return what is read of a sentence by itself, as of `section` of a report (by default ``section_of``)."""
    from sources.document.sections import Section
    from sources.extraction import ReportContext, extract

    year = report_year or date.today().year
    sections = (Section(section or section_of(sentence), "", 0, len(sentence)),)
    context = ReportContext("sentence", year, region or "", "city", sections)
    extraction = extract(sentence, context)
    return Reading({"report_year": year}, extraction.observations, extraction.rejections)
