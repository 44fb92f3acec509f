"""`extract` and `explain` read a file in a process that may be ended, under the limits of a run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import typer

from orchestration.cli import extracting
from orchestration.cli.errors import UserError
from sources import files
from sources.files import Reading, UnreadFileError, read_file, read_files
from sources.home import REPOSITORY

SOUND = REPOSITORY / "samples" / "reports" / "990100_2022.txt"


def attempt(task: tuple[Path, int | None, str | None]) -> Any:
    """Runs in the process: a file called hang or eat does so."""
    if task[0].name == "hang":
        time.sleep(600)
    if task[0].name == "eat":
        return len(bytearray(3_000_000_000))
    try:
        return read_file(*task)
    except UnreadFileError as error:
        return error


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_attempt", attempt)
    monkeypatch.setattr(files, "_seconds", lambda task: 2.0 if task[0].name == "hang" else 120.0)


def test_a_file_that_hangs_or_exhausts_memory_is_told_and_the_others_are_read() -> None:
    paths = [Path("hang"), Path("eat"), Path("missing.txt"), SOUND]
    found = dict(read_files(paths))
    assert list(found) == paths
    told = [str(found[path]) for path in paths[:3]]
    assert "more than 2 s" in told[0] and "more than 1000 MB" in told[1] and "no such file" in told[2]
    assert all(isinstance(found[path], UnreadFileError) for path in paths[:3])
    (report,) = found[SOUND]
    assert isinstance(report, Reading) and len(report.observations) > 20
    assert report.observations == read_file(SOUND)[0].observations


def test_the_commands_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "eat").touch()
    with pytest.raises(typer.Exit):
        extracting.extract([tmp_path / "eat"])
    assert "could not be worked through" in capsys.readouterr().err
    with pytest.raises(UserError, match="could not be worked through: it needed more than 1000 MB"):
        extracting.explain(str(tmp_path / "eat"))
