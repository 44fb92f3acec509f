"""A pattern of many words, written as a tree of their beginnings: `re` tries those that begin alike as one.

What belongs here: writing such patterns. What does not: any word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

_NO_GUARDS: Final[Mapping[str, str]] = {}


def longest_of(words: Iterable[str], guards: Mapping[str, str] = _NO_GUARDS) -> str:
    """Return a pattern that matches the longest of `words`, and shorter ones where what follows it asks for them.

    `guards` are patterns of what may stand behind a word: {"平": "(?!均)"}. Raises ValueError for an empty word.
    """
    told = set(words)
    if not told or "" in told:
        raise ValueError("a pattern of words needs words, none of them empty")
    return _tree(told, guards, "")


def _tree(endings: set[str], guards: Mapping[str, str], before: str) -> str:
    """Return the pattern of what may follow `before`."""
    branches = [
        re.escape(first) + _tree({ending[1:] for ending in endings if ending[:1] == first}, guards, before + first)
        for first in sorted({ending[0] for ending in endings if ending})
    ]
    guard = guards.get(before, "")
    if "" not in endings:
        return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    if not branches:
        return guard
    return f"(?:{'|'.join([*branches, guard])})" if guard else f"(?:{'|'.join(branches)})?"
