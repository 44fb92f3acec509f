"""Decisions of people outlive changed rules, cleaning, offsets and copies: found again, or told as lost."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from samples.world.compose import reports
from sources.extraction import ReportContext, extract
from sources.extraction.review import Decision, ReviewError, add_decision, apply_review, decision_of, load_reviews
from sources.extraction.review import unapplied as lost
from sources.extraction.types import Extraction

WIDE = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)} | {ord("%"): "％"}
Report = dict[str, Any]


@cache
def sample() -> tuple[tuple[str, ReportContext], ...]:
    return tuple(
        (one.text, ReportContext(one.report_id, one.report_year, one.region.name, one.region.level))
        for one in reports()[:6]
    )


@cache
def read(number: int) -> Extraction:
    return extract(*sample()[number])


# changes of the text, as another cleaning or another copy would make them


def spaces(text: str, rng: random.Random) -> str:
    return "".join(c + (" " if rng.random() < 0.02 else "") for c in text)


def widths(text: str, _: random.Random) -> str:
    return text.translate(WIDE)


def marks(text: str, _: random.Random) -> str:
    return text.replace("，", ",").replace("；", ";").replace("“", '"').replace("”", '"')


def joined(text: str, _: random.Random) -> str:
    return text.replace("\n", "")


def moved(text: str, rng: random.Random) -> str:
    return "来源：本级政府网站\n" * rng.randint(1, 3) + text


def letters(text: str, rng: random.Random) -> str:
    return "".join("□" if c == "的" and rng.random() < 0.5 else c for c in text)


def cut(text: str, rng: random.Random) -> str:
    return text[: rng.randint(len(text) // 4, len(text))]


TEXTS: tuple[Callable[[str, random.Random], str], ...] = (spaces, widths, marks, joined, moved, letters, cut)


# changes of the rules, as rows that they would make


def reread(extraction: Extraction, rng: random.Random) -> None:
    """Let new rules read some numbers as another indicator, with other years, or refuse them."""
    for row in list(extraction.observations):
        turn = rng.random()
        if turn < 0.1:
            row["indicator"] = rng.choice(("exports", "gdp", "retail_sales"))
        elif turn < 0.2:
            row["period_start"] -= 1
        elif turn < 0.3:
            extraction.observations.remove(row)
            keys = ("report_id", "surface", "char_start", "char_end", "sentence", "sentence_start", "section")
            more = {"reason": "no_indicator", "rule": "new", "detail": None, "rule_version": "new",
                    "rejection_id": row["observation_id"]}  # fmt: skip
            extraction.rejections.append({**{key: row[key] for key in keys}, **more})
        elif turn < 0.35:
            extraction.observations.append({**row, "indicator": "total_trade"})


def decided(rng: random.Random, number: int, context: ReportContext) -> Decision:
    row = rng.choice([row for row in read(number).observations if row["value"] is not None and row["surface"]])
    at = row["char_start"] - row["sentence_start"]
    start = max(0, at - rng.randint(6, 40))
    quote = row["sentence"][start : at + len(row["surface"]) + rng.randint(0, 12)]
    told = {"report_id": context.report_id, "quote": quote, "surface": row["surface"], "indicator": row["indicator"],
            "by": "读者", "reason": "核对", "region_code": "990100", "report_year": context.report_year}  # fmt: skip
    if rng.random() < 0.3:
        return Decision(action="remove", **told)
    return Decision(action="change", set={"value": row["value"] + 1, "period_end": 2050}, **told)


def holds(extraction: Extraction, decision: Decision) -> bool:
    """Whether the rows say what the person said."""
    rows = extraction.rejections if decision.action == "remove" else extraction.observations
    note = f"{decision.by}: {decision.reason}"
    return any(
        note in str(row.get("reviewed") or row.get("detail") or "")
        and (decision.action == "remove" or all(row[key] == value for key, value in decision.set.items()))
        for row in rows
    )


def change(seed: int) -> str:
    """Make one seeded decision and one seeded change; return what became of it: holds, told or gone."""
    rng = random.Random(seed)
    number = rng.randrange(len(sample()))
    text, context = sample()[number]
    decision = decided(rng, number, context)
    for alter in rng.sample(TEXTS, rng.randint(0, 2)):
        text = alter(text, rng)
    copied = rng.random() < 0.4
    name = "another_place" if copied else context.report_id
    report = {"report_id": name, "region_code": "990100", "report_year": context.report_year, "text": text}
    lines = lost([decision], [report])
    if decision.concerns(report):
        extraction = (
            copy.deepcopy(extract(text, context)) if text != sample()[number][0] else copy.deepcopy(read(number))
        )
        if rng.random() < 0.7:
            reread(extraction, rng)
        before = len(extraction.observations) + len(extraction.rejections)
        lines += apply_review(extraction, [decision], name)
        assert len(extraction.observations) + len(extraction.rejections) == before, "no number comes or goes"
        if holds(extraction, decision):
            assert not lines
            return "holds"
    return (
        "told"
        if any((decision.surface in line and name in line) or "no accepted report" in line for line in lines)
        else "gone"
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_decision_holds_or_is_told_as_lost(seed: int) -> None:
    assert change(seed) != "gone"


@pytest.mark.slow
def test_of_two_hundred_changes_none_loses_a_decision_in_silence() -> None:
    became = [change(seed) for seed in range(200)]
    assert became.count("gone") == 0
    assert became.count("holds") >= 130, {what: became.count(what) for what in set(became)}


def test_the_nearest_of_equal_numbers_is_meant() -> None:
    text = "2021年，地区生产总值增长8%，财政收入增长8%。"
    context = ReportContext("r", 2022, "云河市", "city")
    told = {"report_id": "r", "surface": "8%", "action": "change", "set": {"value": 7.0}, "by": "a", "reason": "b"}
    for indicator, quote in (("gdp", "生产总值增长8%"), ("gdp", "地区生产总值增长8%，财政收入增长8%")):
        found = extract(text, context)
        assert apply_review(found, [Decision(indicator=indicator, quote=quote, **told)], "r") == []
        changed = [row for row in found.observations if row["reviewed"]] if "reviewed" in found.observations[0] else []
        assert [row["indicator"] for row in found.observations if row.get("reviewed")] == ["gdp"], changed
        assert [row["value"] for row in found.observations if row["indicator"] == "gdp"] == [7.0]


def test_what_rules_read_as_another_thing_is_put_right_whole() -> None:
    """The person saw retail sales; rules that read them as exports by now don't keep half of both."""
    text, context = "2021年，社会消费品零售总额320亿元。", ReportContext("r", 2022, "云河市", "city")
    found = extract(text, context)
    found.observations[0].update(indicator="exports", canonical_value=None)
    decision = Decision(report_id="r", quote="零售总额320亿元", surface="320亿元", indicator="retail_sales",
                        action="change", set={"period_end": 2020}, by="a", reason="b")  # fmt: skip
    assert apply_review(found, [decision], "r") == []
    row = found.observations[0]
    assert (row["indicator"], row["period_end"], row["canonical_value"]) == ("retail_sales", 2020, 320e8)


def test_a_readers_answer_becomes_a_review_file(tmp_path: Path) -> None:
    text, context = "2021年，地区生产总值增长8%。", ReportContext("r", 2022, "云河市", "city")
    row = extract(text, context).observations[0]
    given = {"by": "读者", "reason": "audit", "region_code": "990100", "report_year": 2022}
    for field, value in (("value", "7.5"), ("period", "2017-2021"), ("none", "")):
        add_decision(tmp_path, "x", decision_of("r", row["sentence"], row["surface"], row, field, value, **given))
    first, second, third = load_reviews(tmp_path)
    assert (first.set, second.set, third.action) == (
        {"value": 7.5}, {"period_start": 2017, "period_end": 2021}, "remove",
    )  # fmt: skip
    found = extract(text, context)
    assert apply_review(found, [first, second], "r") == []
    assert (found.observations[0]["canonical_value"], found.observations[0]["period_start"]) == (7.5, 2017)
    with pytest.raises(ReviewError, match="no measure"):
        decision_of("r", row["sentence"], row["surface"], row, "measure", "speed", **given)
    with pytest.raises(ReviewError, match="no value"):
        decision_of("r", row["sentence"], row["surface"], row, "value", "eight", **given)
