"""Which region a report is about: what the document says that it speaks for, never which name stands in it most often.

What belongs here: gathering those sayings (who speaks in whose name, before which congress, title, seal, address, what
the text calls its own in words that only one's own place is given), weighing. What does not: telling homonyms apart
(``homonyms.py``), years (``clocks.py``), the label (``identity.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from sources.document.identity.clocks import split_head
from sources.document.identity.homonyms import (
    GENERIC,
    Surroundings,
    closest,
    last_name,
    resolve,
    spelt_out,
    valid,
)
from sources.document.identity.self_naming import find_self_naming, is_ahead, is_enough, own_class_words
from sources.registry.regions import Region, Regions

_NAME = r"([\u4e00-\u9fff]{1,24}?)"
_TERM = r"(?:本届|第?[一二三四五六七八九十]{1,3}届)?"
_GOVERNMENT = (
    r"(?:第?[一二三四五六七八九十]{1,3}届)?(?:人民政府|政府筹备组|政府|行政公署|行署|管理委员会|管委会|国务院|党工委)"
)
_HEAD_OF = r"(?:代理|代|常务副|副)?(?:省长|市长|区长|县长|州长|盟长|旗长|行署专员|专员|自治区主席|主席|管委会主任)"
# pattern, weight: who speaks in whose name says most; a heading may be an aggregator's
_PHRASES: tuple[tuple[str, re.Pattern[str], float], ...] = (
    (
        "speaks_for",
        re.compile(r"(?:我|谨|委托[，,])(?:受[^。]{1,30}委托[，,]?)?(?:谨)?代表" + _TERM + _NAME + _GOVERNMENT),
        12,
    ),
    ("speaks_for", re.compile(r"代表(国务院)"), 12),
    (
        "congress",
        re.compile(r"([\u4e00-\u9fff]{1,24}?)第?[一二三四五六七八九十]{1,3}届(?:人民代表大会|人大(?!常))"),
        9,
    ),
    ("speaker", re.compile(r"(?:^|[）)上：:—\d])" + _NAME + r"(?:人民政府)?" + _HEAD_OF), 8),
    (
        "plan",
        re.compile(r"(?:连同|将|和|审议|提请)《" + _NAME + r"国民经济和社会发展第?[一二三四五六七八九十]+个五年"),
        8,
    ),
    (
        "title",
        re.compile(
            r"(?:^|[》：:—\d年）)])"
            + _NAME
            + r"(?:人民政府|政府)?(?:[（(]?(?:19|20)\d\d[）)]?年?)?(?:人民)?政府工作报告"
        ),
        5,
    ),
    (
        "subject",
        re.compile(r"(?:^(?:【[^】]*】|《)?(?:关于)?|《关于)" + _NAME + r"(?:全[省市县区州])?(?:19|20)\d\d年"),
        6,
    ),
    (
        "bureau",
        re.compile(
            r"(?:^|[—：:\d上])"
            + _NAME
            + r"(?:财政|统计|发展和改革|审计|教育|民政|公安|卫生健康|住房和城乡建设|农业农村)(?:局|厅|委)"
        ),
        5,
    ),
    (
        "government",
        re.compile(r"(?:^|[。，；：年])" + _NAME + r"(?:人民政府|管委会)(?=在|坚持|认真|全面|团结)"),
        6,
    ),
    (
        "seal",
        re.compile(r"(?:^|[。！!）)\s])" + _NAME + r"人民政府(?=(?:19|20|二)[\d〇○零一二三四五六七八九]{2,3}年|$)"),
        8,
    ),
)
#: phrases that somebody else than the speaker may have written: an aggregator, an editor
_BY_OTHERS = frozenset(("title", "subject", "bureau"))
_ALL = frozenset(name for name, _, _ in _PHRASES) - {"seal"}
#: behind the salutation a report tells of other congresses, plans and mayors, too
_IN_WINDOW = {
    "title": _BY_OTHERS,
    "head": _ALL,
    "opening": frozenset(("speaks_for", "plan", "government")),
    "end": frozenset(("seal",)),
}
#: members of a prefecture that its report names, and that of a city inside it does not
_FEWEST_MEMBERS = 3
#: how often the only place of its class must be named, so that one word of its own does
_NAMED_TWICE = 2
_COMMON_WORDS = {
    "城区", "郊区", "矿区", "市区", "新区", "城中区", "市中区", "新城区", "老城区", "地区", "特区", "辖区", "县区",
}  # fmt: skip
_COULD_BE_NAME = re.compile(r"[\u4e00-\u9fff]{2,12}(?:省|市|县|区|州|盟|旗)")
_SELF = own_class_words("[省市县区州盟旗]")


@dataclass(frozen=True)
class Place:
    """The region found, or None, with the words; `score` 0 to 1.

    `sure` where the speaker, the congress or a plan names it; `candidates` are the homonyms between which nothing
    decides; `class_word` is what the text calls its place (市 in 我代表市人民政府), by which a label can be checked.
    """

    region: Region | None
    score: float
    sure: bool
    words: dict[str, str]
    rivals: tuple[str, ...] = ()
    unknown_name: str | None = None  # a name in the place of the region's that no list knows
    candidates: tuple[Region, ...] = ()
    class_word: str | None = None


def find_place(
    text: str, title: str | None, publisher: str | None, year: int | None, regions: Regions, host: str | None = None
) -> Place:
    """Find the region that compact `text` speaks for; `year` tells which codes are valid.

    `host` is the code of the region whose government's site the text comes from, where that is known.
    """
    seen = Surroundings(text, year, host, regions)
    sayings = _read_sayings(text, title, seen)
    own_class = sayings.generic or _self_class(text)
    # a city's site and a province's paper bring reports of counties, too
    site = _region(host, seen) if host else None
    if site is not None and fits(site, own_class):
        sayings.vote(site.code, 4, "address", site.code)
    published = _publisher_region(publisher, seen)
    if published and fits(published, own_class):
        sayings.vote(published.code, 4, "publisher", publisher or "")
    if not sayings.votes and not sayings.unknown and not sayings.candidates:
        _read_own_words(text, sayings, own_class, seen)
    elif sayings.votes and not sayings.sure:
        _hold_to_own_words(text, sayings, own_class, seen)
    return _decide(sayings, seen)


def _hold_to_own_words(
    text: str,
    said: _Sayings,
    own_class: str | None,
    seen: Surroundings,
) -> None:
    """Take back what only headings and pages say where the text itself is of another class or calls another its own."""
    own = _Sayings({}, {}, set(), {}, said.generic)
    _read_own_words(text, own, own_class, seen)
    for code in list(said.votes):
        region = _region(code, seen)
        denied = region is None or not fits(region, own_class) or (own.votes and code not in own.votes)
        if denied:
            del said.votes[code]
            said.words["denied"] = own.words.get("own_words", own_class or "")


@dataclass
class _Sayings:
    """What a text was found to say, while it is read."""

    votes: dict[str, float]
    words: dict[str, str]
    sure: set[str]
    candidates: dict[str, Region]
    generic: str | None = None
    unknown: str | None = None

    def vote(self, code: str, weight: float, name: str, words: str) -> None:
        self.votes[code] = self.votes.get(code, 0.0) + weight
        self.words.setdefault(name, words)


def _read_sayings(text: str, title: str | None, seen: Surroundings) -> _Sayings:
    """Read who speaks in whose name: phrases of title, face, opening and seal."""
    head, body = split_head(text)
    windows = [("title", "".join((title or "").split())), ("head", head), ("opening", body[:700]), ("end", text[-60:])]
    said = _Sayings({}, {}, set(), {})
    found: list[tuple[str, float, str, Region]] = []
    matches = [
        (name, weight, match)
        for kind, window in windows
        for name, pattern, weight in _PHRASES
        if name in _IN_WINDOW[kind]
        for match in list(pattern.finditer(window))[:4]
    ]
    bound = _bound([match[1] for _, _, match in matches], seen)
    for name, weight, match in matches:
        region, homonyms = resolve(match[1], seen, bound)
        if region is not None:
            found.append((name, weight, match[0][-60:], region))
            if _is_told_by_company(match[1], bound, seen):
                said.words.setdefault("among_homonyms", match[0][-60:])
        elif homonyms:
            said.candidates |= {one.code: one for one in homonyms}
            said.words.setdefault(f"{name}_of_several", match[0][-60:])
        elif match[1] in GENERIC and name == "speaks_for":
            said.generic = said.generic or match[1]
        elif name == "speaks_for" and _COULD_BE_NAME.fullmatch(match[1]):
            said.unknown = said.unknown or match[1]
    for name, weight, words, region in found:
        # a heading may be an aggregator's, which names the city above, and a congress the city's, whose spirit is
        # carried out: the speaker's own 县人民政府 outweighs them
        if name != "speaks_for" and not fits(region, said.generic):
            continue
        said.vote(region.code, weight, name, words)
        if name not in _BY_OTHERS:
            said.sure.add(region.code)
    return said


def _is_told_by_company(captured: str, bound: dict[str, Region], seen: Surroundings) -> bool:
    """Tell whether a name of several places was given to one by what the text names around it alone."""
    name, before = last_name(captured, seen.regions)
    if name is None or name in bound:
        return False
    candidates = valid(seen.regions, name, seen.year)
    return len(candidates) > 1 and spelt_out(candidates, before, seen) is None


def _bound(captured: list[str], seen: Surroundings) -> dict[str, Region]:
    """Return name → region for names that some saying spells out with their city: 徐州市鼓楼区."""
    found: dict[str, Region] = {}
    for words in captured:
        name, before = last_name(words, seen.regions)
        if name is not None and before:
            candidates = valid(seen.regions, name, seen.year)
            spelt = spelt_out(candidates, before, seen) if len(candidates) > 1 else None
            if spelt is not None:
                found.setdefault(name, spelt)
    return found


def _read_own_words(
    text: str,
    said: _Sayings,
    hint: str | None,
    seen: Surroundings,
) -> None:
    """Vote for the place that the text calls its own, where nobody says in whose name it speaks.

    `hint` is what it calls its class of place (县 in 全县).
    """
    if hint:
        said.words["self"] = hint
    common = _COMMON_WORDS | seen.regions.common_words
    own: dict[str, Counter[str]] = {}
    for name, words in find_self_naming(text, [n for n in seen.named if n[2] not in common]).items():
        region, homonyms = closest(valid(seen.regions, name, seen.year), [], seen)
        if region is None and homonyms and is_enough(words):
            said.candidates |= {one.code: one for one in homonyms if fits(one, hint)}
        if region is not None and region.level != "national":
            own.setdefault(region.code, Counter()).update(words)
    fitting = {code: words for code, words in own.items() if (r := _region(code, seen)) and fits(r, hint)}
    ranked = sorted(fitting, key=lambda code: -fitting[code].total())
    if not ranked:
        return
    alone = bool(said.generic) and len(ranked) == 1
    only_named = alone and _is_only_one(ranked[0], hint, seen)
    if not is_enough(fitting[ranked[0]], alone, only_named):
        return
    best = _with_members(ranked[0], fitting, seen)
    rivals = [code for code in fitting if code != best]
    if not said.generic:  # 全市 may be said in a district, too: then no place inside or around may be called its own
        rivals += [code for code in own if code not in fitting and is_enough(own[code])]
    if all(is_ahead(fitting[best], own[code]) for code in rivals):
        said.vote(best, 6, "own_words", "、".join(f"{kind}×{n}" for kind, n in fitting[best].most_common()))
        said.candidates.clear()


def _is_only_one(code: str, hint: str | None, seen: Surroundings) -> bool:
    """Tell whether a text names a place at least twice, and no other that it could call itself by the same class."""
    named = {
        region.code: seen.counts[name]
        for name in seen.counts
        for region in valid(seen.regions, name, seen.year)
        if fits(region, hint)
    }
    return set(named) == {code} and sum(seen.counts[name] for name in _names_of(code, seen)) >= _NAMED_TWICE


def _names_of(code: str, seen: Surroundings) -> tuple[str, ...]:
    region = _region(code, seen)
    return region.names if region is not None else ()


def _with_members(best: str, fitting: dict[str, Counter[str]], seen: Surroundings) -> str:
    """Return the prefecture instead of a city inside it, where the text names several of the prefecture's members."""
    region = _region(best, seen)
    above = seen.regions.parents(best, seen.year)[:1] if region is not None and region.level == "county" else []
    for parent in above:
        members = {one.code for one in seen.regions.children(parent.code, seen.year) if seen.counts[one.name]}
        if parent.code in fitting and len(members) >= _FEWEST_MEMBERS:
            return parent.code
    return best


