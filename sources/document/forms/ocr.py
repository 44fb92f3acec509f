"""Pictures and scanned PDFs to drafts, by optical recognition: the optional extra ``[ocr]``.

What belongs here: pages to readings in order, each line read twice at two scales. What does not: whether and how long
(``recognisable.py``), decoding pictures (``pictures.py``), the models (``recognition.py``), order (``layout.py``), the
comparison of the two readings (``twice.py``).

The draft's `source` is what was read, with U+FFFD for what was not: that is the page that origins point into.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from sources.document.cleaning.wrap import INDENT
from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.forms.layout import (
    Box,
    boxes_of,
    in_reading_order,
    is_sideways,
    margin,
    size_of,
    tilt,
    unread_ink,
)
from sources.document.forms.pictures import Grey, picture_pages
from sources.document.forms.recognisable import REMEDY, ocr_installed
from sources.document.forms.recognition import Quad, Reading, cut_out, engine, find_lines, read_line
from sources.document.forms.running import PrintedLine, without_furniture
from sources.document.forms.twice import advance, agreed, withheld
from sources.document.normal import UNREADABLE
from sources.document.traced import Traced, join

#: resolution at which pages of a PDF are drawn for the first and for the second reading, in dots an inch
_DPI, _SECOND_DPI = 300, 200
#: pixels of the longer side of a drawn page, whatever size the PDF gives it: A4 at 300 dpi
_LONGEST = 3_508
#: what a picture is scaled by for its second reading, where its lines are high and where they are low
_SMALLER, _LARGER, _HIGH = 0.67, 1.5, 40
#: pages that are read, pieces of text on one, and their lengths together in heights, above which nobody waits: a page
#: of print has 60 pieces and 2,000 characters, one of a newspaper 300 and 6,000; a thousand characters take 5 s
_MOST_PAGES, _MOST_PIECES, _MOST_CHARACTERS = 120, 600, 8_000
#: a page longer than this many widths is a strip, read in pieces
_STRIP = 1.7
#: degrees of tilt up to which a page is read as it is
_LEVEL = 0.25
#: how sure a page's longest lines are read when it is the right way up
_UPRIGHT = 0.8


@dataclass(frozen=True)
class _Sheet:
    """A page at two scales."""

    first: Grey
    second: Grey


def read_picture(pages: Sequence[bytes]) -> Draft:
    """Return the draft of a picture file, or of several with a page each, form `picture`, flag `ocr`.

    Raises UnreadableDocument: the extra is missing, the picture is damaged, too large, or holds no text.
    """
    if not ocr_installed():
        raise UnreadableDocument("unsupported_format", f"the file is a picture, which is read by OCR: {REMEDY}")
    return _draft((_two_scales(page) for data in pages for page in picture_pages(data)), "picture")


def read_scanned_pdf(data: bytes) -> Draft:
    """Return the draft of a PDF as its pages look, form `pdf`, flag `ocr`; its text layer is not looked at.

    Raises UnreadableDocument: the extra is missing, the PDF is damaged, too long, or shows no text.
    """
    if not ocr_installed():
        raise UnreadableDocument("unreadable", f"the PDF's pages are pictures, which are read by OCR: {REMEDY}")
    return _draft(_drawn(data), "pdf")


def _drawn(data: bytes) -> Iterator[_Sheet]:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as document:
            if len(document) > _MOST_PAGES:
                raise UnreadableDocument(
                    "unreadable", f"the PDF has {len(document)} scanned pages: cut it into parts of {_MOST_PAGES}"
                )
            for index in range(len(document)):
                page = document[index]
                first, second = (_draw(page, dpi) for dpi in (_DPI, _SECOND_DPI))
                page.close()
                yield _Sheet(first, second)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument("unreadable", f"the PDF is damaged ({error}): get it again") from error


def _draw(page, dpi: int) -> Grey:  # type: ignore[no-untyped-def]  # pypdfium2 has no types
    longest = max(1.0, page.get_width(), page.get_height())
    scale = min(dpi / 72, _LONGEST * dpi / _DPI / longest)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        return np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, bitmap.width)
    finally:
        bitmap.close()


def _two_scales(page: Grey) -> _Sheet:
    """Return a picture with itself at another scale: smaller where it has pixels to spare."""
    import cv2

    spare = max(page.shape) > 2_500
    factor = _SMALLER if spare else _LARGER
    how = cv2.INTER_AREA if spare else cv2.INTER_CUBIC
    return _Sheet(page, np.asarray(cv2.resize(page, None, fx=factor, fy=factor, interpolation=how), dtype=np.uint8))


def _draft(sheets: Iterable[_Sheet], form: str) -> Draft:
    engine()  # first, for it sees to what the libraries may take
    pages: list[list[PrintedLine]] = []
    texts: list[str] = []
    start = 0
    for sheet in sheets:
        lines = [line for piece in _pieces(sheet) for line in _read_sheet(piece)]
        page = []
        for text, left in lines:
            page.append(PrintedLine(Traced.of(text, start), left))
            texts.append(text)
            start += len(text) + 1
        pages.append(page)
    if not texts:
        raise UnreadableDocument("unreadable", "OCR found no text on its pages: look at what it is")
    kept, flags = without_furniture(pages)
    lines_kept = [_with_indent(line) for page in kept for line in page]
    return Draft(body=join(lines_kept, "\n"), source="\n".join(texts), form=form, flags=("ocr", *flags), wrapped=True)


def _with_indent(line: PrintedLine) -> Traced:
    return join([Traced.made(INDENT), line.text]) if 0.8 < line.left < 3.5 else line.text


def _pieces(sheet: _Sheet) -> Iterator[_Sheet]:
    """Yield a page, or the pieces of a long strip, cut where a row of pixels is blank."""
    height, width = sheet.first.shape
    if height <= _STRIP * width:
        yield sheet
        return
    step = max(round(1.4 * width), 400)
    ratio = sheet.second.shape[0] / height
    top = 0
    while top < height:
        bottom = min(height, top + step)
        if bottom < height:
            # the blankest row of the lowest third, the lowest of equals
            low = bottom - step // 3
            spread = np.ptp(sheet.first[low:bottom].astype(np.int16), axis=1)
            bottom = low + int(np.flatnonzero(spread == spread.min())[-1]) + 1
        yield _Sheet(sheet.first[top:bottom], sheet.second[round(top * ratio) : round(bottom * ratio)])
        top = bottom


def _read_sheet(sheet: _Sheet) -> list[tuple[str, float]]:
    """Return a page's printed lines in order, and how far each is indented, in heights of a line."""
    sheet, quads = _levelled(*_upright(sheet))
    boxes = boxes_of(quads)
    if len(boxes) > _MOST_PIECES or sum(b.width / max(b.height, 1.0) for b in boxes) > _MOST_CHARACTERS:
        raise UnreadableDocument(
            "unreadable", f"a page has {len(boxes)} pieces of text, more than a report's: cut the picture into parts"
        )
    marks = unread_ink(sheet.first, quads, boxes)
    size = size_of(boxes)
    if not boxes:
        return []
    columns = in_reading_order([*boxes, *marks])
    read = {box.number: pair for column in columns for row in column for box, pair in _read_row(sheet, row, quads)}
    usual = advance(first for first, _ in read.values())
    lines: list[tuple[str, float]] = []
    for column in columns:
        edge = margin(column, size)
        for row in column:
            texts = [UNREADABLE if box.number < 0 else agreed(*read[box.number], usual) for box in row]
            text = _set_out(row, texts, size)
            if text.strip():
                lines.append((text, (row[0].left - edge) / size))
    # a number must not pass for whole beside a line or a piece of one that is lost
    safe = withheld("\n".join(text for text, _ in lines)).split("\n")
    return [(text, left) for text, (_, left) in zip(safe, lines, strict=bool(lines))]


