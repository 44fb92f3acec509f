"""What is kept between processes is what would be made anew, and nothing else is ever taken for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sources import kept

MADE = {"names": [("工业增加值", frozenset({"growth"}), None)], "years": (1949, 2.5, True)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept, "_FOLDER", tmp_path / "__pycache__")
    return tmp_path


@pytest.fixture
def ask(folder: Path) -> Callable[[], bool]:
    """Return what asks for a value made of two files, and tells whether it was made anew."""
    files = [folder / "names.yaml", folder / "rules.py"]
    for path in files:
        path.write_text(path.name, encoding="utf-8")

    def asked() -> bool:
        calls = []

        def make() -> object:
            calls.append(1)
            return MADE

        assert kept.made_of("value", files, make) == MADE
        return bool(calls)

    return asked


def test_it_is_made_once(ask: Callable[[], bool]) -> None:
    assert [ask(), ask(), ask()] == [True, False, False]


@pytest.mark.parametrize("name", ["names.yaml", "rules.py"])
def test_it_is_made_anew_where_a_file_says_something_else(folder: Path, ask: Callable[[], bool], name: str) -> None:
    ask()
    (folder / name).write_text("another", encoding="utf-8")
    assert [ask(), ask()] == [True, False]


def test_what_stands_in_one_file_is_not_taken_for_the_other(folder: Path, ask: Callable[[], bool]) -> None:
    (folder / "names.yaml").write_text("ab", encoding="utf-8")
    (folder / "rules.py").write_text("c", encoding="utf-8")
    ask()
    (folder / "names.yaml").write_text("a", encoding="utf-8")
    (folder / "rules.py").write_text("bc", encoding="utf-8")
    assert ask()


def test_a_damaged_one_is_made_anew(folder: Path, ask: Callable[[], bool]) -> None:
    ask()
    (path,) = (folder / "__pycache__").iterdir()
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at])
        assert ask(), at
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert ask(), at
    assert not ask() and path.read_bytes() == whole


def test_where_nothing_may_be_written_it_is_made_each_time(folder: Path, ask: Callable[[], bool]) -> None:
    (folder / "__pycache__").write_text("a file in the place of the folder", encoding="utf-8")
    assert [ask(), ask()] == [True, True]


def test_one_that_is_written_is_whole_at_once_and_leaves_nothing_beside_it(
    folder: Path, ask: Callable[[], bool]
) -> None:
    ask()
    (folder / "rules.py").write_text("another", encoding="utf-8")
    ask()
    assert len(list((folder / "__pycache__").iterdir())) == 1


def test_where_it_cannot_be_put_in_place_nothing_is_left(folder: Path, ask: Callable[[], bool]) -> None:
    kept._path("value").mkdir(parents=True)
    assert [ask(), ask()] == [True, True]
    assert [path.name for path in kept._path("value").parent.iterdir()] == [kept._path("value").name]


def test_what_was_made_while_a_file_was_saved_is_not_kept(folder: Path) -> None:
    path = folder / "names.yaml"
    path.write_text("a", encoding="utf-8")

    def make() -> str:
        path.write_text("b", encoding="utf-8")
        return path.read_text(encoding="utf-8")

    assert kept.made_of("value", [path], make) == "b"
    path.write_text("a", encoding="utf-8")
    assert kept.made_of("value", [path], lambda: "made of a") == "made of a"
