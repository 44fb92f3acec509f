"""A killed crawl, run again, equals an undisturbed one, and asks for nothing that it had stored."""

from __future__ import annotations

import json
import os
import random
import signal
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crawl_site import Answer, Site, page, serve

from sources.home import REPOSITORY, Home
from sources.registry.catalogue import CatalogueEntry
from sources.settings import Settings
from sources.snapshot import supervise
from sources.snapshot.fetch import fetch_entries
from sources.snapshot.job import PAGE, read_journal
from sources.snapshot.ledger import VALID, Row
from sources.snapshot.store import SnapshotStore

CRAWL = {
    "delay_seconds": 0.06,
    "adaptive": False,
    "per_host": 2,
    "backoff_seconds": 0.05,
    "timeout_seconds": 5,
    "allow_private_addresses": True,
}
SETTINGS = Settings.model_validate({"crawl": CRAWL})
DOCUMENTS = 20

#: fetches every location of the JSON list in argv[1] into the home in argv[2]
FETCH = """
import json, sys
from pathlib import Path
from sources.home import Home
from sources.registry.catalogue import CatalogueEntry
from sources.settings import Settings
from sources.snapshot.fetch import fetch_entries
entries = [CatalogueEntry(url, None, None, None, None, {}, row) for row, url in enumerate(json.loads(sys.argv[1]), 2)]
fetch_entries(entries, Path("."), Home(Path(sys.argv[2])), Settings.model_validate({"crawl": json.loads(sys.argv[3])}))
"""


def build(site: Site, documents: int = DOCUMENTS) -> list[CatalogueEntry]:
    """Serve documents of three pages each."""
    for number in range(documents):
        for part in (1, 2, 3):
            name = f"/d{number}.html" if part == 1 else f"/d{number}_{part}.html"
            link = f'<a href="d{number}_{part + 1}.html">下一页</a>' if part < 3 else ""
            site.answers[name] = Answer(page(f"{number}之{part}", link), etag=True)
    return [
        CatalogueEntry(site.url(f"/d{number}.html"), None, None, None, None, {}, number + 2)
        for number in range(documents)
    ]


def facts(rows: list[Row], site: Site) -> set[tuple[Any, ...]]:
    """Return what two crawls must agree on: all but the times."""
    cut = len(site.address)
    return {(r["location"][cut:], r["page"], r["url"][cut:], r["outcome"], r["sha256"], r["error"]) for r in rows}


def stored(home: Home) -> Counter[str]:
    """Return the addresses whose pages the crawls of `home` stored, by their journals."""
    found: Counter[str] = Counter()
    for path in supervise.folder(home).glob("*.jsonl"):
        found.update(line["url"] for line in read_journal(path) if line["type"] == PAGE and line["outcome"] in VALID)
    return found


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        yield served


def wait_for(site: Site, requests: int) -> None:
    deadline = time.monotonic() + 60
    while len(site.log) < requests:
        assert time.monotonic() < deadline, "the crawl does not get on"
        time.sleep(0.02)


def test_crawler_that_cannot_start_is_a_clear_error(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "MODULE", "sources.snapshot.no_such_module")
    with pytest.raises(supervise.CrawlError, match="no_such_module"):
        fetch_entries(build(site)[:1], tmp_path, Home(tmp_path).create(), SETTINGS, known=[])


def test_what_a_crawler_said_last_is_told_whatever_bytes_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = "import os, sys; os.write(2, b'\\xff\\xfe\\nno memory is left\\n'); sys.exit(3)"
    (tmp_path / "dying_crawler.py").write_text(dying, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(supervise, "MODULE", "dying_crawler")
    wanted = [CatalogueEntry("http://127.0.0.1:9/a.html", None, None, None, None, {}, 2)]
    with pytest.raises(supervise.CrawlError, match=r"code 3 before any page: no memory is left; see .*/crawl/.*\.log$"):
        fetch_entries(wanted, tmp_path, Home(tmp_path / "home").create(), SETTINGS, known=[])


def wait_for_silence(site: Site) -> None:
    """Wait until the crawling process of a killed crawl has ended too."""
    seen = -1
    while seen != len(site.log):
        seen = len(site.log)
        time.sleep(0.6)


def test_results_that_never_reached_the_ledger_are_taken_up(tmp_path: Path, site: Site) -> None:
    wanted = build(site)[:3]
    home = Home(tmp_path).create()
    lost = fetch_entries(wanted, tmp_path, home, SETTINGS, known=[])
    site.log.clear()
    found = fetch_entries(wanted, tmp_path, home, SETTINGS, known=[])
    assert facts(found, site) == facts(lost, site)
    assert site.log == [], "the pages are stored; only the ledger did not know"
    assert fetch_entries(wanted, tmp_path, home, SETTINGS, known=found) == []
    assert {asked.status for asked in site.log if asked.path != "/robots.txt"} == {304}


def test_a_damaged_journal_is_read_as_far_as_it_goes(tmp_path: Path, site: Site) -> None:
    wanted = build(site)[:3]
    home = Home(tmp_path).create()
    first = fetch_entries(wanted, tmp_path, home, SETTINGS, known=[])
    [journal] = supervise.folder(home).glob("*.jsonl")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:4]) + lines[4][:20])
    site.log.clear()
    assert facts(fetch_entries(wanted, tmp_path, home, SETTINGS, known=[]), site) == facts(first, site)
    assert 0 < len(site.log) < 10
    assert {"type": "mended"} in list(read_journal(journal)), "who looks at it sees that it was cut"
    assert "Spider opened" in journal.with_suffix(".log").read_text(encoding="utf-8"), "its log lies beside it"


