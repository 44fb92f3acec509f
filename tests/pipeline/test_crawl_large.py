"""Five hundred pages of two sites, a tenth of them with each fault: told right, asked no oftener and no faster than
promised, no page lost; a second crawl transfers nothing and nothing is read again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from crawl_site import Answer, Handler, page, serve

from orchestration.home.installation import Installation, open_installation
from orchestration.hops import progress, reports, snapshots
from orchestration.hops.outcomes import Outcomes
from sources.home import Home
from sources.partitions import Partition
from sources.registry.catalogue import CatalogueEntry
from sources.settings import Settings
from sources.snapshot.fetch import fetch_entries
from sources.snapshot.ledger import latest
from sources.snapshot.store import SnapshotStore

HOSTS = ("127.0.0.1", "127.0.0.2")
PAGES = 500
RETRIES = 2
PER_HOST = 3
CRAWL: dict[str, Any] = {
    "delay_seconds": 0,
    "adaptive": False,
    "per_host": PER_HOST,
    "backoff_seconds": 0.05,
    "timeout_seconds": 1.5,
    "max_bytes": 300_000,
    "retries": RETRIES,
    "max_redirects": 3,
    "allow_private_addresses": True,
}
SETTINGS = Settings.model_validate({"crawl": CRAWL})
ROBOTS = Answer(b"User-agent: *\nDisallow: /closed/\n")


def reset(handler: Handler) -> None:
    handler.start(9000)
    handler.wfile.write(b"<html>")
    handler.reset()


def short(handler: Handler) -> None:
    handler.start(9000)
    handler.ended()
    handler.wfile.write(b"<html>")


def drip(handler: Handler) -> None:
    handler.start(100_000)
    for _ in range(60):
        handler.wfile.write(b"<p>")
        handler.wfile.flush()
        time.sleep(0.05)


def endless(handler: Handler) -> None:
    handler.start()
    while True:
        handler.wfile.write("<p>无尽</p>".encode() * 1000)


def good(number: int) -> Answer:
    return Answer(page(f"第{number}号"), etag=True, delay=0.02)


def always(fault: Answer) -> Callable[[int], Answer]:
    return lambda number: fault


def once(fault: Answer) -> Callable[[int], Callable[[int], Answer]]:
    """Return a page that shows the fault at its first request only."""
    return lambda number: lambda count: fault if count == 1 else good(number)


NOTICE = Answer("<html><body>您访问的页面不存在</body></html>".encode())
LIMIT = Answer(b"", status=429, headers={"Retry-After": "1"})

#: fault → what a page with it serves, outcome, requests it takes; a tenth of the pages has each
FAULTS: dict[str, tuple[Any, str, int]] = {
    "limited or failing, then good": (
        lambda number: once(LIMIT if number % 50 == 0 else Answer(b"", status=500))(number), "new", 2,
    ),
    "missing": (always(Answer(b"", status=404)), "gone", 1),
    "forbidden by robots.txt": (good, "refused_by_robots", 0),
    "error for ever": (always(Answer(b"", status=502)), "failed", 1 + RETRIES),
    "reset, then good": (once(Answer(act=reset)), "new", 2),
    "short, then good": (once(Answer(act=short)), "new", 2),
    "redirect loop": (lambda number: Answer(status=302, headers={"Location": f"/p{number}.html"}), "failed", 4),
    "notice with status 200": (always(NOTICE), "failed", 1),
    "slow drip": (always(Answer(act=drip)), "failed", 2),
    "endless": (always(Answer(act=endless)), "failed", 1),
}  # fmt: skip


@pytest.mark.slow
def test_five_hundred_pages_with_ten_percent_of_each_fault(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    names = list(FAULTS)
    kind: dict[str, str] = {}
    with ExitStack() as stack:
        sites = [stack.enter_context(serve(host=host)) for host in HOSTS]
        for number in range(PAGES):
            name = names[number % len(names)]
            folder = "/closed" if "robots" in name else ""
            site = sites[number // len(names) % len(sites)]
            site.answers["/robots.txt"] = ROBOTS
            site.answers[f"{folder}/p{number}.html"] = FAULTS[name][0](number)
            kind[site.url(f"{folder}/p{number}.html")] = name
        wanted = [CatalogueEntry(url, None, None, None, None, {}, row) for row, url in enumerate(kind, start=2)]
        started = time.monotonic()
        rows = fetch_entries(wanted, tmp_path, home, SETTINGS, known=[])
        seconds = time.monotonic() - started
        asked = Counter({site.url(path): times for site in sites for path, times in site.counts().items()})
        most = [site.most_under_way for site in sites]
        for site in sites:
            assert len([a for a in site.log if a.path == "/robots.txt"]) == 1
            site.log.clear()
        again = fetch_entries(wanted, tmp_path, home, SETTINGS, known=rows)
        second = {site.url(a.path): a for site in sites for a in site.log}
        robots = {site.url("/robots.txt") for site in sites}

    print(f"{PAGES} pages with faults: {seconds:.0f} s, {asked.total()} requests, most at once {most}")  # noqa: T201
    assert len(rows) == PAGES, "each page is told, once"
    outcomes = Counter((kind[row["location"]], row["outcome"]) for row in rows)
    assert outcomes == {(name, FAULTS[name][1]): PAGES // len(FAULTS) for name in FAULTS}
    assert {(name, asked[url]) for url, name in kind.items()} == {(name, FAULTS[name][2]) for name in FAULTS}
    assert set(asked) <= set(kind) | robots, "nothing else was asked for"
    assert most == [PER_HOST] * len(sites), "as many at once as set, and never more"
    store = SnapshotStore(home)
    kept = latest(rows)
    assert len(kept) == 3 * PAGES // len(FAULTS)
    for row in kept:
        number = int(row["location"].rsplit("/p", 1)[1].removesuffix(".html"))
        assert store.get(row["sha256"]) == good(number).body
    assert again == [], "nothing changed, so nothing is news"
    assert {second[url].status for url, name in kind.items() if FAULTS[name][1] == "new"} == {304}
    assert seconds < 300


@pytest.mark.slow
def test_a_second_crawl_of_unchanged_pages_transfers_no_body_and_reads_nothing(tmp_path: Path) -> None:
    with serve() as site:
        site.answers |= {f"/p{number}.html": good(number) for number in range(PAGES)}
        header = "location,region_code,region,level,report_year\n"
        lines = [f"{site.url(path)},990100,,,{2010 + row % 10}\n" for row, path in enumerate(site.answers)]
        (tmp_path / "catalogue.csv").write_text(header + "".join(lines), encoding="utf-8")
        home = Home(tmp_path / "home").create()
        open_installation(home.root).follow(tmp_path / "catalogue.csv")
        settings = Settings.model_validate({"workers": 2, "crawl": CRAWL})
        cells = [Partition("990000", str(year)) for year in range(2010, 2020)]
        told: Counter[str] = Counter()

        def crawl_and_read() -> tuple[Outcomes, float]:
            opened = Installation(home, settings)
            started = time.monotonic()
            snapshots.HOP.run(opened, cells, refetch_hours=0)
            seconds = time.monotonic() - started
            return reports.HOP.run(opened, cells), seconds

        def listener(hop: str, done: int, more: int) -> None:
            told[hop] += more

        with progress.listening(listener):
            first, first_seconds = crawl_and_read()
            assert told == {"snapshots": PAGES, "reports": PAGES}
            assert sum(outcome.n_rows for outcome in first["reports"].values()) == PAGES
            site.log.clear()
            told.clear()
            second, second_seconds = crawl_and_read()
        pages = [asked for asked in site.log if asked.path != "/robots.txt"]
        assert len(pages) == PAGES and {(asked.status, asked.sent) for asked in pages} == {(304, 0)}
        assert told == {"snapshots": PAGES}, "no document is read"
        assert all(outcome.unchanged for outcome in second["reports"].values())
        assert reports.HOP.stale(cells, Installation(home, settings)) == frozenset()
    print(f"{PAGES} pages: {first_seconds:.1f} s, again unchanged: {second_seconds:.1f} s, 0 bytes")  # noqa: T201
