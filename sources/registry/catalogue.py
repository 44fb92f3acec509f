"""Reading a catalogue: the CSV that says which documents there are, and what each claims to be.

What belongs here: the form of the file and of its cells. What does not: whether a claim is true
(``sources/document/identity/identity.py``), whether a file is there (``sources/snapshot/fetch.py``).

A file that is no catalogue raises; a bad row is told and the rest goes on, because one typing error among thousands
of rows must not stop a crawl. So each line of the file is an entry, part of one, or told: a quote that opens and never
closes costs its own row, not those behind it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sources import outgoing
from sources.errors import BaogaoError
from sources.partitions import Partition
from sources.tables import LEVELS

COLUMNS = ("location", "region_code", "region", "level", "report_year")
_FIRST_YEAR, _LAST_YEAR = 1949, 2100
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
#: lines that one row may have, by line breaks in quoted cells; an open quote is not looked after any further
_MOST_LINES = 50
#: what the csv module says of a row whose quote is still open
_OPEN = "unexpected end of data"
_BREAK = re.compile(r"[\r\n]")
_QUOTES = "check its quotes"


class CatalogueError(BaogaoError):
    """The file can't be used as a catalogue; the message names the file, what is wrong and the remedy."""


@dataclass(frozen=True)
class CatalogueEntry:
    """One row: where a document is and what it claims to be. `row` is the row as a spreadsheet counts (header = 1)."""

    location: str
    region_code: str | None
    region: str | None
    level: str | None
    report_year: int | None
    notes: dict[str, str] = field(default_factory=dict)
    row: int = 0

    @property
    def partition(self) -> Partition:
        return Partition.claimed(self.region_code, self.report_year)

    @property
    def is_web(self) -> bool:
        return self.location.lower().startswith(("http://", "https://"))


@dataclass(frozen=True)
class Catalogue:
    """A catalogue as read. `problems` are for the person who keeps it; relative locations are relative to `base`."""

    entries: tuple[CatalogueEntry, ...]
    problems: tuple[str, ...]
    base: Path


def read_catalogue(path: str | Path) -> Catalogue:
    """Return the catalogue in the CSV at `path` (UTF-8 with or without BOM, or GB18030; comma, semicolon or tab).

    Raises CatalogueError if the file can't be read, is no table with our columns, or holds no usable row.
    """
    path = Path(path)
    rows = _rows(_decode(path))
    first = next(rows, _Row())
    if first.fault:
        raise CatalogueError(
            "catalogue {path}: the header can't be read as CSV ({fault}); check its quotes",
            path=path,
            fault=first.fault,
        )
    header = [name.strip() for name in first.cells]
    _check_header(path, header)
    entries: list[CatalogueEntry] = []
    problems: list[str] = []
    first_row: dict[str, int] = {}
    for number, read in enumerate(rows, start=2):
        if read.fault:
            problems.append(f"row {number}: {read.fault}: this row is left out, those behind it are read; {_QUOTES}")
            continue
        values = [cell.strip() for cell in read.cells]
        if not any(values):
            continue
        if broken := [name for name, cell in zip(header, read.cells, strict=False) if _BREAK.search(cell)]:
            problems.append(f"row {number}: {', '.join(broken)} holds a line break: taken as it is; {_QUOTES}")
        if len(values) > len(header) and any(values[len(header) :]):
            problems.append(f"row {number}: has {len(values)} cells, the header {len(header)}: quote cells with commas")
            continue
        entry = _entry(number, dict(zip(header, values, strict=False)), problems)
        if entry is None:
            continue
        if entry.location in first_row:
            problems.append(
                f"row {number}: location {entry.location!r} stands in row {first_row[entry.location]} already: "
                "this row is left out; remove one of the two"
            )
            continue
        first_row[entry.location] = number
        entries.append(entry)
    if not entries:
        detail = f" ({problems[0]})" if problems else ""
        raise CatalogueError(
            "catalogue {path}: no usable row{detail}; add rows with at least a location", path=path, detail=detail
        )
    return Catalogue(tuple(entries), tuple(problems), path.resolve().parent)


