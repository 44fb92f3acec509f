"""Reports of the sample in forms of the web that hold the text elsewhere than in a page's own markup."""

from __future__ import annotations

from pathlib import Path

import pytest

import samples
from samples import forms_web
from samples.world.compose import Report, reports
from sources.document.identity.identity import Label
from sources.document.read import read_document
from sources.document.reports import report_rows
from sources.document.traced import to_source
from sources.extraction import ReportContext, extract
from sources.partitions import Partition
from sources.registry.regions import load_regions

FOLDER = Path(samples.__file__).parent
REPORTS = {report.report_id: report for report in reports()}
#: what a row of observations says, beside where it stands
SAID = ("indicator", "measure", "value", "value_upper", "unit", "qualifier", "status", "period_start", "period_end",
        "scope")  # fmt: skip


def files(report_id: str) -> list[bytes]:
    return [(FOLDER / "forms" / name).read_bytes() for name in forms_web.FILES[report_id]]


def said(text: str, report: Report) -> set[tuple[str, ...]]:
    context = ReportContext(
        report.report_id, report.report_year, report.region.name, report.region.level, meeting_date=report.meeting
    )
    return {tuple(str(row[name]) for name in SAID) for row in extract(text, context).observations}


@pytest.mark.parametrize("report_id", forms_web.FILES)
def test_the_form_says_what_its_twin_says(report_id: str) -> None:
    report = REPORTS[report_id]
    (document,) = read_document(files(report_id), name=forms_web.FILES[report_id][0])
    twin = (FOLDER / "reports" / f"{report_id}.txt").read_text(encoding="utf-8")
    wanted, printed = twin.strip().split("\n"), document.text.split("\n")
    # names of persons and offices are spaced in a heading, where a reader may leave the space or not
    assert [line.replace("　", " ") for line in printed if line not in _page_heads(report)] == [
        line.replace("　", " ") for line in wanted
    ]
    assert said(document.text, report) == said(twin, report)
    assert len(said(twin, report)) > 60


def _page_heads(report: Report) -> tuple[str, ...]:
    """Return what a newspaper prints over its page."""
    paper = f"{report.region.short}日报 {report.published} 第1版"
    return (paper, f"{report.title}（一）")


@pytest.mark.parametrize("report_id", forms_web.FILES)
def test_the_form_is_known_for_what_it_is(report_id: str) -> None:
    report = REPORTS[report_id]
    label = Label(report.region.code, report.region.name, report.region.level, report.report_year)
    (row,) = report_rows(
        forms_web.FILES[report_id][0],
        files(report_id),
        label,
        load_regions(),
        Partition(report.region.code, str(report.report_year)),
    )
    assert (row["accepted"], row["kind"], row["completeness"]) == (True, "work_report", "complete")
    assert (row["region_name"], row["report_year"], row["identity"]) == (
        report.region.name,
        report.report_year,
        "confirmed",
    )


@pytest.mark.parametrize("report_id", forms_web.FILES)
def test_offsets_lead_into_the_page(report_id: str) -> None:
    (document,) = read_document(files(report_id), name=forms_web.FILES[report_id][0])
    for line in document.text.split("\n"):
        start = document.text.index(line)
        at = to_source(document.source_map, start)
        assert at is not None, line
        assert document.source[at] == line[0]


def test_the_files_are_what_their_maker_makes() -> None:
    """The saved page is Chromium's, which writes boundaries and dates of its own."""
    for report_id, make in (("990100_2022", forms_web.state), ("990121_2022", forms_web.field)):
        assert files(report_id) == [make(REPORTS[report_id]).encode()]
    assert files("990300_2023") == [page.encode() for page in forms_web.newspaper(REPORTS["990300_2023"])]
