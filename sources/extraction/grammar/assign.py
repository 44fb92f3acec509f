"""Assignment: the numbers of a run tied to the subjects that govern it.

What belongs here: one number for several subjects, several numbers for one, and lists of both. What does not: which
subjects govern the run (``govern.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from sources.extraction.grammar.qualifier import step
from sources.extraction.grammar.quantity import Quantity
from sources.extraction.grammar.reading import Reading
from sources.extraction.grammar.sentence import BEHIND, Governing, Run, Sentence
from sources.extraction.grammar.subject import Group, Term

_EACH: Final = re.compile(r"[均都双]|[^,;]{0,4}(?:分别|均)")
_CROSSED: Final = re.compile("突破|超过?|均|都|迈上|跨")
_EACH_OF_SHARES: Final = re.compile("[均都各]|分别")


class _Tie:
    """One number and its subject."""

    def __init__(
        self,
        number: Quantity,
        term: Term | None,
        rule: str,
        refusal: str | None = None,
    ) -> None:
        self.number = number
        self.term = term
        self.rule = rule
        self.refusal = refusal


class _Asked:
    """A run whose subjects are not as many as its numbers, with the words between (`gap`), all before, and behind."""

    def __init__(
        self,
        run: Run,
        group: Group,
        rule: str,
        shares: bool,
        gap: str,
        before: str,
        trail: str,
    ) -> None:
        self.run = run
        self.group = group
        self.rule = rule
        self.shares = shares
        self.gap = gap
        self.before = before
        self.trail = trail


def assign(sentence: Sentence, run: Run, governing: Governing) -> list[Reading]:
    """Tie the numbers of a run to the subjects that govern it."""
    # 75%的财政支出用于民生: the thing behind a percentage is what it is part of
    shares = run.shares or (governing.rule == BEHIND and run.numbers[0].kind == "percent")
    ties = _ties(sentence, run, governing, shares)
    return [_reading(sentence, run, governing, shares, tie) for tie in ties]


def _ties(sentence: Sentence, run: Run, governing: Governing, shares: bool) -> list[_Tie]:
    group, rule, numbers = governing.group, governing.rule, run.numbers
    if group is None:
        return _untied(numbers, rule)
    if len(group) == len(numbers):
        rule = "list" if len(group) > 1 else rule
        return [_Tie(number, term, rule) for number, term in zip(numbers, group, strict=True)]
    text = sentence.text
    gap, before = text[governing.gap_start : run.start], text[run.lead.floor : run.start]
    end = numbers[-1].end
    asked = _Asked(run, group, rule, shares, gap, before, text[end : end + 8])
    ways = _ONE_NUMBER if len(numbers) == 1 else _ONE_SUBJECT if len(group) == 1 else ()
    return next((ties for way in ways if (ties := way(asked)) is not None), _untied(numbers))


def _untied(numbers: Iterable[Quantity], rule: str = "unmatched_list") -> list[_Tie]:
    return [_Tie(number, None, rule) for number in numbers]


def _last_has_it(asked: _Asked, refusal: str | None = None) -> list[_Tie]:
    return [_Tie(asked.run.numbers[0], asked.group[-1], asked.rule, refusal)]


def _each_place(asked: _Asked) -> list[_Tie] | None:
    """甲县、乙县经济总量突破100亿元: each of the places has crossed it."""
    places = {term.scope for term in asked.group}
    one = len({term.code for term in asked.group}) == 1 and asked.group[0].code is not None
    if not one or len(places) < len(asked.group) or "self" in places or not _CROSSED.search(asked.gap):
        return None
    return [_Tie(asked.run.numbers[0], term, asked.rule) for term in asked.group]


def _names_of_one_thing(asked: _Asked) -> list[_Tie] | None:
    one = len({term.code for term in asked.group}) == 1 and asked.group[0].code is not None
    return _last_has_it(asked) if one else None


def _share_of_all(asked: _Asked) -> list[_Tie] | None:
    """A、B占C比重达60%: of both together."""
    together = asked.shares and len(asked.group) > 1 and not _EACH_OF_SHARES.search(asked.gap)
    return _last_has_it(asked, "sum_of_entries") if together else None


def _each_has_it(asked: _Asked) -> list[_Tie] | None:
    """存贷款余额均突破5万亿元: each of them has the amount; a rate is always each one's."""
    number = asked.run.numbers[0]
    if number.kind in ("percent", "points", "times") or _EACH.match(asked.gap):
        return [_Tie(number, term, "shared_rate") for term in asked.group]
    return None


def _modified(asked: _Asked) -> list[_Tie] | None:
    """The words before the joint are no indicators: a list of modifiers, not of subjects."""
    *others, last = asked.group
    named = last.name is not None and last.name.codes != (None,)
    if others and named and all(term.code is None for term in others):
        return _last_has_it(asked)
    return None


def _sum_of_all(asked: _Asked) -> list[_Tie] | None:
    return _last_has_it(asked, "sum_of_entries" if asked.group[-1].code else None)


def _last_is_named(asked: _Asked) -> list[_Tie] | None:
    """2832户、4929人贫困户: the name stands behind the last of them."""
    if asked.rule != BEHIND:
        return None
    *others, last = asked.run.numbers
    return [*_untied(others), _Tie(last, asked.group[0], asked.rule)]


def _in_several_units(asked: _Asked) -> list[_Tie] | None:
    """85条、620公里: the same works told in two units; the one that fits is taken."""
    numbers = asked.run.numbers
    if len({number.kind for number in numbers}) < len(numbers):
        return None
    return [_Tie(number, asked.group[0], asked.rule) for number in numbers]


def _each_of_unnamed(asked: _Asked) -> list[_Tie] | None:
    """分别增长5%、6%: each rate is another thing's, and only one is known."""
    numbers = asked.run.numbers
    return _untied(numbers) if numbers[0].kind in ("percent", "points") and "分别" in asked.before else None


def _steps_crossed(asked: _Asked) -> list[_Tie] | None:
    """突破3000亿、4000亿大关: the last step is where it stands."""
    *others, last = asked.run.numbers
    return [*_untied(others), _Tie(last, asked.group[0], asked.rule)] if step(asked.trail) else None


def _first_has_it(asked: _Asked) -> list[_Tie] | None:
    first, *others = asked.run.numbers
    return [_Tie(first, asked.group[0], asked.rule), *_untied(others)]


#: ways to tie one number to several subjects, and several numbers to one: the first that answers wins
_Ways = tuple[Callable[[_Asked], list[_Tie] | None], ...]
_ONE_NUMBER: Final[_Ways] = (_each_place, _names_of_one_thing, _share_of_all, _each_has_it, _modified, _sum_of_all)
_ONE_SUBJECT: Final[_Ways] = (_last_is_named, _steps_crossed, _in_several_units, _each_of_unnamed, _first_has_it)


def _reading(sentence: Sentence, run: Run, governing: Governing, shares: bool, tie: _Tie) -> Reading:
    text, floor, number, term = sentence.text, run.lead.floor, tie.number, tie.term
    # where the term's words stand: not known to be left of the number for one that nothing names here
    named = term.start if term and term.start < number.start else -1
    return Reading(
        quantity=number,
        term=term,
        gap=text[governing.gap_start : run.start],
        text=text,
        floor=floor,
        named=named,
        ceiling=sentence.end,
        shares=shares,
        denominators=run.denominators,
        carried=governing.carried,
        listed=len(run.numbers) > 1,
        last_of_list=run.numbers[-1].start,
        refusal=tie.refusal,
        rule=tie.rule,
        span_start=named if named >= 0 else number.start,
    )
