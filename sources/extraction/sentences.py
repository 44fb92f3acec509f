"""A report sentence by sentence: rows that together hold all that its text says.

What belongs here: which characters go to which sentence. What does not: where a sentence ends (``engine.py``).

The grammar sees no quotation marks, headings' numbers and brackets (``document/normal.py``), so between two of its
sentences characters may lie that are in neither. They are given to the one or the other here: who searches the rows
has searched the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from sources import phrases
from sources.extraction.engine import Walk

#: what opens: it goes with what follows
_OPENS: Final = re.compile("[\n“‘『「（(《〈〔［【\\[①-⑳⑴-⒇]")


def sentence_rows(reading: Walk) -> list[dict[str, Any]]:
    """Return the rows of tables.SENTENCES of a report, in order, without `partition`."""
    shared = {"report_id": reading.context.report_id}
    found = []
    for start, end, section in _spans(reading):
        words = reading.view.text[start:end]
        searched = phrases.searched(words)
        found.append(
            {
                **shared,
                "char_start": start,
                "char_end": end,
                "section": section,
                "sentence": words,
                "searched": None if searched == words else searched,
            }
        )
    return found


def _spans(reading: Walk) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and section of each sentence; no character but white space lies outside of all."""
    text, view = reading.view.text, reading.view
    told = [(*view.raw_span(start, end), section.section) for start, end, section in reading.sentences]
    if not told:
        told = [(0, len(text), "unknown")]
    begins = 0
    for at, (_, end, section) in enumerate(told):
        if at + 1 < len(told):
            following = max(told[at + 1][0], end)
            opens = _OPENS.search(text, end, following)
            ends = opens.start() if opens else following
        else:
            ends = len(text)
        words = text[begins:ends]
        start = begins + len(words) - len(words.lstrip())
        if words.strip():
            yield start, start + len(words.strip()), section
        begins = ends
