"""What a reader of one form hands on to the cleaning that all forms share.

What belongs here: the value between form-specific reading and common cleaning. What does not: rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sources.document.traced import Traced


@dataclass(frozen=True)
class Draft:
    """Text as a form's reader took it out, one paragraph or printed line per line, not yet repaired.

    `source` is the decoded page that origins point into; `wrapped` says that lines are printed lines, not paragraphs.
    """

    body: Traced
    source: str
    form: str
    title: str | None = None
    published_at: date | None = None
    publisher: str | None = None
    speaker: str | None = None
    flags: tuple[str, ...] = ()
    wrapped: bool = False
