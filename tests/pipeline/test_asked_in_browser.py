"""The questions of `asked_in_browser.yaml`, each answered twice: in the dashboard, and by one SELECT or command."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line import baogao, baogao_process
from dashboard_browser import MARKS, browsing, choose, click, downloaded, options_of, serving, settle
from playwright.sync_api import Page, sync_playwright
from published_home import write_yaml

from dashboard.changes import former_release
from dashboard.store import Store, served_store
from sources.home import Home

Question = dict[str, Any]
QUESTIONS: list[Question] = yaml.safe_load(Path(__file__).with_name("asked_in_browser.yaml").read_text("utf-8"))
MOST_STEPS = 4
LINK = "[data-testid=stTopNavLink], [data-testid=stTopNavLinkContainer] a"
MAIN = ".stMainBlockContainer"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(once: Callable[..., Path]) -> Store:
    found = served_store(Home(once("sampled twice", _publish_twice)))
    assert found and former_release(found)
    return found


def _publish_twice(home: Path) -> None:
    """Publish the bundled sample, then once more after a person changed one figure."""
    assert baogao_process("run", "--sample", "--home", home).code == 0
    first = served_store(Home(home))
    assert first
    goal = first.ask(
        "select report_id from fct_city_year_indicator where region_id = '990100' and year = 2022 "
        "and indicator = 'gdp' and measure = 'growth' and status_class = 'target'"
    )
    decision = {
        "report_id": goal["report_id"].iloc[0], "quote": "地区生产总值增长7%", "surface": "7%", "indicator": "gdp",
        "action": "change", "set": {"value": 7.25}, "by": "评审人", "reason": "附表里的目标",
    }  # fmt: skip
    write_yaml(home / "reviews" / "observations.yaml", [decision])
    assert baogao_process("run", "--sample", "--home", home).code == 0


@pytest.fixture(scope="module")
def tab(store: Store) -> Iterator[tuple[Page, str]]:
    home = Home(store.path.parents[2])
    with sync_playwright() as playwright, serving(home) as address, browsing(playwright) as page:
        yield page, address


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one["asked"][:40])
def test_the_dashboard_answers_in_four_steps_what_one_command_or_select_answers(
    question: Question, tab: tuple[Page, str], store: Store, tmp_path: Path
) -> None:
    page, address = tab
    assert len(question["steps"]) <= MOST_STEPS
    page.goto(f"{address}/?lang={question.get('language', 'en')}")
    settle(page)
    for step in question["steps"]:
        ((kind, what),) = step.items()
        _do(page, kind, what)
        settle(page)
    seen = _read(page, question["read"])
    answer = _by_command(question, store, tmp_path) if "command" in question else _by_select(question["select"], store)
    assert seen and sorted(seen) == sorted(answer)


def test_the_questions_are_the_twelve_and_nine_more() -> None:
    assert len(QUESTIONS) == 12 + 9
    assert all(("select" in one) != ("command" in one) for one in QUESTIONS)


def _do(page: Page, kind: str, what: Any) -> None:
    if kind == "page":
        page.locator(LINK).filter(has_text=what).first.click()
    elif kind == "choose":
        ((label, typed),) = what.items()
        choose(page, label, typed)
    elif kind == "type":
        ((label, typed),) = what.items()
        page.get_by_role("textbox", name=label).fill(typed)
        page.keyboard.press("Enter")
    elif kind == "mark":
        click(page, page.locator(f"{MARKS}[aria-label*='{what}']").first)
    else:
        page.get_by_role("radio", name=what).or_(page.get_by_role("button", name=what)).first.click()


def _read(page: Page, read: dict[str, Any]) -> list[str]:
    if "download" in read:
        with page.expect_download() as told:
            page.get_by_role("button", name=read["download"]).last.click()
        return [Path(told.value.path()).read_bytes().hex()]
    if "file" in read:
        return _columns(downloaded(page, "csv")[1].decode("utf-8-sig"), read["file"])
    if "text" in read:
        box = page.locator(read.get("at", MAIN)).first
        box.wait_for()
        return _groups(read["text"], [box.inner_text()])
    if "list" in read:
        return _groups(read["list"], options_of(page, "Marks of the chart"))
    page.locator(MARKS).first.wait_for(state="attached")
    labels = page.locator(MARKS).evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label') || '')")
    return _groups(read["marks"], labels)


def _groups(pattern: str, texts: list[str]) -> list[str]:
    """Return the groups of each match, joined by blanks; a chart draws a title more than once."""
    told = [" ".join(filter(None, found.groups())) for text in texts for found in re.finditer(pattern, text)]
    return list(dict.fromkeys(one for one in told if one))


def _columns(text: str, names: list[str]) -> list[str]:
    return [" ".join(_plain(row[name]) for name in names) for row in csv.DictReader(io.StringIO(text))]


def _plain(value: str) -> str:
    """Return a number as it is read, without what its type adds."""
    try:
        return f"{float(value):g}"
    except ValueError:
        return value


def _by_select(query: str, store: Store) -> list[str]:
    folder = store.path.parent
    for name, told in {"{former}": str(former_release(store)), "{exports}": str(folder / "exports")}.items():
        query = query.replace(name, told)
    with store.connection() as connection:
        rows = connection.execute(query).fetchall()
    return [" ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in row) for row in rows]


def _by_command(question: Question, store: Store, folder: Path) -> list[str]:
    name, *arguments = question["command"]
    home = store.path.parents[2]
    if name == "export":
        done = baogao(name, folder / "files", *arguments, "--home", home)
        assert done.code == 0, done.err
        return [(folder / "files" / question["take"]).read_bytes().hex()]
    done = baogao(name, *arguments, "--home", home)
    assert done.code == 0, done.err
    return _columns(done.out, question["take"])
