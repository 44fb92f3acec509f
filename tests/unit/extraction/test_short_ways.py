"""Short ways through a sentence: each gives what the long way gives, on any words of the genre."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.document import normal, sections
from sources.extraction import ReportContext, whose
from sources.extraction import walk as read
from sources.extraction.grammar import govern, lists, period, qualifier, quantity
from sources.extraction.grammar.trees import longest_of
from sources.extraction.grammar.units import MAGNITUDES, UNITS

_PHRASES = st.sampled_from(
    [
        text
        for path in sorted((Path(__file__).parent / "phrases").glob("*.yaml"))
        for _, section, text, _ in yaml.safe_load(path.read_text(encoding="utf-8"))
        if section == "review_year"
    ]
)
_LETTERS = st.text("平方米公里元", min_size=1, max_size=4)
#: what numbers are made of and what stands beside them
_PIECES = st.sampled_from(
    [
        *"0123456789.,%:-+/|·零一二三四五六七八九十两第前每强号级成点多余几来百千万亿,。;、年翻番倍双位数XAG",
        *sorted(UNITS), *MAGNITUDES, "增长", "达到", "百分之", "台阶", "PM10", "工程", "等战略", "(", "《", "\ufffd",
    ]
)  # fmt: skip
_WORDS = st.lists(_PIECES, max_size=14).map("".join)


def _plain(thing: object) -> Any:
    """Return what a thing holds, for comparison: names and values, all the way down."""
    if isinstance(thing, list | tuple):
        return [_plain(each) for each in thing]
    return {name: _plain(value) for name, value in vars(thing).items()} if hasattr(thing, "__dict__") else thing


@settings(max_examples=200, deadline=None)
@given(st.sets(_LETTERS, min_size=1), st.text("平方米公里元", max_size=8))
def test_a_tree_of_words_matches_the_longest(words: set[str], text: str) -> None:
    plain = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    for ending in ("", "里"):  # a shorter word too, where what follows asks for it
        one, other = re.match(f"{longest_of(words)}{ending}", text), re.match(f"(?:{plain}){ending}", text)
        assert (one and one.group()) == (other and other.group())


def test_a_tree_of_words_keeps_what_guards_one_of_them() -> None:
    pattern = re.compile(longest_of(["平", "平方米", "米"], {"平": "(?!均)"}))
    assert [bool(pattern.fullmatch(word)) for word in ("平", "平方米", "米", "平方")] == [True, True, True, False]
    assert pattern.match("平均") is None
    with pytest.raises(ValueError, match="none of them empty"):
        longest_of(["米", ""])


@settings(max_examples=300, deadline=None)
@given(_WORDS)
def test_numbers_are_refused_the_same_without_the_short_way(text: str) -> None:
    numbers = quantity.find_quantities(text, 0, len(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quantity, "_SAYS_NO_NAME", frozenset())
        assert _plain(quantity.find_quantities(text, 0, len(text))) == _plain(numbers)


@settings(max_examples=300, deadline=None)
@given(_WORDS)
def test_single_digits_before_units_are_no_values_by_either_pattern(text: str) -> None:
    numbers = quantity.find_quantities(text, 0, len(text))
    short = f"(?![一二三四五六七八九十两零][{quantity._NO_VALUE}])"
    assert short in quantity.QUANTITY.pattern
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quantity, "QUANTITY", re.compile(quantity.QUANTITY.pattern.replace(short, "")))
        assert _plain(quantity.find_quantities(text, 0, len(text))) == _plain(numbers)


#: what opens sections, and what sentences are made of
_OPENINGS = st.sampled_from(
    [
        *"。!?;:,\n -第、.五5", "一、", "二", "第二部分", "各位代表", "2022年工作回顾", "今后五年", "未来的5年,",
        "过去", "我市", "展望", "十四五", "十五五时期", "是", "的主要目标", "经济社会发展", "2023年", "工作总体要求",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(_OPENINGS, max_size=24).map("".join))
def test_headings_are_those_that_the_pattern_finds_anywhere(text: str) -> None:
    spans = [match.span() for match in sections._HEADING.finditer(text)]
    assert [match.span() for match in sections._headings(text)] == spans


@settings(max_examples=200, deadline=None)
@given(st.lists(_OPENINGS, max_size=8).map("".join))
def test_a_span_opens_without_the_short_way(head: str) -> None:
    turned = sections._SPAN_TURN.match(head) is not None and not sections._PAST.search(head)
    assert sections._opens_span(head, 2026) == (turned or sections._next_plan(head, 2026))


@settings(max_examples=200, deadline=None)
@given(st.text("1234·•‧・。.%亿元 指数为m²³□", max_size=16))
def test_folding_looks_for_every_point_without_the_short_way(text: str) -> None:
    points = normal._POINT.sub(".", normal._POINT_OF_INDEX.sub(r"\1.", text))
    boxes = normal._BOXES.sub(normal.UNREADABLE, normal._STOP_FOR_POINT.sub(".", points))
    raised = normal._EXPONENT_OF_UNIT.sub(lambda match: "2" if match.group() == "²" else "3", boxes)
    assert normal._fold(text) == raised


@settings(max_examples=40, deadline=None)
@given(st.lists(_PHRASES, min_size=1, max_size=4).map("".join))
def test_sentences_say_the_same_without_the_short_ways(text: str) -> None:
    context = ReportContext("short", 2022, "云河市", "city")
    short = read(text, context)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(govern, "_BEFORE_ONE_NUMBER", govern._AFTER_NAMES)
        patch.setattr(whose, "_may_have_place", lambda term, start: term is not None and term.start >= start)
        patch.setattr(lists, "_JOINT", re.compile(""))
        long = read(text, context)
    assert _plain([short.found, short.refused]) == _plain([long.found, long.refused])


@settings(max_examples=200, deadline=None)
@given(st.text("%的左右上下及或其以内之间多余", max_size=6))
def test_what_stands_behind_a_number_is_found_without_the_short_way(text: str) -> None:
    short = "(?=[%的左上及或以之多余])"
    assert short in qualifier.SUFFIX.pattern
    long = re.compile(qualifier.SUFFIX.pattern.replace(short, ""))
    for at in range(len(text)):
        one, other = qualifier.SUFFIX.match(text, at), long.match(text, at)
        assert (one and one.span()) == (other and other.span())


_TIMES = st.sampled_from(
    [
        *"12五十三四年月届来末,", "2021年", "2019至2022年", "去年", "今年", "全年", "上年", "一季度", "上半年", "1-9月",
        "前三个季度", "十四五", "以来", "次会议", "本届政府", "明年", "当年", "年内", "近三年", "今后五年", "比",
        "增长", "期间", "用三年时间",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(_TIMES, max_size=8).map("".join), st.booleans())
def test_cues_of_time_are_found_without_the_short_way(text: str, review: bool) -> None:
    clock = period.Clock(2023, 2023)
    cues = period.find_cues(text, 0, len(text), clock, review)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(period, "_holds", lambda words, marks: True)
        assert period.find_cues(text, 0, len(text), clock, review) == cues
