"""Lists of subjects: A、B和C before one number or several, with heads, beginnings and places that members share.

What belongs here: cutting a list into members and finding what each member names. What does not: numbers, and what
carries over from one clause to the next (``clause.py``).
"""

from __future__ import annotations

import re
from typing import Final

from sources.extraction.grammar.names import NameHit
from sources.extraction.grammar.sentence import Lead, Sentence
from sources.extraction.grammar.subject import HEAD, OUTSIDE, Group, Judge, Term
from sources.extraction.grammar.words import filler_tail, is_filler, is_name_tail

_CONNECTIVE: Final = re.compile(r"[、和及与]|以及")
#: what every connective holds: without one there is no list
_JOINT: Final = re.compile("[、和及与]")
_LEFT_OF_LIST: Final = re.compile(r"[,;:。\n]")
#: where the members of a list end: A、B和C分别达到…
_DISTRIBUTED: Final = re.compile("分别|(?<![平年])均|各自|都")
#: A率和B率达93%: one percentage after rates is each of theirs
_RATE: Final = re.compile("率\\Z")
_END_OF_RATE: Final = re.compile("[一-龥]{0,2}率")
#: goods or firms that are not all of them
_OF_SOME: Final = re.compile("清洁能源|可再生能源|新能源|火电|水电|光伏|产品|企业|公司|国家|沿线|东盟|港澳")
#: 实验室、中心等创新载体: what stands before 等 are examples of the last
_EXAMPLES: Final = re.compile("[、和及与].*等(?:各类|各级)?\\Z")
#: names of which each has its own figure of what follows
_OWNERS: Final = re.compile(
    r"(?P<owners>[一-龥A-Za-z]{2,10}(?:[、和及与][一-龥A-Za-z]{2,10})+)(?:等)?分别(?:实现|完成|缴纳|贡献|达到)?\Z"
)
_LONGEST_MEMBER: Final = 18
#: heads of nouns that members of a list may share
_SHARED_HEAD: Final = re.compile(
    r"(?:增加值|总产值|产值|固定资产投资|投资|余额|进出口总额|进出口|出口额|出口|进口|收入|零售额|支出|产量|总产量|销售额|面积|"
    r"饲养量|存栏量?|出栏量?|覆盖率|普及率|处理率|治理率|参保率|(?:水质)?优良(?:比例|比率|率)|达标率|平均浓度|浓度|[一-龥]{0,2}率|数量|总量|总数|数)\Z"
)
#: what is told of animals: 生猪、肉牛出栏
_OF_HERD: Final = re.compile("(?:(?:存栏|出栏)[量数]?|饲养量)\\Z")
#: 规上工业产值和增加值
_SECOND_HEAD: Final = re.compile(
    r"[和、及与](?P<head>增加值|总产值|产值|投资|余额|收入|支出|出口|进口|产量)(?P<rest>.*)\Z"
)
#: what a member may end in that the next one replaces: 技术合同登记数、成交额
_TAIL: Final = re.compile(
    "(?:登记|成交|交易|合同|签约|项目|认定)?(?:数|数量|额|总额|金额|量|面积|余额|收入|总产值|产值|增加值|个数|家数)"
)
_BARE: Final = re.compile(
    r"(?:增加值|总产值|产值|投资|余额|收入|支出|出口|进口|产量|成交额|交易额|合同额|成交金额|增速)\Z"
)
#: from start to end
_Span = tuple[int, int]


