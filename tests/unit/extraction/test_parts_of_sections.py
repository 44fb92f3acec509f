"""What holds in a part of a section that a sentence or a heading of its own opens: estimates, spans, promises."""

from __future__ import annotations

from typing import Any

from sources.extraction import ReportContext, extract

_OPENING = "云河市政府工作报告\n各位代表：\n一、过去五年及2021年政府工作回顾\n"


def read(text: str) -> list[dict[str, Any]]:
    return extract(text, ReportContext("part", 2022, "云河市", "city")).observations


def told(text: str) -> list[tuple[Any, ...]]:
    return [(r["indicator"], r["status"], r["period_start"], r["period_end"]) for r in read(text)]


def test_an_estimate_for_all_holds_in_a_part_that_a_sentence_opens() -> None:
    text = (
        f"{_OPENING}五年来，全市生产总值（预计，下同）年均增长8%。\n"
        "刚刚过去的2021年，全市生产总值增长6.4%。\n二、今后五年工作目标\n生产总值年均增长7%。\n"
    )
    assert told(text) == [
        ("gdp", "estimated", 2017, 2021),
        ("gdp", "estimated", 2021, 2021),
        ("gdp", "target", 2022, 2026),
    ]


def test_a_year_measured_from_the_start_of_the_span_opens_no_review_of_the_year() -> None:
    text = f"{_OPENING}五年来，我市阔步前进。2021年，全市生产总值达到90亿元，比2016年增长83%。人均生产总值增长57%。\n"
    assert told(text)[-2:] == [("gdp", "actual", 2017, 2021), ("gdp_per_capita", "actual", 2017, 2021)]


def test_works_to_be_done_this_year_are_goals_in_all_their_points() -> None:
    lines = [
        "二、今年要办的实事",
        "为农民办好以下实事：",
        "①转移农村劳动力3万人。",
        "为居民办好以下实事：",
        "①新增就业3200人。",
    ]
    text = f"{_OPENING}2021年，新增就业2800人。\n" + "\n".join(lines)
    assert told(text) == [
        ("new_urban_employment", "actual", 2021, 2021),
        ("rural_labour_transfer", "target", 2022, 2022),
        ("new_urban_employment", "target", 2022, 2022),
    ]
    done = text.replace("今年要办的实事", "今年要办的实事完成情况")
    assert [row[1] for row in told(done)] == ["actual"] * 3
