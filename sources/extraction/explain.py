"""Explanations: each number of a text with the parse that made it an observation, or the reason why it is none.

What belongs here: the wording for people. What does not: any decision.
"""

from __future__ import annotations

from typing import Any

from sources.extraction.types import Extraction, ReportContext


def _observation(row: dict[str, Any]) -> str:
    value = row["relation"] if row["value"] is None else f"{row['value']:g}"
    upper = f"–{row['value_upper']:g}" if row["value_upper"] is not None else ""
    years = (
        f"{row['period_start']}"
        if row["period_start"] == row["period_end"]
        else f"{row['period_start']}–{row['period_end']}"
    )
    extra = "".join(
        f", {label} {row[key]}"
        for key, label in (("commitment", "commitment"), ("relation_ref", "compared with"), ("flags", "flags"))
        if row[key]
    )
    scope = "" if row["scope"] == "self" else f" of {row['scope']}"
    return (
        f"✓ {row['surface']}  →  {row['indicator']}{scope} {row['measure']} {value}{upper} {row['unit']} "
        f"({row['qualifier']}, {row['status']}, {years}; rule {row['rule']}{extra})"
    )


def _rejection(row: dict[str, Any]) -> str:
    detail = f": {row['detail']}" if row["detail"] else ""
    return f"✗ {row['surface']}  →  {row['reason']}{detail} (rule {row['rule']})"


def explain_rows(extraction: Extraction) -> str:
    """Return the rows of an extraction sentence by sentence, in the order of the text."""
    lines: list[str] = []
    rows = [
        (row["sentence_start"], row["char_start"], row["sentence"], _observation(row))
        for row in extraction.observations
    ]
    rows += [
        (row["sentence_start"], row["char_start"], row["sentence"], _rejection(row)) for row in extraction.rejections
    ]
    current = None
    for start, _, sentence, line in sorted(rows, key=lambda item: item[:2]):
        if start != current:
            lines += ["", sentence.strip()]
            current = start
        lines.append(f"    {line}")
    return "\n".join(lines).strip() or "no numbers"


def explain(text: str, context: ReportContext) -> str:
    """Read `text` and say of each number what it was taken for, and why."""
    from sources.extraction import extract

    return explain_rows(extract(text, context))
