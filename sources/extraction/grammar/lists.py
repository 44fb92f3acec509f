"""Lists of subjects: A、B和C before one number or several, with heads, beginnings and places that members share.

What belongs here: cutting a list into members and finding what each member names. What does not: numbers, and what
carries over from one clause to the next (``clause.py``).
"""

from __future__ import annotations

import re

from sources.extraction.grammar.names import NameHit
from sources.extraction.grammar.subject import HEAD, OUTSIDE, Group, Judge, Term
from sources.extraction.grammar.words import filler_tail, is_filler, is_name_tail

_CONNECTIVE = re.compile(r"[、和及与]|以及")
_LEFT_OF_LIST = re.compile(r"[,;:。\n]")
#: where the members of a list end: A、B和C分别达到…
_DISTRIBUTED = re.compile("分别|(?<![平年])均|各自|都")
#: A率和B率达93%: one percentage after rates is each of theirs
_RATE = re.compile("率\\Z")
_END_OF_RATE = re.compile("[一-龥]{0,2}率")
#: goods or firms that are not all of them
_OF_SOME = re.compile("产品|企业|公司")
#: 实验室、中心等创新载体: what stands before 等 are examples of the last
_EXAMPLES = re.compile("[、和及与].*等(?:各类|各级)?\\Z")
#: names of which each has its own figure of what follows
_OWNERS = re.compile(
    r"(?P<owners>[一-龥A-Za-z]{2,10}(?:[、和及与][一-龥A-Za-z]{2,10})+)(?:等)?分别(?:实现|完成|缴纳|贡献|达到)?\Z"
)
_LONGEST_MEMBER = 18
#: heads of nouns that members of a list may share
_SHARED_HEAD = re.compile(
    r"(?:增加值|总产值|产值|固定资产投资|投资|余额|进出口总额|进出口|出口额|出口|进口|收入|零售额|支出|产量|总产量|销售额|面积|"
    r"覆盖率|普及率|处理率|治理率|参保率|平均浓度|浓度|[一-龥]{0,2}率|数量|总量|总数|数)\Z"
)
_BARE = re.compile(r"(?:增加值|总产值|产值|投资|余额|收入|支出|出口|进口|产量|成交额|交易额|合同额|成交金额|增速)\Z")


