"""What the reader of PDFs returns of a page that we draw, and what the recogniser of pictures brings with it."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path

import pypdfium2
import pytest
from relied import relied_on
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from sources.document.forms.pdf import _use_our_font

FONT = "STSong-Light"
#: left, base and size of a text, in points
Piece = tuple[float, float, float, str]


def text_of(*pieces: Piece) -> tuple[str, int]:
    """Return the text of a page on which `pieces` are drawn, and pdfium's count of its characters."""
    _use_our_font()
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for left, base, size, words in pieces:
        canvas.setFont(FONT, size)
        canvas.drawString(left, base, words)
    canvas.save()
    with pypdfium2.PdfDocument(buffer.getvalue()) as document:
        page = document[0].get_textpage()
        return page.get_text_range(), page.count_chars()


def lines(*texts: str) -> list[Piece]:
    return [(72, 700 - 20 * number, 12, text) for number, text in enumerate(texts)]


@relied_on(
    "pypdfium2",
    "a hyphen that ends a printed line behind a Han character comes as U+FFFE, without the line's break; behind a digit "
    "as `-`, with it",
    follows="U+FFFE is a minus or a range's sign unless it parts a Latin word",
    where="sources/document/forms/pdf.py",
)
def test_a_hyphen_at_a_line_end() -> None:
    assert text_of(*lines("增长-", "2.3%", "粮食7-", "8%"))[0] == "增长\ufffe2.3%\r\n粮食7-\r\n8%"


@relied_on(
    "pypdfium2",
    "the break before a line that is one full stop, and behind it, is left out",
    follows="a line is parted behind a stop where what follows stands wholly below",
    where="sources/document/forms/pdf.py",
)
def test_a_line_of_one_stop_has_no_breaks() -> None:
    assert text_of(*lines("甲。", "。", "乙"))[0] == "甲。。乙"


@relied_on(
    "pypdfium2",
    "a character beyond U+FFFF counts 2 in `count_chars` and is 1 of the text",
    follows="places are asked by numbers that are aligned with the text by hand",
    where="sources/document/forms/places.py",
)
def test_a_rare_character_counts_twice() -> None:
    text, count = text_of(*lines("一𬭚二"))
    assert (text, len(text), count) == ("一𬭚二", 3, 4)


@relied_on(
    "pypdfium2",
    "small digits raised above their line come between the others, with nothing that marks them: 5 with a raised 2 and 倍 "
    "reads 52倍",
    follows="raised marks of notes are told by their places, never by the text",
    where="sources/document/forms/places.py",
)
def test_a_raised_digit_joins_its_neighbours() -> None:
    assert text_of((72, 700, 12, "增长5"), (102, 705, 6, "2"), (105, 700, 12, "倍"))[0] == "增长52倍"


@relied_on(
    "rapidocr",
    "the package brings the two models that Chinese is read with, each of more than a megabyte",
    follows="nothing is fetched: the models' paths are given, and that the files are there is asked before",
    where="sources/document/forms/recognition.py",
)
def test_the_recogniser_brings_its_models() -> None:
    pytest.importorskip("rapidocr")
    from sources.document.forms.recognition import _DETECTION, _RECOGNITION

    spec = find_spec("rapidocr")
    assert spec is not None
    assert spec.submodule_search_locations
    models = Path(spec.submodule_search_locations[0]) / "models"
    assert all((models / name).stat().st_size > 1_000_000 for name in (_DETECTION, _RECOGNITION))
