"""One number with its subject, and what two neighbouring ones make together: 由A提高到B.

What belongs here: the type that ``assign.py`` fills, and marks over pairs of them. What does not: finding subjects.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from typing import Final

from sources.extraction.grammar.quantity import Quantity
from sources.extraction.grammar.subject import Term, clause_end, clause_start

_RISES_TO: Final = re.compile(
    r"(?:增加|增长|提高|提升|上升|扩大|发展|下降|降低|减少|压缩|缩小|缩短|增|升|降|调整|优化|变|"
    r"跃升|攀升|拓展|上调|转|转变|回落|收窄|放缓)(?:到|至|为)|到\Z|至\Z"
)
_FROM: Final = re.compile(r"(?:由|从)[^,;。]{0,40}\Z")
#: how much of what follows a number may tell of it
_TRAIL: Final = 16
#: how far before a number 由 may stand
_REACH: Final = 40


class Reading:
    """One number with its subject: what ``engine`` turns into a row. `term` is None where nothing governs it.

    Its name stands at `named` of `text` (-1 where not to the left), behind what was read up to `floor`; the sentence
    ends at `ceiling`.
    """

    def __init__(
        self,
        quantity: Quantity,
        term: Term | None,
        gap: str = "",
        text: str = "",
        floor: int = 0,
        named: int = -1,
        ceiling: int = 0,
        shares: bool = False,
        denominators: tuple[str, ...] = (),
        starts_from: bool = False,
        from_pair: bool = False,
        carried: bool = False,
        listed: bool = False,
        refusal: str | None = None,
        detail: str = "",
        rule: str = "",
        span_start: int = 0,
        last_of_list: int = -1,
    ) -> None:
        self.quantity = quantity
        self.term = term
        self.gap = gap
        self.text = text
        self.floor = floor
        self.named = named
        self.ceiling = ceiling
        self.shares = shares
        self.denominators = denominators
        self.starts_from = starts_from
        self.from_pair = from_pair
        self.carried = carried
        self.listed = listed
        self.refusal = refusal
        self.detail = detail
        self.rule = rule
        self.span_start = span_start
        self.last_of_list = last_of_list

    # few numbers are asked for these two
    @property
    def before(self) -> str:
        """The words of the clause left of the name."""
        start = self.named
        return self.text[clause_start(self.text, self.floor, start) : start] if start >= self.floor else ""

    @property
    def trail(self) -> str:
        """The words behind the number that may tell of it."""
        end = self.quantity.end
        return self.text[end : clause_end(self.text, end, min(end + _TRAIL, self.ceiling))]


def mark_pairs(text: str, readings: list[Reading]) -> None:
    """Mark 由A提高到B, 由A和B提高到C和D: the first numbers are the levels before, the second those at the end."""
    values = [reading for reading in readings if reading.quantity.refusal is None]
    if len(values) < 2 or not _has_origin(text, values):
        return
    lists = [list(run) for _, run in groupby(values, key=lambda reading: (reading.last_of_list, reading.listed))]
    for before, after in pairwise(lists):
        # each of a list with its own of the next; else only the two that stand beside each other
        pairs = [(before[-1], after[0])] if len(before) != len(after) else list(zip(before, after, strict=True))
        between = text[before[-1].quantity.end : after[0].quantity.start]
        lead = text[max(0, pairs[0][0].quantity.start - _REACH) : pairs[0][0].quantity.start]
        if len(between) <= 24 and _RISES_TO.search(between) and _FROM.search(lead):
            for first, second in pairs:
                _pair(first, second, between)


def _has_origin(text: str, values: list[Reading]) -> bool:
    """Whether 由 or 从 stands where `_FROM` could see it: far cheaper to look for."""
    at, end = max(0, values[0].quantity.start - _REACH), values[-1].quantity.start
    return text.find("由", at, end) >= 0 or text.find("从", at, end) >= 0


def _pair(first: Reading, second: Reading, between: str) -> None:
    # 由A增加到B,企业达到C: B is where a pair ends, none begins there
    if first.from_pair or (first.quantity.kind != second.quantity.kind and first.quantity.kind != "bare"):
        return
    first.starts_from = True
    second.shares, second.denominators = first.shares, first.denominators
    second.from_pair = True
    # what is said before the first is said of both: 增速由3.1%提高到5.2%
    second.gap = first.gap + between
    if (first.term and second.term is None) or (second.carried and first.term):
        second.term = first.term
