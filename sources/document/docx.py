"""Word files to drafts, by mammoth: paragraphs, tables, text boxes, footnotes.

What belongs here: opening a .docx safely and taking its text. What does not: old binary .doc (refused in ``read.py``).
"""

from __future__ import annotations

import io
import zipfile

import mammoth

from sources.document.align import Aligner
from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.lines import element_lines
from sources.document.mainbody import parse
from sources.document.numbering import restore_numbers
from sources.document.traced import Traced

#: unpacked bytes above which an archive is taken for a bomb: the longest reports unpack to some 3 MB
MOST_UNPACKED = 120_000_000


def read_docx(data: bytes) -> Draft:
    """Return the draft of a Word file. Raises UnreadableDocument: damaged, without text, or a decompression bomb."""
    check_archive(data)
    data, numbered = restore_numbers(data)
    try:
        result = mammoth.convert_to_html(io.BytesIO(data), convert_image=mammoth.images.img_element(lambda image: {}))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, AttributeError, TypeError, IndexError) as error:
        raise UnreadableDocument("unreadable", f"the Word file is damaged ({error}): get it again") from error
    except Exception as error:  # mammoth lets the XML parser's own errors through
        if type(error).__name__ not in ("ExpatError", "ParserError", "SAXParseException"):
            raise
        raise UnreadableDocument("unreadable", f"the Word file's XML is damaged ({error}): get it again") from error
    source: str = result.value
    if not source.strip():
        raise UnreadableDocument("unreadable", "the Word file holds no text (pictures only?): run OCR on it first")
    lines = element_lines(parse(source), prune=False)
    flags = ("numbering_restored",) if numbered else ()
    return Draft(body=Aligner.of_markup(Traced.of(source)).trace_lines(lines), source=source, form="docx", flags=flags)


def check_archive(data: bytes) -> None:
    """Raise UnreadableDocument where a zip archive is damaged or would unpack to more than any report needs."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            encrypted = any(entry.flag_bits & 1 for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableDocument("unreadable", f"the file is a damaged archive ({error}): get it again") from error
    if unpacked > MOST_UNPACKED:
        raise UnreadableDocument("hostile", f"the archive would unpack to {unpacked / 1e6:.0f} MB: not opened")
    if encrypted:
        raise UnreadableDocument("unreadable", "the file is locked with a password: save it without one")
