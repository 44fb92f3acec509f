"""What kind of document a text is, told from its title, its opening and its build.

What belongs here: telling a work report from an excerpt, a press summary, a masked template, from a government's other
papers (on part of a year, explanations, drafts) and from what other bodies publish in the same words (budgets, plans,
bulletins, courts). What does not: whose and of which year it is (``place.py``, ``clocks.py``), levels below the county
(``township.py``), how much of it is there (``completeness.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, takewhile

from sources.document.genre import first_chinese
from sources.document.identity.clocks import SALUTATION, split_head
from sources.document.identity.news import is_news, tells_of_report

MIN_CHARACTERS = 200  # of Chinese; less is the frame of a page whose text a script would load
_TITLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "other_body_report",
        re.compile(
            r"人民(?:法院|检察院)工作报告|(?:法院|检察院)工作报告|人(?:大|民代表大会)常(?:务)?委(?:员)?会.{0,4}工作报告"
            r"|法治政府建设.{0,16}(?:报告|情况)|政协.{0,16}工作报告|纪律检查委员会.{0,10}工作报告|审计.{0,8}工作报告"
            r"|(?<!人民)(?<!市|省|县|区)(?:局|厅|委|办)(?:公室)?.{0,6}工作(?:总结|报告)|审查结果(?:的)?报告|工作总结(?:与|和|及).{0,8}工作(?:安排|计划|打算)"
        ),
    ),
    ("statistical_bulletin", re.compile(r"统计公报")),
    ("plan_report", re.compile(r"国民经济和社会发展计划.{0,20}(?:报告|草案)|计划执行情况.{0,30}计划.{0,6}草案")),
    (
        "budget_report",
        re.compile(
            r"预算执行|(?:政府|年度|部门|财政|公共)预算|预算[（(]?草案|预算情况|财政决算|决算[（(]?草案|预算(?:的)?(?:报告|公开|调整)|财政(?:收支|报告)"
        ),
    ),
)
_REPORT_TITLE = re.compile(r"政府工作报告|(?:管委会|管理委员会)工作报告")
#: who speaks for a court, a committee, an office, and not for a government
_OTHER_BODY_SPEAKS = re.compile(
    r"(?:代表|受)[\u4e00-\u9fff]{0,16}?(?:人民法院|法院|检察院|常务委员会|常委会|政协[\u4e00-\u9fff]{0,14}委员会|市委|县委|区委"
    r"|[\u4e00-\u9fff]局|办事处|办公室)(?=[，,]|委托|向|作|报告)"
)
_SPEAKS_PLAINLY = re.compile(
    r"代表[\u4e00-\u9fff]{0,16}?(?:人民政府|政府|管委会|管理委员会|国务院)(?=[，,]|向|作|做|报告)"
)
#: a congress's own papers on the report
_ON_REPORT = re.compile(
    r"(?:学习|传达|贯彻|热议)[^。]{0,12}工作报告|工作报告[》〉]*[^。]{0,4}(?:学习|体会|心得|反响|热议|亮点)|工作报告[》〉]*[^。]{0,14}?(?:决议|决定|公告|审议意见|分工|分解|任务清单|督查|落实情况|评议|名词解释$|(?:重点任务|责任).{0,6}方案)"
)
_EXCERPT_TITLE = re.compile(
    r"摘自[^。]{0,60}工作报告|(?:政府)?工作报告.{0,4}(?:摘编|摘要|摘登|摘录|节选|选登|要点|（摘）|\(摘\))"
)
_DIGEST_TITLE = re.compile(r"一图读懂|图解|一张图|速览|划重点|解读|导读|数读|大数据看|关键词")
# the speaker's own words; 区长某某代表 and 某某代表 are a newspaper's
_SPEAKS = r"(?:我们?|[，,。：:！!、”》\d]|现在|下面|今天|^)谨?代表(?!大会)"
_YEAR_NAMED = re.compile(r"(?:19|20)\d\d年?|[一二][九〇○][〇○一二三四五六七八九]{2}年")
_OPENING = re.compile(
    _SPEAKS + r".{0,24}?(?:人民政府|政府|管理委员会|管委会|国务院|党工委|筹备组)"
    r"[^。]{0,40}?(?:作|做|提出|报告|汇报)[^。]{0,40}?(?:工作|报告|审议|审查)"
    r"|" + _SPEAKS + r".{0,16}?(?:人民政府|管理委员会|管委会|国务院)[，,]?向.{0,24}?(?:工作|报告)"
)
# what is presented, with no comma between: 报告工作，请连同预算报告一并审议 presents a work report
_PRESENTS = r"(?:现将|报告|提出|提交了?|汇报)[^。，,；]{0,40}"
_PRESENTED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("plan_report", re.compile(_PRESENTS + r"国民经济和社会发展计划[^。，,；]{0,20}(?:执行|草案)")),
    ("budget_report", re.compile(_PRESENTS + r"(?:预算|决算|财政收支)")),
)
_PART_YEAR = (
    r"(?:年中|中期|双过半|今年以来|上半年|半年|下半年|前?[一二三四]季度|[一1]至[三3]季度|前[一二三四五六七八九十\d]+个?月"
    r"|1[-—－至~]\d{1,2}月份?)"
)
_PART_YEAR_TITLE = re.compile(_PART_YEAR + r".{0,40}(?:报告|汇报|总结|情况)|(?:报告|汇报|总结).{0,8}" + _PART_YEAR)
#: the salutation of a standing committee: of its chairman, deputies and members, not of deputies of a congress
_TO_COMMITTEE = re.compile(
    r"主任(?:委员)?[、，](?:各位|诸位)?副主任|(?:常务委员会|常委会)(?:主任会议|第?[一二三四五六七八九十]{1,3}次会议上)|各位组成人员"
    r"|向?(?:[省市县区州盟旗]|本次)?人大常委会(?:会议)?(?:报告|汇报|作)|常务?委?员?会组成人员[:：]"
)
_EXPLAINS = re.compile(
    r"(?:关于|对|就|将)?《?[^。《》]{0,24}(?:政府)?工作报告》?[^。《》，]{0,16}?(?:的|作|做|进行)(?:如下|简要|几点|一下|以下|有关|起草|修改|情况){0,3}的?(?:说明|解释)(?!书)"
)
_DRAFT_WORDS = (
    r"(?:[征徵]求意[见見]稿?|书面征求意见|征求[^）)]{0,14}意见|讨论(?:草案|稿)?|送审稿|初稿|草稿|代拟稿|审议前稿"
    r"|提请审议稿|修改稿|[一二三四五]稿"
    r"|意见征集稿|公示稿|供代表酝酿|内部资料|会后收回)"
)
_DRAFT = re.compile(
    rf"政府工作报告》?[^。]{{0,6}}?{_DRAFT_WORDS}|[（(【][^）)】]{{0,6}}{_DRAFT_WORDS}[）)】]?.{{0,8}}政府工作报告"
)
_MEETING_ON_FACE = re.compile(
    r"\d{1,2}日?.{0,30}(?:人民代表大会|人大)(?!常).{0,24}会议|届(?:人民代表大会|人大)(?!常).{0,12}次会议"
)
_SPEAKER_ON_FACE = re.compile(r"(?:省长|市长|区长|县长|州长|盟长|旗长|主席|管委会主任)")
_MASK = re.compile(
    r"(?<![A-Za-z0-9×ＸXx.])[XxＸｘ×＊*某]{1,5}(?:[.．][XxＸ×*]{1,3})?(?:个)?(?:多)?(?=[%％亿万元人户个家项名亩公吨座所条台套米千百])"
    r"|\d+[.．]?[XxＸ×*]{1,4}(?=[%％亿万元])"
)
_MASK_CHARACTERS = "XxＸｘ×＊*某"
_FEWEST_MASKS = 8
_NUMBER = re.compile(r"\d+(?:[.．]\d+)?(?=[%％亿万元人户个家项名亩公吨座所条台套米千百])")
_NAMELESS = re.compile(r"(?:某|[XxＸ×*]{1,3})(?:省|市|县|区|镇|州)")
#: what a report's parts begin with, and in whose voice it speaks
_CUE = re.compile(
    r"工作(?:的)?回顾|年(?:的)?(?:政府)?工作(?:安排|任务|目标|重点|要求)|总体要求|重点任务|(?:预期|奋斗)目标|[一二三四五]年来|过去(?:的)?(?:一|五)年"
)
_VOICE = re.compile(r"我们|各位代表|[全我][省市县区州盟旗]|新区")
_PLAN_TALK = re.compile(r"(?:预期|主要|工作|奋斗)目标|工作安排|重点工作|工作任务|总体要求|总体思路|任务目标")
_SELF_TALK = re.compile(r"[市县区省州旗](?:人民)?政府|我[市县区省州旗]|全[市县区省州旗]|新区")


@dataclass(frozen=True)
class Kind:
    """`kind` is one of tables.KINDS; `refusal` one of tables.REFUSALS or None; `words` what it rests on.

    `place` is the name of a place that no level of ours has, where the kind is such a place's report.
    """

    kind: str
    words: str
    refusal: str | None = None
    detail: str | None = None
    place: str | None = None


def tell_kind(text: str, title: str | None, lines: Iterable[str] = ()) -> Kind:
    """Tell the kind of compact `text`; `lines` are its first lines, where headings still stand alone."""
    title = re.sub(r"\s+", "", title or "")
    characters = first_chinese(text, MIN_CHARACTERS)
    if characters < MIN_CHARACTERS and not _foreign_title(title):
        detail = (
            f"only {characters} Chinese characters, too few for a report: get the whole text; "
            "where a script loads it into the page, save the page as a browser shows it"
        )
        return Kind("other", "", "unreadable", detail)
    masked = _masked(text)
    if masked:
        return Kind("template", masked, "masked", f"figures are masked ({masked}); look for the original publication")
    head, body = split_head(text)
    opening = _OPENING.search(body[:900]) or _OPENING.search(text[:1500])
    other = _other_paper(title, head, body)
    if other:
        return other
    foreign = _foreign(title, _headings(lines), head + body[:300], opening is not None)
    if foreign:
        return Kind(foreign[0], foreign[1], "not_a_report", f"a {foreign[0].replace('_', ' ')}: {foreign[1]}")
    return _report_kind(text, title, head, opening)


def _other_paper(title: str, head: str, body: str) -> Kind | None:
    """Tell a government's papers that are no yearly report: on part of a year, an explanation, a draft for comment."""
    greeted = SALUTATION.match(body)
    face = (head[-160:] if greeted else head[:200]) if title in ("", "政府工作报告") else title
    opening = body[:400] if greeted else (head + body)[:700]
    explained = _EXPLAINS.search(title) or _EXPLAINS.search(head[-160:]) or _EXPLAINS.search(opening)
    if explained and not _OPENING.search(opening):
        what = f"an explanation of the report ({explained[0][:40]}): get the report itself"
        return Kind("explanation", explained[0], "not_a_report", what)
    drafted = _DRAFT.search(title) or _DRAFT.search(head)
    if drafted:
        what = f"a draft sent out for comment ({drafted[0]}): get the report as it was given"
        return Kind("draft_report", drafted[0], "draft", what)
    part = _PART_YEAR_TITLE.search(face)
    if _foreign_title(title):
        return None
    committee = _TO_COMMITTEE.search(head + opening)
    if not part and committee and not _MEETING_ON_FACE.search(head):
        part = re.search(_PART_YEAR, opening) or committee
    if part and not _MEETING_ON_FACE.search(head):
        what = f"it tells part of a year ({part[0][:24]}): look for the report to the yearly congress"
        return Kind("part_year_report", part[0][:40], "part_of_year", what)
    return None


