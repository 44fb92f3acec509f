"""The sample's server behaves as a site does: robots, conditional requests, 404, no way out of its folder."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from samples.serve import SITE, Request, sample_catalogue, serve
from sources.registry.catalogue import read_catalogue

PAGE = "/990100/990100_2021.html"


class Client:
    """A client without manners of its own: no redirects, no cache."""

    def __init__(self, base_url: str) -> None:
        self.netloc = urlsplit(base_url).netloc

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(self.netloc, timeout=5)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()


@pytest.fixture
def log() -> list[Request]:
    return []


@pytest.fixture
def client(log: list[Request]) -> Iterator[Client]:
    with serve(port=0, log=log) as base_url:
        yield Client(base_url)


def test_page_is_served_as_it_lies_in_the_folder(client: Client) -> None:
    response, body = client.get(PAGE)
    assert response.status == 200
    assert body == (SITE / PAGE.lstrip("/")).read_bytes()
    assert response.headers["Content-Type"] == "text/html"


def test_unchanged_page_is_not_sent_again(client: Client, log: list[Request]) -> None:
    response, _ = client.get(PAGE)
    again, body = client.get(PAGE, If_None_Match=response.headers["ETag"])
    assert (again.status, body) == (304, b"")
    since, body = client.get(PAGE, If_Modified_Since=response.headers["Last-Modified"])
    assert (since.status, body) == (304, b"")
    other, body = client.get(PAGE, If_None_Match='"another"', If_Modified_Since=response.headers["Last-Modified"])
    assert other.status == 200
    assert body
    assert [request.status for request in log] == [200, 304, 304, 200]


def test_head_has_no_body(client: Client) -> None:
    response, body = client.get(PAGE, method="HEAD")
    assert (response.status, body) == (200, b"")
    assert int(response.headers["Content-Length"]) == (SITE / PAGE.lstrip("/")).stat().st_size


@pytest.mark.parametrize("path", ["/990300/990300_2020.html", "/../catalogue.csv", "/%2e%2e/catalogue.csv", "/990100"])
def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    response, body = client.get(path)
    assert response.status == 404
    assert "不存在" in body.decode()


def test_robots(client: Client) -> None:
    response, body = client.get("/robots.txt")
    assert response.status == 200
    assert b"Disallow: /private/" in body


def test_a_taken_port_gives_way() -> None:
    with serve(port=0) as first:
        port = urlsplit(first).port
        assert port is not None
        with serve(port=port) as second:
            assert second != first


def test_every_address_of_the_catalogue_is_served_but_the_dead_one(client: Client, tmp_path: Path) -> None:
    target = sample_catalogue(f"http://{client.netloc}", tmp_path / "catalogue.csv")
    catalogue = read_catalogue(target)
    assert catalogue.problems == ()
    found = {entry.location: client.get(urlsplit(entry.location).path)[0].status for entry in catalogue.entries}
    assert [urlsplit(location).path for location, status in found.items() if status != 200] == [
        "/990300/990300_2020.html"
    ]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="is not there: build it"), serve(tmp_path / "none"):
        pass
