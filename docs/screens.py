"""Retakes the pictures of the dashboard and of the pages in docs/images: `make screens`, over the bundled sample.

What belongs here: what is clicked before each picture. What does not: the dashboard, the pages.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
WIDTH = 1280
PORT = 8599
PAUSE_MS = 300
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
MARKS = ".mark-symbol.role-mark path, .mark-rect.role-mark path"


def click_mark(page: Page, number: int) -> None:
    """Click a mark once it stands still: a chart that is still being drawn loses the click."""
    mark = page.locator(MARKS).nth(number)
    box, stood = None, {}
    while box is None or box != stood:
        stood = box or {}
        page.wait_for_timeout(PAUSE_MS)
        page.locator(SETTLED).wait_for()
        box = mark.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".st-key-proof, .st-key-reason").first.wait_for()
    page.mouse.move(5, 600)


def nothing(page: Page) -> None:
    page.locator(".vega-embed svg").first.wait_for()


SCREENS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "dashboard_series": (
        "/?lang=en&region=990100&indicator=gdp&measure=growth",
        lambda page: click_mark(page, 7),
    ),
    "dashboard_series_zh": (
        "/?lang=zh&region=990100&indicator=gdp&measure=growth",
        lambda page: click_mark(page, 7),
    ),
    "dashboard_provinces": (
        "/provinces?lang=en&within=990000&sub=city&indicator=gdp&measure=growth&what=gap&shape=years_tab",
        nothing,
    ),
    "dashboard_compare": ("/compare?lang=en&among=named&indicator=gdp&measure=growth&compare_year=2023", nothing),
    "dashboard_coverage": ("/coverage?lang=en&within=990000&sub=city", lambda page: click_mark(page, 0)),
    "dashboard_ladder": ("/ladder?lang=zh&of=gdp.growth&ladder_year=2024&of_province=990000", nothing),
    "dashboard_attention": (
        "/attention?lang=en&regions=990000,990100,990200&dictionary=innovation&per=per_10k_chars",
        nothing,
    ),
}

#: of the pages without a server: name → width, locale
PAGES = {"pages_series_en": (WIDTH, "en-US"), "pages_phone_zh": (390, "zh-CN")}
CELL = "#/series/990100/gdp/growth/2024/gdp_tgt_g_pct"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", default="data", help="an installation of the bundled sample")
    home = parser.parse_args().home
    command = [sys.executable, "-m", "orchestration.cli", "dashboard", "--home", home, "--port", str(PORT)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{PORT}/_stcore/health")
        _take(f"http://127.0.0.1:{PORT}")
    finally:
        server.terminate()
        server.wait(20)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        subprocess.run(
            [sys.executable, "-m", "orchestration.cli", "release", "pages", str(site), "--home", home], check=True
        )
        take_pages(site)


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise SystemExit("the dashboard did not start")


def _take(address: str) -> None:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 900}, locale="en-US")
        page.set_default_timeout(60_000)
        for name, (path, act) in SCREENS.items():
            page.set_viewport_size({"width": WIDTH, "height": 900})
            page.goto(address + path)
            act(page)
            page.evaluate("document.fonts.ready")
            page.locator(SETTLED).wait_for()
            height = page.evaluate("document.querySelector('.stMainBlockContainer').scrollHeight")
            page.set_viewport_size({"width": WIDTH, "height": min(int(height) + 10, 2000)})
            page.wait_for_timeout(1500)
            page.screenshot(path=IMAGES / f"{name}.png")
        browser.close()


def take_pages(site: Path) -> None:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for name, (width, locale) in PAGES.items():
            page = browser.new_page(viewport={"width": width, "height": 900}, locale=locale)
            page.goto(f"file://{site}/index.html{CELL}")
            page.locator(".story").wait_for()
            page.screenshot(path=IMAGES / f"{name}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
