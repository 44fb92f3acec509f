"""Reading takes time in proportion to a text's length, whatever its sentences look like."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from sources.extraction import ReportContext, extract
from sources.extraction.engine import LONGEST, pieces

CONTEXT = ReportContext("endless", 2024, "霁川市", "city")
#: n clauses, all in one sentence
SHAPES: dict[str, Callable[[int], str]] = {
    "goals of one indicator": lambda n: (
        "今年，" + "，".join(f"地区生产总值增长{k % 9 + 1}.{k % 10}%" for k in range(n))
    ),
    "no mark at all": lambda n: "".join(f"固定资产投资{k + 1}亿元增长{k % 9 + 1}%" for k in range(n)),
    "many subjects": lambda n: "、".join(f"{'甲乙丙丁戊己庚辛壬癸'[k % 10]}产业增长{k % 90 + 1}%" for k in range(n)),
}


def seconds(text: str) -> float:
    """Return the least processor time of two readings."""
    found = []
    for _ in range(2):
        began = time.process_time()
        extract(text, CONTEXT)
        found.append(time.process_time() - began)
    return min(found)


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_clauses_take_no_more_than_some_four_times_as_long(shape: str) -> None:
    write = SHAPES[shape]
    seconds(write(20))  # rules and lexicon are loaded
    # of the square it would be 16 times; a fixed part makes it less than four
    assert seconds(write(1600) + "。") < 8 * seconds(write(400) + "。") + 0.1


def test_every_number_of_an_endless_sentence_ends_in_a_row() -> None:
    for shape, write in SHAPES.items():
        found = extract(write(600) + "。", CONTEXT)
        expected = 1200 if shape == "no mark at all" else 600
        # 今年 may be told as a date
        assert expected <= len(found.observations) + len(found.rejections) <= expected + 1, shape


def test_what_has_no_mark_for_so_long_is_no_language() -> None:
    found = extract(SHAPES["no mark at all"](400) + "。", CONTEXT)
    assert found.observations == [] and {row["reason"] for row in found.rejections} == {"table_cell"}


def test_a_long_sentence_is_cut_behind_marks_and_nowhere_else() -> None:
    text = "。" + ("一二三四五六七,八九" * 500) + "十" * (LONGEST + 7) + ";末"
    cut = list(pieces(text, 1, len(text)))
    assert cut[0][0] == 1 and cut[-1][1] == len(text)
    assert all(left[1] == right[0] for left, right in pairwise(cut))
    assert all(text[end - 1] in ",;" for _, end in cut[:-1])
    assert [end - start > LONGEST for start, end in cut].count(True) == 1


def test_a_sentence_as_long_as_any_real_one_stays_whole() -> None:
    text = "甲" * 700 + "。"
    assert list(pieces(text, 0, len(text))) == [(0, len(text))]
