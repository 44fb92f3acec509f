"""Each rule's examples are its tests, and docs/rules.md is the list of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.document.sections import Section
from sources.extraction import ReportContext, extract, rulebook, rules, years
from sources.extraction.types import Extraction


def read(text: str, section: str) -> Extraction:
    sections = (Section(section, "", 0, len(text)),)
    return extract(text, ReportContext("rule", 2023, "云河市", "city", sections))


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
def test_a_rule_refuses_what_its_examples_say(rule: rules.Rule) -> None:
    assert rule.examples
    for example in rule.examples:
        told = {row["surface"]: row["rule"] for row in read(example.text, example.section).rejections}
        assert told[example.surface].split(":")[-1] == rule.name


@pytest.mark.parametrize("rule", years.RULES, ids=lambda rule: rule.name)
def test_a_rule_of_time_gives_the_years_that_its_examples_say(rule: years.TimeRule) -> None:
    assert rule.examples
    for section, text, surface, told in rule.examples:
        rows = [row for row in read(text, section).observations if row["surface"] == surface]
        assert rows
        first, last = rows[0]["period_start"], rows[0]["period_end"]
        assert (str(first) if first == last else f"{first}-{last}") == told
        assert rows[0]["rule"].split(":")[-1] == rule.name


def test_the_rules_are_written_down() -> None:
    page = Path(__file__).parents[3] / "docs" / "rules.md"
    assert page.read_text(encoding="utf-8") == rulebook.written_down()
