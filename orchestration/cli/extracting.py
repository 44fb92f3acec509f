"""`baogao extract` and `baogao explain`: the observations of given files, without any warehouse.

What belongs here: arguments, warnings. What does not: reading (``sources/files.py``), showing (``printing.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from gettext import gettext
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.saying import echo


class OutputFormat(StrEnum):
    table = "table"
    csv = "csv"
    jsonl = "jsonl"


class SentenceSection(StrEnum):
    """Sections of a report of which a sentence by itself may be."""

    review_year = "review_year"
    review_span = "review_span"
    goals_year = "goals_year"
    goals_span = "goals_span"
    tasks = "tasks"


def extract(
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
    from orchestration.cli.printing import Writer
    from sources.files import RefusedError, UnreadFileError, read_files

    failed = 0
    writer = Writer(output_format)
    for path, readings in read_files(files, report_year, region):
        if isinstance(readings, UnreadFileError):
            echo(f"{path}: {readings.said(gettext)}", err=True)
            failed += not isinstance(readings, RefusedError)
            continue
        for reading in readings:
            for warning in (*_warnings(reading.report, report_year, region), *reading.left_out):
                echo(f"{path}: {warning}", err=True)
            writer.write(reading)
    writer.close()
    if failed:
        raise typer.Exit(1)


def _warnings(report: dict[str, Any], report_year: int | None, region: str | None) -> Iterator[str]:
    """Yield what a reader of the rows should know of the report as a whole; the rows' flags say it, too."""
    if region and "#" not in report["report_id"]:
        from sources.registry.regions import load_regions

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


def explain(
    what: Annotated[str, typer.Argument(help="A file, or a sentence in quotes", metavar="FILE|SENTENCE")],
    report_year: Annotated[int | None, typer.Option("--report-year", help="The year whose goals are set")] = None,
    region: Annotated[str | None, typer.Option("--region", help="The region's name")] = None,
    section: Annotated[
        SentenceSection | None, typer.Option("--section", help="Where a sentence stands; its words say it by default")
    ] = None,
) -> None:
    """Print each number with the parse that made it an observation, or the reason why it is none."""
    from orchestration.cli.printing import explanation
    from sources.files import UnreadFileError, read_files, read_sentence, section_of

    if is_file(Path(what)):
        if section:
            raise UserError("--section is for a sentence; the sections of a file are read from its text")
        ((_, readings),) = read_files([Path(what)], report_year, region)
        if isinstance(readings, UnreadFileError):
            raise UserError("{what}: {readings}", what=what, readings=readings) from readings
    elif looks_like_path(what):
        raise UserError("{what}: no such file; check the path, or give a sentence in quotes", what=what)
    else:
        readings = [read_sentence(what, report_year, region, section)]
        if section is None and section_of(what) == "goals_year":
            echo("read as a goal of the year; --section review_year reads it as told of the past", err=True)
    for reading in readings:
        for line in explanation(reading):
            echo(line)


def is_file(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a long sentence is no valid file name
        return False


def looks_like_path(what: str) -> bool:
    return what.lower().endswith(
        (".txt", ".html", ".htm", ".docx", ".pdf", ".doc", ".wps", ".rtf", ".ofd", ".zip", ".mht", ".png", ".jpg")
    )
