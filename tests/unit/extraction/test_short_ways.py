"""Short ways through a sentence: each gives what the long way gives, on any words of the genre."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.extraction.grammar import quantity
from sources.extraction.grammar.trees import longest_of
from sources.extraction.grammar.units import MAGNITUDES, UNITS

_LETTERS = st.text("平方米公里元", min_size=1, max_size=4)
#: what numbers are made of and what stands beside them
_PIECES = st.sampled_from(
    [
        *"0123456789.,%:-+/|·零一二三四五六七八九十两第前每强号级成点多余几来百千万亿,。;、年翻番倍双位数XAG",
        *sorted(UNITS), *MAGNITUDES, "增长", "达到", "百分之", "台阶", "PM10", "工程", "等战略", "(", "《", "\ufffd",
    ]
)  # fmt: skip
_WORDS = st.lists(_PIECES, max_size=14).map("".join)


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
        assert quantity.find_quantities(text, 0, len(text)) == numbers


@settings(max_examples=300, deadline=None)
@given(_WORDS)
def test_single_digits_before_units_are_no_values_by_either_pattern(text: str) -> None:
    numbers = quantity.find_quantities(text, 0, len(text))
    short = f"(?![一二三四五六七八九十两零][{quantity._NO_VALUE}])"
    assert short in quantity.QUANTITY.pattern
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quantity, "QUANTITY", re.compile(quantity.QUANTITY.pattern.replace(short, "")))
        assert quantity.find_quantities(text, 0, len(text)) == numbers
