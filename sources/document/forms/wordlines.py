"""A paragraph of Word as it comes out of its runs, made into lines.

What belongs here: our marks inside a paragraph (raised text, pictures in the line), spaces and tabs. What does not:
which elements print what (``printed.py``).
"""

from __future__ import annotations

import re

from sources.document.forms.raised import printed_as
from sources.document.normal import UNREADABLE

# marks of our own inside a paragraph, of characters that XML does not allow: they can't be in the file
RAISED, LOWERED, PICTURE = "\x0e", "\x0f", "\x10"
_SET_HIGH = re.compile(f"{RAISED}([^{LOWERED}]*){LOWERED}")
#: a picture in the midst of a line, beside a digit, may be a digit
_PICTURED = re.compile(rf"(?<=[\d.．]){PICTURE}+(?=.)|(?<=.){PICTURE}+(?=[\d.．])")
_NO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff\xad]")
#: a tab between figures parts columns; any other is an indent
_COLUMNS = re.compile(r"[\d%％）)] *\t\s*[-－—−(（]?\d")


def settle(text: str) -> str:
    """Return a paragraph without our marks: what is raised and what is a picture is text or nothing."""
    if RAISED in text:
        text = text.replace(LOWERED + RAISED, "")
        text = _SET_HIGH.sub(
            lambda m: printed_as(m.string[max(0, m.start() - 20) : m.start()], m[1], m.string[m.end() : m.end() + 20]),
            text,
        )
    if PICTURE in text:
        text = "\n".join(_PICTURED.sub(UNREADABLE, line.strip(PICTURE)) for line in text.split("\n"))
        text = text.replace(PICTURE, "")
    return text


def tidy(line: str) -> str:
    """Return a line with single spaces, and with tabs only where they part columns of figures."""
    line = _NO_WIDTH.sub("", line)
    if "\t" in line and _COLUMNS.search(line):
        return "\t".join(part for part in (" ".join(cell.split()) for cell in line.split("\t")) if part)
    return " ".join(line.split())