def _set_out(row: list[Box], texts: list[str], size: float) -> str:
    """Return a row's pieces as a line: a gap as wide as two characters is one between cells."""
    line = texts[0]
    for left, right, text in zip(row, row[1:], texts[1:], strict=False):
        gap = right.left - left.right
        line += ("\t" if gap > 2 * size else " " if gap > 0.5 * size else "") + text
    return line


def _read_row(sheet: _Sheet, row: list[Box], quads: list[Quad]) -> Iterator[tuple[Box, tuple[Reading, Reading]]]:
    """Yield what was found in a row with its two readings."""
    for at, box in enumerate(row):
        if box.number < 0:
            continue
        before = box.left - row[at - 1].right if at else float("inf")
        behind = row[at + 1].left - box.right if at + 1 < len(row) else float("inf")
        quad = quads[box.number]
        yield box, (read_line(cut_out(sheet.first, quad)), read_line(_second_cut(sheet, quad, before, behind)))


def _second_cut(sheet: _Sheet, quad: Quad, before: float, behind: float) -> Grey:
    """Return a line cut from the page at its other scale, longer at both ends and with a rim above and below.

    So the characters are smaller before the model, and one that the first cut went through, or left out, shows.
    """
    import cv2

    height = float(np.linalg.norm(quad[3] - quad[0]))
    along = (quad[1] - quad[0]) / max(1.0, float(np.linalg.norm(quad[1] - quad[0])))
    left, right = (min(0.5 * height, max(0.0, gap / 2)) for gap in (before, behind))
    longer = quad + np.array([-left * along, right * along, right * along, -left * along], dtype=np.float32)
    ratio = sheet.second.shape[0] / sheet.first.shape[0]
    line = cut_out(sheet.second, longer * ratio)
    rim = max(1, round(0.12 * line.shape[0]))
    paper = int(np.percentile(line, 90))
    framed = cv2.copyMakeBorder(line, rim, rim, 0, 0, cv2.BORDER_CONSTANT, value=(paper,))
    return np.asarray(framed, dtype=np.uint8)


def _upright(sheet: _Sheet) -> tuple[_Sheet, list[Quad]]:
    """Return a page the right way up with its lines, turned by quarters where its longest lines can't be read."""
    quads = find_lines(sheet.first)
    sideways = is_sideways(quads)
    if not quads or (not sideways and _sureness(sheet, quads) >= _UPRIGHT):
        return sheet, quads
    tried = []
    for turns in (1, 3) if sideways else (0, 2):
        turned = _Sheet(np.rot90(sheet.first, turns).copy(), np.rot90(sheet.second, turns).copy())
        lines = find_lines(turned.first)
        tried.append((_sureness(turned, lines), -turns, turned, lines))
    _, _, best, lines = max(tried, key=lambda t: t[:2])
    return best, lines


def _sureness(sheet: _Sheet, quads: list[Quad], sample: int = 5) -> float:
    longest = sorted(quads, key=lambda q: -float(np.linalg.norm(q[1] - q[0])))[:sample]
    return fmean([read_line(cut_out(sheet.first, q)).confidence for q in longest] or [0.0])


def _levelled(sheet: _Sheet, quads: list[Quad]) -> tuple[_Sheet, list[Quad]]:
    """Return a page turned so that its lines are level, with its lines found anew."""
    import cv2

    angle = tilt(quads)
    if abs(angle) <= _LEVEL:
        return sheet, quads

    def turned(page: Grey) -> Grey:
        height, width = page.shape
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        level = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(level, dtype=np.uint8)

    level = _Sheet(turned(sheet.first), turned(sheet.second))
    return level, find_lines(level.first)
