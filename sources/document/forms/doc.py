"""Old binary Word files (.doc, and .wps, which is the same) to drafts, by way of the .docx that they convert to.

What belongs here: the conversion, by doc2docx, with what is struck, hidden, deleted, raised and numbered kept as such,
and telling apart the other files that come in the same container. What does not: reading what comes out (``docx.py``).

The format is that of [MS-DOC]; its container that of [MS-CFB].
"""

from __future__ import annotations

import struct
import tempfile
from dataclasses import replace
from pathlib import Path

from doc2docx import convert
from doc2docx.cfb import CompoundFile, CompoundFileLimits
from doc2docx.errors import Doc2DocxError, InvalidCompoundFile

from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.forms.archive import MOST_UNPACKED
from sources.document.forms.docx import read_docx
from sources.document.forms.sniff import CONVERT

_LIMITS = CompoundFileLimits(
    max_input_bytes=MOST_UNPACKED, max_stream_bytes=MOST_UNPACKED, max_directory_entries=20_000
)
#: what doc2docx raises on files that break the format, most of them as its own error
_DAMAGED = (
    Doc2DocxError, struct.error, ValueError, OSError, LookupError, ArithmeticError, TypeError, AttributeError,
)  # fmt: skip
_STREAM = "WordDocument"
#: first bytes of the stream of Word 97 and later ([MS-DOC] 2.5.2, wIdent); earlier ones have other bytes
_WORD_97 = b"\xec\xa5"
#: length of the stream's head, in which the bit that says that a password is needed stands (fEncrypted)
_HEAD, _FLAGS, _LOCKED = 32, 11, 0x1
#: where the places and sizes of tables begin in the stream's head (FibRgFcLcb97, 2.5.6), and those of tables that say
#: nothing of the text: comments (4, 5, 19, 36, 37, 42, 43), sections (6), heads and feet (11, 17)
_PAIRS, _LAYOUT = 0x9A, (4, 5, 6, 11, 17, 19, 36, 37, 42, 43)
#: streams by which the container's other files are known
_OTHERS = (
    (("Workbook", "Book"), "a spreadsheet (.xls, .et)"),
    (("PowerPoint Document",), "slides (.ppt, .dps)"),
    (("__properties_version1.0",), "a mail (.msg)"),
    (("HwpSummaryInformation", "FileHeader"), "a Hangul document (.hwp)"),
    (("EncryptedPackage",), "a document locked with a password"),
)


def read_doc(data: bytes) -> Draft:
    """Return the draft of a Word 97–2003 file. Raises UnreadableDocument: damaged, locked, older, or no Word file."""
    # programs fill the container's CLSID, which [MS-CFB] 2.2 has empty, and Word does not look at it
    data = data[:8] + bytes(16) + data[24:]
    fib = _check(data)
    try:
        return _converted(data)
    except _DAMAGED:
        pass  # a fault in how the pages look is none in what they say
    try:
        return _converted(_without_layout(data, fib))
    except _DAMAGED as error:
        raise UnreadableDocument("unreadable", f"the Word file can't be read ({error}): {CONVERT}") from error


def _converted(data: bytes) -> Draft:
    with tempfile.TemporaryDirectory() as folder:  # doc2docx reads and writes files only
        given, made = Path(folder) / "report.doc", Path(folder) / "report.docx"
        given.write_bytes(data)
        convert(given, made, limits=_LIMITS)
        docx = made.read_bytes()
    return replace(read_docx(docx), form="doc")


def _without_layout(data: bytes, fib: int) -> bytes:
    """Return the file with empty tables of sections, heads and comments; `fib` is where its text's stream begins."""
    changed = bytearray(data)
    for pair in _LAYOUT:
        size = fib + _PAIRS + 8 * pair + 4
        changed[size : size + 4] = bytes(4)
    return bytes(changed)


def _check(data: bytes) -> int:
    """Return where the text's stream begins.

    Raises UnreadableDocument where the container holds no text of Word 97 or later, or a locked one.
    """
    try:
        compound = CompoundFile(data, limits=_LIMITS)
        paths = {entry.path for entry in compound.entries}
        head = compound.open_stream(_STREAM)[:_HEAD] if _STREAM in paths else b""
    except (InvalidCompoundFile, ValueError, LookupError, struct.error) as error:
        raise UnreadableDocument("unreadable", f"the Office file is damaged ({error}): get it again") from error
    if len(head) < _HEAD:
        what = next((what for streams, what in _OTHERS if paths & set(streams)), "an Office file without a Word text")
        raise UnreadableDocument("unsupported_format", f"the file is {what}: look at what it is")
    if not head.startswith(_WORD_97):
        raise UnreadableDocument("unsupported_format", f"the file is of Word 95 or older: {CONVERT}")
    if head[_FLAGS] & _LOCKED:
        raise UnreadableDocument("unreadable", "the Word file is locked with a password: save it without one")
    return (compound.get_entry(_STREAM).starting_sector + 1) * compound.header.sector_size
