"""Government: which subjects govern a run of numbers.

What belongs here: the order in which the ways to know them are asked: nearest name to the left, carried subject, label,
the name behind the number; and what denies an answer. What does not: one way by itself (``ways.py``), lists
(``lists.py``), which of several numbers is whose (``assign.py``), whether a name is meant (``subject.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sources.extraction.grammar import ways
from sources.extraction.grammar.behind import COUNT_KINDS, behind
from sources.extraction.grammar.names import NameHit
from sources.extraction.grammar.sentence import ASIDE, BEHIND, Carried, Governing, Run, Sentence
from sources.extraction.grammar.subject import Group, clause_start
from sources.extraction.grammar.units import without_magnitude
from sources.extraction.grammar.words import is_filler

_CHANGE: Final = re.compile("增长|下降|增加|减少|提高|降低|升|增产|减产")
#: a number followed by a noun of its own can't have a carried subject: 总数达270家，1家企业上市
_OWN_NOUN: Final = re.compile(
    r"(?:的)?(?![占居位同比较增下其均与和及或至到且并而后的以将为内降减高低列实达创超总累大左上提升扩缩跃攀调从由]|优(?!质))[一-龥]"
)
_BUILT: Final = re.compile(r"[,、;]?(?:基本|主体)?(?:建成|竣工|交付|完工|交付使用|分配入住)")
_OWN_WORK: Final = re.compile(r"(?:的)?(?:年度|目标|建设|改造|治理|任务|工程|收购|种植)+(?=[,;。、\n]|\Z)")
_MODIFIES: Final = re.compile("的?(?:一般公共预算|财政|新增财力|财力)")
_BEFORE: Final = "name_before_number"
_CARRIED: Final = ("list_over_clauses", "carried_subject")
_Way = Callable[[Sentence, Carried, Run], Group | None]


def govern(sentence: Sentence, carried: Carried, run: Run) -> Governing:
    """Return the subjects of a run: those before it, those behind it, or none where neither can be meant."""
    found = _before(sentence, carried, run)
    if _settled(sentence, run, found):
        return found
    group, read_to = _behind(sentence, run)
    floor = run.lead.floor
    if group and not (found.carried and _CHANGE.search(sentence.text, floor, run.start)):
        return Governing(group, clause_start(sentence.text, floor, run.start), False, BEHIND, read_to)
    for rule, denies in _DENIALS:
        if denies(sentence, carried, run, found):
            return Governing(None, found.gap_start, False, rule, read_to)
    if not read_to:
        return found
    return Governing(found.group, found.gap_start, found.carried, found.rule, read_to)


def _before(sentence: Sentence, carried: Carried, run: Run) -> Governing:
    """Return the answer of the first way that has one."""
    lead = run.lead
    name_end, others_end = (lead.hits[-1].end, lead.end) if lead.hits else (lead.end, lead.floor)
    for rule, way in _ways(sentence, run):
        group = way(sentence, carried, run)
        if group:
            return Governing(group, name_end if rule == _BEFORE else others_end, rule in _CARRIED, rule)
    return Governing(None, others_end, False, "no_subject")


def _ways(sentence: Sentence, run: Run) -> tuple[tuple[str, _Way], ...]:
    if run.lead.hits:
        return _AFTER_NAMES if len(run.numbers) > 1 else _BEFORE_ONE_NUMBER
    words = ASIDE.sub("", run.words) if sentence.has_aside else run.words
    return _AFTER_FILLER if is_filler(words) else _AFTER_UNKNOWN


#: by the words before the numbers, the ways to know their subjects, each with the rule that a row of it names: the
#: first that answers wins
_AFTER_NAMES: Final[tuple[tuple[str, _Way], ...]] = (
    (_BEFORE, ways.each_own),
    (_BEFORE, ways.two_heads),
    ("compared", ways.name_compared),
    (_BEFORE, ways.heads_after_topic),
    ("head_of_the_subject", ways.of_industry),
    ("unknown_words", ways.theirs),
    ("unknown_words", ways.orphan),
    ("compared", ways.beyond_the_goal),
    ("compared", ways.beside_others),
    (_BEFORE, ways.named),
    (_BEFORE, ways.members),
    (_BEFORE, ways.named_otherwise),
    (_BEFORE, ways.head_after_topic),
    ("label", ways.labelled),
    ("unknown_words", ways.outside),
)
#: those of them that answer for one number: no list is looked for
_BEFORE_ONE_NUMBER: Final = tuple(
    (rule, way)
    for rule, way in _AFTER_NAMES
    if way not in (ways.each_own, ways.heads_after_topic, ways.named_otherwise)
)
_AFTER_FILLER: Final[tuple[tuple[str, _Way], ...]] = (
    ("compared", ways.others_figure),
    ("compared", ways.beyond_the_goal),
    ("compared", ways.beside_others),
    ("subject_of_the_sentence_before", ways.topic),
    ("list_over_clauses", ways.last_single),
    ("list_over_clauses", ways.all_of_the_part),
    ("carried_subject", ways.our_own),
    ("carried_subject", ways.current),
)
_AFTER_UNKNOWN: Final[tuple[tuple[str, _Way], ...]] = (
    ("compared", ways.others_figure),
    ("compared", ways.beyond_the_goal),
    ("compared", ways.beside_others),
    ("subject_of_the_sentence_before", ways.topic),
    ("head_of_the_subject", ways.head_of_the_subject),
    ("carried_subject", ways.head_again),
    ("carried_subject", ways.next_tier),
    (_BEFORE, ways.members),
    ("label", ways.labelled),
    ("unknown_words", ways.outside),
)


def _settled(sentence: Sentence, run: Run, found: Governing) -> bool:
    """Whether the words behind the numbers need not be asked."""
    if found.group is None or found.carried or found.rule == "unknown_words":
        return False
    if run.numbers[-1].kind == "percent" and _MODIFIES.match(sentence.text, run.end):
        return False  # 加大民生投入,77%以上的财政支出投向民生
    return not (_far(sentence, run, found) and _own_noun(sentence, run))


def _far(sentence: Sentence, run: Run, found: Governing) -> bool:
    """Whether more than words of its own stand between: 推进高标准农田建设，完成7万亩…; 实验室等3家学会."""
    if found.rule != _BEFORE or run.numbers[-1].kind not in COUNT_KINDS:
        return False
    gap = sentence.text[found.gap_start : run.start]
    return gap == "等" or "," in gap or ";" in gap


def _own_noun(sentence: Sentence, run: Run) -> bool:
    """Whether a noun follows the last number that is not just the work told of."""
    work = _OWN_WORK.match(sentence.text, run.end, sentence.end)
    return work is None and _OWN_NOUN.match(sentence.text, run.end, sentence.end) is not None


def _behind(sentence: Sentence, run: Run) -> tuple[Group | None, int]:
    """Return the subject that stands behind the last number, and where its words end: 17796名建档立卡贫困人口."""
    number = run.numbers[-1]
    lead_start = max(sentence.start, number.start - 8)
    hit = behind(sentence.text, number, run.end, run.ceiling, lead_start, sentence.hits, sentence.judge)
    if isinstance(hit, NameHit):
        held, unit = run.lead.held, without_magnitude(number.unit)
        terms = sentence.judge.terms(sentence.text, hit, run.end, sentence.end, number.start, held, unit)
        return terms, hit.end
    if hit and hit[0].code is not None:
        if not is_filler(run.words.rpartition(",")[2]):
            return None, 0  # 新城29个重点项目完成投资: those of a place or kind
        return hit, 0  # a part of a longer name leaves that name to the next number
    # 46个贫困村、1.2万人: the noun is this number's, not the next one's
    return hit, next(name.end for name in sentence.hits if name.start >= number.start) if hit else 0


def _another_noun(sentence: Sentence, carried: Carried, run: Run, found: Governing) -> bool:
    return (found.carried or _far(sentence, run, found)) and _own_noun(sentence, run)


def _no_verb(sentence: Sentence, carried: Carried, run: Run, found: Governing) -> bool:
    """Whether nothing leads on from a carried subject to an amount; 建成 does, to one of the same unit."""
    words = sentence.text[run.lead.floor : run.start]
    if not found.carried or run.rated or not words or ways.VERB.search(words):
        return False
    return not (_BUILT.fullmatch(words) and carried.unit == run.lead.unit)


#: what denies that a subject found before the numbers is theirs
_DENIALS: Final = (("another_noun_behind", _another_noun), ("no_verb", _no_verb))
