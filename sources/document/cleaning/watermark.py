"""Watermarks of aggregators: short runs of random letters and digits set into a text to mark a copy.

What belongs here: finding a document's marks from the document itself, and dropping them. What does not: characters
that print nothing (``characters.py``), sellers' lines (``residue.py``).

A mark is believed by its place. Behind the full stop of a paragraph's last sentence no Latin word stands, and none
parts the two characters of a Chinese word; between two words one may (推进VOCs治理), so that place proves nothing.
What is all capitals (GDP, 5G), or is also met beside digits, units, brackets or commas, is never touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sources.document.genre import CJK, SALUTATION
from sources.document.traced import Traced, join

_SHORTEST, _LONGEST = 2, 6
#: how often a mark must be met, and how often where no word can stand, before it is believed
_RECURS, _PROVED = 3, 2
#: characters before a mark that are looked at: a greeting is shorter
_NEAR = 40
#: marks that differ from place to place: how many of one length must stand behind full stops that end paragraphs
_ALIKE = 3
#: a run of letters and digits from its first letter on: most runs are numbers, which are no marks
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_FIGURES = frozenset("0123456789")
#: a mark that a line end, or the space an earlier joining left for it, breaks in two
_BROKEN = re.compile(r"(?<![A-Za-z0-9])([A-Za-z0-9]{1,5})(?: ?\n[ \u3000]?| )([A-Za-z0-9]{1,5})(?![A-Za-z0-9])")
_RANDOM = re.compile(r"^(?=.*[a-z])(?=.*[A-Z0-9])")
_QUANTITY = re.compile(r"^\d+(?:[kKmMcdgGtThnμ]?[A-Z]?[a-z]?|[a-z]+)$")
_STOP_BEFORE = re.compile(r"[。！？；!?][”’』」）)]?[ \u3000]?$")
_CHINESE_BEFORE = re.compile(rf"[{CJK}。！？；：:!?”’』」》）)][ \u3000]?$|^[ \u3000]?$")
_END_BEHIND = re.compile(r"[ \u3000\t]*(?:\n|$)")
_CHINESE_BEHIND = re.compile(rf" ?[{CJK}]")
#: everyday words whose first character ends hardly any other word and whose second begins hardly any
_WORDS = frozenset(
    re.findall(
        "..",
        "企业我们积极措施旅游健康群众环境质量技术社会经济教育保障促进推进提升完善坚持基础战略政府代表",
    )
)


@dataclass(frozen=True)
class _Place:
    """Where a run of letters stands: `stop` behind a paragraph's last full stop, `proof` where no word can stand."""

    word: str
    start: int
    end: int
    stop: bool
    proof: bool
    normal: bool


def drop_watermarks(lines: list[Traced]) -> tuple[list[Traced], tuple[str, ...]]:
    """Return the lines without the document's watermarks, and the flag `watermark_removed` where there were any."""
    text = "\n".join(line.text for line in lines)
    whole = [
        _place(text, text[start:end], start, end) for start, end in _runs(text) if _SHORTEST <= end - start <= _LONGEST
    ]
    if not any(place.proof for place in whole):
        return lines, ()
    broken = [
        _place(text, m.group(1) + m.group(2), m.start(), m.end())
        for m in _BROKEN.finditer(text)
        if _SHORTEST <= len(m.group(1) + m.group(2)) <= _LONGEST
    ]
    spans = _marks(whole, broken)
    if not spans:
        return lines, ()
    kept = join(lines, "\n").without(spans)
    return [line for line in kept.lines() if line.text.strip()], ("watermark_removed",)


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each run of letters and digits that has a letter."""
    for match in _LATIN.finditer(text):
        start = match.start()
        while start and text[start - 1] in _FIGURES:
            start -= 1
        yield start, match.end()


def _marks(whole: list[_Place], broken: list[_Place]) -> list[tuple[int, int]]:
    """Return the stretches that are marks, in order."""
    normal = {place.word for place in whole if place.normal}
    free = [place for place in whole if place.word not in normal]
    known = {place.word for place in free}
    again = [place for place in broken if place.word in known and not place.normal]
    met = Counter(place.word for place in [*free, *again])
    proved = Counter(place.word for place in [*free, *again] if place.proof)
    tokens = {
        word for word, times in met.items() if _is_random(word) and times >= _RECURS and proved[word] >= _PROVED
    }  # fmt: skip
    alike = Counter(len(place.word) for place in free if place.stop and _is_random(place.word))
    lengths = {length for length, times in alike.items() if times >= _ALIKE}
    marks = [
        place
        for place in [*free, *again]
        if place.word in tokens or (place.proof and len(place.word) in lengths and place.word.upper() != place.word)
    ]
    marks += [
        place
        for place in broken
        if place not in again
        and place.word not in normal
        and place.stop
        and len(place.word) in lengths
        and _is_random(place.word)
    ]
    spans: list[tuple[int, int]] = []
    for start, end in sorted({(place.start, place.end) for place in marks}):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _is_random(word: str) -> bool:
    """Tell whether a run has the shape of a mark: small letters, mixed with capitals or digits, and no quantity."""
    return bool(_RANDOM.search(word)) and not _QUANTITY.match(word)


def _place(text: str, word: str, start: int, end: int) -> _Place:
    near = max(0, start - _NEAR)
    before = text[max(near, text.rfind("\n", near, start) + 1) : start]
    closes = bool(_END_BEHIND.match(text, end))
    stop = closes and bool(_STOP_BEFORE.search(before))
    greeted = closes and len(before) < _NEAR and before[-1:] in (":", "：") and bool(SALUTATION.match(before))
    split = text[start - 1 : start] + text[end : end + 1] in _WORDS
    usual = not (_CHINESE_BEFORE.search(before) and (closes or _CHINESE_BEHIND.match(text, end)))
    beside = word[0].isdigit() and not stop and not greeted and not split
    beside = beside or (word[-1].isdigit() and not closes and not split)
    return _Place(word, start, end, stop, stop or greeted or split, usual or beside)
