"""Web pages to drafts: decoding, the main text of every page of a document, title, date, publisher.

What belongs here: how the parts for HTML work together, pages saved by a browser (.mht), pages without a text. What
does not: choosing the main text (``mainbody.py``), title and date (``metadata.py``).
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from sources.document.align import Aligner
from sources.document.draft import Draft
from sources.document.encoding import decode
from sources.document.errors import UnreadableDocument
from sources.document.lines import shown
from sources.document.mainbody import body_lines, parse
from sources.document.metadata import PageFacts, page_facts
from sources.document.printed import drop_unprinted
from sources.document.residue import page_span
from sources.document.traced import Traced, join, offsets

#: between the decoded pages of one document, in the text that source offsets point into
PAGE_BREAK = "\f"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Chinese characters below which a page holds no text of its own
_FEWEST = 60
#: the same, where none of them ends a sentence: a page of links
_FEWEST_WITHOUT_SENTENCE = 400
_MHTML = re.compile(rb"\A(?:[\w-]+:[^\n]*\n[ \t\S]*?)*?content-type:\s*multipart/related", re.IGNORECASE)
_ATTACHMENT = re.compile(r"\.(?:pdf|docx?|ofd|wps|rtf)(?:$|[?#])", re.IGNORECASE)


@dataclass(frozen=True)
class _Page:
    lines: list[str]
    facts: PageFacts
    body: Traced
    source: str
    flags: tuple[str, ...]
    attachments: tuple[str, ...]
    scripts: int


def read_html(pages: list[bytes], *, charset: str | None = None) -> Draft:
    """Return the draft of a document that stands on one or several web pages.

    Raises UnreadableDocument where no page holds a text: an empty shell that a script would fill, a page that only
    links an attachment, a page that isn't there.
    """
    read: list[_Page] = []
    start = 0
    for data in pages:
        page = _read_page(data, charset, start, read[0] if read else None, len(pages) > 1)
        start += len(page.source) + len(PAGE_BREAK)
        read.append(page)
    # counted no further than it matters
    characters = sum(1 for page in read for _ in islice(_CHINESE.finditer(page.body.text), _FEWEST_WITHOUT_SENTENCE))
    sentences = sum(page.body.text.count("。") for page in read)
    if characters < _FEWEST or (not sentences and characters < _FEWEST_WITHOUT_SENTENCE):
        raise UnreadableDocument("unreadable", _why_empty(read))
    facts = read[0].facts
    flags = [flag for page in read for flag in page.flags]
    if len(read) > 1:
        flags.append("pages_joined")
    return Draft(
        body=join((page.body for page in read), "\n"),
        source=PAGE_BREAK.join(page.source for page in read),
        form="html",
        title=facts.title,
        published_at=facts.published_at,
        publisher=facts.publisher,
        flags=tuple(dict.fromkeys(flags)),
    )


def _read_page(data: bytes, charset: str | None, start: int, first: _Page | None, several: bool) -> _Page:
    data = _unpack_mhtml(data)
    decoded = decode(data, charset)
    try:
        root = parse(decoded.text)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        if not decoded.text.strip():
            raise UnreadableDocument("unreadable", "the page is empty: fetch it again") from error
        raise UnreadableDocument("unreadable", f"the page is no HTML that can be parsed ({error})") from error
    scripts = sum(1 for _ in root.iter("script"))
    attachments = tuple(
        dict.fromkeys(a.get("href", "") for a in root.iter("a") if _ATTACHMENT.search(a.get("href", "")))
    )
    etree.strip_elements(root, "script", "style", "noscript", with_tail=False)
    found = body_lines(root)
    lines = [shown(line) for line in found]
    if several:
        own = page_span(lines, [first.facts.title or "", *first.lines] if first else [])
        found, lines = found[own], lines[own]
    aligner = Aligner.of_markup(decoded.text)
    body = _shift(aligner.trace_lines(found), start)
    drop_unprinted(root)
    facts = page_facts(root, decoded.text, lines)
    return _Page(lines, facts, body, decoded.text, (*decoded.flags, *facts.flags), attachments, scripts)


def _shift(traced: Traced, start: int) -> Traced:
    return Traced(traced.text, offsets(o + start if o >= 0 else o for o in traced.origins)) if start else traced


def _why_empty(pages: list[_Page]) -> str:
    attachments = [link for page in pages for link in page.attachments]
    if attachments:
        return f"the page holds no text but links {attachments[0]!r}: fetch the attachment"
    if any(page.scripts for page in pages):
        return "the page is an empty shell that a script would fill: save it from a browser and read the saved file"
    return "the page holds no text: look at its address, it may have gone"


def _unpack_mhtml(data: bytes) -> bytes:
    """Return the HTML of a page that a browser saved as one file (.mht), else the bytes as they are."""
    if not _MHTML.match(data[:2000]):
        return data
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content
    return data
