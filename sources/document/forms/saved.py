"""Pages that a browser saved as one file (.mht): the HTML of the page and of its frames.

What belongs here: the parts of such a file that are HTML, each with the charset of its own header. What does not:
which of them holds the text (``html.py``).

A browser saves the frames that it has loaded, each as a part of its own under its address or `cid:`, so every part is
a frame of the page or of a frame, and no link between them needs to be followed: loops can't be.
"""

from __future__ import annotations

import email
import re
from email.message import Message
from typing import Any

#: headers first; where a browser finds neither pictures nor frames it writes one part, without a frame around it
_MHTML = re.compile(
    rb"\A(?:[\w-]+:[^\n]*+\n(?:[ \t][^\n]*+\n)*+)*?"
    rb"content-type:\s*(?:multipart/(?:related|mixed|alternative)|text/html)",
    re.IGNORECASE,
)
_HEADER = 4000
#: parts of a file that are looked at; a page of a government has some ten frames
_MOST_PARTS = 400


def frames(data: bytes) -> list[tuple[bytes, str | None]]:
    """Return the HTML of a saved page and of its frames with their charsets, the page itself first.

    Return nothing where the bytes are no saved page, or where none of its parts is HTML.
    """
    if not _MHTML.match(data[:_HEADER].lstrip()):
        return []
    # by the oldest policy, which is the default: the newer ones stumble over malformed headers, and cost a start 0.1 s
    message = email.message_from_bytes(data.lstrip())
    found = [_part(part) for part in _html_parts(message)]
    return [part for part in found if part[0].strip()]


def _html_parts(message: Message) -> list[Message]:
    """Return the parts that are HTML, the one that the file's header names as its start first."""
    start = str(message.get_param("start", "") or "").strip("<> ")
    parts: list[Message] = []
    waiting: list[Message] = [message]
    looked = 0
    while waiting and looked < _MOST_PARTS:
        part = waiting.pop()
        looked += 1
        if part.is_multipart():
            inner: Any = part.get_payload()  # a list then
            waiting += [inside for inside in reversed(inner[:_MOST_PARTS]) if isinstance(inside, Message)]
        elif part.get_content_type() in ("text/html", "application/xhtml+xml"):
            parts.append(part)
    first = [part for part in parts if start and str(part.get("Content-ID", "")).strip("<> ") == start]
    return [*first, *(part for part in parts if part not in first)]


def _part(part: Message) -> tuple[bytes, str | None]:
    content = part.get_payload(decode=True)
    charset = part.get_param("charset")
    return content if isinstance(content, bytes) else b"", charset if isinstance(charset, str) else None
