"""Rules that refuse a number which has a subject by its place: each with name, question, and examples beside it.

What belongs here: the type of a rule, and the list in the order in which rules are asked, by stage: what is known when
a rule is asked grows from stage to stage. What does not: whose number it is (``grammar``), what it measures
(``grammar/change.py``), its years (``years.py``).

The first rule that refuses decides; its name stands in the rejection's `rule`. The examples are its tests
(``tests/unit/extraction/test_rules.py``); docs/rules.md is made of it (``rulebook.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from sources.extraction import timing
from sources.extraction.grammar.change import Change, compatible
from sources.extraction.grammar.period import Cue
from sources.extraction.grammar.reading import Reading
from sources.extraction.lexicon import COUNTED, Indicator
from sources.extraction.results import Found

_WORRY: Final = re.compile(
    "清醒地?(?:认识|看到)|(?:面临|存在).{0,12}(?:挑战|压力|困难|不足|问题)|较大(?:压力|挑战|困难)"
)
#: 县城建成区扩大到12平方公里,常住人口9万人
_OF_TOWN: Final = re.compile("(?:城区|县城|建成区|镇区)[^,;。]*(?:平方公里|面积)[^;。]*,\\Z")
#: 加快46个重点项目建设, told of the past year
_PUSHED: Final = re.compile("(?:加快|推进|加速|推动)\\Z")
#: 下达任务9万人, 预期目标为6%; 完成任务9万人 is done
_TASK: Final = re.compile(r"(?:任务|目标|指标)(?:数|值)?(?:是|为|:)?(?:约|近)?\Z|目标(?:是|为|:)[^,;。]*\Z")
_DONE: Final = re.compile("完成|实现|超额|达到")
#: 四年累计引进33亿元,其中2006年到位12亿元: no part of the thing, but its figure of that year
_OF_ONE_YEAR: Final = re.compile(r"其中[:,]?(?:(?:19|20)\d\d年|去年|上年|今年)")
_DRIVEN: Final = re.compile(r"(?:带动|拉动|撬动|引致)[^,;。]{0,8}\Z")
_REACHED: Final = re.compile(r"^(?:实现|已)?达到?\Z")
#: what subject and number share where both count things
_THINGS: Final = ("count", "persons", "households")


_UNDECIDED: Final = Change(None)


class Scene:
    """In what one sentence is told, read when a rule first asks: most numbers are refused before."""

    def __init__(self, frame: Callable[[], timing.Frame], cues: Callable[[], list[Cue]]) -> None:
        self._read_frame, self._read_cues = frame, cues
        self._frame: timing.Frame | None = None
        self._cues: list[Cue] | None = None

    @property
    def frame(self) -> timing.Frame:
        if self._frame is None:
            self._frame = self._read_frame()
        return self._frame

    @property
    def cues(self) -> list[Cue]:
        if self._cues is None:
            self._cues = self._read_cues()
        return self._cues


class Case:
    """One number on its way through the rules, in offsets of the normal text.

    [start, end) is its sentence, of the section `section`. `indicator` is known from the second stage on, `decided` and
    `measure` from the third, `clause_at` and `when` in the last. `blocked` are the starts of names whose own
    figure was none of ours, `found` is what the report has yielded.
    """

    def __init__(
        self,
        normal: str,
        start: int,
        end: int,
        section: str,
        scene: Scene,
        reading: Reading,
        blocked: set[int],
        found: list[Found],
        indicator: Indicator | None = None,
        decided: Change = _UNDECIDED,
        measure: str = "",
        clause_at: int = 0,
        when: timing.Timing | None = None,
    ) -> None:
        self.normal = normal
        self.start = start
        self.end = end
        self.section = section
        self.scene = scene
        self.reading = reading
        self.blocked = blocked
        self.found = found
        self.indicator = indicator
        self.decided = decided
        self.measure = measure
        self.clause_at = clause_at
        self.when = when

    @property
    def frame(self) -> timing.Frame:
        return self.scene.frame

    @property
    def cues(self) -> list[Cue]:
        return self.scene.cues

    @property
    def thing(self) -> Indicator:
        """The indicator, where a stage has found it."""
        assert self.indicator is not None
        return self.indicator

    @property
    def clause(self) -> str:
        """The words from the start of the number's clause to the number."""
        return self.normal[self.clause_at : self.reading.quantity.start]

    @property
    def looks_back(self) -> bool:
        return self.section in timing.REVIEW


class Refusal:
    """Why a number is no observation: a word of tables.REJECTION_REASONS, and what was seen."""

    def __init__(
        self,
        reason: str,
        detail: str = "",
    ) -> None:
        self.reason = reason
        self.detail = detail


