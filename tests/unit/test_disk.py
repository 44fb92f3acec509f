"""What is flushed, read-only, removed and read back: of real files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sources import disk
from sources.disk import flush, flush_tree, has_hash, make_folder, move, remove_tree, seal
from sources.home import Home
from sources.lake import Lake
from sources.partitions import Partition
from sources.snapshot.store import DamagedSnapshotError, SnapshotStore, fault_of
from sources.tables import REJECTIONS, SNAPSHOTS


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was flushed and renamed, in order, as it happens: the calls themselves go through."""
    done: list[tuple[str, str]] = []

    def watch(name: str, path_of: Callable[..., str]) -> None:
        real = getattr(os, name)

        def call(*arguments: Any, **options: Any) -> Any:
            done.append((name, path_of(*arguments)))
            return real(*arguments, **options)

        monkeypatch.setattr(os, name, call)

    watch("fsync", lambda handle: str(Path(f"/proc/self/fd/{handle}").readlink()))
    watch("replace", lambda _source, target: str(target))
    watch("rename", lambda _source, target: str(target))
    return done


def test_a_page_is_on_disk_with_its_name_and_its_folders(tmp_path: Path, steps: list[tuple[str, str]]) -> None:
    store = SnapshotStore(Home(tmp_path / "home"))
    path = store.path(store.put(b"page"))
    assert path.stat().st_mode & 0o777 == 0o444, "nobody overwrites it by accident"
    flushed = [name for what, name in steps if what == "fsync"]
    assert {str(tmp_path), str(tmp_path / "home"), str(tmp_path / "home" / "raw")} <= set(flushed)
    assert [what for what, _ in steps][-3:] == ["fsync", "replace", "fsync"]
    assert steps[-3][1].startswith(f"{path.parent}/.") and steps[-1][1] == str(path.parent)


def test_the_ledger_is_on_disk_before_the_former_one_goes(tmp_path: Path, steps: list[tuple[str, str]]) -> None:
    lake, partition = Lake(str(tmp_path)), Partition("990000", "2021")
    lake.write(REJECTIONS, partition, REJECTIONS.to_arrow([]))
    assert "fsync" not in {what for what, _ in steps}, "what is made anew from the ledger may be lost"
    steps.clear()
    path = Path(lake.write(SNAPSHOTS, partition, SNAPSHOTS.to_arrow([])))
    (flushed, temporary), (_, target), (_, folder) = steps
    assert flushed == "fsync" and temporary.endswith(".tmp") and Path(target) == path and Path(folder) == path.parent


def test_a_tree_is_flushed_from_its_files_to_its_own_names(tmp_path: Path, steps: list[tuple[str, str]]) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("a/1", "a/b/2"):
        (tmp_path / name).touch()
    (tmp_path / "a" / "gone").symlink_to("nowhere")
    flush_tree(tmp_path)
    assert {name for _, name in steps} == {str(tmp_path / part) for part in ("", "a", "a/b", "a/1", "a/b/2")}


def test_a_file_system_that_cannot_flush_a_folder_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()

    def refuses(_handle: int) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "fsync", refuses)
    flush(tmp_path)
    with pytest.raises(OSError, match="Invalid argument"):
        flush(tmp_path / "file")

    def broken(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        flush(tmp_path)


def test_what_is_sealed_can_be_read_removed_and_moved(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    make_folder(folder / "exports")
    shared = tmp_path / "shared"
    shared.write_text("x", encoding="utf-8")
    os.link(shared, folder / "exports" / "a.csv")
    (folder / "link").symlink_to(shared)
    seal(folder)
    assert {path.stat().st_mode & 0o777 for path in (folder, folder / "exports")} == {0o555}
    assert shared.stat().st_mode & 0o777 == 0o444
    moved = tmp_path / "aside" / "deep" / "release"
    move(folder, moved)
    assert moved.stat().st_mode & 0o777 == 0o555 and not folder.exists()
    remove_tree(moved)
    assert not moved.exists()
    assert shared.stat().st_mode & 0o777 == 0o444, "it is linked from elsewhere, and stays as it is"


@pytest.fixture
def wrong_reads(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have the next reads of a file give another hash, as memory or a network may."""
    left = [0]
    real = hashlib.file_digest

    class Other:
        def hexdigest(self) -> str:
            return "0" * 64

    def digest(stream: Any, name: str) -> Any:
        if left[0]:
            left[0] -= 1
            return Other()
        return real(stream, name)

    monkeypatch.setattr(disk.hashlib, "file_digest", digest)
    return lambda number: left.__setitem__(0, number)


def test_one_wrong_read_is_no_damage(tmp_path: Path, wrong_reads: Callable[[int], None]) -> None:
    store = SnapshotStore(Home(tmp_path))
    path = store.path(store.put(b"page"))
    wrong_reads(1)
    assert has_hash(path, path.name)
    wrong_reads(1)
    assert fault_of(str(path), 4, thorough=True) is None
    wrong_reads(2)
    assert fault_of(str(path), 4, thorough=True) == "do not have their hash"
    path.chmod(0o644)
    path.write_bytes(b"paga")
    assert fault_of(str(path), 4, thorough=True) == "do not have their hash"
    with pytest.raises(DamagedSnapshotError, match="sets the file aside"):
        store.get(path.name)


def test_a_folder_that_can_not_be_read_is_no_empty_one(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    for year in ("2022", "2023"):
        lake.write(REJECTIONS, Partition("990000", year), REJECTIONS.arrow_schema().empty_table())
    (tmp_path / "rejections" / ".hidden").mkdir()
    (tmp_path / "rejections" / "note").write_text("", encoding="utf-8")
    assert [str(partition) for partition in lake.partitions("rejections")] == ["990000|2022", "990000|2023"]
    assert lake.find("rejections/2022/9*") == [lake.path("rejections", Partition("990000", "2022"))]
    assert lake.find("none/*/*.parquet") == lake.find("rejections/2024/990000.parquet") == []
    assert lake.stamps("none") == []
    loop = tmp_path / "rejections" / "2024"
    loop.symlink_to(loop)
    # glob and os.walk pass over it
    with pytest.raises(OSError, match="Too many levels"):
        lake.find("rejections/*/*.parquet")
    for read in (flush_tree, seal, remove_tree, lambda folder: lake.stamps(f"rejections/{folder.name}")):
        with pytest.raises(OSError, match="Too many levels"):
            read(loop)
