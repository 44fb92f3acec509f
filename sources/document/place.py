"""Which region a report is about: who speaks in whose name, before which congress, and which places the text names.

What belongs here: gathering the words that name the region, telling homonyms apart, weighing. What does not: the code
table (``sources/registry/regions.py``), years (``clocks.py``), the label (``identity.py``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import rjieba
from ahocorasick_rs import AhoCorasick, MatchKind

from sources.document.clocks import split_head
from sources.registry.regions import Region, Regions

_NAME = r"([\u4e00-\u9fff]{1,24}?)"
_GOVERNMENT = r"(?:第?[一二三四五六七八九十]{1,3}届)?(?:人民政府|政府筹备组|政府|管理委员会|管委会|国务院|党工委)"
_HEAD_OF = r"(?:代理|代|常务副|副)?(?:省长|市长|区长|县长|州长|盟长|旗长|自治区主席|主席|管委会主任)"
# pattern, weight: who speaks in whose name says most; a heading may be an aggregator's
_PHRASES: tuple[tuple[str, re.Pattern[str], float], ...] = (
    ("speaks_for", re.compile(r"(?:我|谨|委托[，,])(?:受[^。]{1,30}委托[，,]?)?(?:谨)?代表" + _NAME + _GOVERNMENT), 12),
    ("speaks_for", re.compile(r"代表(国务院)"), 12),
    (
        "congress",
        re.compile(r"(?:在|日|上|—|[（(])" + _NAME + r"第?[一二三四五六七八九十]{1,3}届(?:人民代表大会|人大)"),
        9,
    ),
    ("speaker", re.compile(r"(?:^|[）)上：:—\d])" + _NAME + r"(?:人民政府)?" + _HEAD_OF), 8),
    ("plan", re.compile(r"《" + _NAME + r"国民经济和社会发展第?[一二三四五六七八九十]+个五年"), 8),
    (
        "title",
        re.compile(
            r"(?:^|[》：:—\d年）)])" + _NAME + r"(?:人民政府)?(?:[（(]?(?:19|20)\d\d[）)]?年?)?(?:人民)?政府工作报告"
        ),
        5,
    ),
    ("subject", re.compile(r"^(?:【[^】]*】|《)?(?:关于)?" + _NAME + r"(?:全[省市县区州])?(?:19|20)\d\d年"), 6),
    ("bureau", re.compile(r"(?:^|[—：:\d上])" + _NAME + r"(?:财政|统计|发展和改革)(?:局|厅|委)"), 5),
)
_GENERIC = {"省", "市", "区", "县", "州", "盟", "旗", "自治区", "自治州", "自治县", "新区"}
_COMMON_WORDS = {
    "城区", "郊区", "矿区", "市区", "新区", "城中区", "市中区", "新城区", "老城区", "地区", "特区", "辖区", "县区",
}  # fmt: skip
_CLASS_ENDINGS = "省市县区州盟旗"
_MARKS = "。，；、！？："
_MARK = re.compile(f"[{_MARKS}]")
_BEFORE_SHORT = re.compile(r"[^\u4e00-\u9fff]|[我在是对到从为全将把让使向与]")
_COULD_BE_NAME = re.compile(r"[\u4e00-\u9fff]{2,12}(?:省|市|县|区|州|盟|旗)")
_SELF = re.compile(r"(?:全|我|本)([省市县区州盟旗])(?![级域])")
_OWN_COMMITTEE = re.compile(r"(?<![\u4e00-\u9fff])?([省市县区州盟旗])委(?:、|，|的|区|市|县|和|坚|正|领)")
_CLASS_LEVELS = {
    "省": {"province"}, "自治区": {"province"}, "州": {"city"}, "自治州": {"city"}, "盟": {"city"},
    "市": {"province", "city", "county"}, "区": {"province", "county"}, "新区": {"county", "city"},
    "县": {"county"}, "自治县": {"county"}, "旗": {"county"},
}  # fmt: skip


class _Matcher(NamedTuple):
    names: list[str]
    automaton: AhoCorasick


@dataclass(frozen=True)
class Place:
    """The region found, or None, with the words; `score` 0 to 1. `sure` where a phrase of the text itself names it."""

    region: Region | None
    score: float
    sure: bool
    words: dict[str, str]
    rivals: tuple[str, ...] = ()
    unknown_name: str | None = None  # a name in the place of the region's that no list knows


def find_place(text: str, title: str | None, publisher: str | None, year: int | None, regions: Regions) -> Place:
    """Find the region that compact `text` reports on; `year` tells which codes are valid."""
    head, body = split_head(text)
    counts = count_names(text[:60_000], regions)
    votes: dict[str, float] = defaultdict(float)
    words: dict[str, str] = {}
    generic: str | None = None
    unknown: str | None = None
    sure: set[str] = set()
    for kind, window in _windows(head, body, title, publisher):
        for name, pattern, weight in _PHRASES:
            if kind == "title" and name not in ("title", "subject"):
                continue
            for match in list(pattern.finditer(window))[:4]:
                found, rest = _resolve(match[1], year, regions, counts)
                if found is None:
                    if rest in _GENERIC:
                        generic = generic if name in ("title", "subject", "bureau") else (generic or rest)
                    elif name == "speaks_for" and _COULD_BE_NAME.fullmatch(match[1]):
                        unknown = unknown or match[1]
                    continue
                votes[found.code] += weight
                words.setdefault(name, match[0][-60:])
                if name not in ("title", "subject", "bureau"):
                    sure.add(found.code)
    publisher_region = _publisher_region(publisher, year, regions)
    if publisher_region:
        votes[publisher_region.code] += 4
        words["publisher"] = publisher or ""
    hint = generic or (None if votes else _self_class(text))
    if hint:
        words["self"] = hint
    frequencies = _frequency(counts, hint, year, regions)
    for code, weight in frequencies.items():
        votes[code] += weight
    return _decide(votes, sure, words, frequencies, year, regions, unknown)


def _windows(head: str, body: str, title: str | None, publisher: str | None) -> list[tuple[str, str]]:
    opening = body[:700]
    return [("title", re.sub(r"\s+", "", title or "")), ("head", head), ("opening", opening)]


def _matcher(regions: Regions) -> _Matcher:
    if "matcher" not in regions.kept:
        names = list(regions.names())
        regions.kept["matcher"] = _Matcher(names, AhoCorasick(names, matchkind=MatchKind.LeftmostLongest))
    matcher: _Matcher = regions.kept["matcher"]
    return matcher


def count_names(text: str, regions: Regions) -> Counter[str]:
    """Count every form of every region's name in `text`, the longest reading where two overlap.

    What cuts through a word is no name (增城 in 新增城镇), nor is 市和县 the county 和县: a name of two characters
    counts only where nothing of a list or a verb stands before it.
    """
    names, automaton = _matcher(regions)
    found = automaton.find_matches_as_indexes(text)
    borders = _word_borders(text, [start for _, start, _ in found])
    counts: Counter[str] = Counter()
    for index, start, end in found:
        name = names[index]
        if start not in borders or (end not in borders and name[-1] not in _CLASS_ENDINGS):
            continue
        if (
            len(name) == 2
            and name[-1] in "县区旗"
            and not _BEFORE_SHORT.search(text[max(0, start - 1) : start] or "。")
        ):
            continue
        counts[name] += 1
    return counts


def _word_borders(text: str, places: Iterable[int]) -> set[int]:
    """Return the offsets at which jieba's words begin and end, in the clauses in which `places` (rising) lie.

    No word of jieba's reaches over a mark, so that a clause alone is cut as it is inside the text.
    """
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


def _resolve(captured: str, year: int | None, regions: Regions, counts: Counter[str]) -> tuple[Region | None, str]:
    """Return the region that the end of `captured` names (广州市增城区 → 增城区), else None and what stood there."""
    if captured in _GENERIC:
        return None, captured
    names, automaton = _matcher(regions)
    found = [(start, end, names[i]) for i, start, end in automaton.find_matches_as_indexes(captured)]
    if not found or found[-1][1] != len(captured):
        return None, captured
    name = found[-1][2]
    before = [n for _, _, n in found[:-1]]
    candidates = _valid(regions, name, year)
    return _closest(candidates, before, counts, year, regions), captured


def _valid(regions: Regions, name: str, year: int | None) -> list[Region]:
    """Regions called `name` in `year`; those of the year before or after where the year itself knows none."""
    for when in (year, *([year - 1, year + 1] if year else [])):
        found = regions.by_name(name, when)
        if found:
            full = [region for region in found if region.name == name]
            return full or found
    return []


def _closest(
    candidates: list[Region], before: list[str], counts: Counter[str], year: int | None, regions: Regions
) -> Region | None:
    """Of homonyms, the one whose parents and neighbours the text names; None where nothing tells them apart."""
    if len(candidates) <= 1:
        return candidates[0] if candidates else None
    ranked = sorted(((_company(r, before, counts, year, regions), r) for r in candidates), key=lambda pair: -pair[0])
    return ranked[0][1] if ranked[0][0] > ranked[1][0] else None


def _company(region: Region, before: list[str], counts: Counter[str], year: int | None, regions: Regions) -> float:
    weight = 0.0
    for rank, parent in enumerate(regions.parents(region.code, year)):
        named = sum(counts[name] for name in parent.names) + 20 * sum(name in before for name in parent.names)
        weight += named / (rank + 1)
    level_rank = {"province": 0.2, "city": 0.1}.get(region.level, 0.0)
    return weight + level_rank + 0.5 * _neighbours(region, counts, year, regions)


def _neighbours(region: Region, counts: Counter[str], year: int | None, regions: Regions) -> int:
    """How many different places within or beside the region the text names in full."""
    if region.level == "county":
        around = regions.children(region.parent_code or "", year)
    else:
        around = regions.children(region.code, year)
    return sum(1 for other in around if other.code != region.code and counts[other.name])


def _publisher_region(publisher: str | None, year: int | None, regions: Regions) -> Region | None:
    match = re.search(
        _NAME.replace("?", "") + r"(?:人民政府|政府办|日报|晚报|发布|政务)", re.sub(r"\s", "", publisher or "")
    )
    if not match:
        return None
    return _resolve(match[1], year, regions, Counter())[0]


def _self_class(text: str) -> str | None:
    """Return what the text calls its own place: 县 in 全县, 我县. Higher levels are named too, so the lowest wins."""
    counts = Counter(_SELF.findall(text))
    most = max(counts.values(), default=0)
    for word in ("县", "旗", "区", "州", "盟", "市", "省"):
        if counts[word] >= 5 and counts[word] >= 0.3 * most:
            return word
    return None


def _frequency(counts: Counter[str], hint: str | None, year: int | None, regions: Regions) -> dict[str, float]:
    """Weigh regions by how often they are named: 0 to 6 for the most named one that fits the class word `hint`."""
    levels = _CLASS_LEVELS.get(hint or "", {"province", "city", "county"})
    raw: dict[str, float] = {}
    for name, count in counts.items():
        if name in _COMMON_WORDS or name in regions.common_words:
            continue
        for region in _valid(regions, name, year):
            if region.level in levels and _fits(region, hint):
                share = count * (2 if name == region.name else 1)
                raw[region.code] = raw.get(region.code, 0.0) + share
    if not raw:
        return {}
    top = sorted(raw.items(), key=lambda item: -item[1])[:6]
    weighed = {}
    for code, mentions in top:
        place = regions.by_code(code, year) or regions.by_code(code)
        if place is not None:
            company = _company(place, [], counts, year, regions)
            weighed[code] = mentions * (1 + min(company, 30) / 10)
    best = max(weighed.values())
    return {code: 6 * weight / best for code, weight in weighed.items()}


def _fits(region: Region, hint: str | None) -> bool:
    if hint is None:
        return region.level != "national"
    if hint == "新区":
        return region.name.endswith("新区")
    if hint == "自治区":
        return region.level == "province" and region.class_word == "区"
    return region.class_word == hint[-1] or (not region.class_word and region.level == "county")


def _decide(
    votes: dict[str, float],
    sure: set[str],
    words: dict[str, str],
    frequencies: dict[str, float],
    year: int | None,
    regions: Regions,
    unknown: str | None,
) -> Place:
    ranked = sorted(votes.items(), key=lambda item: -item[1])[:3]
    if not ranked:
        return Place(None, 0.0, False, words, unknown_name=unknown)
    best = regions.by_code(ranked[0][0], year) or regions.by_code(ranked[0][0])
    rival = ranked[1][1] / ranked[0][1] if len(ranked) > 1 else 0.0
    is_sure = ranked[0][0] in sure
    if not is_sure and unknown:  # the text speaks for somebody whom no list knows: others' frequency proves nothing
        return Place(None, 0.0, False, words, unknown_name=unknown)
    base = 0.97 if is_sure else 0.85
    score = base - 0.4 * max(0.0, rival - 0.4)
    if frequencies:
        words.setdefault("named_most", "、".join(_name(regions, code, year) for code in list(frequencies)[:3]))
    rivals = tuple(_name(regions, code, year) for code, weight in ranked[1:] if weight > 0.3 * ranked[0][1])
    return Place(best, round(score, 2), is_sure, words, rivals, unknown)


def _name(regions: Regions, code: str, year: int | None) -> str:
    region = regions.by_code(code, year) or regions.by_code(code)
    return region.name if region else code