def _decode(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise CatalogueError("catalogue {path}: no such file; check the path", path=path) from error
    except OSError as error:
        raise CatalogueError(
            "catalogue {path}: can't be read: {strerror}", path=path, strerror=error.strerror or error
        ) from error
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise CatalogueError("catalogue {path}: is a spreadsheet file, not CSV; save it as 'CSV UTF-8'", path=path)
    if not data.strip():
        raise CatalogueError(
            "catalogue {path}: is empty; the first row must name {columns}", path=path, columns=", ".join(COLUMNS)
        )
    if b"\x00" in data:
        raise CatalogueError("catalogue {path}: is not text in UTF-8 or GB18030; save it as 'CSV UTF-8'", path=path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CatalogueError("catalogue {path}: is neither UTF-8 nor GB18030; save it as 'CSV UTF-8'", path=path)


@dataclass(frozen=True)
class _Row:
    """The cells of a row, or what is wrong with its quotes."""

    cells: tuple[str, ...] = ()
    fault: str = ""


def _rows(text: str) -> Iterator[_Row]:
    """Yield the header and every row behind it. A row with a fault is one line, whatever its quotes would take in."""
    header = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    # lines as the csv module has them, each with its end
    lines = list(io.StringIO(text, newline=""))
    columns: list[str] = []
    at = 0
    while at < len(lines):
        cells, used = _whole_row(lines, at, delimiter)
        if cells is not None and used > 1 and _took_in(lines[at + 1 : at + used], cells, columns, delimiter):
            cells = None
        if cells is None:
            yield _Row(fault=_quote_fault(lines[at], columns, delimiter))
            used = 1
        else:
            yield _Row(tuple(cells))
        columns = columns or [name.strip() for name in cells or []]
        at += used


def _whole_row(lines: list[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """Return the cells of the row that begins with line `at`, None where its quotes don't fit, and its lines."""
    for used in range(1, min(_MOST_LINES, len(lines) - at) + 1):
        try:
            return next(csv.reader(lines[at : at + used], delimiter=delimiter, strict=True), []), used
        except csv.Error as error:
            if _OPEN not in str(error):
                break
    return None, 1


def _took_in(further: list[str], cells: list[str], columns: list[str], delimiter: str) -> bool:
    """Whether a row of several lines has a line break where none belongs, or took in lines that are rows themselves."""
    if any(_BREAK.search(cell) for name, cell in zip(columns, cells, strict=False) if name in COLUMNS):
        return True
    return len(cells) > len(columns) or any(line.count(delimiter) >= len(COLUMNS) - 1 for line in further)


def _quote_fault(line: str, columns: list[str], delimiter: str) -> str:
    try:
        next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        if _OPEN not in str(error):
            return f"can't be read as CSV ({error})"
    last = next(csv.reader([line], delimiter=delimiter), [])
    name = columns[len(last) - 1] if 0 < len(last) <= len(columns) else "the last cell"
    return f"a quote opens in {name} ({last[-1].strip()[:40]!r}) and does not close in this row"


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise CatalogueError(
            "catalogue {path}: column(s) {missing} missing; the header has {header}. Needed: {columns} "
            "(region_code and report_year may be empty in a row)",
            path=path,
            missing=", ".join(missing),
            header=", ".join(header) or "nothing",
            columns=", ".join(COLUMNS),
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise CatalogueError(
            "catalogue {path}: column(s) {twice} stand twice in the header; rename one",
            path=path,
            twice=", ".join(twice),
        )


def _entry(number: int, values: dict[str, str], problems: list[str]) -> CatalogueEntry | None:
    location = values.get("location", "")
    fault = _location_fault(location)
    if fault:
        problems.append(f"row {number}: {fault}: this row is left out")
        return None
    return CatalogueEntry(
        location=location,
        region_code=_code(number, values.get("region_code", ""), problems),
        region=values.get("region") or None,
        level=_level(number, values.get("level", ""), problems),
        report_year=_year(number, values.get("report_year", ""), problems),
        notes={name: value for name, value in values.items() if name and name not in COLUMNS and value},
        row=number,
    )


def _location_fault(location: str) -> str | None:
    if not location:
        return "location is empty; give an address or a path"
    if not outgoing.is_plain(location):
        return f"location {outgoing.line(location)!r} holds characters that nobody sees; write it anew"
    scheme = _SCHEME.match(location)
    if scheme is None:
        return None
    if scheme[1].lower() not in ("http", "https", "file"):
        return f"location {location!r}: only http:, https: and paths can be fetched"
    try:
        parts = urlsplit(location)
        _ = parts.port
    except ValueError as error:
        return f"location {location!r} is no valid address ({error})"
    if parts.scheme == "file":
        if parts.hostname not in (None, "localhost"):
            return f"location {location!r} names a file of another machine, {parts.hostname}; give its path on this one"
    elif not parts.hostname:
        return f"location {location!r} names no host"
    if "@" in parts.netloc:
        return (
            f"location {outgoing.line(location)!r} holds a user name or password, which would be published; fetch the "
            "document by hand and name the file"
        )
    return None


def _code(number: int, value: str, problems: list[str]) -> str | None:
    if not value:
        return None
    # a zone without a code of its own is named by the overlay's id, which begins with the code above it
    if re.fullmatch(r"[1-9]\d{5}(-[a-z0-9]+)?", value, flags=re.ASCII):
        return value
    problems.append(f"row {number}: region_code {value!r} is not six digits: taken as empty; mend or empty the cell")
    return None


def _level(number: int, value: str, problems: list[str]) -> str | None:
    if not value or value in LEVELS:
        return value or None
    problems.append(f"row {number}: level {value!r} is none of {', '.join(LEVELS)}: taken as empty")
    return None


def _year(number: int, value: str, problems: list[str]) -> int | None:
    if not value:
        return None
    if re.fullmatch(r"\d{4}(\.0)?", value, flags=re.ASCII) and _FIRST_YEAR <= int(value[:4]) <= _LAST_YEAR:
        return int(value[:4])
    problems.append(f"row {number}: report_year {value!r} is no year such as 2015: taken as empty")
    return None
