"""Which year a report is about: what its headings, its meeting's date, its title and its plan language say.

What belongs here: finding dates and years and weighing them into the report year R (the year whose goals the report
sets). What does not: regions (``place.py``), what may follow from the year (``kind.py``), national events
(``events.py``).

All functions work on *compact* text (`compact`): no white space, so that headings spaced out or wrapped still read.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sources.document.identity.events import (
    FIRST_YEAR,
    LAST_YEAR,
    PLAN_START,
    Bounds,
    plan_opening_year,
    read_events,
    term_over,
)
from sources.document.identity.news import read_news
from sources.document.scan import find_at, places_before

_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "Ｏ": "0",
    "O": "0",
    "0": "0",
}
YEAR = r"(?P<year>(?:19|20)\d\d|[一二][九〇○零ＯO0][〇○零一二三四五六七八九ＯO0]{2})"
_YEAR_GROUPS = ("year", "year2", "year3", "year4", "year5")
_WITHOUT_WIDTH = re.compile("[\u200b-\u200f\ufeff]")
_NARROW = tuple((chr(0xFF10 + digit), str(digit)) for digit in range(10))
_ESCAPED_SPACE = re.compile(r"\\r\\n|\\[rnt]|&(?:nbsp|emsp|ensp|ldquo|rdquo|#160);?")

_OF_PLACE = r"(?:我|全|本)?[省市县区州盟旗]?(?:新区)?"
_REVIEWED = re.compile(
    YEAR
    + r"年(?:度)?(?:以来)?(?:的)?"
    + _OF_PLACE
    + r"(?:政府|主要|重点|各项|经济(?:和|与)?社会(?:事业)?(?:发展)?|经济|工作){0,2}"
    r"(?:的)?(?:工作)?(?:的)?(?:简要|简单|基本|完成)?(?:总结|回顾|情况|成绩|成就)"
    r"|" + YEAR.replace("year", "year4") + r"年(?:工作|发展)?(?:和|及|与|暨|以及)[“\"]?(?:十[一二三四]?|九)五[”\"]?"
    r"(?:时期|期间|计划|规划)?(?:的)?(?:政府|主要|经济社会)?(?:工作|发展)?(?:的)?(?:情况|总结|回顾|成就)"
    r"|[一二三四]、关于" + YEAR.replace("year", "year2") + r"年(?:的)?(?:政府)?工作(?!的?(?:安排|建议|任务|打算|思路))"
    r"|刚?刚?过去的(?:一年|)" + YEAR.replace("year", "year3") + r"年"
)
#: how far before the 年 of its year, of four characters, a match of `_REVIEWED` or `_GOALS` begins
_REVIEWED_BEGINS, _GOALS_BEGIN = (4, 7, 8, 9, 10, 11), (4, 5, 6, 8, *range(9, 20))
_GOALS = re.compile(
    YEAR
    + r"年(?:度)?(?:的)?(?:下半年)?"
    + _OF_PLACE
    + r"(?:政府|经济(?:和|与)?社会(?:事业)?发展|经济工作|各项|年度|重点|主要|工作){0,3}"
    r"(?:的)?(?:主要|重点|总体|预期|奋斗|工作|预计){0,3}"
    r"(?:目标|安排|部署|任务|打算|要求|思路|建议|设想|意见|工作重点|(?:主要|重点)工作(?=[一二三四五六七八九十（(]))"
    r"|(?:做好|完成|扎实做好)"
    + YEAR.replace("year", "year2")
    + r"年(?:的)?(?:政府|各项|经济)?(?:社会发展)?(?:工作|目标|任务)"
    r"|(?:今后|未来)[五三几]年[^。]{0,10}?[和及、]"
    + YEAR.replace("year", "year5")
    + r"年(?:的)?(?:政府)?(?:重点|主要)?(?:工作|任务)"
    r"|对" + YEAR.replace("year", "year3") + r"年(?:的)?(?:政府)?(?:重点|主要)?工作"
    r"|[二三四五]、(?:关于)?"
    + YEAR.replace("year", "year4")
    + r"年(?:的)?(?:政府)?(?:主要|重点)?(?:工作|建议)(?!的?(?:回顾|总结|情况|完成))"
)
_DATE = re.compile(
    YEAR
    + r"年(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])月"
    + r"(?P<day>\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])日"
)
_NOT_MEETING = re.compile(r"^.{0,3}(?:[【\[]|来源|字体|浏览|阅读|发布|点击|作者|责任编辑|\d{1,2}[:：])")
_CONGRESS = re.compile(r"人民代表大会|人大.{1,3}次会议|次会议上")
SALUTATION = re.compile(r"(?:各位)(?:人大)?代表|同志们[:：]|各位领导")
_TITLE_YEAR = re.compile(YEAR + "(?:年|(?=政府工作报告))")
#: 请连同《第十一个五年规划纲要（草案）》一并审议: the draft of a plan is laid before the congress of its first year
_OUTLINE = re.compile(
    r"(?:第(?P<nth>十[一二三四五]?|九)个五年|[“\"]?(?P<short>十[一二三四]?|九)五[”\"]?)(?:规划|计划)(?:和[^。》]{0,16})?纲要"
    r"[^。》]{0,12}草案[^。]{0,16}(?:审议|审查|讨论)"
)
_REPORT_OF = re.compile(YEAR + r"年(?:度)?.{0,12}(?:政府|管委会)工作报告")
_LEAST_WEAK = 1.5  # weak clocks that add up to less are a guess
#: weak clocks that agree so far, with hardly a rival, are as good as a strong one
_MUCH_WEAK = 4.0
SURE = 0.7  # from this score on a year outweighs a label
_AHEAD = re.compile(r"(?:今后|未来)(?:五|三|几)年|新一届政府")
_GREW_TO = re.compile(r"[由从](?:19|20)\d\d年?[^。；]{1,25}(?:到|至|为)((?:19|20)\d\d)年")
#: 预计2017年, 2017年预计: the year whose figures were not yet known
_EXPECTED = re.compile(
    r"预计(?:到)?((?:19|20)\d\d)年(?!前)|(?<![\d到至])((?:19|20)\d\d)年[^。；，\d]{0,12}?[，,（(]?预计"
)
#: 比2017年翻一番: the last year of the term that is over is what the new one is measured by
_BASE = re.compile(r"比((?:19|20)\d\d)年(?:翻|增长|提高|增加)")
_DRAFT = re.compile(
    YEAR + r"年(?:度)?[^年。，]{0,20}?(?:预算|计划)(?!执行)[^年。，]{0,6}?(?:草案|编制|安排|报告)"
    r"|" + YEAR.replace("year", "year2") + r"年(?:度)?(?:政府|部门)预算"
)
_AHEAD_WORK = re.compile(YEAR + r"年(?:工作)?(?:安排|计划|打算)|" + YEAR.replace("year", "year2") + r"年预算草案")
#: 到2035年 is told of the future; 是2007年的2.3倍, 比2007年翻一番 tell what a year is measured by, and not its figures
_PAST_YEAR = re.compile(r"(?<![\d到至前—-])(?<!是)(?<!比)(?<!较)(?<!相当于)((?:19|20)\d\d)年(?!前|底前|末前)")


@dataclass(frozen=True)
class Clocks:
    """What each clock says, None where it is silent; `words` are the places in the text, by clock."""

    report_year: int | None
    review_year: int | None
    meeting_date: date | None
    goals_year: int | None
    title_year: int | None
    term_review: bool  # looks back on a term of office
    annual_goals: bool  # sets goals for a named year
    score: float  # 0 to 1
    bounds: Bounds  # the years that national dates allow
    votes: dict[int, float]
    words: dict[str, str]


def compact(text: str) -> str:
    """Return `text` without white space, escapes of it and invisible marks, its digits in one width."""
    if "\\" in text or "&" in text:
        text = _ESCAPED_SPACE.sub("", text)
    text = _WITHOUT_WIDTH.sub("", "".join(text.split()))
    for wide, narrow in _NARROW:  # one look for each is far faster than `translate`, which looks up every character
        text = text.replace(wide, narrow)
    return text


def to_year(digits: str) -> int:
    """2019, 二〇一九 → 2019."""
    return int("".join(_DIGITS.get(c, c) for c in digits))


def _to_number(word: str) -> int:
    if word.isdigit():
        return int(word)
    tens, _, ones = word.rpartition("十")
    value = int(_DIGITS[ones]) if ones else 0
    return value + 10 * int(_DIGITS.get(tens, "1")) if "十" in word else value


def _matches(pattern: re.Pattern[str], text: str, begins: tuple[int, ...] = ()) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield (year, match); `begins`: how far before a 年 the pattern can begin, where that is known."""
    found = find_at(pattern, text, places_before(text, "年", *begins)) if begins else pattern.finditer(text)
    for match in found:
        named = match.groupdict()
        digits = next((named[k] for k in _YEAR_GROUPS if named.get(k)), None)
        if digits and FIRST_YEAR <= to_year(digits) <= LAST_YEAR:
            yield to_year(digits), match


