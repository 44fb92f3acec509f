"""The screens of docs/cockpit.md, taken anew: `make screens` (all but the asset graph, which is arranged by hand).

The UI is started on loopback over a home of the sample's reports, one of them with a figure that can't be; they are
backfilled, published by the sensor, and looked at by a headless Chromium. What belongs here: which page is taken for
which picture. What does not: starting the UI (`benchmarks/cockpit_ui.py`), words about it (docs/cockpit.md).
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.cockpit_ui import Cockpit, cockpit, wait_for
from orchestration.home.fonts import browser_environment
from orchestration.home.installation import open_installation
from orchestration.home.releases import current
from orchestration.hops import TABLES
from sources.home import REPOSITORY, Home

if TYPE_CHECKING:
    from playwright.sync_api import Page

IMAGES = REPOSITORY / "docs" / "images"
REPORTS = REPOSITORY / "samples" / "reports"
WIDTH, HEIGHT = 1440, 1000
#: a city's report in which growth is told with a figure that can't be
SPOILT = "990200_2022.txt"


def write_catalogue(folder: Path) -> Path:
    """Copy the sample's texts with a catalogue of them; in SPOILT the first growth of the economy becomes 950 %."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "catalogue.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["location", "region_code", "region", "level", "report_year"])
        for source in sorted(REPORTS.glob("??????_????.txt")):
            text = source.read_text("utf-8")
            if source.name == SPOILT:
                text = re.sub(r"(生产总值[^。]*?增长)\d+(?:\.\d+)?%", r"\g<1>950%", text, count=1)
            (folder / source.name).write_text(text, "utf-8")
            code, year = source.stem.split("_")
            writer.writerow([source.name, code, "", "", year])
    return path


def take(ui: Cockpit, names: list[str]) -> None:
    """Take the pictures `names`, or all."""
    from playwright.sync_api import sync_playwright

    ui.switch_on_sensor("release_when_ingested")
    backfill = ui.backfill([table.name for table in TABLES], [f"990000|{year}" for year in range(2021, 2025)])
    wait_for("the backfill ends", lambda: ui.backfill_status(backfill).startswith("COMPLETED"), 900)
    wait_for("the sensor publishes what was ingested", lambda: current(Home(ui.home)), 900)
    #: picture → page, and a word that is on it when it is there
    pages = {
        "partitions": ("/assets/observations?view=partitions&partition=990000%7C2022", "preview"),
        "backfill": (f"/runs/b/{backfill}", "term_counts"),
        "failing_check": ("/assets/observations?view=checks&checkDetail=gate_quarantine", "Show Markdown"),
        "release": ("/assets/release?view=overview", "Show Markdown"),
        "automation": ("/automation", "changed_pages"),
    }
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        environment = {**os.environ, **browser_environment()}
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"], env=environment)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for name, (path, word) in pages.items():
            if not names or name in names:
                page.goto(ui.address + path)
                _settle(page, word)
                _open(page, name)
                page.screenshot(path=IMAGES / f"{name}.png")
                print(f"docs/images/{name}.png")  # noqa: T201
        browser.close()


def _open(page: Page, name: str) -> None:
    """Open what a person would open: the rows of a verdict, the charts below a release's tables."""
    links = page.get_by_text("Show Markdown")
    if name == "failing_check":
        links.first.click()
    elif name == "release":
        links.nth(1).click()
    page.wait_for_timeout(1_500)


def _settle(page: Page, word: str) -> None:
    """Wait until `word` is there and nothing loads any more: the UI fills its pages by many small questions."""
    page.get_by_text(word).first.wait_for(timeout=120_000)
    for _ in range(2):
        page.wait_for_load_state("networkidle", timeout=60_000)
        page.wait_for_timeout(2_500)


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="baogao-screens-") as folder:
        # a short path: it stands in the pictures
        home = Path(os.environ.get("SCREENS_HOME") or Path(folder) / "home")
        catalogue = write_catalogue(Path(folder) / "reports")
        open_installation(home).follow(catalogue)
        with cockpit(home) as ui:
            take(ui, names)


if __name__ == "__main__":
    main(sys.argv[1:])
