"""The sample read from bytes to observations, held against what is known to be true of it.

How many of its numbers are read is measured by ``accuracy.py`` and held by ``test_accuracy.py``. Units are compared as
printed, so this needs no table of units.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import samples
from samples.build import Document, documents
from samples.world.compose import reports
from sources.document.identity.identity import Label
from sources.document.reports import report_rows
from sources.extraction import ReportContext, extract
from sources.registry.catalogue import CatalogueEntry, read_catalogue
from sources.registry.regions import Regions, load_regions
from sources.tables import OBSERVATIONS, REJECTIONS, REPORTS

FOLDER = Path(samples.__file__).parent
FIELDS = ("report_id", "indicator", "measure", "value", "value_upper", "unit", "qualifier", "status", "period_start",
          "period_end", "scope")  # fmt: skip
CORE = ("report_id", "indicator", "measure", "value", "value_upper", "unit")
#: column of reports → column of truth_reports.csv
IDENTITY = {
    "region_code": "region_code", "region_name": "region", "level": "level", "report_year": "report_year",
    "meeting_date": "meeting_date", "congress_session": "congress_session", "speaker": "speaker", "title": "title",
    "published_at": "published_at", "publisher": "publisher", "identity": "identity",
}  # fmt: skip

Key = tuple[str | float, ...]


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def keys(found: Iterable[dict[str, Any]], fields: tuple[str, ...]) -> set[Key]:
    return {tuple(_plain(name, row[name]) for name in fields) for row in found if row["value"] not in (None, "")}


def _plain(name: str, value: Any) -> str | float:
    if value in (None, ""):
        return ""
    return float(value) if name in ("value", "value_upper", "period_start", "period_end") else str(value)


@cache
def regions() -> Regions:
    return load_regions()


@cache
def claims() -> dict[str, CatalogueEntry]:
    return {entry.location: entry for entry in read_catalogue(FOLDER / "catalogue.csv").entries}


@cache
def read(location: str, labelled: bool) -> dict[str, Any]:
    """Return the one row of `reports` that a published document makes."""
    document = next(document for document in documents() if document.location == location)
    entry = claims()[location]
    label = Label(entry.region_code, entry.region, entry.level, entry.report_year) if labelled else None
    pages = list(document.files.values())
    if document.form == "attachment":  # the page is only the cover: the crawler follows its link
        pages = pages[1:]
    (row,) = report_rows(location, pages, label, regions(), entry.partition)
    return row


def truth_of(document: Document) -> dict[str, str]:
    return next(row for row in rows("truth_reports.csv") if row["location"] == document.location)


@pytest.mark.parametrize("labelled", [True, False], ids=["labelled", "unlabelled"])
@pytest.mark.parametrize("document", documents(), ids=lambda document: document.location)
def test_identity(document: Document, labelled: bool) -> None:
    row, truth = read(document.location, labelled), truth_of(document)
    assert row["kind"] == truth["kind"]
    assert row["accepted"] == (truth["accepted"] == "true")
    assert (row["refusal_reason"] or "") == truth["refusal_reason"]
    if not row["accepted"]:
        assert row["refusal_detail"]
        return
    told = {name: "" if row[name] is None else str(row[name]) for name in IDENTITY}
    wanted = {name: truth[column] for name, column in IDENTITY.items()}
    if not labelled:  # nothing to confirm or to contradict
        wanted["identity"] = "inferred"
    assert told == wanted
    assert row["completeness"] == ("partial" if truth["kind"] == "excerpt" else "complete")


def test_rows_keep_to_the_contract() -> None:
    REPORTS.to_arrow([read(document.location, True) for document in documents()])
    partition = {"partition": "990000|2021"}
    extraction = extract(reports()[0].text, ReportContext("x", 2021, "澜岳省", "province"))
    OBSERVATIONS.to_arrow([row | partition for row in extraction.observations])
    REJECTIONS.to_arrow([row | partition for row in extraction.rejections])


def test_a_copy_says_what_its_original_says() -> None:
    copy = next(document for document in documents() if document.copy_of)
    original = next(d for d in documents() if d.report.report_id == copy.copy_of and not d.copy_of)
    first, second = (read(document.location, True) for document in (original, copy))
    assert (first["region_code"], first["report_year"]) == (second["region_code"], second["report_year"])
    distance = int(first["text_fingerprint"], 16) ^ int(second["text_fingerprint"], 16)
    assert distance.bit_count() <= 3


def test_targets_without_a_number() -> None:
    fields = ("report_id", "indicator", "relation", "period_start")
    wanted = {tuple(row[name] for name in fields) for row in rows("truth_relations.csv")}
    found = set()
    for report in reports():
        context = ReportContext(report.report_id, report.report_year, report.region.name, report.region.level)
        for row in extract(report.text, context).observations:
            if row["relation"]:
                assert row["value"] is None
                found.add(tuple(str(row[name]) for name in fields))
    wanted = {key for key in wanted if not key[0].endswith("_excerpt")}
    assert found == wanted
