"""Doubt: what the kept model says of rows, that it is the one its facts give, and how well it does."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sources.extraction import ReportContext, extract
from sources.extraction.doubt import MODEL, load_model, signs_of
from sources.extraction.types import Extraction
from tests.reference import doubt as training
from tests.reference.first_run import FACTS


def read(text: str, **more: Any) -> Extraction:
    return extract(text, ReportContext("r", 2022, "云河市", "city", **more))


def kept() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(MODEL.read_text(encoding="utf-8"))
    return told


def test_every_number_has_its_doubt() -> None:
    found = read("2021年，全市地区生产总值增长8%，其中园区企业完成投资21亿元。外贸与经济增长同步。").observations
    assert found
    for row in found:
        assert (row["doubt"] is None) == (row["value"] is None)
        assert row["doubt"] is None or 0 < row["doubt"] < 1


def test_what_speaks_against_a_row_raises_its_doubt() -> None:
    plain = read("2021年，全市地区生产总值增长8%。").observations[0]
    model = load_model()
    (signs,) = signs_of([plain])
    for sign, value in (("flags", ["report_year_doubtful"]), ("flags", ["loose_name"]), ("rate", 159.0), ("told", 4)):
        assert model.doubt({**signs, sign: value}) > plain["doubt"], sign
    assert model.doubt({**signs, "way": "a_way_never_seen"}) > 0, "what was never trained on is no error"


def test_the_kept_model_is_what_its_facts_give() -> None:
    """Trained again, one ridge, it has the same weights: who changes signs or facts runs `make doubt`."""
    told = kept()
    assert told["facts"] == hashlib.sha256(FACTS.read_bytes()).hexdigest(), "the facts have changed: make doubt"
    data = training.readings()
    held = np.array([name.split("/")[0] in training.JUDGED for name in data.files])
    model = training.fit(data.of(~held), told["ridge"])
    assert model.weights == pytest.approx(told["weights"], abs=2e-5)
    judged = data.of(held)
    assert {name.split("/")[0] for name in judged.files} == set(training.JUDGED)
    found = training.judge(training.doubts(load_model(), judged), judged.wrong)
    assert {name: told["judged_on"][name] for name in found} == found


def test_doubt_is_calibrated_on_files_never_trained_on() -> None:
    judged = kept()["judged_on"]
    assert judged["files"] >= 8 and judged["errors"] >= 60
    assert judged["calibration_error"] <= 0.03
    assert judged["errors_in_most_doubtful_tenth"] >= 0.5


@pytest.mark.parametrize("page", ["docs/quality.md", "docs/zh/quality.md"])
def test_the_page_gives_the_kept_figures(page: str) -> None:
    told, text = kept(), (Path(__file__).parents[3] / page).read_text(encoding="utf-8")
    for figures in (told["judged_on"], told["out_of_fold"]):
        lower, upper = figures["interval"]
        share = f"{figures['errors_in_most_doubtful_tenth']:.2f} ({lower:.2f}–{upper:.2f})"
        assert (
            f"| {figures['readings']:,} | {figures['errors']} | {figures['calibration_error']:.3f} | {share} |" in text
        ), f"the model of doubt has other figures than {page}"


def test_the_signs_of_the_kept_facts_are_those_of_now() -> None:
    """A sign that is new is missing there: the readings of the first runs are put in again then."""
    (now,) = signs_of(read("2021年，全市地区生产总值增长8%。").observations)
    for signs in training.readings().signs[::200]:
        assert set(signs) == set(now)


def test_calibration_is_told_by_tenths() -> None:
    even = training.judge(np.full(1000, 0.1), (np.arange(1000) % 10 == 0).astype(float))
    assert even["calibration_error"] == pytest.approx(0, abs=1e-9) and even["errors"] == 100
    sure = training.judge(np.linspace(0, 1, 1000), (np.arange(1000) >= 950).astype(float))
    assert sure["errors_in_most_doubtful_tenth"] == 1.0 and sure["calibration_error"] > 0.4
