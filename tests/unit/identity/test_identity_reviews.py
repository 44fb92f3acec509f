"""A person overrules an identity: entries apply where they should, and bad ones are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sources.document.identity.identity import identify
from sources.document.identity.reviews import ReviewError, load_identity_reviews, overrule
from sources.registry.regions import Regions

Writer = Callable[..., Any]

FILE = "identities.yaml"
ENTRY = """
- location: pages/a.html
  set: {region_code: "990421", report_year: 2014, accepted: true}
  reason: the printed gazette names place and year
  by: A. Reviewer, 2026-01-05
"""


def test_no_file_no_reviews(tmp_path: Path) -> None:
    assert load_identity_reviews(tmp_path) == ()


def test_a_review_sets_region_and_year_and_accepts(write: Writer, places: Regions, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(ENTRY, encoding="utf-8")
    reviews = load_identity_reviews(tmp_path)
    unknown = identify(write(face="政府工作报告", speaks_for="县", region="县"), None, places)
    assert not unknown.accepted
    found = overrule(unknown, reviews, places, location="pages/a.html")
    assert (found.region_code, found.region_name, found.report_year) == ("990421", "桑渡县", 2014)
    assert (found.accepted, found.identity, found.refusal_reason) == (True, "confirmed", None)
    assert found.evidence["reviewed"] == "A. Reviewer, 2026-01-05: the printed gazette names place and year"
    assert overrule(unknown, reviews, places, location="pages/b.html") == unknown


def test_a_review_of_one_part_holds_for_no_other(write: Writer, places: Regions, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(ENTRY.replace("  set:", "  part: 2\n  set:"), encoding="utf-8")
    reviews = load_identity_reviews(tmp_path)
    found = identify(write(), None, places)
    assert overrule(found, reviews, places, location="pages/a.html", part=1) == found
    assert overrule(found, reviews, places, location="pages/a.html", part=2).report_year == 2014


def test_entries_of_several_files_hold_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "identities-second.yaml").write_text(ENTRY.replace("2014", "2015"), encoding="utf-8")
    (tmp_path / FILE).write_text(ENTRY, encoding="utf-8")
    (tmp_path / "other.yaml").write_text("- no entry", encoding="utf-8")
    assert [review.changes["report_year"] for review in load_identity_reviews(tmp_path)] == [2015, 2014]


def test_a_review_of_one_text_does_not_hold_for_a_changed_one(write: Writer, places: Regions, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(ENTRY.replace("  set:", "  text_sha256: abc123\n  set:"), encoding="utf-8")
    reviews = load_identity_reviews(tmp_path)
    found = identify(write(), None, places)
    assert overrule(found, reviews, places, location="pages/a.html", text_sha256="ffff") == found
    assert overrule(found, reviews, places, location="pages/a.html", text_sha256="abc123ff").report_year == 2014


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("location: x", "list"),
        ("- {location: x, set: {}, reason: r, by: b}", "entry 1"),
        ("- {location: x, set: {colour: red}, reason: r, by: b}", "entry 1"),
        ("- {location: x, set: {kind: poem}, reason: r, by: b}", "kind"),
        ("- {location: x, set: {report_year: 2020}}", "needs"),
        ("- [", "YAML"),
    ],
)
def test_a_bad_entry_is_named(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(ReviewError, match=told):
        load_identity_reviews(tmp_path)


def test_a_code_that_no_region_has_in_that_year_is_refused(write: Writer, places: Regions, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(ENTRY.replace("2014", "2019"), encoding="utf-8")
    with pytest.raises(ReviewError, match="990421"):
        overrule(identify(write(), None, places), load_identity_reviews(tmp_path), places, location="pages/a.html")
