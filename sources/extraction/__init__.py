"""Text → observations: every number of a report either becomes an observation or leaves a reason.

What belongs here: the public functions of the hop. What does not: files, identity of reports, storage.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sources.extraction.lexicon.shipped import lexicon_version
from sources.extraction.types import Extraction, ReportContext, doubts_of
from sources.meaning import version_of

# the rules are loaded by who reads: a process that hands documents to others needs their versions alone
if TYPE_CHECKING:
    from sources.extraction.engine import Walk
    from sources.extraction.grammar.names import Matcher
    from sources.extraction.lexicon import Lexicon

__all__ = ["Extraction", "ReportContext", "doubts_of", "extract", "lexicon_version", "rules_version", "walk"]

_HERE = Path(__file__).resolve().parent
#: modules of ``sources`` that extraction reads with besides this package, and data besides the lexicon's
_FURTHER = ("document/normal.py", "document/scan.py", "document/sections.py")
_DATA = ("extraction/grammar/function_words.yaml", "registry/areacodes.csv")


@lru_cache(maxsize=1)
def rules_version() -> str:
    """Return a hash of what the rules mean: see ``meaning.py``. The lexicon has its own."""
    from sources.extraction.doubt import MODEL

    modules = [*_HERE.rglob("*.py"), *(_HERE.parent / name for name in _FURTHER)]
    return version_of(modules, [*(_HERE.parent / name for name in _DATA), MODEL])


@contextmanager
def _uncollected() -> Iterator[None]:
    """Put off the collector of cycles: to look for them where none are left, again and again, takes time.

    Some 4 % of reading a report; and of what the lexicon is made of all stays.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@lru_cache(maxsize=1)
@_uncollected()
def _tools() -> tuple[Lexicon, Matcher]:
    from sources.extraction.grammar.names import Matcher
    from sources.extraction.lexicon import load_lexicon

    lexicon = load_lexicon()
    return lexicon, Matcher(lexicon)


def walk(text: str, context: ReportContext) -> Walk:
    """Read a report and return everything understood and refused, before it becomes rows."""
    from sources.extraction.engine import Walk

    lexicon, matcher = _tools()
    reading = Walk(text, context, lexicon, matcher)
    reading.run()
    return reading


@_uncollected()
def extract(text: str, context: ReportContext, *, sentences: bool = False) -> Extraction:
    """Return observations and rejections of `text`, and its `sentences` if wanted: rows of tables, without `partition`.

    Pure: the same text and context give the same rows, ids included. Offsets point into `text`.
    """
    from sources.extraction import asides, resolve
    from sources.extraction.doubt import add_doubt
    from sources.extraction.relation import find_relations, relation_row
    from sources.extraction.sentences import sentence_rows

    reading = walk(text, context)
    rules, words = rules_version(), lexicon_version()
    kept = resolve.deduplicate(reading)
    observations = [resolve.observation(reading, found, rules, words) for found in kept]
    observations += [relation_row(reading, item, rules, words) for item in find_relations(reading)]
    observations = resolve.told_apart(observations)
    taken = {(row["char_start"], row["char_end"]) for row in observations}
    add_doubt(observations)
    rejections: dict[str, dict[str, Any]] = {}
    for refused in reading.refused:
        row = resolve.rejection(reading, refused, rules)
        if (row["char_start"], row["char_end"]) not in taken or row["reason"] == "same_fact":
            rejections.setdefault(row["rejection_id"], row)
    spans = [(row["char_start"], row["char_end"]) for row in [*observations, *rejections.values()]]
    for aside in asides.find_asides(reading.view, spans):
        row = resolve.aside(reading, aside, rules)
        rejections.setdefault(row["rejection_id"], row)
    ordered = sorted(rejections.values(), key=itemgetter("char_start", "reason"))
    observations.sort(key=itemgetter("char_start", "indicator"))
    return Extraction(observations, ordered, sentence_rows(reading) if sentences else [])
