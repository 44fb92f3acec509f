"""Entries of a corrections file: read whole, or refused with file, entry and remedy."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from sources.corrections import CORRECTIONS, SHIPPED, CorrectionsError, read_corrections

ENTRY = {
    "report_id": "990100_2022", "indicator": "gdp", "measure": "growth", "status": "actual", "period_end": 2021,
    "expect": 86, "correct": 8.6, "reason": "the point is lost", "status_of_source": "reported", "author": "a",
    "expires": dt.date(2099, 1, 1),
}  # fmt: skip


def written(tmp_path: Path, *entries: object) -> Path:
    path = tmp_path / "corrections.yaml"
    path.write_text(yaml.safe_dump(list(entries)), encoding="utf-8")
    return path


def test_entry_becomes_a_row_of_the_contract(tmp_path: Path) -> None:
    rows = read_corrections([written(tmp_path, ENTRY), tmp_path / "absent.yaml"])
    assert rows[0]["correction_id"] == "990100_2022|gdp|growth|actual|2021"
    assert CORRECTIONS.to_arrow(rows).num_rows == 1


def test_shipped_file_is_sound() -> None:
    CORRECTIONS.to_arrow(read_corrections([SHIPPED]))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"measure": "speed"}, "measure is 'speed', expected level, growth"),
        ({"expires": "soon"}, "expires is 'soon', expected a date"),
        ({"report_id": 9901002022}, "report_id is 9901002022, expected text in quotes"),
        ({"expect": "much"}, "expect is 'much', expected a number"),
        ({"reason": ""}, "reason is '', expected a value"),
        ({"why": "x"}, r"unknown keys \['why'\]"),
    ],
)
def test_a_wrong_entry_says_which_and_what(tmp_path: Path, change: dict[str, object], told: str) -> None:
    with pytest.raises(CorrectionsError, match=f"corrections.yaml, entry 1: .*{told}"):
        read_corrections([written(tmp_path, ENTRY | change)])


def test_the_same_number_is_corrected_once(tmp_path: Path) -> None:
    with pytest.raises(CorrectionsError, match=r"entry 2: .* is corrected twice"):
        read_corrections([written(tmp_path, ENTRY, ENTRY)])


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yaml"
    path.write_text("a: [", encoding="utf-8")
    with pytest.raises(CorrectionsError, match=r"corrections\.yaml can't be read"):
        read_corrections([path])
