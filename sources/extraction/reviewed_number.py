"""Which number a person meant: found again by its sentence, whatever became of spaces, widths and marks of the text.

What belongs here: comparing words of a review with rows of an extraction. What does not: what is done with the row
(``review.py``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

#: sentences that agree in this share of their characters are one, as repaired by another cleaning
ALIKE = 0.9


@lru_cache(maxsize=4096)
def bare(words: str) -> str:
    """Return the letters, digits and signs of numbers of `words`, in normal width."""
    normal = unicodedata.normalize("NFKC", words)
    return "".join(c for c in normal if unicodedata.category(c)[0] in "LN" or c in ".%‰-")


def holds_words(text: str, quote: str) -> bool:
    """Whether a text holds the words of a quote, or ones that only a repair parts from them."""
    wanted, whole = bare(quote), bare(text)
    if wanted in whole:
        return True
    return any(
        _alike(wanted, bare(line)) for line in text.replace("。", "\n").splitlines() if len(line) > len(quote) // 2
    )


def _alike(wanted: str, there: str) -> bool:
    matcher = SequenceMatcher(None, wanted, there, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def numbers_meant(rows: Sequence[dict[str, Any]], quote: str, surface: str) -> list[dict[str, Any]]:
    """Return the rows whose number is that of `surface` in the words of `quote`: several where all of them are as near.

    `rows` are observations or rejections. Where the quote stands in the sentence, the number must stand at its place in
    it; where only most of it does, the same number of the sentence that is nearest to that place.
    """
    wanted, number = bare(quote), bare(surface)
    expected = wanted.find(number)
    if expected < 0:
        return []
    found: list[tuple[int, dict[str, Any]]] = []
    for row in rows:
        if bare(row["surface"]) != number:
            continue
        at, sentence = _place(row), bare(row["sentence"])
        apart = min(_apart(wanted, expected, sentence, at), default=None)
        if apart is not None:
            found.append((apart, row))
    nearest = min((apart for apart, _ in found), default=0)
    return [row for apart, row in found if apart == nearest]


def _place(row: Mapping[str, Any]) -> int:
    """Return where the number stands in the bare sentence."""
    return len(bare(row["sentence"][: row["char_start"] - row["sentence_start"]]))


def _apart(wanted: str, expected: int, sentence: str, at: int) -> Iterator[int]:
    """Yield how far the number stands from where each occurrence of the quote has it."""
    start = sentence.find(wanted)
    while start >= 0:
        if start + expected == at:
            yield 0
        start = sentence.find(wanted, start + 1)
    if wanted not in sentence and (sentence in wanted or _alike(wanted, sentence)):
        shift = wanted.find(sentence) if sentence in wanted else 0
        if abs(expected - shift - at) <= max(2, len(wanted) // 10):
            yield 1 + abs(expected - shift - at)
