"""Notes of a home: what is written is read back, what is damaged says nothing, what a killed process left goes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.cockpit.sweep import SWEEP, Sweep
from orchestration.home.care import VERIFIED, Sound, mend
from orchestration.home.installation import open_installation
from orchestration.home.note import Note, replacing
from orchestration.home.releases import ROLLBACK, Rollback
from orchestration.release.refusals import ATTEMPT, Attempt
from orchestration.warehouse.builds import BUILD, Build
from sources.home import Home

NOTES = {
    BUILD: Build("inputs", "2026-11-28T16:00:00+00:00", 3, [{"name": "a_test", "failures": 2, "message": None}]),
    ATTEMPT: Attempt("2026-11-28T16:00:00+00:00", "20261128T160000Z", ("a verdict",), ({"n_failed": 1},)),
    ROLLBACK: Rollback("20261127T160000Z", "20261128T160000Z", "inputs"),
    SWEEP: Sweep(datetime(2026, 11, 28, 16, tzinfo=UTC)),
    VERIFIED: Sound("a hash", {"/home/lake/reports/2023/990000.parquet": [100, 1764345600000000000]}),
}


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.name)
def test_what_was_noted_is_read_back_and_damage_means_that_nobody_knows(note: Note[object], tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert note.read(home) is None
    note.write(home, NOTES[note])
    assert note.read(home) == NOTES[note]
    whole = (tmp_path / note.name).read_bytes()
    for damaged in (whole[:-3], b"", b"[]", b"\xff"):
        (tmp_path / note.name).write_bytes(damaged)
        assert note.read(home) is None
    assert [path.name for path in tmp_path.iterdir()] == [note.name]


def test_notes_of_homes_there_are_have_the_same_form(tmp_path: Path) -> None:
    (tmp_path / "sweep.json").write_text('{"declared": "2026-11-28T16:00:00+00:00"}')
    (tmp_path / "rolled_back.json").write_text('{"serves": "b", "left": "c", "inputs": null}')
    assert SWEEP.read(Home(tmp_path)) == NOTES[SWEEP]
    assert ROLLBACK.read(Home(tmp_path)) == Rollback("b", "c")
    (tmp_path / "rolled_back.json").write_text("{}")
    assert ROLLBACK.read(Home(tmp_path)) == Rollback()


def test_who_is_killed_while_writing_leaves_the_former_note_and_what_it_left_goes(tmp_path: Path) -> None:
    installation = open_installation(tmp_path)
    for note in NOTES:
        note.write(installation.home, NOTES[note])
        with pytest.raises(KeyboardInterrupt), replacing(tmp_path / note.name) as temporary:
            temporary.write_text("{")
            raise KeyboardInterrupt
        assert note.read(installation.home) == NOTES[note]
    left = set(tmp_path.glob(".*.json.*"))
    assert len(left) == len(NOTES)
    mend(installation)
    assert not any(path.exists() for path in left)
