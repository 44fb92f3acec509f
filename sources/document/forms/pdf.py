"""PDF files to drafts, by pypdfium2: printed lines without running heads and page numbers.

What belongs here: what only a page's layout knows (places, indents). What does not: running heads (``running.py``),
joining lines into paragraphs (``wrap.py``), parting a gazette into its documents (``parts.py``; both in ``cleaning``).
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from functools import cache

import pypdfium2
import pypdfium2.raw as pdfium

from sources.document.cleaning.clean import MOST_CHARACTERS
from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.forms.gutter import read_down
from sources.document.forms.nonsense import CHINESE, is_no_prose, is_nonsense
from sources.document.forms.places import Box, Edit, Places, disordered, edits
from sources.document.forms.recognisable import REMEDY, ocr_installed
from sources.document.forms.running import PrintedLine, without_furniture
from sources.document.normal import UNREADABLE
from sources.document.traced import Traced, join, shifted
from sources.fonts import font_file

#: white space that stands before a line whose first character is indented: a new paragraph
INDENT = "\u3000"
_LINE = re.compile(r"[^\r\n]+")
_MOST_PAGES = 2_000
#: points by which text may lie over a page's edge
_BLEED = 15
#: points between which a line's indent begins a paragraph
_NARROWEST_INDENT, _WIDEST_INDENT = 12, 48
#: characters a page below which a PDF is a scan: pictures of pages with at most a stamp's text
_FEWEST_A_PAGE = 25
_BETWEEN_PAGES = "\f"
#: share of pages without readable text above which a PDF's text is not worth having
_MOST_NONSENSE = 0.1


def read_pdf(data: bytes) -> Draft:
    """Return the draft of a PDF. Raises UnreadableDocument: damaged, locked, or without a text layer."""
    _use_our_font()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument("unreadable", "the PDF is locked with a password: save it without one") from error
        raise UnreadableDocument("unreadable", f"the PDF is damaged ({error}): get it again") from error
    try:
        if len(document) > _MOST_PAGES:
            raise UnreadableDocument("hostile", f"the PDF has {len(document)} pages, no report has: not read")
        pages, texts = _read_pages(document)
        pictured = _pictures_among(document, texts)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument("unreadable", f"a page of the PDF is damaged ({error}): get it again") from error
    finally:
        document.close()
    why = _why_unreadable(pages, texts)
    if why and ocr_installed():
        from sources.document.forms.ocr import read_scanned_pdf  # numpy and pictures, for which few documents call

        return read_scanned_pdf(data)
    if why:
        raise UnreadableDocument("unreadable", f"{why}: {REMEDY}")
    pages, unread = _readable(pages, texts)
    kept, flags = without_furniture(pages)
    margins = [margins_of(pages[parity::2]) for parity in (0, 1)]
    lines = [with_indent(line, margins[number % 2]) for number, page in enumerate(kept) for line in page]
    body, source = join(lines, "\n"), _BETWEEN_PAGES.join(texts)
    return Draft(body=body, source=source, form="pdf", flags=(*flags, *unread, *pictured), wrapped=True)


def _why_unreadable(pages: list[list[PrintedLine]], texts: list[str]) -> str | None:
    """Return why the text of a PDF is not worth having: too much of it is nonsense, or its pages are pictures."""
    bad = sum(map(is_nonsense, texts))
    if bad > _MOST_NONSENSE * len(pages) or is_no_prose("\n".join(texts)):
        return "the PDF's text layer is nonsense (its fonts don't say which characters they draw)"
    if sum(len(CHINESE.findall(text)) for text in texts) < _FEWEST_A_PAGE * max(1, len(pages)):
        return f"the PDF's {len(pages)} page(s) are scanned pictures without a text layer"
    return None


def _readable(pages: list[list[PrintedLine]], texts: list[str]) -> tuple[list[list[PrintedLine]], tuple[str, ...]]:
    """Return the pages without those whose text is nonsense, and a flag where there were any."""
    kept = [page for page, text in zip(pages, texts, strict=True) if not is_nonsense(text)]
    return kept, ("pages_unreadable",) if len(kept) < len(pages) else ()


@cache
def _use_our_font() -> object:
    """Have pdfium take our font, and none of this machine's, for the text of a PDF that brings none of its own.

    Without a Chinese font it takes characters for flat, and leaves out a line that is one full stop.
    """
    folders = (ctypes.c_char_p * 2)(bytes(font_file().parent), None)
    config = pdfium.FPDF_LIBRARY_CONFIG(version=2)
    config.m_pUserFontPaths = ctypes.cast(folders, type(config.m_pUserFontPaths))
    # pypdfium2 has no option for it, and no document is open
    pdfium.FPDF_DestroyLibrary()
    pdfium.FPDF_InitLibraryWithConfig(config)
    return folders  # which pdfium may look at later


def _read_pages(document: pypdfium2.PdfDocument) -> tuple[list[list[PrintedLine]], list[str]]:
    """Return the lines of each page, traced into the pages' texts behind each other, and those texts."""
    pages: list[list[PrintedLine]] = []
    sources: list[str] = []
    start = 0
    for index in range(len(document)):
        page = document[index]
        text_page = page.get_textpage()
        places = Places.of(text_page)
        text = places.text = _hyphens(places.text)
        if start + len(text) > MOST_CHARACTERS:
            raise UnreadableDocument("hostile", f"the PDF has over {MOST_CHARACTERS} characters: not read")
        pages.append(_page_lines(places, start, page.get_bbox()))
        sources.append(text)
        start += len(text) + len(_BETWEEN_PAGES)
        text_page.close()
        page.close()
    return pages, sources


