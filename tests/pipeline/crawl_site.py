"""A web site of our own on loopback, with the faults that real sites have, and a log of what it was asked.

What belongs here: serving. What does not: assertions. All texts are invented.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PARAGRAPH = "云州市人民政府在市人民代表大会上作工作报告，回顾过去一年的工作，提出新一年的目标和任务。"


def page(title: str, body: str = "", *, repeat: int = 12, charset: str = "utf-8") -> bytes:
    """Return an HTML page with some text of its own."""
    text = "".join(f"<p>{n}、{PARAGRAPH}</p>" for n in range(repeat))
    html = (
        f'<html><head><meta charset="{charset}"><title>{title}</title></head><body><h1>{title}</h1>{text}{body}</body>'
    )
    return f"{html}</html>".encode(charset)


@dataclass
class Answer:
    """What the site gives at a path. `act` replaces writing the body: it gets the handler."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = False
    last_modified: bool = False
    act: Callable[[Handler], None] | None = None
    #: seconds that the site takes before it answers
    delay: float = 0.0


@dataclass
class Asked:
    """One request as the site saw it."""

    path: str
    time: float
    agent: str
    conditional: bool
    status: int = 0
    sent: int = 0
    #: other requests under way when this one came
    beside: int = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def log_message(self, format: str, *args: Any) -> None:
        return

    def do_GET(self) -> None:
        asked = Asked(
            self.path,
            time.monotonic(),
            self.headers.get("User-Agent", ""),
            bool(self.headers.get("If-None-Match") or self.headers.get("If-Modified-Since")),
        )
        with self.site.lock:
            self.site.log.append(asked)
            self.site.under_way.add(self)
            # a client that broke off is not waiting, though this site may not have noticed yet
            waiting = sum(1 for handler in self.site.under_way if handler is self or not handler.left())
            asked.beside = waiting - 1
            count = sum(1 for other in self.site.log if other.path == self.path)
        try:
            self._answer(self.site.answer(self.path, count), asked)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self.ended()

    def ended(self) -> None:
        """Note that the client no longer waits; before the last byte is sent, because then it may ask again."""
        with self.site.lock:
            self.site.under_way.discard(self)

    def left(self) -> bool:
        """Return whether the client has closed the connection."""
        try:
            return self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _answer(self, answer: Answer, asked: Asked) -> None:
        if answer.act:
            asked.status = answer.status
            answer.act(self)
            return
        etag = f'"{md5(answer.body).hexdigest()}"' if answer.etag else None
        modified = formatdate(1_500_000_000, usegmt=True) if answer.last_modified else None
        same = (etag and self.headers.get("If-None-Match") == etag) or (
            modified and self.headers.get("If-Modified-Since") == modified
        )
        status, body = (304, b"") if same else (answer.status, answer.body)
        asked.status, asked.sent = status, len(body)
        time.sleep(answer.delay)
        self.send_response(status)
        self.send_header("Content-Type", answer.content_type)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        for name, value in {"ETag": etag, "Last-Modified": modified, **answer.headers}.items():
            if value:
                self.send_header(name, value)
        self.ended()
        self.end_headers()
        self.wfile.write(body)

    def start(self, length: int | None = None) -> None:
        """Send the head of a 200 answer; for `act`."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def reset(self) -> None:
        """Break the connection off with a reset."""
        self.wfile.flush()
        self.ended()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


class Site:
    """Answers by path: an Answer, or a function of how often the path was asked (from 1)."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[int], Answer]] = {}
        self.log: list[Asked] = []
        self.lock = threading.Lock()
        self.under_way: set[Handler] = set()
        self.address = ""

    def answer(self, path: str, count: int) -> Answer:
        found = self.answers.get(path)
        if found is None:
            return Answer(b"<html><body>no</body></html>", status=404)
        return found if isinstance(found, Answer) else found(count)

    @property
    def most_under_way(self) -> int:
        """The most requests that were under way at one time."""
        return max((asked.beside + 1 for asked in self.log), default=0)

    def url(self, path: str) -> str:
        return self.address + path

    def times(self, path: str) -> int:
        return sum(1 for asked in self.log if asked.path == path)

    def counts(self) -> Counter[str]:
        return Counter(asked.path for asked in self.log)


class Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that break off belong to the tests."""


@contextmanager
def serve(tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve a site on a free port of this machine (any address of 127.0.0.0/8), by TLS if a context is given."""
    site = Site()
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = Server((host, 0), handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site.address = f"http{'s' if tls else ''}://{host}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
