"""Clauses: which subject governs which number. A small explicit state machine over one sentence.

What belongs here: the order of names, numbers and connectives in a sentence: nearest name to the left, carried subject,
lists with 分别, names behind the number, 占…比重. What does not: whether a name is meant (``subject.py``), measure
(``change.py``), years (``period.py``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from sources.extraction.grammar.behind import COUNT_KINDS, behind
from sources.extraction.grammar.class_limit import is_class_limit
from sources.extraction.grammar.lists import bare_head, each_own, members, subjects
from sources.extraction.grammar.names import NameHit
from sources.extraction.grammar.qualifier import SUFFIX
from sources.extraction.grammar.quantity import Quantity
from sources.extraction.grammar.reading import Reading
from sources.extraction.grammar.sentence import Lead, sentence_of
from sources.extraction.grammar.subject import (
    COMPANY_LEVEL,
    COMPARED,
    OUTSIDE,
    Group,
    Judge,
    Term,
    clause_end,
    clause_start,
)
from sources.extraction.grammar.units import without_magnitude
from sources.extraction.grammar.words import is_filler, is_name_tail

_LIST_GAP = re.compile(r"(?:[、,]|和|及|与|以及|,?分别)+\Z")
_LIST_STARTS = tuple("、,和及与以分")
_OF_SHARE = re.compile(
    r"占(?!地(?!区)|用|据|领|道|有率|比|补)|相当于(?=[^,;]{0,20}(?:比例|比重|%|的\Z))|与(?=[^,;、]{0,16}(?:之比|的比[例值率]))"
)
_FOR = re.compile(r"对(?=[^,;]{0,24}贡献)")
_VERB = re.compile(r"[达为是至到增减升降超破完实总共累余由从]|约|近|比|同比|分别|有望|预计|力争|其中|稳定|保持|控制")
_COMPARED = re.compile(r"(?:高于|快于|低于|好于|慢于|超过|是|为|相当于|比|较)(?:同期|全[国省市区县])?(?:的)?\Z")
#: a number followed by a noun of its own can't have a carried subject: 总数达270家，1家企业上市
_OWN_NOUN = re.compile(
    r"(?:的)?(?![占居位同比较增下其均与和及或至到且并而后的以将为内降减高低列实达创超总累大左上提升扩缩跃攀调从由]|优(?!质))[一-龥]"
)
_BUILT = re.compile(r"[,、;]?(?:基本|主体)?(?:建成|竣工|交付|完工|交付使用|分配入住)")
_OWN_WORK = re.compile(r"(?:的)?(?:年度|目标|建设|改造|治理|任务|工程|收购|种植)+(?=[,;。、\n]|\Z)")
_PRAISE = re.compile(
    r"[一-龥]{0,10}(?:增强|提升|加快|向好|回升|稳定|活跃|旺盛|恢复|改善|扩大|优化|强劲|平稳|凸显|显现|迸发|释放|较快|稳健|"
    r"新台阶|新突破|新跨越|新成效|新进展|新高|增长点|向优|增效|趋稳|回稳|企稳|领先|回暖|好转|提速|丰收|壮大|兴旺|火热|加力|发力|加强|见效|有力|突出)"
)
#: （全市9.7%）: another region's figure beside our own
_OTHERS_FIGURE = re.compile(r"[,、]?(?:全国|全省|全市|全区|全州)(?:平均|为|仅|平均水平)*\Z")
#: the heading of an item of a list: 3、民生投入:全年投入66亿元
_LABEL = re.compile(
    r"(?:[\d一二三四五六七八九十]{1,2}[、.])?(?P<name>[一-龥]{3,14}):[^:;。]{0,12}?(?P<head>增加值|总产值|产值|投资|投入|支出|收入)\Z"
)
_ASIDE = re.compile(r"(?:剔除|扣除|不考虑|除去|消化|克服)[^,;。]{1,24}?(?:因素|影响|口径)(?:影响)?(?:后)?,?")


class SentenceReader:
    """Reads one sentence: text[start:end] with its numbers and names."""

    def __init__(
        self, text: str, start: int, end: int, numbers: list[Quantity], hits: list[NameHit], judge: Judge
    ) -> None:
        self._text = text
        self._start, self._end = start, end
        self._hits = hits
        self._judge = judge
        self._numbers = numbers
        self._sentence = sentence_of(text, start, end, hits, judge)
        self._current: Group | None = None
        self._history: list[Group] = []
        self._held: set[str] = set()
        self._behind_end = 0
        #: end of a number → end of its suffix, asked for several times
        self._ends: dict[int, int] = {}
        #: subjects of which one amount was told for all: 存贷款余额900亿元, and its growth is that of the sum
        self._summed: Group | None = None
        self._unit = self._told_unit = ""
        # what the whole sentence does not hold need not be looked for before each of its numbers
        sentence = text[start:end]
        self._has_aside = _ASIDE.search(sentence) is not None
        self._has_share = any(word in sentence for word in ("占", "与", "相当于"))
        self._has_label = ":" in sentence

    def read(self) -> list[Reading]:
        """Return one reading per number and subject, in order; refused numbers included."""
        readings: list[Reading] = []
        values: list[Quantity] = []
        for number in self._numbers:
            if number.refusal in (None, "masked", "unreadable"):
                if number.refusal is None and is_class_limit(self._text, number):
                    readings.append(Reading(number, None, refusal="class_limit", detail="it delimits a class"))
                    continue
                values.append(number)
            else:
                readings.append(Reading(number, None, refusal=number.refusal, detail="by its form"))
        at, floor = 0, self._start
        while at < len(values):
            run = self._run(values, at)
            self._behind_end = 0
            readings += self._read_run(run, floor, values[at + len(run)] if at + len(run) < len(values) else None)
            at += len(run)
            floor = max(self._after(run[-1]), self._behind_end)
        return sorted(readings, key=lambda reading: reading.quantity.start)

    def _after(self, number: Quantity) -> int:
        end = self._ends.get(number.end)
        if end is None:
            match = SUFFIX.match(self._text, number.end, self._end)
            self._ends[number.end] = end = match.end() if match else number.end
        return end

    def _run(self, values: list[Quantity], at: int) -> list[Quantity]:
        """Return the numbers of one kind that stand in a list from `at` on."""
        run = [values[at]]
        for following in islice(values, at + 1, None):
            gap = self._text[self._after(run[-1]) : following.start]
            if not gap.startswith(_LIST_STARTS):
                break
            mixed = following.kind != run[0].kind and not (
                gap in ("、", "和") and ("分别" in self._lead_of(values, at) or _amounts(run[0], following))
            )
            if mixed or not _LIST_GAP.match(gap) or (gap == "," and run[0].kind != "times"):
                break
            run.append(following)
        return run

    def _lead_of(self, values: list[Quantity], at: int) -> str:
        floor = self._after(values[at - 1]) if at else self._start
        return self._text[floor : values[at].start]

    def _hits_in(self, start: int, end: int) -> list[NameHit]:
        inside = [
            hit
            for hit in self._hits
            if start <= hit.start
            and hit.end <= end
            and any(not name.requires or name.mentions or name.requires & self._held for name in hit.meanings)
        ]
        if not inside:
            return inside
        if not self._has_aside:
            return inside
        asides = [match.span() for match in _ASIDE.finditer(self._text, start, end)]
        return [hit for hit in inside if not any(left <= hit.start < right for left, right in asides)]

    def _read_run(self, run: list[Quantity], floor: int, following: Quantity | None) -> list[Reading]:
        first = run[0]
        self._told_unit, self._unit = self._unit, without_magnitude(first.unit)
        lead = self._text[floor : first.start]
        ceiling = following.start if following else self._end
        hits = self._hits_in(floor, first.start)
        of_percent = lead.startswith("的") and "%" in self._text[max(self._start, floor - 3) : floor]
        if hits and of_percent and hits[0].start - floor <= 4 and not re.search("[,;]", lead):
            hits = hits[1:]  # 74%的工业增加值和40%的税收: the name belongs to the number before it
        share = [
            m
            for m in (_OF_SHARE.finditer(lead) if self._has_share else ())
            if not any(hit.start <= floor + m.start() < hit.end for hit in hits)
            and self._same_clause(floor + m.end(), first.start)
        ]
        denominators: tuple[str, ...] = ()
        shares = False
        lead_end = first.start
        if share:
            shares = True
            lead_end = floor + share[-1].start()
            behind = [hit for hit in hits if hit.start >= lead_end]
            denominators = tuple(code for hit in behind for name in hit.meanings for code in name.codes if code)
            hits = [hit for hit in hits if hit.end <= lead_end]
        else:
            contribution = _FOR.search(lead) if "贡献" in lead else None
            if contribution:
                hits = [hit for hit in hits if hit.end <= floor + contribution.start()]
        group, gap_start, carried, rule = self._subject(run, floor, lead_end, hits, shares)
        far = rule == "name_before_number" and run[-1].kind in COUNT_KINDS and self._named_far(gap_start, first.start)
        settled = (
            group is not None and not carried and rule != "unknown_words" and not (far and self._own_noun(run[-1]))
        )
        follower = None if settled else self._follower(run[-1], ceiling)
        if follower and not (carried and _is_change(lead)):
            group, carried, rule = follower, False, "name_behind_number"
            shares = shares or first.kind == "percent"
            gap_start = clause_start(self._text, floor, first.start)
        far = far and rule == "name_before_number"
        if (carried or far) and self._own_noun(run[-1]):
            group, carried, rule = None, False, "another_noun_behind"
        built = _BUILT.fullmatch(lead) and self._told_unit == self._unit
        rated = run[0].kind in ("percent", "points", "times", "ratio")
        if carried and not rated and lead and not built and not _VERB.search(lead):
            group, carried, rule = None, False, "no_verb"
        readings = self._assign(run, group, floor, gap_start, carried, rule, shares, denominators)
        if carried and group is self._summed and rated:
            readings = [replace(reading, refusal="sum_of_entries") for reading in readings]
        elif not carried:
            self._summed = group if any(reading.refusal == "sum_of_entries" for reading in readings) else None
        self._remember(group, carried, readings)
        return readings

    def _same_clause(self, at: int, number_at: int) -> bool:
        """Whether 占… at `at` still governs the number: no comma between, or 比重 and after it no other name."""
        words = self._text[at:number_at]
        comma = re.search("[,;]", words)
        if comma is None:
            return True
        own = any(hit.start >= at + comma.end() and hit.end <= number_at for hit in self._hits)
        return not own and re.search("比重|比例|占比|份额", words[: comma.start()]) is not None

    def _named_far(self, name_end: int, number_at: int) -> bool:
        """Whether more than words of its own stand between: 推进高标准农田建设，完成7万亩…; 实验室等3家学会."""
        gap = self._text[name_end:number_at]
        return gap == "等" or re.search("[,;]", gap) is not None

    def _own_noun(self, number: Quantity) -> bool:
        """Whether a noun follows the number that is not just the work told of."""
        at = self._after(number)
        work = _OWN_WORK.match(self._text, at, self._end)
        return work is None and _OWN_NOUN.match(self._text, at, self._end) is not None

    def _subject(
        self, run: list[Quantity], floor: int, lead_end: int, hits: list[NameHit], shares: bool
    ) -> tuple[Group | None, int, bool, str]:
        """Return (subjects, end of their words, whether they are carried over, rule)."""
        text = self._text
        lead = text[floor:lead_end]
        if hits:
            last = hits[-1]
            gap = text[last.end : lead_end]
            owned = each_own(self._sentence, self._words(floor, lead_end, hits), len(run)) if len(run) > 1 else None
            if owned:
                return owned, last.end, False, "name_before_number"
            pair = bare_head(self._sentence, self._words(floor, lead_end, hits))
            if pair:
                return pair, last.end, False, "name_before_number"
            if run[0].kind in ("times", "points") and _COMPARED.search(text, floor, last.start):
                return COMPARED, lead_end, False, "compared"
            if self._theirs(last, floor) or self._orphan(last, run[-1]):
                return OUTSIDE, lead_end, False, "unknown_words"
            listed: Group | None = None
            if is_name_tail(gap) or (not shares and self._loose_gap(gap)):
                listed = self.subjects(floor, hits, lead_end)
                if len(run) == 1 or len(listed) == len(run):
                    return listed, last.end, False, "name_before_number"
            each = None if shares else self._members(run, floor, lead_end, hits)
            if each:
                return each, last.end, False, "name_before_number"
            if listed:
                return listed, last.end, False, "name_before_number"
            labelled = self._labelled(floor, lead_end)
            return labelled or OUTSIDE, lead_end, False, "label" if labelled else "unknown_words"
        if _OTHERS_FIGURE.match(lead):
            return COMPARED, floor, False, "compared"
        if is_filler(_ASIDE.sub("", lead) if self._has_aside else lead):
            if len(run) > 1 and (self._current is None or len(self._current) != len(run)):
                group = self._from_history(len(run))
                if group:
                    return group, floor, True, "list_over_clauses"
            if self._current is not None:
                return self._our_own(lead) or self._current, floor, True, "carried_subject"
            return None, floor, False, "no_subject"
        each = None if shares else self._members(run, floor, lead_end, [])
        if each:
            return each, lead_end, False, "name_before_number"
        labelled = self._labelled(floor, lead_end)
        return labelled or OUTSIDE, floor, False, "label" if labelled else "unknown_words"

    def _labelled(self, floor: int, lead_end: int) -> Group | None:
        """战略性新兴产业:实现增加值900亿元: the label before a colon is the rest of the noun."""
        label = _LABEL.match(self._text, self._start, lead_end) if self._has_label else None
        if (
            label is None
            or floor > label.end()
            or not is_filler(self._text[label.end() : lead_end - len(label["head"])])
        ):
            return None
        name = label["name"]
        words = name if name.endswith(label["head"]) else name + label["head"]
        term = self._judge.named(words, label.start("name"), label.end("name"))
        return (term,) if term else None

    def _our_own(self, lead: str) -> Group | None:
        """全市生产总值增长6%，我县增长7%: what was told of the wider region is now told of our own."""
        if self._current is None or not re.match("[,;]?(?:其中)?我[省市县区旗州盟]", lead):
            return None
        if self._judge.wider(lead) or any(term.refusal not in (None, "not_self_subject") for term in self._current):
            return None
        return tuple(term._replace(refusal=None, detail="", scope="self") for term in self._current)

    def _members(self, run: list[Quantity], floor: int, lead_end: int, hits: list[NameHit]) -> Group | None:
        """Return the members of a list that holds words unknown to us; one number for all only where it is a rate."""
        if len(run) == 1 and run[0].kind not in ("percent", "points", "times"):
            return None
        count = len(run) if len(run) > 1 else 0
        return members(self._sentence, self._words(floor, lead_end, hits), count)

    def _orphan(self, hit: NameHit, number: Quantity) -> bool:
        """签约项目6个、总投资12亿元: a bare 总投资 or 人均 is only that of the thing told just before.

        In 总投资12亿元的6个项目 it belongs to what follows.
        """
        if not all(name.alone and name.requires for name in hit.meanings):
            return False
        if self._text.startswith("的", self._after(number)):
            return True
        codes = {term.code for term in self._current or () if term.code}
        return not any(name.requires & codes for name in hit.meanings)

    def _theirs(self, hit: NameHit, floor: int) -> bool:
        """软件业产值291亿元，出口5.9亿美元: a bare 出口 after another thing's figure is that thing's."""
        codes = {name.codes[0] for name in hit.meanings}
        if not (all(name.alone for name in hit.meanings) and codes & COMPANY_LEVEL and self._current):
            return False
        between = self._text[floor : hit.start]
        return all(term.refusal for term in self._current) and not re.search("其中|;|全[市省县区]", between)

    @staticmethod
    def _loose_gap(gap: str) -> bool:
        """Whether unknown words between name and number are an aside or praise, after which a verb leads on.

        在…影响下仍增长; 民间投资活力增强，增长9%.
        """
        head, comma, rest = gap.rpartition(",")
        if comma and _PRAISE.fullmatch(head) and is_filler(rest) and _VERB.search(rest):
            return True
        return bool(
            re.match(
                r"(?:在|因|受|按|剔除|扣除|可比|不含|含|较|比|经)[^,;、]{1,14}(?:下|后|因素|影响|口径|基础上|"
                r"计算)[^一-龥]?(?:仍|依然|同比|实际|比上年|较上年)?(?:增长|完成|达到?|实现|下降)\Z",
                gap,
            )
        )

    def subjects(self, floor: int, hits: list[NameHit], number_at: int) -> Group:
        """Return the subjects of a list that ends with the last name: A、B和C."""
        return subjects(self._sentence, self._words(floor, number_at, hits))

    def _words(self, floor: int, end: int, hits: list[NameHit]) -> Lead:
        return Lead(floor, end, tuple(hits), frozenset(self._held), self._unit)

    def _from_history(self, count: int) -> Group | None:
        """Return the last `count` single subjects of the sentence, for 分别 over several clauses."""
        singles = [term for group in self._history for term in group]
        return tuple(singles[-count:]) if len(singles) >= count else None

    def _follower(self, number: Quantity, ceiling: int) -> Group | None:
        """Return the subject that stands behind the number: 17796名建档立卡贫困人口."""
        start, until = self._after(number), min(ceiling, self._end)
        hit = behind(self._text, number, start, until, max(self._start, number.start - 8), self._hits, self._judge)
        if not isinstance(hit, NameHit):
            if hit:  # 46个贫困村、1.2万人: the noun is this number's, not the next one's
                self._behind_end = next(name.end for name in self._hits if name.start >= number.start)
            return hit
        self._behind_end = hit.end
        unit = without_magnitude(number.unit)
        held = frozenset(self._held)
        return self._judge.terms(self._text, hit, start, self._end, number.start, held, unit)

    def _assign(
        self,
        run: list[Quantity],
        group: Group | None,
        floor: int,
        gap_start: int,
        carried: bool,
        rule: str,
        shares: bool,
        denominators: tuple[str, ...],
    ) -> list[Reading]:
        """Tie the numbers of a run to the subjects of a group."""
        pairs: list[tuple[Quantity, Term | None, str]] = []
        count = len(group) if group else 0
        refusal: str | None = None
        if group is None:
            pairs = [(number, None, rule) for number in run]
        elif count == len(run):
            pairs = [(number, term, "list" if count > 1 else rule) for number, term in zip(run, group, strict=True)]
        elif len(run) == 1:
            if len({term.code for term in group}) == 1 and group[0].code is not None:
                pairs = [(run[0], group[-1], rule)]
            elif shares and count > 1 and not re.search("[均都各]|分别", self._text[gap_start : run[0].start]):
                # A、B占C比重达60%: of both together
                refusal = "sum_of_entries"
                pairs = [(run[0], group[-1], rule)]
            elif run[0].kind in ("percent", "points", "times") or self._each(gap_start, run[0]):
                pairs = [(run[0], term, "shared_rate") for term in group]
            elif (
                count > 1
                and group[-1].name is not None
                and group[-1].name.codes != (None,)
                and len({t.code for t in group[:-1]} - {None}) == 0
            ):
                # the words before the joint are no indicators: a list of modifiers, not of subjects
                pairs = [(run[0], group[-1], rule)]
            else:
                refusal = "sum_of_entries" if group[-1].code else None
                pairs = [(run[0], group[-1], rule)]
        elif count == 1 and rule == "name_behind_number":
            # 2832户、4929人贫困户: the name stands behind the last of them
            pairs = [(number, None, "unmatched_list") for number in run[:-1]] + [(run[-1], group[0], rule)]
        elif count == 1 and len({number.kind for number in run}) == len(run):
            # 85条、620公里: the same works told in two units; the one that fits is taken
            pairs = [(number, group[0], rule) for number in run]
        elif count == 1:
            pairs = [(run[0], group[0], rule)] + [(number, None, "unmatched_list") for number in run[1:]]
            if run[0].kind in ("percent", "points") and "分别" in self._text[floor : run[0].start]:
                pairs = [(number, None, "unmatched_list") for number in run]
        else:
            paired = list(zip(run, group, strict=False))
            pairs = (
                [(number, None, "unmatched_list") for number in run]
                if len(run) != count
                else [(n, t, "list") for n, t in paired]
            )
        readings: list[Reading] = []
        gap = self._text[gap_start : run[0].start]
        for number, term, how in pairs:
            before_start = clause_start(self._text, floor, term.start) if term and term.start >= floor else floor
            readings.append(
                Reading(
                    quantity=number,
                    term=term,
                    before=self._text[before_start : term.start] if term and floor <= term.start < number.start else "",
                    gap=gap,
                    trail=self._text[number.end : clause_end(self._text, number.end, self._end)][:16],
                    shares=shares,
                    denominators=denominators,
                    carried=carried,
                    listed=len(run) > 1,
                    last_of_list=run[-1].start,
                    refusal=refusal,
                    rule=how,
                    span_start=term.start if term and 0 <= term.start < number.start else number.start,
                )
            )
        return readings

    def _each(self, gap_start: int, number: Quantity) -> bool:
        """存贷款余额均突破5万亿元: each of them has the amount."""
        return re.match("[均都]|[^,;]{0,4}(?:分别|均)", self._text[gap_start : number.start]) is not None

    def _remember(self, group: Group | None, carried: bool, readings: list[Reading]) -> None:
        if group is None:
            return
        if not carried:
            self._current = group
            self._history.append(group)
        self._held |= {reading.term.code for reading in readings if reading.term and reading.term.code}


def _amounts(*numbers: Quantity) -> bool:
    return not any(number.kind in ("percent", "points", "times", "ratio", "bare", "bare_big") for number in numbers)


def _is_change(lead: str) -> bool:
    return bool(re.search(r"增长|下降|增加|减少|提高|降低|升|增产|减产", lead))
