"""Reports of our own, printed in ten site designs, encodings and over several pages, must come back whole and clean."""

from __future__ import annotations

import re

import pytest

from samples.build import Document, documents
from samples.designs import DESIGNS
from samples.world.compose import Report, reports
from sources.document.read import CleanDocument, read_document

BAR = 0.99
#: (encoding, pages); with ten designs: fifty renderings, every report in at least two of them
PRINTINGS = (("utf8", 1), ("gb2312", 1), ("gbk_said_utf8", 3), ("utf8_said_gb2312", 2), ("undeclared_gbk", 1))
CASES = [
    pytest.param(reports()[(5 * i + 7 * j) % 24], design, encoding, pages, id=f"{design}-{encoding}-{pages}")
    for i, design in enumerate(DESIGNS)
    for j, (encoding, pages) in enumerate(PRINTINGS)
]


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def overlap(document: CleanDocument, report: Report) -> tuple[float, float]:
    """Return (recall, precision) by characters: paragraphs found whole; characters that no paragraph accounts for."""
    found, wanted = bare(document.text), [bare(line) for line in report.lines]
    recall = sum(len(line) for line in wanted if line in found) / sum(map(len, wanted))
    rest = found
    for line in sorted(wanted, key=len, reverse=True):
        rest = rest.replace(line, "", 1)
    return recall, 1 - len(rest) / len(found)


def test_cases_cover_all_reports_and_designs() -> None:
    assert len(CASES) >= 30
    assert len(DESIGNS) == 10
    assert {case.values[0].report_id for case in CASES} == {report.report_id for report in reports()}  # type: ignore[union-attr]


@pytest.mark.parametrize(("report", "design", "encoding", "pages"), CASES)
def test_design_comes_back_whole(report: Report, design: str, encoding: str, pages: int) -> None:
    printed = DESIGNS[design](report, encoding=encoding, pages=pages)
    assert len(printed) == pages
    (document,) = read_document(printed, name="index.html")
    recall, precision = overlap(document, report)
    assert recall >= BAR, f"{recall:.3f} of the body found"
    assert precision >= BAR, f"{1 - precision:.3f} of the text is not body"
    assert document.title == report.title
    assert document.published_at == report.published


def test_paragraphs_stay_lines() -> None:
    report = reports()[0]
    (document,) = read_document(DESIGNS["trs_editor"](report), name="index.html")
    lines = [bare(line) for line in document.text.splitlines()]
    assert all(bare(line) in lines for line in report.lines)


@pytest.mark.parametrize("published", documents(), ids=lambda document: document.location)
def test_published_file_comes_back_whole(published: Document) -> None:
    """The committed files: HTML, PDF with running heads, DOCX with a table, text dumps."""
    files = published.files
    names = [name for name in files if name.endswith("_fj.pdf")] or list(files)
    (document,) = read_document([files[name] for name in names], name=names[0])
    recall, precision = overlap(document, published.report)
    # a DOCX holds a table beside the body
    assert recall >= BAR
    assert precision >= (0.985 if published.form == "docx" else BAR)
