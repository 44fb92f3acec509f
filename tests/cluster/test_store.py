"""Files in an S3 store: whole puts bound to what was seen, listings, footers, and errors that say what to do."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from services import S3, free_port
from typer.testing import CliRunner

from orchestration.cli import main
from orchestration.cli.whole import app
from orchestration.home.installation import Installation, open_installation
from orchestration.hops import snapshots
from sources import store, writing
from sources.lake import Lake
from sources.partitions import Partition
from sources.snapshot.store import DamagedSnapshotError
from sources.store import ABSENT, ChangedError, Stored
from sources.tables import GATE_RESULTS, REJECTIONS
from sources.writing import Writing

CELL = Partition("990000", "2021")


def test_a_put_is_bound_to_what_was_seen(installation: Installation) -> None:
    address = f"{installation.settings.store}/note"
    first = store.put(address, b"one", ABSENT)
    assert store.put(address, b"one", ABSENT) == first, "the answer to our own put was lost, and it was sent again"
    with pytest.raises(ChangedError, match="was written by another run"):
        store.put(address, b"two", ABSENT)
    second = store.put(address, b"two", first)
    with pytest.raises(ChangedError):
        store.put(address, b"three", first)
    assert store.get(address) == b"two" and store.stored_at(address) == Stored(3, second)
    store.remove(address, f"{address}s")
    assert store.stored_at(address) is None
    with pytest.raises(ChangedError):
        store.put(address, b"three", second)


def test_a_listing_tells_what_others_have_put(installation: Installation, s3: S3) -> None:
    root = installation.settings.store
    assert store.listing(f"{root}/lake") == {}
    # by the very connection that has listed before
    store.put(f"{root}/lake/a/b.parquet", b"1")
    store.put(f"{root}/lakeside", b"2")
    asked = len(s3.requests())
    assert list(store.listing(f"{root}/lake")) == [f"{root}/lake/a/b.parquet"]
    assert list(store.listing(root, deep=False)) == [f"{root}/lakeside"]
    assert len(s3.requests()) - asked == 2


def test_a_file_of_the_lake_is_one_put_one_read_and_a_footer_of_one_read(installation: Installation, s3: S3) -> None:
    lake, rows = installation.lake, REJECTIONS.to_arrow([])

    def asked() -> list[str]:
        new = [line.split()[0] for line in s3.requests()[asked.before :]]  # type: ignore[attr-defined]
        asked.before = len(s3.requests())  # type: ignore[attr-defined]
        return new

    asked.before = len(s3.requests())  # type: ignore[attr-defined]
    path = lake.write(REJECTIONS, CELL, rows, {"inputs": "i"})
    assert asked() == ["PUT"] and path.startswith("s3://")
    assert lake.read(REJECTIONS, CELL) is not None and asked() == ["GET"]
    with installation.viewing():
        assert asked() == ["GET", "GET"], "one listing of the lake, one of the quarantine"
        for _ in range(3):
            assert lake.metadata(REJECTIONS, CELL) == {"inputs": "i"} and lake.n_rows(GATE_RESULTS, CELL) == 0
            assert list(lake.partitions(REJECTIONS.name)) == [CELL] and lake.find("*/*/*.parquet") == [path]
        assert asked() == ["GET"], "the footer, once"
        lake.write(REJECTIONS, CELL, rows, {"inputs": "j"})
        assert lake.metadata(REJECTIONS, CELL) == {"inputs": "j"} and asked() == ["PUT", "GET"]
    assert lake.metadata(REJECTIONS, CELL) == {"inputs": "j"} and asked() == ["HEAD"], "known by its ETag"
    assert Lake(lake.root).stamps(REJECTIONS.name)[0][0] == path


def test_the_later_of_two_writers_is_refused(installation: Installation) -> None:
    lake, rows = installation.lake, REJECTIONS.to_arrow([])
    with installation.viewing():
        other = store._view
        store._view = None  # another process, which sees for itself
        lake.write(REJECTIONS, CELL, rows, {"write": "other"})
        store._view = other
        with pytest.raises(ChangedError, match="this one stops, and what the other wrote stands"):
            lake.write(REJECTIONS, CELL, rows, {"write": "ours"})
    assert lake.metadata(REJECTIONS, CELL) == {"write": "other"}


def test_pages_are_put_once_and_held_against_their_hash(installation: Installation, s3: S3) -> None:
    pages = installation.pages
    sha256 = pages.put(b"page")
    assert pages.put(b"page") == sha256 and sha256 in pages and pages.get(sha256) == b"page"
    assert pages.address(sha256) == f"{installation.settings.store}/raw/{sha256[:2]}/{sha256}"
    assert pages.fault(sha256, 4, thorough=True) is None and not list(installation.home.raw.glob("*"))
    store.put(pages.address(sha256), b"rage")
    assert pages.fault(sha256, 4, thorough=False) is None
    assert pages.fault(sha256, 4, thorough=True) == "do not have their hash"
    with pytest.raises(DamagedSnapshotError):
        pages.get(sha256)
    store.remove(pages.address(sha256))
    assert pages.fault(sha256, 4, thorough=False) == "are gone" and sha256 not in pages
    with pytest.raises(FileNotFoundError, match="fetch its page again"):
        pages.get(sha256)


def test_what_people_decided_comes_from_the_store_as_it_is_now(installation: Installation, tmp_path: Path) -> None:
    address = installation.settings.store

    def decided() -> Path:
        return open_installation(installation.home.root).decided

    assert not (decided() / "reviews").exists()
    store.put(f"{address}/reviews/identities.yaml", b"[]")
    store.put(f"{address}/dictionaries/own.yaml", b"terms: []")
    store.put(f"{address}/regions.yaml", b"[]")
    assert (decided() / "reviews" / "identities.yaml").read_bytes() == b"[]"
    assert (decided() / "dictionaries" / "own.yaml").is_file()
    store.put(f"{address}/reviews/identities.yaml", b"[ ]")
    store.remove(f"{address}/regions.yaml")
    opened = open_installation(installation.home.root)
    assert (opened.reviews / "identities.yaml").read_bytes() == b"[ ]" and opened.overlay is None
    catalogue = tmp_path / "mine.csv"
    catalogue.write_text("location,region_code,region,level,report_year\na.txt,990100,霁川市,city,2021\n")
    opened.follow(catalogue)
    elsewhere = open_installation(tmp_path / "another home")
    assert [entry.location for entry in elsewhere.catalogue.entries] == ["a.txt"]
    assert elsewhere.catalogue.base == tmp_path


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("AWS_ACCESS_KEY_ID", "", "set AWS_ACCESS_KEY_ID in the environment"),
        ("BAOGAO_STORE", "s3://nobodys-bucket/baogao", "there is no such bucket"),
        ("BAOGAO_S3_ENDPOINT", "nobody", "Could not connect"),
        ("BAOGAO_S3_ENDPOINT", "no address", "s3.endpoint"),
    ],
)
def test_a_setting_that_cannot_work_is_one_line(
    bucket: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    words: str,
) -> None:
    monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}" if value == "nobody" else value)
    monkeypatch.setattr("sys.argv", ["baogao", "status", "--home", str(tmp_path / "home")])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err.strip()
    assert ended.value.code == 1 and words in told and "\n" not in told


def test_a_file_named_by_path_is_known_by_its_hash(installation: Installation, tmp_path: Path) -> None:
    document = tmp_path / "a.txt"
    document.write_text("政府工作报告", encoding="utf-8")
    catalogue = tmp_path / "mine.csv"
    catalogue.write_text("location,region_code,region,level,report_year\na.txt,990000,澜岳省,province,2021\n")
    installation.follow(catalogue)

    def state() -> object:
        return snapshots.HOP.inputs(CELL, open_installation(installation.home.root))

    before = state()
    os.utime(document, (1, 1))
    assert state() == before, "copied to another machine, it has another time"
    document.write_text("政府工作报吿", encoding="utf-8")
    assert state() != before


def test_a_file_for_a_store_grows_in_the_home_and_what_is_left_of_it_is_cleaned(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))  # a machine that has no room to spare there
    monkeypatch.setattr(writing, "GROUP_BYTES", 0)
    killed, growing = (Writing(installation.lake, REJECTIONS, CELL) for _ in range(2))
    for one in (killed, growing):
        one.add(REJECTIONS.to_arrow([]))
    assert len(list(installation.home.scratch.iterdir())) == 2
    growing.put({"inputs": "i"})
    assert installation.lake.metadata(REJECTIONS, CELL) == {"inputs": "i"}
    (left,) = installation.home.scratch.iterdir()
    asked = ["clean", "--home", str(installation.home.root)]
    assert f"unfinished 1 to go, 0.0 MiB\n           {left}" in CliRunner().invoke(app, asked).output
    assert CliRunner().invoke(app, [*asked, "--yes"]).exit_code == 0
    assert not list(installation.home.scratch.iterdir())