def _region(code: str, seen: Surroundings) -> Region | None:
    return seen.regions.by_code(code, seen.year) or seen.regions.by_code(code)


def _publisher_region(publisher: str | None, seen: Surroundings) -> Region | None:
    """Return the region of a publisher whose name the text names too: a paper prints reports of other places."""
    flat = "".join((publisher or "").split())
    match = re.search(_NAME.replace("?", "") + r"(?:人民政府|政府办|日报|晚报|发布|政务)", flat)
    region = resolve(match[1], seen)[0] if match else None
    return region if region is not None and any(seen.counts[name] for name in region.names) else None


def _self_class(text: str) -> str | None:
    """Return what the text calls its own place: 县 in 全县, 我县. Higher levels are named too, so the lowest wins."""
    counts = Counter(_SELF.findall(text))
    most = max(counts.values(), default=0)
    for word in ("县", "旗", "区", "州", "盟", "市", "省"):
        if counts[word] >= 5 and counts[word] >= 0.3 * most:
            return word
    return None


def fits(region: Region, hint: str | None) -> bool:
    """Tell whether a region may be what a text calls its place by: 县, 市, 新区, 自治区; None fits any."""
    if hint is None:
        return region.level != "national"
    if hint == "新区":
        return region.name.endswith("新区")
    if hint == "自治区":
        return region.level == "province" and region.class_word == "区"
    return region.class_word == hint[-1] or (not region.class_word and region.level == "county")


