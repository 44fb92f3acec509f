"""How long the dashboard makes a reader wait: `python -m benchmarks.dashboard --home DIR [--copies N]`.

What belongs here: a browser's clock, the server's processor time, copies of a release to make it larger. What does not:
the pipeline's own figures (``__main__.py``).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.store import DATABASE, served_store
from orchestration.home.releases import swap
from sources.home import Home

PORT = 8597
IDS = re.compile(r"(^|_)(id|code|of)$|_id$|^successors$")
MARKS = ".mark-symbol.role-mark path, .mark-rect.role-mark path"
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
#: a page has answered when nothing in it has changed for so long
QUIET_MS = 800
#: kept in the page: when the reader last pressed something, when what he reads last changed
CLOCK = """
window.seen = {asked: 0, drawn: 0};
for (const kind of ['pointerdown', 'keydown'])
  addEventListener(kind, () => { seen.asked = performance.now(); }, true);
new MutationObserver(changes => {
  if (changes.some(({target}) => (target.closest ? target : target.parentElement)?.closest('[data-testid=stMain]')))
    seen.drawn = performance.now();
}).observe(document, {subtree: true, childList: true, characterData: true, attributeFilter: ['d', 'src', 'transform']});
"""


def enlarge(home: Home, into: Path, copies: int) -> Home:
    """Make a home whose release holds the given one `copies` times, each copy with ids and codes of its own."""
    served = served_store(home)
    assert served, f"{home.root} has no release"
    large = Home(into).create()
    (large.releases / served.release).mkdir()
    with duckdb.connect(str(large.releases / served.release / DATABASE)) as connection:
        connection.execute(f"attach '{served.path}' as small (read_only)")
        tables = connection.execute("select table_name from duckdb_tables() where database_name = 'small'").fetchall()
        for (table,) in tables:
            connection.execute(f"create table {table} as select * from small.main.{table}")
            if table.startswith(("dim_indicator", "gate_results")):
                continue
            columns = connection.execute(f"describe {table}").fetchall()
            told = [_copied(c) if t == "VARCHAR" else c for c, t, *_ in columns]
            connection.execute(
                f"insert into {table} select {', '.join(told)} from small.main.{table}, range(1, {copies}) as r(k)"
            )
    swap(large, served.release)
    return large


def _copied(column: str) -> str:
    """Return what a copy holds in a column of words; its provinces are cities, as a country has few provinces."""
    if column == "level":
        return "case level when 'province' then 'city' when 'national' then 'city' else level end as level"
    return f"{column} || '_' || k as {column}" if IDS.search(column) else column


@contextmanager
def serving(home: Home) -> Iterator[tuple[psutil.Process, float]]:
    """Serve the dashboard; yield its process and the seconds until it answered."""
    command = [sys.executable, "-m", "orchestration.cli", "dashboard", "--home", str(home.root), "--port", str(PORT)]
    begun = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/_stcore/health", timeout=2):
                    break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        yield psutil.Process(server.pid), time.perf_counter() - begun
    finally:
        server.terminate()
        server.wait(20)


def choose(page: Page, label: str, typed: str) -> None:
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(typed)
    page.get_by_role("option").filter(has_text=typed).first.click()


def click_mark(page: Page) -> None:
    box = page.locator(MARKS).nth(2).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def steps(region: str, name: str) -> list[tuple[str, Callable[[Page], None], str]]:
    """Return what a reader does: a name, the action, and what must be seen when it is answered."""
    link = "[data-testid=stTopNavLink], [data-testid=stTopNavLinkContainer] a"
    revenue = "General public budget revenue"
    return [
        ("another indicator", lambda p: choose(p, "Indicator", revenue), f"h3:has-text('{revenue}')"),
        ("another region", lambda p: choose(p, "Region", region), f"h3:has-text('{name}')"),
        ("a click on a point", click_mark, ".st-key-proof mark"),
        ("Chinese", lambda p: p.get_by_text("中文", exact=True).first.click(), "text=指标走势"),
        ("English", lambda p: p.get_by_text("English", exact=True).first.click(), "text=Places"),
        ("page Places", lambda p: p.locator(link).filter(has_text="Places").first.click(), "text=Places of"),
        ("a click on a tile", click_mark, ".st-key-proof, .st-key-reason"),
        ("all years", lambda p: p.get_by_text("All years", exact=True).click(), ".vega-embed"),
        ("page Coverage", lambda p: p.locator(link).filter(has_text="Coverage").first.click(), "text=Click a cell"),
        ("a click on a cell", click_mark, ".st-key-reason"),
        ("page Ladder", lambda p: p.locator(link).filter(has_text="Ladder").first.click(), "text=The tick is"),
        ("page Attention", lambda p: p.locator(link).filter(has_text="Attention").first.click(), "text=The literature"),
    ]  # fmt: skip


def watch(page: Page, server: psutil.Process, act: Callable[[], object], seen: str) -> tuple[float, float]:
    """Return seconds from the reader's last press until nothing changed any more, and of the server's processor."""
    before = sum(server.cpu_times()[:2])
    act()
    page.locator(seen).first.wait_for()
    page.wait_for_function(
        f"document.querySelector('{SETTLED}') && performance.now() - Math.max(seen.asked, seen.drawn) > {QUIET_MS}"
    )
    waited = page.evaluate("Math.max(seen.drawn - seen.asked, 0)") / 1000
    return waited, sum(server.cpu_times()[:2]) - before


def walk(browser: Browser, server: psutil.Process, region: str, name: str) -> Iterator[tuple[str, float, float]]:
    """Open the dashboard and do one thing after another; yield a name, seconds waited, seconds of the processor."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
    page.add_init_script(CLOCK)
    page.set_default_timeout(60_000)
    address = f"http://127.0.0.1:{PORT}/?lang=en"
    yield "first page", *watch(page, server, lambda: page.goto(address), ".vega-embed svg, .vega-embed canvas")
    for step, act, seen in steps(region, name):
        yield step, *watch(page, server, lambda act=act: act(page), seen)
    page.close()


