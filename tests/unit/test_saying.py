"""What a command says where it is to be quiet."""

from __future__ import annotations

import pytest
from command_line import baogao

from orchestration.cli.progress import bars
from orchestration.cli.saying import echo, quietly


def test_quiet_is_all_but_what_went_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    def say() -> tuple[str, str]:
        echo("published: release r")
        echo("loading …", err=True, progress=True)
        echo("failed: a step", err=True)
        with bars({"reports": "reading"}) as listener:
            listener("reports", 1, 2)
        return capsys.readouterr()

    out, err = say()
    assert "published" in out and "loading" in err and "reading" in err
    with quietly():
        assert say() == ("", "failed: a step\n")
    assert "published" in say()[0], "for the length of the block"


def test_a_plan_is_there_to_be_printed() -> None:
    done = baogao("run", "--plan", "--quiet")
    assert done.code == 1 and "leave out --quiet" in done.err
