"""Clauses: which subject governs which number, told run by run through a sentence.

What belongs here: the order of the passes, and what one run of numbers hands to the next. What does not: what a pass
decides: runs (``runs.py``), their subjects (``govern.py``), which number is whose (``assign.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sources.extraction.grammar.assign import assign
from sources.extraction.grammar.class_limit import is_class_limit
from sources.extraction.grammar.govern import govern
from sources.extraction.grammar.names import NameHit
from sources.extraction.grammar.quantity import Quantity
from sources.extraction.grammar.reading import Reading
from sources.extraction.grammar.runs import run_of, runs_of
from sources.extraction.grammar.sentence import Carried, Governing, Run, Sentence, sentence_of
from sources.extraction.grammar.subject import Judge

#: what numbers may be refused for by their form and yet be values that the grammar reads around
MAYBE_VALUES: Final = (None, "masked", "unreadable")
#: the detail of the others' refusal
BY_ITS_FORM: Final = "by its form"


def read_sentence(
    text: str,
    start: int,
    end: int,
    numbers: Iterable[Quantity],
    hits: Iterable[NameHit],
    judge: Judge,
    brackets: Sequence[tuple[int, int]] = (),
    topic: NameHit | None = None,
) -> list[Reading]:
    """Return one reading per number and subject of text[start:end], in order; refused numbers included.

    `brackets` are the spans that stood in brackets; `topic` is the thing named by the sentence before, which told no
    number.
    """
    sentence = sentence_of(text, start, end, hits, judge, topic)
    values, readings = _values(text, numbers)
    runs = runs_of(sentence, values)
    ceilings = [*(run[0].start for run, _ in runs[1:]), end]
    carried, outside = Carried(floor=start), None
    for (run, run_end), ceiling in zip(runs, ceilings, strict=False):
        inside = bool(brackets) and any(left <= run[0].start < right for left, right in brackets)
        if inside and outside is None:
            outside = carried
        elif not inside and outside is not None:
            carried, outside = _behind_bracket(sentence, outside, carried, brackets), None
        found, carried = _step(sentence, carried, run_of(sentence, carried, run, run_end, ceiling))
        readings += found
    readings.sort(key=_start)
    return readings


def _start(reading: Reading) -> int:
    return reading.quantity.start


def _behind_bracket(
    sentence: Sentence, outside: Carried, carried: Carried, brackets: Sequence[tuple[int, int]]
) -> Carried:
    """收入148亿元(其中税收102亿元),增长3%: what stands in a bracket ends with it.

    Where a name stands before the bracket without a number yet, the growth behind is that name's or nobody's.
    """
    opened = next(left for left, right in brackets if right > outside.floor)
    named = any(outside.floor <= hit.start < opened for hit in sentence.hits)
    current = None if named else outside.current
    return Carried(carried.floor, current, outside.history, carried.held, outside.unit, outside.summed)


def _values(text: str, numbers: Iterable[Quantity]) -> tuple[list[Quantity], list[Reading]]:
    """Return the numbers that may be values, and the readings of those that are not."""
    values: list[Quantity] = []
    refused: list[Reading] = []
    for number in numbers:
        if number.refusal not in MAYBE_VALUES:
            refused.append(Reading(number, None, refusal=number.refusal, detail=BY_ITS_FORM))
        elif number.refusal is None and is_class_limit(text, number):
            refused.append(Reading(number, None, refusal="class_limit", detail="it delimits a class"))
        else:
            values.append(number)
    return values, refused


def _step(sentence: Sentence, carried: Carried, run: Run) -> tuple[list[Reading], Carried]:
    """Return the readings of one run, and what it hands to the next."""
    governing = govern(sentence, carried, run)
    readings = assign(sentence, run, governing)
    # the same subjects, not some made of them: 我县 after 全市 tells of its own
    if carried.summed and run.rated and governing.carried and governing.group is carried.current:
        for reading in readings:
            reading.refusal = "sum_of_entries"
    return readings, _handed_on(carried, run, governing, readings)


def _handed_on(carried: Carried, run: Run, governing: Governing, readings: list[Reading]) -> Carried:
    floor = max(run.end, governing.read_to)
    current, history, held, summed = carried.current, carried.history, carried.held, carried.summed
    codes = [reading.term.code for reading in readings if reading.term is not None and reading.term.code]
    if governing.group is not None and codes:
        held = held.union(codes)
    if not governing.carried and governing.rule != "compared":
        summed = any(reading.refusal == "sum_of_entries" for reading in readings)
        if governing.group is not None:
            current, history = governing.group, history + governing.group
    return Carried(floor, current, history, held, run.lead.unit, summed)
