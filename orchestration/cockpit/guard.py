"""Before Dagster's web server: it answers its own pages and programs of its own machine, and no page from elsewhere.

Any page open in a browser may send requests to 127.0.0.1. It can't read the answer, but a mutation needs none; and by a
name of its own that leads to this machine it reads too. So three things must be true of each request: it is for a host
name that is ours, a page that sent it is ours, and what changes something is JSON, which no foreign page can send
without asking first. What does not belong here: who somebody is (a proxy's work), Dagster.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: addresses that stand for all of a machine's
_ANY = ("0.0.0.0", "::", "")
_PORT = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
_READING = ("GET", "HEAD")
_REMEDY = (
    "It is open to its own pages only. Behind a proxy name its public host: [serve] names in baogao.toml, and have the "
    "proxy pass Host and Origin on."
)


class Guard:
    """An ASGI application around another, see the module.

    `host` is the address that the server listens on; on one that stands for all of the machine's it is known by each of
    its addresses. `names` are further host names, without a port.
    """

    def __init__(self, app: App, host: str, names: Iterable[str] = ()) -> None:
        self.app = app
        self.names = frozenset(name.lower().rstrip(".") for name in (*LOOPBACK, host, *names) if name not in _ANY)
        self.public = frozenset(name.lower().rstrip(".") for name in names)
        self.any_address = host in _ANY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        why = self.refuses(scope) if scope["type"] in ("http", "websocket") else None
        if why is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the server answers 403
        else:
            body = f"{why}. {_REMEDY}\n".encode()
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    def refuses(self, scope: Scope) -> str | None:
        """Return why the request of an ASGI `scope` is refused, None where it is not."""
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        hosts, origins = headers.get("host", []), headers.get("origin", [])
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return "This server is not known by that host name"
        if len(origins) > 1 or (origins and not self._is_own(origins[0], hosts[0])):
            return "A page of another origin may not ask this server"
        if scope["type"] == "websocket":
            return None
        method = scope["method"]
        site, dest = headers.get("sec-fetch-site", ["none"])[0], headers.get("sec-fetch-dest", [""])[0]
        # a link from elsewhere may lead here; a picture, a script or a frame may not
        if site not in ("same-origin", "none") and not (method in _READING and dest == "document"):
            return "A page of another origin may not ask this server"
        if method in _READING:
            # a query in an address would run a mutation too, and a link or a picture is enough to ask for it
            asked = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            return "A query goes by POST" if "query" in asked and _is_graphql(scope["path"]) else None
        kind = headers.get("content-type", [""])[0].partition(";")[0].strip().lower()
        return None if kind == "application/json" else "What changes something must be sent as application/json"

    def _is_ours(self, authority: str) -> bool:
        name = _name(authority)
        if name in self.names:
            return True
        if not self.any_address:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _is_own(self, origin: str, host: str) -> bool:
        """Whether a page at `origin` came from here: from the same host and port, or over the proxy."""
        split = urlsplit(origin)
        if split.scheme not in _PORT or not split.netloc:
            return False
        default = _PORT[split.scheme]
        if split.netloc.lower().removesuffix(f":{default}") == host.lower().removesuffix(f":{default}"):
            return True
        return _name(split.netloc) in self.public


def _is_graphql(path: str) -> bool:
    return path.rstrip("/").endswith("/graphql")


def _name(authority: str) -> str:
    """Return the host name of "name:port" or "[address]:port", in lower case."""
    try:
        return (urlsplit(f"//{authority}").hostname or "").rstrip(".")
    except ValueError:
        return ""
