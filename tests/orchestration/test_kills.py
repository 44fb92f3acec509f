"""Publication killed at points spread over it: a reader is served whole releases only, and the next one is as ever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from sources.home import REPOSITORY


def test_publication_may_be_killed_at_any_moment(tmp_path: Path) -> None:
    folders = [REPOSITORY / "tests", REPOSITORY / "tests" / "orchestration", REPOSITORY]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))}
    command = [sys.executable, "-m", "faults.publishing", str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(kills) >= 10
    assert all(kill["killed"] for kill in kills[:8])
    assert [kill for kill in kills if kill["wrong"]] == []
    # before the link is renamed readers have the former release, afterwards the new one
    served = [kill["served"] for kill in kills[:8]]
    assert set(served) <= {5e10, 6e10} and served == sorted(served) and served[0] == 5e10
