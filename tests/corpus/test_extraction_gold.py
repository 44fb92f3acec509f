"""The bars of the reference files, and what must hold on any real report."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sources.extraction import ReportContext, extract

SHARED = Path(__file__).resolve().parents[3] / "shared"
STRICT, CORE, EACH = 0.97, 0.97, 0.93

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="../shared with the reference files is not there"),
]


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", SHARED / "spec" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def catalogue() -> dict[str, dict[str, str]]:
    with (SHARED / "corpus" / "catalogue.csv").open(encoding="utf-8", newline="") as handle:
        return {Path(row["location"]).stem: row for row in csv.DictReader(handle)}


def rows_of(stem: str) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    row = catalogue()[stem]
    text = (SHARED / "corpus" / row["location"]).read_text(encoding="utf-8")
    context = ReportContext(stem, int(row["report_year"]), row["region"], row["level"], region_code=row["region_code"])
    result = extract(text, context)
    return text, result.observations, result.rejections


def test_reference_files_are_met() -> None:
    score = scorer()
    gold = list(score.read(SHARED / "gold"))
    predicted = [row for path in sorted((SHARED / "gold").glob("*.csv")) for row in rows_of(path.stem)[1]]
    assert score.score(gold, predicted, True)[2] >= STRICT
    assert score.score(gold, predicted, False)[2] >= CORE
    for report in {row["report_id"] for row in gold}:
        part = [row for row in gold if row["report_id"] == report]
        found = [row for row in predicted if row["report_id"] == report]
        assert score.score(part, found, True)[2] >= EACH, report


def test_a_masked_template_gives_no_observation() -> None:
    assert rows_of("masked_2022")[1] == []


@pytest.mark.parametrize("stem", ["130608_2013", "130627_2022", "440305_2018", "130000_2007"])
def test_rows_of_real_reports_point_into_the_text(stem: str) -> None:
    text, observations, rejections = rows_of(stem)
    assert len(observations) > 20
    for row in observations + rejections:
        assert text[row["char_start"] : row["char_end"]] == row["surface"]
        assert text[row["sentence_start"] :][: len(row["sentence"])] == row["sentence"]
