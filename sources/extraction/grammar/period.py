"""Periods: which calendar years a number speaks of.

What belongs here: cues of time in a sentence (named years, five-year plans, terms of office, relative years), which of
them are only a base of comparison, and the guide's rules that turn cue, section and measure into two years.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

#: what several years together brought (五年完成), and how far a thing rose in them (五年净增500亿元)
_SPANNED: Final = "投资|投入|完成|实施(?!方案)|建成|新增|安排|累|总计|共|获|新建|改造"
_ROSE: Final = "净增|纯增|增加|增长|翻|迈上|跨[上越]|连[续跨上]|提高|提升(?!行动|工程|计划)"
_CUE: Final = re.compile(
    # what any cue can start with, so that the alternatives are not tried at every character
    r"(?=[12-6一二三四五六七八九零十两去上过今本年明下全当经历这近届次未后用力争通前连])(?:"
    r"(?P<range>(?P<y1>(?:19|20)\d\d)年?(?:[-~]|至|到)(?P<y2>(?:19|20)?\d\d)年)"
    r"|(?P<year>(?P<y>(?:19|20)\d\d|[一二三四五六七八九零]{4})(?:年(?!版|以[来前后])|(?=的\d)))"
    r"|(?P<since>(?P<ys>(?:19|20)\d\d)年(?:\d{1,2}月)?(?:[一-龥]{0,10}(?:会议|换届))?以来)"
    r"|(?P<plan>(?P<n>十[一二三四五六]?|[八九])五(?P<tail>期?末|以来|前[四三两]年|[四三两]年来?|"
    r"期间|时期|规划|计划|五年|头三年|收官之年)?)"
    r"|(?P<last>去年|上年|上一年(?!度?同期)|过去(?:的)?(?:这)?一年|一年来)"
    r"|(?P<this>今年|本年度?(?!内))"
    r"|(?P<next>明年|下一?年度?)"
    r"|(?P<whole>全年|当年|年内)"
    r"|(?P<before>(?:上一?个?|前)(?:一个)?[五5]年(?![来间规计]))"
    r"|(?P<term>(?:过去|经过|历经)(?:的)?(?:这)?[五5]年|(?:这|近|上)?[五5]年(?:来|间|内|中|累计|共|年均|平均)|"
    rf"近[五5]年|这[五5]年|本届政府|(?:届|次会议)以来|(?<![第前后隔每个])[五5]年(?={_SPANNED}))"
    rf"|(?P<inline>(?:近|过去)?(?<![第前后隔每续])(?P<ni>[两二三四五六七八2-8])年(?={_ROSE}))"
    r"|(?P<ahead>(?:今后|未来|后)(?:的)?(?P<na>[三四五35两2])年|下届政府任期)"
    r"|(?P<within>(?:用|力争|争取|通过)?(?P<nw>[三四五两二35432])年(?:内|时间|左右时间)?(?=内|"
    r"时间|建成|完成|达到|实现|力争|改造|新建|累计|基本|全部|,))"
    r"|(?P<decade>(?<![\d十第])(?P<nd>[二三四五]?十|[1-5]0)年(?:(?:来|间)(?=[,增累年平实完])|累计|(?=增|年均|平均)))"
    r"|(?P<lately>(?:近|过去)(?P<nl>[两二三四六七八234678])年(?!前))"
    r"|(?P<several>(?:近|过去|(?<!提)前|连续)?(?P<ns>[两二三四六七八234678])年(?:来|间|累计|平均|年均|"
    rf"(?=接近|实现翻))|(?<![第前后隔每续])(?P<nt>[两二三四六七八234678])年(?={_SPANNED})))"
)
_SUB: Final = re.compile(
    r"(?=[1-9一首二三四上下前])(?:(?:[1-9]|1[012])(?:-|至|到)(?:[1-9]|1[012])月|一季度|首季|二季度|三季度|四季度|上半年|下半年|"
    r"前三季度|前三个季度|1季度|前[1-9一二三四五六七八九十]{1,2}个?月)"
)
#: what every cue of _CUE, of _SUB holds: most sentences have none of them, and `in` is far cheaper than the search
_IN_CUE: Final = ("年", "五", "届", "次会议")
_IN_SUB: Final = ("月", "季", "半年")
_BASE_LEFT: Final = re.compile(r"(?:比|较|与|同|对比|相比于|相对|不低于|高于|超过|低于|剔除|以)(?:“)?\Z")
_BASE_RIGHT: Final = re.compile(
    r"(?:底|末|初)?(?:相比|的?基础|的?同期|的(?=\d|近\d|约\d|[\d.]+倍)|的?不变价|的?水平|为基期|基期|可比价|价格)"
)
#: 在去年任务数的基础上增长8%
_BASIS: Final = re.compile(r"[^,;。\d]{0,12}(?:,?[\d.]+[万亿]*元,?)?[^,;。\d]{0,4}基础上")
_FROM_LEFT: Final = re.compile(r"(?:由|从|自)\Z")
_OF: Final = re.compile(r"(?:是|为|相当于|达到?|超过|超|至|到)\Z")
_SUPERLATIVE: Final = re.compile(r"(?:以来|来)?(?:的)?(?:最|新高|新低|首次|之最|历史)")
_PLAN: Final = {"八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12, "十三": 13, "十四": 14, "十五": 15, "十六": 16}
#: lengths of spans in years
NUMERALS: Final = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8} | {
    str(n): n for n in range(2, 9)
}
_DIGITS: Final = dict(zip("零一二三四五六七八九", "0123456789", strict=True))


class Cue(NamedTuple):
    """A cue of time at [start, end) of the normal text. `role`: plain, base (比2015年), from (由2015年的), sub."""

    start: int
    end: int
    first: int
    last: int
    role: str
    kind: str


@dataclass(frozen=True, slots=True)
class Clock:
    """What relative words mean: the report year R, the year of the meeting, 今后五年 where the text names its end.

    Where the meeting is not `dated`, 今年以来 in a review is the year reviewed.
    """

    report_year: int
    spoken_in: int
    ahead: tuple[int, int] | None = None
    dated: bool = True

    @property
    def next_five(self) -> tuple[int, int]:
        """今后五年: from R on, unless the text names another end."""
        return self.ahead or (self.report_year, self.report_year + 4)


def plan_years(numeral: str) -> tuple[int, int]:
    """Return the years of the five-year plan: 十四 → (2021, 2025)."""
    start = 1996 + 5 * (_PLAN[numeral] - 9)
    return start, start + 4


def _holds(words: str, marks: tuple[str, ...]) -> bool:
    for mark in marks:  # noqa: SIM110 - asked of each sentence: `any` takes twice the time
        if mark in words:
            return True
    return False


def find_cues(text: str, start: int, end: int, clock: Clock, review: bool) -> list[Cue]:
    """Return the cues of time of text[start:end] in order."""
    found: list[Cue] = []
    words = text[start:end]
    for match in _CUE.finditer(text, start, end) if _holds(words, _IN_CUE) else ():
        years = _years(match, clock, review)
        if years is None or _SUPERLATIVE.match(text, match.end()):
            continue
        left, right = text[max(start, match.start() - 4) : match.start()], text[match.end() : match.end() + 6]
        if left.endswith("提前"):
            continue  # 提前三年实现翻番 is how early, no span
        role = "plain"
        if _FROM_LEFT.search(left):
            role = "from"
        elif (
            _BASE_LEFT.search(left)
            or _BASE_RIGHT.match(right)
            or _BASIS.match(text, match.end(), end)
            or (_OF.search(left) and right[:1] == "的")
            or (right[:2] in ("末的", "底的") and _OF.search(left))
        ):
            role = "base"
        kind = _kind(match)
        if kind == "before":
            role = "base"
        elif kind == "whole":
            years = _year_of_whole(text, found, match, years, review)
        found.append(Cue(match.start(), match.end(), years[0], years[1], role, kind))
    found = _within_plan(found, clock, review) if found else found
    if _holds(words, _IN_SUB):
        found += [Cue(*match.span(), 0, 0, "sub", "sub") for match in _SUB.finditer(text, start, end)]
    return sorted(found, key=_start)


def _start(cue: Cue) -> int:
    return cue.start


def _year_of_whole(
    text: str, found: list[Cue], match: re.Match[str], years: tuple[int, int], review: bool
) -> tuple[int, int]:
    """2020年全年; 到2021年底,全年…: the whole year is the one named before it; among goals only directly before."""
    named = [cue for cue in found if cue.role == "plain" and cue.kind == "year"]
    if not named:
        return years
    between = text[named[-1].end : match.start()]
    near = re.fullmatch("[底末]?,?", between) if not review else ";" not in between
    return (named[-1].first, named[-1].last) if near else years


def _within_plan(found: list[Cue], clock: Clock, review: bool) -> list[Cue]:
    """In goals, 五年累计 after “十四五”时期 is that plan's span."""
    if review:
        return found
    plans = [cue for cue in found if cue.kind == "plan" and cue.last >= clock.report_year]
    if not plans:
        return found
    first, last = plans[0].first, plans[0].last
    return [
        cue._replace(first=first, last=last) if cue.kind == "term" and cue.last > clock.report_year else cue
        for cue in found
    ]


