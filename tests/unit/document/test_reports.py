"""Rows of the table `reports`: read, identified and sectioned, or refused with what to do."""

from __future__ import annotations

import hashlib
import json

import pytest

from sources.document.identity.identity import Label
from sources.document.reports import refusal_row, report_rows
from sources.document.traced import load_map, to_source
from sources.document.version import parser_version
from sources.partitions import Partition
from sources.registry.regions import Regions, load_regions
from sources.report_ids import report_id_of
from sources.tables import REPORTS

from .pages import LINES, TITLE, html, paragraphs

PARTITION = Partition("990000", "2031")


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions()


def test_row_fits_the_contract(regions: Regions) -> None:
    page = html(f'<div id="zoom">{paragraphs()}</div>', head=f'<meta name="ArticleTitle" content="{TITLE}">').encode()
    url = "https://example.invalid/zwgk/t2031.html?id=7"
    rows = report_rows(url, [page], Label(report_year=2031), regions, PARTITION, url=url, snapshot_sha256="ab")
    REPORTS.to_arrow(rows)
    (row,) = rows
    assert row["text"].split("\n") == LINES
    assert row["text_sha256"] == hashlib.sha256(row["text"].encode()).hexdigest()
    assert (row["form"], row["part"], row["url"], row["label_report_year"]) == ("html", 1, url, 2031)
    assert row["parser_version"] == parser_version()
    offset = to_source(load_map(row["source_map"]), row["text"].index("4126"))
    assert offset is not None
    assert page.decode()[offset : offset + 4] == "4126"


def test_unreadable_bytes_become_a_refusal(regions: Regions) -> None:
    rows = report_rows("a/b.ofd", [b""], None, regions, PARTITION)
    REPORTS.to_arrow(rows)
    assert [(r["accepted"], r["refusal_reason"], r["n_chars"]) for r in rows] == [(False, "unreadable", 0)]
    assert "get it again" in rows[0]["refusal_detail"]
    REPORTS.to_arrow([refusal_row("a", None, PARTITION, "hostile", "it took too long")])


def test_sections_of_an_accepted_report(regions: Regions) -> None:
    text = (
        "\n".join([TITLE.replace("云溪县", "易县"), *LINES])
        .replace("云溪", "易")
        .replace("2031", "2021")
        .replace("2030", "2020")
    )
    (row,) = report_rows("yi.txt", [text.encode()], None, regions, PARTITION)
    assert row["report_year"] == 2021
    if row["accepted"]:
        sections = json.loads(row["sections"])
        assert sections[0]["char_start"] == 0
        assert sections[-1]["char_end"] == len(row["text"])


@pytest.mark.parametrize(
    ("location", "start"),
    [
        ("text/990121_2021.txt", "text-990121_2021-"),
        ("https://example.invalid/a/b.html?id=3", "example.invalid-a-b"),
        ("县/2021年报告.docx", "县-2021年报告-"),
    ],
)
def test_ids_are_readable_stable_and_distinct(location: str, start: str) -> None:
    assert report_id_of(location).startswith(start)
    assert report_id_of(location) == report_id_of(location)
    assert report_id_of(location, 2) == report_id_of(location) + "-p2"
    assert report_id_of(location) != report_id_of(location.rsplit(".", 1)[0] + ".pdf")