def _decide(said: _Sayings, seen: Surroundings) -> Place:
    ranked = sorted(said.votes.items(), key=lambda item: -item[1])[:3]
    candidates = tuple(said.candidates[code] for code in sorted(said.candidates))
    # the speaker's own name is unknown, or several places': what a heading or a page says proves nothing against it
    doubtful = bool(said.unknown or candidates) and not any(code in said.sure for code, _ in ranked[:1])
    if not ranked or doubtful:
        among = [one for one in candidates if one.code in said.votes]
        if len(among) == 1:
            return Place(among[0], 0.8, False, said.words, class_word=said.generic)
        return Place(None, 0.0, False, said.words, (), said.unknown, candidates, said.generic)
    best = _region(ranked[0][0], seen)
    rival = ranked[1][1] / ranked[0][1] if len(ranked) > 1 else 0.0
    is_sure = ranked[0][0] in said.sure
    base = 0.97 if is_sure else (0.75 if "own_words" in said.words else 0.85)
    score = base - 0.4 * max(0.0, rival - 0.4)
    if any(code in said.sure and not _is_around(code, best, seen) for code, _ in ranked[1:]):
        said.words["contradicted"] = "、".join(_name(code, seen) for code, _ in ranked)
    rivals = tuple(_name(code, seen) for code, weight in ranked[1:] if weight > 0.3 * ranked[0][1])
    return Place(best, round(score, 2), is_sure, said.words, rivals, said.unknown, class_word=said.generic)


def _is_around(code: str, best: Region | None, seen: Surroundings) -> bool:
    """Tell whether one of two regions lies in the other, or both are one place under two codes."""
    other = _region(code, seen)
    if best is None or other is None or other.id == best.id:
        return True
    above = {parent.code for parent in seen.regions.parents(best.code, seen.year)}
    return code in above or best.code in {parent.code for parent in seen.regions.parents(code, seen.year)}


def _name(code: str, seen: Surroundings) -> str:
    region = _region(code, seen)
    return region.name if region else code
