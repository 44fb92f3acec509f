"""Text files to drafts: decoding, and nothing else that the common cleaning does not do.

What belongs here: what only plain text needs before cleaning. What does not: repairs (``cleaning``).
"""

from __future__ import annotations

from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.forms.encoding import decode
from sources.document.traced import Traced


def read_plain(data: bytes, *, charset: str | None = None) -> Draft:
    """Return the draft of a text file. Raises UnreadableDocument where it is empty."""
    decoded = decode(data, charset)
    if not decoded.text.strip():
        raise UnreadableDocument("unreadable", "the file holds white space only: get it again")
    flags = tuple(flag for flag in decoded.flags if flag != "charset_guessed")
    return Draft(body=Traced.of(decoded.text), source=decoded.text, form="txt", flags=flags)
