"""What the guard before Dagster's web server lets through: its own pages and programs of its machine."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from orchestration.cockpit.guard import Guard

JSON = ("content-type", "application/json; charset=utf-8")
OWN = (("host", "127.0.0.1:3000"), ("origin", "http://127.0.0.1:3000"))


def ask(*headers: tuple[str, str], kind: str = "http", method: str = "POST", path: str = "/graphql", query: str = "",
        host: str = "127.0.0.1", names: tuple[str, ...] = ()) -> int:  # fmt: skip
    """Return the status of the answer; 101 where a WebSocket is accepted."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200} if kind == "http" else {"type": "websocket.accept"})

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    asyncio.run(Guard(app, host, names)(scope, receive, send))
    if kind == "websocket":
        return 101 if sent[0]["type"] == "websocket.accept" else 403
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    ("headers", "more"),
    [
        ((("host", "127.0.0.1:3000"), ("origin", "http://evil.example"), JSON), {}),
        ((("host", "127.0.0.1:3000"), ("origin", "null"), JSON), {}),
        ((("host", "127.0.0.1:3000"), ("origin", "http://127.0.0.1:4000"), JSON), {}),
        ((("host", "127.0.0.1:3000"), ("content-type", "text/plain")), {}),
        ((("host", "127.0.0.1:3000"),), {}),
        ((("host", "evil.example:3000"), JSON), {}),
        ((("host", "evil.example"), ("origin", "http://evil.example"), JSON), {}),
        ((("host", "127.0.0.1.evil.example"), JSON), {}),
        ((JSON,), {}),
        ((("host", "127.0.0.1:3000"), ("host", "evil.example"), JSON), {}),
        ((("host", "evil.example"),), {"method": "GET", "path": "/"}),
        ((("host", "127.0.0.1:3000"),), {"method": "GET", "query": "query=mutation{x}"}),
        ((("host", "127.0.0.1:3000"),), {"method": "GET", "query": "query="}),
        ((("host", "localhost"), ("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "image")), {"method": "GET"}),
        ((("host", "localhost"), ("sec-fetch-site", "same-site"), ("sec-fetch-dest", "iframe")), {"method": "GET"}),
        ((("host", "127.0.0.1:3000"), ("origin", "http://evil.example")), {"kind": "websocket"}),
        ((("host", "evil.example:3000"), ("origin", "http://evil.example:3000")), {"kind": "websocket"}),
        ((("host", "evil.example"), JSON), {"host": "0.0.0.0"}),
        ((("host", "127.0.0.1:3000"), ("origin", "https://other.example.org"), JSON), {"names": ("baogao.example",)}),
    ],
)
def test_a_foreign_page_is_refused(headers: tuple[tuple[str, str], ...], more: dict[str, Any]) -> None:
    assert ask(*headers, **more) == 403


@pytest.mark.parametrize(
    ("headers", "more"),
    [
        ((*OWN, JSON), {}),
        ((*OWN,), {"method": "GET", "path": "/runs", "query": "q=tag"}),
        ((("host", "127.0.0.1:3000"), JSON), {}),  # a program
        ((("host", "LOCALHOST:8080"), ("origin", "http://localhost:8080"), JSON), {}),  # through a tunnel
        ((("host", "[::1]:3000"), ("origin", "http://[::1]:3000"), JSON), {}),
        ((("host", "localhost"), ("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document")), {"method": "GET"}),
        ((*OWN,), {"kind": "websocket"}),
        ((("host", "127.0.0.1:3000"),), {"kind": "websocket"}),
        ((("host", "10.0.0.7:3000"), ("origin", "http://10.0.0.7:3000"), JSON), {"host": "0.0.0.0"}),
        ((("host", "baogao.example"), ("origin", "https://baogao.example"), JSON), {"names": ("baogao.example",)}),
        ((("host", "baogao.example:443"), ("origin", "https://baogao.example"), JSON), {"names": ("Baogao.example",)}),
        # a proxy that puts its own name for us into Host
        ((("host", "127.0.0.1:3000"), ("origin", "https://baogao.example"), JSON), {"names": ("baogao.example",)}),
        ((("host", "127.0.0.1:3000"), ("origin", "https://baogao.example")),
         {"names": ("baogao.example",), "kind": "websocket"}),
    ],
)  # fmt: skip
def test_its_own_pages_and_programs_get_their_answer(
    headers: tuple[tuple[str, str], ...], more: dict[str, Any]
) -> None:
    assert ask(*headers, **more) == (101 if more.get("kind") == "websocket" else 200)
