"""Fingerprints: what a partition was made from, and what came out, so that unchanged work is never done again.

Each file of the lake carries three in its Parquet metadata: `inputs` (hash of everything it was made from, versions of
the code included), `content` (hash of its rows) and `substance` (the same without the columns that only say which
version wrote them, so that a new version that changes nothing stops the wave there). What does not belong here:
Dagster.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

INPUTS, CONTENT, SUBSTANCE = "inputs", "content", "substance"
#: metadata of a file: hashes of its inputs by name, so that a person can be told which of them changed
MADE_FROM = "made_from"
_DIGITS = 12
#: when a row was fetched or judged does not change what it says
VOLATILE = frozenset({"retrieved_at", "checked_at"})
VERSIONS = frozenset({"parser_version", "rule_version", "lexicon_version", "dictionary_version"})


def digest(*parts: Any) -> str:
    """Return the SHA-256 of `parts`, which must be JSON-able (anything else counts by its str())."""
    return hashlib.sha256(_canonical(parts)).hexdigest()


def by_name(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return name → short hash of each of `inputs`, as MADE_FROM has them."""
    return {name: digest(value)[:_DIGITS] for name, value in inputs.items()}


def of_rows(rows: Iterable[Mapping[str, Any]], without: frozenset[str] = frozenset()) -> str:
    """Return the hash of a set of rows, whatever their order; empty cells and columns in `without` do not count."""
    return _of_lines([_line({name: row[name] for name in sorted(row) if name not in without}.items()) for row in rows])


def _line(cells: Iterable[tuple[str, Any]]) -> bytes:
    # orjson is several times as fast as repr() and json: this is done for every number of every report
    return orjson.dumps({name: value for name, value in cells if value is not None}, default=str)


def _of_lines(lines: list[bytes]) -> str:
    return hashlib.sha256(b"\n".join([*sorted(lines), b""])).hexdigest()


def of_files(folder: Path, patterns: Iterable[str] = ("**/*",)) -> str:
    """Return the hash of the names and bytes of the files below `folder` that match; empty where there is none."""
    total = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}):
        total.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def stored(inputs: str, columns: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """Return the metadata to store beside the rows of `columns` (a list of values per column)."""
    contents, lines = _lines_of(columns)
    return {INPUTS: inputs, CONTENT: _of_lines(contents), SUBSTANCE: _of_lines(lines)}


def by_document(columns: Mapping[str, Sequence[Any]], document: str) -> dict[str, tuple[str, str]]:
    """Return the content and the substance of the rows of each document, which the column `document` names."""
    found: dict[str, tuple[list[bytes], list[bytes]]] = {}
    for name, content, line in zip(columns[document], *_lines_of(columns), strict=True):
        contents, lines = found.setdefault(name, ([], []))
        contents.append(content)
        lines.append(line)
    return {name: (_of_lines(contents), _of_lines(lines)) for name, (contents, lines) in found.items()}


def of_documents(hashes: Iterable[bytes]) -> str:
    """Return the hash of a partition's rows from those of its documents, whatever their order."""
    return hashlib.sha256(b"".join(sorted(hashes))).hexdigest()


def _lines_of(columns: Mapping[str, Sequence[Any]]) -> tuple[list[bytes], list[bytes]]:
    """Return each row as one line, with the versions that wrote it and without."""
    names = sorted(set(columns) - VOLATILE - VERSIONS)
    lines = [_line(zip(names, row, strict=True)) for row in zip(*(columns[name] for name in names), strict=True)]
    nothing = [None] * len(lines)
    written = zip(*(columns.get(name, nothing) for name in sorted(VERSIONS)), strict=True)
    return [line + repr(list(by)).encode() for line, by in zip(lines, written, strict=True)], lines


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":")).encode()
