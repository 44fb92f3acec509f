"""What holds for all numbers of the corpus, and the headline goals of thirty provinces."""

from __future__ import annotations

import csv
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sources.document.read import read_document
from sources.extraction import ReportContext, extract

pytestmark = pytest.mark.corpus

_DIGITS = re.compile(r"[\d０-９]+(?:[.．,，][\d０-９]+)*")
#: a numeral in Chinese of two characters or more with its unit: 三百家, 二十一点五亿斤; words like 一个 are none
_HAN = re.compile(
    r"(?<![一二三四五六七八九十百千万亿两零〇○点第])[一二三四五六七八九十百千两][一二三四五六七八九十百千万亿两零]{1,8}"
    r"(?=[%％元家户吨斤亩名所]|公里|平方|个百分点)"
)


def catalogue(corpus: Path) -> list[dict[str, str]]:
    with (corpus / "catalogue.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["report_year"]]


def unaccounted(job: tuple[str, str, dict[str, str]]) -> tuple[int, int, int]:
    """Return how many numbers a text holds, how many left no row, and how many only the last resort found."""
    text, stem, row = job
    context = ReportContext(stem, int(row["report_year"]), row["region"], row["level"], region_code=row["region_code"])
    result = extract(text, context)
    covered = bytearray(len(text))
    for found in result.observations + result.rejections:
        covered[found["char_start"] : found["char_end"]] = b"1" * (found["char_end"] - found["char_start"])
    numbers = [match for pattern in (_DIGITS, _HAN) for match in pattern.finditer(text)]
    missing = sum(not any(covered[match.start() : match.end()]) for match in numbers)
    unread = sum(found["rule"] == "no_rule_reads_it" for found in result.rejections)
    return len(numbers), missing, unread


def test_every_number_is_an_observation_or_a_rejection(corpus: Path) -> None:
    rows = [row for row in catalogue(corpus) if row["location"].startswith("text/")]
    jobs = [((corpus / row["location"]).read_text(encoding="utf-8"), Path(row["location"]).stem, row) for row in rows]
    with ProcessPoolExecutor(2) as pool:
        counts = list(pool.map(unaccounted, jobs, chunksize=8))
    numbers, missing, unread = (sum(column) for column in zip(*counts, strict=True))
    assert numbers > 60_000
    assert (missing, unread) == (0, 0)


def targets() -> dict[str, list[dict[str, str]]]:
    """The goals of 2025 for output, prices, jobs, unemployment and grain, read by hand, by province."""
    found: dict[str, list[dict[str, str]]] = {}
    with (Path(__file__).parent / "headline_targets_2025.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["region_code"], []).append(row)
    return found


def as_told(row: dict[str, Any]) -> tuple[Any, ...]:
    upper = row["value_upper"]
    ends = float(row["value"]), float(upper) if upper not in (None, "") else None
    return row["indicator"], row["measure"], *ends, row["unit"], row["qualifier"]


@pytest.mark.parametrize("code", sorted(targets()))
def test_headline_goals_of_a_province_are_read_with_qualifier_and_both_ends(corpus: Path, code: str) -> None:
    location = f"docx/{code}_2025.docx"
    row = next(row for row in catalogue(corpus) if row["location"] == location)
    documents = read_document([(corpus / location).read_bytes()], name=location)
    text = max((document.text for document in documents), key=len)
    told = extract(text, ReportContext(code, 2025, row["region"], row["level"], region_code=code)).observations
    wanted = targets()[code]
    kinds = {goal["indicator"] for goals in targets().values() for goal in goals}
    found = {
        as_told(item)
        for item in told
        if item["indicator"] in kinds
        and (item["status"], item["period_start"], item["period_end"], item["scope"]) == ("target", 2025, 2025, "self")
        and item["value"] is not None
    }
    assert found == {as_told(goal) for goal in wanted}
