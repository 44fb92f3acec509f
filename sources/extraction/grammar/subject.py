"""Subjects: whether a matched name is meant here, and of whom it speaks.

What belongs here: the words beside a name that make it a part, another thing, or another place's figure. What does not:
which number it governs (``govern.py``).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sources.extraction.grammar.names import NameHit
from sources.extraction.grammar.scope import Region, is_group, is_organisation, place_of, without_beginning
from sources.extraction.grammar.words import NOUN_LIKE, filler_tail, leads_to_name
from sources.extraction.lexicon import COUNTED, NO_TRAITS, Indicator, Lexicon, Name, Traits

_CLAUSE_END: Final = re.compile(r"[,;:。\n]")
#: up to and with the last end of a clause, of a noun phrase
_LAST_CLAUSE_END: Final = re.compile(r".*[,;:。\n]", re.DOTALL)
_LAST_BOUNDARY: Final = re.compile(r".*[,;:。、\n]", re.DOTALL)
_CLASS_LEFT: Final = re.compile(r"(?:[亿万]元|[亿万]元以上|[亿万]元级)\Z")
#: a member of a list that is a company's: 省管企业净资产增长8%、
_ORG_BEFORE: Final = re.compile(r"^[^、]{0,10}?(?:企业|公司|集团|银行|高校)(?![一-龥]{0,2}[\d一二三])")
#: said of any facility: it is there now
_DONE: Final = re.compile(r"投入使用|投用|启用|完工|竣工|落成|交付|开园|开学|建好")
#: asked for or thought up, not got: 申报高新技术企业20家
_APPLIED: Final = re.compile(r"(?:申报|申请|推荐|谋划|储备|策划|论证|包装)(?!成功|通过|获批)[^,;:。、]{0,16}\Z")
_PER_UNIT: Final = re.compile(r"(?<!\d)千人(?!才)|每(?:平方公里|亩|公顷|万人|百户|千人|百人|万名)|地均|亩均|单位面积")
#: 着眼农业现代化,推进120个重大项目: those for one aim
_SECTOR_AIM: Final = re.compile(
    r"(?:^|[。\n;])[^,;。\n]{0,3}(?:着眼|围绕|聚焦|面向|瞄准)(?!主要目标|目标任务|全年|高质量发展)[^;。\n]*\Z"
    r"|(?:提速|加快|推进|完善|加强|补齐|强化)[^,;。\n]{0,4}(?:交通|水利|文体旅?|文旅|文化|旅游|教育|医疗|卫生|能源|生态|环保|农业|"
    r"物流|商贸|体育|民生|市政|公共服务)[^,;。\n]{0,8}(?:建设|发展|短板)[,、][^;。\n]*\Z"
)
#: 项目个数、投资总量分别增长8%、27%: a bare 投资 is theirs
_WORKS: Final = re.compile("项目|工程|签约|合同")
_ELSEWHERE: Final = re.compile(
    r"对口(?:支援|帮扶|协作|扶贫)|帮扶(?:地区|单位)|受援|协作地区|结对帮扶|东西部协作|(?:帮助|助力|协助)[^,;。]{0,16}(?:省|州|地区)"
)
#: what a noun of money or output ends in
HEAD: Final = re.compile("(?:增加值|总产值|投资|余额|进出口|出口|收入|产值|零售额|支出|产量|销售额)\\Z")
#: how far behind a word a bare head is still that thing's, and behind how many figures
_MENTIONED_WITHIN, _FEW = 60, 2
_FIGURE: Final = re.compile(r"\d[\d.]*")
#: 在第十九届洽谈会上,我市共签约…
_AT_EVENT: Final = re.compile("在[^,;。]{2,24}(?:会|节|活动|洽谈|论坛)(?:上|期间|中),[^;。]*\\Z")
#: 某科技城国家级平台: a rank between the place and the thing
_RANK: Final = re.compile("(?:国家级|省部级|省级|市级|区级)(?:及?以上)?\\Z")
#: 国有单位固定资产投资: 位 of 单位 is no function word
_OF_UNITS: Final = re.compile("(?:单位|部门|行业|系统)\\Z")
_ORG_LEFT: Final = re.compile(
    r"(?:企业|公司|集团|合作社|高校|院校|医院|银行|机构|园区企业|上市公司)(?:全年|累计|年度|共|实现|完成|年)*\Z"
)


class Term(NamedTuple):
    """One subject: an indicator's code, or None for a thing outside our list; `refusal` says why "
    "it yields nothing."""

    code: str | None
    name: Name | None
    start: int
    end: int
    scope: str = "self"
    refusal: str | None = None
    detail: str = ""
    flags: tuple[str, ...] = ()


