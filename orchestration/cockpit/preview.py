"""Rows as a small Markdown table, for a person who looks at an asset. What does not belong here: choosing the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sources import outgoing

#: rows and characters of a cell that are shown
ROWS, WIDTH = 5, 80


def markdown(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = (), most: int = ROWS, width: int = WIDTH
) -> str:
    """Return the first `most` of `rows` as a table, `columns` in their order [all of the first row]; "none" for none.

    A cell is one line: breaks become spaces, the rest after `width` characters is left out, and what Markdown or HTML
    would obey (a page may hold a picture's address) is shown as it is.
    """
    if not rows:
        return "none"
    names = list(columns or rows[0])
    lines = [_line(names, width), _line(["---"] * len(names), width)]
    lines += [_line([row.get(name) for name in names], width) for row in rows[:most]]
    return "\n".join(lines)


def _line(values: Sequence[Any], width: int) -> str:
    return "| " + " | ".join(_cell(value, width) for value in values) + " |"


def _cell(value: Any, width: int) -> str:
    text = " ".join(("" if value is None else str(value)).split())
    if len(text) > width:
        text = text[: width - 1] + "…"
    return outgoing.markdown(text)
