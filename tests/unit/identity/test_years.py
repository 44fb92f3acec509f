"""The report year out of three clocks, and texts whose years were moved."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.document.identity.clocks import compact, find_meeting_date, read_clocks, to_year
from sources.document.identity.events import read_events
from sources.document.identity.identity import Label, identify
from sources.document.identity.place import find_place
from sources.document.identity.spun import find_spinning
from sources.registry.regions import Regions

Writer = Callable[..., Any]


@pytest.mark.parametrize(
    ("title", "meeting", "review", "goals", "expected"),
    [
        # the title names the report year, the meeting was in the December before
        ("2021年清坞县政府工作报告", "2020年12月24日", "一、2020年工作回顾", "二、2021年工作安排", 2021),
        # the title names the year reviewed
        ("2020年清坞县政府工作报告", "2021年1月6日", "一、2020年工作回顾", "二、2021年工作安排", 2021),
        # title and meeting name the year reviewed, the goals are next year's
        ("2023年清坞县政府工作报告", "2023年12月28日", "一、2023年工作回顾", "二、2024年主要任务", 2024),
        ("清坞县政府工作报告", "2022年12月19日", "一、2022年工作回顾", "二、2023年经济社会发展主要预期目标", 2023),
        ("清坞县政府工作报告", "二〇一九年一月十四日", "一、2018年工作回顾", "二、2019年工作安排", 2019),
        # a session put off to spring
        ("2022年清坞县政府工作报告", "2022年4月11日", "一、2021年以来工作回顾", "二、2022年工作安排", 2022),
    ],
)
def test_three_clocks(
    write: Writer, places: Regions, title: str, meeting: str, review: str, goals: str, expected: int
) -> None:
    paper = write(title=title, meeting=meeting, year=expected, review=review, goals=goals)
    found = identify(paper, None, places)
    assert (found.report_year, found.accepted, found.sitting) == (expected, True, 1)


def test_meeting_date_is_the_one_on_the_face(write: Writer, places: Regions) -> None:
    face = "发布日期：2022年3月1日 来源：县政府办\n政府工作报告\n——2022年1月20日在清坞县第五届人民代表大会第二次会议上"
    found = identify(write(face=face), None, places)
    assert found.meeting_date == date(2022, 1, 20)
    assert found.congress_session == "第五届人民代表大会第二次会议"


def test_session_reviewed_in_the_body_is_not_the_session_of_the_report(write: Writer, places: Regions) -> None:
    review = "一、2021年工作回顾\n我们圆满完成了县四届人大五次会议确定的任务，全县生产总值增长6.1%。"
    assert identify(write(face="政府工作报告", review=review), None, places).congress_session is None


def test_sitting_after_an_election_that_sets_no_goals_is_the_second(write: Writer, places: Regions) -> None:
    paper = write(
        face="政府工作报告",
        review="一、过去五年工作回顾\n县四届人大一次会议以来，生产总值由2015年的80亿元增加到2020年的130亿元。",
        goals="二、今后五年的奋斗目标\n今后五年，到2025年，全县生产总值突破200亿元。",
        year=2021,
    )
    found = identify(paper, None, places)
    assert (found.report_year, found.sitting) == (2021, 2)


def test_goals_for_the_rest_of_the_year_are_a_second_sitting_too(write: Writer, places: Regions) -> None:
    paper = write(
        meeting="2021年7月28日",
        review="一、过去五年工作回顾\n过去五年，生产总值由2015年的80亿元增加到2020年的130亿元。",
        goals="二、今后五年任务目标\n今后五年再上台阶。\n三、2021年下半年重点工作\n今年下半年，抓好项目。",
        year=2021,
    )
    found = identify(paper, None, places)
    assert (found.report_year, found.sitting) == (2021, 2)


@pytest.mark.parametrize(
    ("written", "year"), [("2019", 2019), ("二〇一九", 2019), ("二○二一", 2021), ("一九九八", 1998)]
)
def test_years_in_digits_and_characters(written: str, year: int) -> None:
    assert to_year(written) == year


@given(st.dates(date(1990, 1, 1), date(2035, 12, 31)), st.integers(0, 3))
def test_any_date_on_the_face_is_read(day: date, style: int) -> None:
    spaced = " " * style
    face = (
        f"政府工作报告{spaced}——{spaced}{day.year}年{spaced}{day.month}月{day.day}日{spaced}在某地第三届人民代表大会上"
    )
    found = find_meeting_date(compact(face))
    assert found is not None
    assert found[0] == day


def test_impossible_date_is_no_date() -> None:
    assert find_meeting_date("2021年2月30日在清坞县第五届人民代表大会上") is None


@pytest.mark.parametrize(
    ("phrase", "low", "high"),
    [
        ("实现了“十二五”良好开局", 2010, 2017),
        ("深入贯彻党的十九届五中全会精神", 2020, 2027),
        ("紧密团结在以胡锦涛同志为总书记的党中央周围", 2002, 2013),
        ("以优异成绩迎接党的二十大胜利召开", 2020, 2022),
        ("迎接党的二十大", 0, 2032),
    ],
)
def test_national_dates_bind(phrase: str, low: int, high: int) -> None:
    bounds = read_events(phrase)
    assert (bounds.not_before, bounds.not_after) == (low, high)


def test_moved_years_are_refused_as_spun(write: Writer, places: Regions) -> None:
    """What a content mill does: every year of an old report is replaced by a new one."""
    honest = write(year=2012, meeting="2012年2月8日", context="实现“十二五”良好开局，落实党的十七届六中全会精神，")
    assert identify(honest, None, places).accepted
    moved = replace(honest, text=re.sub(r"201\d年", lambda m: f"{int(m[0][:4]) + 11}年", honest.text))
    found = identify(moved, None, places)
    assert (found.accepted, found.refusal_reason) == (False, "spun")
    assert "十二五" in (found.refusal_detail or "") or "新时代" in (found.refusal_detail or "")


def test_false_anniversary_is_spun_but_one_misprint_among_true_ones_is_not() -> None:
    assert read_events("2024年是新中国成立70周年。").contradict(2025)
    assert not read_events("2019年是新中国成立70周年。2019年是“十三五”规划开局之年。").contradict(2020)


def test_a_silent_text_has_no_year() -> None:
    clocks = read_clocks("全县上下齐心协力，各项工作取得新成绩。", None)
    assert (clocks.report_year, clocks.score) == (None, 0.0)


def test_swapped_standing_terms_are_spun(write: Writer, places: Regions) -> None:
    text = "根底设施不断完善，对增长的奉献率达到60%，效劳业增加值提高，促进经济社会可持续开展。"
    found = identify(write(context=text), None, places)
    assert (found.accepted, found.refusal_reason) == (False, "spun")
    assert "奉献率" in (found.refusal_detail or "")


def test_interleaved_words_are_spun() -> None:
    text = "全县全县生产总值总值预计增长增长目标，投资投资稳步稳步扩大。" * 5
    assert find_spinning(text + "各项工作有序推进，" * 20) is not None
    assert find_spinning("我们一步一个脚印，稳步推进各项工作，全县上下团结一心。" * 40) is None


def test_a_guess_is_taken_only_where_the_label_says_the_same(write: Writer, places: Regions) -> None:
    paper = write(face="政府工作报告", review="一、过去工作回顾\n全县经济平稳运行。", goals="二、今后打算", year=2019)
    found = identify(paper, None, places)
    assert (found.accepted, found.refusal_reason) == (False, "no_identity")
    wrong = identify(paper, Label(report_year=1999), places)
    assert (wrong.accepted, wrong.refusal_reason) == (False, "no_identity")


@pytest.mark.parametrize(
    ("outline", "year"),
    [
        ("《清坞县国民经济和社会发展第十一个五年规划纲要（草案）》一并审议", 2006),
        ("《清坞县国民经济和社会发展“十五”计划纲要（草案）》一并审查", 2001),
        ("《清坞县国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要（草案）》一并审议", 2021),
    ],
)
def test_the_draft_of_a_plan_is_laid_before_the_congress_of_its_first_year(outline: str, year: int) -> None:
    text = f"各位代表：现在，我代表县人民政府作工作报告，请连同{outline}。五年来，全县上下齐心协力，取得新成绩。"
    clocks = read_clocks(compact(text), None)
    assert (clocks.report_year, clocks.words["outline"][-2:]) == (year, outline[-2:])


def test_a_title_may_name_its_year_without_the_word() -> None:
    clocks = read_clocks(compact("清坞县 2006 政府工作报告\n各位代表：全县上下齐心协力，取得新成绩。"), None)
    assert (clocks.title_year, clocks.report_year) == (2006, 2006)


def test_a_title_may_name_the_government_before_its_year(places: Regions) -> None:
    text = compact("清坞县政府2021年政府工作报告\n各位代表：全县上下齐心协力，取得新成绩。")
    found = find_place(text, None, None, 2021, places, None).region
    assert found is not None and found.name == "清坞县"


def test_a_year_that_others_are_measured_by_is_not_the_year_reviewed() -> None:
    body = (
        "过去五年工作回顾。预计2012年全县生产总值完成86亿元，是2007年的2.3倍；工业增加值达到31亿元，是2007年的2.4倍；"
        "财政收入完成6.2亿元，是2007年的2.2倍。"
    )
    assert read_clocks(compact("各位代表：现在，我代表县人民政府作工作报告。" + body), None).report_year == 2013
