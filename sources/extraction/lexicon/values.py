"""Names and indicators ready for matching, and the lexicon that holds them.

What belongs here: the plain types that the grammar asks. What does not: how they are written (``entries.py``) and read
(``load.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sources.extraction.lexicon.traits import NO_TRAITS, Traits

COUNTED: Final = ("persons", "visits", "households", "count")
DIMENSIONS: Final = (
    *COUNTED,
    "money",
    "money_per_head",
    "percent",
    "area",
    "length",
    "weight",
    "power",
    "energy",
    "days",
    "concentration",
    "area_per_head",
)
MEASURES: Final = ("level", "growth", "avg_growth", "change", "pp_change", "share", "multiple")


class Name(NamedTuple):
    """A literal name ready for matching; `codes` holds one code, several (shared), or None for outside things."""

    text: str
    codes: tuple[str | None, ...]
    measures: frozenset[str] = frozenset()
    since: int | None = None
    until: int | None = None
    optional: bool = False
    alone: bool = False
    requires: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    follows: bool = False
    mentions: frozenset[str] = frozenset()
    official: bool = False
    total: str | None = None

    @property
    def outside(self) -> bool:
        return self.codes == (None,)

    def in_use(self, year: int) -> bool:
        """Whether the name has this meaning in reports of `year`."""
        return (self.since is None or year >= self.since) and (self.until is None or year <= self.until)


def names_of(texts: Iterable[str], said: tuple[Any, ...]) -> list[Name]:
    """Return a name for each of `texts`; `said` are the other fields, in order: a pattern may stand for a thousand."""
    return [tuple.__new__(Name, (text, *said)) for text in texts]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator with what the grammar must know about it."""

    code: str
    name_zh: str
    category: str
    canonical_unit: str
    nature: str
    short: str
    headline: bool
    dimension: str
    veto_left: tuple[str, ...]
    veto_right: tuple[str, ...]
    veto_clause: tuple[str, ...]
    actions: tuple[str, ...]
    units: frozenset[str]
    parts: bool
    cumulates: bool
    ratio_of: tuple[str, ...]
    plausible: dict[str, tuple[float, float]]
    traits: Traits = NO_TRAITS


@dataclass(frozen=True, slots=True)
class Ellipsis:
    """养老、医疗和失业 + 保险参保人数: `parts` maps each word to its code."""

    head: str
    parts: dict[str, str | None]


class Lexicon:
    """All names and indicators; `version` is a hash of the files they came from.

    What the grammar asks of them as a whole is made once: `before_number` are the names that stand before a number, by
    their text; `of_firms` the codes of what firms have too; `spent_on` those of what a share of another indicator may
    be for; `structure` the indicators whose shares a structure of industries gives, in its order; `growth_goal` the
    code of which a report may say that no goal of growth is set; `yardsticks` (word, code) of the indicators that goals
    are measured by.
    """

    def __init__(
        self,
        indicators: dict[str, Indicator],
        names: tuple[Name, ...],
        ellipses: tuple[Ellipsis, ...],
        version: str,
    ) -> None:
        self.indicators = indicators
        self.names = names
        self.ellipses = ellipses
        self.version = version
        every = list(indicators.values())
        self.before_number: dict[str, Name] = {name.text: name for name in names if not name.follows}
        self.of_firms: frozenset[str] = frozenset([item.code for item in every if item.traits.of_firms])
        self.spent_on: frozenset[str] = frozenset([code for item in every for code in item.traits.share_for.values()])
        structure = [item for item in every if item.traits.structure]
        self.structure: tuple[Indicator, ...] = tuple(sorted(structure, key=_place_in_structure))
        self.growth_goal: str | None = next((item.code for item in every if item.traits.growth_goal), None)
        self.yardsticks: tuple[tuple[str, str], ...] = tuple(
            [(word, item.code) for item in every for word in item.traits.yardstick]
        )


def _place_in_structure(indicator: Indicator) -> int:
    return indicator.traits.structure or 0
