"""A person's decision holds for one number: where it fits none or two, it is told and changes nothing."""

from __future__ import annotations

from copy import deepcopy

import pytest

from sources.extraction import ReportContext, extract
from sources.extraction.review import Decision, apply_review
from sources.extraction.types import Extraction

CONTEXT = ReportContext("990100_2022", 2022, "霁川市", "city")
ONE = "2021年，全市地区生产总值增长8%，城镇新增就业5万人。"
#: two sentences that tell the same number of two years in the same words
TWO = f"{ONE}\n{ONE.replace('2021', '2020')}"


def decision(**other: object) -> Decision:
    values = {
        "report_id": CONTEXT.report_id, "quote": "地区生产总值增长8%", "surface": "8%", "indicator": "gdp",
        "action": "change", "set": {"value": 7.5}, "by": "评审人", "reason": "附表",
    }  # fmt: skip
    return Decision.model_validate({**values, **other})


def extracted(text: str) -> Extraction:
    return extract(text, CONTEXT)


def gdp(extraction: Extraction) -> list[float]:
    return [row["value"] for row in extraction.observations if row["indicator"] == "gdp"]


@pytest.mark.parametrize("action", ["change", "remove"])
def test_a_decision_that_fits_two_numbers_is_told_and_applied_to_neither(action: str) -> None:
    extraction = extracted(TWO)
    assert gdp(extraction) == [8.0, 8.0]
    before = deepcopy(extraction)
    (told,) = apply_review(extraction, [decision(action=action)], CONTEXT.report_id)
    assert "2 numbers fit, expected one" in told
    assert (extraction.observations, extraction.rejections) == (before.observations, before.rejections)


def test_a_decision_that_fits_one_number_is_applied() -> None:
    extraction = extracted(ONE)
    assert apply_review(extraction, [decision()], CONTEXT.report_id) == []
    assert gdp(extraction) == [7.5]
    (row,) = [row for row in extraction.observations if row["indicator"] == "gdp"]
    assert row["reviewed"] == "评审人: 附表" and row["canonical_value"] == 7.5


def test_a_decision_that_fits_none_or_says_the_same_is_told() -> None:
    extraction = extracted(ONE)
    other, same = decision(surface="9%"), decision(set={"value": 8.0})
    told = apply_review(extraction, [other, same], CONTEXT.report_id)
    assert ["0 numbers fit" in told[0], "the machine says the same now" in told[1], len(told)] == [True, True, 2]
    assert gdp(extraction) == [8.0]


def test_a_number_that_is_removed_is_a_rejection() -> None:
    extraction = extracted(ONE)
    assert apply_review(extraction, [decision(action="remove", set={})], CONTEXT.report_id) == []
    assert gdp(extraction) == []
    assert [row["detail"] for row in extraction.rejections if row["rule"] == "reviewed"] == ["reviewed: 评审人: 附表"]
