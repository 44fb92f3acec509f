"""What a file is, by its first bytes and not by its name.

What belongs here: telling forms apart and saying what to do with those that are not read. What does not: reading.
"""

from __future__ import annotations

import io
import re
import zipfile

from sources.document.errors import UnreadableDocument
from sources.document.forms.archive import BROKEN

#: bytes above which a file is not read: the largest gazette of the corpus has 1 MB, a long report 0.3 MB
MOST_BYTES = 64_000_000
#: the same for text and web pages, of which a long one has 0.4 MB (pictures inside a saved page count too)
MOST_MARKUP, MOST_PLAIN = 12_000_000, 6_000_000
#: what to do with a text document of a form that is not read
CONVERT = "open it in LibreOffice or WPS and save it as .docx (soffice --headless --convert-to docx FILE)"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"Rar!", "a RAR archive", "unpack it and name the files in it"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it and name the files in it"),
    (b"\x1f\x8b", "a gzip archive", "unpack it and name the file in it"),
    (b"\x7fELF", "a program", "this is no document"),
    (b"MZ", "a program", "this is no document"),
)
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_HTML = re.compile(
    rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<meta\s|<(?:div|table|p|br|span|title)[\s>/]", re.IGNORECASE
)
#: Word's own XML (2003, and Flat OPC) by its root; of others, those that hold a text
_WORD_XML = re.compile(rb"<(?:\w+:)?(?:wordDocument|package)\s[^>]*(?:/2003/wordml|/2006/xmlPackage)")
_OTHER_XML = re.compile(rb"<(?:office:document|\w+:UOF|uof)\s")
_NAMED_HTML = re.compile(r"\.[sx]?html?$|\.mht(?:ml)?$|\.aspx?$|\.jsp$", re.IGNORECASE)
_MHTML = re.compile(rb"content-type:\s*multipart/(?:related|mixed|alternative)", re.IGNORECASE)
_CONTROL = bytes([*range(9), *range(14, 27), *range(28, 32)])
_HEAD = 16_384


def sniff(data: bytes, *, name: str = "", content_type: str | None = None) -> str:
    """Return `pdf`, `docx`, `doc` (.wps too), `wordxml`, `rtf`, `ofd`, `html`, `txt`, `picture`, or `zip`.

    Raises UnreadableDocument: `unreadable` where there is nothing, `hostile` where it is too large to be a report,
    `unsupported_format` with what to do about it.
    """
    if not data.strip(b"\x00\t\r\n\x0b\x0c "):
        raise UnreadableDocument("unreadable", "the file is empty: get it again")
    _hold_to(data, MOST_BYTES)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_archive(data)
    if data.startswith(_COMPOUND):
        return "doc"
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:5] == b"{\\rtf":
        return "rtf"
    if is_picture(data):
        return "picture"
    for magic, what, remedy in _MAGIC:
        if data.startswith(magic):
            raise UnreadableDocument("unsupported_format", f"the file is {what}: {remedy}")
    if _is_binary(data):
        raise UnreadableDocument("unsupported_format", "the file is binary and of no known form: look at what it is")
    head = data[:_HEAD]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = data[:_HEAD].replace(b"\x00", b"")
    if _WORD_XML.search(head):
        _hold_to(data, MOST_MARKUP)
        return "wordxml"
    if _OTHER_XML.search(head):
        raise UnreadableDocument("unsupported_format", f"the file is a text in another program's XML: {CONVERT}")
    claimed = "html" in (content_type or "").lower() or _NAMED_HTML.search(name)
    if _MHTML.search(data[:4000]) or _HTML.search(head) or (claimed and re.search(rb"<[a-zA-Z/!][^<>]*>", data)):
        _hold_to(data, MOST_MARKUP)
        return "html"
    _hold_to(data, MOST_PLAIN)
    return "txt"


def is_picture(data: bytes) -> bool:
    """Tell by its first bytes whether a file is a picture: PNG, JPEG, GIF, TIFF, BMP or WEBP."""
    if data.startswith(_PICTURES):
        return True
    return (data[:2] == b"BM" and data[6:10] == b"\x00" * 4) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _hold_to(data: bytes, most: int) -> None:
    if len(data) > most:
        raise UnreadableDocument("hostile", f"the file has {len(data) / 1e6:.0f} MB, no report has: not read")


def _sniff_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except BROKEN as error:
        raise UnreadableDocument("unreadable", f"the file is a damaged archive ({error}): get it again") from error
    if "word/document.xml" in names or any(n.startswith("word/") and n.endswith(".xml") for n in names):
        return "docx"
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" in names and any(n.startswith(("xl/", "ppt/")) for n in names):
        raise UnreadableDocument("unsupported_format", "the file holds sheets or slides: this is no report")
    if "mimetype" in names:
        raise UnreadableDocument("unsupported_format", f"the file is an open document or e-book: {CONVERT}")
    return "zip"


def _is_binary(data: bytes) -> bool:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    sample = data[:65_536]
    return len(sample) - len(sample.translate(None, delete=_CONTROL)) > 0.02 * len(sample)
