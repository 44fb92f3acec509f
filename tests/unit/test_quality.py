"""The error card: intervals, counts that fit the kept facts, pooling that says so, blind and seen apart."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.card import BEGIN, END, PAGE, page
from sources.quality.card import BREAKDOWNS, ENOUGH, read_counts, reference_rows
from sources.quality.estimate import Stratum, stratified, wilson
from sources.registry.export import headline_codes, read_lexicon

REFERENCE = Path(__file__).resolve().parent.parent / "reference"


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_wilson_gives_the_published_values() -> None:
    # Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    for right, n, lower, upper in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        share = wilson(right, n)
        assert share and (round(share.lower, 4), round(share.upper, 4)) == (lower, upper)
    assert wilson(0, 0) is None


def test_strata_weigh_as_their_size() -> None:
    share = stratified([Stratum(900, 90, 90), Stratum(100, 90, 45), Stratum(50, 0, 0)])
    assert share and share.estimate == pytest.approx(0.95)
    even = wilson(171, 180)
    assert even and share.upper - share.lower > even.upper - even.lower, "unequal weights leave fewer units"
    whole = stratified([Stratum(20, 20, 19)])
    assert whole and whole.lower == whole.upper == 0.95, "who has judged all knows it"


def test_the_counts_are_of_the_kept_facts() -> None:
    counts, origin = read_counts()
    for name, digest in origin["inputs"].items():
        assert hashlib.sha256((REFERENCE / name).read_bytes()).hexdigest() == digest, f"{name} has changed: make card"
    kept = Counter(row["outcome"] for row in rows("first_run.csv"))
    blind = [row for row in counts if row["standing"] == "blind"]
    for outcome in ("right", "wrong", "missed"):
        assert sum(int(row[f"n_{outcome}"]) for row in blind) == kept[outcome]


def test_first_runs_stay_as_they_were() -> None:
    """The figures of a first run are never changed; a new set adds lines behind them."""
    by_set: dict[str, Counter[str]] = {}
    for row in rows("first_run.csv"):
        by_set.setdefault(row["file"].split("/")[0], Counter())[row["outcome"]] += 1
    first = {"set17": (691, 60, 72), "set17b": (355, 27, 65), "set17c": (382, 34, 85), "set17d": (224, 16, 64),
             "set17e": (303, 18, 41), "set18": (828, 23, 86), "set19": (238, 10, 14)}  # fmt: skip
    found = {name: tuple(n[outcome] for outcome in ("right", "wrong", "missed")) for name, n in by_set.items()}
    assert {name: found[name] for name in first} == first


def test_kept_facts_hold_no_text() -> None:
    files = rows("files.csv")
    assert len({row["text_sha256"] for row in files}) == len(files)
    assert all(len(row["text_sha256"]) == 64 and row["first_run"] and row["commit"] for row in files)
    known = {row["file"] for row in files}
    for row in rows("first_run.csv"):
        assert row["file"] in known
        words = "".join(row[name] for name in row if name != "signs")
        assert len(words) < 160 and "，" not in words and "。" not in row["signs"]


def test_small_groups_take_the_figure_of_a_wider_one_and_say_so() -> None:
    card = list(reference_rows(headline_codes(read_lexicon())))
    assert {row["breakdown"] for row in card} == set(BREAKDOWNS)
    whole = {(row["standing"], row["figure"]): row for row in card if row["breakdown"] == "all"}
    for row in card:
        assert row["lower"] <= row["estimate"] <= row["upper"] and row["estimate"] == row["n_right"] / row["n"]
        assert row["n"] <= whole[row["standing"], row["figure"]]["n"]
        if row["breakdown"] in ("indicator", "measure_status", "indicator_measure_status"):
            assert (row["pooled_over"] is None) == (row["n_own"] >= ENOUGH), row["estimate_id"]
        if row["pooled_over"] is None:
            assert row["n"] == row["n_own"]
        elif row["pooled_over"] == "all":
            assert row["n"] == whole[row["standing"], row["figure"]]["n"]
    assert {row["standing"] for row in card} == {"blind", "seen"}


def test_the_page_shows_the_card_of_now() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.split(BEGIN)[1].split(END)[0] == page(), "run: make card"