def find_dates(text: str) -> Iterator[tuple[date, re.Match[str]]]:
    """Yield the days that compact `text` names, in digits or in Chinese, with their matches."""
    for year, match in _matches(_DATE, text):
        try:
            yield date(year, _to_number(match["month"]), _to_number(match["day"])), match
        except (ValueError, KeyError):
            continue


def find_meeting_date(head: str) -> tuple[date, str] | None:
    """Return the date on the report's face (before or beside the salutation) with its words, if there is one."""
    best: tuple[int, date, str] | None = None
    for found, match in find_dates(head):
        after, around = head[match.end() : match.end() + 40], head[max(0, match.start() - 50) : match.end() + 40]
        if _NOT_MEETING.match(after):
            continue
        weight = 2 if _CONGRESS.search(around) else 1
        if best is None or weight > best[0]:
            best = (weight, found, around if weight == 2 else match[0])
    return (best[1], best[2]) if best else None


#: a text that begins with the report's own first sentence
_OPENED = re.compile(r"[^。]{0,160}(?:请予?以?审议|提出(?:宝贵)?意见)[^。]{0,40}。")


def split_head(text: str) -> tuple[str, str]:
    """Return what stands before the salutation (at most 400 characters and the salutation's line) and the rest.

    A salutation with whole sentences before it stands inside the body: then there is no face, only the first words.
    """
    match = SALUTATION.search(text)
    greets = match is not None and match.start() < 0.6 * len(text) and text.count("。", 0, match.start()) <= 8
    opened = _OPENED.match(text)
    cut = match.start() if match and greets else opened.end() if opened else min(300, len(text))
    return text[max(0, cut - 400) : cut + 20], text[cut:]


