"""Names of regions in a text, and which of several regions that share a name is meant.

What belongs here: finding names, homonyms, what of a text tells them apart (their city, their neighbours, the site it
comes from). What does not: whom a text speaks for (``place.py``), the code table (``sources/registry/regions.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from sources.registry.regions import Region, Regions

#: class words, which name no region by themselves
GENERIC = frozenset(("省", "市", "区", "县", "州", "盟", "旗", "自治区", "自治州", "自治县", "新区"))
#: weight of what the text names around a homonym, from which on it is told from the others: a city whose committee
#: leads is enough, a partner named once or twice is not
_LEAST_COMPANY = 5.0
#: characters of a text in which places are looked for
_NAMED_IN = 60_000
#: how many times the next homonym's that weight must be
_MORE_COMPANY = 4
_LEADERS = ("委、", "市委、", "省委、", "委坚强领导", "委正确领导", "委的", "市委的")
_CLASS_ENDINGS = "省市县区州盟旗"
_MARKS = "。，；、！？："
_MARK = re.compile(f"[{_MARKS}]")
_BEFORE_SHORT = re.compile(r"[^\u4e00-\u9fff]|[我在是对到从为全将把让使向与]")


class _Matcher(NamedTuple):
    names: list[str]
    automaton: AhoCorasick


@dataclass(frozen=True)
class Surroundings:
    """What of a text tells homonyms apart: what it names, who leads, year, and the code that its address stands for.

    Most texts say in whose name they speak: the names of places are looked for where they are first asked for.
    """

    text: str
    year: int | None
    host: str | None
    regions: Regions

    @cached_property
    def named(self) -> list[tuple[int, int, str]]:
        """What ``find_names`` finds in the text's first part."""
        return find_names(self.text[:_NAMED_IN], self.regions)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each name stands in it that can't be two words."""
        return Counter(name for start, _, name in self.named if not may_be_words(name, self.text, start))


def _matcher(regions: Regions) -> _Matcher:
    if "matcher" not in regions.kept:
        names = list(regions.names())
        regions.kept["matcher"] = _Matcher(names, AhoCorasick(names, matchkind=MatchKind.LeftmostLongest))
    matcher: _Matcher = regions.kept["matcher"]
    return matcher


def find_names(text: str, regions: Regions) -> list[tuple[int, int, str]]:
    """Return (start, end, form) of every region's name in `text`, the longest reading where two overlap.

    What cuts through a word is no name (增城 in 新增城镇).
    """
    names, automaton = _matcher(regions)
    found = automaton.find_matches_as_indexes(text)
    borders = _word_borders(text, [start for _, start, _ in found])
    named = []
    for index, start, end in found:
        name = names[index]
        if start not in borders or (end not in borders and name[-1] not in _CLASS_ENDINGS):
            continue
        named.append((start, end, name))
    return named


def may_be_words(name: str, text: str, start: int) -> bool:
    """Tell whether 和县 may be 市和县: a name of two characters counts where no list and no verb precedes it."""
    short = len(name) == 2 and name[-1] in "县区旗"
    return short and not _BEFORE_SHORT.search(text[max(0, start - 1) : start] or "。")


def _word_borders(text: str, places: Iterable[int]) -> set[int]:
    """Return the offsets at which jieba's words begin and end, in the clauses in which `places` (rising) lie.

    No word of jieba's reaches over a mark, so that a clause alone is cut as it is inside the text.
    """
    import rjieba  # its dictionary takes a moment to load, and not every text needs it

    borders: set[int] = set()
    end = 0
    for place in places:
        if place < end:
            continue
        first = 1 + max(end - 1, *(text.rfind(mark, end, place) for mark in _MARKS))
        mark = _MARK.search(text, place)
        end = mark.start() if mark else len(text)
        borders.update(accumulate(map(len, rjieba.cut(text[first:end], False)), initial=first))
    return borders


