"""The id of a document: readable, the same for the same location for ever, told apart by a hash.

What belongs here: ids, and locations that would share one. What does not: which documents of a home still have the id
of a former baogao (``orchestration/home/short_ids.py``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote, urlsplit

#: hexadecimal digits of the hash, and those of ids until 0.1: six let two locations share one by chance
DIGITS, FORMER_DIGITS = 10, 6
_ENDING = re.compile(
    r"\.(?:txt|s?html?|docx?|pdf|aspx?|jsp|php|ofd|wps|rtf|zip|mht(?:ml)?|png|jpe?g|tiff?|gif|bmp|webp)$", re.IGNORECASE
)
_UNSAFE = re.compile(r"[^\w.]+")
_MOST_SLUG = 80


def report_id_of(location: str, part: int | None = None, digits: int = DIGITS) -> str:
    """Return the id of the document at `location`: readable, and told apart by a hash where readability is not enough.

    `part` is given where a file holds several documents. The same location always has the same id.
    """
    split = urlsplit(location)
    path = unquote(f"{split.netloc}{split.path}-{split.query}" if split.scheme in ("http", "https") else location)
    slug = _UNSAFE.sub("-", _ENDING.sub("", path.strip("-"))).strip("-.")[-_MOST_SLUG:].strip("-.")
    digest = _hash(location, digits)
    return f"{slug}-{digest}" if part is None else f"{slug}-{digest}-p{part}"


def sharing_an_id(locations: Iterable[str], digits_of: Callable[[str], int]) -> dict[str, str]:
    """Return the locations whose id is that of one before them, with that one."""
    by_hash: dict[str, list[str]] = {}
    shared: dict[str, str] = {}
    for location in locations:
        digits = digits_of(location)
        alike = by_hash.setdefault(_hash(location, digits), [])
        # ids themselves are made for few: the hash alone tells nearly all apart
        mine = report_id_of(location, digits=digits) if alike else ""
        for other in alike:
            if report_id_of(other, digits=digits) == mine:
                shared[location] = other
        alike.append(location)
    return shared


def _hash(location: str, digits: int) -> str:
    return hashlib.sha256(location.encode()).hexdigest()[:digits]
