"""A report that a newspaper spreads over pages, read as one."""

from __future__ import annotations

import pytest

from sources.document.read import CleanDocument, read_document
from sources.document.traced import to_source

from .pages import LINES, TITLE, html, paragraphs

LAST = LINES[6]
FIRST_HALF, SECOND_HALF = LAST[:25], LAST[25:]


def read(*pages: str) -> CleanDocument:
    return read_document([page.encode() for page in pages], name="content_1.htm")[0]


def page(title: str, body: str) -> str:
    head = f"<h1>{title}</h1><p class='ly'>云溪日报　2031-01-20</p>"
    return html(f"<div class='content'>{head}<div id='ozoom'>{body}</div></div>", title=title)


@pytest.mark.parametrize(
    ("on", "back"),
    [
        ("（下转第2版）", "（上接第1版）"),
        ("(下转第二版)", "(上接第一版)"),
        ("【下转A2版】", "【上接A1版】"),
        ("▲（紧转2版）", "▲（紧接1版）"),
        ("　下转第三版", "上接第一版　"),
    ],
)
def test_a_sentence_goes_on_over_the_turn(on: str, back: str) -> None:
    first = page(f"{TITLE}（一）", paragraphs([*LINES[:6], FIRST_HALF + on]))
    second = page(f"{TITLE}（二）", paragraphs([back + SECOND_HALF, *LINES[7:]]))
    document = read(first, second)
    assert [line for line in document.text.split("\n") if TITLE not in line and "日报" not in line] == LINES
    assert {"pages_joined", "pages_rejoined"} <= set(document.flags)
    assert "preview_end" not in document.signs
    offset = to_source(document.source_map, document.text.index(SECOND_HALF))
    assert offset is not None
    assert document.source[offset:].startswith(SECOND_HALF[:5])


def test_a_turn_between_paragraphs() -> None:
    first = page(TITLE, paragraphs(LINES[:6]) + "<p>（下转第2版）</p>")
    second = page(TITLE, "<p>（上接第1版）</p>" + paragraphs(LINES[6:]))
    found = read(first, second).text.split("\n")
    assert [line for line in found if TITLE not in line and "日报" not in line] == LINES


def test_a_turn_in_the_midst_of_one_page() -> None:
    both = [*LINES[:6], f"{FIRST_HALF}（下转第2版）", f"（上接第1版）{SECOND_HALF}", *LINES[7:]]
    assert read(html(paragraphs(both))).text.split("\n") == LINES
    plain = "\n".join(both)
    assert read_document([plain.encode()], name="a.txt")[0].text.split("\n") == LINES


def test_a_text_that_leads_away_breaks_off() -> None:
    document = read(page(TITLE, paragraphs([*LINES[:7], "（下转第2版）"])))
    assert "preview_end" in document.signs


@pytest.mark.parametrize(
    "words", ["全县农村劳动力下转第二产业5万人。", "推动（转第三产业）升级，增长7.5%。", "编制第2版规划。"]
)
def test_words_of_the_text_stay(words: str) -> None:
    line = "一年来，全县上下团结奋斗，经济社会持续发展，" + words
    assert read(html(paragraphs([*LINES, line]))).text.split("\n")[-1] == line
