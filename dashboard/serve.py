"""Starting the dashboard's server in this process: a folder with the entry script and the font, Streamlit's settings.

What belongs here: everything between the command line and the first page. What does not: the pages.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from orchestration.home.fonts import ON_SCREEN
from sources.fonts import font_file
from sources.home import ENV_HOME, Home

LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: addresses that stand for all of a machine's
ANY_ADDRESS = ("0.0.0.0", "::", "")
ENTRY = "from dashboard.app import main\n\nmain()\n"


def serve(home: Home, host: str, port: int, names: Sequence[str] = ()) -> None:
    """Serve the dashboard of this home until it is interrupted; `names`: host names by which a proxy shows it."""
    from streamlit.web import cli

    ask_nobody()
    os.environ[ENV_HOME] = str(home.root)
    threading.Thread(target=make_ready, args=(home,), name="make-ready", daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="baogao-dashboard-") as name:
        entry = lay_out(Path(name))
        cli.main(["run", str(entry), *settings(host, port, names)], standalone_mode=False)


def ask_nobody() -> None:
    """Keep Streamlit from asking services on the internet for this machine's address.

    It does so at the first page of another origin that knocks, in the loop that serves everybody, to let pages in that
    come from that address; here none is let in.
    """
    from streamlit import net_util

    vars(net_util).update(_external_ip="", _internal_ip="127.0.0.1")


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


def hosts(host: str, names: Sequence[str]) -> list[str]:
    """Return the host names by which it answers: any, where it listens on all addresses and none is named."""
    if host in ANY_ADDRESS and not names:
        return ["*"]
    return [*LOOPBACK, *names, *([] if host in (*ANY_ADDRESS, *LOOPBACK) else [host])]


def settings(host: str, port: int, names: Sequence[str] = ()) -> list[str]:
    """Return Streamlit's settings as flags, so that no file of the user's home decides them."""
    chosen = {
        "server.address": host,
        "server.port": port,
        "server.headless": "true",
        "server.enableStaticServing": "true",
        "server.fileWatcherType": "none",
        "server.enableCORS": "true",
        "server.enableXsrfProtection": "true",
        "browser.serverAddress": names[0] if names else "localhost" if host in ANY_ADDRESS else host,
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "theme.base": "light",
        "theme.primaryColor": "#1d4ed8",
        "theme.font": ON_SCREEN,
        "logger.level": "warning",
    }
    # no other name that leads to this machine opens it: a page could have one made for it
    allowed = [("server.allowedHosts", name) for name in hosts(host, names)]
    # a proxy may put its own name for us into Host
    allowed += [("server.corsAllowedOrigins", f"{scheme}://{name}") for name in names for scheme in ("http", "https")]
    return [f"--{name}={value}" for name, value in (*chosen.items(), *allowed)]
