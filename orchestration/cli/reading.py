"""`baogao extract`: the observations of given files, without any warehouse.

What does not belong here: reading and extracting themselves (``sources``), reasons (``explaining.py``). This module
must not load Dagster, dbt or Great Expectations, directly or by what it imports: a test proves it.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

#: the annotation guide's fields, first and in its order
GUIDE_FIELDS = (
    "report_id", "indicator", "measure", "value", "value_upper", "unit", "qualifier", "status",
    "period_start", "period_end", "scope", "quote",
)  # fmt: skip
FURTHER_FIELDS = (
    "region_code", "region_name", "level", "report_year", "kind", "completeness",
    "canonical_value", "canonical_value_upper", "canonical_unit", "horizon", "tier", "basis", "base_period",
    "commitment", "relation", "relation_ref", "section", "sentence", "surface", "char_start", "char_end",
    "rule", "period_evidence", "rule_version", "lexicon_version", "flags",
)  # fmt: skip
TABLE_FIELDS = ("indicator", "measure", "value", "unit", "qualifier", "status", "period", "scope", "sentence")
SENTENCE_WIDTH = 40
#: documents of one file that are told one by one where they are not printed
MOST_LEFT_OUT = 5


class OutputFormat(StrEnum):
    table = "table"
    csv = "csv"
    jsonl = "jsonl"


@dataclass(frozen=True)
class Reading:
    """What was found in one report: its row (of the table `reports`), its observations and rejections.

    `left_out` tells, for the first report of a file, which other documents of the file are not printed and why.
    """

    report: dict[str, Any]
    observations: list[dict[str, Any]]
    rejections: list[dict[str, Any]]
    left_out: tuple[str, ...] = ()


class UnreadFileError(Exception):
    """A file that gave no observations; the message says why and what to do."""


def register(app: typer.Typer) -> None:
    app.command(
        "extract", help="Print the observations of given files: text, web page, Word, WPS, RTF, PDF, OFD, ZIP, picture."
    )(extract_command)


class RefusedError(UnreadFileError):
    """The file was read and judged: it is no report that observations may be taken from. An answer, not a failure."""


#: refusals that judge the document; the others say that the file could not be read
JUDGEMENTS = ("masked", "not_a_report", "below_county", "part_of_year", "draft", "spun", "no_identity")


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes. Raises UnreadFileError, with a remedy, where there is nothing to read."""
    if path.is_dir():
        raise UnreadFileError(f"is a folder; name its files: baogao extract {path}/*")
    if not path.exists():
        raise UnreadFileError("no such file; check the path")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadFileError(f"can't be opened ({error.strerror}); check its permissions") from error
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
        raise error(f"refused ({reason}): {detail}")
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
    told = [
        f"also holds {row.get('title') or 'a document'}, not printed: "
        f"{row.get('refusal_detail') or 'a fuller report of the file is'}"
        for row in rows[:MOST_LEFT_OUT]
    ]
    more = len(rows) - len(told)
    return (*told, f"also holds {more} more documents that are not printed") if more else tuple(told)


def read_file(path: Path, report_year: int | None = None, region: str | None = None) -> list[Reading]:
    """Read and extract the reports of one file. Raises UnreadFileError where it gives nothing."""
    reports, left_out = read_reports(path, report_year, region)
    # what a person says of a file is meant for its report, not for others that stand in it too
    first, *others = (
        _read(report, *((report_year, region) if report is reports[0] else (None, None))) for report in reports
    )
    return [replace(first, left_out=left_out), *others]


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


def printed(row: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    """Return one observation as it is printed: the guide's fields, then more; no value is None in the guide's."""
    merged = {**report, **row}
    shown = {name: merged.get(name) for name in (*GUIDE_FIELDS, *FURTHER_FIELDS)}
    for name in ("value", "value_upper", "canonical_value", "canonical_value_upper"):
        shown[name] = plain_number(shown[name])
    return shown


def plain_number(value: float | None) -> int | float | None:
    """Return a whole number as int, so that 246.0 is printed as 246."""
    if value is None:
        return None
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else value


def extract_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Files of reports: .txt, .html, .docx, .doc, .wps, .rtf, .pdf, .ofd, .zip", metavar="FILE..."
        ),
    ],
    output_format: Annotated[OutputFormat, typer.Option("--format", help="How to print")] = OutputFormat.table,
    report_year: Annotated[
        int | None, typer.Option("--report-year", help="The year whose goals the report sets, if the text hides it")
    ] = None,
    region: Annotated[str | None, typer.Option("--region", help="The region's name, if the text hides it")] = None,
) -> None:
    """Print the observations of FILE...; an unreadable or refused file prints no row and says why on stderr.

    Exits with 1 where a file could not be read; a document that was read and refused is an answer.
    """
    failed = 0
    writer = _Writer(output_format)
    for path in files:
        try:
            readings = read_file(path, report_year, region)
        except UnreadFileError as error:
            typer.echo(f"{path}: {error}", err=True)
            failed += not isinstance(error, RefusedError)
            continue
        for reading in readings:
            for warning in (*_warnings(reading.report, report_year, region), *reading.left_out):
                typer.echo(f"{path}: {warning}", err=True)
            writer.write(reading)
    writer.close()
    if failed:
        raise typer.Exit(1)


