"""PDF files to drafts, by pypdfium2: printed lines without running heads and page numbers.

What belongs here: what only a page layout knows (places of lines, indents). What does not: heads and page numbers
(``running.py``), joining lines into paragraphs (``wrap.py``), parting a gazette into its documents (``parts.py``).
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from functools import cache

import pypdfium2
import pypdfium2.raw as pdfium

from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.ocr import REMEDY, ocr_installed, read_scanned_pdf
from sources.document.running import PrintedLine, without_furniture
from sources.document.traced import Traced, join
from sources.fonts import font_file

#: white space that stands before a line whose first character is indented: a new paragraph
INDENT = "\u3000"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_MOST_PAGES = 2_000
#: characters a page below which a PDF is a scan: pictures of pages with at most a stamp's text
_FEWEST_A_PAGE = 25


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
        pages, source = _read_pages(document)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument("unreadable", f"a page of the PDF is damaged ({error}): get it again") from error
    finally:
        document.close()
    characters = sum(len(_CHINESE.findall(line.text.text)) for page in pages for line in page)
    if characters < _FEWEST_A_PAGE * max(1, len(pages)):
        if ocr_installed():
            return read_scanned_pdf(data)
        raise UnreadableDocument(
            "unreadable", f"the PDF's {len(pages)} page(s) are scanned pictures without a text layer: {REMEDY}"
        )
    kept, flags = without_furniture(pages)
    margins = [_margin(pages[parity::2]) for parity in (0, 1)]
    lines = [_with_indent(line, margins[number % 2]) for number, page in enumerate(kept) for line in page]
    return Draft(body=join(lines, "\n"), source=source, form="pdf", flags=flags, wrapped=True)


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


def _read_pages(document: pypdfium2.PdfDocument) -> tuple[list[list[PrintedLine]], str]:
    pages: list[list[PrintedLine]] = []
    sources: list[str] = []
    start = 0
    for index in range(len(document)):
        page = document[index]
        text_page = page.get_textpage()
        text = text_page.get_text_range()
        pages.append(_page_lines(text, text_page, start))
        sources.append(text)
        start += len(text) + 1
        text_page.close()
        page.close()
    return pages, "\f".join(sources)


def _page_lines(text: str, text_page: pypdfium2.PdfTextPage, start: int) -> list[PrintedLine]:
    """Return a page's printed lines with the place where each begins."""
    spans = [(m.start(), m.end()) for m in re.finditer(r"[^\r\n]+", text) if m.group().strip()]
    # offsets of text and of boxes agree only where pdfium left out no character
    measurable = text_page.count_chars() == len(text)
    if measurable:
        spans = [piece for span in spans for piece in _part_line(text, text_page, span)]
    lines = []
    for begin, end in spans:
        traced = Traced.of(text[begin:end], start + begin).sub(_CONTROL, "").strip()
        if traced.text:
            # an indent may be printed as spaces, which have a place of their own
            printed = end - len(text[begin:end].lstrip())
            lines.append(PrintedLine(traced, _box(text_page, printed)[0] if measurable else 0.0))
    return lines


def _margin(pages: list[list[PrintedLine]]) -> float:
    """Return where unindented lines begin: the leftmost place that is none but a few lines'."""
    lefts = Counter(round(line.left) for page in pages for line in page)
    often = 0.04 * sum(lefts.values())
    return min((left for left, _ in lefts.items() if sum(lefts[left + d] for d in (-1, 0, 1)) >= often), default=0)


def _part_line(text: str, text_page: pypdfium2.PdfTextPage, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Part a line where pdfium forgot its break: what follows a stop or a space stands wholly below what precedes."""
    pieces: list[tuple[int, int]] = []
    start, end = span
    for match in _MAY_BREAK.finditer(text, start, end):
        before, after = match.start(), match.end()
        if after < end and _box(text_page, after)[3] < _box(text_page, before)[1]:
            pieces.append((start, after))
            start = after
    return [*pieces, (start, end)]


def _box(text_page: pypdfium2.PdfTextPage, at: int) -> tuple[float, float, float, float]:
    """Return left, bottom, right, top of a character's place.

    The outline of its glyph would not do: where a PDF brings no font of its own, it is that of some font of this
    machine, and flat where there is none.
    """
    box: tuple[float, float, float, float] = text_page.get_charbox(at, loose=True)
    return box


#: a character and the space, or the stop alone, behind which pdfium may have forgotten a line's break
_MAY_BREAK = re.compile(r"[。！？；：](?=\S)|\S +")
# pdfium marks a hyphen at a line's end with U+FFFE or U+0002
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ufeff\u200b-\u200d]")


def _with_indent(line: PrintedLine, margin: float) -> Traced:
    """Mark a line that begins an em or two to the right of the margin: a new paragraph."""
    indented = 12 < line.left - margin < 48
    return join([Traced.made(INDENT), line.text]) if indented else line.text
