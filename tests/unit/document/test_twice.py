"""What two readings of a line differ on is no number: the ways in which recognition loses or changes one."""

from __future__ import annotations

import pytest

from sources.document.forms.recognition import Reading
from sources.document.forms.twice import HALF_WIDTH, UNREADABLE, advance, agreed, withheld


def reading(text: str, **doubts: float) -> Reading:
    """Return a reading that is sure of all but the characters at the places named (`at3=0.4`)."""
    sure = [0.99] * len(text)
    for place, confidence in doubts.items():
        sure[int(place.removeprefix("at"))] = confidence
    return Reading(text, tuple(sure), ())


def test_what_both_read_stands() -> None:
    line = "全市生产总值完成1,697.6亿元，增长6.5%；-3.2℃，2022—2023年分别为12%、13%。"
    assert agreed(reading(line), reading(line)) == line


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("增长6.5%左右", "增长8.5%左右", "增长���%左右"),
        ("增长125%", "增长12.5%", "增长����"),
        ("增长12.5%", "增长125%", "增长�����"),
        ("完成1697.6亿元", "完成1697,6亿元", "完成1697�6亿元"),
        ("增长I2.5%", "增长12.5%", "增长����%"),
        ("完成1O5亿元", "完成1O5亿元", "完成1�5亿元"),
        ("增长5.2%", "增长-5.2%", "增长����"),
        ("占比12.5", "占比12.5%", "占比����"),
        ("达到19378元", "达到1937元", "达到�����元"),
        ("完成270亿元", "完成270万元", "完成����元"),
        ("完成270元", "完成270亿元", "完成���元"),
        ("增长12。5%", "增长12。5%", "增长12�5%"),
        ("完成1697 6亿元", "完成1697 6亿元", "完成1697�6亿元"),
        ("完成3项", "完成三项", "完成�项"),
        ("增长", "增长5%", "增�"),
        ("全省第二位", "全省第三位", "全省第�位"),
    ],
)
def test_a_number_that_the_readings_differ_on_is_not_read(first: str, second: str, told: str) -> None:
    assert agreed(reading(first), reading(second)) == told


@pytest.mark.parametrize("confident", ["first", "second"])
def test_a_digit_that_one_reading_doubts_is_not_read(confident: str) -> None:
    sure, unsure = reading("增长6.5%"), reading("增长6.5%", at2=0.4)
    pair = (sure, unsure) if confident == "first" else (unsure, sure)
    assert agreed(*pair) == "增长���%"


@pytest.mark.parametrize(
    ("places", "told"),
    [((0.0, 0.5, 0.83, 1.33), "1697"), ((0.0, 1.0, 1.5, 2.0), "����"), ((0.0, 0.5, 1.17, 1.5), "1��7")],
    ids=["even", "a digit's room", "a point's room"],
)
def test_digits_with_room_between_them_are_not_read(places: tuple[float, ...], told: str) -> None:
    spread = Reading("1697", (0.99,) * 4, places)
    assert agreed(spread, spread) == told


def test_how_far_apart_digits_stand_is_the_pages_own() -> None:
    wide = Reading("2022", (0.99,) * 4, (0.0, 1.0, 2.0, 3.0))
    assert advance([wide, wide, wide]) == 1.0
    assert agreed(wide, wide, advance([wide, wide, wide])) == "2022"
    assert advance([wide]) == HALF_WIDTH


def test_a_doubt_is_found_where_the_second_reading_is_longer() -> None:
    assert agreed(reading("增长6.5%"), reading("，增长6.5%", at5=0.4)) == "增长���%"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("增长1\n�\n5.2%。全省第2", "增长�\n�\n���%。全省第2"),
        ("增长12\n�%，", "增长��\n�%，"),
        ("共270亿�元", "共���亿�元"),
        ("共1�7.6亿元", "共1�7.6亿元"),
        ("第�位，共3项\n5处", "第�位，共3项\n5处"),
    ],
)
def test_a_number_beside_what_is_lost_does_not_pass_for_whole(text: str, told: str) -> None:
    assert withheld(text) == told
    assert withheld(told) == told


def test_words_may_differ() -> None:
    assert agreed(reading("澜水防洪工程，共6座"), reading("阑水防洪工程、共6座")) == "澜水防洪工程，共6座"
    assert agreed(reading("——一带一路"), reading("一一一带一路")) != "——一带一路"  # it may be a number in words
    assert agreed(reading("其中：出口270亿元"), reading("其中:出口 270亿元")) == "其中：出口270亿元"


def test_a_line_that_is_no_text_leaves_a_trace() -> None:
    assert agreed(Reading("乱七", (0.3, 0.2)), Reading("", ())) == UNREADABLE
    assert agreed(Reading("", ()), reading("增长")) == UNREADABLE
    assert agreed(Reading("", ()), Reading("", ())) == ""
