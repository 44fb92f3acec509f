"""An installation in a temporary folder; what a process tells to which several machines are hidden."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import bare_machine as bare
import pytest

from orchestration.home.installation import Installation
from sources.home import REPOSITORY, Home
from sources.settings import Settings


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(Home(tmp_path / "home").create(), Settings())


@pytest.fixture(scope="session")
def bare_machine(once: Callable[..., Path]) -> list[str]:
    """What ``bare_machine.py`` prints, by line."""

    def make(folder: Path) -> None:
        command = [sys.executable, str(Path(bare.__file__))]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        (folder / "told.txt").write_text(done.stdout, encoding="utf-8")

    return (once("bare machine", make) / "told.txt").read_text(encoding="utf-8").splitlines()