def read_clocks(text: str, title: str | None, published: date | None = None, news: bool = False) -> Clocks:
    """Weigh all clocks of compact `text` into the report year. Silent clocks count nothing.

    `news`: it is news of the meeting, which is printed within days and says of which year it tells results and goals.
    """
    title = compact(title or "")
    head, body = split_head(text)
    bounds = read_events(text)
    words: dict[str, str] = {}
    votes: dict[int, float] = defaultdict(float)

    review = _review_year(body, words, votes)
    goals = _goals_year(body, words, votes)
    meeting = find_meeting_date(title) or find_meeting_date(head)
    if meeting:
        words["meeting_date"] = meeting[1]
        _vote_meeting(meeting[0], review, votes)
    outline = _OUTLINE.search(body[:1500])
    opens = PLAN_START.get((outline["nth"] or outline["short"]) + "五") if outline else None
    if outline and opens:
        words["outline"] = outline[0]
        votes[opens] += 4
    named = next(_matches(_TITLE_YEAR, title or ("" if news else head)), None) or next(
        _matches(_REPORT_OF, text, (4,)), None
    )
    titled = named[0] if named else None
    if named and titled:
        words["title"] = named[1].string[max(0, named[1].start() - 30) : named[1].end() + 30]
        # an aggregator's title is no proof: it counts in full only when nothing in the text speaks
        votes[titled] += 1.5
        votes[titled + 1] += 0.8
    term = bool(re.search(r"(?:过去|五年来|本届政府|一次会议以来).{0,30}(?:回顾|五年|工作)", body[:1500]))
    if news:
        for voted, weight, name, told in read_news(text, published):
            votes[voted] += weight
            words.setdefault(name, told)
    if not (review or goals or meeting or opens):
        _vote_weak(body, term, bounds, votes, words)
    if published:
        votes[published.year] += 0.5
    ranked = sorted(votes.items(), key=lambda item: -item[1])[:2]
    year = ranked[0][0] if ranked else None
    score = _confidence(ranked, review, goals, opens, meeting[0] if meeting else None, year)
    return Clocks(
        report_year=year,
        review_year=review or (year - 1 if year else None),
        meeting_date=meeting[0] if meeting else None,
        goals_year=goals,
        title_year=titled,
        term_review=term,
        annual_goals=goals is not None and goals == year,
        score=score,
        bounds=bounds,
        votes=dict(votes),
        words=words,
    )


def read_other_years(kind: str, text: str, title: str | None) -> tuple[int | None, int | None]:
    """Return (report year, year told about) of a document that is no work report.

    A draft budget or plan sets goals: its R is the draft's year. Accounts and bulletins set none: they have no R.
    """
    face = compact(title or "") + "。" + text[:1200]
    drafts = [year for year, _ in _matches(_DRAFT, face)] if kind in ("budget_report", "plan_report") else []
    ahead = [year for year, _ in _matches(_AHEAD_WORK, face)] if kind == "other_body_report" else []
    goals = max(drafts or ahead, default=None)
    told = next((year for year, _ in _matches(_TITLE_YEAR, face)), None)
    return goals, told if told != goals else (goals - 1 if goals else None)