Group = tuple[Term, ...]
NAMED_PROGRAMME: Final[Group] = (
    Term(None, None, -1, -1, refusal="name", detail="the number is part of a programme's name"),
)
COMPARED: Final[Group] = (
    Term(None, None, -1, -1, refusal="comparison", detail="another figure that this one is measured by"),
)
ONE_KIND: Final[Group] = (Term(None, None, -1, -1, refusal="part_of_whole", detail="one kind of it alone"),)
UNDONE: Final[Group] = (Term(None, None, -1, -1, refusal="under_way", detail="said not to be done"),)
OUTSIDE: Final[Group] = (Term(None, None, -1, -1, refusal="no_indicator", detail="a subject outside the list"),)


def clause_start(text: str, floor: int, at: int) -> int:
    """Return where the clause (between commas) that holds `at` starts, not before `floor`."""
    match = _LAST_CLAUSE_END.match(text, floor, at)
    return match.end() if match else floor


def clause_end(text: str, at: int, ceiling: int) -> int:
    """Return where the clause that holds `at` ends."""
    match = _CLAUSE_END.search(text, at, ceiling)
    return match.start() if match else ceiling


def _left_words(text: str, floor: int, at: int) -> tuple[int, str]:
    """Return start and words of the noun phrase left of a name, back to a comma, a stop or `floor`."""
    match = _LAST_BOUNDARY.match(text, floor, at)
    found = match.end() if match else floor
    return found, text[found:at]


def _mentioned(text: str, at: int, word: str) -> bool:
    """Whether a bare 产量 at `at` is that of the `word` shortly before: 粮食面积32万亩,总产14万吨.

    Not so behind further figures or another part of the sentence: ;棉花面积68万亩,产量9万吨.
    """
    _, found, between = text[max(0, at - _MENTIONED_WITHIN) : at].rpartition(word)
    figures = _FIGURE.findall(between)
    return bool(found) and len(figures) <= _FEW and not (figures and ";" in between)


