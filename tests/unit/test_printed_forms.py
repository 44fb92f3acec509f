"""A report of our own as real programs print it reads as its plain text does."""

from __future__ import annotations

from pathlib import Path

import pytest

from samples.forms_printed import FOLDER, REPORT, excerpt
from sources.document.read import CleanDocument, read_document
from sources.extraction import ReportContext, extract

FIELDS = ("indicator", "measure", "value", "value_upper", "unit", "qualifier", "status", "period_start", "scope")
FILES = ("chromium.pdf", "libreoffice.docx", "libreoffice.pdf", "vertical.pdf")


def read(name: str) -> CleanDocument:
    (document,) = read_document([Path(FOLDER / f"{REPORT}_{name}").read_bytes()], name=name)
    return document


def plain() -> CleanDocument:
    return read_document(["\n".join(excerpt()).encode()], name="report.txt")[0]


def observed(document: CleanDocument) -> set[tuple[str, ...]]:
    context = ReportContext("x", 2024, "松洄县", "county")
    return {tuple(str(row[name]) for name in FIELDS) for row in extract(document.text, context).observations}


@pytest.mark.parametrize("name", FILES)
def test_text_and_figures_are_those_of_the_plain_text(name: str) -> None:
    told, wanted = read(name), plain()
    # a wide space between office and name is a space in print, and none where columns are written
    assert told.text.replace(" ", "") == wanted.text.replace(" ", "").replace("\u3000", "")
    assert len(observed(wanted)) >= 15
    assert observed(told) == observed(wanted)


def test_text_drawn_by_skia() -> None:
    test_text_and_figures_are_those_of_the_plain_text("skia.pdf")


def test_skia_gives_radicals_for_characters() -> None:
    """What makes the file worth having."""
    source = read("skia.pdf").source
    assert {"⼀", "⼈", "⽣", "⺠", "⻓", "⻝"} <= set(source)
    assert not set("一人生民长食") & set(source)
