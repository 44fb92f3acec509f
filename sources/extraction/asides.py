"""Numbers outside the normal text: marks of notes, and brackets that hold no figure with a unit.

What belongs here: their rejections, so that every number of a report leaves a row. What does not: reading anything.
Offsets count in the report's text.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sources.document.normal import NormalText

#: a number in digits, in either width, with its points and separators
NUMBER: Final = re.compile(
    r"[\d０-９][\d０-９]*(?:[.．,，][\d０-９]+)*"
)  # `re` finds it faster than with a `+` in front
_DATE: Final = re.compile(r"\s*(?:年|月|日|-|—|～|~|至)")
_ENUMERATOR: Final = re.compile(r"\s*[\d０-９]{1,2}\s*\Z")


class Aside(NamedTuple):
    """One number left out: [start, end) of the text, and why it is no observation."""

    start: int
    end: int
    reason: str
    rule: str


def find_asides(view: NormalText, taken: list[tuple[int, int]]) -> list[Aside]:
    """Return the numbers of the text that lie in none of the spans `taken`, each with a reason."""
    found, reach = [], 0
    spans = iter([*sorted(taken), (len(view.text), 0)])
    following, behind = next(spans)
    for match in NUMBER.finditer(view.text):
        start, end = match.span()
        while following < end:
            reach = max(reach, behind)
            following, behind = next(spans)
        if reach <= start:
            found.append(Aside(start, end, *_why(view, match)))
    return found


def _why(view: NormalText, match: re.Match[str]) -> tuple[str, str]:
    if any(start <= match.start() < end for start, end in view.footnotes):
        return "footnote_mark", "mark_of_a_note"
    bracket = next((b for b in view.brackets if b.start <= match.start() < b.end), None)
    if bracket is None:
        return "unreadable", "no_rule_reads_it"
    content = view.text[bracket.start : bracket.end]
    if _ENUMERATOR.match(content):
        return "ordinal", "numbered_bracket"
    year = len(match.group()) == 4 and _DATE.match(view.text, match.end())
    return ("date", "date_in_a_bracket") if year else ("aside", "in_a_bracket")


def line_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the line of the text that holds the span: what stands as its sentence."""
    stop = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if stop < 0 else stop
