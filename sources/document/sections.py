"""Sections of a report: what looks back, what sets goals, what is furniture.

What belongs here: headings and cue sentences of the genre, and the cover of the whole text by sections. What does not:
the reading of any number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sources.document.normal import NormalText, normalise
from sources.document.scan import find_at, places_before

_NUMERAL: Final = "[一二三四五六七八九十]"
_HEADING: Final = re.compile(
    rf"(?=[第一二三四五六七八九十])(?:\A|(?<=[。!?:;\s代表]))"
    rf"(?:第?{_NUMERAL}{{1,2}}[、.]|第{_NUMERAL}部分:?)(?P<title>[^。;!?\n]{{2,60}})"
    rf"|(?<=\n)(?P<line>[^。;!?\n]{{4,40}})(?=\n)"
)
#: where a numbered heading that does not open the text may begin; the rarer character stands first, see ``scan.py``
_NUMBERED: Final = re.compile(r"[第一二三四五六七八九十](?<=[。!?:;\s代表].)")
_SPAN_PAST: Final = re.compile(
    r"(?:过去|刚刚过去的?|近|这|上一个|前)(?:的)?(?:[五5三四六]年|[五5]年来)|(?<!\d)[五5四六]年(?:来|间)?(?:的)?(?:主要"
    r")?(?:工作|发展|政府|成就|回顾|总结)|本届政府|上届政府"
    r"|(?:届|次会议|成立)以来|(?:十[一二三四五]?|九|八)五(?:时期|期间|计划)?.{0,16}(?:回顾|成就|成绩|"
    r"完成情况|执行情况|总结|圆满收官)|四年来|三年来|六年来"
)
_SPAN_NEXT: Final = re.compile(
    r"(?:今后|未来|后|往后)(?:的)?(?:[五5三]年|一个时期)|(?:十[一二三四五]?|九)五(?:时期|期间|"
    r"规划|计划)?.{0,20}(?:目标|思路|任务|规划|要求|展望|纲要|蓝图|安排|部署)|(?:(?<!\d)[五5]年|下届政府|"
    r"新一届政府).{0,8}(?:目标|思路|任务|建议|展望)"
)
_PAST: Final = re.compile(
    r"回顾|回眸|总结|成就|成绩|取得|完成情况|执行情况|所做|过去|主要工作情况|工作情况|完成的主要工作|开展的工作"
)
_NEXT: Final = re.compile(
    r"目标|要求|安排|思路|部署|任务|重点|打算|建议|计划|预期|展望|着力|全力|努力|主要工作|政府工作|"
    r"工作"
)
_HALVES: Final = re.compile(
    r"(?P<past>[^和及与、]{4,24})[和及与、](?P<next>[^和及与]{0,12}(?:十[一二三四五六]?五|今后|未来|目标|任务|思路).*)"
)
#: the plans from the ninth on, of 1996 to 2000
_PLANS: Final = ("九", "十", "十一", "十二", "十三", "十四", "十五", "十六")
_OPENS_PLAN: Final = re.compile(
    "(?:各位代表[,!:])?(?:展望|谋划|做好)?(?P<n>十[一二三四五六]?)五(?:时期|期间)?"
    "(?:,?(?:是|将是|我[市省县区]|全[市省县区]|我们)|(?:经济(?:和|与)?社会)?(?:发展)?的?(?:总体|主要|奋斗|预期|工作)*(?:目标|思路|要求|任务))"
)
_PLAN: Final = re.compile("(十[一二三四五六]?|九)五(?![年届次条个大项])")
_SPAN_OF_YEARS: Final = re.compile("(?:今后|未来|后|过去|近)(?:的)?[三四五5]年|[五5]年来")
_GLOSSARY: Final = re.compile(r"(?:名词|有关|词语|用语|相关)(?:术语|用语|概念)?(?:解释|注释|说明)|^注释|^附[:件]|^名词")
#: an annex that promises works of the year, not one that explains words
_ANNEX_OF_WORKS: Final = re.compile(
    r"(?:民生|惠民|利民|便民|为民)(?:办)?(?:实事|好事|工程|微实事|项目)|实事(?:项目|清单)|(?:办好|要办|办理).{0,8}实事"
)
_YEAR: Final = re.compile(r"(20\d{2}|19\d{2})年?")
_GOAL_SENTENCE: Final = re.compile(
    r"主要预期目标|预期目标(?:是|为|:|建议)|主要目标(?:是|为|:)|发展(?:的)?目标(?:是|为|:)|奋斗目标(?:是|"
    r"为|:)|目标任务(?:是|为|:)"
)
_TURN: Final = re.compile(
    r"今年是|新的一年[,，]|做好今年|今年(?:的)?(?:政府)?工作(?:的)?(?:总体|指导|基本|总的)|总体要求(?:是|"
    r":)|总的(?:要求|思路|指导思想)(?:是|:)|今年(?:全[市省县区旗]|我[市省县区])?(?:经济社会|国民经济|"
    r"经济和社会)"
)
_SPAN_TURN: Final = re.compile(
    r"(?:今后|未来)(?:的)?[五5]年(?:[,是]|我们|我[市省县区]|全[市省县区]|.{0,12}(?:目标|总体))"
)
_SPAN_START: Final = re.compile(
    r"(?:回顾|总结)?(?:过去|刚刚过去)(?:的)?(?:这)?[五5四六三]年|(?<!\d)[五5四六]年来[,我市全省]|(?<!\d)[五5四六]年间|(?:市|"
    r"县|省|区|州)?.{0,6}届人大一次会议以来|本届政府"
)
#: how a sentence inside a review comes back to the span
_SPAN_AGAIN: Final = re.compile(r"[五5]年来|回顾|回首|总结|纵观|过去|[五5]年间|十[一二三四五]?五|九五")
_YEAR_START: Final = "过去(?:的)?(?:这)?一年|刚刚过去的(?:这)?一年|一年来|去年以来"
_SINCE_YEAR: Final = re.compile(r"((?:19|20)\d\d)年以来")
_MEASURES_SPAN: Final = re.compile("年均|年递增")
_BASE_OF_SPAN: Final = re.compile(r"(?:比|较|是|与)((?:19|20)\d\d)年")
_REVIEW_CUE: Final = re.compile(
    r"(?:过去|刚刚过去)(?:的)?(?:这)?一年|一年来|(?:20|19)\d\d年(?:是|以来|[,，].{0,30}(?:在|面对|我们|认真))"
)


#: an annex that lists what was done of last year's promises
_FULFILLED: Final = re.compile("(?:完成|落实|办理)(?:情况|清单|一览)")
_AMOUNT: Final = re.compile(r"\d(?:%|亿|万|个|家)")
_SENTENCE: Final = re.compile(r"[^。!?\n]*[。!?\n]|[^。!?\n]+\Z")


@dataclass(frozen=True, slots=True)
class Section:
    """[char_start, char_end) of the text; `section` is one of tables.SECTIONS."""

    section: str
    title: str
    char_start: int
    char_end: int


def _plan_over(title: str, report_year: int) -> bool:
    plans = [1996 + 5 * _PLANS.index(plan) for plan in _PLAN.findall(title) if plan in _PLANS]
    return bool(plans) and max(plans) + 4 < report_year


def _of_year_and_span(title: str, years: set[int], report_year: int) -> str | None:
    """今后五年奋斗目标和2003年工作: what stands without a span under a heading of both is the year's."""
    spanned = _PLAN.search(title) or _SPAN_OF_YEARS.search(title)
    if not spanned or report_year not in years or _PAST.search(title) or _plan_over(title, report_year):
        return None
    return "goals_year" if _NEXT.search(title) else None


def _headings(normal: str) -> list[re.Match[str]]:
    """Return what `_HEADING` finds, which is tried only where a numeral opens a part and behind line ends."""
    numbered = (match.start() for match in _NUMBERED.finditer(normal))
    return list(find_at(_HEADING, normal, [0, *numbered, *places_before(normal, "\n", -1)]))


def _contents(normal: str, headings: list[re.Match[str]]) -> set[int]:
    """Return the starts of headings that a sentence lists: 报告分三部分:一、…;二、…;三、…."""
    listed: set[int] = set()
    for one, other in pairwise(headings):
        between = normal[one.start() : other.start()]
        if len(between) < 80 and ";" in between and "\n" not in between and "。" not in between:
            listed |= {one.start(), other.start()}
    return listed


def _classify(title: str, report_year: int, state: str) -> str | None:
    """Return the section that a heading opens, or None where it is a heading inside a section."""
    title = re.split("[,，]", title, maxsplit=1)[0]
    years = {int(year) for year in _YEAR.findall(title)}
    told = state in ("tasks", "goals_year") and _FULFILLED.search(title) is not None
    if (told or state == "glossary" or title.startswith("附")) and _ANNEX_OF_WORKS.search(title) and len(title) < 40:
        return "review_year" if _FULFILLED.search(title) else "tasks"
    if _GLOSSARY.search(title) and len(title) < 24:
        return "glossary"
    if "工作报告" in title:
        return None
    both = _of_year_and_span(title, years, report_year)
    if both:
        return both
    halves = _HALVES.match(title)
    if halves and _PAST.search(halves["past"]) and (_SPAN_PAST.search(halves["past"]) or _PLAN.search(halves["past"])):
        # “十四五”发展成就和“十五五”主要目标: looks back first; what looks ahead opens with words of its own
        return "review_span"
    past, following = bool(_PAST.search(title)), bool(_NEXT.search(title))
    if re.search("回[顾眸]", title) and report_year in years:
        return "review_year"
    if _SPAN_NEXT.search(title) and not (past and not following):
        # “十五”计划主要目标提前实现, told in 2006
        return "review_span" if _plan_over(title, report_year) else "goals_span"
    if _SPAN_PAST.search(title) and (past or not following or "以来" in title or "过去" in title):
        return "review_span"
    if (years and max(years) == report_year - 1) or re.search(r"过去(?:的)?(?:这)?一年|上年|去年|一年来", title):
        if past or not following or (state in ("front", "review_span", "review_year") and "目标" not in title):
            return "review_year"
        return None
    if report_year in years or re.search(r"今年|新的一年|下一步|明年", title):
        # 今年要办的实事, 2023年为民办实事: what is promised for the year, where nothing says that it was done
        promised = _ANNEX_OF_WORKS.search(title) is not None and not (past or _FULFILLED.search(title))
        if not (following or promised):
            return None
        return "goals_year" if re.search(r"目标|要求|思路|预期", title) else "tasks"
    if (
        state in ("review_year", "review_span", "front")
        and past
        and "工作" in title
        and re.search(r"^(?:工作|政府工作)?回[顾眸]", title)
    ):
        return "review_year"
    if state != "front" and re.search(
        r"^(?:总体要求|工作要求|总体思路|指导思想|主要目标|预期目标|工作目标|发展目标|主要预期|奋斗目标|"
        r"经济社会发展(?:的)?(?:主要)?(?:预期)?目标|发展预期目标)",
        title,
    ):
        return "goals_span" if state == "goals_span" else "goals_year"
    if state in ("goals_year", "tasks") and re.search(r"重点工作|主要任务|工作任务|工作重点|重点任务|工作措施", title):
        return "tasks"
    return None


def _next_plan(head: str, report_year: int) -> bool:
    """“十五五”时期是…, “十五五”发展的主要目标是: whether a sentence opens with a plan that is only beginning."""
    match = _OPENS_PLAN.match(head)
    return match is not None and 1996 + 5 * (_PLANS.index(match["n"])) >= report_year - 1


def _opens_span(head: str, report_year: int) -> bool:
    """今后五年,我们…: whether a sentence of a review opens the goals of a span; none does without 五."""
    if "五" not in head and "5" not in head:
        return False
    return (_SPAN_TURN.match(head) is not None and not _PAST.search(head)) or _next_plan(head, report_year)


def _measures_span(sentence: str, report_year: int) -> bool:
    """2006年,生产总值42.7亿元,年均增长12.8%, or 比2001年增长83%: whether figures of a year measure the span to it."""
    bases = (int(year) for year in _BASE_OF_SPAN.findall(sentence))
    return _MEASURES_SPAN.search(sentence) is not None or any(3 <= report_year - 1 - base <= 6 for base in bases)


def _sentence_state(sentence: str, state: str, report_year: int, mixed: bool) -> str | None:
    """Return the section that a sentence opens where headings are silent."""
    head = sentence[:40]
    if state in ("front", "unknown", "review_year", "review_span"):
        if _opens_span(head, report_year):
            return "goals_span"
        named = (
            f"{report_year}年" in head
            and "报告" not in head
            and re.match(
                rf"(?:各位代表[,!:])?(?:.{{0,6}}){report_year}年(?:.{{0,14}})(?:是|要|政府工作|工作|经济社会发展|"
                rf"主要|预期|全市|全省|全县|,我们将|,我们要)",
                head,
            )
        )
        if (named or _TURN.search(head[:30])) and not re.search(r"回顾|过去|去年.{0,4}工作", head):
            return "goals_year"
        if (
            "目标" in sentence
            and _GOAL_SENTENCE.search(sentence)
            and not re.search(r"完成|实现了|较好|确定的|圆满", sentence[: sentence.find("目标")])
            and not _AMOUNT.search(sentence[: sentence.find("目标")])
        ):
            years = {int(year) for year in _YEAR.findall(sentence[: sentence.find("目标")])}
            if not years or max(years) >= report_year:
                return "goals_year"
    if state in ("front", "unknown"):
        if _SPAN_START.match(head):
            return "review_span"
        if _REVIEW_CUE.match(head):
            since = _SINCE_YEAR.match(head)  # 2017年以来, told in 2022
            return "review_span" if since and int(since.group(1)) < report_year - 1 else "review_year"
    if state in ("review_span", "review_year"):
        if (mixed or state == "review_span") and _SPAN_AGAIN.match(head) and _SPAN_START.match(head):
            return "review_span"
        if (
            state == "review_span"
            and re.match(rf"(?:各位代表[,!:])?(?:(?:刚刚)?过去的)?{report_year - 1}年|{_YEAR_START}|去年,", head)
            and (mixed or not _AMOUNT.search(sentence))
            and not _measures_span(sentence, report_year)
        ):
            return "review_year"
    if state == "goals_year" and mixed and (_SPAN_TURN.match(head) or _next_plan(head, report_year)):
        return "goals_span"
    if state == "goals_span":
        named = re.match(
            rf"(?:各位代表[,!:])?(?:.{{0,4}}){report_year}年(?:.{{0,14}})(?:是|要|主要|预期|经济社会|全市|"
            rf"工作)|今年是|做好今年|今年(?:全|经济|我|主要|政府)",
            head,
        )
        if named:
            return "goals_year"
    return None


def find_sections(text: str, report_year: int, view: NormalText | None = None) -> list[Section]:
    """Return the sections of `text` in order; together they cover it whole. Never fails; [] for an empty text."""
    if not text:
        return []
    view = view or normalise(text)
    normal = view.normal
    marks: list[tuple[int, str, str]] = []
    headings = _headings(normal)
    state, mixed, next_heading = "front", False, 0
    contents = _contents(normal, headings)
    for match in _SENTENCE.finditer(normal):
        opened: str | None = None
        while next_heading < len(headings) and headings[next_heading].start() < match.end():
            heading = headings[next_heading]
            next_heading += 1
            if heading.start() in contents:
                continue
            title = (heading["title"] or heading["line"] or "").strip()
            numbered = heading["title"] is not None
            opened = _classify(title, report_year, state)
            annex = opened in ("tasks", "review_year") and _ANNEX_OF_WORKS.search(title) is not None
            if state == "glossary" and not annex and not (numbered and opened in ("review_year", "review_span")):
                opened = None
            if opened and (numbered or len(title) <= 30):
                names_year = bool(re.search(rf"{report_year - 1}年|去年|过去一年", title))
                spanned = _PLAN.search(title) is not None or _SPAN_OF_YEARS.search(title) is not None
                both = spanned and opened == "goals_year"
                mixed = both or (opened == "review_span" and names_year) or (mixed and opened == "review_year")
                state = opened
                marks.append((heading.start(), state, title[:40]))
                break
            opened = None
        if state != "glossary" and opened is None:
            following = _sentence_state(match.group().lstrip("\n-"), state, report_year, mixed)
            if following and following != state:
                state = following
                marks.append((match.start(), state, ""))
    return _cover(view, marks, len(text))


def _cover(view: NormalText, marks: list[tuple[int, str, str]], length: int) -> list[Section]:
    if not marks:
        return [Section("unknown", "", 0, length)]
    sections: list[Section] = []
    first = view.raw(marks[0][0])
    if first > 0:
        sections.append(Section("front", "", 0, first))
    for index, (at, section, title) in enumerate(marks):
        start = view.raw(at)
        end = view.raw(marks[index + 1][0]) if index + 1 < len(marks) else length
        if end > start:
            sections.append(Section(section, title, start, end))
    return sections
