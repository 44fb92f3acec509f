"""Which row of the ledger counts: by its place in one ledger, by the clock between two, whatever a page became."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sources.registry.catalogue import CatalogueEntry
from sources.snapshot.ledger import Row, is_news, latest, make_row, newest, newest_valid, standing, withdrawn

ENTRY = CatalogueEntry("http://a.example/1.html", "990100", "霁川市", "city", 2021, {}, 2)
RELABELLED = CatalogueEntry("http://a.example/1.html", "990100", "霁川市", "city", 2022, {}, 2)
START = datetime(2031, 1, 1, tzinfo=UTC)


def row(outcome: str, day: int, sha256: str | None = None, page: int = 1, entry: CatalogueEntry = ENTRY) -> Row:
    when: dict[str, Any] = {"retrieved_at": START + timedelta(days=day)}
    return make_row(entry, url=entry.location, outcome=outcome, page=page, sha256=sha256, **when)


def read(*rows: Row) -> list[str]:
    return [found["sha256"] for found in latest(rows)]


def test_a_document_that_is_gone_from_its_site_stays_valid() -> None:
    rows = [row("new", 1, "a"), row("gone", 2)]
    assert read(*rows) == ["a"] and set(standing(rows)) == {(ENTRY.location, 1)}
    both = [row("new", 1, "a"), row("new", 1, "b", page=2), row("gone", 2), row("failed", 3)]
    assert read(*both) == ["a", "b"]


def test_a_later_page_that_is_gone_is_read_no_more_until_it_is_had_again() -> None:
    rows = [row("new", 1, "a"), row("new", 1, "b", page=2), row("gone", 2, page=2), row("failed", 3, page=2)]
    assert read(*rows) == ["a"]
    assert read(*rows, row("new", 4, "c", page=2)) == ["a", "c"]


def test_in_one_ledger_the_later_row_counts_whatever_the_clock_said() -> None:
    rows = [row("new", 9, "a"), row("changed", 3, "b")]
    assert read(*rows) == ["b"]
    assert newest(rows)[ENTRY.location, 1]["sha256"] == newest_valid(rows)[ENTRY.location, 1]["sha256"] == "b"
    assert newest([*rows, row("failed", 1)])[ENTRY.location, 1]["outcome"] == "failed"


def test_a_failure_on_another_line_of_the_catalogue_is_no_news() -> None:
    here, there, other = ({**row("failed", day), "error": f"catalogue row {day}: {why}"}
                          for day, why in ((2, "no such file"), (5, "no such file"), (6, "a folder")))  # fmt: skip
    assert not is_news(there, here) and is_news(other, here)


def test_between_two_ledgers_the_clock_tells() -> None:
    before, after = row("new", 3, "a"), row("new", 9, "b", entry=RELABELLED)
    assert read(before, after) == read(after, before) == ["b"]


def test_what_the_catalogue_names_no_longer_is_withdrawn_once_and_stays_valid() -> None:
    rows = [row("new", 1, "a"), row("failed", 2), row("new", 1, "b", page=2)]
    assert withdrawn(rows, {ENTRY.location}) == []
    told = withdrawn(rows, {"http://a.example/2.html"})
    assert [(r["page"], r["outcome"], r["sha256"], r["previous_sha256"]) for r in told] == [
        (1, "withdrawn", None, None),
        (2, "withdrawn", None, "b"),
    ]
    assert all(r["label_region_code"] == "990100" and r["error"] and r["http_status"] is None for r in told)
    assert all(r["retrieved_at"].tzinfo is UTC for r in told)
    assert withdrawn([*rows, *told], set()) == [] and read(*rows, *told) == ["a", "b"]
    # named again, it is news that it is there
    assert is_news(row("unchanged", 9, "a"), newest([*rows, *told])[ENTRY.location, 1])
