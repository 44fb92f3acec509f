"""The door for everything that came from a page, a site or a catalogue and goes out: to a terminal, a spreadsheet,
a Markdown viewer, a reader of the release.

What belongs here: what such text may not do where it arrives. What does not: repair of a report's text
(``document/cleaning``), whose characters are quoted as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: parts of a query that let somebody in: their values are nobody's business
_SECRET = (
    "access_?token|api_?key|auth|authorization|credential|jsessionid|key|pass|passwd|password|pwd|secret|session|"
    "session_?id|sig|signature|sign|ticket|token|x-amz-[a-z-]+"
)
#: patterns that Python and DuckDB read alike (`_re2`): nothing that looks ahead or behind
_USER = r"(://)[^/\s?#]*@"
_GIVEN = r"[^&;:#\s'\"<>)\]]"
_VALUE = rf"(?i)([?&;](?:{_SECRET})=)(?:{_GIVEN}|:+{_GIVEN})+"
#: /home/name/…, C:\…: up to the last part, which names the file
_PART = r"[^/\\\s'\"<>|:]"
_FOLDERS = rf"(^|[^\w:/.]|file:)(?:/{{1,3}}|[A-Za-z]:[\\/]+)(?:{_PART}+[/\\]+)+({_PART})"
#: the same of a text that is nothing but a path, which may hold spaces
_PATH = r"^(file:)?(?:/|[A-Za-z]:[\\/])(?:.*[/\\])?"
#: C0 and C1 controls, what turns the direction of writing, line and paragraph separators, joiners that nobody sees
_UNSEEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
#: what a spreadsheet takes for a formula, in wide characters too; a number with its sign is one
_FORMULA = re.compile(r"(?![+-]?[0-9]+(?:\.[0-9]+)?%?\Z)[=+\-@\t\r\n＝＋－＠]")
#: what Markdown obeys, ~ of ranges and * of products among it: 2*30万千瓦、2*60万千瓦 would be shown as 230 and 260, of
#: 6~8%、3~5% some viewers show 68% and 35%; an underscore within a word is none
_MARKUP = re.compile(r"[\\`\[\]()<>!|&*~$]|:(?=//)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")


def address(text: str) -> str:
    """Return `text` with every address in it without user, password, and values that let somebody in."""
    if "://" not in text and "=" not in text:
        return text
    return re.sub(_VALUE, r"\1…", re.sub(_USER, r"\1…@", text))


def location(text: str) -> str:
    """Return a catalogue's location as others may see it: an `address`, or the name of a file without its folders.

    A relative path stays as it is: it tells nothing but how the catalogue's own folder is laid out.
    """
    return re.sub(_PATH, r"\1", address(text))


def line(text: str) -> str:
    """Return `text` as one line that shows what it holds: controls and turns of direction as escapes, no secrets."""
    return _UNSEEN.sub(_escaped, address(text))


def lines(text: str) -> str:
    """Return `text` as `line` does, but with its line breaks."""
    return "\n".join(map(line, text.split("\n")))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return {10: "\\n", 13: "\\r"}.get(code) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def is_plain(text: str) -> bool:
    """Whether `text` holds nothing that a terminal would obey or a person not see."""
    return _UNSEEN.search(text) is None


def cell(text: str) -> str:
    """Return `text` as a cell of a CSV that a spreadsheet takes for text: a formula gets an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def cells(values: Iterable[object]) -> list[object]:
    """Return the values of a row of a CSV, each text as a `cell`."""
    return [cell(value) if isinstance(value, str) else value for value in values]


#: the same in DuckDB's SQL, of a column of that name
CELL_SQL = (
    "case when regexp_matches({0}, '^[=+\\-@\\t\\r\\n＝＋－＠]') and not regexp_full_match({0}, "
    "'[+-]?[0-9]+([.][0-9]+)?%?') then '''' || {0} else {0} end"
)


def markdown(text: str) -> str:
    """Return `text` so that Markdown and HTML show it as it is within a line: no picture, and every sign of a number.

    Some viewers make links of bare addresses whatever is done.
    """
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", line(text))


def without_folders(text: str) -> str:
    """Return `text` with the names of files for whole paths: folders name people and machines."""
    return re.sub(_FOLDERS, r"\1\2", text)


def address_sql(column: str) -> str:
    """Return `address` of a column (or of an expression) in DuckDB's SQL."""
    return _replaced(_replaced(column, _USER, r"\1…@"), _VALUE, r"\1…")


def location_sql(column: str) -> str:
    """Return `location` of a column in DuckDB's SQL."""
    return _replaced(address_sql(column), _PATH, r"\1")


def message_sql(column: str) -> str:
    """Return a column of messages in DuckDB's SQL, as `address` and `without_folders` leave them."""
    return _replaced(address_sql(column), _FOLDERS, r"\1\2")


def _replaced(column: str, pattern: str, by: str) -> str:
    quoted = _re2(pattern).replace("'", "''")
    return f"regexp_replace({column}, '{quoted}', '{by}', 'g')"


def _re2(pattern: str) -> str:
    """Return a pattern for DuckDB, to whom letters and spaces are those of ASCII only unless told."""
    return pattern.replace(r"\w", r"\p{L}\p{N}_").replace(r"\s", r"\t-\r\x1c-\x20\x{85}\p{Z}")
