"""Runs: numbers that stand in a list and are told of together, with the words before them.

What belongs here: which numbers make a run, and which of the words before it may name its subject: not an aside, nor
what stands after 占…. What does not: the subject (``govern.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sources.extraction.grammar.names import NameHit
from sources.extraction.grammar.quantity import Quantity
from sources.extraction.grammar.sentence import ASIDE, Carried, Lead, Run, Sentence, after
from sources.extraction.grammar.units import without_magnitude

_LIST_GAP: Final = re.compile(r"(?:[、,]|和|及|与|以及|,?分别)+\Z")
_LIST_STARTS: Final = tuple("、,和及与以分")
_OF_SHARE: Final = re.compile(
    r"占(?!地(?![区方])|用|据|领|道|有率|比|补)|相当于(?=[^,;]{0,20}(?:比例|比重|%|的\Z))|与(?=[^,;、]{0,16}(?:之比|的比[例值率]))"
)
_FOR: Final = re.compile(r"对(?=[^,;]{0,24}贡献)")
_NO_AMOUNTS: Final = ("percent", "points", "times", "ratio", "bare", "bare_big")


def runs_of(sentence: Sentence, values: Iterable[Quantity]) -> list[tuple[tuple[Quantity, ...], int]]:
    """Return the numbers of a sentence, those of one kind that stand in a list together, and where each run ends."""
    runs: list[list[Quantity]] = []
    ends: list[int] = []
    lead, end = "", sentence.start
    for number in values:
        gap = sentence.text[end : number.start]
        end = after(sentence, number)
        if runs and _joins(runs[-1][0], number, gap, lead):
            runs[-1].append(number)
            ends[-1] = end
        else:
            runs.append([number])
            ends.append(end)
            lead = gap
    return [(tuple(run), end) for run, end in zip(runs, ends, strict=True)]


def _joins(first: Quantity, number: Quantity, gap: str, lead: str) -> bool:
    """Whether a number goes on with the list that `first` opens, `gap` after its last and `lead` before it."""
    if not gap and number.kind == first.kind and first.kind not in ("bare", "bare_big"):
        return True  # 分别增长4.1%5.6%5.5%: the marks between are lost
    if (
        not gap.startswith(_LIST_STARTS)
        or not _LIST_GAP.match(gap)
        or (gap == "," and first.kind != "times" and "分别" not in lead)
    ):
        return False
    if number.kind == first.kind:
        return True
    amounts = first.kind not in _NO_AMOUNTS and number.kind not in _NO_AMOUNTS
    return gap in ("、", "和") and ("分别" in lead or amounts)


def run_of(sentence: Sentence, carried: Carried, numbers: tuple[Quantity, ...], run_end: int, ceiling: int) -> Run:
    """Return the run of `numbers`, which ends at `run_end`, with the words before it from the end of what was read."""
    floor, start = carried.floor, numbers[0].start
    words = sentence.text[floor:start]
    hits = _own_names(sentence, floor, words, _names_in(sentence, carried.held, floor, start))
    share = _share(sentence, floor, words, hits)
    end = start if share is None else share
    of_what = [] if share is None else [hit for hit in hits if hit.start >= end]
    denominators = tuple(code for hit in of_what for name in hit.meanings for code in name.codes if code)
    contribution = _FOR.search(words) if share is None and "贡献" in words else None
    names_end = floor + contribution.start() if contribution else end
    own = tuple([hit for hit in hits if hit.end <= names_end])
    lead = Lead(floor, end, own, carried.held, without_magnitude(numbers[0].unit))
    return Run(numbers, lead, words[: end - floor], run_end, ceiling, share is not None, denominators)


def _names_in(sentence: Sentence, held: frozenset[str], start: int, end: int) -> list[NameHit]:
    """Return the names in [start, end) that may be meant after what was told, none of an aside."""
    inside = [
        hit
        for hit in sentence.hits
        if start <= hit.start
        and hit.end <= end
        and any(not name.requires or name.mentions or name.requires & held for name in hit.meanings)
    ]
    if not inside or not sentence.has_aside:
        return inside
    asides = [match.span() for match in ASIDE.finditer(sentence.text, start, end)]
    return [hit for hit in inside if not any(left <= hit.start < right for left, right in asides)]


def _own_names(sentence: Sentence, floor: int, words: str, hits: list[NameHit]) -> list[NameHit]:
    """74%的工业增加值和40%的税收: the first name belongs to the number before it."""
    of_percent = words.startswith("的") and "%" in sentence.text[max(sentence.start, floor - 3) : floor]
    if hits and of_percent and hits[0].start - floor <= 4 and not re.search("[,;]", words):
        return hits[1:]
    return hits


def _share(sentence: Sentence, floor: int, words: str, hits: list[NameHit]) -> int | None:
    """Return where the last 占… starts that makes the number a part of what follows it."""
    if not sentence.has_share:
        return None
    start = None
    for match in _OF_SHARE.finditer(words):
        left, right = floor + match.start(), floor + match.end()
        inside = any(hit.start <= left < hit.end for hit in hits)
        if not inside and _reaches(sentence, right, floor + len(words)):
            start = left
    return start


def _reaches(sentence: Sentence, at: int, number_at: int) -> bool:
    """Whether 占… at `at` still governs the number: no comma between, or 比重 and after it no other name."""
    words = sentence.text[at:number_at]
    comma = re.search("[,;]", words)
    if comma is None:
        return True
    own = any(hit.start >= at + comma.end() and hit.end <= number_at for hit in sentence.hits)
    return not own and re.search("比重|比例|占比|份额", words[: comma.start()]) is not None
