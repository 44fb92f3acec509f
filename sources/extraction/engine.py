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
from sources.extraction import timing
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
from sources.extraction.lexicon import COUNTED, Indicator, Lexicon
from sources.extraction.meaning import Meaning, part_told
from sources.extraction.results import Found, Refused
from sources.extraction.structure import read_structure
from sources.extraction.told import Told
from sources.extraction.types import ReportContext
from sources.extraction.whose import give_places

_SENTENCE = re.compile(r"[^。!?\n]*(?:[。!?\n]+|\Z)")
_NUMBER_CHAR = re.compile(r"[\d%零一二三四五六七八九十百千万亿X倍番成]")
_CONVERTED = re.compile("折|约合|合|汇率")
_STRETCH = re.compile(r"(?:力争|争取|冲刺|奋力|努力|向)(?:达到|实现|完成|突破|在)?\Z")
_COMPARABLE = re.compile("可比价|可比口径|同口径|不可比因素|不变价|可比")
_REAL = re.compile("实际增长|扣除价格")
_NOMINAL = re.compile("名义增长|现价")
_WORRY = re.compile("清醒地?(?:认识|看到)|(?:面临|存在).{0,12}(?:挑战|压力|困难|不足|问题)|较大(?:压力|挑战|困难)")
#: 县城建成区扩大到12平方公里,常住人口9万人
_OF_TOWN = re.compile("(?:城区|县城|建成区|镇区)[^,;。]*(?:平方公里|面积)[^;。]*,\\Z")
#: 加快46个重点项目建设, told of the past year
_PUSHED = re.compile("(?:加快|推进|加速|推动)\\Z")
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
        self._later_estimates = False
        self._has_cells = CELL in text
        self._told = Told(self.view.normal, context.report_year)
        self._sentences: dict[tuple[int, int], tuple[int, str]] = {}
        self._notes = [
            bracket.at
            for bracket in self.view.brackets
            if _ESTIMATE_NOTE.search(self.view.text[bracket.start : bracket.end])
        ]
        self.found: list[Found] = []
        self.refused: list[Refused] = []

    def run(self) -> None:
        """Read all sentences."""
        normal = self.view.normal
        for start, end, section in self.sentences:
            if not _NUMBER_CHAR.search(normal, start, end):
                continue
            self._sentence(start, end, section)

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

    def _sentence(self, start: int, end: int, section: Section) -> None:
        normal = self.view.normal
        numbers = find_quantities(normal, start, end)
        if not numbers:
            return
        if any(start <= at <= end for at in self._notes):
            self._later_estimates = True
        hits = self.names_in(start, end)
        if section.section in ("glossary", "residue"):
            for number in numbers:
                self.refused.append(Refused(number, section.section, "", section.section, (start, end)))
            return
        if self._has_cells and needs_head(self.view.text, self.view.raw(start)):
            self.refused += [Refused(n, n.refusal or "table_cell", "", section.section, (start, end)) for n in numbers]
            return
        numbers = [self._quoted(number) for number in numbers if not self._inside_name(number, hits)]
        infer_units(normal, numbers)
        review = section.section not in timing.GOALS
        clock = self._clock(section)
        cues = find_cues(normal, start, end, clock, review)
        frame = timing.Frame(
            section.section,
            clock,
            timing.title_span(section.title, section.section, self.context.report_year) or clock.ahead,
            self._later_estimates,
            self._told.years(cues, start, section.section, clock),
        )
        readings = read_sentence(normal, start, end, numbers, hits, self.judge)
        mark_pairs(normal, readings)
        previous: dict[str, str] = {}
        before = len(self.found)
        self._blocked: set[int] = set()
        give_places(normal, start, end, readings, self.region, self._lexicon)
        within = [cue._replace(start=cue.start - start, end=cue.end - start) for cue in cues]
        for reading in readings:
            self._one(reading, frame, cues, within, start, end, previous)
        self._spread_qualifier(readings, self.found[before:])
        self._other_currency(before)

    def _clock(self, section: Section) -> Clock:
        """Return what relative words mean in a section: one of five-year goals may name their end."""
        if section.char_start not in self._clocks:
            year, ahead = self.context.report_year, None
            if section.section == "goals_span":
                ahead = timing.years_ahead(self.view.text[section.char_start : section.char_end], year)
            self._clocks[section.char_start] = Clock(year, self.context.spoken_in, ahead)
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

    def _refuse(self, reading: Reading, reason: str, detail: str, frame: timing.Frame, start: int, end: int) -> None:
        self.refused.append(Refused(reading.quantity, reason, detail, frame.section, (start, end)))

    def _one(
        self,
        reading: Reading,
        frame: timing.Frame,
        cues: list[Cue],
        within: list[Cue],
        start: int,
        end: int,
        previous: dict[str, str],
    ) -> None:
        """Read one number; `cues` count in offsets of the normal text, the same ones of `within` in the sentence's."""
        normal, quantity, term = self.view.normal, reading.quantity, reading.term
        if quantity.kind == "ratio" and quantity.refusal is None:
            shares = read_structure(normal, reading, self._lexicon, frame, within, start, end)
            self.found += shares
            if not shares:
                self._refuse(reading, "no_indicator", "a ratio", frame, start, end)
            return
        reason = quantity.refusal or reading.refusal
        if reason:
            detail = reading.detail or (term.code or "" if term else "")
            self._refuse(reading, reason, detail, frame, start, end)
            return
        if term is None or term.refusal or term.code is None:
            why = (term.refusal if term else None) or "no_indicator"
            self._refuse(reading, why, (term.detail if term else "") or reading.rule, frame, start, end)
            return
        indicator = self.meaning.of(term, reading)
        if (
            reading.carried
            and reading.rule != "list"
            and indicator.dimension in ("count", "persons", "households")
            and quantity.kind in ("count", "persons", "households")
            and not change.compatible(indicator, quantity)
        ):
            self._refuse(reading, "no_indicator", "another unit than its subject's", frame, start, end)
            return
        name = term.name if not reading.carried else None
        if reading.carried and term.start in self._blocked:
            self._refuse(reading, "no_indicator", "its subject's own figure is none of ours", frame, start, end)
            return
        indicator = self.meaning.by_number(indicator, reading)
        self.meaning.rise_of_index(indicator, quantity)
        decided = change.decide(
            quantity,
            indicator,
            name,
            reading.before,
            reading.gap,
            reading.trail,
            previous.get(indicator.code),
            reading.shares,
            self.meaning.joined(reading, start),
        )
        if decided.measure is None:
            if decided.refusal == "no_indicator":
                self._blocked.add(term.start)
            self._refuse(reading, decided.refusal or "no_indicator", decided.detail, frame, start, end)
            return
        indicator = self.meaning.of_spending(indicator, decided.measure, quantity, start)
        measure = self.meaning.rate_share(decided.measure, indicator, quantity)
        if measure == "level" and reading.shares and reading.carried and indicator.code == term.code:
            self._refuse(reading, "comparison", "a share of a rate", frame, start, end)
            return
        clause_at = clause_start(normal, start, max(quantity.start, start))
        clause = normal[clause_at : quantity.start]
        when = timing.decide(
            frame,
            within,
            normal[start:end],
            quantity.start - start,
            clause,
            clause_at - start,
            measure,
            indicator,
            reading.starts_from,
            bool(AVERAGE.search(reading.gap)),
            measure == "growth" and quantity.kind == "times",
        )
        if measure == "change" and indicator.code == "market_entities" and self.meaning.registered(reading):
            indicator, measure = self._lexicon.indicators["new_market_entities"], "level"
        if (
            measure == "growth"
            and when.first < when.last
            and indicator.nature == "flow"
            and indicator.dimension in COUNTED
            and "新增" in normal[max(start, term.start - 4) : quantity.start]
        ):
            self._refuse(reading, "no_indicator", "growth of the stock that is added to", frame, start, end)
            return
        if when.status == "target" and frame.section in timing.REVIEW and _WORRY.search(normal, start, end):
            self._refuse(reading, "no_commitment", "told among difficulties", frame, start, end)
            return
        if indicator.code == "major_projects" and frame.section in timing.REVIEW and _PUSHED.search(clause):
            self._refuse(reading, "under_way", "only pushed on", frame, start, end)
            return
        if indicator.code == "resident_population" and _OF_TOWN.search(normal, start, clause_at):
            self._refuse(reading, "part_of_whole", "the town's people", frame, start, end)
            return
        if part_told(self.found, indicator, measure, quantity, clause, start):
            self._blocked.add(term.start)
            self._refuse(reading, "part_of_whole", "其中: the total stands before it", frame, start, end)
            return
        previous[indicator.code] = measure
        lead = normal[max(start, quantity.start - 14) : quantity.start]
        within_year = _within_the_year(cues, quantity.start)
        found = Found(
            quantity=quantity,
            indicator=indicator,
            measure=measure,
            negative=decided.negative,
            qualifier=qualifier.of_number(lead, normal[quantity.end : quantity.end + 8], quantity.qualifier),
            timing=when,
            scope=term.scope,
            section=frame.section,
            rule=f"{reading.rule}:{decided.rule}",
            tier="stretch"
            if reading.carried
            and _STRETCH.search(lead)
            and "、" in reading.gap[:1] + lead
            and frame.section in timing.GOALS
            else "base",
            basis=_basis(reading.gap, indicator),
            commitment=qualifier.commitment(normal[clause_at : quantity.start]) if when.status == "target" else None,
            span_start=min(reading.span_start, quantity.start),
            sentence=(start, end),
            flags=[*quantity.flags, *term.flags, *decided.flags, *(["part_of_year"] if within_year else [])],
            name=term.name,
            step=qualifier.step(normal[quantity.end : quantity.end + 8]),
            sub_annual=within_year,
        )
        if reading.listed and quantity is not None and found.qualifier == "exact":
            self._list_qualifier(found, reading)
        self.found.append(found)

    def _spread_qualifier(self, readings: list[Reading], found: list[Found]) -> None:
        """分别增长8.5%、10%以上: the qualifier behind the last number of such a list covers all, with a flag."""
        if not found:
            return
        by_number = {item.quantity.start: item for item in found}
        for reading in readings:
            last = by_number.get(reading.last_of_list)
            mine = by_number.get(reading.quantity.start)
            if not reading.listed or last is None or mine is None or last is mine or "分别" not in reading.gap:
                continue
            if mine.qualifier == "exact" and last.qualifier != "exact":
                mine.qualifier = last.qualifier
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
                    Refused(item.quantity, "other_currency", item.indicator.code, item.section, item.sentence)
                )
            else:
                kept.append(item)
        self.found = kept

    @staticmethod
    def _list_qualifier(found: Found, reading: Reading) -> None:
        """分别超过A和B: a qualifier before the first number of a list covers all; the one behind the last may."""
        if re.search(r"(?:超过?|突破|不低于|不少于|达到?近|约|近|控制在)\Z", reading.gap):
            found.qualifier = qualifier.of_number(reading.gap, "", None)


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
