"""The sample's web site on loopback: ``with serve() as base_url: …``.

What belongs here: serving a folder with robots.txt, ETag, Last-Modified and 304, and rewriting the sample's catalogue
to the server's address. What does not: what is in the folder (``build``).
"""

from __future__ import annotations

import csv
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

HERE = Path(__file__).parent
SITE = HERE / "site"
CATALOGUE = HERE / "catalogue.csv"
HOST = "127.0.0.1"
#: the same from run to run, so that a second run finds the same addresses
PORT = 48990
#: no charset on purpose: what the page declares, rightly or wrongly, is all that a reader gets
CONTENT_TYPES = {
    ".html": "text/html",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True)
class Request:
    """One request as the server saw it."""

    method: str
    path: str
    status: int
    user_agent: str


@contextmanager
def serve(folder: Path = SITE, port: int = PORT, log: list[Request] | None = None) -> Iterator[str]:
    """Serve `folder` on 127.0.0.1 while the context is open; give the address, without a slash at its end.

    `port` 0 takes any free one; another port that is taken gives way to a free one too. Requests are appended to `log`.
    Raises FileNotFoundError if the folder is not there.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not there: build it with `python -m samples.build`")
    handler = type("Handler", (_Handler,), {"folder": folder.resolve(), "log": [] if log is None else log})
    try:
        server = ThreadingHTTPServer((HOST, port), handler)
    except OSError:
        server = ThreadingHTTPServer((HOST, 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


class _Handler(BaseHTTPRequestHandler):
    folder: Path
    log: list[Request]
    protocol_version = "HTTP/1.1"
    # head and body in one packet: else each answer waits 40 ms for the client's delayed acknowledgement
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, body: bool) -> None:
        path = (self.folder / unquote(urlsplit(self.path).path).lstrip("/")).resolve()
        if not path.is_relative_to(self.folder) or not path.is_file():
            page = "<html><head><title>404</title></head><body>您访问的页面不存在或已被删除</body></html>".encode()
            self._send(
                HTTPStatus.NOT_FOUND, {"Content-Type": "text/html; charset=utf-8"}, page if body else b"", len(page)
            )
            return
        data, changed = path.read_bytes(), path.stat().st_mtime
        headers = {
            "ETag": f'"{hashlib.sha256(data).hexdigest()[:20]}"',
            "Last-Modified": formatdate(changed, usegmt=True),
        }
        if self._unchanged(headers["ETag"], changed):
            self._send(HTTPStatus.NOT_MODIFIED, headers, b"", None)
            return
        headers["Content-Type"] = CONTENT_TYPES.get(path.suffix, "application/octet-stream")
        self._send(HTTPStatus.OK, headers, data if body else b"", len(data))

    def _unchanged(self, etag: str, changed: float) -> bool:
        """If-None-Match, where it is sent, alone decides (RFC 9110, 13.1.3)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        if since is None:
            return False
        try:
            return int(changed) <= parsedate_to_datetime(since).timestamp()
        except (TypeError, ValueError):
            return False

    def _send(self, status: HTTPStatus, headers: dict[str, str], data: bytes, length: int | None) -> None:
        self.log.append(Request(self.command, self.path, status.value, self.headers.get("User-Agent", "")))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: `log` holds the requests."""


def sample_catalogue(base_url: str, target: Path) -> Path:
    """Write the sample's catalogue to `target` with every location on the server at `base_url`; return `target`."""
    with CATALOGUE.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        columns = list(reader.fieldnames or ())
        rows = [{**row, "location": f"{base_url}/{row['location'].removeprefix('site/')}"} for row in reader]
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return target
