"""A pattern of many words, written as a tree of their beginnings: `re` tries those that begin alike as one.

What belongs here: writing such patterns. What does not: any word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

_NO_GUARDS: Final[Mapping[str, str]] = {}


def longest_of(words: Iterable[str], guards: Mapping[str, str] = _NO_GUARDS) -> str:
    """Return a pattern that matches the longest of `words`, and shorter ones where what follows it asks for them.

    `guards` are patterns of what may stand behind a word: {"平": "(?!均)"}. Raises ValueError for an empty word.
    """
    told = sorted(set(words))
    if not told or not told[0]:
        raise ValueError("a pattern of words needs words, none of them empty")
    return _tree(told, guards, "")


def _tree(endings: Sequence[str], guards: Mapping[str, str], before: str) -> str:
    """Return the pattern of what may follow `before`; `endings` in order, so that an empty one stands first."""
    ends = endings[0] == ""
    branches = [
        re.escape(first) + _tree([ending[1:] for ending in alike], guards, before + first)
        for first, alike in groupby(endings[1:] if ends else endings, itemgetter(0))
    ]
    guard = guards.get(before, "")
    if not ends:
        return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    if not branches:
        return guard
    return f"(?:{'|'.join([*branches, guard])})" if guard else f"(?:{'|'.join(branches)})?"
