"""`baogao release pages` over the release of the sample's reports, in a browser: from a disk and from a web host."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import published_home
import pytest
from command_line import baogao
from playwright.sync_api import Page, expect, sync_playwright

from orchestration.release.pages import rows as data_of
from orchestration.release.pages.site import _write
from sources.home import REPOSITORY, Home
from sources.magnitudes import magnitude

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TEMPLATE = REPOSITORY / "orchestration" / "release" / "pages" / "template"
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.fixture(scope="module")
def home(once: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(published_home.world(once, tmp_path_factory.mktemp("pages") / "world").home)


@pytest.fixture(scope="module")
def site(home: Home) -> Path:
    folder = home.root.parent / "site"
    done = baogao("release", "pages", folder, "--home", home.root)
    assert done.code == 0, done.err
    return folder


def held(site: Path, name: str) -> Any:
    """Return what a script of data hands to the page."""
    text = (site / "data" / f"{name}.js").read_text(encoding="utf-8")
    found = json.loads(text.removeprefix(f'baogao.put("{name}",').removesuffix(");\n"))
    return json.loads(gzip.decompress(base64.b64decode(found))) if isinstance(found, str) else found


def test_every_cell_of_the_panel_is_there_with_its_sentence(site: Path, home: Home) -> None:
    told = held(site, "site")
    with duckdb.connect(str(home.published / "baogao.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select region_id, column_name, year, cell_value::double, sentence, surface from panel_cell_source "
            "where not regexp_matches(column_name, '_(max|qual)$')"
        ).fetchall()
    columns = {column["name"] for column in told["columns"]}
    assert {row[1] for row in rows} == columns and len(rows) > 100
    found = set()
    for region in {row[0] for row in rows}:
        data = held(site, f"region/{region}")
        for name, cells in data["cells"].items():
            for year, value, _upper, _qualifier, _status, _doubt, sentence, _report, begins, length, *_english in cells:
                text = data["sentences"][sentence]
                assert not length or begins + length <= len(text)
                found.add((region, name, year, float(value), text, text[begins : begins + length]))
    assert found == {(*row[:5], row[5]) for row in rows}


def test_an_empty_cell_has_its_reason_and_no_other(site: Path) -> None:
    told = held(site, "site")
    data = held(site, "region/990100")
    why = {told["columns"][at]["name"]: letters for letters, numbers in data["why"].items() for at in numbers}
    assert why.keys() == {column["name"] for column in told["columns"]}
    for name, letters in why.items():
        there = {cell[0] for cell in data["cells"].get(name, [])}
        for year, letter in zip(data["years"], letters, strict=True):
            assert (letter == ".") == (year in there), f"{name} {year}"
    assert set("".join(why.values())) <= {".", *told["reasons"]}


def test_columns_and_states_of_documents_are_those_of_the_release(site: Path, home: Home) -> None:
    told = held(site, "site")
    with duckdb.connect(str(home.published / "baogao.duckdb"), read_only=True) as connection:
        facts = connection.execute(
            "select distinct column_name, indicator, measure, status_class from panel_cell_source "
            "join fct_city_year_indicator using (fact_id) where not regexp_matches(column_name, '_(max|qual)$')"
        ).fetchall()
        states = connection.execute("select region_id, report_year, state from coverage_report").fetchall()
    keys = ("name", "indicator", "measure", "side")
    assert {tuple(column[key] for key in keys) for column in told["columns"]} == set(facts)
    assert all(column["zh"] and column["en"] and column["unit"] for column in told["columns"])
    assert _states(told["coverage"]) == set(states)


def _states(coverage: Any) -> set[tuple[str, int, str]]:
    return {
        (region, year, coverage["states"][letter])
        for region, letters in coverage["of"].items()
        for year, letter in zip(coverage["years"], letters, strict=True)
        if letter != "."
    }


def test_a_year_of_which_nothing_is_known_has_no_state() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table coverage_report as from (values ('a', 2020, 'read'), ('b', 2021, 'missing'), "
            "('b', 2022, 'read')) as told (region_id, report_year, state)"
        )
        found = data_of.coverage(connection)
    assert {region: [letter == "." for letter in letters] for region, letters in found["of"].items()} == {
        "a": [False, True, True],
        "b": [True, False, False],
    }
    assert _states(found) == {("a", 2020, "read"), ("b", 2021, "missing"), ("b", 2022, "read")}


def test_a_figure_that_begins_its_sentence_is_marked(site: Path, home: Home, tmp_path: Path) -> None:
    behind = "，稳步推进。"
    shutil.copyfile(home.published / "baogao.duckdb", tmp_path / "copy.duckdb")
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as connection:
        connection.execute("update panel_cell_source set sentence = surface || $said, char_start = 7", {"said": behind})
        connection.execute("update fct_observation set sentence_start = 7")
        regions = list(data_of.cells(connection, held(site, "site")["columns"]))
    marks = [
        (data["sentences"][cell[6]], *cell[8:10])
        for _, data in regions
        for of_column in data["cells"].values()
        for cell in of_column
    ]
    assert len(marks) > 100 and all(begins == 0 and said[length:] == behind for said, begins, length in marks)


def test_nothing_in_the_folder_names_an_address_that_a_browser_would_ask() -> None:
    asked = re.compile(r"""(?:src|href|url|fetch|import)\s*[=(]\s*["'`]?\s*(?:https?:)?//""")
    for path in TEMPLATE.iterdir():
        assert not asked.search(path.read_text(encoding="utf-8")), path.name
    page = (TEMPLATE / "index.html").read_text(encoding="utf-8")
    named = set(re.findall(r'(?:src|href)="([^"]+)"', page)) - {"data:,", "data/site.js"}
    assert named == {path.name for path in TEMPLATE.iterdir()} - {"index.html"}


def test_every_word_that_the_pages_ask_for_is_written(site: Path) -> None:
    words = held(site, "site")["words"]
    scripts = "".join(path.read_text(encoding="utf-8") for path in TEMPLATE.glob("*.js"))
    asked = set(re.findall(r'words\.t\("(\w+)"', scripts))
    assert len(asked) > 20 and asked <= {*words["site"], *words["labels"]}
    assert set(re.findall(r'words\.word\("(\w+)"', scripts)) <= words.keys()


def test_what_is_there_stays(site: Path, home: Home) -> None:
    again = baogao("release", "pages", site, "--home", home.root)
    assert again.code == 1 and "is there already" in again.err


def test_a_script_of_data_is_not_ended_by_what_it_holds(tmp_path: Path) -> None:
    content = {"a": f"</script>{MARKUP}\u2028\u2029"}
    _write(tmp_path, "site", content, packed=False)
    text = (tmp_path / "data" / "site.js").read_text(encoding="utf-8")
    assert not {"<", "\u2028", "\u2029"} & set(text)
    assert held(tmp_path, "site") == content


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = next((path for path in map(shutil.which, CHROMIUMS) if path), None)
    if executable is None:
        pytest.skip(f"no browser: none of {', '.join(CHROMIUMS)} is installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def opened(browser: Any, address: str, width: int = 1280, locale: str = "zh-CN") -> tuple[Page, list[str]]:
    """Return a page at `address`, and a list that gets each request elsewhere and each fault of a script."""
    context = browser.new_context(viewport={"width": width, "height": 844}, locale=locale)
    page = context.new_page()
    page.set_default_timeout(60_000)
    strange: list[str] = []
    own = address.partition("#")[0].rpartition("/")[0]
    page.on("request", lambda asked: None if asked.url.startswith((own, "data:")) else strange.append(asked.url))
    page.on("pageerror", lambda error: strange.append(str(error)))
    page.on("console", lambda said: strange.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: (strange.append(dialog.message), dialog.dismiss()))
    page.goto(address)
    return page, strange


@pytest.mark.slow
@pytest.mark.parametrize("way", ["disk", "host"])
def test_a_city_is_found_its_sentence_read_and_cited_by_keys_alone(
    browser: Any, site: Path, server: str, home: Home, way: str
) -> None:
    page, strange = opened(browser, f"file://{site}/index.html" if way == "disk" else f"{server}/index.html")
    page.evaluate(
        "() => { window.copied = []; navigator.clipboard.writeText = async (text) => { window.copied.push(text); }; }"
    )
    box = page.get_by_role("combobox", name="地区")
    box.focus()
    page.keyboard.type("jichuan")
    expect(page.get_by_role("option").first).to_contain_text("霁川市")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("霁川市")
    mark = page.locator("svg .mark[aria-label^='2023 目标']")
    mark.focus()
    page.keyboard.press("Enter")
    with duckdb.connect(str(home.published / "baogao.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select sentence, surface, title, location, snapshot_sha256 from panel_cell_source "
            "where region_id = '990100' and year = 2023 and column_name = 'gdp_tgt_g_pct'"
        ).fetchone()
    assert found
    expect(page.locator(".sentence")).to_have_text(found[0])
    expect(page.locator(".sentence mark")).to_have_text(found[1])
    expect(page.locator(".story")).to_contain_text(found[4])
    page.get_by_role("button", name="复制引用").press("Enter")
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    (copied,) = page.evaluate("() => window.copied")
    key = f"{held(site, 'site')['release']}/990100/2023/gdp_tgt_g_pct"
    assert key in copied
    assert found[2] in copied and found[3] in copied
    page.locator("#language").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jichuan")
    expect(page.locator(".sentence")).to_have_text(found[0])
    # the key is an address of its own, and of another release it says so
    page.goto(f"{page.url.partition('#')[0]}#/{key}")
    expect(page.locator(".sentence")).to_have_text(found[0])
    page.evaluate("(key) => { location.hash = `#/${key}`; }", "20200101T000000Z/990100/2023/gdp_tgt_g_pct")
    expect(page.locator(".warning")).to_contain_text("20200101T000000Z")
    assert strange == []


@pytest.mark.slow
def test_no_line_leads_over_a_year_that_has_no_figure(browser: Any, site: Path) -> None:
    page, strange = opened(browser, f"file://{site}/index.html#/series/990100")
    expect(page.locator("svg.series")).to_be_visible()
    lines = page.evaluate(
        """() => { const scale = { factor: 1, unit: "%" };
        const point = (year) => ({ side: "result", year, value: year - 2000, upper: null, qualifier: "exact" });
        const drawn = seriesChart([2018, 2019, 2021, 2022].map(point), scale, () => {}, 600);
        return drawn.querySelectorAll("line.line").length; }"""
    )
    assert (lines, strange) == (2, [])


@pytest.mark.slow
def test_numbers_are_shown_in_the_unit_that_dashboard_and_files_show_them_in(browser: Any, site: Path) -> None:
    page, _ = opened(browser, f"file://{site}/index.html")
    given = [("元", 3.8e12), ("元", 5e4), ("人", 5e4), ("人", 2e6), ("%", 1e9), ("元/人", 1e9), ("亩", 3.0)]
    shown = page.evaluate("(given) => given.map(([unit, size]) => words.scale(unit, size))", given)
    assert [(one["factor"], one["unit"]) for one in shown] == [magnitude(unit, size) for unit, size in given]


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_phone_shows_each_view_without_moving_sideways(browser: Any, site: Path, locale: str) -> None:
    page, strange = opened(browser, f"file://{site}/index.html", 390, locale)
    for view in ("series", "series/990100/gdp/growth/2023/gdp_tgt_g_pct", "tiles", "coverage"):
        page.evaluate("(view) => { location.hash = `#/${view}`; }", view)
        expect(page.locator("#main h1")).to_be_visible()
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, view
    page.locator("#main table.coverage a").first.click()
    expect(page.get_by_role("combobox").first).to_be_visible()
    assert strange == []


@pytest.mark.slow
def test_markup_in_a_sentence_is_text(browser: Any, site: Path, tmp_path: Path) -> None:
    harmful = shutil.copytree(site, tmp_path / "site")
    data = held(site, "region/990100")
    data["sentences"] = [f"{MARKUP}{sentence}" for sentence in data["sentences"]]
    data["reports"] = [[identifier, MARKUP, "javascript:alert(3)", sha] for identifier, _, _, sha in data["reports"]]
    _write(harmful, "region/990100", data)
    told = held(site, "site")
    told["regions"] = [{**region, "zh": f"{region['zh']}{MARKUP}"} for region in told["regions"]]
    _write(harmful, "site", told, packed=False)
    address = f"file://{harmful}/index.html#/series/990100/gdp/growth/2023/gdp_tgt_g_pct"
    page, strange = opened(browser, address)
    expect(page.locator(".sentence")).to_contain_text("<img src=x")
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")
    assert page.locator("#main img, #main script, a[href^='javascript']").count() == 0
    page.evaluate("() => { location.hash = '#/tiles'; }")
    expect(page.locator("svg.tiles")).to_be_visible()
    page.evaluate("() => { location.hash = '#/coverage'; }")
    expect(page.locator("table.coverage")).to_be_visible()
    assert strange == []
