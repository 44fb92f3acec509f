"""What may go: nothing of the snapshots unless asked, never one that a release cites or that is valid now."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import duckdb
import pytest

from orchestration.home.installation import Installation
from orchestration.home.retention import DAY, RetentionError, leftovers, needed_snapshots
from sources.partitions import Partition
from sources.settings import RetentionSettings, Settings
from sources.snapshot.store import SnapshotStore
from sources.tables import SNAPSHOTS

PARTITION = Partition("990000", "2021")


def _page(store: SnapshotStore, location: str, page: int, day: int, text: str) -> dict[str, object]:
    sha = store.put(text.encode())
    return {
        "partition": str(PARTITION), "location": location, "page": page, "url": f"https://x.example/{location}",
        "retrieved_at": dt.datetime(2026, 1, day, tzinfo=dt.UTC), "sha256": sha, "n_bytes": len(text),
        "outcome": "new",
    }  # fmt: skip


def _release(installation: Installation, name: str, *cited: str) -> Path:
    folder = installation.home.releases / name
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "baogao.duckdb")) as connection:
        connection.execute("create table dim_report (snapshot_sha256 varchar)")
        for sha in cited:
            connection.execute("insert into dim_report values (?)", [sha])
    return folder


@pytest.fixture
def kept(installation: Installation) -> tuple[Installation, dict[str, str]]:
    """Three versions of a document of two pages: one that a release cites, one that nobody needs, the newest."""
    store = SnapshotStore(installation.home)
    rows = [
        _page(store, location, page, day, f"{location} {page} {day}")
        for location in ("cited", "plain")
        for page in (1, 2)
        for day in (1, 2, 3)
    ]
    installation.lake.write(SNAPSHOTS, PARTITION, SNAPSHOTS.to_arrow(rows))
    names = {f"{r['location']} {r['page']} {r['retrieved_at']:%-d}": str(r["sha256"]) for r in rows}  # type: ignore[str-format]
    _release(installation, "20260101T000000Z", names["cited 1 1"])
    asked = Installation(installation.home, Settings(retention=RetentionSettings(snapshots="cited")))
    return asked, names


def test_no_snapshot_goes_unless_asked(kept: tuple[Installation, dict[str, str]]) -> None:
    installation = Installation(kept[0].home, Settings())
    assert [one for one in leftovers(installation) if one.what == "snapshots"] == []


def test_what_a_release_cites_and_what_is_valid_stays(kept: tuple[Installation, dict[str, str]]) -> None:
    installation, names = kept
    going = {one.path.name for one in leftovers(installation) if one.what == "snapshots"}
    assert going == {names[f"plain {page} {day}"] for page in (1, 2) for day in (1, 2)}
    assert {names["cited 2 1"], names["plain 1 3"]} <= needed_snapshots(installation)
    for one in leftovers(installation):
        one.remove()
    assert SnapshotStore(installation.home).get(names["cited 1 1"]) == b"cited 1 1"
    assert names["plain 1 1"] not in SnapshotStore(installation.home)
    assert leftovers(installation) == []


def test_a_release_that_cannot_be_read_keeps_everything(kept: tuple[Installation, dict[str, str]]) -> None:
    installation, names = kept
    (installation.home.releases / "20260101T000000Z" / "baogao.duckdb").write_bytes(b"no database")
    with pytest.raises(RetentionError, match="20260101T000000Z can't be read"):
        leftovers(installation)
    assert all(sha in SnapshotStore(installation.home) for sha in names.values())


def test_old_logs_and_releases_beyond_the_setting_go(installation: Installation) -> None:
    for day in range(1, 9):
        _release(installation, f"2026010{day}T000000Z")
    log = installation.home.root / "dbt" / "logs" / "dbt.log"
    log.parent.mkdir(parents=True)
    log.write_text("old", encoding="utf-8")
    fresh = log.with_name("fresh.log")
    fresh.write_text("new", encoding="utf-8")
    os.utime(log, (log.stat().st_atime, log.stat().st_mtime - 100 * DAY))
    going = {(one.what, one.path.name) for one in leftovers(installation)}
    assert going == {("logs", "dbt.log"), *(("releases", f"2026010{day}T000000Z") for day in (1, 2, 3))}
