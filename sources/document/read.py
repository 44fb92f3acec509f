"""Bytes of any published form to clean text: the one door into this package for whoever has a file.

What belongs here: choosing the reader by what the bytes are. What does not: reading (one module per form), cleaning
(``cleaning``), what the document is about (``identity``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from sources.document.cleaning.clean import CleanDocument, clean
from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.forms.archive import Member, members
from sources.document.forms.plain import read_plain
from sources.document.forms.sniff import sniff
from sources.document.traced import to_source

__all__ = ["CleanDocument", "Unread", "UnreadableDocument", "read_document", "read_file", "to_source"]

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
#: endings by which a file of an archive is meant as a document, whatever it is
_DOCUMENT_NAME = re.compile(r"\.(?:txt|s?html?|mht(?:ml)?|docx?|wps|rtf|pdf|ofd)$", re.IGNORECASE)
#: forms that are documents under any name; text and markup are also programs' and pages' parts
_SURE_FORMS = ("pdf", "docx", "doc", "rtf", "ofd", "wordxml")
_MOST_NAMED = 5


@dataclass(frozen=True)
class Unread:
    """A document of an archive that can't be read, beside others that can: its place among them, and why."""

    part: int
    reason: str
    detail: str


def read_document(
    pages: list[bytes], *, name: str, content_type: str | None = None, url: str | None = None
) -> list[CleanDocument]:
    """Return the documents of a file, or of the pages that one document is spread over, in order.

    `name` is the file's name and `content_type` the header as served: both are hints, the bytes decide. `url` only
    appears in messages. Raises UnreadableDocument with a reason of tables.REFUSALS and what to do about it.
    """
    found = read_file(pages, name=name, content_type=content_type, url=url)
    return [document for document in found if isinstance(document, CleanDocument)]


def read_file(
    pages: list[bytes], *, name: str, content_type: str | None = None, url: str | None = None
) -> list[CleanDocument | Unread]:
    """Return what `read_document` does, and in their places those files of an archive that can't be read.

    Raises as `read_document` does, where there is no document that can be read.
    """
    if not pages:
        raise UnreadableDocument("unreadable", f"no page of {url or name} was fetched: fetch it again")
    form = sniff(pages[0], name=name, content_type=content_type)
    if form == "zip":
        return _read_archive(pages[0])
    return [*_read_form(form, pages, content_type)]


def _read_form(form: str, pages: list[bytes], content_type: str | None) -> list[CleanDocument]:
    try:
        return clean(_draft(form, pages, content_type))
    except RecursionError as error:
        raise UnreadableDocument("hostile", "the file nests deeper than any report does: not read") from error


def _draft(form: str, pages: list[bytes], content_type: str | None) -> Draft:
    """Read by what reads `form`, which is loaded when the first document of that form comes."""
    match = _CHARSET.search(content_type or "")
    charset = match.group(1) if match else None
    if form == "txt":
        return read_plain(pages[0], charset=charset)
    if form == "html":
        from sources.document.forms.html import read_html

        return read_html(pages, charset=charset)
    if form == "picture":
        from sources.document.forms.ocr import read_picture

        return read_picture(pages)
    return _binary_reader(form)(pages[0])


def _binary_reader(form: str) -> Callable[[bytes], Draft]:
    if form == "pdf":
        from sources.document.forms.pdf import read_pdf

        return read_pdf
    if form == "docx":
        from sources.document.forms.docx import read_docx

        return read_docx
    if form == "wordxml":
        from sources.document.forms.flatword import read_flat_word

        return read_flat_word
    if form == "doc":
        from sources.document.forms.doc import read_doc

        return read_doc
    if form == "rtf":
        from sources.document.forms.rtf import read_rtf

        return read_rtf
    assert form == "ofd", f"{form}: `sniff` names a form that nothing reads"
    from sources.document.forms.ofd import read_ofd

    return read_ofd


def _read_archive(data: bytes) -> list[CleanDocument | Unread]:
    """Return the documents of an archive's files, numbered over all of them."""
    found: list[CleanDocument | Unread] = []
    others: list[str] = []
    for member in members(data):
        try:
            documents = _read_member(member)
        except UnreadableDocument as error:
            found.append(Unread(len(found) + 1, error.reason, f"{member.name} in the archive: {error.detail}"))
            continue
        found += [replace(document, part=len(found) + n) for n, document in enumerate(documents, start=1)]
        if not documents:
            others.append(member.name)
    if others:
        names = "、".join(others[:_MOST_NAMED]) + ("、…" if len(others) > _MOST_NAMED else "")
        detail = f"{len(others)} file(s) in the archive are no documents ({names}): convert those that are"
        found.append(Unread(len(found) + 1, "unsupported_format", detail))
    unread = [each for each in found if isinstance(each, Unread)]
    if len(unread) == len(found):
        told = "; ".join(each.detail for each in unread[:_MOST_NAMED])
        raise UnreadableDocument(unread[0].reason, f"nothing in the zip archive can be read: {told}")
    several = len(found) > 1
    return [_of_several(each) if several and isinstance(each, CleanDocument) else each for each in found]


def _of_several(document: CleanDocument) -> CleanDocument:
    return replace(document, flags=tuple(dict.fromkeys([*document.flags, "split_from_file"])))


def _read_member(member: Member) -> list[CleanDocument]:
    """Return the documents of an archive's file, none where it is meant as no document."""
    if member.error:
        raise member.error
    meant = bool(_DOCUMENT_NAME.search(member.name))
    try:
        form = sniff(member.data, name=member.name)
    except UnreadableDocument:
        if meant:
            raise
        return []
    if form == "zip":
        raise UnreadableDocument("unsupported_format", "it is an archive in the archive: unpack it")
    return _read_form(form, [member.data], None) if meant or form in _SURE_FORMS else []
