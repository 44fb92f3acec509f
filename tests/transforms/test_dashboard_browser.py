"""The dashboard in a browser: a reader clicks, types, downloads and judges."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from dashboard_browser import MARK, PAUSE_MS, SETTLED, browsing, choose, click_mark, cut_labels, downloaded, serving
from dashboard_pages import sampled
from dbt_harness import Warehouse
from playwright.sync_api import Page, Playwright, sync_playwright
from published_world import FIRST, SECOND, publish_copy

from sources.home import Home
from sources.quality import audits


@pytest.fixture(scope="module")
def served(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Home]]:
    """A dashboard in a process of its own, over a copy of the home that a test may publish into."""
    mine = Home(tmp_path_factory.mktemp("served") / "home")
    shutil.copytree(home.root, mine.root, symlinks=True)
    with serving(mine) as address:
        yield address, mine


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def tab(driver: Playwright) -> Iterator[Page]:
    with browsing(driver) as opened:
        yield opened


def test_a_reader_clicks_from_the_chart_to_the_sentence(served: tuple[str, Home], tab: Page) -> None:
    tab.goto(f"{served[0]}/?lang=en&region=990100&indicator=retail_sales&measure=growth")
    tab.get_by_text("Gross regional product").count()
    choose(tab, "Indicator", "Gross regional product")
    click_mark(tab, 0)
    tab.locator(".st-key-proof mark").first.wait_for()
    assert tab.locator(".st-key-proof mark").first.inner_text().strip("%") in ("7", "9", "6.9", "8", "8.2")
    tab.wait_for_url("**indicator=gdp**fact=**")
    shared = tab.url
    tab.goto("about:blank")
    tab.goto(shared)
    tab.locator(".st-key-proof mark").first.wait_for()


def test_a_reader_without_a_mouse_opens_a_mark(served: tuple[str, Home], tab: Page) -> None:
    tab.goto(f"{served[0]}/?lang=en&region=990100&indicator=gdp&measure=growth")
    tab.locator(MARK).first.wait_for()
    tab.locator(SETTLED).wait_for()
    titles = tab.locator(MARK).evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label'))")
    assert all(re.match(r"Year: \d{4}; Kind: (Target|Result|Stretch target); Value \(%\): ", one) for one in titles)
    for _ in range(40):
        tab.keyboard.press("Tab")
        if "Marks of the chart" in (tab.evaluate("document.activeElement.ariaLabel") or ""):
            break
    tab.keyboard.press("ArrowDown")
    tab.get_by_role("option").first.wait_for()
    assert tab.get_by_role("option").first.inner_text() in titles
    tab.keyboard.press("Enter")
    tab.locator(".st-key-proof mark").first.wait_for()
    tab.wait_for_url("**fact=**")


def test_a_reader_finds_a_region_by_latin_letters(served: tuple[str, Home], tab: Page) -> None:
    tab.goto(f"{served[0]}/?lang=zh")
    choose(tab, "地区", "990200")
    tab.wait_for_url("**region=990200**")


def test_a_reader_switches_the_language(served: tuple[str, Home], tab: Page) -> None:
    tab.goto(f"{served[0]}/ladder?lang=en")
    tab.get_by_text("Ladder", exact=True).first.wait_for()
    tab.get_by_role("radio", name="中文").or_(tab.get_by_role("button", name="中文")).first.click()
    tab.get_by_text("层层加码", exact=True).first.wait_for()
    tab.wait_for_url("**lang=zh**")
    tab.get_by_text("覆盖情况", exact=True).first.click()
    tab.get_by_text("点击方格，查看原因。").wait_for()
    tab.wait_for_url("**/coverage?lang=zh**")


def test_a_reader_downloads_what_is_seen(served: tuple[str, Home], tab: Page) -> None:
    tab.goto(f"{served[0]}/?lang=en&region=990100&indicator=gdp&measure=growth")
    for kind, begins in (("csv", b"\xef\xbb\xbffact_id"), ("xlsx", b"PK"), ("png", b"\x89PNG")):
        name, content = downloaded(tab, kind)
        assert FIRST in name and name.endswith(kind)
        assert content.startswith(begins), kind


def test_a_release_is_replaced_underneath(served: tuple[str, Home], tab: Page, built: Warehouse) -> None:
    tab.goto(f"{served[0]}/?lang=en&region=990100&indicator=gdp&measure=growth")
    tab.locator(".st-key-download_csv").wait_for()
    publish_copy(built.marts, served[1], SECOND)
    # what is read stays as it was until the reader wants the new one
    tab.get_by_text(f"Release {SECOND} has been published").wait_for(timeout=30_000)
    choose(tab, "Indicator", "Retail sales")
    tab.wait_for_url("**indicator=retail_sales**")
    assert FIRST in downloaded(tab, "csv")[0]
    tab.get_by_role("button", name="Show the new release").click()
    tab.get_by_text(f"Release {SECOND} has been published").wait_for(state="detached")
    assert SECOND in downloaded(tab, "csv")[0]
    # the old one is pruned; a link to it still opens, with a word of warning
    shutil.rmtree(served[1].releases / FIRST)
    tab.goto(f"{served[0]}/?lang=en&release={FIRST}")
    tab.get_by_text(f"Release {FIRST} is no longer kept").wait_for()


def test_a_machine_without_chinese_fonts_gets_ours(
    served: tuple[str, Home], driver: Playwright, tmp_path: Path
) -> None:
    with browsing(driver, fonts=tmp_path) as bare:
        asked: list[str] = []
        bare.on("request", lambda request: asked.append(request.url))
        bare.goto(f"{served[0]}/?lang=zh")
        bare.get_by_text("点击图中的点").wait_for()
        bare.wait_for_function(
            "[...document.fonts].some(face => face.family.includes('Baogao CJK') && face.status == 'loaded')"
        )
        assert any(url.endswith("NotoSansSC-Regular.otf") for url in asked)
        bare.goto(f"{served[0]}/coverage?lang=en&within=990000&sub=city")
        bare.locator(".vega-embed svg text").filter(has_text="990100").or_(
            bare.locator(".vega-embed svg text").filter(has_text="市")
        ).first.wait_for()
        bare.evaluate("document.fonts.ready")
        assert not cut_labels(bare)
        outside = [url for url in asked if not url.startswith((served[0], "data:", "blob:"))]
        assert not outside, outside


#: buttons below the window's edge, or with a word that is cut
UNSEEN = """buttons => buttons.filter(button => button.getBoundingClientRect().bottom > window.innerHeight
    || [...button.querySelectorAll('*')].some(one => one.clientWidth && one.scrollWidth > one.clientWidth)
).map(button => button.innerText)"""


def test_keys_alone_judge(served: tuple[str, Home], tab: Page) -> None:
    address, home = served
    found = sampled(home, 4, 2)
    audits.write_draw(home.reviews, found)
    tab.goto(f"{address}/audit?lang=en&reader=keys&audit={found.audit_id}")
    tab.locator(".st-key-audit_item").click()
    unseen = tab.locator("[class*=st-key-audit_] button").evaluate_all(UNSEEN)
    assert not unseen, "each key is in sight, with its whole word"
    for number, key in enumerate(("j", "7", "d"), start=1):
        tab.locator(SETTLED).wait_for()
        tab.wait_for_timeout(PAUSE_MS)
        tab.keyboard.press(key)
        tab.get_by_text(f"{number} of {len(found.items)} judged").wait_for()
    given = audits.answers_of(home.reviews, found.audit_id, "keys").values()
    assert [(a.answer, a.field) for a in given] == [("right", ""), ("wrong", "period"), ("doubtful", "")]
