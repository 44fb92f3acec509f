"""Word files to drafts: paragraphs, tables, text boxes, footnotes, as they are printed.

What belongs here: opening a .docx safely and finding its parts. What does not: what of them is printed
(``printed.py``), old binary .doc (``doc.py``).
"""

from __future__ import annotations

import lzma
import posixpath
import re
import struct
import zipfile
import zlib

from lxml import etree

from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.forms.archive import checked
from sources.document.forms.numbering import Numbering
from sources.document.forms.printed import Printer
from sources.document.forms.runstyle import Element, Looks, W
from sources.document.traced import Traced

#: unpacked bytes of one part of text above which a file is taken for a bomb
_MOST_PART = 30_000_000
_FEWEST_CHINESE = 200
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
#: what an archive and its parts may end in where they are damaged
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, KeyError, ValueError, OSError,
           NotImplementedError)  # fmt: skip
#: names of the strict form of the standard, and of the usual one
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/",
        b"http://schemas.openxmlformats.org/drawingml/2006/",
    ),
)
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
)


def read_docx(data: bytes) -> Draft:
    """Return the draft of a Word file. Raises UnreadableDocument: damaged, without text, or a decompression bomb."""
    opened = checked(data)
    try:
        with opened as archive:
            printer, body = _open(archive)
        lines = printer.lines(body)
    except _DAMAGE as error:
        raise UnreadableDocument("unreadable", f"the Word file is damaged ({error}): get it again") from error
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise UnreadableDocument("hostile", "the Word file nests deeper than any report does: not read") from error
        raise UnreadableDocument("unreadable", f"the Word file's XML is damaged ({error}): get it again") from error
    source = "\n".join(lines)
    if printer.inserted and len(_CHINESE.findall(source)) < _FEWEST_CHINESE:
        raise UnreadableDocument(
            "unreadable",
            "the Word file's text is another file inside it: open it in Word or LibreOffice and save it as .docx again",
        )
    if not source:
        raise UnreadableDocument("unreadable", "the Word file holds no text (pictures only?): run OCR on it first")
    flags = [("numbering_restored", printer.numbered), ("inserted_files_unread", printer.inserted)]
    return Draft(body=Traced.of(source), source=source, form="docx", flags=tuple(name for name, seen in flags if seen))


def _open(archive: zipfile.ZipFile) -> tuple[Printer, Element]:
    """Return what reads the file's text, and the file's body. Raises KeyError where it has none."""
    main = _related(archive, "").get("officeDocument", "word/document.xml")
    parts = _related(archive, main)

    def part(kind: str) -> Element | None:
        return _parse(archive, parts[kind]) if parts.get(kind) in archive.NameToInfo else None

    document = _parse(archive, main)
    body = document.find(W + "body")
    if body is None:
        raise KeyError(f"{main} has no body")
    styles = part("styles")
    notes = {
        (kind, note.get(W + "id") or ""): note
        for kind in ("footnote", "endnote")
        if (found := part(kind + "s")) is not None
        for note in found.iter(W + kind)
    }
    return Printer(Looks(styles), Numbering(part("numbering"), styles), notes), body


def _related(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Return the parts that a part (the whole file: an empty name) names, by the last word of their kind."""
    folder, file = posixpath.split(name)
    relations = posixpath.join(folder, "_rels", file + ".rels")
    if relations not in archive.NameToInfo:
        return {}
    found: dict[str, str] = {}
    for relation in _parse(archive, relations).iter(_RELATION):
        if relation.get("TargetMode") != "External":
            target = posixpath.join("/" + folder, relation.get("Target") or "")
            found.setdefault((relation.get("Type") or "").rsplit("/", 1)[-1], posixpath.normpath(target).lstrip("/"))
    return found


def _parse(archive: zipfile.ZipFile, name: str) -> Element:
    size = archive.getinfo(name).file_size
    if size > _MOST_PART:
        raise UnreadableDocument("hostile", f"{name} would unpack to {size / 1e6:.0f} MB, no report has: not read")
    data = archive.read(name)
    if b"purl.oclc.org/ooxml" in data:
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
    root = etree.fromstring(data, _PARSER)
    if root.getroottree().docinfo.doctype:
        # the format forbids them, and text may hide in their entities
        raise UnreadableDocument("hostile", f"{name} defines entities of its own: not read")
    return root
