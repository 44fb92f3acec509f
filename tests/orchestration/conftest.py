"""An installation in a temporary folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.home.installation import Installation
from sources.home import Home
from sources.settings import Settings


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(Home(tmp_path / "home").create(), Settings())
