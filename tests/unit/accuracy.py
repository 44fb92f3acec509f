"""How well our own sentences are read, as figures: run it to see them beside their floor.

What belongs here: measuring. What does not: the floor (``accuracy_floor.yaml``), single sentences (the phrases).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parent / "extraction"))
import test_lexicon_phrases
import test_phrases  # type: ignore[import-not-found]
from test_sample_reading import CORE, FIELDS, keys, read, rows, truth_of

from samples.build import documents
from samples.world.compose import reports
from sources.extraction import ReportContext, extract

FLOOR = Path(__file__).with_name("accuracy_floor.yaml")

Rows = Iterable[dict[str, Any]]
Figures = dict[str, float]


def floors() -> dict[str, Figures]:
    """Return subject → name of the figure → what it is at least."""
    found: dict[str, Figures] = yaml.safe_load(FLOOR.read_text(encoding="utf-8"))
    return found


def _scores(wanted: Rows, found: Rows) -> Figures:
    wanted, found = list(wanted), list(found)
    true, told = keys(wanted, FIELDS), keys(found, FIELDS)
    true_core, told_core = keys(wanted, CORE), keys(found, CORE)
    return {
        "strict": 2 * len(true & told) / (len(true) + len(told)),
        "core": 2 * len(true_core & told_core) / (len(true_core) + len(told_core)),
        "precision": len(true & told) / len(told),
    }


def of_texts() -> Figures:
    """Return the scores of the sample's reports as they were composed."""
    found: list[dict[str, Any]] = []
    for report in reports():
        place = report.region
        context = ReportContext(
            report.report_id, report.report_year, place.name, place.level, meeting_date=report.meeting
        )
        found += extract(report.text, context).observations
    return _scores((row for row in rows("truth.csv") if not row["report_id"].endswith("_excerpt")), found)


def of_files() -> Figures:
    """Return the scores of the sample's published files, from bytes to observations."""
    found: list[dict[str, Any]] = []
    for document in documents():
        row = read(document.location, True)
        if row["accepted"] and not document.copy_of:
            context = ReportContext(
                truth_of(document)["report_id"], row["report_year"], row["region_name"], row["level"],
                kind=row["kind"], meeting_date=row["meeting_date"],
            )  # fmt: skip
            found += extract(row["text"], context).observations
    return _scores(rows("truth.csv"), found)


def of_phrases() -> Figures:
    """Return how many phrases are read exactly as their file says."""
    return {
        "law": sum(
            _holds(test_phrases.test_phrase_is_read_as_the_guide_says, *p.values) for p in test_phrases.phrases()
        ),
        "lexicon": sum(
            _holds(test_lexicon_phrases.test_phrase_yields_these_rows, case) for case in test_lexicon_phrases.CASES
        ),
    }


def _holds(test: Callable[..., None], *arguments: object) -> bool:
    try:
        test(*arguments)
    except AssertionError:
        return False
    return True


MEASURES: dict[str, Callable[[], Figures]] = {"texts": of_texts, "files": of_files, "phrases": of_phrases}


@cache
def measured(subject: str) -> Figures:
    return MEASURES[subject]()


if __name__ == "__main__":
    for subject, figures in floors().items():
        for name, floor in figures.items():
            sys.stdout.write(f"{subject:8} {name:10} {measured(subject)[name]:.5g}  floor {floor:g}\n")
