"""Phrases of the genre and their reading: our own words about a fictional place, one entry per law of the guide."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sources.document.sections import Section
from sources.extraction import ReportContext, extract

FOLDER = Path(__file__).parent / "phrases"
EXTRA = ("tier", "commitment", "basis", "relation", "relation_ref", "flags", "canonical_value")


def phrases() -> list[Any]:
    entries = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for at, (law, section, text, rows) in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
            entries.append(pytest.param(section, text, rows, id=f"{path.stem}-{at}-{law}"))
    return entries


def read(text: str, section: str, report_year: int = 2022) -> list[dict[str, Any]]:
    sections = (Section(section, "", 0, len(text)),)
    return extract(text, ReportContext("phrase", report_year, "云河市", "city", sections)).observations


def in_short(row: dict[str, Any], expected: str) -> str:
    """Write a row in the short form, with only those extra keys that the expected row names."""
    value = (
        "none" if row["value"] is None else f"{row['value']:g}" if abs(row["value"]) < 1e5 else f"{row['value']:.10g}"
    )
    upper = "" if row["value_upper"] is None else f"~{row['value_upper']:g}"
    years = (
        str(row["period_start"])
        if row["period_start"] == row["period_end"]
        else f"{row['period_start']}-{row['period_end']}"
    )
    parts = [row["indicator"], row["measure"], value + upper, row["unit"], row["qualifier"], row["status"], years]
    if row["scope"] != "self":
        parts.append(f"scope={row['scope']}")
    for key in EXTRA:
        if f" {key}=" in expected:
            shown = row[key]
            parts.append(f"{key}={shown:.0f}" if isinstance(shown, float) else f"{key}={shown}")
    return " ".join(parts)


@pytest.mark.parametrize(("section", "text", "expected"), phrases())
def test_phrase_is_read_as_the_guide_says(section: str, text: str, expected: list[str]) -> None:
    rows = read(text, section)
    wanted = sorted(expected)
    best = [
        max(
            wanted,
            key=lambda want: sum(a == b for a, b in zip(in_short(row, want).split(), want.split(), strict=False)),
            default="",
        )
        for row in rows
    ]
    assert sorted(in_short(row, want) for row, want in zip(rows, best, strict=True)) == [
        " ".join(sorted_extras(want)) for want in wanted
    ]


def sorted_extras(want: str) -> list[str]:
    parts = want.split()
    fixed = [part for part in parts if "=" not in part or part.startswith("scope=")]
    extras = {part.split("=")[0]: part for part in parts if "=" in part and not part.startswith("scope=")}
    return fixed + [extras[key] for key in EXTRA if key in extras]


#: laws of a document as a whole, held by tests of the document's reading
OF_DOCUMENTS = {
    "Q040": "tests/unit/document/test_plain.py::test_traditional_characters",
    "Q059": "tests/unit/document/test_plain.py::test_traditional_characters",
}


@pytest.mark.corpus
def test_every_law_of_the_genre_has_a_phrase(shared: Path) -> None:
    laws = [json.loads(line) for line in (shared / "spec" / "quirks.jsonl").read_text(encoding="utf-8").splitlines()]
    told = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml"))
    missing = [
        law["id"]
        for law in laws
        if not law["group"].startswith("J.") and law["id"] not in told and law["id"] not in OF_DOCUMENTS
    ]
    assert not missing
