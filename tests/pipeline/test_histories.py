"""Thirty seeded histories end as homes built anew (`make histories` has more); a failure names seed and commit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sources.home import REPOSITORY

pytestmark = pytest.mark.slow
SEEDS = 30


def test_homes_that_followed_their_histories_are_those_built_anew(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "tests")}
    command = [sys.executable, "-m", "histories", "--folder", str(tmp_path), "--seeds", str(SEEDS)]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    rows = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [f"seed {row['seed']} at {row['commit']}: {row['wrong']}" for row in rows if row["wrong"]] == []
    assert done.returncode == 0 and len(rows) == SEEDS, done.stderr
    assert sum(row["died"] for row in rows) and sum(row["mended"] for row in rows) > SEEDS // 2
