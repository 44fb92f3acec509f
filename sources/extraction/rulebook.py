"""docs/rules.md: the rules in the order in which they are asked, made of the code.

What belongs here: the page's form. What does not: any rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sources.extraction import rules, years


def _as_table(rules: Iterable[tuple[str, str, str]]) -> list[str]:
    return [
        "| rule | what it asks | example |",
        "| --- | --- | --- |",
        *(f"| `{a}` | {b} | {c} |" for a, b, c in rules),
    ]


def written_down() -> str:
    """Return docs/rules.md: the rules in the order in which they are asked, with an example of each."""
    refusals = (
        (rule.name, rule.asks, "; ".join(f"{e.text} → **{e.surface}**" for e in rule.examples)) for rule in rules.RULES
    )
    of_time = (
        (
            rule.name,
            " ".join((rule.ask.__doc__ or "").split()),
            "; ".join(f"{t} → **{n}**: {y}" for _, t, n, y in rule.examples),
        )
        for rule in years.RULES
    )
    return "\n".join(
        [
            "# The rules, in the order in which they are asked",
            "",
            "Made of the code by `python -m sources.extraction.rulebook`. `baogao explain` names the rule of each",
            "number: of an observation how its subject was found, what it measures and what gave its years",
            "(`name_before_number:growth:against_a_year`), of a rejection how its subject was looked for and what",
            "refused it (`carried_subject:part_after_its_total`). The examples are tests.",
            "",
            "## What refuses a number",
            "",
            *_as_table(refusals),
            "",
            "## What gives a number its years",
            "The examples are told in a report of 2023.",
            "",
            *_as_table(of_time),
            "",
        ]
    )


if __name__ == "__main__":
    (Path(__file__).parents[2] / "docs" / "rules.md").write_text(written_down(), encoding="utf-8")
