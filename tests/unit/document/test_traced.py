"""Traced text: whatever cleaning does, the way back to the source stays right."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.document.traced import NOWHERE, Traced, dump_map, join, load_map, runs, to_source

TEXT = st.text(alphabet="一二三增长 12.%\n　，。ab", max_size=60)


@given(TEXT, st.sampled_from([r" ", r"\n", r"[12]+", r"。"]), st.sampled_from(["", " ", "\n"]))
def test_every_kept_character_leads_to_itself(text: str, pattern: str, new: str) -> None:
    traced = Traced.of(text).sub(re.compile(pattern), new)
    for character, origin in zip(traced.text, traced.origins, strict=True):
        assert character.isspace() or text[origin] == character


@given(TEXT, st.lists(st.integers(0, 60), max_size=4))
def test_map_says_what_the_origins_say(text: str, cuts: list[int]) -> None:
    edges = sorted({0, len(text), *(min(c, len(text)) for c in cuts)})
    pieces = [Traced.of(text).slice(a, b) for a, b in pairwise(edges)]
    joined = join(reversed(pieces), "\n")
    stored = load_map(dump_map(runs(joined)))
    for offset, origin in enumerate(joined.origins):
        assert to_source(stored, offset) == (None if origin == NOWHERE else origin)
    assert to_source(stored, len(joined)) is None


@given(TEXT)
def test_lines_and_strip_keep_origins(text: str) -> None:
    traced = Traced.of(text)
    assert join(traced.lines(), "\n").text == text
    for line in traced.lines():
        stripped = line.strip()
        assert stripped.text == line.text.strip()
        assert all(text[o] == c for c, o in zip(stripped.text, stripped.origins, strict=True))


def test_nothing_but_white_space_can_be_made() -> None:
    with pytest.raises(ValueError, match="white space"):
        Traced.made("亿")
    with pytest.raises(ValueError, match="white space"):
        join([Traced.of("a"), Traced.of("b")], "，")
