"""From the YAML files to the lexicon: reading, expanding, and checking entries against each other.

What belongs here: everything that can go wrong with the files, told with file and entry. What does not: the schema of
one entry (``entries.py``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from sources.extraction.lexicon.entries import IndicatorEntry, NameEntry, OutsideEntry, SharedEntry
from sources.extraction.lexicon.expansion import LexiconError, expand
from sources.extraction.lexicon.traits import Traits
from sources.extraction.lexicon.values import (
    COUNTED,
    DIMENSIONS,
    MEASURES,
    Ellipsis,
    Indicator,
    Lexicon,
    Name,
    names_of,
)
from sources.meaning import version_of
from sources.yaml_text import load_yaml

Entry = TypeVar("Entry")

_OUTSIDE, _SHARED, _INDICATOR = TypeAdapter(OutsideEntry), TypeAdapter(SharedEntry), TypeAdapter(IndicatorEntry)
_DROPPED = re.compile(r"[（(][^（()）]*[)）]|[\s“”‘’\"'『』「」]")


def _literals(name: str, pattern: bool, where: str) -> list[str]:
    try:
        texts = expand(name) if pattern else [_DROPPED.sub("", name)]
    except LexiconError as error:
        raise LexiconError(f"{where}: name {name}: {error}") from error
    found = [text for text in texts if text]
    if not found:
        raise LexiconError(f"{where}: name {name!r}: nothing is left of it without brackets, quotes and spaces")
    return found


def _groups(folder: Path) -> dict[str, list[str]]:
    path = folder / "groups.yaml"
    if not path.exists():
        return {}
    content = load_yaml(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise LexiconError("groups.yaml: expected a mapping of group names to lists of words")
    return {str(name): [str(word) for word in words] for name, words in content.items()}


def _words(words: tuple[str, ...], groups: dict[str, list[str]], where: str) -> tuple[str, ...]:
    found: list[str] = []
    for word in words:
        if word.startswith("@"):
            if word[1:] not in groups:
                raise LexiconError(f"{where}: no group {word} in groups.yaml")
            found += groups[word[1:]]
        else:
            found.append(word)
    return tuple(dict.fromkeys(found))


def _read(path: Path) -> list[Any]:
    try:
        content = load_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise LexiconError(f"{path.name}: not readable as YAML: {error}") from error
    if content is None:
        return []
    if not isinstance(content, list):
        raise LexiconError(f"{path.name}: expected a list of entries")
    return content


def _parse(schema: TypeAdapter[Entry], raw: Any, path: Path, at: int) -> Entry:
    try:
        return schema.validate_python(raw)
    except ValidationError as error:
        label = raw.get("code") or raw.get("name") or raw.get("head") if isinstance(raw, dict) else raw
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {_said(e)}" for e in error.errors()[:4])
        raise LexiconError(f"{path.name}: entry {at} ({label}): {faults}") from error


def _said(error: Mapping[str, object]) -> str:
    return "there is no such key" if error["type"] == "unexpected_keyword_argument" else str(error["msg"])


def _registry(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row for row in csv.DictReader(handle)}


#: what is said of a name that stands in the files as a word alone: nothing; most names do
_NOTHING_SAID = NameEntry(name="-")


def _names(entries: tuple[NameEntry | str, ...], code: str, follows: bool, where: str) -> list[Name]:
    found: list[Name] = []
    for raw in entries:
        name, entry = (raw, _NOTHING_SAID) if isinstance(raw, str) else (raw.name, raw)
        unknown = set(entry.measures) - set(MEASURES)
        if unknown:
            raise LexiconError(f"{where}: name {name}: unknown measure(s) {sorted(unknown)}")
        said = Name(
            text="",
            codes=(code,),
            measures=frozenset(entry.measures),
            since=entry.since,
            until=entry.until,
            optional=entry.optional,
            alone=entry.alone,
            requires=frozenset(entry.requires),
            units=frozenset(entry.units),
            follows=follows,
            mentions=frozenset(entry.mentions),
            official=entry.official,
            total=entry.total,
        )
        found += names_of(_literals(name, entry.pattern, where), said[1:])
    return found


def _shared_names(entry: SharedEntry, where: str) -> list[Name]:
    said = Name("", entry.members, measures=frozenset(entry.measures), optional=entry.optional)
    return names_of(_literals(entry.name or "", entry.pattern, where), said[1:])


def _outside_names(name: str, where: str, pattern: bool = False) -> list[Name]:
    return names_of(_literals(name, pattern, where), Name("", (None,))[1:])


def _adds_up(entry: IndicatorEntry, row: dict[str, str]) -> bool:
    works = entry.dimension in (*COUNTED, "area", "length") or row["category"] == "investment"
    return works and row["nature"] == "flow"


def _indicator(entry: IndicatorEntry, row: dict[str, str], groups: dict[str, list[str]], where: str) -> Indicator:
    counted = entry.dimension in COUNTED
    return Indicator(
        code=entry.code,
        name_zh=row["name_zh"],
        category=row["category"],
        canonical_unit=row["canonical_unit"],
        nature=row["nature"],
        short=entry.short,
        headline=entry.headline,
        dimension=entry.dimension,
        veto_left=_words(entry.veto_left, groups, where),
        veto_right=_words(entry.veto_right, groups, where),
        veto_clause=_words(entry.veto_clause, groups, where),
        actions=_words(entry.actions, groups, where),
        units=frozenset(_words(entry.units, groups, where)),
        parts=counted if entry.parts is None else entry.parts,
        cumulates=_adds_up(entry, row) if entry.cumulates is None else entry.cumulates,
        ratio_of=entry.ratio_of,
        plausible=dict(entry.plausible),
        traits=Traits(**{key.name: getattr(entry, key.name) for key in fields(Traits)}),
    )


def _check_codes(indicators: dict[str, Indicator], names: list[Name]) -> None:
    """Keys that name another indicator name one that has an entry; what only one entry may be is said of one."""
    named = {f"entry {i.code}": (*i.ratio_of, *i.traits.named_codes) for i in indicators.values()}
    asking = (n for n in names if n.requires or n.total)
    named |= {f"name {n.text}": (*n.requires, *([n.total] if n.total else [])) for n in asking}
    for where, codes in named.items():
        missing = [code for code in codes if code not in indicators]
        if missing:
            raise LexiconError(f"{where}: no entry for {missing}")
    texts = {name.text for name in names}
    for code, item in indicators.items():
        industry = item.traits.industry
        if industry and f"{industry}增加值" not in texts:
            raise LexiconError(f"entry {code}: industry {industry}: no entry names {industry}增加值")
    traits = [item.traits for item in indicators.values()]
    ranks = [item.structure for item in traits if item.structure]
    if len(ranks) != len(set(ranks)):
        raise LexiconError(f"structure: {sorted(ranks)}: each number of the ratio belongs to one entry")
    if sum(item.growth_goal for item in traits) > 1:
        raise LexiconError("growth_goal: only one entry may have it")
    wrong = {kind for item in traits for kind in item.twin_in} - set(DIMENSIONS)
    if wrong:
        raise LexiconError(f"twin_in: unknown dimension(s) {sorted(wrong)}")


def _check_duplicates(names: list[Name]) -> list[Name]:
    """Drop repeated literals of one meaning; two meanings of one literal in overlapping years are an error."""
    kept: dict[tuple[str, bool], list[Name]] = {}
    for name in names:
        key = name.text, name.follows
        if key not in kept:
            kept[key] = [name]
            continue
        rivals = kept[key]
        for rival in rivals:
            apart = (rival.until or 9999) < (name.since or 0) or (name.until or 9999) < (rival.since or 0)
            if (
                rival.codes != name.codes
                and not apart
                and rival.requires == name.requires
                and rival.units == name.units
            ):
                raise LexiconError(f"name {name.text!r} stands for {rival.codes} and {name.codes}; keep one")
        if not any(rival.codes == name.codes and rival.requires == name.requires for rival in rivals):
            rivals.append(name)
    return [name for rivals in kept.values() for name in rivals]


def read_lexicon(folder: Path, registry: Path) -> Lexicon:
    """Read and check all YAML files of `folder`; `registry` is indicators.csv. Raises LexiconError."""
    rows = _registry(registry)
    indicators: dict[str, Indicator] = {}
    names: list[Name] = []
    outside: list[Name] = []
    ellipses: list[Ellipsis] = []
    shared_codes: list[tuple[str, tuple[str | None, ...]]] = []
    groups = _groups(folder)
    files = sorted(folder.glob("*.yaml"))
    for path in files:
        if path.stem == "groups":
            continue
        for at, raw in enumerate(_read(path), start=1):
            where = f"{path.name}: entry {at}"
            if path.stem == "outside" and isinstance(raw, str):
                outside += _outside_names(raw, where)
            elif path.stem == "outside":
                entry = _parse(_OUTSIDE, raw, path, at)
                outside += _outside_names(entry.name, where, entry.pattern)
            elif path.stem == "shared":
                shared = _parse(_SHARED, raw, path, at)
                if shared.head:
                    ellipses.append(Ellipsis(shared.head, dict(shared.parts)))
                    shared_codes.append((shared.head, tuple(shared.parts.values())))
                elif shared.name and shared.members:
                    names += _shared_names(shared, where)
                    shared_codes.append((shared.name, shared.members))
                else:
                    raise LexiconError(f"{where}: needs name and members, or head and parts")
            else:
                item = _parse(_INDICATOR, raw, path, at)
                where = f"{path.name}: {item.code}"
                if item.code not in rows:
                    raise LexiconError(f"{where}: no such code in {registry.name}")
                if item.code in indicators:
                    raise LexiconError(f"{where}: the code has an entry already")
                if item.dimension not in DIMENSIONS:
                    raise LexiconError(f"{where}: unknown dimension {item.dimension!r}")
                indicators[item.code] = _indicator(item, rows[item.code], groups, where)
                names += _names(item.names, item.code, False, where) + _names(item.after, item.code, True, where)
    for label, members in shared_codes:
        missing = [code for code in members if code is not None and code not in indicators]
        if missing:
            raise LexiconError(f"shared.yaml: {label}: no entry for {missing}")
    _check_codes(indicators, names)
    names = _check_duplicates(names)
    taken = {name.text for name in names}
    names += [name for name in {name.text: name for name in outside}.values() if name.text not in taken]
    return Lexicon(indicators, tuple(names), tuple(ellipses), version_of([], [*files, registry]))