def subjects(sentence: Sentence, lead: Lead, numbers_at: int) -> Group:
    """Return the subjects of a list that ends with the last name: A、B和C. Their numbers start at `numbers_at`."""
    text, last = sentence.text, lead.hits[-1]
    if _JOINT.search(text, lead.floor, last.start) is None:
        return _terms(sentence, lead, last, lead.floor, lead.end)
    begin = _begin(text, lead, last.start)
    spans = _spans(text, lead, begin, last.start, last.end)
    if len(spans) == 1 or _EXAMPLES.search(text, begin, last.start):
        return _terms(sentence, lead, last, lead.floor, lead.end)
    # also behind 占…: A、B和C增加值占工业比重分别达
    distributed = _DISTRIBUTED.search(text, last.end, numbers_at) is not None
    group: list[Term] = []
    places: dict[int, str] = {}
    for at, (start, stop) in enumerate(spans):
        inside = [hit for hit in lead.hits if hit.start >= start and hit.end <= stop]
        if inside:
            group += _named(sentence, lead, inside[-1], start, stop)
        elif text[start:stop] and not is_filler(text[start:stop]):
            place = sentence.judge.place(text[start:stop])
            if place:
                places[len(group)] = place
            group += (_member(sentence, lead, at, spans),) if distributed and not place else OUTSIDE
    if places and group[-1].scope != "self" and group[-1].refusal is None:
        for at, place in places.items():
            group[at] = group[-1]._replace(scope=place)
    if len(group) > 1 and group[0].scope != "self" and all(term.scope == "self" for term in group[1:]):
        # 珠三角先进制造业增加值、高技术制造业增加值: the place that opens a list owns its members
        group = [group[0], *(term._replace(scope=group[0].scope) for term in group[1:])]
    while group and group[0].name is None and len(group) > 1 and spans[0][1] - spans[0][0] > 14:
        group.pop(0)
    group = _with_the_head(group, last)
    judge, opening = sentence.judge, text[slice(*spans[0])]
    each = frozenset(spans) if distributed else frozenset[_Span]()
    return _without_bare_members(_of_one_part(tuple(group), opening, judge.lexicon.of_firms), last, judge, each)


def members(sentence: Sentence, lead: Lead, count: int) -> Group | None:
    """Return one subject per member of a list of `count` members, those outside our list in their place.

    `count` 0: as many as stand there, where 分别, 均 or 都 says that each has the number, or all are rates.
    None where the words before the numbers are no such list, or none of its members is ours.
    """
    text = sentence.text
    begin = _begin(text, lead, lead.end)
    said = _DISTRIBUTED.search(text, begin, lead.end)
    stop = said.start() if said else begin + filler_tail(text[begin : lead.end], 30)
    ending = _END_OF_RATE.match(text, stop, lead.end)
    stop = ending.end() if ending and said is None else stop  # 治理率达: 治理 and 率达 could be filler too
    if not is_filler(text[stop : lead.end]):
        return None
    spans = _spans(text, lead, begin, stop, stop)
    if len(spans) < 2 or (count and len(spans) != count):
        return None
    if any(not 0 < right - left <= _LONGEST_MEMBER for left, right in spans[1:]):
        return None
    if not count and said is None and not all(_RATE.search(text[left:right]) for left, right in spans):
        return None
    found = [_member(sentence, lead, at, spans) for at in range(len(spans))]
    if not any(term.code and term.refusal is None for term in found):
        return None
    return _with_places(sentence, found, spans)


def each_own(sentence: Sentence, lead: Lead, count: int) -> Group | None:
    """华川、东泰分别实现税收3亿元、2亿元: who stands before 分别 owns them; a place is a scope."""
    text, last = sentence.text, lead.hits[-1]
    match = _OWNERS.search(text, lead.floor, last.start)
    if match is None or any(hit.start < match.end() and hit.end > match.start() for hit in lead.hits):
        return None
    owners = re.split("[、和及与]", match["owners"])
    if len(owners) != count:
        return None
    term = sentence.judge.terms(text, last, last.start, sentence.end, last.end, frozenset())[-1]
    places = [sentence.judge.place(owner) for owner in owners]
    if all(places) and term.refusal is None:
        return tuple(term._replace(scope=place or "") for place in places)
    return OUTSIDE * count


def bare_head(sentence: Sentence, lead: Lead) -> Group | None:
    """规上工业产值和增加值分别: the second head shares the noun before the first."""
    last = lead.hits[-1]
    match = _SECOND_HEAD.match(sentence.text, last.end, lead.end)
    if not match or not is_filler(match["rest"]):
        return None
    terms = _terms(sentence, lead, last, lead.floor, last.end)
    second = sentence.judge.by_head(terms[-1], match["head"])
    return (*terms, second) if second else None


def _terms(sentence: Sentence, lead: Lead, hit: NameHit, floor: int, at: int) -> Group:
    return sentence.judge.terms(sentence.text, hit, floor, sentence.end, at, lead.held, lead.unit)


def _named(sentence: Sentence, lead: Lead, hit: NameHit, start: int, stop: int) -> Group:
    """Return the subjects of the member [start, stop), whose last name is `hit`."""
    rest = sentence.text[hit.end : stop]
    if hit is not lead.hits[-1] and rest.strip() and not is_name_tail(rest):
        return OUTSIDE
    return _terms(sentence, lead, hit, max(start, lead.floor), lead.end)


