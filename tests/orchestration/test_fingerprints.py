"""Fingerprints: the same rows, the same hash; another value, another hash."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.home import fingerprints

rows = st.lists(st.fixed_dictionaries({"a": st.integers(0, 3), "b": st.sampled_from(["甲", "乙", None])}), max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is no fault of ours
@given(rows, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_count(found: list[dict[str, object]], chance: random.Random) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert fingerprints.of_rows(found) == fingerprints.of_rows(shuffled)


def test_an_empty_cell_is_a_missing_one_and_a_value_counts() -> None:
    assert fingerprints.of_rows([{"a": 1, "b": None}]) == fingerprints.of_rows([{"a": 1}])
    assert fingerprints.of_rows([{"a": 1}]) != fingerprints.of_rows([{"a": 2}])
    assert fingerprints.of_rows([{"a": 1}, {"a": 1}]) != fingerprints.of_rows([{"a": 1}])


def test_substance_ignores_which_version_wrote_the_row_and_content_does_not() -> None:
    one = fingerprints.stored("x", {"value": [1], "rule_version": ["r1"], "checked_at": ["today"]})
    other = fingerprints.stored("x", {"value": [1], "rule_version": ["r2"], "checked_at": ["tomorrow"]})
    assert one["substance"] == other["substance"]
    assert one["content"] != other["content"]
