"""Pages of the dashboard drawn without a browser, over the release of the fixture `home` (``conftest.py``)."""

from __future__ import annotations

import shutil

import duckdb
from published_world import FIRST
from streamlit.testing.v1 import AppTest

from orchestration.release import sampling
from sources.home import Home
from sources.lake import Lake
from sources.quality import audits

DRAW = """
from dashboard import app
from dashboard.texts import Texts
from sources.home import find_home
app.page_function({page!r}, app.PAGES[{page!r}], find_home(), Texts({language!r}))()
"""


def page(name: str, language: str = "en", **address: str) -> AppTest:
    app = AppTest.from_string(DRAW.format(page=name, language=language), default_timeout=60)
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def markup(app: AppTest) -> str:
    return "\n".join(str(e.proto.body) for e in app.get("html"))


def sampled(home: Home, cells: int, seed: int, where: str = "") -> audits.Draw:
    """Draw from a copy of the release: the pages hold the file itself open in their own way."""
    copy = home.root / "drawn.duckdb"
    shutil.copyfile(home.published_database, copy)
    with duckdb.connect(str(copy), read_only=True) as connection:
        return sampling.draw(connection, Lake(str(home.lake)), FIRST, cells=cells, places=5, seed=seed, where=where)
