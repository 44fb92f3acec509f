"""The shipped lexicon at work: what the words of the genre yield, and what they must not yield."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sources.extraction import ReportContext, extract

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "lexicon_phrases.yaml").read_text(encoding="utf-8")
)
CONTEXT = ReportContext(report_id="phrase", report_year=2023, region_name="云岭市", level="city")
FRAME = "一、2022年工作回顾\n过去一年，我们攻坚克难。{}。\n"


def _row(row: dict[str, Any]) -> str:
    scope = "" if row["scope"] == "self" else f"@{row['scope']}"
    return f"{row['indicator']}:{row['measure']}:{row['value']:g}{scope}"


@pytest.mark.parametrize("case", CASES, ids=[case["phrase"] for case in CASES])
def test_phrase_yields_these_rows(case: dict[str, Any]) -> None:
    observations = extract(FRAME.format(case["phrase"]), CONTEXT).observations
    assert sorted(_row(row) for row in observations) == sorted(case["rows"])


def test_phrases_cover_nearly_all_indicators() -> None:
    told = {row.split(":")[0] for case in CASES for row in case["rows"]}
    assert len(told) >= 95