class Judge:
    """Decides for the names of one report; holds its region and lexicon."""

    def __init__(self, lexicon: Lexicon, region: Region) -> None:
        self.lexicon = lexicon
        self._region = region
        self._names = lexicon.before_number

    def terms(
        self, text: str, hit: NameHit, floor: int, ceiling: int, number_at: int, held: frozenset[str], unit: str = ""
    ) -> Group:
        """Return the subjects of a name: one, or several where the name is shared.

        `floor` is the end of what was read before, `ceiling` the sentence's end, `number_at` the number's start,
        `held` the codes of which the sentence has told a number so far, `unit` the number's without magnitude.
        """
        refused: Group | None = None
        meanings = self._meanings(hit)
        for name in meanings:
            if name.units and unit not in name.units and (unit or name.follows):
                refused = refused or self._refused(hit, name, "no_indicator", f"not with {unit}")
                continue
            told = name.requires & held or any(
                _mentioned(text, min(hit.start, number_at), word) for word in name.mentions
            )
            if (name.requires or name.mentions) and not told:
                refused = refused or self._refused(hit, name, "part_of_whole", "its subject is not in the sentence")
                continue
            group = tuple(self._term(text, hit, name, code, floor, ceiling, number_at) for code in name.codes)
            if any(term.refusal is None for term in group) or name is meanings[-1]:
                return group
            refused = refused or group
        return refused or OUTSIDE

    def _meanings(self, hit: NameHit) -> tuple[Name, ...]:
        """县域生产总值 is another thing, but in a county's report it is the county's own."""
        if not hit.outside:
            return hit.meanings
        text = hit.meanings[0].text
        own = [self._names.get(text[len(word) :]) for word in self._region.own_words if text.startswith(word)]
        return next(((name,) for name in own if name is not None and not name.outside), hit.meanings)

    def by_head(self, before: Term, head: str) -> Term | None:
        """工业产值和增加值: a bare head in a list takes the rest of its noun from the member before."""
        if before.name is None or before.refusal:
            return None
        ending = HEAD.search(before.name.text)
        if ending is None:
            return self.of_industry(before, head)
        name = self._names.get(before.name.text[: ending.start()] + head)
        if name is None or name.outside or len(name.codes) != 1:
            return None
        return before._replace(code=name.codes[0], name=name)

    def of_industry(self, before: Term, head: str) -> Term | None:
        """规上工业企业276家,完成增加值208亿元: a head told of an industry's firms is the industry's."""
        indicator = self.lexicon.indicators.get(before.code or "")
        industry = indicator.traits.industry if indicator and not before.refusal else None
        found = self.named(industry + head, before.start, before.end) if industry else None
        return before._replace(code=found.code, name=found.name) if found else None

    def named(self, words: str, start: int, end: int) -> Term | None:
        """Return the subject whose name is written as `words` with some of its letters elsewhere; None if unknown."""
        name = self._names.get(words) or self._names.get(re.sub("^(?:农村|城市|城镇|规模以上|全[市省县区])", "", words))
        if name is None or name.outside or len(name.codes) != 1 or name.requires:
            return None
        return Term(name.codes[0], name, start, end)

    def topic(self, hit: NameHit) -> Group | None:
        """Return the subject that a name of an earlier sentence stands for; None where it is none of ours."""
        name = hit.meanings[0]
        if hit.outside or len(name.codes) != 1 or name.requires or name.mentions:
            return None
        return (Term(name.codes[0], name, hit.start, hit.end),)

    def wider(self, words: str) -> bool:
        """Whether `words` name a wider region than the report's own."""
        return self._region.wider(words) is not None

    def place(self, words: str) -> str | None:
        """Return the place that `words` are, or None."""
        return words if words in self._region.children else place_of(words, self._region)

    def countable(self, code: str | None) -> bool:
        """Whether the indicator counts things, so that its name may stand behind the number."""
        return code is not None and self.lexicon.indicators[code].dimension in COUNTED

    def traits(self, code: str | None) -> Traits:
        """Return what rules may ask of an indicator; of a thing outside our list nothing is known."""
        return NO_TRAITS if code is None else self.lexicon.indicators[code].traits

    @staticmethod
    def _verb_of_list(indicator: Indicator, members: str) -> str | None:
        """出栏生猪120万头、肉牛8万头: return what makes the first of a list another thing, and so the next ones."""
        if indicator.dimension not in COUNTED:
            return None
        first = members.partition("、")[0]
        found = ((word, first.partition(word)[0]) for word in indicator.veto_left if word in first)
        return next((word for word, lead in found if leads_to_name(lead)), None)

    @staticmethod
    def _refused(hit: NameHit, name: Name, reason: str, detail: str) -> Group:
        return tuple(Term(code, name, hit.start, hit.end, refusal=reason, detail=detail) for code in name.codes)

    def _term(
        self, text: str, hit: NameHit, name: Name, code: str | None, floor: int, ceiling: int, number_at: int
    ) -> Term:
        flags = ("loose_name",) if name.optional else ()
        if code is None:
            return Term(None, name, hit.start, hit.end, "self", "no_indicator", name.text, flags)
        term = Term(code, name, hit.start, hit.end, flags=flags)
        indicator = self.lexicon.indicators[code]
        begin, left = _left_words(text, floor, hit.start)
        begins = clause_start(text, max(0, floor - 40), hit.start)
        clause = text[begins : clause_end(text, max(hit.end, number_at), ceiling)]
        if left.endswith(indicator.veto_left):
            veto = next(word for word in indicator.veto_left if left.endswith(word))
            if veto not in self._region.own_words:
                return term._replace(refusal="part_of_whole", detail=f"{veto}{name.text}")
        verb = self._verb_of_list(indicator, text[begins:begin]) if name.alone and text[begin - 1] == "、" else None
        if verb:
            return term._replace(refusal="part_of_whole", detail=f"{verb}…{name.text}")
        if indicator.dimension in COUNTED and _CLASS_LEFT.search(left):
            return term._replace(refusal="class_limit", detail=f"{left[-8:]}{name.text}")
        right = text[hit.end : hit.end + 12]
        if right.startswith(indicator.veto_right):
            veto = next(word for word in indicator.veto_right if right.startswith(word))
            return term._replace(refusal="part_of_whole", detail=f"{name.text}{veto}")
        for word in indicator.veto_clause:
            if word in clause:
                return term._replace(refusal="part_of_whole", detail=f"{word} in the clause")
        if _PER_UNIT.search(text, begins, hit.start):
            return term._replace(refusal="part_of_whole", detail="per unit of area or people")
        if indicator.dimension in COUNTED and _APPLIED.search(text, max(0, begin - 12 if begin else 0), hit.start):
            return term._replace(refusal="under_way", detail="only applied for or planned")
        if left.endswith("/") and re.search(r"[A-Za-z0-9]/\Z", left):
            return term._replace(refusal="sum_of_entries", detail=f"{left[-4:]}{name.text}")
        if indicator.category == "investment" and _SECTOR_AIM.search(text, max(0, floor - 60), hit.start):
            return term._replace(refusal="part_of_whole", detail="projects for one aim")
        if (
            name.alone
            and not name.requires
            and indicator.category == "investment"
            and _WORKS.search(text, begins, hit.start)
        ):
            return term._replace(refusal="part_of_whole", detail="of the projects told before")
        if _ELSEWHERE.search(text, begins, hit.start):
            return term._replace(refusal="not_self_subject", detail="help given to other places")
        if indicator.traits.by_aid and _ELSEWHERE.search(text, max(0, hit.start - 60), hit.start):
            return term._replace(refusal="not_self_subject", detail="help given to other places")
        done = indicator.category in ("public_services", "urban_rural") and _DONE.search(clause)
        if indicator.actions and not done and not any(word in clause for word in indicator.actions):
            return term._replace(refusal="under_way", detail="nothing in the clause says that it was or will be done")
        if indicator.traits.of_events and _AT_EVENT.search(text, max(text.rfind("。", 0, hit.start), 0), hit.start):
            return term._replace(refusal="part_of_whole", detail="of one event")
        listed = text[clause_start(text, max(0, begin - 60), begin) : begin] if text[begin - 1 : begin] == "、" else ""
        return self._whose(term, left, indicator.parts, name, listed)

    def _whose(self, term: Term, left: str, parts: bool, name: Name, begin_of_list: str) -> Term:
        """Read the words left of the name: nothing, function words, a place, a kind, a company."""
        wider = self._region.wider(left[-14:])
        if (wider and not parts) or (wider and left.endswith(wider)):
            return term._replace(refusal="not_self_subject", detail=wider)
        if not parts and _OF_UNITS.search(left):
            return term._replace(refusal="part_of_whole", detail=f"{left[-8:]}{name.text}")
        tail = filler_tail(left)
        rest, stripped = left[:tail], left[tail:]
        if begin_of_list and term.code in self.lexicon.of_firms and _ORG_BEFORE.search(begin_of_list):
            return term._replace(refusal="part_of_whole", detail=begin_of_list[:10])
        if not rest or rest in self._region.own_words or without_beginning(rest) in self._region.own_words:
            return term
        if name.alone:
            return term._replace(refusal="part_of_whole", detail=f"{rest}…{name.text}")
        attached = not stripped or bool(NOUN_LIKE.fullmatch(stripped))
        stem = self._region.stem
        if attached and stem and rest.endswith((stem, self._region.name)):
            return term
        rest = _RANK.sub("", rest) or rest
        if is_group(rest):
            return term._replace(refusal="unnamed_group", detail=rest[-6:])
        place = place_of(rest, self._region) or (rest if attached and rest in self._region.children else None)
        if place and (attached or not parts or len(rest) <= 10):
            return term._replace(scope=place)
        if not attached:
            if _ORG_LEFT.search(rest) and not parts:
                return term._replace(refusal="part_of_whole", detail=rest[-8:])
            return term
        if parts:
            return term
        if is_organisation(rest) or attached:
            return term._replace(refusal="part_of_whole", detail=f"{rest[-8:]}{name.text}")
        return term
