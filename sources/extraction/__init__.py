"""Text → observations: every number of a report either becomes an observation or leaves a reason.

What belongs here: the public functions of the hop. What does not: files, identity of reports, storage.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from sources.extraction import asides, resolve
from sources.extraction.engine import Walk
from sources.extraction.grammar.names import Matcher
from sources.extraction.lexicon import Lexicon, load_lexicon
from sources.extraction.relation import find_relations, relation_row
from sources.extraction.types import Extraction, ReportContext, doubts_of

__all__ = ["Extraction", "ReportContext", "doubts_of", "extract", "lexicon_version", "rules_version", "walk"]

#: modules of ``sources.document`` that extraction reads with
_SHARED = ("normal.py", "scan.py", "sections.py")


@lru_cache(maxsize=1)
def rules_version() -> str:
    """Return a hash of the rules: it changes when any module that extraction reads with changes."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    files = [*sorted(here.rglob("*.py")), *(here.parent / "document" / name for name in _SHARED)]
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def lexicon_version() -> str:
    """Return a hash of the lexicon's files."""
    return load_lexicon().version


@lru_cache(maxsize=1)
def _tools() -> tuple[Lexicon, Matcher]:
    lexicon = load_lexicon()
    return lexicon, Matcher(lexicon)


def walk(text: str, context: ReportContext) -> Walk:
    """Read a report and return everything understood and refused, before it becomes rows."""
    lexicon, matcher = _tools()
    reading = Walk(text, context, lexicon, matcher)
    reading.run()
    return reading


def extract(text: str, context: ReportContext) -> Extraction:
    """Return the observations and rejections of `text`: rows of the two tables, without `partition`.

    Pure: the same text and context give the same rows, ids included. Offsets point into `text`.
    """
    reading = walk(text, context)
    rules, words = rules_version(), lexicon_version()
    kept = resolve.deduplicate(reading)
    observations = [resolve.observation(reading, found, rules, words) for found in kept]
    observations += [relation_row(reading, item, rules, words) for item in find_relations(reading)]
    taken = {(row["char_start"], row["char_end"]) for row in observations}
    rejections: dict[str, dict[str, object]] = {}
    for refused in reading.refused:
        row = resolve.rejection(reading, refused, rules)
        if (row["char_start"], row["char_end"]) not in taken or row["reason"] == "same_fact":
            rejections.setdefault(str(row["rejection_id"]), row)
    spans = [(row["char_start"], row["char_end"]) for row in [*observations, *rejections.values()]]
    for aside in asides.find_asides(reading.view, spans):
        row = resolve.aside(reading, aside, rules)
        rejections.setdefault(str(row["rejection_id"]), row)
    ordered = sorted(rejections.values(), key=lambda row: (int(str(row["char_start"])), str(row["reason"])))
    return Extraction(sorted(observations, key=lambda row: (row["char_start"], row["indicator"])), ordered)
