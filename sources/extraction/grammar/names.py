"""Names: where the text names an indicator of ours, or a thing outside our list.

What belongs here: matching literals (one automaton for all of them), choosing among overlapping ones, elliptical
lists. What does not: whether the name is meant (``subject.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final, NamedTuple

import ahocorasick_rs

from sources.extraction.lexicon import Ellipsis, Lexicon, Name

_SEPARATOR: Final = r"(?:[、,]|和|及|与|以及|，)"


class NameHit(NamedTuple):
    """A name at [start, end) of the normal text with its possible meanings (usually one)."""

    start: int
    end: int
    meanings: tuple[Name, ...]

    @property
    def outside(self) -> bool:
        # names outside our list never share their text with one of ours
        return self.meanings[0].codes == (None,)


#: a text has hundreds of hits, and the class called by its fields takes three times as long
_hit: Final = partial(tuple.__new__, NameHit)


class Matcher:
    """All names of a lexicon as one automaton."""

    def __init__(self, lexicon: Lexicon) -> None:
        by_text: dict[str, list[Name]] = {}
        for name in lexicon.names:
            by_text.setdefault(name.text, []).append(name)
        self._texts = list(by_text)
        self._meanings = [tuple(names) for names in by_text.values()]
        dated = {name.text for name in lexicon.names if name.since or name.until}
        self._dated = [at for at, text in enumerate(self._texts) if text in dated]
        self._numbers = frozenset(at for at, text in enumerate(self._texts) if text.endswith("数"))
        self._in_use: dict[int, list[tuple[Name, ...]]] = {}
        self._automaton = ahocorasick_rs.AhoCorasick(self._texts or ["\x00"], store_patterns=False)
        self._ellipses = [(_ellipsis_pattern(item), item) for item in lexicon.ellipses]

    def find(self, text: str, year: int) -> list[NameHit]:
        """Return the names of `text` in order, none overlapping: the longest of rivals wins, then the leftmost."""
        raw = self._automaton.find_matches_as_indexes(text, overlapping=True)
        numbers, in_use = self._numbers, self._in_year(year)
        # 企业数 in 企业数字化 is no number of firms
        hits = [
            (start, end, index)
            for index, start, end in raw
            if index not in numbers or text[end : end + 1] not in ("字", "据", "智")
        ]
        hits.sort()
        chosen = [
            _hit((start, end, in_use[index]))
            for cluster in _clusters(hits)
            for start, end, index in (cluster if len(cluster) == 1 else self._choose(cluster))
            if in_use[index]
        ]
        return self._with_ellipses(text, chosen)

    def _in_year(self, year: int) -> list[tuple[Name, ...]]:
        """Return, for each text, those of its meanings that are in use in a report of that year."""
        if year not in self._in_use:
            self._in_use[year] = meanings = self._meanings.copy()
            for at in self._dated:
                meanings[at] = tuple(name for name in meanings[at] if name.in_use(year))
        return self._in_use[year]

    def _rank(self, hit: tuple[int, int, int]) -> tuple[bool, int, int]:
        start, end, index = hit
        return self._meanings[index][0].alone, start - end, -start

    def _choose(self, cluster: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """The longest of overlapping names wins, then the one further right: the head of a noun is at its end.

        Two names of one thing that overlap (全年粮食 + 粮食产量) are one name over both.
        """
        kept: list[tuple[int, int, int]] = []
        for start, end, index in sorted(cluster, key=self._rank):
            rivals = [other for other in kept if start < other[1] and end > other[0]]
            if not rivals:
                kept.append((start, end, index))
                continue
            inside = any(start >= other[0] and end <= other[1] for other in rivals)
            codes = self._meanings[index][0].codes
            if not inside and len(rivals) == 1 and self._meanings[rivals[0][2]][0].codes == codes != (None,):
                other = rivals[0]
                kept.remove(other)
                kept.append((min(start, other[0]), max(end, other[1]), index if end > other[1] else other[2]))
        return sorted(kept)

    def _with_ellipses(self, text: str, chosen: list[NameHit]) -> list[NameHit]:
        for pattern, item in self._ellipses:
            if item.head not in text:
                continue
            for match in pattern.finditer(text):
                words = re.findall("|".join(sorted(item.parts, key=len, reverse=True)), match["words"])
                codes = tuple(item.parts[word] for word in words)
                name = Name(match.group(), codes)
                start, end = match.span()
                chosen = [hit for hit in chosen if hit.end <= start or hit.start >= end]
                chosen.append(NameHit(start, end, (name,)))
                chosen.sort(key=lambda hit: hit.start)
        return chosen


def of_bracketed_kinds(hits: Iterable[NameHit], kinds: Mapping[int, str], known: Mapping[str, Name]) -> list[NameHit]:
    """Return the names, each as that of the kind which a bracket behind it tells: 失业率(城镇调查).

    `kinds` are the words in brackets by where the bracket stood, `known` the names that may be meant by their text.
    """
    return [_of_kind(hit, kinds[hit.end], known) if hit.end in kinds else hit for hit in hits]


def _of_kind(hit: NameHit, kind: str, known: Mapping[str, Name]) -> NameHit:
    text = hit.meanings[0].text
    # 城镇失业率(调查): the kind stands anywhere before the head
    whole = [kind] if kind.endswith(text) else [text[:at] + kind + text[at:] for at in range(len(text) - 1)]
    name = next((known[words] for words in whole if words in known), None)
    return hit if name is None else NameHit(hit.start, hit.end, (name,))


def _ellipsis_pattern(item: Ellipsis) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, item.parts), key=len, reverse=True))
    return re.compile(rf"(?P<words>(?:{words})(?:{_SEPARATOR}(?:{words}))+){re.escape(item.head)}")


def _clusters(hits: list[tuple[int, int, int]]) -> list[list[tuple[int, int, int]]]:
    """Group hits that overlap one another."""
    clusters: list[list[tuple[int, int, int]]] = []
    reach = -1
    for hit in hits:
        if hit[0] < reach:
            clusters[-1].append(hit)
        else:
            clusters.append([hit])
        if hit[1] > reach:
            reach = hit[1]
    return clusters
