"""Audits: who is drawn, what readers say, what follows; intervals that cover what was planted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.release.sampling import LEAST, allocate, numbers_unread
from sources.quality import audits
from sources.quality.audits import Answer, AuditError, Draw, Item, audit_rows, result_of

SIZES = {"cell result headline plain": 2600, "cell result other plain": 1900, "cell target headline plain": 700,
         "cell result headline doubtful": 320, "cell target other doubtful": 45}  # fmt: skip
READING = {"indicator": "gdp", "measure": "growth", "status": "actual", "doubt": 0.1}


def item(kind: Any, stratum: str, number: int) -> Item:
    reading = READING if kind == "cell" else {}
    name, report = f"{kind}{stratum}{number}", f"r{number % 40}"
    return Item(name, kind, stratum, report, "0" * 64, 3, 5, "8%", "增长8%。", 1, "", "", "", reading)


def simulated(seed: int) -> tuple[Draw, dict[str, str], float, float]:
    """Return an audit with planted errors, what is true of each item, and the true precision and recall."""
    rng = random.Random(seed)
    base = rng.choice((0.0, 0.01, 0.03, 0.06))
    wrong: dict[str, set[int]] = {}
    for name, size in SIZES.items():
        rate = min(1.0, base * (6 if "doubtful" in name else 1))
        wrong[name] = {number for number in range(size) if rng.random() < rate}
    places, missed_rate = 4000, rng.choice((0.002, 0.01, 0.03))
    missed = {number for number in range(places) if rng.random() < missed_rate}
    wanted = allocate(SIZES, 150)
    drawn = [
        item("cell", name, number) for name, size in SIZES.items() for number in rng.sample(range(size), wanted[name])
    ]
    drawn += [item("place", "place", number) for number in rng.sample(range(places), 100)]
    truth = {
        one.item_id: ("missed" if int(one.item_id.removeprefix("placeplace")) in missed else "right")
        if one.kind == "place"
        else ("wrong" if int(one.item_id.removeprefix(f"cell{one.stratum}")) in wrong[one.stratum] else "right")
        for one in drawn
    }
    total = sum(SIZES.values())
    right = total - sum(map(len, wrong.values()))
    draw = Draw("a", "release", seed, "", {**SIZES, "place": places}, tuple(drawn))
    return draw, truth, right / total, right / (total + len(missed))


def said(truth: dict[str, str]) -> dict[str, dict[str, Answer]]:
    return {"a": {i: Answer(i, what, "value" if what == "wrong" else "") for i, what in truth.items()}}


def test_the_interval_covers_what_was_planted_in_ninety_three_of_a_hundred_audits() -> None:
    covered = {"precision": 0, "recall": 0}
    for seed in range(100):
        draw, truth, precision, recall = simulated(seed)
        result = result_of(draw, said(truth))
        assert result.precision and result.recall and result.n_cells == 150
        covered["precision"] += result.precision.lower <= precision <= result.precision.upper
        covered["recall"] += result.recall.lower <= recall <= result.recall.upper
    assert min(covered.values()) >= 93, covered


def test_strata_give_as_many_as_are_asked_for() -> None:
    assert sum(allocate(SIZES, 150).values()) == 150
    assert min(allocate(SIZES, 150).values()) >= LEAST
    assert allocate({"a": 3, "b": 1}, 150) == {"a": 3, "b": 1}, "no more than there are"
    assert allocate({"a": 3000, "b": 1}, 10) == {"a": 9, "b": 1}


def test_places_are_figures_that_nothing_was_read_from() -> None:
    text = "2023年1月10日，第3次会议。增长8%，投资12.5亿元，新建５座。十四五"
    spans = [text[start:end] for start, end in numbers_unread(text, [(text.index("8%"), text.index("8%") + 2)])]
    assert spans == ["12.5亿", "５"]


@pytest.fixture
def reviews(tmp_path: Path) -> Iterator[Path]:
    items = (item("cell", "cell result headline plain", 1), item("cell", "cell result headline plain", 2),
             item("place", "place", 1))  # fmt: skip
    audits.write_draw(tmp_path, Draw("r-1", "r", 1, "", {"cell result headline plain": 2, "place": 50}, items))
    yield tmp_path


def test_what_readers_disagree_on_waits_for_the_one_who_settles(reviews: Path) -> None:
    draw = audits.read_draw(reviews, "r-1")
    first, second, place = (one.item_id for one in draw.items)
    for reader, answer in (("wang", "right"), ("li", "wrong")):
        audits.answer(reviews, draw, reader, Answer(first, answer, "value" if answer == "wrong" else ""))
        audits.answer(reviews, draw, reader, Answer(second, "right"))
        audits.answer(reviews, draw, reader, Answer(place, "doubtful" if reader == "li" else "right"))
    result = result_of(draw, audits.readers(reviews, "r-1"))
    assert set(result.open) == {first, place} and result.open[first] == {"wang": "right", "li": "wrong value"}
    assert result.precision and result.precision.estimate == 1.0 and result.recall is None
    only = {"li": {first: Answer(first, "right"), place: Answer(place, "right")}}
    assert result_of(draw, only).precision is None, "the doubtful come first: a part says nothing of all"
    audits.answer(reviews, draw, "settled", Answer(first, "wrong", "unit"))
    audits.answer(reviews, draw, "settled", Answer(place, "missed"))
    audits.answer(reviews, draw, "settled", Answer(place, "right"))
    result = result_of(draw, audits.readers(reviews, "r-1"))
    assert result.open == {} and result.precision and result.precision.estimate == 0.5
    assert result.recall and result.recall.estimate == 0.5, "a wrong field is a fact missed; the last word counts"
    rows = {row["estimate_id"]: row for row in audit_rows(reviews)}
    assert rows["audit|all|r-1|precision"]["n_right"] == 1
    assert rows["audit|all|r-1|recall"]["n"] == 1


def test_bad_answers_and_files_are_told(reviews: Path) -> None:
    draw = audits.read_draw(reviews, "r-1")
    first, _, place = (one.item_id for one in draw.items)
    for reader, given, why in (
        ("../x", Answer(first, "right"), "can't name a reader"), ("a", Answer("zz", "right"), "no answer"),
        ("a", Answer(place, "wrong", "value"), "no answer"), ("a", Answer(first, "wrong"), "no field"),
        ("a", Answer(first, "right", "value"), "no field"), ("a", Answer(first, "wrong", "colour"), "no field"),
    ):  # fmt: skip
        with pytest.raises(AuditError, match=why):
            audits.answer(reviews, draw, reader, given)
    with pytest.raises(AuditError, match="there are: r-1"):
        audits.read_draw(reviews, "r-2")
    with pytest.raises(AuditError, match="another sample"):
        audits.write_draw(reviews, Draw("r-1", "r", 2, "", {}, ()))
    (reviews / "audits" / "r-1" / "answers_a.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(AuditError, match="no answer"):
        audits.readers(reviews, "r-1")
    (reviews / "audits" / "r-1" / "draw.json").write_text("{}", encoding="utf-8")
    with pytest.raises(AuditError, match="draw it again"):
        audits.read_draw(reviews, "r-1")
