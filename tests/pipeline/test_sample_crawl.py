"""The sample's site crawled over loopback: pages and attachments are followed, a second crawl transfers no body."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from samples.serve import Request, sample_catalogue, serve
from sources.document.read import read_document
from sources.home import Home
from sources.registry.catalogue import read_catalogue
from sources.settings import load_settings
from sources.snapshot.fetch import fetch_entries
from sources.snapshot.store import SnapshotStore


@pytest.fixture
def polite_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's own server needs no delay."""
    for name, value in (("ALLOW_PRIVATE_ADDRESSES", "true"), ("DELAY_SECONDS", "0"), ("ADAPTIVE", "false")):
        monkeypatch.setenv(f"BAOGAO_CRAWL_{name}", value)


@pytest.mark.usefixtures("polite_enough")
def test_crawl_of_the_sample(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    log: list[Request] = []
    with serve(port=0, log=log) as base_url:
        catalogue = read_catalogue(sample_catalogue(base_url, tmp_path / "catalogue.csv"))
        first = fetch_entries(catalogue.entries, catalogue.base, home, load_settings(home))
        bodies = Counter(request.status for request in log)
        log.clear()
        second = fetch_entries(catalogue.entries, catalogue.base, home, load_settings(home), known=first)
    # three further pages and the cover of an attachment; one dead link
    outcomes = Counter(row["outcome"] for row in first)
    assert outcomes == {
        "new": len(catalogue.entries) - 1 + 4,
        "gone": 1,
    }
    (gone,) = (row for row in first if row["outcome"] == "gone")
    assert gone["location"].endswith("/990300/990300_2020.html")
    assert bodies[404] == 1
    pages = {(row["location"].removeprefix(base_url), row["page"]): row for row in first}
    assert {page for location, page in pages if location == "/990200/990200_2023.html"} == {1, 2, 3}
    attached = pages["/990300/990300_2024.html", 1]
    (document,) = read_document([SnapshotStore(home).get(attached["sha256"])], name=attached["url"])
    assert document.form == "pdf"
    assert "芷州市人民政府" in document.text
    assert [row for row in second if row["outcome"] not in ("unchanged", "gone")] == []
    assert {request.path for request in log if request.status == 200} <= {"/robots.txt"}