def _kind(match: re.Match[str]) -> str:
    for kind in (
        "range",
        "year",
        "since",
        "plan",
        "last",
        "this",
        "next",
        "whole",
        "term",
        "ahead",
        "within",
        "before",
        "inline",
        "decade",
        "lately",
        "several",
    ):
        if match[kind]:
            return kind
    return ""


def _years(match: re.Match[str], clock: Clock, review: bool) -> tuple[int, int] | None:
    kind, report = _kind(match), clock.report_year
    if kind == "range":
        first = int(match["y1"])
        last = int(match["y2"]) if len(match["y2"]) == 4 else first // 100 * 100 + int(match["y2"])
        return (first, last) if first <= last else None
    if kind == "year":
        year = int("".join(_DIGITS.get(char, char) for char in match["y"]))
        return (year, year) if 1949 <= year <= 2060 else None
    if kind == "since":
        first = int(match["ys"])
        return (first, report - 1) if first < report - 1 else None
    if kind == "plan":
        tail = match["tail"]
        if tail is None:
            return None
        first, last = plan_years(match["n"])
        if "末" in tail or "收官" in tail:
            return last, last
        if tail in ("规划", "计划"):
            return None
        if "以来" in tail or ("年" in tail and tail != "五年"):
            return (first, report - 1) if first < report - 1 else None
        return first, last
    this = report - 1 if review and clock.spoken_in < report else report
    if kind == "last":
        return report - 1, report - 1
    if kind == "this":
        opens = match.string[match.start() - 1 : match.start()] in ("", "\n", "。", ":")
        if review and opens and not clock.dated and match.string.startswith("以来", match.end()):
            return report - 1, report - 1
        return this, this
    if kind == "next":
        return clock.spoken_in + 1, clock.spoken_in + 1
    if kind == "whole":
        return (report - 1, report - 1) if review else (report, report)
    if kind == "term":
        ahead = not review and re.match("[五5]年(?!来|间)", match.group())
        return clock.next_five if ahead else (report - 5, report - 1)
    if kind == "before":
        return (report - 10, report - 6) if review else None
    if kind == "decade":
        tens = match["nd"]
        length = int(tens) if tens.isdigit() else 10 * NUMERALS.get(tens[:-1], 1)
        return (report - length, report - 1) if review else None
    if kind == "ahead":
        length = NUMERALS.get(match["na"] or "五", 5)
        return clock.next_five if length == 5 else (report, report + length - 1)
    if kind == "within":
        return (report, report + NUMERALS[match["nw"]] - 1) if not review else None
    if kind == "lately":
        return (report - NUMERALS[match["nl"]], report - 1) if review else None
    if kind in ("several", "inline"):
        length = NUMERALS[match["ni"] or match["ns"] or match["nt"]]
        return (report - length, report - 1) if review else None
    return None