def test_certificate_that_cannot_be_verified(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serve(context) as site:
        site.answers["/a.html"] = Answer(page("密"))
        wanted = [CatalogueEntry(site.url("/a.html"), None, None, None, None, {}, 2)]
        refused = fetch_entries(wanted, tmp_path, Home(tmp_path / "a").create(), SETTINGS, known=[])
        assert site.log == []
        lax = Settings.model_validate({"crawl": {**CRAWL, "verify_tls": False}})
        taken = fetch_entries(wanted, tmp_path, Home(tmp_path / "b").create(), lax, known=[])
    assert refused[0]["outcome"] == "failed"
    assert "certificate" in refused[0]["error"]
    assert taken[0]["outcome"] == "new"


@pytest.mark.slow
def test_killed_at_ten_random_moments_it_ends_as_if_undisturbed(tmp_path: Path, site: Site) -> None:
    chance = random.Random(20310101)
    wanted = build(site, documents=40)
    calm = Home(tmp_path / "calm").create()
    undisturbed = fetch_entries(wanted, tmp_path, calm, SETTINGS, known=[])
    site.log.clear()

    home = Home(tmp_path / "home").create()
    arguments = [json.dumps([entry.location for entry in wanted]), str(home.root), json.dumps(CRAWL)]
    kills: list[tuple[int, set[str]]] = []
    for _ in range(10):
        # a moment between two and sixteen further requests (robots.txt is one), or before any
        until = len(site.log) + chance.choice([0, *range(2, 16)])
        process = subprocess.Popen([sys.executable, "-c", FETCH, *arguments], cwd=REPOSITORY)
        wait_for(site, until)
        time.sleep(chance.uniform(0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.wait()
        wait_for_silence(site)
        kills.append((len(site.log), set(stored(home))))
    assert 0 < len(kills[-1][1]) < len(undisturbed), "all ten in the midst"
    assert len({len(safe) for _, safe in kills}) >= 6, "most of the killed crawls got on"

    rows = fetch_entries(wanted, tmp_path, home, SETTINGS, known=[])
    assert facts(rows, site) == facts(undisturbed, site)
    assert all(SnapshotStore(home).get(row["sha256"]) for row in rows)
    for asked_before, safe in kills:
        again = {site.url(asked.path) for asked in site.log[asked_before:]}
        assert not again & safe, "a page that was safely stored is not asked for again"
    print(f"ten kills, pages safe at each: {[len(safe) for _, safe in kills]} of {len(undisturbed)}")  # noqa: T201


@pytest.mark.parametrize("requests", [31])
def test_killed_crawl_run_again_equals_an_undisturbed_one(tmp_path: Path, site: Site, requests: int) -> None:
    wanted = build(site)
    calm = Home(tmp_path / "calm").create()
    undisturbed = fetch_entries(wanted, tmp_path, calm, SETTINGS, known=[])
    site.log.clear()

    home = Home(tmp_path / "home").create()
    arguments = [json.dumps([entry.location for entry in wanted]), str(home.root), json.dumps(CRAWL)]
    process = subprocess.Popen([sys.executable, "-c", FETCH, *arguments], cwd=REPOSITORY)
    wait_for(site, requests)
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(1.0)
    at_kill, safe = len(site.log), set(stored(home))
    assert 0 < len(safe) < 3 * DOCUMENTS, "killed in the midst"

    time.sleep(0.5)
    assert len(site.log) == at_kill, "the crawling process does not outlive the one that started it"
    rows = fetch_entries(wanted, tmp_path, home, SETTINGS, known=[])
    assert facts(rows, site) == facts(undisturbed, site)
    again = {site.url(path) for path, times in site.counts().items() if times > 1 and path != "/robots.txt"}
    assert not again & safe
    assert all(SnapshotStore(home).get(row["sha256"]) for row in rows)


def test_crawling_process_that_dies_is_started_again(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = build(site)
    started: list[subprocess.Popen[str]] = []
    popen = subprocess.Popen

    def start(*arguments: Any, **values: Any) -> subprocess.Popen[str]:
        started.append(popen(*arguments, **values))
        return started[-1]

    monkeypatch.setattr(supervise.subprocess, "Popen", start)
    done: list[int] = []

    def progress(reached: int, total: int) -> None:
        if reached == 5 and len(started) == 1:
            os.kill(started[0].pid, signal.SIGKILL)
        done.append(reached)

    rows = fetch_entries(wanted, tmp_path, Home(tmp_path).create(), SETTINGS, progress, known=[])
    assert len(started) == 2
    assert [row["outcome"] for row in rows] == ["new"] * 3 * DOCUMENTS
    assert max(done) == DOCUMENTS


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate that nobody has signed but itself."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths
