"""News of the meeting: telling it from the report itself, and what it says of the report's year.

What belongs here: the words of newspapers. What does not: a report's own clocks (``clocks.py``), kinds (``kind.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from sources.document.identity.events import FIRST_YEAR, LAST_YEAR

#: characters of a page's head in which its date of printing stands, and of a story that are asked for years
_FACE, _STORY = 800, 4_000
_PRINTED = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?:年|[-/.])(?P<m>\d{1,2})(?:月|[-/.])(?P<d>\d{1,2})(?!\d{3})"
    r"|(?<!\d)(?P<d2>\d{1,2})[./](?P<m2>\d{1,2})[./](?P<y2>(?:19|20)\d\d)(?=\d{1,2}[:：]|\D|$)"
)
_YEAR = r"(?<![\d到至比])((?:19|20)\d\d)年"
_NO_OTHER_YEAR = r"(?:(?!(?:19|20)\d\d年)[^。；])"
#: years that a story names, but for those up to which something is planned
_NAMED = re.compile(rf"{_YEAR}(?![末底前])")
#: 说到2011年, 2018年的主要目标, 2010年全县生产总值要增长9%
_GOALS = re.compile(
    rf"(?:说到|再说|关于|展望|部署|安排|对|建议)((?:19|20)\d\d)年|{_YEAR}{_NO_OTHER_YEAR}{{0,30}}(?:总体要求|目标要求|目标任务|主要目标|预期目标|重点任务|重点工作"
    r"|工作计划|工作安排|要(?:增长|达到|实现)|力争|增长\d+(?:\.\d+)?%(?:左右|以上))"
)
_RESULTS = re.compile(rf"{_YEAR}{_NO_OTHER_YEAR}{{0,40}}(?:回顾|完成|实现|达到|同比|比上年|预计|初步核算|工作总结)")
#: what a newspaper says of the meeting, and a report never of itself
_NARRATED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("told", re.compile(
        r"作(?:了)?(?:《?政府)?工作报告》?(?:时(?:说|指出|强调|表示)|。(?:《)?报告|指出|说)"
        r"|(?<![大会])(?:《报告》|报告)(?:中)?(?:指出|提出|说|显示|强调|要求|明确|认为|回顾了?)(?=[，：,了]|\d)"
    )),
    ("given", re.compile(
        r"(?<![我谨])(?:代表[^。，]{0,16}?政府)?(?:向大会)?[作做](?:了)?(?:题为[^。]{0,20}的)?(?:[^。，“”]{0,14}人民)?"
        r"《?政府工作报告》?(?!中|里|的(?:决议|说明))"
        r"|[\u4e00-\u9fff]{2,4}(?<![我谨])代表[^。，]{0,16}?政府向大会报告(?:政府)?工作|(?<=[长席任])[\u4e00-\u9fff]{2,4}报告政府工作"
    )),
    ("reporter", re.compile(
        r"(?:本报|本网|本站|新华社|新闻网|融媒体?)[^。]{0,16}(?:讯|电|报道)|(?:记者|通讯员)[^。代]{0,20}?[）)]?"
    )),
    ("meeting", re.compile(
        r"执行主席|主席台|(?:应到|实到|出席|列席)[^。]{0,12}(?:代表|会议|大会)"
        r"|(?:会议|大会)(?:由|听取|审议|表决|开幕)|(?:隆重|胜利)?(?:开幕|闭幕)(?!以来)"
    )),
    ("discussed", re.compile(r"代表们(?:认为|一致|表示|认真|围绕|纷纷)|分组(?:审议|讨论)")),
)  # fmt: skip
_OF_GOVERNMENT = re.compile(
    r"政府工作报告|政府[^。，]{0,8}[作做](?:了)?工作报告|政府报告|报告政府工作|政府向大会报告工作"
)
#: the nation's report, told in a city's news
_OF_THE_NATION = re.compile(
    r"国务院总理[^。]{0,30}作政府工作报告|全国(?:人大|两会|人民代表大会)[^。]{0,40}政府工作报告|(?:传达|学习)[^。]{0,10}政府工作报告"
)


def tells_of_report(text: str) -> re.Match[str] | None:
    """Return the words in which compact `text` speaks of report and meeting as a third person, None where it doesn't.

    A newspaper that prints the report behind its news prints the report's opening, too: whoever asks looks for it.
    """
    start = text[:2000]
    if not _OF_GOVERNMENT.search(start) or _OF_THE_NATION.search(start):
        return None  # of a court, a committee; of the nation's, which cities listen to
    told = {name: found for name, pattern in _NARRATED if (found := pattern.search(start))}
    says = told.get("told") or told.get("given")
    often = len(_NARRATED[0][1].findall(text)) >= 2
    return says if says is not None and (len(told) >= 2 or often) else None


def is_news(text: str) -> bool:
    """Tell whether compact `text` begins as a newspaper's story of a meeting does."""
    start = text[:600]
    return any(pattern.search(start) for name, pattern in _NARRATED if name in ("reporter", "meeting"))


def read_news(text: str, published: date | None) -> Iterator[tuple[int, float, str, str]]:
    """Yield (report year, weight, clock, words): the date of printing, the year of the goals, that of the results."""
    story = text[:_STORY]
    named = [int(match[1]) for match in _NAMED.finditer(story)]
    newest = max(named, default=None)
    printed = published or find_printing_date(text[:_FACE])
    if printed:
        # a story that names older years alone was put on the page later
        late = newest is not None and newest < printed.year - 1
        yield printed.year + (printed.month >= 11), 0.5 if late else 3.0, "printed", printed.isoformat()
    if newest:
        yield newest, 1.5, "years", f"{newest}年"
    for name, pattern, later, weight in (("goals", _GOALS, 0, 3.0), ("review", _RESULTS, 1, 2.0)):
        told = Counter(int(next(filter(None, match.groups()))) for match in pattern.finditer(story))
        if told:
            year = max(told, key=lambda one: (told[one], one))
            yield year + later, weight, name, f"{year}年"


def find_printing_date(face: str) -> date | None:
    """Return the first whole date of a page's head as sites print it: 2018-02-04, 2003年01月18日, 12.06.2015."""
    for match in _PRINTED.finditer(face):
        year, month, day = match.group("y", "m", "d") if match["y"] else match.group("y2", "m2", "d2")
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            continue
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    return None
