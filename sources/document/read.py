"""Bytes of any published form to clean text: the one door into this package for whoever has a file.

What belongs here: choosing the reader by what the bytes are. What does not: reading (one module per form), cleaning
(``clean.py``), what the document is about (``identity.py``).
"""

from __future__ import annotations

import re

from sources.document.clean import CleanDocument, clean
from sources.document.docx import read_docx
from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.html import read_html
from sources.document.ocr import read_picture
from sources.document.pdf import read_pdf
from sources.document.plain import read_plain
from sources.document.sniff import sniff
from sources.document.traced import to_source

__all__ = ["CleanDocument", "UnreadableDocument", "read_document", "to_source"]

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def read_document(
    pages: list[bytes], *, name: str, content_type: str | None = None, url: str | None = None
) -> list[CleanDocument]:
    """Return the documents of a file, or of the pages that one document is spread over, in order.

    `name` is the file's name and `content_type` the header as served: both are hints, the bytes decide. `url` only
    appears in messages. Raises UnreadableDocument with a reason of tables.REFUSALS and what to do about it.
    """
    if not pages:
        raise UnreadableDocument("unreadable", f"no page of {url or name} was fetched: fetch it again")
    try:
        return clean(_draft(pages, name, content_type))
    except RecursionError as error:
        raise UnreadableDocument("hostile", "the file nests deeper than any report does: not read") from error


def _draft(pages: list[bytes], name: str, content_type: str | None) -> Draft:
    form = sniff(pages[0], name=name, content_type=content_type)
    match = _CHARSET.search(content_type or "")
    charset = match.group(1) if match else None
    if form == "pdf":
        return read_pdf(pages[0])
    if form == "picture":
        return read_picture(pages)
    if form == "docx":
        return read_docx(pages[0])
    if form == "html":
        return read_html(pages, charset=charset)
    return read_plain(pages[0], charset=charset)