def _review_year(body: str, words: dict[str, str], votes: dict[int, float]) -> int | None:
    found = list(_matches(_REVIEWED, body[: max(4000, len(body) // 2)], _REVIEWED_BEGINS))
    if not found:
        return None
    counts = Counter(year for year, _ in found)
    year = max(counts, key=lambda y: (counts[y] + (3 if y == found[0][0] else 0), y))
    words["review"] = next(match[0] for y, match in found if y == year)
    votes[year + 1] += 4
    return year


def _goals_year(body: str, words: dict[str, str], votes: dict[int, float]) -> int | None:
    found = [
        (year, m) for year, m in _matches(_GOALS, body, _GOALS_BEGIN) if not body.endswith(("到", "至"), 0, m.start())
    ]
    found = [(year, m) for year, m in found if not re.match(r"年.{0,6}(?:情况|回顾)", m[0][4:])]
    if not found:
        return None
    counts = Counter(year for year, _ in found)
    plausible = [year for year in counts if not votes or abs(year - max(votes, key=lambda y: votes[y])) <= 1]
    if not plausible:
        return None
    year = max(plausible, key=lambda y: (counts[y], y))
    words["goals"] = next(match[0] for y, match in found if y == year)
    votes[year] += 4
    return year


def _vote_meeting(meeting: date, review: int | None, votes: dict[int, float]) -> None:
    """A meeting in November or December that sets next year's goals belongs to next year."""
    if meeting.month >= 11:
        votes[meeting.year + 1] += 3 if review != meeting.year - 1 else 1
        votes[meeting.year] += 1
    else:
        votes[meeting.year] += 4


def _vote_weak(body: str, term: bool, bounds: Bounds, votes: dict[int, float], words: dict[str, str]) -> None:
    """Without heading, goals or date: the years a term's review ends with, the plan's opening, the new goals' horizon.

    A sitting after an election in mid-year may set no goals for a year: it reviews what is over and looks five years
    ahead. Only years that the national dates allow are voted for.
    """
    weak: dict[int, float] = defaultdict(float)
    ahead = _AHEAD.search(body, 300)
    review, plan = (body[: ahead.start()], body[ahead.start() :]) if ahead else (body, "")
    told = [int(year) for year in _PAST_YEAR.findall(review) if int(year) <= bounds.not_after]
    ended = [int(year) for year in _GREW_TO.findall(review)]
    often = [year for year, times in Counter(told).items() if times >= 2]
    newest = max(ended or often or told, default=None)
    if newest:
        weak[newest + 1] += 2 if ended else 1
        weak[newest] += 0.5
        words["years"] = ", ".join(f"{year}×{n}" for year, n in Counter(told).most_common(4))
    if bounds.not_before:  # a plenum meets in the second half of a year and is carried out in the next
        weak[bounds.not_before + 1] += 1
    opened = plan_opening_year(review)
    if term and opened:
        weak[opened[0]] += 1
        words["plan"] = opened[1]
    expected = max((int(one or other) for one, other in _EXPECTED.findall(review)), default=None)
    if expected:
        weak[expected + 1] += 0.5  # a sitting in autumn expects the year that it belongs to
        words["expected"] = f"预计{expected}年"
    over = term_over(review)
    if over:
        weak[over[0]] += 2
        words["term"] = over[1]
    horizon = Counter(int(year) for year in re.findall(r"到(20\d\d)年", plan) if int(year) < bounds.not_after + 6)
    if term and horizon:
        end = _term_end(horizon)
        # a sitting at the beginning of a year looks as far as the year after four more, one in autumn a year further
        weak[end - 4] += 1.2 if end % 5 == 0 else 0.9
        weak[end - 5] += 0.8 if end % 5 == 0 else 1.1
        base = max((int(year) for year in _BASE.findall(plan) if int(year) in (end - 5, end - 6)), default=None)
        if base:
            weak[base + 1] += 1
        words["horizon"] = f"到{end}年"
    for year, weight in weak.items():
        if bounds.not_before <= year <= bounds.not_after:
            votes[year] += weight


def _term_end(horizon: Counter[int]) -> int:
    """Return the year that goals for a term end in: not the national plan's (到2020年), where another is named, too."""
    own = [year for year in horizon if year % 5] or list(horizon)
    return max(own, key=lambda year: (horizon[year], year))


def _confidence(
    ranked: list[tuple[int, float]],
    review: int | None,
    goals: int | None,
    opens: int | None,
    meeting: date | None,
    year: int | None,
) -> float:
    if not ranked or year is None:
        return 0.0
    clocks = [
        review is not None and review + 1 == year,
        goals == year,
        opens == year,
        meeting is not None and abs(meeting.year - year) <= 1,
    ]
    strong = sum(clocks)
    base = (0.35, 0.8, 0.95, 0.99, 0.99)[strong]
    if not strong and ranked[0][1] < _LEAST_WEAK:
        return 0.15
    if not strong and ranked[0][1] >= _MUCH_WEAK and (len(ranked) < 2 or ranked[1][1] <= ranked[0][1] / 3):
        return SURE
    rival = ranked[1][1] / ranked[0][1] if len(ranked) > 1 else 0.0
    return round(base - (0.2 * rival if rival > 0.5 else 0.0), 2)