class Example(NamedTuple):
    """A sentence of our own in which the rule refuses the number `surface`."""

    section: str
    text: str
    surface: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One question about a number. `blocks`: what follows without a subject of its own is refused with it."""

    name: str
    asks: str
    ask: Callable[[Case], Refusal | None]
    examples: tuple[Example, ...]
    blocks: Callable[[Refusal], bool] = lambda refusal: False


def _by_its_form(case: Case) -> Refusal | None:
    reading = case.reading
    reason = reading.quantity.refusal or reading.refusal
    if not reason:
        return None
    return Refusal(reason, reading.detail or (reading.term.code or "" if reading.term else ""))


def _no_subject(case: Case) -> Refusal | None:
    term = case.reading.term
    if term is not None and term.code is not None and not term.refusal:
        return None
    why = (term.refusal if term else None) or "no_indicator"
    return Refusal(why, (term.detail if term else "") or case.reading.rule)


def _another_unit(case: Case) -> Refusal | None:
    reading, thing = case.reading, case.thing
    counts = thing.dimension in _THINGS and reading.quantity.kind in _THINGS
    if reading.carried and reading.rule != "list" and counts and not compatible(thing, reading.quantity):
        return Refusal("no_indicator", "another unit than its subject's")
    return None


def _of_a_refused_subject(case: Case) -> Refusal | None:
    reading = case.reading
    if reading.carried and reading.term is not None and reading.term.start in case.blocked:
        return Refusal("no_indicator", "its subject's own figure is none of ours")
    return None


def _no_measure(case: Case) -> Refusal | None:
    decided = case.decided
    return None if decided.measure else Refusal(decided.refusal or "no_indicator", decided.detail)


def _share_of_a_rate(case: Case) -> Refusal | None:
    reading, term = case.reading, case.reading.term
    same = term is not None and case.thing.code == term.code
    if case.measure == "level" and reading.shares and reading.carried and same:
        return Refusal("comparison", "a share of a rate")
    return None


def _only_driven(case: Case) -> Refusal | None:
    term, counted = case.reading.term, case.thing.dimension in COUNTED
    if case.measure != "level" or counted or term is None or term.start < case.start:
        return None
    driven = _DRIVEN.search(case.normal, case.start, term.start)
    return Refusal("part_of_whole", f"{driven.group()}: what one thing brings about") if driven else None


def _growth_of_added_stock(case: Case) -> Refusal | None:
    term, when, thing = case.reading.term, case.when, case.thing
    if (
        case.measure == "growth"
        and when is not None
        and when.first < when.last
        and thing.nature == "flow"
        and thing.dimension in COUNTED
        and term is not None
        and "新增" in case.normal[max(case.start, term.start - 4) : case.reading.quantity.start]
    ):
        return Refusal("no_indicator", "growth of the stock that is added to")
    return None


def _among_difficulties(case: Case) -> Refusal | None:
    target = case.when is not None and case.when.status == "target"
    if target and case.looks_back and _WORRY.search(case.normal, case.start, case.end):
        return Refusal("no_commitment", "told among difficulties")
    return None


def _goal_beside_result(case: Case) -> Refusal | None:
    lead, ahead = case.clause, case.when is not None and case.when.status == "target"
    if case.looks_back and not ahead and _TASK.search(lead) and not _DONE.search(lead):
        return Refusal("comparison", "a goal or task told beside its result")
    return None


def _second_amount(case: Case) -> Refusal | None:
    quantity = case.reading.quantity
    reached = case.reading.carried and _REACHED.search(case.clause)
    if case.measure != "level" or not reached or case.when is None or quantity.kind != "money":
        return None
    told = any(
        item.sentence[0] == case.start
        and item.indicator is case.indicator
        and item.measure == "level"
        and (item.timing.first, item.timing.last, item.timing.status) == case.when[1:3] + case.when[:1]
        and item.qualifier == "exact"
        and item.quantity.kind == quantity.kind
        and item.quantity.canonical > quantity.canonical
        for item in case.found
    )
    return Refusal("no_indicator", "a smaller amount after the thing's own") if told else None


def _only_pushed_on(case: Case) -> Refusal | None:
    if case.thing.traits.pushed_only and case.looks_back and _PUSHED.search(case.clause):
        return Refusal("under_way", "only pushed on")
    return None


def _of_the_town(case: Case) -> Refusal | None:
    if case.thing.traits.of_town and _OF_TOWN.search(case.normal, case.start, case.clause_at):
        return Refusal("part_of_whole", "the town's people")
    return None


def _part_after_its_total(case: Case) -> Refusal | None:
    clause, quantity = case.clause, case.reading.quantity
    opened = clause.startswith(("其中", "、其中")) or "、其中" in clause
    if not opened or _OF_ONE_YEAR.search(clause) or quantity.kind in ("percent", "points", "times"):
        return None
    told = any(
        item.sentence[0] == case.start
        and item.indicator is case.indicator
        and item.measure == case.measure
        and item.scope == "self"
        and item.quantity.canonical > quantity.canonical
        for item in case.found
    )
    return Refusal("part_of_whole", "其中: the total stands before it") if told else None


#: what is asked before it is known which indicator is meant
OF_SUBJECT: Final = (
    Rule(
        "by_its_form",
        "Is it a date, a rank, an ordinal, a name, a masked or unreadable figure, a sum over entries, by its own form?",
        _by_its_form,
        (
            Example("review_year", "全市生产总值增长X%。", "X"),
            Example("review_year", "粮食产量居全省第3位。", "3位"),
        ),
    ),
    Rule(
        "no_subject",
        "Does nothing of our list govern it, or only a part, another place's figure, a thing under way?",
        _no_subject,
        (
            Example("review_year", "全社会用电量增长8%。", "8%"),
            Example("review_year", "民间固定资产投资占比超过60%，稀土产业产值90亿元。", "90亿元"),
        ),
    ),
)
#: the indicator is known
OF_INDICATOR: Final = (
    Rule(
        "another_unit",
        "Is it carried over from a thing that is counted in another unit?",
        _another_unit,
        (Example("review_year", "新改扩建学校13所，新增10宗28万平方米教育储备用地。", "10宗"),),
    ),
    Rule(
        "of_a_refused_subject",
        "Is it carried over from a name whose own figure was none of ours?",
        _of_a_refused_subject,
        (
            Example(
                "review_year",
                "全年实际利用外资15.1亿美元，增长44%，其中外商直接投资12.5亿美元，增长51.7%。",
                "51.7%",
            ),
        ),
    ),
)
#: what it measures is known, or that it measures nothing
OF_MEASURE: Final = (
    Rule(
        "no_measure",
        "Can it be no level, growth, change or share of the indicator: by its unit, or because it compares?",
        _no_measure,
        (
            Example("review_year", "地区生产总值增长高于全省1.2个百分点。", "1.2个百分点"),
            Example("review_year", "城镇登记失业率4万元。", "4万元"),
        ),
        blocks=lambda refusal: refusal.reason == "no_indicator",
    ),
    Rule(
        "only_driven",
        "Is it the amount that one thing, a train or a fair, is said to bring about?",
        _only_driven,
        (Example("review_year", "跨境班列开行310列，带动全市进出口25亿元。", "25亿元"),),
        blocks=lambda refusal: True,
    ),
    Rule(
        "share_of_a_rate",
        "Is it a share told of an indicator that is itself a rate?",
        _share_of_a_rate,
        (Example("review_year", "城镇化率达到58%，占全省的12%。", "12%"),),
    ),
)
#: its years and status are known too
OF_TIME: Final = (
    Rule(
        "growth_of_added_stock",
        "Is it, after what was newly added over years, the growth of the stock added to?",
        _growth_of_added_stock,
        (Example("review_span", "五年来，新增市场主体8万户，增长60%。", "60%"),),
    ),
    Rule(
        "among_difficulties",
        "Is it a goal named among worries?",
        _among_difficulties,
        (Example("review_year", "我们清醒地认识到，到2025年森林覆盖率达到45%面临较大压力。", "45%"),),
    ),
    Rule(
        "goal_beside_result",
        "Is it, in a review, the goal or task and not its result?",
        _goal_beside_result,
        (
            Example("review_year", "年初下达城镇新增就业任务9万人，实际完成9.7万人。", "9万人"),
            Example("review_year", "地区生产总值增长3.4%，预期目标为6%。", "6%"),
            Example("review_year", "去年预期目标是地区生产总值增长8%左右。", "8%"),
        ),
    ),
    Rule(
        "second_amount",
        "Is it carried over from a thing whose greater amount of the same year was told already?",
        _second_amount,
        (Example("review_year", "地区生产总值完成178.4亿元，增长10.4%，达到21.07亿元。", "21.07亿元"),),
    ),
    Rule(
        "only_pushed_on",
        "Does the review only push such works on?",
        _only_pushed_on,
        (Example("review_year", "加快46个重点项目建设。", "46个"),),
    ),
    Rule(
        "of_the_town",
        "Is it the people of the town whose built-up area stands before?",
        _of_the_town,
        (Example("review_year", "县城建成区面积扩大到12平方公里，常住人口9万人。", "9万人"),),
    ),
    Rule(
        "part_after_its_total",
        "Does 其中 make it a part of the total told before?",
        _part_after_its_total,
        (Example("review_year", "引进高层次人才200人，其中引进人才50人。", "50人"),),
        blocks=lambda refusal: True,
    ),
)
RULES: Final = (*OF_SUBJECT, *OF_INDICATOR, *OF_MEASURE, *OF_TIME)


def refusing(rules: tuple[Rule, ...], case: Case) -> tuple[Rule, Refusal] | None:
    """Return the first rule that refuses the number, with its refusal."""
    for rule in rules:
        refusal = rule.ask(case)
        if refusal is not None:
            return rule, refusal
    return None
