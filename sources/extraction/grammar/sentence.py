"""Sentences: the plain values that the passes over one sentence take and give.

What belongs here: what a sentence holds, the words before a number, a run of numbers, what governs it, and what one run
hands to the next. What does not: deciding anything (``runs.py``, ``govern.py``, ``assign.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sources.extraction.grammar.names import NameHit
from sources.extraction.grammar.qualifier import SUFFIX
from sources.extraction.grammar.quantity import Quantity
from sources.extraction.grammar.subject import Group, Judge

#: 剔除价格因素影响后: an aside, in which no subject stands
ASIDE: Final = re.compile(r"(?:剔除|扣除|不考虑|除去|消化|克服)[^,;。]{1,24}?(?:因素|影响|口径)(?:影响)?(?:后)?,?")
#: one of them ends every aside: far cheaper to look for
_ENDS_OF_ASIDE: Final = ("因素", "影响", "口径")
#: the rule of a subject that stands behind the number
BEHIND: Final = "name_behind_number"


class Sentence:
    """text[start:end] with its names, and who judges them; all offsets are of the normal text.

    `topic` is the thing that the sentence before names without a number.
    What the whole sentence does not hold (`has_…`) need not be looked for before each of its numbers.
    """

    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        hits: tuple[NameHit, ...],
        judge: Judge,
        has_aside: bool,
        has_share: bool,
        has_label: bool,
        topic: NameHit | None,
    ) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.hits = hits
        self.judge = judge
        self.has_aside = has_aside
        self.has_share = has_share
        self.has_label = has_label
        self.topic = topic


class Lead:
    """The words before numbers that may name their subjects: text[floor:end], with the names among them.

    `held` are the codes of which the sentence has told a number so far, `unit` the number's without magnitude.
    """

    def __init__(
        self,
        floor: int,
        end: int,
        hits: tuple[NameHit, ...],
        held: frozenset[str] = frozenset(),
        unit: str = "",
    ) -> None:
        self.floor = floor
        self.end = end
        self.hits = hits
        self.held = held
        self.unit = unit


class Run:
    """Numbers that stand in a list, or one alone.

    `lead` is what may name their subject, its text in `words`: all before the numbers, or before 占…. `shares` is
    whether the numbers are parts of something, `denominators` of what. The last number ends at `end` with what is said
    of it (左右, 以上), and the next number, or the sentence's end, is at `ceiling`.
    """

    def __init__(
        self,
        numbers: tuple[Quantity, ...],
        lead: Lead,
        words: str,
        end: int,
        ceiling: int,
        shares: bool,
        denominators: tuple[str, ...],
    ) -> None:
        self.numbers = numbers
        self.lead = lead
        self.words = words
        self.end = end
        self.ceiling = ceiling
        self.shares = shares
        self.denominators = denominators

    @property
    def start(self) -> int:
        return self.numbers[0].start

    @property
    def rated(self) -> bool:
        return self.numbers[0].kind in ("percent", "points", "times", "ratio")


class Governing:
    """Which subjects govern a run, and the rule that says so; no `group` where nothing does.

    The words between subject and numbers start at `gap_start`; `carried` is whether the subjects are those of an
    earlier run; what stands behind the numbers is read up to `read_to`.
    """

    def __init__(
        self,
        group: Group | None,
        gap_start: int,
        carried: bool,
        rule: str,
        read_to: int = 0,
    ) -> None:
        self.group = group
        self.gap_start = gap_start
        self.carried = carried
        self.rule = rule
        self.read_to = read_to


class Carried:
    """What the runs read so far hand to the next.

    `current` are the subjects last named and `history` all that were, `held` the codes of which a number was told,
    `unit` the last run's. `summed`: one amount was told for all of `current`: 存贷款余额900亿元, and its growth is
    that of the sum. What was read ends at `floor`.
    """

    def __init__(
        self,
        floor: int,
        current: Group | None = None,
        history: Group = (),
        held: frozenset[str] = frozenset(),
        unit: str = "",
        summed: bool = False,
    ) -> None:
        self.floor = floor
        self.current = current
        self.history = history
        self.held = held
        self.unit = unit
        self.summed = summed


def sentence_of(
    text: str, start: int, end: int, hits: Iterable[NameHit], judge: Judge, topic: NameHit | None = None
) -> Sentence:
    """Return the sentence text[start:end] with its names."""
    words = text[start:end]
    has_aside = any(end in words for end in _ENDS_OF_ASIDE) and ASIDE.search(words) is not None
    has_share = "占" in words or "与" in words or "相当于" in words
    return Sentence(text, start, end, tuple(hits), judge, has_aside, has_share, ":" in words, topic)


def after(sentence: Sentence, number: Quantity) -> int:
    """Return the end of a number with what is said of it: 左右, 以上."""
    suffix = SUFFIX.match(sentence.text, number.end, sentence.end)
    return suffix.end() if suffix else number.end