class Lists:
    """Reads the lists of one sentence: text[…:end]."""

    def __init__(self, text: str, end: int, judge: Judge) -> None:
        self._text, self._end, self._judge = text, end, judge

    def _terms(self, hit: NameHit, floor: int, at: int, held: frozenset[str], unit: str) -> Group:
        return self._judge.terms(self._text, hit, floor, self._end, at, held, unit)

    def subjects(self, floor: int, hits: list[NameHit], number_at: int, held: frozenset[str], unit: str) -> Group:
        """Return the subjects of a list that ends with the last name: A、B和C."""
        text, last = self._text, hits[-1]
        begin = self._begin(floor, last.start, hits)
        joints = self._joints(begin, last.start, hits)
        if not joints or _EXAMPLES.search(text, begin, last.start):
            return self._terms(last, floor, number_at, held, unit)
        edges = [begin, *(match.end() for match in joints)]
        stops = [*(match.start() for match in joints), last.end]
        group: list[Term] = []
        places: dict[int, str] = {}
        for start, stop in zip(edges, stops, strict=True):
            inside = [hit for hit in hits if hit.start >= start and hit.end <= stop]
            if inside:
                hit = inside[-1]
                terms = self._terms(hit, max(start, floor), number_at, held, unit)
                if hit is not last and text[hit.end : stop].strip() and not is_name_tail(text[hit.end : stop]):
                    terms = OUTSIDE
                group += terms
            elif text[start:stop] and not is_filler(text[start:stop]):
                place = self._judge.place(text[start:stop])
                if place:
                    places[len(group)] = place
                group += OUTSIDE
        if places and group[-1].scope != "self" and group[-1].refusal is None:
            for at, place in places.items():
                group[at] = group[-1]._replace(scope=place)
        while group and group[0].name is None and len(group) > 1 and stops[0] - edges[0] > 14:
            group.pop(0)
        return _without_bare_members(_of_one_part(tuple(group), text, self._judge.lexicon.of_firms), last)

    def members(
        self, floor: int, lead_end: int, hits: list[NameHit], count: int, held: frozenset[str], unit: str
    ) -> Group | None:
        """Return one subject per member of a list of `count` members, those outside our list in their place.

        `count` 0: as many as stand there, where 分别, 均 or 都 says that each has the number, or all are rates.
        None where the words before the numbers are no such list, or none of its members is ours.
        """
        text = self._text
        begin = self._begin(floor, lead_end, hits)
        said = _DISTRIBUTED.search(text, begin, lead_end)
        stop = said.start() if said else begin + filler_tail(text[begin:lead_end], 30)
        ending = _END_OF_RATE.match(text, stop, lead_end)
        stop = ending.end() if ending and said is None else stop  # 治理率达: 治理 and 率达 could be filler too
        if not is_filler(text[stop:lead_end]):
            return None
        joints = self._joints(begin, stop, hits)
        edges = [begin, *(match.end() for match in joints)]
        stops = [*(match.start() for match in joints), stop]
        spans = list(zip(edges, stops, strict=True))
        if len(spans) < 2 or (count and len(spans) != count):
            return None
        if any(not 0 < right - left <= _LONGEST_MEMBER for left, right in spans[1:]):
            return None
        if not count and said is None and not all(_RATE.search(text[left:right]) for left, right in spans):
            return None
        found = [self._member(at, spans, hits, held, unit) for at in range(len(spans))]
        if not any(term.code and term.refusal is None for term in found):
            return None
        return self._places(found, spans)

    def _member(
        self, at: int, spans: list[tuple[int, int]], hits: list[NameHit], held: frozenset[str], unit: str
    ) -> Term:
        text = self._text
        start, stop = spans[at]
        words = text[start:stop]
        heads = [] if _SHARED_HEAD.search(words) else [_SHARED_HEAD.search(text[a:b]) for a, b in spans[at + 1 :]]
        head = next((match.group() for match in heads if match), None)
        whole = self._judge.named(words + head, start, stop) if head else None
        if whole:
            return whole
        inside = [hit for hit in hits if hit.start >= start and hit.end <= stop]
        if inside and is_name_tail(text[inside[-1].end : stop]):
            terms = self._terms(inside[-1], start, stop, held, unit)
            return terms[0] if len(terms) == 1 else OUTSIDE[0]
        if head:
            return OUTSIDE[0]
        if at and _BARE.search(words):
            first = text[spans[0][0] : spans[0][1]]
            for cut in range(len(first) - 1, 1, -1):
                term = self._judge.named(first[:cut] + words, spans[0][0], stop)
                if term:
                    return term
        return OUTSIDE[0]

    def _places(self, found: list[Term], spans: list[tuple[int, int]]) -> Group:
        """东湖区、西湖区生产总值分别: each place has its own figure of the last member's indicator."""
        last = found[-1]
        if last.scope == "self" or last.refusal:
            return tuple(found)
        for at, (start, stop) in enumerate(spans[:-1]):
            place = self._judge.place(self._text[start:stop])
            if found[at].code is None and place:
                found[at] = last._replace(scope=place)
        return tuple(found)

    def each_own(self, floor: int, hits: list[NameHit], count: int) -> Group | None:
        """华川、东泰分别实现税收3亿元、2亿元: who stands before 分别 owns them; a place is a scope."""
        text, last = self._text, hits[-1]
        match = _OWNERS.search(text, floor, last.start)
        if match is None or any(hit.start < match.end() and hit.end > match.start() for hit in hits):
            return None
        owners = re.split("[、和及与]", match["owners"])
        if len(owners) != count:
            return None
        term = self._terms(last, last.start, last.end, frozenset(), "")[-1]
        places = [self._judge.place(owner) for owner in owners]
        if all(places) and term.refusal is None:
            return tuple(term._replace(scope=place or "") for place in places)
        return OUTSIDE * count

    def bare_head(self, last: NameHit, gap: str, floor: int, held: frozenset[str], unit: str) -> Group | None:
        """规上工业产值和增加值分别: the second head shares the noun before the first."""
        match = gap.startswith(("和", "、", "及", "与")) and re.match(
            r"[和、及与](?P<head>增加值|总产值|产值|投资|余额|收入|支出|出口|进口|产量)(?P<rest>.*)\Z", gap
        )
        if not match or not is_filler(match["rest"]):
            return None
        terms = self._terms(last, floor, last.end, held, unit)
        second = self._judge.by_head(terms[-1], match["head"])
        return (*terms, second) if second else None

    def _begin(self, floor: int, at: int, hits: list[NameHit]) -> int:
        begin = floor
        for match in _LEFT_OF_LIST.finditer(self._text, floor, at):
            if not any(hit.start < match.start() < hit.end for hit in hits):
                begin = match.end()
        return begin

    def _joints(self, begin: int, stop: int, hits: list[NameHit]) -> list[re.Match[str]]:
        return [
            match
            for match in _CONNECTIVE.finditer(self._text, begin, stop)
            if not any(hit.start <= match.start() < hit.end for hit in hits)
        ]


def _of_one_part(group: Group, text: str, of_firms: frozenset[str]) -> Group:
    """农产品网络零售额、出口额: 出口额 in a list that the figure of some goods or firms opens is theirs too."""
    first = group[0]
    if len(group) < 2 or first.refusal is None or not _OF_SOME.search(text, max(first.start, 0), max(first.end, 0)):
        return group
    return tuple(OUTSIDE[0] if term.code in of_firms else term for term in group)


def _without_bare_members(group: Group, last: NameHit) -> Group:
    """民营经济和普惠小微贷款余额: a short form in a list takes the last member's head: another thing."""
    head = HEAD.search(last.meanings[0].text)
    if not head or len(group) < 2:
        return group
    return tuple(
        OUTSIDE[0]
        if term.name is not None and term.start != last.start and term.name.measures and not HEAD.search(term.name.text)
        else term
        for term in group
    )