def _masked(text: str) -> str | None:
    """Return examples of masked figures where they are many, alone and against the figures left."""
    if sum(map(text.count, _MASK_CHARACTERS)) < _FEWEST_MASKS:
        return None
    masks = [match[0] for match in _MASK.finditer(text)]
    numbers = len(_NUMBER.findall(text))
    nameless = len(_NAMELESS.findall(text))
    if len(masks) >= _FEWEST_MASKS and len(masks) > 0.1 * (numbers + 1):
        return f"{len(masks)} masked beside {numbers} plain, e.g. {masks[0]}"
    if nameless >= _FEWEST_MASKS and (masks or numbers < 20):
        return f"the place is called {_NAMELESS.findall(text)[0]}某 {nameless} times"
    return f"{nameless} times a place without a name (某市)" if nameless >= 15 else None


def _headings(lines: Iterable[str]) -> str:
    """Return the short lines that name a year on the document's face: before the salutation, of the first eight.

    A line of a menu (统计公报) names no year; a title does.
    """
    flat_lines = (flat for line in lines if (flat := "".join(line.split())))
    face = list(takewhile(lambda flat: not SALUTATION.match(flat), islice(flat_lines, 8)))
    return "\n".join(flat for flat in face if len(flat) <= 70 and _YEAR_NAMED.search(flat) and flat[-1] not in "。；")


