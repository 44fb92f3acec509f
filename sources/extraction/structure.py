"""三次产业结构1.1:52.5:46.4: one ratio that is three shares.

What belongs here: reading such a ratio. What does not: any other number.
"""

from __future__ import annotations

import re
from typing import Final

from sources.extraction import timing, years
from sources.extraction.grammar import qualifier
from sources.extraction.grammar.period import Cue
from sources.extraction.grammar.quantity import Quantity
from sources.extraction.grammar.reading import Reading
from sources.extraction.grammar.subject import clause_start
from sources.extraction.lexicon import Lexicon
from sources.extraction.results import Found

#: what a structure must be of: not that of crops (粮、经、饲比例)
_OF_INDUSTRIES: Final = re.compile(
    r"三次产业|三大产业|三产(?!值)|一、?二、?三(?:次)?产|产业(?:增加值)?(?:结构|比例|比重|构成|比)|经济结构"
)


def read_structure(
    normal: str, reading: Reading, lexicon: Lexicon, frame: timing.Frame, cues: list[Cue], start: int, end: int
) -> list[Found]:
    """Return the three shares of a structure of industries in normal[start:end]; [] where there is none."""
    quantity = reading.quantity
    lead = normal[max(start, quantity.start - 40) : quantity.start]
    adds_up = len(quantity.parts) == 3 and 97 <= sum(quantity.parts) <= 103
    if not (adds_up and len(lexicon.structure) == 3 and _OF_INDUSTRIES.search(lead)):
        return []
    clause_at = clause_start(normal, start, quantity.start)
    found: list[Found] = []
    at = quantity.start
    surface = normal[quantity.start : quantity.end].split(":")
    starts_from = bool(re.search(r"(?:由|从)[^,;。]{0,24}\Z", lead)) and bool(
        re.match(
            r"(?:调整|优化|变|演变|转变|提升|升级|改善|发展)*(?:到|为|至)", normal[quantity.end : quantity.end + 6]
        )
    )
    for indicator, value, piece in zip(lexicon.structure, quantity.parts, surface, strict=True):
        when = years.decide(
            timing.Asked(
                normal, start, end, quantity.start, clause_at, cues, frame, "share", indicator, starts_from=starts_from
            )
        )
        part = Quantity(at, at + len(piece), value, None, "%", "percent", quantity.factor)
        found.append(
            Found(
                quantity=part,
                indicator=indicator,
                measure="share",
                negative=False,
                qualifier=qualifier.of_number(lead, normal[quantity.end : quantity.end + 6], None),
                timing=when,
                scope="self",
                section=frame.section,
                rule="structure",
                tier="base",
                basis="headline",
                commitment=None,
                span_start=clause_at,
                sentence=(start, end),
                flags=["structure"],
            )
        )
        at += len(piece) + 1
    return found
