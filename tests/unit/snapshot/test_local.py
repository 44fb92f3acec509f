"""Fetching local files: what becomes a row, what a bad file tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sources.home import Home
from sources.lake import Lake
from sources.registry.catalogue import CatalogueEntry
from sources.settings import Settings
from sources.snapshot.fetch import fetch_entries
from sources.snapshot.ledger import Row, latest
from sources.snapshot.store import SnapshotStore
from sources.tables import SNAPSHOTS

SETTINGS = Settings.model_validate({"crawl": {"max_bytes": 1000}})


def entry(location: str, row: int = 2) -> CatalogueEntry:
    return CatalogueEntry(location, "990100", "云州市", "city", 2015, {"note": "样本"}, row)


def fetch(tmp_path: Path, *entries: CatalogueEntry, known: list[Row] | None = None) -> list[Row]:
    home = Home(tmp_path / "home").create()
    return fetch_entries(entries, tmp_path, home, SETTINGS, known=known)


def test_new_unchanged_changed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("报告一", encoding="utf-8")
    first = fetch(tmp_path, entry("a.txt"))
    assert [row["outcome"] for row in first] == ["new"]
    assert first[0]["label_notes"] == '{"note": "样本"}'
    assert fetch(tmp_path, entry("a.txt"), known=first) == []
    (tmp_path / "a.txt").write_text("报告二", encoding="utf-8")
    second = fetch(tmp_path, entry("a.txt"), known=first)
    assert (second[0]["outcome"], second[0]["previous_sha256"]) == ("changed", first[0]["sha256"])
    ledger = first + second
    assert [row["sha256"] for row in latest(ledger)] == [second[0]["sha256"]]
    store = SnapshotStore(Home(tmp_path / "home"))
    assert store.get(first[0]["sha256"]).decode() == "报告一"
    SNAPSHOTS.to_arrow(ledger)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.txt", "no such file"),
        ("empty.txt", "is empty"),
        ("folder", "is a folder"),
        ("large.txt", "larger than 1000 bytes"),
    ],
)
def test_bad_file_is_a_row_and_the_run_goes_on(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "large.txt").write_bytes(b"x" * 1001)
    (tmp_path / "good.txt").write_bytes(b"x")
    bad, good = fetch(tmp_path, entry(name, row=7), entry("good.txt", row=8))
    assert (bad["outcome"], good["outcome"]) == ("failed", "new")
    assert bad["error"].startswith("catalogue row 7: ")
    assert words in bad["error"]
    assert "; " in bad["error"], "the error names a remedy"
    assert fetch(tmp_path, entry(name, row=7), known=[bad]) == [], "the same failure is no news"
    assert fetch(tmp_path, entry(name, row=9), known=[bad]) == [], "nor is it where rows were put in above"


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    path.write_text("secret", encoding="utf-8")
    return path


def test_a_file_outside_the_catalogues_folder_is_read_by_a_setting_alone(tmp_path: Path, outside: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"x")
    (tmp_path / "link.txt").symlink_to(outside)
    (tmp_path / "folder").symlink_to(outside.parent)
    (tmp_path / "inner.txt").symlink_to(tmp_path / "in" / "a.txt")
    upwards = str(Path("in", *[".."] * len(tmp_path.parts), *outside.parts[1:]))
    places = [str(outside), outside.as_uri(), upwards, "link.txt", "folder/secret.txt"]
    rows = fetch(tmp_path, *(entry(place) for place in places))
    assert [row["outcome"] for row in rows] == ["failed"] * 5
    assert all("outside the catalogue's folder" in row["error"] and "catalogue.folders" in row["error"] for row in rows)
    assert not list((tmp_path / "home" / "raw").glob("*/*")), "none of it was kept"
    inside = fetch(tmp_path, entry("in/a.txt"), entry("in/../in/a.txt"), entry("inner.txt"))
    assert [row["outcome"] for row in inside] == ["new"] * 3
    allowed = Settings.model_validate({"catalogue": {"folders": [str(outside.parent)]}})
    rows = fetch_entries([entry(place) for place in places], tmp_path, Home(tmp_path / "home"), allowed)
    assert [row["outcome"] for row in rows] == ["new"] * 5


def test_a_page_beside_a_page_is_no_way_out_either(tmp_path: Path, outside: Path) -> None:
    (tmp_path / "a.html").write_text('<html><body>第一页<a href="a_1.html">下一页</a></body></html>', encoding="utf-8")
    (tmp_path / "a_1.html").symlink_to(outside)
    rows = fetch(tmp_path, entry("a.html"))
    assert [(row["page"], row["outcome"]) for row in rows] == [(1, "new"), (2, "failed")]
    assert "outside" in rows[1]["error"]


@pytest.mark.parametrize("place", ["/proc/self/environ", "/sys/kernel/notes", "/dev/stdin", "into/self/environ"])
def test_what_the_kernel_tells_is_no_document_whatever_the_settings_say(tmp_path: Path, place: str) -> None:
    (tmp_path / "into").symlink_to("/proc")
    everywhere = Settings.model_validate({"catalogue": {"folders": ["/"]}})
    (row,) = fetch_entries([entry(place)], tmp_path, Home(tmp_path / "home").create(), everywhere)
    assert row["outcome"] == "failed" and "of the machine's own" in row["error"]
    assert not list((tmp_path / "home" / "raw").glob("*/*"))


def test_no_more_is_read_than_may_be_kept(tmp_path: Path) -> None:
    # as files of /proc: more comes than the size says; it grows while it is read
    path = tmp_path / "grows.txt"
    path.write_bytes(b"x" * 5000)
    (row,) = fetch(tmp_path, entry("grows.txt"))
    assert "larger than 1000 bytes" in row["error"]
    path.write_bytes(b"x" * 1000)
    assert [row["outcome"] for row in fetch(tmp_path, entry("grows.txt"))] == ["new"]


def test_file_that_goes_missing_keeps_its_snapshot(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    ledger = fetch(tmp_path, entry("a.txt"))
    (tmp_path / "a.txt").unlink()
    ledger += fetch(tmp_path, entry("a.txt"), known=ledger)
    assert [row["outcome"] for row in ledger] == ["new", "failed"]
    assert [row["outcome"] for row in latest(ledger)] == ["new"]
    (tmp_path / "a.txt").write_bytes(b"x")
    ledger += fetch(tmp_path, entry("a.txt"), known=ledger)
    assert ledger[-1]["outcome"] == "unchanged", "that it is back is news"


def test_corrected_label_is_news(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    ledger = fetch(tmp_path, entry("a.txt"))
    ledger += fetch(tmp_path, replace(entry("a.txt"), region="云州区"), known=ledger)
    assert [(row["outcome"], row["label_region"]) for row in ledger] == [("new", "云州市"), ("unchanged", "云州区")]


def test_known_rows_come_from_the_lake(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    home = Home(tmp_path / "home").create()
    rows = fetch_entries([entry("a.txt")], tmp_path, home, SETTINGS)
    Lake(str(home.lake)).write(SNAPSHOTS, entry("a.txt").partition, SNAPSHOTS.to_arrow(rows))
    assert fetch_entries([entry("a.txt")], tmp_path, home, SETTINGS) == []


def test_absolute_path_and_file_address(tmp_path: Path) -> None:
    (tmp_path / "报告 1.txt").write_bytes(b"x")
    path = tmp_path / "报告 1.txt"
    rows = fetch(tmp_path, entry(str(path)), entry(path.as_uri()))
    assert [row["outcome"] for row in rows] == ["new", "new"]


def test_next_pages_that_lie_beside_the_file(tmp_path: Path) -> None:
    def page(link: str) -> str:
        return f"<html><body><p>报告</p><a href='{link}'>下一页</a></body></html>"

    (tmp_path / "报告.html").write_text(page("报告_2.html"), encoding="utf-8")
    (tmp_path / "报告_2.html").write_text(page("报告_3.html"), encoding="utf-8")
    ledger = fetch(tmp_path, entry("报告.html"))
    assert [(row["page"], row["outcome"]) for row in ledger] == [(1, "new"), (2, "new")]
    assert fetch(tmp_path, entry("报告.html"), known=ledger) == []
    (tmp_path / "报告_2.html").unlink()
    ledger += fetch(tmp_path, entry("报告.html"), known=ledger)
    assert (ledger[-1]["page"], ledger[-1]["outcome"]) == (2, "gone")
    assert ledger[-1]["previous_sha256"] == ledger[1]["sha256"]
    assert [row["page"] for row in latest(ledger)] == [1]
    assert fetch(tmp_path, entry("报告.html"), known=ledger) == []


def test_pages_of_a_document_whose_end_cannot_be_read_wait_for_it(tmp_path: Path) -> None:
    (tmp_path / "报告.html").write_text("<html><p>报告</p><a href='报告_2.html'>下一页</a></html>", encoding="utf-8")
    (tmp_path / "报告_2.html").write_text("<html><p>完</p></html>", encoding="utf-8")
    ledger = fetch(tmp_path, entry("报告.html"))
    (tmp_path / "报告.html").write_text("<html><p>新</p><a href='报告_2.html'>下一页</a></html>", encoding="utf-8")
    (tmp_path / "报告_2.html").write_bytes(b"")
    ledger += fetch(tmp_path, entry("报告.html"), known=ledger)
    assert [(row["page"], row["outcome"]) for row in ledger[2:]] == [(1, "failed"), (2, "failed")]
    assert [row["sha256"] for row in latest(ledger)] == [row["sha256"] for row in ledger[:2]]


def test_page_that_links_itself_or_leads_outside(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "a_2.html").write_text("<html>other</html>")
    (tmp_path / "in" / "a.html").write_text("<html><a href='../a_2.html'>下一页</a><a href='a.html'>下一页</a></html>")
    assert len(fetch(tmp_path, entry("in/a.html"))) == 1


def test_rows_from_pandas_carry_no_nan(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    ledger = fetch(tmp_path, entry("a.txt"))
    known = SNAPSHOTS.to_arrow(ledger).to_pandas().to_dict("records")
    assert fetch(tmp_path, entry("a.txt"), known=known) == []


def test_document_behind_a_cover_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><a href='/files/a.pdf'>政府工作报告</a></html>", encoding="utf-8")
    assert [row["page"] for row in fetch(tmp_path, entry("a.html"))] == [1], "not saved: the cover is all there is"
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    ledger = fetch(tmp_path, entry("a.html"))
    assert [(row["page"], row["content_type"]) for row in ledger] == [(0, "text/html"), (1, "application/pdf")]
    assert [row["page"] for row in latest(ledger)] == [1]
    assert fetch(tmp_path, entry("a.html"), known=ledger) == []
