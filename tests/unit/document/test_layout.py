"""The order in which what stands on a page is read."""

from __future__ import annotations

import numpy as np
import pytest

from sources.document.forms.layout import Box, boxes_of, in_reading_order, is_sideways, margin, rows, tilt


def box(left: float, top: float, right: float, number: int = 0, height: float = 40) -> Box:
    return Box(left, top, right, top + height, number)


def quad(left: float, top: float, right: float, height: float = 40, slope: float = 0.0) -> np.ndarray:
    fall = slope * (right - left)
    corners = [[left, top], [right, top + fall], [right, top + height + fall], [left, top + height]]
    return np.array(corners, dtype=np.float32)


def order(boxes: list[Box]) -> list[list[list[int]]]:
    return [[[b.number for b in row] for row in column] for column in in_reading_order(boxes)]


def test_one_column_is_read_row_by_row() -> None:
    boxes = [box(100, 60 * n, 900, n) for n in range(12)]
    assert order(boxes[::-1]) == [[[n] for n in range(12)]]


def test_two_columns_are_read_one_after_the_other_under_a_heading_and_above_a_foot() -> None:
    boxes = [box(150, 0, 850, 0)]
    boxes += [box(0, 60 * n, 480, n) for n in range(1, 8)]
    boxes += [box(520, 60 * n + 7, 1000, 10 + n) for n in range(1, 8)]
    boxes += [box(200, 500, 800, 20)]
    assert order(boxes) == [[[0]], [[n] for n in range(1, 8)], [[10 + n] for n in range(1, 8)], [[20]]]


def test_a_table_is_read_row_by_row() -> None:
    cells = [box(0, 60 * n, 250, 10 * n) for n in range(8)] + [box(600, 60 * n, 700, 10 * n + 1) for n in range(8)]
    assert order(cells) == [[[10 * n, 10 * n + 1] for n in range(8)]]


def test_pieces_of_one_line_are_a_row_though_it_falls_a_little() -> None:
    assert [[b.number for b in row] for row in rows([box(500, 8, 900, 2), box(0, 0, 450, 1), box(0, 60, 900, 3)])] == [
        [1, 2],
        [3],
    ]


def test_what_lies_in_another_box_is_read_once() -> None:
    assert [b.number for b in boxes_of([quad(0, 0, 900), quad(300, 2, 600, 36), quad(0, 60, 900)])] == [0, 2]


@pytest.mark.parametrize("slope", [0.0, 0.02, -0.03])
def test_tilt_is_that_of_the_lines(slope: float) -> None:
    lines = [quad(0, 60 * n, 900, slope=slope) for n in range(9)]
    assert tilt(lines) == pytest.approx(np.degrees(np.arctan(slope)), abs=0.05)
    assert tilt([quad(0, 0, 90, slope=0.3)]) == 0.0  # too short to tell


def test_a_page_on_its_side_is_told_by_most_of_its_lines() -> None:
    upright = [quad(0, 60 * n, 900) for n in range(5)]
    assert not is_sideways([*upright, quad(0, 0, 30, 900)])
    assert is_sideways([quad(60 * n, 0, 60 * n + 30, 900) for n in range(5)])


def test_margin_is_where_lines_begin_and_not_where_one_mark_stands() -> None:
    column = [[box(30, 0, 60)], *[[box(100 if n % 4 else 180, 60 * n, 900)] for n in range(1, 20)]]
    assert margin(column, 40) == 100
