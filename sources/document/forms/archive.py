"""Zip archives of documents: the members that are files of their own, unpacked within bounds.

What belongs here: opening an archive safely, which of its members may be documents, their names. What does not:
reading a member (``read.py``), archives that are one document (.docx, .ofd: ``docx.py``, ``ofd.py``).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from sources.document.errors import UnreadableDocument

#: unpacked bytes above which an archive is taken for a bomb: the longest reports unpack to some 3 MB. The sizes that
#: the archive states hold: no more than them is ever unpacked, so that a bomb whose members share bytes adds up too
MOST_UNPACKED = 120_000_000
#: members above which an archive is no portal's attachment: a congress's papers are some thirty files
MOST_MEMBERS = 200
#: what file managers leave in archives
_LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
#: what Python raises on an archive that breaks the format, or on a member packed as it knows nothing of
BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError)
_UTF8_NAMES = 0x800
_LOCKED = 0x1


@dataclass(frozen=True)
class Member:
    """A file of an archive: its bytes, or why they can't be had."""

    name: str
    data: bytes
    error: UnreadableDocument | None = None


def checked(data: bytes) -> zipfile.ZipFile:
    """Return a zip archive, opened. Raises UnreadableDocument: damaged, locked, or more unpacked than any report."""
    archive = _opened(data)
    entries = archive.infolist()
    _bound(entries)
    if any(entry.flag_bits & _LOCKED for entry in entries):
        raise UnreadableDocument("unreadable", "the file is locked with a password: save it without one")
    return archive


def members(data: bytes) -> Iterator[Member]:
    """Yield the files of an archive by name, numbers in names by value; folders and litter are none.

    Raises UnreadableDocument: damaged, empty, or a bomb by the sizes, checked before anything is unpacked.
    """
    with _opened(data) as archive:
        entries = [entry for entry in archive.infolist() if entry.filename and not entry.is_dir()]
        _bound(entries)
        named = [(member_name(entry), entry) for entry in entries]
        files = sorted(((name, e) for name, e in named if not _LITTER.search(name)), key=lambda pair: _order(pair[0]))
        if not files:
            raise UnreadableDocument("unreadable", "the zip archive is empty: get it again")
        if len(files) > MOST_MEMBERS:
            raise UnreadableDocument("hostile", f"the zip archive has {len(files)} files: unpack it and name reports")
        for name, entry in files:
            yield _unpacked(archive, entry, name)


def member_name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name: where no flag says UTF-8, Chinese programs write that of the system, mostly GBK."""
    if entry.flag_bits & _UTF8_NAMES:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")  # as which the standard has it read
    except UnicodeEncodeError:
        return entry.filename
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except BROKEN as error:
        raise UnreadableDocument("unreadable", f"the file is a damaged archive ({error}): get it again") from error


def _bound(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise UnreadableDocument("hostile", f"the archive would unpack to {unpacked / 1e6:.0f} MB: not opened")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Member:
    if entry.flag_bits & _LOCKED:
        return Member(name, b"", UnreadableDocument("unreadable", "it is locked with a password: pack it without one"))
    try:
        return Member(name, archive.read(entry))
    except BROKEN as error:
        detail = f"it can't be unpacked ({error}): get the archive again, or pack it anew as plain .zip"
        return Member(name, b"", UnreadableDocument("unreadable", detail))


def _order(name: str) -> list[tuple[int, str]]:
    return [(int(piece[:18]), "") if piece.isdecimal() else (-1, piece) for piece in re.split(r"(\d+)", name) if piece]
