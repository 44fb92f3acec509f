"""Five hundred pages, a tenth of them with each fault: told right, asked no oftener than promised, no page lost."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crawl_site import Answer, Handler, page, serve

from sources.home import Home
from sources.registry.catalogue import CatalogueEntry
from sources.settings import Settings
from sources.snapshot.fetch import fetch_entries
from sources.snapshot.ledger import latest
from sources.snapshot.store import SnapshotStore

PAGES = 500
RETRIES = 2
SETTINGS = Settings.model_validate(
    {
        "crawl": {
            "delay_seconds": 0,
            "adaptive": False,
            "per_host": 4,
            "backoff_seconds": 0.05,
            "timeout_seconds": 1.5,
            "max_bytes": 300_000,
            "retries": RETRIES,
            "max_redirects": 3,
            "allow_private_addresses": True,
        }
    }
)


def reset(handler: Handler) -> None:
    handler.start(9000)
    handler.wfile.write(b"<html>")
    handler.reset()


def short(handler: Handler) -> None:
    handler.start(9000)
    handler.wfile.write(b"<html>")


def drip(handler: Handler) -> None:
    handler.start(100_000)
    for _ in range(60):
        handler.wfile.write(b"<p>")
        handler.wfile.flush()
        time.sleep(0.05)


def good(number: int) -> Answer:
    return Answer(page(f"第{number}号"), etag=True)


def once(fault: Answer) -> Callable[[int], Callable[[int], Answer]]:
    """Return a page that shows the fault at its first request only."""
    return lambda number: lambda count: fault if count == 1 else good(number)


NOTICE = Answer("<html><body>您访问的页面不存在</body></html>".encode())
LIMIT = Answer(b"", status=429, headers={"Retry-After": "1"})

#: fault → what a page with it serves, outcome, requests it takes
FAULTS: dict[str, tuple[Any, str, int]] = {
    "none": (good, "new", 1),
    "missing": (lambda number: Answer(b"", status=404), "gone", 1),
    "limited, then good": (once(LIMIT), "new", 2),
    "error, then good": (once(Answer(b"", status=500)), "new", 2),
    "error for ever": (lambda number: Answer(b"", status=502), "failed", 1 + RETRIES),
    "reset, then good": (once(Answer(act=reset)), "new", 2),
    "short, then good": (once(Answer(act=short)), "new", 2),
    "redirect loop": (lambda number: Answer(status=302, headers={"Location": f"/p{number}.html"}), "failed", 4),
    "notice with status 200": (lambda number: NOTICE, "failed", 1),
    "slow drip": (lambda number: Answer(act=drip), "failed", 2),
}


@pytest.mark.slow
def test_five_hundred_pages_with_ten_percent_of_each_fault(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    names = list(FAULTS)
    with serve() as site:
        kind = {f"/p{number}.html": names[number % len(names)] for number in range(PAGES)}
        for number, (path, name) in enumerate(kind.items()):
            site.answers[path] = FAULTS[name][0](number)
        wanted = [
            CatalogueEntry(site.url(path), None, None, None, None, {}, row) for row, path in enumerate(kind, start=2)
        ]
        started = time.monotonic()
        rows = fetch_entries(wanted, tmp_path, home, SETTINGS, known=[])
        seconds = time.monotonic() - started
        asked = site.counts()
        site.log.clear()
        again = fetch_entries(wanted, tmp_path, home, SETTINGS, known=rows)
        second = {asked.path: asked for asked in site.log}

    assert len(rows) == PAGES, "each page is told, once"
    outcomes = Counter((kind[row["location"].removeprefix(site.address)], row["outcome"]) for row in rows)
    assert outcomes == {(name, FAULTS[name][1]): PAGES // len(FAULTS) for name in FAULTS}
    told = {(kind[path], times) for path, times in asked.items() if path != "/robots.txt"}
    assert told == {(name, FAULTS[name][2]) for name in FAULTS}
    store = SnapshotStore(home)
    for row in latest(rows):
        number = int(row["location"].rsplit("/p", 1)[1].removesuffix(".html"))
        assert store.get(row["sha256"]) == good(number).body
    assert again == [], "nothing changed, so nothing is news"
    assert {second[path].status for path, name in kind.items() if FAULTS[name][1] == "new"} == {304}
    assert seconds < 300