def _foreign(title: str, headings: str, opening: str, speaks_for_government: bool) -> tuple[str, str] | None:
    """Return (kind, words) where title or face show another document; a report's opening outweighs the page."""
    named = _foreign_title(title)
    if named:
        return named, title[:80]
    body_of = _OTHER_BODY_SPEAKS.search(opening)
    if body_of and not _SPEAKS_PLAINLY.search(opening):
        return "other_body_report", body_of[0]
    about = _ON_REPORT.search(title) or _ON_REPORT.search(headings) or _ON_REPORT.search(opening[:60])
    if about and not speaks_for_government:
        return "other_body_report", about[0]
    presented = next(((kind, m[0]) for kind, pattern in _PRESENTED if (m := pattern.search(opening))), None)
    if presented and tells_of_report(opening):
        presented = None  # news of the meeting tells of the other reports that were handed out
    if speaks_for_government and not presented:
        return None
    named = _foreign_title(headings)
    if named:
        return named, headings.replace("\n", " ")[:80]
    return presented if presented and not _REPORT_TITLE.search(title + headings) else None


def _foreign_title(title: str) -> str | None:
    """Return the kind that `title` names where it is not a government's work report."""
    if _REPORT_TITLE.search(title):
        return None
    return next((kind for kind, pattern in _TITLES if pattern.search(title)), None)


