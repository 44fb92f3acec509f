"""Searching a long text quickly: a pattern is tried only where it can begin.

What belongs here: how to search. What does not: what is searched for.

A pattern that begins with something optional, a look behind or one of several groups is tried by `re` at each
character of a text. Where every match stands at a known distance from a rare character, that character is found first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def find_at(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """Yield what `pattern.finditer(text)` does, for a pattern whose matches all begin at one of `places` (any order).

    Places before the text are passed by. The pattern must match no empty stretch.
    """
    end = 0
    for place in sorted(set(places)):
        if place >= end and (match := pattern.match(text, place)):
            yield match
            end = match.end()


def places_before(text: str, mark: str, *distances: int) -> Iterator[int]:
    """Yield the places that lie one of `distances` before an occurrence of the character `mark`."""
    at = text.find(mark)
    while at >= 0:
        for distance in distances:
            yield at - distance
        at = text.find(mark, at + 1)
