"""Web pages to drafts: decoding, the main text of every page of a document, title, date, publisher.

What belongs here: how the parts for HTML work together, which frame or embedded text is read, pages without a text.
What does not: choosing the main text (``mainbody.py``), taking a saved page apart (``saved.py``), texts in scripts and
fields (``embedded.py``), title and date (``metadata.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from sources.document.cleaning.residue import page_span
from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.forms.align import Aligner
from sources.document.forms.embedded import embedded_text, is_markup, shows_tags
from sources.document.forms.encoding import Decoded, decode
from sources.document.forms.lines import Element, shown
from sources.document.forms.mainbody import body_lines, parse
from sources.document.forms.metadata import PageFacts, page_facts
from sources.document.forms.saved import frames
from sources.document.forms.tagstyle import drop_unprinted
from sources.document.traced import Traced, join, offsets

#: between the decoded pages of one document, in the text that source offsets point into
PAGE_BREAK = "\f"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Chinese characters below which a page holds no text of its own
_FEWEST = 60
#: the same, where none of them ends a sentence: a page of links
_FEWEST_WITHOUT_SENTENCE = 400
#: frames of a saved page that are parsed: those with the most sentences
_MOST_FRAMES = 3
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_ATTACHMENT = re.compile(r"\.(?:pdf|docx?|ofd|wps|rtf)(?:$|[?#])", re.IGNORECASE)


@dataclass(frozen=True)
class _Opened:
    """One page or frame: its decoded text, and the tree and lines (of ``lines.py``) of what holds its text."""

    decoded: Decoded
    root: Element
    markup: Traced
    lines: list[str]
    embedded: bool = False

    @property
    def sentences(self) -> int:
        return sum(line.count("。") for line in self.lines)


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
    saved = frames(data)
    if saved:
        outer, page = _open_frames(saved)
    else:
        outer = page = _open(data, charset)
    found, lines = page.lines, [shown(line) for line in page.lines]
    if several:
        own = page_span(lines, [first.facts.title or "", *first.lines] if first else [])
        found, lines = found[own], lines[own]
    body = _shift(_trace(page, found), start)
    # the first lines of a frame are taken for its title only where no page around it has one
    facts = _facts(page, lines)
    if outer is not page:
        facts = _facts(page, []).or_else(_facts(outer, [])).or_else(facts)
    flags = (*page.decoded.flags, *facts.flags, *(("text_embedded",) if page.embedded else ()))
    attachments = dict.fromkeys(a.get("href", "") for a in page.root.iter("a") if _ATTACHMENT.search(a.get("href", "")))
    scripts = sum(1 for _ in _SCRIPT.finditer(page.decoded.text))
    return _Page(lines, facts, body, page.decoded.text, flags, tuple(attachments), scripts)


def _open_frames(saved: list[tuple[bytes, str | None]]) -> tuple[_Opened, _Opened]:
    """Return a saved page and the one of it and its frames that holds the most sentences."""
    decoded = [decode(data, charset) for data, charset in saved]
    likely = sorted(range(len(decoded)), key=lambda n: (-decoded[n].text.count("。"), n))[:_MOST_FRAMES]
    opened = {n: _open_decoded(decoded[n]) for n in sorted({0, *likely})}
    return opened[0], max(opened.values(), key=lambda frame: frame.sentences)


def _open(data: bytes, charset: str | None) -> _Opened:
    return _open_decoded(decode(data, charset))


def _open_decoded(decoded: Decoded) -> _Opened:
    root = _tree(decoded.text)
    page = _Opened(decoded, root, Traced.of(decoded.text), body_lines(root))
    inside = embedded_text(decoded.text, 0 if shows_tags(page.lines) else page.sentences)
    if inside is None:
        return page
    lines = body_lines(_tree(inside.text)) if is_markup(inside.text) else inside.text.split("\n")
    held = _Opened(decoded, root, inside, lines, embedded=True)
    return held if held.sentences > page.sentences or shows_tags(page.lines) else page


def _tree(markup: str) -> Element:
    try:
        root = parse(markup)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        if not markup.strip():
            raise UnreadableDocument("unreadable", "the page is empty: fetch it again") from error
        raise UnreadableDocument("unreadable", f"the page is no HTML that can be parsed ({error})") from error
    etree.strip_elements(root, "script", "style", "noscript", with_tail=False)
    return root


def _trace(page: _Opened, lines: list[str]) -> Traced:
    plain = page.embedded and not is_markup(page.markup.text)
    aligner = Aligner.of_plain(page.markup) if plain else Aligner.of_markup(page.markup)
    return aligner.trace_lines(lines)


def _facts(page: _Opened, lines: list[str]) -> PageFacts:
    drop_unprinted(page.root)
    return page_facts(page.root, page.decoded.text, lines)


def _shift(traced: Traced, start: int) -> Traced:
    return Traced(traced.text, offsets(o + start if o >= 0 else o for o in traced.origins)) if start else traced


def _why_empty(pages: list[_Page]) -> str:
    attachments = [link for page in pages for link in page.attachments]
    if attachments:
        return f"the page holds no text but links {attachments[0]!r}: fetch the attachment"
    if any(page.scripts for page in pages):
        return "the page is an empty shell that a script would fill: save it from a browser and read the saved file"
    return "the page holds no text: look at its address, it may have gone"