def _warnings(report: dict[str, Any], report_year: int | None, region: str | None) -> Iterator[str]:
    """Yield what a reader of the rows should know of the report as a whole; the rows' flags say it, too."""
    from sources.registry.regions import load_regions

    if region and "#" not in report["report_id"]:
        named = load_regions().by_name(region)
        if not named:
            yield f"--region {region} is no region from the province to the county: give the full name, as 溪陵市"
        elif report["region_code"] is None:
            codes = ", ".join(f"{place.code} {place.name}" for place in named)
            yield f"--region {region} does not settle whose report it is; of this name: {codes}"
        elif report["identity"] == "contradicts_label" and report["region_code"] not in {one.code for one in named}:
            yield f"the text is of {report['region_name']}, not of {region}: read as what it says"
    if "#" in report["report_id"]:
        yield f"holds another report, of {report['region_name']} {report['report_year']}: {report['report_id']}"
    if not report["accepted"]:
        yield f"read, though {report['refusal_detail']}; or say --region"
    flags = (report["flags"] or "").split(";")
    if report_year and report["report_year"] != report_year and "#" not in report["report_id"]:
        yield f"the text is surely of {report['report_year']}, not of {report_year}: read as what it says"
    if "report_year_doubtful" in flags and report_year is None:
        yield f"the report year {report['report_year']} is in doubt: say it with --report-year"
    if "region_from_own_words" in flags:
        yield f"names nobody it speaks for, but calls {report['region_name']} its own: say --region where that is wrong"


class _Writer:
    """Prints the observations of one file after the other in one of the three formats."""

    def __init__(self, output_format: OutputFormat) -> None:
        self.format = output_format
        self.csv: csv.DictWriter[str] | None = None

    def write(self, reading: Reading) -> None:
        rows = [printed(row, reading.report) for row in reading.observations if row.get("value") is not None]
        if self.format is OutputFormat.jsonl:
            for row in rows:
                sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
        elif self.format is OutputFormat.csv:
            self._csv().writerows(rows)
        else:
            print_table(reading)

    def _csv(self) -> csv.DictWriter[str]:
        if self.csv is None:
            self.csv = csv.DictWriter(sys.stdout, [*GUIDE_FIELDS, *FURTHER_FIELDS], lineterminator="\n")
            self.csv.writeheader()
        return self.csv

    def close(self) -> None:
        if self.format is OutputFormat.csv:
            self._csv()
        sys.stdout.flush()


def print_table(reading: Reading) -> None:
    """Print one report's observations for a person."""
    from rich.console import Console
    from rich.table import Table

    report = reading.report
    title = (
        f"{report['report_id']}: {report['region_name']} {report['report_year']} "
        f"({report['kind']}, {report['completeness']}), {len(reading.observations)} observations, "
        f"{len(reading.rejections)} other numbers"
    )
    table = Table(title=title, title_justify="left", expand=False)
    for name in TABLE_FIELDS:
        table.add_column(name, justify="right" if name == "value" else "left", overflow="fold")
    for row in reading.observations:
        table.add_row(*(cell(row, name) for name in TABLE_FIELDS))
    # a pipe has no width of its own; a narrow table would fold every cell
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def cell(row: dict[str, Any], name: str) -> str:
    """Return what a person sees of one field of an observation."""
    if name == "value":
        low, high = plain_number(row["value"]), plain_number(row.get("value_upper"))
        return (row.get("relation") or "") if low is None else f"{low}" if high is None else f"{low} to {high}"
    if name == "period":
        start, end = row["period_start"], row["period_end"]
        return str(start) if start == end else f"{start}-{end}"
    if name == "sentence":
        return around(row["sentence"], row["surface"])
    return str(row.get(name) or "")


def around(sentence: str, surface: str) -> str:
    """Return the part of `sentence` around `surface`, short enough for a table."""
    sentence = sentence.replace("\n", "")
    at = max(sentence.find(surface), 0)
    start = max(0, at - SENTENCE_WIDTH // 2)
    end = start + SENTENCE_WIDTH
    return ("…" if start else "") + sentence[start:end] + ("…" if end < len(sentence) else "")
