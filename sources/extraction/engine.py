"""From a report's text to readings: sentences, sections, brackets, and the rows of what was understood.

What belongs here: the walk over the text. What does not: the grammar of a sentence (``grammar``), units, duplicates and
ids (``resolve.py``).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from itertools import islice

from sources.document.normal import NormalText, normalise
from sources.document.sections import Section, find_sections
from sources.extraction import rules, timing, years
from sources.extraction.cells import CELL, needs_head
from sources.extraction.grammar import change, qualifier
from sources.extraction.grammar.clause import read_sentence
from sources.extraction.grammar.names import Matcher, NameHit
from sources.extraction.grammar.period import Clock, Cue, find_cues
from sources.extraction.grammar.quantity import Quantity, find_quantities
from sources.extraction.grammar.reading import Reading, mark_pairs
from sources.extraction.grammar.scope import Region
from sources.extraction.grammar.subject import Judge, clause_start
from sources.extraction.grammar.words import AVERAGE
from sources.extraction.lexicon import Indicator, Lexicon
from sources.extraction.meaning import Meaning, says_growth
from sources.extraction.results import Found, Refused
from sources.extraction.rules import Case, Refusal, Rule, refusing
from sources.extraction.spans import Passages, Span, years_ahead
from sources.extraction.structure import read_structure
from sources.extraction.types import ReportContext
from sources.extraction.whose import give_places

_SENTENCE = re.compile(r"[^。!?\n]*(?:[。!?\n]+|\Z)")
_NUMBER_CHAR = re.compile(r"[\d%零一二三四五六七八九十百千万亿X倍番成]")
#: what is no amount that more can be added to: 新增绿地30公顷,人均公园绿地13平方米
_OF_EACH = ("percent", "concentration", "area_per_head", "money_per_head")
_CONVERTED = re.compile("折|约合|合|汇率")
#: ,其中一、二、三产业增加值分别增长: no other years are named
_OF_THE_PARTS = re.compile(r"[,、]其中[:,]?[^,;。\d]{2,24}分别(?:递增|增长|为)\Z")
_STRETCH = re.compile(
    r"(?:力争|争取|冲刺|奋力|努力|向|奋斗|挑战|期望|目标)(?:达到|实现|完成|突破|在|增长|增加|增速)?(?:达到)?\Z"
)
_COMPARABLE = re.compile("可比价|可比口径|同口径|不可比因素|不变价|可比")
_REAL = re.compile("实际增长|扣除价格")
_NOMINAL = re.compile("名义增长|现价")
#: a bracket that says something of the figures after it: (预计), (快报数,下同), (下同)
_NOTE = re.compile(r"预计|有望|下同")
_ESTIMATE_NOTE = re.compile(r"(?:预计|预测|快报|初步).{0,4}下同")


class Walk:
    """Reads one report."""

    def __init__(self, text: str, context: ReportContext, lexicon: Lexicon, matcher: Matcher) -> None:
        self.view: NormalText = normalise(text)
        self.context = context
        self._lexicon = lexicon
        self._clocks: dict[int, Clock] = {}
        self.region = Region(context.region_name, context.level, context.region_code)
        self.judge = Judge(lexicon, self.region)
        self._hits = matcher.find(self.view.normal, context.report_year)
        self._starts = [hit.start for hit in self._hits]
        self.meaning = Meaning(self.view.normal, self._hits, lexicon)
        sections = context.sections
        self.sections: list[Section] = (
            list(sections) if sections is not None else find_sections(text, context.report_year, self.view)
        )
        self._estimates_from: int | None = None
        self._base_held: Span | None = None
        self._held_since = -1
        self._before = (-1, -1)
        self._estimating = False
        self._has_cells = CELL in text
        self._cues: dict[int, list[Cue]] = {}
        self._sentences: dict[tuple[int, int], tuple[int, str]] = {}
        self._notes = [
            (bracket.at, self.view.text[bracket.start : bracket.end])
            for bracket in self.view.brackets
            if _NOTE.search(self.view.text, bracket.start, bracket.end)
        ]
        self.found: list[Found] = []
        self.refused: list[Refused] = []

    def run(self) -> None:
        """Read all sentences."""
        normal = self.view.normal
        for start, end, section in self.sentences:
            told = _NUMBER_CHAR.search(normal, start, end) is not None and self._sentence(start, end, section)
            self._before = (-1, -1) if told else (start, end)
            # a line that ends in a semicolon goes on with the next: 预计 holds to the full stop
            goes_on = normal[end - 1] in ";,"
            said = goes_on and (self._estimating or timing.ESTIMATE.search(normal, start, end) is not None)
            self._estimating = said

    @cached_property
    def sentences(self) -> list[tuple[int, int, Section]]:
        """(start, end, section) of each sentence of the normal text, in order."""
        return list(self._split())

    def _split(self) -> Iterator[tuple[int, int, Section]]:
        normal = self.view.normal
        edges = [self.view.find_normal(section.char_start) for section in self.sections]
        for match in _SENTENCE.finditer(normal):
            start, end = match.span()
            while start < end and normal[start] in "\n-。!?":
                start += 1
            while end > start and normal[end - 1] in "\n":
                end -= 1
            if end <= start:
                continue
            # a heading opens its section inside a sentence where the text has no line ends
            opened = bisect_right(edges, start)
            cuts = edges[opened : bisect_left(edges, end)]
            for left, right in zip([start, *cuts], [*cuts, end], strict=True) if cuts else ((start, end),):
                at = max((bisect_right(edges, left) if cuts else opened) - 1, 0)
                section = self.sections[at] if self.sections else Section("unknown", "", 0, len(self.view.text))
                yield left, right, section

    def sentence(self, span: tuple[int, int]) -> tuple[int, str]:
        """Return where a sentence starts in the text, and its words: one string for all the rows that quote it."""
        told = self._sentences.get(span)
        if told is None:
            start, end = self.view.raw_span(*span)
            self._sentences[span] = told = (start, self.view.text[start:end])
        return told

    def names_in(self, start: int, end: int) -> list[NameHit]:
        """Return the names inside [start, end) of the normal text."""
        at = bisect_right(self._starts, start - 1)
        hits: list[NameHit] = []
        while at < len(self._hits) and self._hits[at].start < end:
            if self._hits[at].end <= end:
                hits.append(self._hits[at])
            at += 1
        return hits

    def _sentence(self, start: int, end: int, section: Section) -> bool:
        """Read the numbers of a sentence; tell whether it holds one."""
        normal = self.view.normal
        numbers = find_quantities(normal, start, end)
        if not numbers:
            return False
        self._read_notes(start, end, section)
        hits = self.names_in(start, end)
        if section.section in ("glossary", "residue"):
            for number in numbers:
                self.refused.append(
                    Refused(number, section.section, "", section.section, (start, end), section.section)
                )
            return True
        if self._has_cells and needs_head(self.view.text, self.view.raw(start)):
            self.refused += [
                Refused(n, n.refusal or "table_cell", "", section.section, (start, end), "needs_head") for n in numbers
            ]
            return True
        free: list[Quantity] = []
        for number in numbers:
            if self._inside_name(number, hits):
                self.refused.append(Refused(number, "name", "", section.section, (start, end), "inside_a_name"))
            else:
                free.append(self._quoted(number))
        numbers = free
        infer_units(normal, numbers)
        clock = self._clock(section)
        cues = self._cues_of(start, end, section)
        frame = timing.Frame(
            section.section,
            clock,
            self.passages.section(start) or (Span(*clock.ahead, "") if clock.ahead else None),
            self.passages.passage(start),
            self._estimates_from,
            self._base_held,
        )
        bracketed = self.view.bracketed
        brackets = bracketed[bisect_left(bracketed, (start, 0)) : bisect_left(bracketed, (end, 0))]
        readings = read_sentence(normal, start, end, numbers, hits, self.judge, brackets, self._topic(start))
        mark_pairs(normal, readings)
        previous: dict[str, str] = {}
        before = len(self.found)
        blocked: set[int] = set()
        give_places(normal, start, end, readings, self.region, self._lexicon)
        for reading in readings:
            self._one(Case(normal, start, end, frame, cues, reading, blocked, self.found), previous)
        self._spread_qualifier(readings, self.found[before:])
        self._other_currency(before)
        self._sums_compared(before)
        return True

    @cached_property
    def passages(self) -> Passages:
        """The years of the report's passages."""
        year = self.context.report_year
        return Passages(self.view.normal, self.sentences, self._clock, self._cues_of, year)

    def _cues_of(self, start: int, end: int, section: Section) -> list[Cue]:
        """Return the cues of time of a sentence; they are asked for by its passage and by its numbers."""
        if start not in self._cues:
            review = section.section not in timing.GOALS
            self._cues[start] = find_cues(self.view.normal, start, end, self._clock(section), review)
        return self._cues[start]

    def _read_notes(self, start: int, end: int, section: Section) -> None:
        """Keep what a bracket says of the figures after it: to the end of the sentence, or with 下同 of the section."""
        if section.char_start != self._held_since:
            self._held_since, self._estimates_from, self._base_held = section.char_start, None, None
        elif self._estimates_from is not None and self._estimates_from >= 0:
            self._estimates_from = None
        if self._estimating and self._estimates_from is None:
            self._estimates_from = start
        for at, words in self._notes:
            if not start <= at <= end:
                continue
            said = words + self.view.normal[max(start, at - 4) : at] if "下同" in words else words
            if _ESTIMATE_NOTE.search(words) or ("下同" in words and said.endswith(("预计", "预测"))):
                self._estimates_from = -1
            elif "下同" not in words and self._estimates_from is None:
                self._estimates_from = at
            elif "下同" in words:
                bases = [cue for cue in self._cues_of(start, end, section) if cue.role == "base" and cue.end <= at]
                if bases and bases[-1].kind in ("year", "plan"):
                    base = bases[-1]
                    self._base_held = Span(base.last, base.last, self.view.normal[base.start : at] + "(下同)")

    def _topic(self, start: int) -> NameHit | None:
        """Return the thing named last in the sentence before, of the same paragraph, where that tells no number."""
        left, right = self._before
        between = self.view.normal[right:start]
        if not 0 <= left < right <= start or "\n" in between:
            return None
        names = self.names_in(left, right)
        return names[-1] if names else None

    def _clock(self, section: Section) -> Clock:
        """Return what relative words mean in a section: one of five-year goals may name their end."""
        if section.char_start not in self._clocks:
            year, ahead = self.context.report_year, None
            if section.section == "goals_span":
                ahead = years_ahead(self.view.text[section.char_start : section.char_end], year)
            self._clocks[section.char_start] = Clock(
                year, self.context.spoken_in, ahead, self.context.meeting_date is not None
            )
        return self._clocks[section.char_start]

    def _quoted(self, number: Quantity) -> Quantity:
        if (
            self.view.quoted
            and number.refusal is None
            and number.kind in ("bare", "bare_big", "count", "other", "percent")
        ):
            at = bisect_right(self.view.quoted, (number.start, len(self.view.normal))) - 1
            start, end = self.view.quoted[at] if at >= 0 else (0, 0)
            if start <= number.start and number.end <= end and end - start <= 10:
                number.refusal = "name"
        return number

    @staticmethod
    def _inside_name(number: Quantity, hits: list[NameHit]) -> bool:
        start, end = number.start, number.end
        for hit in hits:
            if hit.start > start:
                return False
            if end <= hit.end:
                return True
        return False

    def _refuse(self, case: Case, rule: str, refusal: Refusal) -> None:
        told = f"{case.reading.rule}:{rule}" if case.reading.rule else rule
        self.refused.append(Refused(case.reading.quantity, *refusal, case.frame.section, (case.start, case.end), told))

    def _refused(self, case: Case, stage: tuple[Rule, ...], previous: dict[str, str]) -> bool:
        """Ask the rules of a stage; keep the refusal of the first that refuses."""
        told = refusing(stage, case)
        if told is None:
            return False
        rule, refusal = told
        if refusal.reason == "comparison" and stage is rules.OF_MEASURE and says_growth(case.reading.gap):
            # 增长高于全省1.2个百分点,达到5.2%: what follows goes on with the growth
            previous.setdefault(case.thing.code, "growth")
        if rule.blocks(refusal) and case.reading.term is not None:
            case.blocked.add(case.reading.term.start)
        self._refuse(case, rule.name, refusal)
        return True

    def _one(self, case: Case, previous: dict[str, str]) -> None:
        """Read one number, stage by stage: subject, indicator, measure, years."""
        reading, quantity = case.reading, case.reading.quantity
        if quantity.kind == "ratio" and quantity.refusal is None:
            shares = read_structure(case.normal, reading, self._lexicon, case.frame, case.cues, case.start, case.end)
            self.found += shares
            if not shares:
                self._refuse(case, "no_structure", Refusal("no_indicator", "a ratio"))
            return
        if self._refused(case, rules.OF_SUBJECT, previous):
            return
        case.indicator = self.meaning.of(reading)
        if self._refused(case, rules.OF_INDICATOR, previous):
            return
        self._measure(case, previous)
        if self._refused(case, rules.OF_MEASURE, previous):
            return
        self._date(case)
        if self._refused(case, rules.OF_TIME, previous):
            return
        previous[case.thing.code] = case.measure
        self.found.append(self._found(case))

    def _measure(self, case: Case, previous: dict[str, str]) -> None:
        """Find what the number measures; its unit may make another indicator of the one named."""
        reading, quantity, term = case.reading, case.reading.quantity, case.reading.term
        assert term is not None
        indicator = self.meaning.by_number(case.thing, reading)
        self.meaning.rise_of_index(indicator, quantity)
        case.decided = change.decide(
            quantity,
            indicator,
            None if reading.carried else term.name,
            reading.before,
            reading.gap,
            reading.trail,
            previous.get(indicator.code),
            reading.shares,
            self.meaning.joined(reading, case.start) if indicator.dimension not in _OF_EACH else None,
        )
        if case.decided.measure is not None:
            indicator = self.meaning.of_spending(indicator, case.decided.measure, quantity, case.start)
            case.measure = self.meaning.rate_share(case.decided.measure, indicator, quantity)
        if case.measure == "growth" and self._goes_on_with_the_average(case):
            case.measure = "avg_growth"
        case.indicator = indicator

    def _goes_on_with_the_average(self, case: Case) -> bool:
        """年均增长9%,其中一二三产分别增长3%、12%和8%: the parts' rates are averages as the whole's."""
        last, term = self.found[-1] if self.found else None, case.reading.term
        if last is None or last.measure != "avg_growth" or last.sentence[0] != case.start or term is None:
            return False
        end = last.quantity.end
        if case.normal[end : case.reading.quantity.start] in ("、", "和", "与", "及"):
            return case.reading.listed
        return _OF_THE_PARTS.match(case.normal, end, case.reading.quantity.start) is not None

    def _date(self, case: Case) -> None:
        """Find status and years."""
        reading, quantity = case.reading, case.reading.quantity
        case.clause_at = clause_start(case.normal, case.start, max(quantity.start, case.start))
        case.when = years.decide(
            timing.Asked(
                case.normal,
                case.start,
                case.end,
                quantity.start,
                case.clause_at,
                case.cues,
                case.frame,
                case.measure,
                case.thing,
                reading.starts_from,
                bool(AVERAGE.search(reading.gap)),
                case.measure == "growth" and quantity.kind == "times",
            )
        )
        added = case.thing.traits.added_as
        if case.measure == "change" and added and self.meaning.registered(reading):
            case.indicator, case.measure = self._lexicon.indicators[added], "level"
        elif added and reading.carried and case.measure == "growth" and self._just_told(added, case):
            case.indicator = self._lexicon.indicators[added]  # 新登记56万户、增长26%

    def _just_told(self, code: str, case: Case) -> bool:
        """Whether the sentence's last observation is of that indicator."""
        last = self.found[-1] if self.found and not self.meaning.of_stock(case.reading) else None
        return last is not None and last.indicator.code == code and last.sentence[0] == case.start

    def _found(self, case: Case) -> Found:
        normal, reading, quantity, term, when = (
            case.normal,
            case.reading,
            case.reading.quantity,
            case.reading.term,
            case.when,
        )
        assert term is not None and when is not None
        lead = normal[max(case.start, quantity.start - 14) : quantity.start]
        trail = normal[quantity.end : quantity.end + 8]
        within_year = _within_the_year(case.cues, quantity.start)
        found = Found(
            quantity=quantity,
            indicator=case.thing,
            measure=case.measure,
            negative=case.decided.negative and quantity.value > 0,  # 降幅收窄到-1.4% says it twice
            qualifier=qualifier.of_number(lead, trail, quantity.qualifier),
            timing=when,
            scope=term.scope,
            section=case.frame.section,
            rule=f"{reading.rule}:{case.decided.rule}:{when.rule}",
            tier=_tier(case, lead),
            basis=_basis(reading.gap, case.thing),
            commitment=qualifier.commitment(case.clause) if when.status == "target" else None,
            span_start=min(reading.span_start, quantity.start),
            sentence=(case.start, case.end),
            flags=[*quantity.flags, *term.flags, *case.decided.flags, *(["part_of_year"] if within_year else [])],
            name=term.name,
            step=qualifier.step(trail),
            sub_annual=within_year,
        )
        if reading.listed and found.qualifier == "exact":
            self._list_qualifier(found, reading)
        return found

    def _spread_qualifier(self, readings: list[Reading], found: list[Found]) -> None:
        """分别增长8.5%、10%以上: the qualifier behind the last number of such a list covers all, with a flag."""
        by_number = {item.quantity.start: item for item in found}
        ends = {reading.quantity.start: reading.quantity for reading in readings} if found else {}
        for reading in readings:
            last, mine = ends.get(reading.last_of_list), by_number.get(reading.quantity.start)
            if not reading.listed or last is None or mine is None or last is mine.quantity or "分别" not in reading.gap:
                continue
            told = qualifier.of_number("", self.view.normal[last.end : last.end + 8], last.qualifier)
            if mine.qualifier == "exact" and told != "exact":
                mine.qualifier = told
                mine.flags.append("qualifier_scope_ambiguous")

    def _other_currency(self, since: int) -> None:
        """Drop the same amount told again in another currency: 6.31万元，约7600美元."""
        if not any(item.quantity.kind in ("usd", "currency") for item in islice(self.found, since, None)):
            return
        told = {
            (item.indicator.code, item.measure): item.quantity.canonical
            for item in self.found[since:]
            if item.quantity.kind == "money"
        }
        kept = self.found[:since]
        for item in self.found[since:]:
            own = told.get((item.indicator.code, item.measure)) if item.quantity.kind in ("usd", "currency") else None
            lead_at = max(item.sentence[0], item.quantity.start - 12)
            # 31000亿元、突破5000亿美元: a dollar has cost six to nine yuan since 1994
            same = own is not None and item.quantity.kind == "usd" and 5 <= own / (item.quantity.canonical or 1) <= 9
            if own is not None and (same or _CONVERTED.search(self.view.normal, lead_at, item.quantity.start)):
                self.refused.append(
                    Refused(
                        item.quantity, "other_currency", item.indicator.code, item.section, item.sentence, "told_again"
                    )
                )
            else:
                kept.append(item)
        self.found = kept

    def _sums_compared(self, since: int) -> None:
        """出口6.1亿美元,比“九五”时期增长3.1倍: what is held against the sum of a plan's years is such a sum itself."""
        risen = {
            (item.indicator.code, item.scope): item.timing
            for item in self.found[since:]
            if item.measure == "growth" and item.timing.rule == "against_a_plan"
        }
        for item in self.found[since:] if risen else ():
            span = risen.get((item.indicator.code, item.scope))
            if span and item.measure == "level" and item.indicator.nature == "flow" and item.timing.last == span.last:
                item.timing = item.timing._replace(first=span.first, rule="held_against_a_plan")

    @staticmethod
    def _list_qualifier(found: Found, reading: Reading) -> None:
        """分别超过A和B: a qualifier before the first number of a list covers all; the one behind the last may."""
        if re.search(r"(?:超过?|突破|不低于|不少于|达到?近|约|近|控制在)\Z", reading.gap):
            found.qualifier = qualifier.of_number(reading.gap, "", None)


