"""From a report's text to readings: sentences, sections, brackets, and the rows of what was understood.

What belongs here: the walk over the text. What does not: the grammar of a sentence (``grammar``), units, duplicates and
ids (``resolve.py``).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Final

from sources.document.normal import NormalText, normalise
from sources.document.sections import Section, find_sections
from sources.extraction import passes, rules, timing, years
from sources.extraction.cells import CELL, needs_head
from sources.extraction.finding import found_of
from sources.extraction.grammar import change
from sources.extraction.grammar.clause import BY_ITS_FORM, MAYBE_VALUES, read_sentence
from sources.extraction.grammar.names import Matcher, NameHit, of_bracketed_kinds
from sources.extraction.grammar.period import Clock, Cue, find_cues
from sources.extraction.grammar.quantity import Quantity, find_quantities, infer_units
from sources.extraction.grammar.reading import mark_pairs
from sources.extraction.grammar.scope import Region
from sources.extraction.grammar.subject import Judge, clause_start
from sources.extraction.grammar.words import AVERAGE
from sources.extraction.lexicon import Lexicon
from sources.extraction.meaning import Meaning, says_growth
from sources.extraction.notes import Notes
from sources.extraction.results import Found, Refused
from sources.extraction.rules import Case, Refusal, Rule, Scene, refusing
from sources.extraction.spans import Passages, Span, years_ahead
from sources.extraction.structure import read_structure
from sources.extraction.types import ReportContext
from sources.extraction.whose import give_places

#: a sentence with the marks that end it, in its group without what is left over before it
_SENTENCE: Final = re.compile(r"[-。!?\n]*+([^。!?\n]*+(?:[。!?\n]+|\Z))")
#: characters; of 126,251 sentences of real reports the longest has 663. What is told of a number is looked for in all
#: of its sentence, so a longer one is read in pieces: else reading takes the square of its length
LONGEST: Final = 2_000
_MARKS: Final = ",;、"
#: characters in quotation marks, of which a number is a name: “十百千”
_SLOGAN: Final = 10
_NUMBER_CHAR: Final = re.compile(r"[\d%零一二三四五六七八九十百千万亿X倍番成]")
#: what is no amount that more can be added to: 新增绿地30公顷,人均公园绿地13平方米
_OF_EACH: Final = ("percent", "concentration", "area_per_head", "money_per_head")
#: ,其中一、二、三产业增加值分别增长: no other years are named
_OF_THE_PARTS: Final = re.compile(r"[,、]其中[:,]?[^,;。\d]{2,24}分别(?:递增|增长|为)\Z")


class Walk:
    """Reads one report."""

    def __init__(self, text: str, context: ReportContext, lexicon: Lexicon, matcher: Matcher) -> None:
        self.view: NormalText = normalise(text)
        self.context = context
        self._lexicon = lexicon
        self._clocks: dict[int, Clock] = {}
        self.region = Region(context.region_name, context.level, context.region_code)
        self.judge = Judge(lexicon, self.region)
        self._hits = of_bracketed_kinds(
            matcher.find(self.view.normal, context.report_year), self._kinds(), lexicon.before_number
        )
        self._starts = [hit.start for hit in self._hits]
        self.meaning = Meaning(self.view.normal, self._hits, lexicon)
        sections = context.sections
        self.sections: list[Section] = (
            list(sections) if sections is not None else find_sections(text, context.report_year, self.view)
        )
        self._before = (-1, -1)
        self._has_cells = CELL in text
        self._cues: dict[int, list[Cue]] = {}
        self._sentences: dict[tuple[int, int], tuple[int, str]] = {}
        self._notes = Notes(self.view)
        #: (start, end, section) of each sentence of the normal text, in order
        self.sentences: list[tuple[int, int, Section]] = list(self._split())
        self._passages: Passages | None = None
        self.found: list[Found] = []
        self.refused: list[Refused] = []

    def _kinds(self) -> dict[int, str]:
        """Return the words of the brackets that the normal text leaves out, by their place in it."""
        text = self.view.text
        return {item.at: "".join(text[item.start : item.end].split()) for item in self.view.brackets}

    def run(self) -> None:
        """Read all sentences."""
        normal = self.view.normal
        for start, end, section in self.sentences:
            told = _NUMBER_CHAR.search(normal, start, end) is not None and self._sentence(start, end, section)
            self._before = (-1, -1) if told else (start, end)
            self._notes.close(start, end)
        self._passages = None  # it asks clocks of us: a circle, which only the collector of cycles would free

    def _split(self) -> Iterator[tuple[int, int, Section]]:
        normal = self.view.normal
        edges = [self.view.find_normal(section.char_start) for section in self.sections]
        whole = Section("unknown", "", 0, len(self.view.text))
        opened = 0
        for match in _SENTENCE.finditer(normal):
            start, end = match.span(1)
            while end > start and normal[end - 1] == "\n":
                end -= 1
            if end <= start:
                continue
            while opened < len(edges) and edges[opened] <= start:
                opened += 1
            # a heading opens its section inside a sentence where the text has no line ends
            cuts = edges[opened : bisect_left(edges, end, opened)]
            if not cuts and end - start <= LONGEST:
                yield start, end, self.sections[max(opened - 1, 0)] if self.sections else whole
                continue
            for at, (left, right) in enumerate(pairwise((start, *cuts, end)), opened - 1):
                section = self.sections[max(at, 0)] if self.sections else whole
                for piece in pieces(normal, left, right):
                    yield *piece, section

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
        self._notes.follow(start, end, section, partial(self._cues_of, start, end, section))
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
        if end - start > LONGEST:
            self.refused += [
                Refused(n, n.refusal or "table_cell", "", section.section, (start, end), "endless") for n in numbers
            ]
            return True
        if hits:
            free: list[Quantity] = []
            for number in numbers:
                if self._inside_name(number, hits):
                    self.refused.append(Refused(number, "name", "", section.section, (start, end), "inside_a_name"))
                else:
                    free.append(number)
            numbers = free
        quoted = self.view.quoted
        first = bisect_left(quoted, (start - _SLOGAN, 0))
        if first < len(quoted) and quoted[first][0] < end:
            numbers = [self._quoted(number) for number in numbers]
        if all(number.refusal not in MAYBE_VALUES for number in numbers):
            # dates and names: no word around them is asked
            self.refused += [
                Refused(n, n.refusal or "", BY_ITS_FORM, section.section, (start, end), rules.OF_SUBJECT[0].name)
                for n in numbers
            ]
            return True
        infer_units(normal, numbers)
        bracketed = self.view.bracketed
        brackets = bracketed[bisect_left(bracketed, (start, 0)) : bisect_left(bracketed, (end, 0))]
        readings = read_sentence(normal, start, end, numbers, hits, self.judge, brackets, self._topic(start))
        mark_pairs(normal, readings)
        previous: dict[str, str] = {}
        before = len(self.found)
        blocked: set[int] = set()
        give_places(normal, start, end, readings, self.region, self._lexicon)
        scene = Scene(partial(self._frame, start, section), partial(self._cues_of, start, end, section))
        for reading in readings:
            self._one(Case(normal, start, end, section.section, scene, reading, blocked, self.found), previous)
        told = self.found[before:]
        if not told:
            return True
        passes.spread_qualifier(normal, readings, told)
        self.refused += passes.told_again(normal, told)
        passes.sums_compared(told)
        self.found[before:] = told
        return True

    def _frame(self, start: int, section: Section) -> timing.Frame:
        clock, passages = self._clock(section), self.passages
        return timing.Frame(
            section.section,
            clock,
            passages.section(start) or (Span(*clock.ahead, "") if clock.ahead else None),
            passages.passage(start),
            self._notes.estimates_from,
            self._notes.base or passages.base(start),
        )

    @property
    def passages(self) -> Passages:
        """The years of the report's passages."""
        if self._passages is None:
            year = self.context.report_year
            self._passages = Passages(self.view.normal, self.sentences, self._clock, self._cues_of, year)
        return self._passages

    def _cues_of(self, start: int, end: int, section: Section) -> list[Cue]:
        """Return the cues of time of a sentence; they are asked for by its passage and by its numbers."""
        if start not in self._cues:
            review = section.section not in timing.GOALS
            self._cues[start] = find_cues(self.view.normal, start, end, self._clock(section), review)
        return self._cues[start]

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
        if number.refusal is None and number.kind in ("bare", "bare_big", "count", "other", "percent"):
            at = bisect_right(self.view.quoted, (number.start, len(self.view.normal))) - 1
            start, end = self.view.quoted[at] if at >= 0 else (0, 0)
            if start <= number.start and number.end <= end and end - start <= _SLOGAN:
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
        self.refused.append(
            Refused(case.reading.quantity, refusal.reason, refusal.detail, case.section, (case.start, case.end), told)
        )

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
        self.found.append(found_of(case))

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
            indicator = self.meaning.ratio_alone(indicator, case.decided.measure, reading)
            case.measure = self.meaning.rate_share(case.decided.measure, indicator, quantity)
        if case.measure == "change" and reading.starts_from:
            case.measure = "level"  # 并网装机由48万千瓦增加到216万千瓦: where it stood
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


def pieces(normal: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield normal[start:end] in pieces of LONGEST characters at most, each ending behind a mark.

    What has no mark for so long is no language, and stays one piece up to the next mark.
    """
    while end - start > LONGEST:
        cut = max(normal.rfind(mark, start, start + LONGEST) for mark in _MARKS) + 1
        if not cut:
            found = [at for mark in _MARKS if (at := normal.find(mark, start + LONGEST, end)) >= 0]
            cut = min(found, default=end - 1) + 1
        yield start, cut
        start = cut
    if start < end:
        yield start, end
