"""`baogao mcp`: the served release for assistants, over the Model Context Protocol.

What belongs here: arguments, which release. What does not: questions and protocol (``orchestration/answers``).
"""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from orchestration.cli.citing import store_called
from orchestration.cli.errors import UserError
from orchestration.cli.looking import fetched_home
from orchestration.cli.options import HomeOption
from orchestration.cli.saying import echo
from sources.settings import load_settings


def mcp(
    http: Annotated[
        str | None,
        typer.Option("--http", metavar="HOST:PORT", help="Serve http://HOST:PORT/mcp [default: stdin, stdout]"),
    ] = None,
    release: Annotated[
        str | None,
        typer.Option("--release", metavar="ID", help="Ask this release [default: the one served when asked]"),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Answer assistants' questions about the served release: values with sentences, and why there is none."""
    from orchestration.answers.places import called, register_of
    from orchestration.answers.server import make_server, serve_http

    host, _, port = (http or "127.0.0.1:8765").rpartition(":")
    if not (host and port.isdigit() and 0 < int(port) < 65536):
        raise UserError("--http {http}: give an address and a port, such as 127.0.0.1:8765", http=http)
    looked_at = fetched_home(home, follow=True)
    store = store_called(looked_at, release)
    # names in Latin letters take a second, which nobody need wait for
    threading.Thread(target=lambda: called(register_of(store), "latin"), daemon=True).start()
    server = make_server(lambda: store_called(looked_at, release))
    if http is None:
        server.run("stdio")
        return
    echo(f"release {store.release} of {looked_at.root} at http://{host}:{port}/mcp (Ctrl-C ends it)", err=True)
    serve_http(server, host.strip("[]"), int(port), load_settings(looked_at).serve.names)
