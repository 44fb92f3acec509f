"""Starting the dashboard's server in this process: a folder with the entry script and the font, Streamlit's settings.

What belongs here: everything between the command line and the first page. What does not: the pages.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from importlib import import_module
from pathlib import Path

from orchestration.home.fonts import ON_SCREEN
from sources.fonts import font_file
from sources.home import ENV_HOME, Home

ENTRY = "from dashboard.app import main\n\nmain()\n"


def serve(home: Home, host: str, port: int) -> None:
    """Serve the dashboard of this home until it is interrupted."""
    from streamlit.web import cli

    os.environ[ENV_HOME] = str(home.root)
    threading.Thread(target=make_ready, args=(home,), name="make-ready", daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="baogao-dashboard-") as name:
        entry = lay_out(Path(name))
        cli.main(["run", str(entry), *settings(host, port)], standalone_mode=False)


def make_ready(home: Home) -> None:
    """Load the pages and open the release as soon as the server stands, while the first browser still loads."""
    import duckdb
    from streamlit import runtime

    # not before: what is loaded without a server can keep no answers
    while not runtime.exists():
        time.sleep(0.02)
    import_module("dashboard.app")
    from dashboard import store, texts, view

    served = store.served_store(home)
    if served is None:
        return
    try:
        for language in texts.LANGUAGES:
            view.region_list(served, language)
            view.indicator_list(served, language)
    except (duckdb.Error, store.ReleaseGoneError):
        pass  # the page says it, in words


def lay_out(folder: Path) -> Path:
    """Put the entry script and, where Streamlit serves files from, the font into a folder; return the script."""
    entry = folder / "dashboard.py"
    entry.write_text(ENTRY, encoding="utf-8")
    static = folder / "static"
    static.mkdir()
    source = font_file()
    # a copy: Streamlit refuses to serve what a link leads out of the folder
    shutil.copyfile(source, static / source.name)
    return entry


def settings(host: str, port: int) -> list[str]:
    """Return Streamlit's settings as flags, so that no file of the user's home decides them."""
    chosen = {
        "server.address": host,
        "server.port": port,
        "server.headless": "true",
        "server.enableStaticServing": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "theme.base": "light",
        "theme.primaryColor": "#1d4ed8",
        "theme.font": ON_SCREEN,
        "logger.level": "warning",
    }
    return [f"--{name}={value}" for name, value in chosen.items()]
