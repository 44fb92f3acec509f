"""The lexicon that comes with the package, read once per process, and kept as plain values between processes.

What belongs here: the way to plain values and back. What does not: reading and checking YAML (``load.py``), which a
process whose lexicon is kept does not load.
"""

from __future__ import annotations

from dataclasses import astuple, fields
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from sources import kept
from sources.extraction.lexicon.traits import Traits
from sources.extraction.lexicon.values import Ellipsis, Indicator, Lexicon, names_of
from sources.meaning import version_of

HERE = Path(__file__).resolve().parent
INDICATORS_CSV = HERE.parent.parent / "registry" / "indicators.csv"


@lru_cache(maxsize=1)
def lexicon_version() -> str:
    """Return the version of the shipped lexicon, a hash of what its files say; to read it all would take longer."""
    return version_of([], _files())


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Return the shipped lexicon. Raises LexiconError where its files can't be used."""
    return _lexicon(*kept.made_of("lexicon", [*_files(), *sorted(HERE.glob("*.py"))], _read))


def _files() -> list[Path]:
    return [*sorted((HERE / "data").glob("*.yaml")), INDICATORS_CSV]


def _read() -> tuple[Any, ...]:
    from sources.extraction.lexicon.load import read_lexicon

    return _plain(read_lexicon(HERE / "data", INDICATORS_CSV))


def _plain(lexicon: Lexicon) -> tuple[Any, ...]:
    """Return what `_lexicon` takes."""
    indicators = [
        {key.name: getattr(item, key.name) for key in fields(Indicator)} | {"traits": astuple(item.traits)}
        for item in lexicon.indicators.values()
    ]
    # the literals of a pattern, and of an indicator's plain names, differ in their text alone
    names = [(said, [name.text for name in alike]) for said, alike in groupby(lexicon.names, lambda name: name[1:])]
    return indicators, names, [(item.head, item.parts) for item in lexicon.ellipses]


def _lexicon(indicators: list[dict[str, Any]], names: list[Any], ellipses: list[Any]) -> Lexicon:
    items = [Indicator(**{**item, "traits": Traits(*item["traits"])}) for item in indicators]
    return Lexicon(
        {item.code: item for item in items},
        tuple([name for said, texts in names for name in names_of(texts, said)]),
        tuple([Ellipsis(*told) for told in ellipses]),
        lexicon_version(),
    )