def _report_kind(text: str, title: str, head: str, opening: re.Match[str] | None) -> Kind:
    face = title or head
    excerpt = _EXCERPT_TITLE.search(title) or _EXCERPT_TITLE.search(head) or _EXCERPT_TITLE.search(text[:400])
    if excerpt and not opening:
        return Kind("excerpt", excerpt[0])
    story = tells_of_report(text)
    if story and not (_OPENING.search(text[:2000]) or _OPENING.search(text, story.end(), story.end() + 1500)):
        return Kind("press_summary", story[0])
    if _DIGEST_TITLE.search(title) and not opening:
        return Kind("press_summary", title[:60])
    if opening:
        return Kind("work_report", opening[0][:80])
    top = text[:300]
    faced = _REPORT_TITLE.search(title + top) and _MEETING_ON_FACE.search(top) and _SPEAKER_ON_FACE.search(top)
    if faced and not is_news(text):
        return Kind("work_report", f"title, meeting and speaker: {top[:80]}")
    if _builds_like_report(text):
        named = _REPORT_TITLE.search(face) or _REPORT_TITLE.search(text[:1500])
        return Kind("work_report", named[0] if named else "各位代表; goals and review without an opening")
    if _is_part_of_report(title, text):
        return Kind("excerpt", (title or text)[:60])
    return Kind("other", face[:60], "not_a_report", f"neither a report's opening nor its build: {(title or text)[:60]}")


def _is_part_of_report(title: str, text: str) -> bool:
    """Tell whether a text under a report's title is a piece of it: it has cues of review or goals, and its voice."""
    titled = _REPORT_TITLE.search(title) or _REPORT_TITLE.search(text[:200])
    titled = titled or (_MEETING_ON_FACE.search(text[:200]) and _SPEAKER_ON_FACE.search(text[:200]))
    return bool(titled and _CUE.search(text[:6000]) and text.count("。") >= 5 and _VOICE.search(text))


def _builds_like_report(text: str) -> bool:
    """Goals, self-reference and length of a report, though the opening is missing."""
    salutations = len(SALUTATION.findall(text))
    plans = len(_PLAN_TALK.findall(text))
    selves = len(_SELF_TALK.findall(text))
    return len(text) > 2500 and plans >= 2 and selves >= 12 and (salutations >= 1 or selves >= 40)
