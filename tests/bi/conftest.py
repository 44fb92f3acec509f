"""What the acceptance tests of BI tools share: the sample's published release, and a Superset that reads it.

`make test-bi` runs them. BAOGAO_BI_HOME names a home of the sample that is already built; it is copied, not touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import superset_server

from sources.home import Home

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = pytest.mark.skip(reason="Superset is not installed in .venv-bi: make test-bi")
    for item in items:
        if HERE in Path(str(item.path)).parents:
            item.add_marker(pytest.mark.slow)
            if "superset" in getattr(item, "fixturenames", ()) and not superset_server.SUPERSET.is_file():
                item.add_marker(missing)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The sample, run from its pages to a published release."""
    root = tmp_path_factory.mktemp("bi") / "home"
    if built := os.environ.get("BAOGAO_BI_HOME"):
        shutil.copytree(built, root, symlinks=True)
    else:
        command = [sys.executable, "-m", "orchestration.cli", "run", "--sample", "--home", str(root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return Home(root)


@pytest.fixture(scope="session")
def superset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[superset_server.Superset]:
    with superset_server.serve(tmp_path_factory.mktemp("superset")) as server:
        yield server