def _tier(case: Case, lead: str) -> str:
    """8%以上、力争9%: the second tier of a goal."""
    reading, last = case.reading, case.found[-1] if case.found else None
    if not (reading.carried and case.frame.section in timing.GOALS and _STRETCH.search(lead)):
        return "base"
    told = (last.sentence[0], last.indicator, last.measure) if last else None
    same = told == (case.start, case.indicator, case.measure)
    return "stretch" if same or "、" in reading.gap[:1] + lead else "base"


def _within_the_year(cues: list[Cue], at: int) -> bool:
    """Whether the last cue of time before the number names a part of a year."""
    before = [cue for cue in cues if cue.start < at and cue.role in ("sub", "plain")]
    return bool(before) and max(before, key=lambda cue: cue.start).role == "sub"


def _basis(gap: str, indicator: Indicator) -> str:
    """Return the basis named; growth of output is always told at comparable prices, so naming them adds nothing."""
    if _COMPARABLE.search(gap):
        return "headline" if indicator.category == "national_accounts" else "comparable"
    if _REAL.search(gap):
        return "real"
    return "nominal" if _NOMINAL.search(gap) else "headline"


def infer_units(text: str, numbers: list[Quantity]) -> None:
    """增长10.3。城镇登记失业率为1.44。: a lost % is put back, with a flag, only after a word of growth or rate."""
    listed_after = -1
    for number in numbers:
        if number.kind != "bare" or number.refusal or number.flags:
            continue
        left, right = text[max(0, number.start - 8) : number.start], text[number.end : number.end + 1]
        has_fraction = "." in text[number.start : number.end]
        told = re.search(r"(?:增长|下降|增速|率为|率达到?|率)\Z", left) or number.start == listed_after + 1
        if has_fraction and told and (not right or right in ",;。、和\n"):
            number.unit, number.kind, number.factor = "%", "percent", Decimal(1)
            number.flags = ("unit_inferred",)
            listed_after = number.end if right in ("、", "和") else -1
