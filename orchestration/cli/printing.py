"""Observations of one report as a person or a program reads them: table, CSV, JSON lines, explanation.

What does not belong here: where they come from (``sources/files.py``).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sources import outgoing
from sources.files import Reading

if TYPE_CHECKING:
    from rich.table import Table

#: the annotation guide's fields, first and in its order
GUIDE_FIELDS = (
    "report_id", "indicator", "measure", "value", "value_upper", "unit", "qualifier", "status",
    "period_start", "period_end", "scope", "quote",
)  # fmt: skip
FURTHER_FIELDS = (
    "region_code", "region_name", "level", "report_year", "kind", "completeness",
    "canonical_value", "canonical_value_upper", "canonical_unit", "horizon", "tier", "basis", "base_period",
    "commitment", "relation", "relation_ref", "section", "sentence", "surface", "char_start", "char_end",
    "rule", "period_evidence", "rule_version", "lexicon_version", "flags", "doubt",
)  # fmt: skip
TABLE_FIELDS = ("indicator", "measure", "value", "unit", "qualifier", "status", "period", "scope", "sentence")
SENTENCE_WIDTH = 40


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


class Writer:
    """Prints the observations of one file after the other in one of the three formats."""

    def __init__(self, output_format: str) -> None:
        self.format = output_format
        self.csv: csv.DictWriter[str] | None = None

    def write(self, reading: Reading) -> None:
        rows = [printed(row, reading.report) for row in reading.observations if row.get("value") is not None]
        if self.format == "jsonl":
            for row in rows:
                sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
        elif self.format == "csv":
            self._csv().writerows(
                {name: outgoing.cell(value) if isinstance(value, str) else value for name, value in row.items()}
                for row in rows
            )
        else:
            print_table(reading)

    def _csv(self) -> csv.DictWriter[str]:
        if self.csv is None:
            self.csv = csv.DictWriter(sys.stdout, [*GUIDE_FIELDS, *FURTHER_FIELDS], lineterminator="\n")
            self.csv.writeheader()
        return self.csv

    def close(self) -> None:
        if self.format == "csv":
            self._csv()
        sys.stdout.flush()


def print_table(reading: Reading) -> None:
    """Print one report's observations for a person."""
    from rich.table import Table
    from rich.text import Text

    report = reading.report
    title = (
        f"{report['report_id']}: {report['region_name']} {report['report_year']} "
        f"({report['kind']}, {report['completeness']}), {len(reading.observations)} observations, "
        f"{len(reading.rejections)} other numbers"
    )
    table = Table(title=Text(outgoing.line(title)), title_justify="left", expand=False)
    for name in TABLE_FIELDS:
        table.add_column(name, justify="right" if name == "value" else "left", overflow="fold")
    for row in reading.observations:
        table.add_row(*(Text(outgoing.line(_cell(row, name))) for name in TABLE_FIELDS))
    show(table)


def show(table: Table) -> None:
    """Print a table whose cells are lines that a terminal may show (``outgoing.line``)."""
    from rich.console import Console

    # a pipe has no width of its own; a narrow table would fold every cell
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def _cell(row: dict[str, Any], name: str) -> str:
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


def explanation(reading: Reading) -> Iterator[str]:
    """Yield the lines of an explanation, number by number in the order of the text."""
    if not reading.observations and not reading.rejections:
        yield "no number found"
    rows = sorted([*reading.observations, *reading.rejections], key=lambda row: (row["char_start"], row["char_end"]))
    sentence = None
    for row in rows:
        if row["sentence_start"] != sentence:
            sentence = row["sentence_start"]
            yield ""
            yield f"[{row['section']}] {row['sentence']}"
        yield f"    {row['surface']!s:<14} {_parse_or_reason(row)}"


def _parse_or_reason(row: dict[str, Any]) -> str:
    if "reason" in row:
        detail = f" ({row['detail']})" if row.get("detail") else ""
        return f"no observation: {row['reason']}{detail}"
    parts = [
        f"{row['indicator']} {row['measure']} = {_cell(row, 'value')} {row.get('unit') or ''}".rstrip(),
        row["qualifier"],
        row["status"],
        _cell(row, "period"),
        f"scope {row['scope']}",
        *(f"{name} {row[name]}" for name in ("tier", "basis", "commitment", "flags") if row.get(name)),
        f"rule {row['rule']}",
    ]
    return ", ".join(parts)
