"""Names behind a number: 改造200户危房, 5029人…脱贫, 75%的财政支出用于民生.

What belongs here: whether the noun behind a number is what it counts. What does not: names before a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sources.extraction.grammar.names import NameHit
from sources.extraction.grammar.quantity import Quantity
from sources.extraction.grammar.subject import NAMED_PROGRAMME, ONE_KIND, OUTSIDE, UNDONE, Group, Judge, Term
from sources.extraction.lexicon import Name, Traits

COUNT_KINDS: Final = (
    "count",
    "persons",
    "households",
    "visits",
    "bare_big",
    "bare",
    "length",
    "area",
    "power",
    "weight",
)
_MAY_COUNT: Final = frozenset({*COUNT_KINDS, "percent"})
_GOES_ON: Final = frozenset("和及与并")
_TREATED: Final = re.compile(
    "(?:数字化|智能化|数智化|智改数转|技术|绿色化|节能)*(?:改造|升级|转型|治理|上云|诊断|转型升级|排忧解难|纾困解难|纾困|减负)"
)
_PROGRAMME: Final = re.compile(
    r"(?:、?[一-龥]{0,6})?(?:养殖|倍增|提升|振兴|标准化)*(?:工程|计划|行动|养殖基地|倍增|产能|屠宰|战略)"
)
#: 5所小学扩建工程 is five schools: works on the thing, no programme named after a number
_WORKS: Final = re.compile(
    r"(?:新建|改扩建|新改扩建|扩建|改造|建设|新改建|迁建|重建|提升改造|改造提升|配套)+(?:工程|项目|计划)"
)
_NEGATED: Final = re.compile(
    r"(?:停产|关停|退出|倒闭|注销|迁出|破产|受)|(?:未|没有|尚未|无法)(?:启动|完成|开工|建成|实施|到位|达标|落实)"
)
#: 63个重点项目建设进展顺利: neither begun in the year nor done
_GOING_ON: Final = re.compile(
    r"(?:建设|实施)?(?:进展(?:顺利|良好|加快)|(?:加快|加速|稳步|有序|顺利|扎实|全力|强力)推进|正在|抓紧|加快建设|纳入|列入)"
)
_VERB: Final = re.compile(r"(?:新增|净增|新登记)\Z")
_SIZE: Final = re.compile(r"\d+(?:[张个人户套吨]|万元|亿元|平方米|亩)[一-龥]{0,3}以[上下](?:规模)?的?")
#: 15所双高计划高职院校: what a programme supports is there already
_OF_PROGRAMME: Final = re.compile("计划|一流")
_AFTER_STOP: Final = re.compile(r"[,;:。、\n]")
#: a verb between number and name: 7个专责小组推动重大项目
_ACTS: Final = re.compile(
    "推动|开展|实现|获批|获得|建立|实施|参与|加快|推进|落实|负责|联合|举办|带动|分享|集聚|入驻|申报|争创|[一-龥]有"
)
#: 支持50家高新技术企业: firms to which something is done are not the number of firms
_SERVED: Final = re.compile(
    r"(?:推动|支持|服务|帮扶|帮助|助力|引导|组织|惠及|为|对|支撑|带动|促进|走访|奖励|指导|覆盖|"
    r"协助|给予|向|促成|吸引)(?:全市|全省|全县|全区)?(?:超过?|近|约|逾)?\Z"
)
_OF_ALL: Final = re.compile(r"(?:[省市县区州]列?|国家|[省市县区]级|以上|重大|重点|各类|续建|新建|开工|亿元|的|和|、)*")
#: 推进已批建的3家: there before, only gone on with
_ALREADY: Final = re.compile(r"(?:推进|推动|加快)已[^,;。\d]{1,6}的\Z")
#: 巩固3万公里农村公路建设成果: reached before
_KEPT: Final = re.compile("巩固(?:拓展|提升|扩大|好)?\\Z")
#: 列入全市12个重大创新平台: another's list
_LISTED_IN: Final = re.compile("(?:列入|入选|纳入|跻身|入围)(?:全[国省市区县])?\\Z")
#: 86个重大项目已开工74个: the first is the plan
_SO_FAR: Final = re.compile(r"(?:中)?,?(?:目前|现|均)?已(?:经)?(?:开工|建成|完成|竣工|投用)\d")
#: 推进4个签约项目落地: signed before
_PUSHED: Final = re.compile(r"(?:推进|推动|加快|促进)[^,;。]{0,24}\Z")
_EXAMPLES: Final = re.compile(r"等\Z")
#: projects of a rank, not any works
_RANKED: Final = re.compile("(?:重[大点]|[省市县区]级?|亿元以上|骨干)(?:建设|产业|工程)*项目|重点工程|重大工程")


def behind(
    text: str, number: Quantity, start: int, until: int, lead_start: int, hits: Iterable[NameHit], judge: Judge
) -> NameHit | Group | None:
    """Return the name behind a number that ends at `start`, or the subject that refuses it, or None.

    `until` is where the next number or the sentence's end stands; text[lead_start:] leads to the number.
    """
    if number.kind not in _MAY_COUNT or text[start : start + 1] in _GOES_ON:
        return None
    sized = _SIZE.match(text, start, until)
    start = sized.end() if sized else start  # 4家80张床位以上的养老机构
    stop = _AFTER_STOP.search(text, start, until)
    end = stop.start() if stop else until
    for hit in hits:
        if hit.start <= number.start or hit.end <= start or hit.end > end:
            continue
        if hit.start - start > 12 or _ACTS.search(text, start, max(start, hit.start)):
            return None
        if hit.start > start and hit.end == until:
            return None  # 14个市州增补义务教育学位2万个: the name is the next number's
        traits = judge.traits(hit.meanings[0].codes[0])
        parted = _parted(text, number, hit, lead_start, judge)
        if parted:
            return NameHit(hit.start, hit.end, (parted,))
        refused = _refused(text, number, hit, traits, start, end, lead_start)
        if refused:
            return refused
        meanings = tuple(
            name for name in hit.meanings if name.follows or (len(name.codes) == 1 and judge.countable(name.codes[0]))
        )
        if number.kind == "percent":
            # 七成财政支出用于民生: what a share of spending goes to
            meanings = tuple(name for name in meanings if name.follows and name.codes[0] in judge.lexicon.spent_on)
        return NameHit(hit.start, hit.end, meanings) if meanings else _counted_part(text, number, hit, start, judge)
    return None


def _counted_part(text: str, number: Quantity, hit: NameHit, start: int, judge: Judge) -> Group | None:
    """200个重点项目完成投资1600亿元: the things counted open a longer name, which stays for the next number."""
    if number.kind == "percent" or not _OF_ALL.fullmatch(text, start, hit.start):
        return None
    for end in range(hit.end - 1, hit.start + 1, -1):
        name = judge.lexicon.before_number.get(text[hit.start : end])
        if name is not None and len(name.codes) == 1 and judge.traits(name.codes[0]).works == "ranked":
            return (Term(name.codes[0], name, hit.start, end),)
    return None


def _parted(text: str, number: Quantity, hit: NameHit, lead_start: int, judge: Judge) -> Name | None:
    """新增0.4万个就业岗位: the number stands inside the name, between its verb and its noun."""
    verb = _VERB.search(text, lead_start, number.start)
    if verb is None:
        return None
    name = judge.lexicon.before_number.get(verb.group() + text[hit.start : hit.end])
    return name if name and not name.outside and len(name.codes) == 1 and judge.countable(name.codes[0]) else None


def _refused(
    text: str, number: Quantity, hit: NameHit, traits: Traits, start: int, end: int, lead_start: int
) -> Group | None:
    """Return the subject that refuses the number, or None where the name may count it."""
    if hit.outside:
        return OUTSIDE
    if _OF_PROGRAMME.search(text, start, hit.start):
        return NAMED_PROGRAMME
    if _PROGRAMME.match(text, hit.end) and not _WORKS.match(text, hit.end):
        return NAMED_PROGRAMME
    ranked = traits.works == "ranked"
    if ranked and not _OF_ALL.fullmatch(text, start, hit.start):
        return ONE_KIND
    named = _EXAMPLES.search(text, lead_start, number.start)
    if (
        ranked
        and named
        and not _RANKED.search(text, max(text.rfind("。", 0, number.start), number.start - 80, 0), hit.end)
    ):
        return ONE_KIND
    if _LISTED_IN.search(text, lead_start, number.start):
        return OUTSIDE
    if _SO_FAR.match(text, hit.end):
        return UNDONE
    if _KEPT.search(text, lead_start, number.start) and "成果" in text[hit.end : end]:
        return UNDONE
    if _NEGATED.search(text, hit.end, end) or (traits.works and _GOING_ON.match(text, hit.end, end)):
        return UNDONE
    lead = text[lead_start : number.start]
    if traits.works == "signed" and _PUSHED.search(text, max(0, number.start - 30), number.start):
        return UNDONE
    if _ALREADY.search(text, max(0, number.start - 14), number.start):
        return UNDONE
    if traits.counts_firms and (_SERVED.search(lead) or _TREATED.match(text, hit.end)):
        return OUTSIDE
    return None
