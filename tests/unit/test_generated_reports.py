"""The benchmark's reports: the same bytes for the same seed, as long and dense as real ones, read without a doubt."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.compose import Composer
from benchmarks.generate import document, generate
from benchmarks.world import GRID, overlay, places
from sources.document.identity.identity import Label
from sources.document.reports import report_rows
from sources.extraction import ReportContext, extract
from sources.partitions import Partition
from sources.registry.regions import load_regions

YEARS = (2005, 2014, 2024)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    def made(seed: int) -> list[tuple[str, bytes]]:
        place = places(1, seed)[0]
        return [
            document(Composer(place, year).report(), place, year, random.Random(f"{seed}|{year}")) for year in YEARS
        ]

    assert made(1) == made(1)
    assert made(1) != made(2)


def test_no_place_has_the_name_or_the_code_of_a_real_one() -> None:
    regions = load_regions()
    found = places(3, 1)
    assert len({place.code for place in found}) == len({place.name for place in found}) == len(found) == 90
    for place in found:
        assert not regions.by_name(place.name) and not regions.by_name(place.stem)
        assert regions.by_code(place.code) is None


def test_reports_are_long_and_dense_as_real_ones_and_are_read_as_what_they_are(tmp_path: Path) -> None:
    found = places(2, 1)
    path = tmp_path / "regions.yaml"
    path.write_text(overlay(found), encoding="utf-8")
    regions = load_regions(path)
    n_chars, n_numbers = 0, 0
    for place in (found[0], found[-1]):
        for year in YEARS:
            ending, data = document(Composer(place, year).report(), place, year, random.Random(f"{place.code}{year}"))
            label = Label(place.code, place.name, place.level, year)
            row = report_rows(f"{place.code}.{ending}", [data], label, regions, Partition("unlabelled", "undated"))[0]
            assert (row["accepted"], row["region_code"], row["report_year"]) == (True, place.code, year)
            assert row["identity"] == "confirmed"
            told = extract(row["text"], ReportContext("r", year, place.name, place.level))
            assert len(told.observations) > 20
            n_chars += len(row["text"])
            n_numbers += len(told.observations) + len(told.rejections)
    assert 12_000 < n_chars / 6 < 18_000
    assert 50 < n_chars / n_numbers < 100


def test_a_number_of_reports_that_fills_no_grid_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"multiple of {GRID}"):
        generate(GRID + 1, tmp_path)
    assert not list(tmp_path.iterdir())
