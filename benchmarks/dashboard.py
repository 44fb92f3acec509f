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
from playwright.sync_api import Page, sync_playwright

from orchestration.dashboard.store import DATABASE, served_store
from orchestration.publication.releases import swap
from sources.home import Home

PORT = 8597
IDS = re.compile(r"(^|_)(id|code|of)$|_id$|^successors$")
MARKS = ".mark-symbol.role-mark path, .mark-rect.role-mark path"
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'


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
    """Return seconds by the clock until the answer is drawn, and of the server's processor."""
    before, begun = sum(server.cpu_times()[:2]), time.perf_counter()
    act()
    page.locator(seen).first.wait_for()
    page.wait_for_function(
        f"document.querySelector('{SETTLED}') && ![...document.querySelectorAll('[data-stale=true]')].length"
    )
    return time.perf_counter() - begun, sum(server.cpu_times()[:2]) - before


def measure(home: Home, region: str, name: str) -> None:
    """Print a row per step: seconds waited, seconds of the server's processor, load of the machine."""
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with serving(home) as (server, started), sync_playwright() as playwright:
        print(f"| server answers | {started:.2f} | {sum(server.cpu_times()[:2]):.2f} | {os.getloadavg()[0]:.1f} |")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
        page.set_default_timeout(60_000)
        address = f"http://127.0.0.1:{PORT}/?lang=en"
        first = watch(page, server, lambda: page.goto(address), ".vega-embed svg, .vega-embed canvas")
        print(f"| first page | {first[0]:.2f} | {first[1]:.2f} | {os.getloadavg()[0]:.1f} |")
        for step, act, seen in steps(region, name):
            wall, cpu = watch(page, server, lambda act=act: act(page), seen)
            print(f"| {step} | {wall:.2f} | {cpu:.2f} | {os.getloadavg()[0]:.1f} |", flush=True)
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--copies", type=int, default=1, help="measure a release that holds this one so many times")
    parser.add_argument("--region", default="440000", help="code of a region to choose")
    parser.add_argument("--name", default="Guangdong", help="its name as the dashboard heads it in English")
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
        print("| step | s waited | s of the server's processor | load |\n|---|---|---|---|")
        measure(home, given.region, given.name)


if __name__ == "__main__":
    main()
