"""The content-addressed store: put and get, never overwritten, atomic."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.home import Home
from sources.snapshot.store import DamagedSnapshotError, SnapshotStore


@given(data=st.binary(max_size=2000))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = SnapshotStore(Home(tmp_path_factory.mktemp("home")))
    sha256 = store.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert store.get(sha256) == data
    assert store.path(sha256).parent.name == sha256[:2]
    assert sha256 in store


def test_second_put_leaves_the_file_alone(tmp_path: Path) -> None:
    store = SnapshotStore(Home(tmp_path))
    path = store.path(store.put(b"abc"))
    before = path.stat()
    store.put(b"abc")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_damage_is_seen(tmp_path: Path) -> None:
    store = SnapshotStore(Home(tmp_path))
    path = store.path(store.put(b"abc"))
    path.chmod(0o644)
    path.write_bytes(b"abd")
    with pytest.raises(DamagedSnapshotError, match="fetches its page again"):
        store.get(path.name)


def test_missing_and_nonsense(tmp_path: Path) -> None:
    store = SnapshotStore(Home(tmp_path))
    with pytest.raises(FileNotFoundError, match="fetch its page again"):
        store.get("0" * 64)
    for nonsense in ("", "../../etc", "A" * 64, "0" * 63):
        with pytest.raises(ValueError, match="SHA-256"):
            store.path(nonsense)
