"""A dashboard in a process of its own, and a browser that reads it: start, choose, click."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright

from sources.home import REPOSITORY, Home

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_MS = 30_000
PAUSE_MS = 300
#: the script of the page has run to its end
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
MARK = ".mark-symbol.role-mark path"
#: marks of any chart that bear a title
MARKS = ".vega-embed svg [role=graphics-symbol][aria-roledescription]:not([class*=role-])"
FONTCONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>{0}/cache</cachedir></fontconfig>
"""


@contextmanager
def serving(home: Home) -> Iterator[str]:
    """Serve the dashboard of a home while the block runs; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "orchestration.cli", "dashboard", "--home", str(home.root), "--port", str(port)]
    server = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:  # refused, or on a busy machine not in time
            assert server.poll() is None, server.stdout.read().decode() if server.stdout else "the server ended"
            time.sleep(0.1)
    raise AssertionError("the dashboard did not start")


@contextmanager
def browsing(playwright: Playwright, fonts: Path | None = None) -> Iterator[Page]:
    """Open a page in a headless Chromium; with `fonts` (an empty folder) on a machine that has no Chinese font."""
    executable = next((path for path in map(shutil.which, CHROMIUMS) if path), None)
    if executable is None:
        pytest.skip(f"no browser: none of {', '.join(CHROMIUMS)} is installed")
    environment = dict(os.environ)
    if fonts:
        (fonts / "fonts.conf").write_text(FONTCONFIG.format(fonts), encoding="utf-8")
        environment["FONTCONFIG_FILE"] = str(fonts / "fonts.conf")
    browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"], env=environment)
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
    page.set_default_timeout(PATIENCE_MS)
    yield page
    browser.close()


def settle(page: Page) -> None:
    """Wait until the script of the page has run to its end, and stays so."""
    for _ in range(2):
        page.wait_for_timeout(PAUSE_MS)
        page.locator(SETTLED).wait_for()


def choose(page: Page, label: str, typed: str) -> None:
    """Choose in a select box what the typed letters find first."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(typed)
    page.get_by_role("option").filter(has_text=typed).first.click()
    if page.get_by_role("option").count():  # a box of several stays open, and hides all else from a reader by keyboard
        page.keyboard.press("Escape")


def options_of(page: Page, label: str) -> list[str]:
    """Return the options of a select box as they are listed."""
    page.get_by_role("combobox", name=label).first.click()
    page.get_by_role("option").first.wait_for()
    return page.get_by_role("option").all_inner_texts()


def click_mark(page: Page, number: int) -> None:
    """Click the mark of that number in the chart."""
    click(page, page.locator(MARK).nth(number))


def click(page: Page, mark: Locator) -> None:
    """Click a mark of a chart once the page has settled: until then it may be drawn anew."""
    stood = None
    for _ in range(PATIENCE_MS // PAUSE_MS):
        page.locator(SETTLED).wait_for()
        mark.wait_for()
        box = mark.bounding_box()
        if box and box == stood:
            break
        stood = box
        page.wait_for_timeout(PAUSE_MS)
    assert stood, "the mark never stood still"
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def cut_labels(page: Page) -> list[str]:
    """Return the words of charts that reach over the edge of their picture."""
    cut: list[str] = page.evaluate("""() => [...document.querySelectorAll('.vega-embed svg')].flatMap(svg => {
        const edge = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].filter(text => {
            const box = text.getBoundingClientRect();
            return box.width && (box.left < edge.left - 1 || box.right > edge.right + 1);
        }).map(text => text.textContent);
    })""")
    return cut


def downloaded(page: Page, kind: str) -> tuple[str, bytes]:
    """Press the button for csv, xlsx or png; return the name and content of the file."""
    settle(page)  # a button that is being drawn anew takes no press
    with page.expect_download() as download:
        page.locator(f".st-key-download_{kind} button").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()
