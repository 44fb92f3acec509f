"""`baogao explain`: each number of a file or sentence, with the parse behind it or the reason why it is no observation.

What does not belong here: reading files (``reading.py``), the rules (``sources``). Loads no orchestrator either.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.cli.reading import Reading, UnreadFileError, cell, read_file


def register(app: typer.Typer) -> None:
    app.command("explain", help="Show each number of a file or sentence, and the parse or the reason behind it.")(
        explain_command
    )


def explain_command(
    what: Annotated[str, typer.Argument(help="A file, or a sentence in quotes", metavar="FILE|SENTENCE")],
    report_year: Annotated[int | None, typer.Option("--report-year", help="The year whose goals are set")] = None,
    region: Annotated[str | None, typer.Option("--region", help="The region's name")] = None,
) -> None:
    """Print each number with the parse that made it an observation, or the reason why it is none."""
    for line in explain(what, report_year, region):
        typer.echo(line)


def explain(what: str, report_year: int | None, region: str | None) -> Iterator[str]:
    """Yield the lines of an explanation, number by number in the order of the text."""
    from orchestration.cli.errors import UserError

    path = Path(what)
    if is_file(path):
        try:
            readings = read_file(path, report_year, region)
        except UnreadFileError as error:
            raise UserError(f"{what}: {error}") from error
    elif looks_like_path(what):
        raise UserError(f"{what}: no such file; check the path, or give a sentence in quotes")
    else:
        readings = [_read_sentence(what, report_year, region)]
    for reading in readings:
        yield from _explained(reading)


def _explained(reading: Reading) -> Iterator[str]:
    if not reading.observations and not reading.rejections:
        yield "no number found"
    rows = sorted([*reading.observations, *reading.rejections], key=lambda row: (row["char_start"], row["char_end"]))
    sentence = None
    for row in rows:
        if row["sentence_start"] != sentence:
            sentence = row["sentence_start"]
            yield ""
            yield f"[{row['section']}] {row['sentence']}"
        yield f"    {row['surface']!s:<14} {_told(row)}"


def is_file(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a long sentence is no valid file name
        return False


def looks_like_path(what: str) -> bool:
    return what.lower().endswith(
        (".txt", ".html", ".htm", ".docx", ".pdf", ".doc", ".wps", ".rtf", ".ofd", ".zip", ".mht", ".png", ".jpg")
    )


def _read_sentence(sentence: str, report_year: int | None, region: str | None) -> Reading:
    from datetime import date

    from sources.extraction import ReportContext, extract

    year = report_year or date.today().year
    context = ReportContext(report_id="sentence", report_year=year, region_name=region or "", level="city")
    extraction = extract(sentence, context)
    return Reading({"report_year": year}, extraction.observations, extraction.rejections)


def _told(row: dict[str, Any]) -> str:
    if "reason" in row:
        detail = f" ({row['detail']})" if row.get("detail") else ""
        return f"no observation: {row['reason']}{detail}"
    parts = [
        f"{row['indicator']} {row['measure']} = {cell(row, 'value')} {row.get('unit') or ''}".rstrip(),
        row["qualifier"],
        row["status"],
        cell(row, "period"),
        f"scope {row['scope']}",
        *(f"{name} {row[name]}" for name in ("tier", "basis", "commitment", "flags") if row.get(name)),
        f"rule {row['rule']}",
    ]
    return ", ".join(parts)
