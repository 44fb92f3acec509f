"""Names and indicators ready for matching, and the lexicon that holds them.

What belongs here: the plain types that the grammar asks. What does not: how they are written (``entries.py``) and read
(``load.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sources.extraction.lexicon.traits import NO_TRAITS, Traits

COUNTED = ("persons", "visits", "households", "count")
DIMENSIONS = (
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
MEASURES = ("level", "growth", "avg_growth", "change", "pp_change", "share", "multiple")


@dataclass(frozen=True, slots=True)
class Name:
    """A literal name ready for matching; `codes` holds one code, several (shared), or None for outside things."""

    text: str
    codes: tuple[str | None, ...]
    measures: frozenset[str]
    since: int | None
    until: int | None
    optional: bool
    alone: bool
    requires: frozenset[str]
    units: frozenset[str]
    follows: bool
    mentions: frozenset[str] = frozenset()
    official: bool = False
    total: str | None = None

    @property
    def outside(self) -> bool:
        return self.codes == (None,)

    def in_use(self, year: int) -> bool:
        """Whether the name has this meaning in reports of `year`."""
        return (self.since is None or year >= self.since) and (self.until is None or year <= self.until)


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


@dataclass(frozen=True)
class Lexicon:
    """All names and indicators; `version` is a hash of the files they came from."""

    indicators: dict[str, Indicator]
    names: tuple[Name, ...]
    ellipses: tuple[Ellipsis, ...]
    version: str

    @cached_property
    def before_number(self) -> dict[str, Name]:
        """The names that stand before a number, by their text; made once, for the lexicon holds thousands."""
        return {name.text: name for name in self.names if not name.follows}

    @cached_property
    def of_firms(self) -> frozenset[str]:
        """The codes of what firms have too."""
        return frozenset(code for code, item in self.indicators.items() if item.traits.of_firms)

    @cached_property
    def spent_on(self) -> frozenset[str]:
        """The codes of what a share of another indicator may be for."""
        return frozenset(code for item in self.indicators.values() for code in item.traits.share_for.values())

    @cached_property
    def structure(self) -> tuple[Indicator, ...]:
        """The indicators whose shares a structure of industries gives, in its order."""
        return tuple(sorted((i for i in self.indicators.values() if i.traits.structure), key=_place_in_structure))

    @cached_property
    def growth_goal(self) -> str | None:
        """The code of which a report may say that no goal of growth is set."""
        return next((code for code, item in self.indicators.items() if item.traits.growth_goal), None)

    @cached_property
    def yardsticks(self) -> tuple[tuple[str, str], ...]:
        """(word, code) of the indicators that goals are measured by."""
        return tuple((word, code) for code, item in self.indicators.items() for word in item.traits.yardstick)


def _place_in_structure(indicator: Indicator) -> int:
    return indicator.traits.structure or 0
