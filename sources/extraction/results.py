"""What the walk hands on: numbers understood and numbers refused, in offsets of the normal text.

What belongs here: the two plain types between reading and rows. What does not: rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sources.extraction import timing
from sources.extraction.grammar.quantity import Quantity
from sources.extraction.lexicon import Indicator, Name


@dataclass(slots=True)
class Found:
    """One number understood, in offsets of the normal text."""

    quantity: Quantity
    indicator: Indicator
    measure: str
    negative: bool
    qualifier: str
    timing: timing.Timing
    scope: str
    section: str
    rule: str
    tier: str
    basis: str
    commitment: str | None
    span_start: int
    sentence: tuple[int, int]
    flags: list[str] = field(default_factory=list)
    name: Name | None = None
    step: bool = False
    sub_annual: bool = False


@dataclass(slots=True)
class Refused:
    """One number that is no observation; `rule` names what refused it."""

    quantity: Quantity
    reason: str
    detail: str
    section: str
    sentence: tuple[int, int]
    rule: str
