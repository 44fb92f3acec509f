"""Sentences: the plain values that the passes over one sentence take and give.

What belongs here: what a sentence holds, and the words before a number. What does not: deciding anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from sources.extraction.grammar.names import NameHit
from sources.extraction.grammar.subject import Judge

#: 剔除价格因素影响后: an aside, in which no subject stands
ASIDE = re.compile(r"(?:剔除|扣除|不考虑|除去|消化|克服)[^,;。]{1,24}?(?:因素|影响|口径)(?:影响)?(?:后)?,?")
_SHARE_WORDS = ("占", "与", "相当于")


class Sentence(NamedTuple):
    """text[start:end] with its names, and who judges them; all offsets are of the normal text.

    What the whole sentence does not hold (`has_…`) need not be looked for before each of its numbers.
    """

    text: str
    start: int
    end: int
    hits: tuple[NameHit, ...]
    judge: Judge
    has_aside: bool
    has_share: bool
    has_label: bool


class Lead(NamedTuple):
    """The words before numbers that may name their subjects: text[floor:end], with the names among them.

    `held` are the codes of which the sentence has told a number so far, `unit` the number's without magnitude.
    """

    floor: int
    end: int
    hits: tuple[NameHit, ...]
    held: frozenset[str] = frozenset()
    unit: str = ""


def sentence_of(text: str, start: int, end: int, hits: Iterable[NameHit], judge: Judge) -> Sentence:
    """Return the sentence text[start:end] with its names."""
    words = text[start:end]
    has_share = any(word in words for word in _SHARE_WORDS)
    return Sentence(text, start, end, tuple(hits), judge, ASIDE.search(words) is not None, has_share, ":" in words)
