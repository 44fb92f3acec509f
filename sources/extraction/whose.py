"""Of which place a sentence's figures are told: a place at its head or its paragraph's owns what follows it.

What belongs here: scopes that reach over clauses. What does not: finding a place in words (``grammar/scope.py``), the
words directly beside a name (``grammar/subject.py``).
"""

from __future__ import annotations

import re
from typing import Final

from sources.extraction.grammar.reading import Reading
from sources.extraction.grammar.scope import Region, in_full, place_at_head, topic_place, zone_at_head
from sources.extraction.grammar.subject import Term, clause_start
from sources.extraction.lexicon import Lexicon

#: words that lead back to the whole region
_WHOLE: Final = re.compile("全[市省县区州盟旗]|我[市省县区]")
#: years at the head of a sentence: 2002年高新区完成…
_AGES: Final = re.compile(r"(?:(?:19|20)\d\d年|去年|五年来|五年间)?,?")
#: a part of a sentence without a subject of its own goes on with the place's
_GOES_ON: Final = re.compile("(?:累计|共|新)?(?:实现|完成)")
#: what the name of a zone ends in: far cheaper to look for
_ZONES: Final = (
    "高新区",
    "经开区",
    "开发区",
    "试验区",
    "保税区",
    "合作区",
    "产业园",
    "工业园",
    "新区",
    "新城",
    "科技城",
    "科学城",
    "科教城",
)
#: how far behind its opening a paragraph still speaks of a zone
_LONGEST: Final = 300
_HELP: Final = re.compile("[^,;。]{0,8}(?:对口(?:支援|帮扶|协作|合作|扶贫)|东西部协作|结对帮扶)[^,;。]{2,}[,、]")


def give_places(normal: str, start: int, end: int, readings: list[Reading], region: Region, lexicon: Lexicon) -> None:
    """Set the scope of the readings of normal[start:end], or refuse them where they are told of places helped.

    A place that opens the sentence, or owns its first figure, owns what follows until 全市 or another place.
    """
    if not any(_may_have_place(reading.term, start) for reading in readings):
        return
    paragraph = normal.rfind("\n", 0, start) + 1
    place = place_at_head(normal[start:end], region) or _zone_of(normal, paragraph, start, end, region)
    own = topic_place(normal[start:end], region)
    since = start
    for reading in readings:
        term = reading.term
        if term is None or term.start < start:
            continue
        lead = normal[start : term.start]
        if term.refusal is None and _HELP.match(lead) and not _WHOLE.search(lead):
            # 对口帮扶甲县取得进展,12个共建园区引进项目68个
            reading.term = term._replace(refusal="not_self_subject", detail="help given to other places")
            continue
        clause_at = clause_start(normal, start, min(term.start, reading.quantity.start))
        zone = zone_at_head(normal[clause_at : max(term.end, reading.quantity.end)], region)
        zone = zone or own
        if not zone and _invested(term, lexicon):
            zone = topic_place(normal[paragraph : paragraph + 40], region)
        if zone and term.scope == "self" and term.refusal is None and not _WHOLE.search(lead):
            reading.term = term._replace(scope=zone)
        elif term.scope != "self":
            place, since = in_full(term.scope, lead), term.start
            reading.term = term._replace(scope=place)
        elif place and term.refusal is None:
            between = normal[since : term.start]
            _, ended, parts = between.partition(";")
            if (ended and not _GOES_ON.match(parts)) or _WHOLE.search(between):
                place = None
            else:
                reading.term = term._replace(scope=place)


def _may_have_place(term: Term | None, start: int) -> bool:
    """Whether a subject is named in the sentence and is none that was refused, unless for its place."""
    return term is not None and term.start >= start and (term.refusal is None or term.scope != "self")


def _zone_of(normal: str, paragraph: int, start: int, end: int, region: Region) -> str | None:
    """Return the zone that opens the sentence, or a sentence before it that it goes on with.

    高新区五年完成投资5亿元。引进项目64个: a paragraph speaks of the zone until it names the whole region.
    """
    reach = max(paragraph, start - _LONGEST)
    words = normal[reach:end]
    if not any(kind in words for kind in _ZONES):
        return None
    zone = _opening_zone(normal, start, end, region)
    at = start
    while zone is None and at > reach:
        before = max(normal.rfind("。", paragraph, at - 1) + 1, paragraph)
        if _WHOLE.search(normal, before, start) or not re.search(r"\d", normal[before:at]):
            return None
        zone, at = _opening_zone(normal, before, at, region), before
    return zone


def _opening_zone(normal: str, start: int, end: int, region: Region) -> str | None:
    opening = _AGES.match(normal, start)
    return zone_at_head(normal[opening.end() if opening else start : end], region)


def _invested(term: Term, lexicon: Lexicon) -> bool:
    """Whether projects or money spent on them are told: a paragraph on one area tells that area's."""
    indicator = lexicon.indicators.get(term.code or "")
    return indicator is not None and indicator.category == "investment"