def _pictures_among(document: pypdfium2.PdfDocument, texts: list[str]) -> tuple[str, ...]:
    """Return the flag `pages_are_pictures` where some pages bear a picture and no text: what they say is not read."""
    for index, text in enumerate(texts):
        if not CHINESE.search(text):
            found = document[index].get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=2)
            if next(iter(found), None) is not None:
                return ("pages_are_pictures",)
    return ()


def _hyphens(text: str) -> str:
    """Return a page's text with the hyphens that end its lines: signs and ranges, unless they part a Latin word."""
    return _HYPHEN.sub(lambda m: m.group() if _PARTS_A_WORD.match(text, m.start() - 1) else "-", text)


def _page_lines(places: Places, start: int, seen: Box) -> list[PrintedLine]:
    """Return a page's printed lines with the place where each begins; what lies outside of `seen` is not printed."""
    vertical = places.is_vertical([m.span() for m in _LINE.finditer(places.text)])
    whole = _edited(Traced.of(places.text), disordered(places) if vertical else edits(places))
    spans = [m.span() for m in _LINE.finditer(whole.text) if m.group().strip()]
    spans = [piece for span in spans for piece in _part_line(whole, places, span, vertical)]
    moved = Traced(whole.text, shifted(whole.origins, start))
    has_control = _CONTROL.search(whole.text) is not None
    lines = []
    for begin, end in spans if vertical else read_down(whole, spans, places):
        line = moved.slice(begin, end)
        if not line.text.strip():
            continue
        # an indent may be printed as spaces, which have a place of their own
        printed = whole.origins[end - len(line.text.lstrip())]
        left, bottom, _, top = places.box(printed)
        if not (seen[0] - _BLEED <= left <= seen[2] + _BLEED and seen[1] - _BLEED <= bottom <= seen[3] + _BLEED):
            continue
        if has_control:
            line = line.sub(_LOST, UNREADABLE).sub(_CONTROL, "")
        traced = line.strip()
        if traced.text:
            lines.append(PrintedLine(traced, -top if vertical else left))
    return lines


def _edited(text: Traced, changes: list[Edit]) -> Traced:
    pieces, last = [], 0
    for start, end, new in changes:
        # what stands for other characters leads to the first of them
        pieces += [text.slice(last, start), Traced(new, text.origins[start : start + 1] * len(new))]
        last = end
    return join([*pieces, text.slice(last)]) if pieces else text


def margins_of(pages: list[list[PrintedLine]]) -> list[float]:
    """Return where unindented lines of each column begin: the leftmost places that are none but a few lines'."""
    lefts = Counter(round(line.left) for page in pages for line in page)
    often = 0.04 * sum(lefts.values())
    margins: list[float] = []
    for left in sorted(lefts):
        indents = margins and left - margins[-1] < _WIDEST_INDENT
        if not indents and sum(lefts[left + d] for d in (-1, 0, 1)) >= often:
            margins.append(left)
    return margins or [0]


def _part_line(text: Traced, places: Places, span: tuple[int, int], vertical: bool) -> list[tuple[int, int]]:
    """Part a line where pdfium forgot its break: what follows a stop or a space stands wholly below what precedes."""
    pieces: list[tuple[int, int]] = []
    start, end = span
    for match in _MAY_BREAK.finditer(text.text, start, end):
        before, after = match.start(), match.end()
        if after == end:
            continue
        first, second = text.origins[before], text.origins[after]
        breaks = places.begins_column(first, second) if vertical else places.box(second)[3] < places.box(first)[1]
        if breaks:
            pieces.append((start, after))
            start = after
    return [*pieces, (start, end)]


#: a character and the space, or the stop alone, behind which pdfium may have forgotten a line's break
_MAY_BREAK = re.compile(r"[。！？；：](?=\S)|\S +")
#: pdfium's mark of a hyphen at a line's end behind a letter, where it leaves out the break; Chinese is letters to it
_HYPHEN = re.compile("[\ufffe\x02]")
_PARTS_A_WORD = re.compile("[A-Za-z][\ufffe\x02][A-Za-z]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ufeff\u200b-\u200d]")
#: a glyph whose font gives no character for it, in a number
_LOST = re.compile(r"(?<=[\d.．])[\x01-\x08\x0e-\x1f]+(?=.)|[\x01-\x08\x0e-\x1f]+(?=[\d.．%％])")


def with_indent(line: PrintedLine, margins: list[float]) -> Traced:
    """Mark a line that begins an em or two to the right of its column's margin: a new paragraph."""
    margin = max((m for m in margins if m <= line.left + 2), default=margins[0])
    indented = _NARROWEST_INDENT < line.left - margin < _WIDEST_INDENT
    return join([Traced.made(INDENT), line.text]) if indented else line.text
