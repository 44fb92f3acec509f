"""`baogao dashboard`: look at the published release in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.options import HomeOption


def register(app: typer.Typer) -> None:
    app.command("dashboard", help="Look at the published release in a browser: series, places, coverage, sentences.")(
        dashboard
    )


def dashboard(
    home: HomeOption = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on")] = 8501,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the browser as well")] = False,
) -> None:
    """Serve charts of the published release, each number with its sentence; end with Ctrl-C."""
    import socket

    from dashboard.serve import serve
    from orchestration.home.releases import served_id
    from sources.home import find_home

    found = find_home(home)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UserError(
                f"can't listen on {host} port {port}: {error.strerror}; name another one: --port {port + 1}"
            ) from error
    release = served_id(found)
    address = f"http://{host}:{port}"
    told = f"release {release}" if release else "nothing published yet; the page says what to do"
    typer.echo(f"dashboard of {found.root} ({told}) at {address} (Ctrl-C ends it)")
    if open_browser:
        import threading
        import webbrowser

        threading.Timer(2.0, webbrowser.open, [address]).start()
    serve(found, host, port)
