"""Superset, as a BI tool that we did not write, reads the published file: tables, charts, the shipped dashboard.

One server goes through one story; the last test replaces the release underneath it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Page, Response, sync_playwright
from superset_server import USER, Superset

from orchestration.home import releases
from orchestration.home.fonts import browser_environment
from sources.home import REPOSITORY, Home

CHROMIUM = Path("/usr/bin/chromium")
SCREENSHOT = REPOSITORY / "docs" / "images" / "superset.png"


def query(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def database(superset: Superset, home: Home) -> int:
    """The published file as a person would add it, by its address (docs/bi.md)."""
    uri = f"duckdb:///{home.published_database}?access_mode=read_only"
    # Superset itself is told that writing is fine: what forbids it must be the file
    made = superset.post("database/", json={"database_name": "by hand", "sqlalchemy_uri": uri, "allow_dml": True})
    return int(made["id"])


def test_tables_are_seen_with_their_comments(superset: Superset, home: Home, database: int) -> None:
    published = dict(query(home, "select table_name, comment from duckdb_tables()"))
    listed = superset.get(f"database/{database}/tables/?q=(schema_name:main)")["result"]
    assert {table["value"] for table in listed} == set(published)
    for table, comment in published.items():
        seen = superset.get(f"database/{database}/table_metadata/?name={table}&schema=main")
        assert seen["comment"] == comment and comment
        columns = {column["name"]: column["comment"] for column in seen["columns"]}
        sql = f"select column_name, comment from duckdb_columns() where table_name = '{table}'"
        assert columns == dict(query(home, sql)) and all(columns.values())


def test_nothing_can_be_written(superset: Superset, home: Home, database: int) -> None:
    before = home.published_database.stat()
    statement = {"database_id": database, "schema": "main", "sql": "delete from dim_region", "runAsync": False}
    answer = superset.session.post(f"{superset.address}/api/v1/sqllab/execute/", json=statement, timeout=60)
    assert not answer.ok and "read-only" in answer.text, answer.text
    assert home.published_database.stat() == before


def chart_data(superset: Superset, dataset: int, **asked: Any) -> list[dict[str, Any]]:
    question = {"datasource": {"id": dataset, "type": "table"}, "queries": [{"row_limit": 1000, **asked}]}
    (answer,) = superset.post("chart/data", json=question)["result"]
    return list(answer["data"])


def test_a_dataset_and_a_chart_are_built(superset: Superset, home: Home, database: int) -> None:
    table = {"database": database, "schema": "main", "table_name": "fct_target_outcome"}
    dataset = int(superset.post("dataset/", json=table)["id"])
    columns = superset.get(f"dataset/{dataset}")["result"]["columns"]
    assert next(c["description"] for c in columns if c["column_name"] == "gap").startswith("Result minus goal")
    mean = {"expressionType": "SQL", "sqlExpression": "avg(target_value)", "label": "goal"}
    chosen = [{"col": "indicator", "op": "==", "val": "gdp"}, {"col": "measure", "op": "==", "val": "growth"}]
    rows = chart_data(superset, dataset, columns=["year"], metrics=[mean], filters=chosen)
    expected = query(
        home, "select year, avg(target_value) from fct_target_outcome where indicator = 'gdp' and measure = 'growth' "
              "group by year")  # fmt: skip
    assert {(row["year"], row["goal"]) for row in rows} == set(expected) and len(rows) == 4
    chart = {"slice_name": "goals", "datasource_id": dataset, "datasource_type": "table", "viz_type": "table"}
    assert superset.post("chart/", json=chart)["id"]


@pytest.fixture(scope="module")
def imported(superset: Superset, home: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """The dashboard as `baogao superset` writes it; chart → its number in Superset."""
    archive = tmp_path_factory.mktemp("bundle") / "baogao.zip"
    command = [sys.executable, "-m", "orchestration.cli", "superset", str(archive), "--home", str(home.root)]
    subprocess.run(command, check=True)
    # twice: the second import must find the first's rows, not fail on them
    for _ in range(2):
        with archive.open("rb") as stream:
            form = {"formData": (archive.name, stream, "application/zip")}
            superset.post("dashboard/import/", files=form, data={"overwrite": "true"})
    charts = superset.get("dashboard/baogao/charts")["result"]
    return {chart["slice_name"]: chart["id"] for chart in charts}


def test_every_chart_of_the_shipped_dashboard_answers(superset: Superset, imported: dict[str, int]) -> None:
    assert len(imported) == 14
    empty = [
        name for name, number in imported.items() if not superset.get(f"chart/{number}/data/")["result"][0]["rowcount"]
    ]
    assert empty == []


def counted(page: Page, answers: list[Response], at_least: int) -> list[int]:
    """Wait until the browser has had that many answers and no more come; return the rows of each, and forget them."""
    deadline, before = time.monotonic() + 400, -1
    while len(answers) < at_least or len(answers) != before:
        assert time.monotonic() < deadline, f"{len(answers)} of {at_least} queries were answered"
        before = len(answers)
        page.wait_for_timeout(2000)  # long enough for a drawing's animation, too
    counts = []
    for answer in answers:
        assert answer.ok, answer.text()
        counts += [result["rowcount"] for result in answer.json()["result"]]
    answers.clear()
    assert "error" not in page.inner_text("body").lower(), page.inner_text("body")
    return counts


@pytest.mark.skipif(not CHROMIUM.is_file(), reason=f"no browser at {CHROMIUM}")
@pytest.mark.usefixtures("imported")
def test_the_dashboard_is_drawn_and_its_filters_work(superset: Superset) -> None:
    """The browser's own queries have rows, nothing drawn says error; a region that is chosen reaches all charts."""
    # Superset brings no Chinese font: a browser's machine has one, and this one may not
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox"], env={**os.environ, **browser_environment()}
        )
        page = browser.new_page(viewport={"width": 1280, "height": 3500})
        page.set_default_timeout(300_000)
        page.goto(f"{superset.address}/login/")
        page.fill("#username", USER)
        page.fill("#password", superset.password)
        page.keyboard.press("Enter")
        page.wait_for_url("**/welcome/**")
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer) if "/api/v1/chart/data" in answer.url else None)
        page.goto(f"{superset.address}/superset/dashboard/baogao/?standalone=1")
        # fourteen charts and four filters, each with a query of its own
        assert min(counted(page, answers, 18)) > 0
        sentences = page.locator("table").last
        assert "清坞县（霁川市）" in sentences.inner_text() and "榆舟市" in sentences.inner_text()
        if os.environ.get("BAOGAO_UPDATE_SCREENSHOTS"):
            page.screenshot(path=SCREENSHOT, full_page=True)
        page.locator("input[type=search]").first.click()
        page.keyboard.type("霁川市")
        page.locator('.ant-select-item-option[title="霁川市"]').click()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Apply").click()
        assert min(counted(page, answers, 14)) > 0
        assert "霁川市" in sentences.inner_text() and "清坞县" not in sentences.inner_text()
        browser.close()