def resolve(
    captured: str, seen: Surroundings, bound: dict[str, Region] | None = None
) -> tuple[Region | None, list[Region]]:
    """Return the region that the end of `captured` names (广州市增城区 → 增城区), or the homonyms it may be.

    `bound` are names that another saying of the text spells out with their city.
    """
    name, before = last_name(captured, seen.regions)
    if name is None:
        return None, []
    if bound and name in bound:
        return bound[name], []
    return closest(valid(seen.regions, name, seen.year), before, seen)


def last_name(captured: str, regions: Regions) -> tuple[str | None, list[str]]:
    """Return the name that `captured` ends with and those before it; None where it ends with none."""
    if captured in GENERIC:
        return None, []
    names, automaton = _matcher(regions)
    found = [(start, end, names[i]) for i, start, end in automaton.find_matches_as_indexes(captured)]
    if not found or found[-1][1] != len(captured) or _cuts_a_word(captured, found[-1][0], found[-1][2], found[:-1]):
        return None, []
    return found[-1][2], [name for _, _, name in found[:-1]]


def _cuts_a_word(captured: str, start: int, name: str, before: list[tuple[int, int, str]]) -> bool:
    """Tell whether a name begins inside a word (成县 in 圆满完成县) and not behind another name."""
    if start == 0 or any(end == start for _, end, _ in before):
        return False
    return start not in _word_borders(captured, [0]) or may_be_words(name, captured, start)


def valid(regions: Regions, name: str, year: int | None) -> list[Region]:
    """Regions called `name` in `year`; those of the year before or after where the year itself knows none."""
    for when in (year, *([year - 1, year + 1] if year else [])):
        found = regions.by_name(name, when)
        if found:
            full = [region for region in found if region.name == name]
            return full or found
    return []


def closest(candidates: list[Region], before: list[str], seen: Surroundings) -> tuple[Region | None, list[Region]]:
    """Return the homonym whose city or province stands before its name, or leads in the text; else all of them."""
    if len(candidates) <= 1:
        return (candidates[0] if candidates else None), []
    spelt = spelt_out(candidates, before, seen)
    if spelt is not None:
        return spelt, []
    company = {region.code: _company(region, seen) for region in candidates}
    first, second = sorted(candidates, key=lambda region: -company[region.code])[:2]
    decided = company[first.code] >= max(_LEAST_COMPANY, _MORE_COMPANY * company[second.code])
    return (first, []) if decided else (None, candidates)


def spelt_out(candidates: list[Region], before: list[str], seen: Surroundings) -> Region | None:
    """Return the only candidate one of whose parents is named in `before` (徐州市 in 徐州市鼓楼区), else None."""
    found = [
        region
        for region in candidates
        if any(name in before for parent in seen.regions.parents(region.code, seen.year) for name in parent.names)
    ]
    return found[0] if len(found) == 1 else None


def _company(region: Region, seen: Surroundings) -> float:
    """Weigh how much the text says of what lies around a region: its city counts in full, its province half.

    A city or province whose committee or government leads, and the site of one, count as much as many mentions.
    """
    weight = 0.0
    around = seen.regions.parents(region.code, seen.year)
    for rank, parent in enumerate(around):
        named = sum(seen.counts[name] for name in parent.names)
        leads = sum(seen.text.count(name + leader) for name in parent.names for leader in _LEADERS)
        weight += (named + 5 * min(leads, 3)) / (rank + 1)
    if seen.host in {region.code, *(parent.code for parent in around)}:
        weight += 20
    return weight + 0.5 * _neighbours(region, seen)


def _neighbours(region: Region, seen: Surroundings) -> int:
    """How many different places within or beside the region the text names in full."""
    if region.level == "county":
        around = seen.regions.children(region.parent_code or "", seen.year)
    else:
        around = seen.regions.children(region.code, seen.year)
    return sum(1 for other in around if other.code != region.code and seen.counts[other.name])
