"""A split document is replaced whole or not at all: old and new pages never stand side by side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sources.registry.catalogue import CatalogueEntry
from sources.snapshot.ledger import Row, hold_back, is_news, latest, make_row, newest, newest_valid, standing

ENTRY = CatalogueEntry("http://a.example/1.html", "990100", "云州市", "city", 2015, {}, 2)
START = datetime(2031, 1, 1, tzinfo=UTC)
#: what a site has: the version of each page that it serves, 0 where the page answers with an error
Served = list[int]


def fetch(served: Served, ledger: list[Row], at: int) -> list[Row]:
    """Return what one fetch of `served` adds to `ledger`, as the spider and `fetch_entries` do it."""
    former = {page: row for (_, page), row in newest_valid(ledger).items()}
    whole = {page: row for (_, page), row in standing(ledger).items()}
    last = newest(ledger)
    rows = []
    for page, version in enumerate(served, start=1):
        sha256 = f"{version}-{page}" if version else None
        old = former.get(page, {}).get("sha256")
        outcome = "failed" if not version else "new" if old is None else "unchanged" if old == sha256 else "changed"
        error = None if version else "catalogue row 2: the site answers 500; try again later"
        when = START + timedelta(hours=at, seconds=page)
        values = {"sha256": sha256, "error": error, "retrieved_at": when}
        rows.append(make_row(ENTRY, url=ENTRY.location, outcome=outcome, page=page, **values))
        if not version:
            break
    else:
        gone = [page for page in former if page > len(served)]
        when = START + timedelta(hours=at, minutes=1)
        rows += [make_row(ENTRY, url="", outcome="gone", page=page, error="x", retrieved_at=when) for page in gone]
    return [row for row in hold_back(rows, whole, last) if is_news(row, last.get((row["location"], row["page"])))]


def read(ledger: list[Row]) -> list[str]:
    return [row["sha256"] for row in latest(ledger)]


def crawl(*sites: Served) -> list[Row]:
    ledger: list[Row] = []
    for at, served in enumerate(sites):
        ledger += fetch(served, ledger, at)
    return ledger


def test_the_old_pages_stay_until_the_new_document_is_whole() -> None:
    ledger = crawl([1, 1], [2, 0])
    assert read(ledger) == ["1-1", "1-2"]
    held = newest(ledger)[ENTRY.location, 1]
    assert (held["outcome"], held["sha256"]) == ("failed", "2-1"), "its bytes are kept for whoever wants to look"
    assert "page 2 could not be had" in held["error"] and held["error"].startswith("catalogue row 2: ")
    assert read(crawl([1, 1], [2, 0], [2, 0], [2, 2])) == ["2-1", "2-2"]
    assert fetch([2, 0], ledger, 9) == [], "the same failure again is no news"


def test_a_document_that_grew_is_not_replaced_by_its_beginning() -> None:
    assert read(crawl([1, 1], [2, 2, 0], [2, 2, 0])) == ["1-1", "1-2"]
    assert read(crawl([1, 1], [2, 2, 0], [2, 2, 2])) == ["2-1", "2-2", "2-3"]
    assert read(crawl([1], [2, 2, 0])) == ["1-1"], "a page that it never had is one of the new document too"


def test_a_document_that_was_never_whole_follows_its_site() -> None:
    assert read(crawl([1, 0])) == ["1-1"]
    assert read(crawl([1, 0], [2, 0])) == ["2-1"]
    assert read(crawl([1, 0], [1, 1, 0])) == ["1-1", "1-2"]


def test_a_page_that_was_lost_does_not_come_back_by_a_failure() -> None:
    assert read(crawl([1, 1], [2], [2, 0])) == ["2-1"]
    assert read(crawl([1, 1], [1], [1, 1])) == ["1-1", "1-2"]


def test_a_change_taken_back_needs_no_whole_fetch() -> None:
    ledger = crawl([1, 1], [2, 0], [1, 1])
    assert read(ledger) == ["1-1", "1-2"]
    assert newest(ledger)[ENTRY.location, 1]["outcome"] == "unchanged"


@st.composite
def histories(draw: st.DrawFn) -> list[Served]:
    """Return fetches of a document that is rewritten as a whole from time to time, with pages that fail."""
    found = []
    version = 1
    for _ in range(draw(st.integers(1, 8))):
        version += draw(st.integers(0, 1))
        served = [version] * draw(st.integers(1, 4))
        fails = draw(st.none() | st.integers(0, len(served) - 1))
        found.append(served if fails is None else [*served[:fails], 0])
    return found


@given(histories())
def test_pages_of_two_versions_are_never_read_together(history: list[Served]) -> None:
    whole_before = False
    ledger: list[Row] = []
    for at, served in enumerate(history):
        ledger += fetch(served, ledger, at)
        pages = read(ledger)
        assert len({name.split("-")[0] for name in pages}) <= 1
        if 0 not in served:
            assert pages == [f"{served[0]}-{page}" for page in range(1, len(served) + 1)]
            whole_before = True
        assert not whole_before or pages, "what was had whole is never lost"
