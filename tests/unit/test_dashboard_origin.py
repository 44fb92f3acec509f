"""The dashboard's server opens its WebSocket to its own pages, by its own names, and asks nobody on the internet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard import serve

requests = pytest.importorskip("requests")
config = pytest.importorskip("streamlit.config")


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from streamlit import net_util

    for name in ("_external_ip", "_internal_ip"):
        monkeypatch.setattr(net_util, name, None)
    monkeypatch.setattr(requests, "get", lambda *_, **__: pytest.fail("an outside address was asked"))
    serve.ask_nobody()
    former = {name: config.get_option(name) for name in ("server.allowedHosts", "server.corsAllowedOrigins")}
    yield
    for name, value in former.items():
        config.set_option(name, value)


def opens(origin: str | None, host: str, *, listens: str = "127.0.0.1", names: tuple[str, ...] = ()) -> bool:
    """Whether Streamlit accepts a WebSocket under the settings that we start it with."""
    from streamlit.web.server.starlette import starlette_websocket

    given = [flag.removeprefix("--").partition("=") for flag in serve.settings(listens, 8501, names)]
    for option in ("server.allowedHosts", "server.corsAllowedOrigins"):
        config.set_option(option, [value for name, _, value in given if name == option])
    return bool(starlette_websocket._is_origin_allowed(origin, host))


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://elsewhere.example", "127.0.0.1:8501"),
        ("http://elsewhere.example:8501", "elsewhere.example:8501"),  # a name of its own that leads here
        (None, "elsewhere.example"),
        ("null", "127.0.0.1:8501"),
    ],
)
def test_a_foreign_page_is_refused(origin: str | None, host: str) -> None:
    assert not opens(origin, host)
    assert not opens(origin, host, names=("baogao.example",))


def test_its_own_pages_are_let_in() -> None:
    assert opens("http://127.0.0.1:8501", "127.0.0.1:8501")
    assert opens("http://localhost:9000", "localhost:9000")  # through a tunnel
    assert opens("http://10.0.0.7:8501", "10.0.0.7:8501", listens="0.0.0.0")
    assert opens("http://10.0.0.7:8501", "10.0.0.7:8501", listens="10.0.0.7")
    assert opens("https://baogao.example", "baogao.example", names=("baogao.example",))
    assert opens("https://baogao.example", "127.0.0.1:8501", names=("baogao.example",))
    assert not opens("https://other.example", "other.example", listens="0.0.0.0", names=("baogao.example",))


def test_where_it_listens_decides_by_which_names_it_answers() -> None:
    assert serve.hosts("127.0.0.1", ()) == ["127.0.0.1", "localhost", "::1"]
    assert serve.hosts("0.0.0.0", ()) == ["*"]
    assert serve.hosts("0.0.0.0", ("a.example",)) == ["127.0.0.1", "localhost", "::1", "a.example"]
