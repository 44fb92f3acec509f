"""Which row of the ledger counts: by its place in one ledger, by the clock between two, whatever a page became."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sources.registry.catalogue import CatalogueEntry
from sources.snapshot.ledger import Row, latest, make_row, newest, newest_valid, standing

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


def test_between_two_ledgers_the_clock_tells() -> None:
    before, after = row("new", 3, "a"), row("new", 9, "b", entry=RELABELLED)
    assert read(before, after) == read(after, before) == ["b"]