def test_a_release_replaced_underneath_is_read_without_a_hitch(
    superset: Superset, home: Home, database: int, imported: dict[str, int]
) -> None:
    """Charts are asked for without a pause while the link moves back and forth; each answer is of one release."""
    served = releases.current(home)
    assert served is not None
    newer = f"{served.id[:-1]}-9Z"
    shutil.copytree(served.path, home.releases / newer)
    with duckdb.connect(str(home.releases / newer / "baogao.duckdb")) as connection:
        connection.execute("delete from coverage_report where report_year = 2020")
    number = imported["覆盖 Reports found, by year"]

    def years() -> int:
        return int(superset.get(f"chart/{number}/data/?force=true")["result"][0]["rowcount"])

    before = years()
    seen: list[int] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            seen.append(years())

    asking = threading.Thread(target=ask)
    asking.start()
    # as long as a slow machine needs to ask five times, but not for ever
    for turn in range(240):
        releases.swap(home, (newer, served.id)[turn % 2])
        stop.wait(0.5)
        if turn >= 9 and len(seen) >= 5:
            break
    stop.set()
    asking.join()
    assert len(seen) >= 5 and set(seen) <= {before, before - 1}, seen
    releases.swap(home, newer)
    assert years() == before - 1
    releases.swap(home, served.id)
    assert years() == before