def _member(sentence: Sentence, lead: Lead, at: int, spans: list[_Span]) -> Term:
    text, judge = sentence.text, sentence.judge
    start, stop = spans[at]
    words = text[start:stop]
    heads = [] if _SHARED_HEAD.search(words) else [_SHARED_HEAD.search(text[a:b]) for a, b in spans[at + 1 :]]
    head = next((match.group() for match in heads if match), None)
    whole = judge.named(words + head, start, stop) if head else None
    if whole:
        return whole
    inside = [hit for hit in lead.hits if hit.start >= start and hit.end <= stop]
    if inside and is_name_tail(text[inside[-1].end : stop]):
        terms = _terms(sentence, lead, inside[-1], start, stop)
        return terms[0] if len(terms) == 1 else OUTSIDE[0]
    if head:
        return OUTSIDE[0]
    if at and _BARE.search(words):
        first = text[spans[0][0] : spans[0][1]]
        for cut in range(len(first) - 1, 1, -1):
            term = judge.named(first[:cut] + words, spans[0][0], stop)
            if term and _TAIL.fullmatch(first[cut:]):
                return term
    return OUTSIDE[0]


def _with_places(sentence: Sentence, found: list[Term], spans: list[_Span]) -> Group:
    """甲区、乙区生产总值分别: each place has its own figure of the last member's indicator."""
    last = found[-1]
    if last.scope == "self" or last.refusal:
        return tuple(found)
    places = [sentence.judge.place(sentence.text[start:stop]) for start, stop in spans[:-1]]
    own = [
        last._replace(scope=place) if term.code is None and place else term
        for term, place in zip(found, places, strict=False)
    ]
    return (*own, last)


def _begin(text: str, lead: Lead, at: int) -> int:
    """Return where the list that ends at `at` begins."""
    begin = lead.floor
    for match in _LEFT_OF_LIST.finditer(text, lead.floor, at):
        if not any(hit.start < match.start() < hit.end for hit in lead.hits):
            begin = match.end()
    return begin


def _spans(text: str, lead: Lead, begin: int, until: int, end: int) -> list[_Span]:
    """Return the members of the list [begin, end), cut at the connectives before `until` that no name holds."""
    joints = [
        match.span()
        for match in _CONNECTIVE.finditer(text, begin, until)
        if not any(hit.start <= match.start() < hit.end for hit in lead.hits)
    ]
    edges = [begin, *(stop for _, stop in joints)]
    return list(zip(edges, [*(start for start, _ in joints), end], strict=True))


def _with_the_head(group: list[Term], last: NameHit) -> list[Term]:
    """高新技术企业、科技型中小企业贷款: what makes the last another thing, a word behind it, is said of all."""
    other = group[-1].refusal == "part_of_whole" and group[-1].detail.startswith(last.meanings[0].text)
    if not other or len(group) < 2:
        return group
    return [term if term.name is None or HEAD.search(term.name.text) else OUTSIDE[0] for term in group[:-1]] + group[
        -1:
    ]


def _of_one_part(group: Group, opening: str, of_firms: frozenset[str]) -> Group:
    """农产品网络零售额、出口额: 出口额 in a list that the figure of some goods or firms opens is theirs too."""
    if len(group) < 2 or group[0].refusal is None:
        return group
    some, headed = _OF_SOME.search(opening), HEAD.search(opening)
    return tuple(
        OUTSIDE[0]
        if (some and term.code in of_firms) or (headed and term.name is not None and term.name.alone)
        else term
        for term in group
    )


def _without_bare_members(group: Group, last: NameHit, judge: Judge, each: frozenset[_Span]) -> Group:
    """Let short forms in a list take the last member's head, which may make another thing of them.

    规模以上工业和服务业增加值分别增长: where each has its own figure (`each`: the spans of such members), the form with
    the head is asked for; 民营经济和普惠小微贷款余额 and a figure of both together are none of ours. So it is with
    生猪、肉牛出栏, where 生猪 alone would be those that are kept.
    """
    kept = _OF_HERD.search(last.meanings[0].text)
    head = kept or HEAD.search(last.meanings[0].text)
    if not head or len(group) < 2:
        return group
    full: list[Term] = []
    for term in group:
        bare = term.name is not None and (term.name.alone if kept else term.name.measures)
        short = bare and term.start != last.start
        if term.name is None or not short or (_OF_HERD if kept else HEAD).search(term.name.text):
            full.append(term)
            continue
        whole = judge.named(term.name.text + head.group(), term.start, term.end)
        full.append(whole if whole and (kept or (term.start, term.end) in each) else OUTSIDE[0])
    return tuple(full)