def measure(home: Home, region: str, name: str, walks: int) -> None:
    """Print a row per step: seconds waited in each walk, seconds of the server's processor in the first."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        with serving(home) as (server, started):
            print(f"| server answers | {started:.2f} | {sum(server.cpu_times()[:2]):.2f} | {os.getloadavg()[0]:.1f} |")
            taken = [list(walk(browser, server, region, name)) for _ in range(walks)]
            standing = started + taken[0][0][1]
            print(f"| **from the command to the first page, drawn** | {standing:.2f} | | {os.getloadavg()[0]:.1f} |")
            for each in zip(*taken, strict=True):
                waited = " ".join(f"{seconds:.2f}" for _, seconds, _ in each)
                print(f"| {each[0][0]} | {waited} | {each[0][2]:.2f} | {os.getloadavg()[0]:.1f} |", flush=True)
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--copies", type=int, default=1, help="measure a release that holds this one so many times")
    parser.add_argument("--region", default="440000", help="code of a region to choose")
    parser.add_argument("--name", default="Guangdong", help="its name as the dashboard heads it in English")
    parser.add_argument("--walks", type=int, default=3, help="how often to do it all; answers are kept after the first")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="baogao-large-") as folder:
        home = Home(given.home.resolve())
        if given.copies > 1:
            home = enlarge(home, Path(folder), given.copies)
        store = served_store(home)
        assert store
        counts = store.ask("select (select count(*) from dim_report), (select count(*) from fct_observation)").iloc[0]
        print(
            f"{counts.iloc[0]:,} documents, {counts.iloc[1]:,} observations, {store.path.stat().st_size / 1e6:.0f} MB\n"
        )
        print("| step | s waited, walk by walk | s of the server's processor | load |\n|---|---|---|---|")
        measure(home, given.region, given.name, given.walks)


if __name__ == "__main__":
    main()
