"""Phrases in any writing, and texts cut into sentences that hold all of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.phrases import PhraseError, spans, ways_of
from sources.extraction import ReportContext, extract
from sources.phrases import offsets, searched, variants

CONTEXT = ReportContext("r", 2022, "栖川市", "city")
#: what reports are made of, and what the grammar drops
PIECES = (
    "全年生产总值增长5%", "“十四五”规划", "（一）", "(掌声)", "。", "！", "，", "\n", "\n\n", "　　", " ", "1.", "[1]",
    "①", "一、2022年工作回顾", "『數字經濟』", "ＧＤＰ", "……", "——", "”", "》",
)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("數據要素", "数据要素"), ("数 据\n要　素", "数据要素"), ("ＧＤＰ", "gdp"), ("５．５％", "5.5%"),
        ("增长,提高", "增长，提高"), ("平方米㎡", "平方米m2"), ("人工智能(AI)", "人工智能（AI）"),
    ],
)  # fmt: skip
def test_writings_of_one_phrase_are_the_same(one: str, other: str) -> None:
    assert searched(one) == searched(other)


def test_what_is_another_word_stays_another() -> None:
    assert searched("①") != searched("1") and searched("显著") == "显著"
    assert len({searched(word) for word in ("数据要素", "数据元素", "数字要素")}) == 3


def test_a_traditional_phrase_is_looked_for_as_it_is_read_as_a_whole_too() -> None:
    assert variants("著力推進") == ("著力推进", "着力推进") and variants("数据要素") == ("数据要素",)


def test_a_phrase_of_nothing_and_an_endless_one_are_asked_back() -> None:
    with pytest.raises(PhraseError, match="empty"):
        ways_of(" 　\n")
    with pytest.raises(PhraseError, match="200"):
        ways_of("字" * 201)


@given(st.text(max_size=40))
def test_each_searched_character_leads_back_to_its_own(text: str) -> None:
    assert [searched(text[at]) for at in dict.fromkeys(offsets(text))] == [
        searched(text[at]) for at in range(len(text)) if searched(text[at])
    ]
    assert "".join(searched(character) for character in text) == searched(text) == searched(searched(text))


def test_a_phrase_is_marked_where_it_stands_as_written() -> None:
    sentence = "发展數 字經濟，数字经济增长。"
    assert [sentence[start:end] for start, end in spans(sentence, ("数字经济",))] == ["數 字經濟", "数字经济"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25).map("".join).filter(lambda text: text.strip()))
def test_the_sentences_of_a_text_are_the_text(text: str) -> None:
    rows = extract(text, CONTEXT, sentences=True).sentences
    assert re.sub(r"\s", "", "".join(row["sentence"] for row in rows)) == re.sub(r"\s", "", text)
    assert all(text[row["char_start"] : row["char_end"]] == row["sentence"] for row in rows)
    assert all(
        row["searched"] == (None if (way := searched(row["sentence"])) == row["sentence"] else way) for row in rows
    )


def test_what_opens_goes_with_what_follows() -> None:
    rows = extract(
        "各位代表：\n（一）稳增长。“十四五”开局。（掌声）\n二、目标。”完。", CONTEXT, sentences=True
    ).sentences
    assert [row["sentence"] for row in rows][:3] == ["各位代表：", "（一）稳增长。", "“十四五”开局。"]
