"""What the walk hands on: numbers understood and numbers refused, in offsets of the normal text.

What belongs here: the two plain types between reading and rows. What does not: rules.
"""

from __future__ import annotations

from sources.extraction import timing
from sources.extraction.grammar.quantity import Quantity
from sources.extraction.lexicon import Indicator, Name


class Found:
    """One number understood, in offsets of the normal text."""

    def __init__(
        self,
        quantity: Quantity,
        indicator: Indicator,
        measure: str,
        negative: bool,
        qualifier: str,
        timing: timing.Timing,
        scope: str,
        section: str,
        rule: str,
        tier: str,
        basis: str,
        commitment: str | None,
        span_start: int,
        sentence: tuple[int, int],
        flags: list[str],
        name: Name | None = None,
        step: bool = False,
        sub_annual: bool = False,
    ) -> None:
        self.quantity = quantity
        self.indicator = indicator
        self.measure = measure
        self.negative = negative
        self.qualifier = qualifier
        self.timing = timing
        self.scope = scope
        self.section = section
        self.rule = rule
        self.tier = tier
        self.basis = basis
        self.commitment = commitment
        self.span_start = span_start
        self.sentence = sentence
        self.flags = flags
        self.name = name
        self.step = step
        self.sub_annual = sub_annual


class Refused:
    """One number that is no observation; `rule` names what refused it."""

    def __init__(
        self,
        quantity: Quantity,
        reason: str,
        detail: str,
        section: str,
        sentence: tuple[int, int],
        rule: str,
    ) -> None:
        self.quantity = quantity
        self.reason = reason
        self.detail = detail
        self.section = section
        self.sentence = sentence
        self.rule = rule
