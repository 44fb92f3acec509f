"""National dates that bind every report: five-year plans, party congresses and plenums, terms of leaders.

What belongs here: facts of the calendar and what they say about the year in which a text can have been spoken. What
does not: the report year itself (``clocks.py``). They betray copies whose years were replaced: a text can't name a
plenum that had not met, and nobody speaks of the good start of a plan ten years after.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sources.document.scan import find_at, places_before

#: years that a report may be of
FIRST_YEAR, LAST_YEAR = 1979, 2040
PLAN_START = {
    "九五": 1996,
    "十五": 2001,
    "十一五": 2006,
    "十二五": 2011,
    "十三五": 2016,
    "十四五": 2021,
    "十五五": 2026,
}
CONGRESS = {"十五": 1997, "十六": 2002, "十七": 2007, "十八": 2012, "十九": 2017, "二十": 2022}
PLENUM = {
    "十五届三中": 1998, "十五届四中": 1999, "十五届五中": 2000, "十五届六中": 2001,
    "十六届三中": 2003, "十六届四中": 2004, "十六届五中": 2005, "十六届六中": 2006,
    "十七届二中": 2008, "十七届三中": 2008, "十七届四中": 2009, "十七届五中": 2010, "十七届六中": 2011,
    "十八届二中": 2013, "十八届三中": 2013, "十八届四中": 2014, "十八届五中": 2015, "十八届六中": 2016,
    "十九届二中": 2018, "十九届三中": 2018, "十九届四中": 2019, "十九届五中": 2020, "十九届六中": 2021,
    "二十届二中": 2023, "二十届三中": 2024, "二十届四中": 2025,
}  # fmt: skip
_LEADER = (
    (re.compile(r"以江泽民同志为核心"), 1989, 2003),
    (re.compile(r"以胡锦涛(?:同志)?为总书记"), 2002, 2013),
    (re.compile(r"以习近平(?:同志)?为总书记"), 2012, 2017),
    (re.compile(r"以习近平同志为核心"), 2016, 2100),
)
_PLENUMS = re.compile(r"(?:党的)?((?:十[五六七八九]|二十)届)((?:[一二三四五六七]中[、和及]?)+)全会")
_CONGRESS_HELD = re.compile(r"党的(十[五六七八九]|二十)大(?:精神|报告|以来|胜利召开之年|提出|部署)")
_NEW_ERA = "新时代中国特色社会主义"
_GREETING = re.compile(
    r"以(?:优异|实际|实实在在)(?:的)?(?:成绩|行动|业绩)(?:和优异成绩)?(?:迎接|庆祝|喜迎|献礼)[^。，]{0,6}?"
    r"(?:党的(十[五六七八九]|二十)大|(?:(新中国|中华人民共和国)|建党|中国共产党)(?:成立)?(\d{2,3})周年)"
)
_LOOKING_FORWARD = re.compile(r"迎接.{0,8}$")
_PLAN_OPENING = re.compile(
    r"[“\"']?(九五|十[一二三四五]?五)[”\"']?(?:规划|计划)?(?:实现)?(?:的)?(?:顺利|良好|精彩)?(?:开局|起步)"
)
#: 任期自2013年1月开始，至今已满五年; 本届政府从1998年1月接手，五年任期
_TERM_BEGAN = re.compile(
    r"(?:任期|本届政府)[^。\d]{0,6}((?:19|20)\d\d)年[^。]{0,20}?(?<![前后])([三四五六])年(?!来|规划|计划)"
)
#: 2003年市十二届人大一次会议以来 … 四年来
_SINCE_CONGRESS = re.compile(
    r"((?:19|20)\d\d)年(?:\d{1,2}月)?(?:(?![一-龥]*工作)[一-龥]{2,4})?[省市县区州旗盟]第?[一二三四五六七八九十]{1,3}届"
    r"(?:人大|人民代表大会)第?一次会议以来"
)
_YEARS_OF_TERM = re.compile(r"(?<![前后])([三四五六])年来")
_NUMERALS = {"三": 3, "四": 4, "五": 5, "六": 6}
_IS = r"(?<!\d)(?P<year>(?:19|20)\d\d)年[，,]?(?:是|正值|适逢|恰逢|迎来)"
_NAMED_YEAR = re.compile(_IS)
_TIES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], int | None]], ...] = (
    (
        re.compile(_IS + r"[^，。；]{0,40}(?:新中国|中华人民共和国)成立(\d{2,3})周年"),
        lambda match: 1949 + int(match[2]),
    ),
    (
        re.compile(_IS + r"[^，。；]{0,40}(?:中国共产党成立|建党)(\d{2,3})周年"),
        lambda match: 1921 + int(match[2]),
    ),
    (re.compile(_IS + r"[^，。；]{0,40}改革开放(\d{2})周年"), lambda match: 1978 + int(match[2])),
    (
        re.compile(
            _IS + r"[^，。；]{0,24}[“\"'](十[一二三四五]?五)[”\"'](?:规划|计划)?(?:的)?(?:全面)?(开局|起步|收官)"
        ),
        lambda match: _plan_year(match[2], match[3]),
    ),
)


@dataclass(frozen=True)
class Bounds:
    """The years in which the text can have been spoken, with the words that say so."""

    not_before: int
    not_after: int
    words: tuple[str, ...]
    false_ties: tuple[str, ...] = ()  # sentences that tie a named year to an event of another year

    def contradict(self, year: int) -> str | None:
        """Return the words that make `year` impossible, or None."""
        if year < self.not_before:
            return f"{self.words[0]} is later than {year}"
        if year > self.not_after:
            return f"{self.words[1]} is not said as late as {year}"
        return f"false: {self.false_ties[0]}" if self.false_ties else None


def read_events(text: str) -> Bounds:
    """Return what the national dates in compact `text` allow; 0 and 9999 where they say nothing."""
    low, high = (0, ""), (9999, "")
    plenums = list(find_at(_PLENUMS, text, places_before(text, "届", 2, 4)))
    for words, first, last in _mentions(text, plenums):
        if first > low[0]:
            low = (first, words)
        if last < high[0]:
            high = (last, words)
    newest = _newest_congress(text, plenums)
    if newest and newest[0] + 10 < high[0]:  # two congresses on, it is not the newest one any more
        high = (newest[0] + 10, newest[1])
    return Bounds(low[0], high[0], (low[1], high[1]), _false_ties(text))


def _mentions(text: str, plenum_words: list[re.Match[str]]) -> list[tuple[str, int, int]]:
    """Return (words, first year, last year) for each mention that binds."""
    found: list[tuple[str, int, int]] = []
    for match in plenum_words:
        if not _LOOKING_FORWARD.search(text[max(0, match.start() - 10) : match.start()]):
            years = [PLENUM[k] for n in match[2] if (k := f"{match[1]}{n}中") in PLENUM]
            found.extend((match[0], year, 9999) for year in years[-1:])
    for match in _CONGRESS_HELD.finditer(text):
        if not _LOOKING_FORWARD.search(text[max(0, match.start() - 10) : match.start()]):
            found.append((match[0], CONGRESS[match[1]], 9999))
    for pattern, first, last in _LEADER:
        leader = pattern.search(text)
        if leader:
            found.append((leader[0], first, last))
    if _NEW_ERA in text:
        found.append((_NEW_ERA, 2017, 9999))
    elif len(text) > 6000:  # since the 19th congress no full report leaves it out
        found.append((f"no mention of {_NEW_ERA}", 0, 2019))
    for match in _GREETING.finditer(text):
        when = CONGRESS[match[1]] if match[1] else (1949 if match[2] else 1921) + int(match[3])
        found.append((match[0], when - 2, when))
    over = term_over(text)
    if over:
        found.append((over[1], over[0] - 1, over[0] + 1))
    opening = plan_opening_year(text)
    if opening:
        found.append((opening[1], opening[0] - 1, opening[0] + 6))  # a term's review may still tell it
    return found


def _plan_year(plan: str, word: str) -> int | None:
    start = PLAN_START.get(plan)
    return None if start is None else start + (4 if word == "收官" else 0)


def _false_ties(text: str) -> tuple[str, ...]:
    """Return the ties that are false, unless others hold: one misprint is no sign of a text whose years were moved."""
    ties = [
        (int(match["year"]) == year, match[0])
        for named in find_at(_NAMED_YEAR, text, places_before(text, "年", 4))
        for what, when in _TIES
        if (match := what.match(text, named.start())) and (year := when(match))
    ]
    false = tuple(words for holds, words in ties if not holds)
    return false if len(false) == len(ties) else ()


def _newest_congress(text: str, plenum_words: list[re.Match[str]]) -> tuple[int, str] | None:
    held = [(CONGRESS[m[1]], m[0]) for m in re.finditer(r"党的(十[五六七八九]|二十)大", text)]
    plenums = [(CONGRESS[m[1][:-1]], m[0]) for m in plenum_words]
    return max([*held, *plenums], default=None)


def term_over(text: str) -> tuple[int, str] | None:
    """Return the year in which the term of office that the text says to be over ended, with the words."""
    began = _TERM_BEGAN.search(text) if "任期" in text or "本届政府" in text else None
    if began is None:
        opened = _SINCE_CONGRESS.search(text[:3000])
        length = _YEARS_OF_TERM.search(text[:3000]) if opened else None
        if opened and length:
            return int(opened[1]) + _NUMERALS[length[1]], f"{opened[0]}, {length[0]}"
    return (int(began[1]) + _NUMERALS[began[2]], began[0]) if began else None


def plan_opening_year(text: str) -> tuple[int, str] | None:
    """Return the first year of the newest plan whose good start is told, with the words."""
    if "开局" not in text and "起步" not in text:
        return None
    openings = find_at(_PLAN_OPENING, text, places_before(text, "五", 1, 2, 3))
    found = [(PLAN_START[m[1]], m[0]) for m in openings if m[1] in PLAN_START]
    return max(found, default=None)
