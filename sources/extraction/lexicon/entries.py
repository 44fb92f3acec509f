"""Entries as they stand in ``data/*.yaml``: their keys and types, without what one key says of another.

What belongs here: the schema. What does not: the meaning of keys that rules ask (``traits.py``), checks across entries
(``load.py``).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from sources.extraction.lexicon.traits import Traits

_Word = Annotated[str, Field(min_length=1)]
#: of what is read from YAML an unknown key is an error
_STRICT = ConfigDict(extra="forbid")


@dataclass(config=_STRICT, frozen=True, kw_only=True)
class NameEntry:
    """One name of an indicator as written in YAML."""

    name: _Word
    since: int | None = None
    until: int | None = None
    measures: tuple[str, ...] = ()
    optional: bool = False
    alone: bool = False
    requires: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    official: bool = False
    total: str | None = None
    pattern: bool = False


@dataclass(config=_STRICT, frozen=True, kw_only=True)
class IndicatorEntry(Traits):
    """One indicator as written in YAML."""

    code: str
    short: str = Field(max_length=20, pattern=r"^[a-z][a-z0-9_]*$")
    headline: bool = False
    dimension: str
    names: tuple[NameEntry | _Word, ...]
    after: tuple[NameEntry | _Word, ...] = ()
    veto_left: tuple[str, ...] = ()
    veto_right: tuple[str, ...] = ()
    veto_clause: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    parts: bool | None = None
    cumulates: bool | None = None
    ratio_of: tuple[str, ...] = ()
    plausible: dict[str, tuple[float, float]] = Field(default_factory=dict)


@dataclass(config=_STRICT, frozen=True, kw_only=True)
class SharedEntry:
    """A name for several indicators, or an elliptical list."""

    name: str | None = None
    members: tuple[str | None, ...] = ()
    measures: tuple[str, ...] = ()
    optional: bool = False
    pattern: bool = False
    head: str | None = None
    parts: dict[str, str | None] = Field(default_factory=dict)


@dataclass(config=_STRICT, frozen=True, kw_only=True)
class OutsideEntry:
    """A subject outside our list."""

    name: str
    pattern: bool = False
