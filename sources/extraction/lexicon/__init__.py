"""The lexicon: which words name which indicator. Data in ``data/*.yaml``; this module loads and checks it.

What belongs here: the schema of the YAML files, its validation, and the flat tables of literal names that the
grammar matches. What does not: how a name is tied to a number (``grammar``), what an indicator is
(``registry/indicators.csv``).

Files in ``data/``
------------------
``<category>.yaml`` is a list of indicator entries::

    - code: fixed_asset_investment     # a code of registry/indicators.csv
      short: fai                       # ASCII panel short name, at most 20 characters
      headline: true                   # one of the ~15 headline indicators for coverage
      dimension: money                 # see DIMENSIONS
      names: [固定资产投资, {name: 全社会固定资产投资, until: 2021}, {name: 投资, measures: [growth], alone: true}]
      after: [...]                     # names that FOLLOW the number: 17796名→建档立卡贫困人口
      veto_left: [第一产业, 民间]        # words directly left of the name that make it a part or another thing
      veto_right: [项目, 补贴]          # words directly right of the name
      veto_clause: []                  # words anywhere in the clause
      actions: [新建, 改造, 完成]        # the thing counts only with such a verb in the clause
      units: [家, 户, 个]               # counted things: the measure words it may take (none: any)
      parts: false                     # true: any kind counts, so unknown words left of the name do no harm
      cumulates: true                  # amounts of years add up (works, jobs, investment); false: 地区生产总值
      ratio_of: [rd_expenditure, gdp]  # "A占B比重" with these two names is this indicator
      plausible: {level: [1e6, 2e13], growth: [-60, 200]}   # in the canonical unit; outside it the row gets a flag

and any of the keys of ``traits.py``, which say what the thing is like (``of_firms``, ``works``, ``rise``, ``twin_in``,
…): the rules of the grammar ask those, no module of Python names an indicator.

Keys of a name: ``name``, ``since``, ``until`` (report years in which the word has this meaning), ``measures`` (only
these measures), ``optional`` (a looser reading: the row gets the flag ``loose_name``), ``alone`` (counts only where
nothing of the noun stands before it in its clause), ``requires`` (codes: counts only after a number of one of these
indicators in the same sentence: 重大项目715个，*完成投资*1311亿元), ``mentions`` (or where one of these words
stands before it in the sentence: 粮食生产…，*总产量*), ``units`` (only with these units, magnitude left
off), ``total`` (a code: in a report that tells of that one, or calls this one by an ``official`` name, the plain name
财政收入 is that one), ``pattern`` (a restricted regular expression: literals, ``(a|b)``, ``[ab]`` and ``?``; expanded
into literals).
Parentheses, quotation marks and white space of the report are removed before matching, and those of names when they
are loaded (地区生产总值(GDP) is 地区生产总值). A verb that takes its subject from before (完成投资, 竣工) needs
``requires``, or any 完成投资 would be that of 重大项目.
``parts`` defaults to true for dimensions that count things, false for money, percent and physical amounts;
``cumulates`` to true for flows that are counted, measured in area or length, or investment; false elsewhere.

``shared.yaml``: a list of ``{name, members, measures?, pattern?}``: one name for several indicators in the order of the
text; a member ``~`` (null) is a thing outside our list. And of ``{head, parts: {养老: code, 失业: ~}}``: elliptical
lists (养老、医疗和失业保险参保人数), where each of the listed words with ``head`` stands for its code.

``groups.yaml``: a mapping of word groups; ``@owners`` in a veto list stands for all words of the group ``owners``.

``outside.yaml``: a list of names (strings, or ``{name, pattern: true}``) that are subjects outside our list. They stop
a subject from being carried over to a number that is not its own. A longer outside name beats a shorter name of ours.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Field, ValidationError

from sources.extraction.lexicon.expansion import LexiconError as LexiconError
from sources.extraction.lexicon.expansion import expand as expand
from sources.extraction.lexicon.traits import NO_TRAITS as NO_TRAITS
from sources.extraction.lexicon.traits import Strict
from sources.extraction.lexicon.traits import Traits as Traits

HERE = Path(__file__).parent
INDICATORS_CSV = HERE.parent.parent / "registry" / "indicators.csv"

COUNTED = ("persons", "visits", "households", "count")
DIMENSIONS = (
    *COUNTED,
    "money",
    "money_per_head",
    "percent",
    "area",
    "length",
    "weight",
    "power",
    "energy",
    "days",
    "concentration",
    "area_per_head",
)
MEASURES = ("level", "growth", "avg_growth", "change", "pp_change", "share", "multiple")
#: the loader in C is some ten times faster; not every build of PyYAML has it
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NameEntry(Strict):
    """One name of an indicator as written in YAML."""

    name: str = Field(min_length=1)
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


class IndicatorEntry(Traits):
    """One indicator as written in YAML."""

    code: str
    short: str = Field(max_length=20, pattern=r"^[a-z][a-z0-9_]*$")
    headline: bool = False
    dimension: str
    names: tuple[NameEntry | str, ...]
    after: tuple[NameEntry | str, ...] = ()
    veto_left: tuple[str, ...] = ()
    veto_right: tuple[str, ...] = ()
    veto_clause: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    parts: bool | None = None
    cumulates: bool | None = None
    ratio_of: tuple[str, ...] = ()
    plausible: dict[str, tuple[float, float]] = Field(default_factory=dict)


class SharedEntry(Strict):
    """A name for several indicators, or an elliptical list."""

    name: str | None = None
    members: tuple[str | None, ...] = ()
    measures: tuple[str, ...] = ()
    optional: bool = False
    pattern: bool = False
    head: str | None = None
    parts: dict[str, str | None] = Field(default_factory=dict)


class OutsideEntry(Strict):
    """A subject outside our list."""

    name: str
    pattern: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A literal name ready for matching; `codes` holds one code, several (shared), or None for outside things."""

    text: str
    codes: tuple[str | None, ...]
    measures: frozenset[str]
    since: int | None
    until: int | None
    optional: bool
    alone: bool
    requires: frozenset[str]
    units: frozenset[str]
    follows: bool
    mentions: frozenset[str] = frozenset()
    official: bool = False
    total: str | None = None

    @property
    def outside(self) -> bool:
        return self.codes == (None,)

    def in_use(self, year: int) -> bool:
        """Whether the name has this meaning in reports of `year`."""
        return (self.since is None or year >= self.since) and (self.until is None or year <= self.until)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator with what the grammar must know about it."""

    code: str
    name_zh: str
    category: str
    canonical_unit: str
    nature: str
    short: str
    headline: bool
    dimension: str
    veto_left: tuple[str, ...]
    veto_right: tuple[str, ...]
    veto_clause: tuple[str, ...]
    actions: tuple[str, ...]
    units: frozenset[str]
    parts: bool
    cumulates: bool
    ratio_of: tuple[str, ...]
    plausible: dict[str, tuple[float, float]]
    traits: Traits = NO_TRAITS


@dataclass(frozen=True, slots=True)
class Ellipsis:
    """养老、医疗和失业 + 保险参保人数: `parts` maps each word to its code."""

    head: str
    parts: dict[str, str | None]


@dataclass(frozen=True)
class Lexicon:
    """All names and indicators; `version` is a hash of the files they came from."""

    indicators: dict[str, Indicator]
    names: tuple[Name, ...]
    ellipses: tuple[Ellipsis, ...]
    version: str

    @cached_property
    def before_number(self) -> dict[str, Name]:
        """The names that stand before a number, by their text; made once, for the lexicon holds thousands."""
        return {name.text: name for name in self.names if not name.follows}

    @cached_property
    def of_firms(self) -> frozenset[str]:
        """The codes of what firms have too."""
        return frozenset(code for code, item in self.indicators.items() if item.traits.of_firms)

    @cached_property
    def spent_on(self) -> frozenset[str]:
        """The codes of what a share of another indicator may be for."""
        return frozenset(code for item in self.indicators.values() for code in item.traits.share_for.values())

    @cached_property
    def structure(self) -> tuple[Indicator, ...]:
        """The indicators whose shares a structure of industries gives, in its order."""
        return tuple(sorted((i for i in self.indicators.values() if i.traits.structure), key=_place_in_structure))

    @cached_property
    def growth_goal(self) -> str | None:
        """The code of which a report may say that no goal of growth is set."""
        return next((code for code, item in self.indicators.items() if item.traits.growth_goal), None)

    @cached_property
    def yardsticks(self) -> tuple[tuple[str, str], ...]:
        """(word, code) of the indicators that goals are measured by."""
        return tuple((word, code) for code, item in self.indicators.items() for word in item.traits.yardstick)


def _place_in_structure(indicator: Indicator) -> int:
    return indicator.traits.structure or 0


_DROPPED = re.compile(r"[（(][^（()）]*[)）]|[\s“”‘’\"'『』「」]")


def _literals(name: str, pattern: bool) -> list[str]:
    texts = expand(name) if pattern else [_DROPPED.sub("", name)]
    return [text for text in texts if text]


def _groups(folder: Path) -> dict[str, list[str]]:
    path = folder / "groups.yaml"
    if not path.exists():
        return {}
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
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
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.YAMLError as error:
        raise LexiconError(f"{path.name}: not readable as YAML: {error}") from error
    if content is None:
        return []
    if not isinstance(content, list):
        raise LexiconError(f"{path.name}: expected a list of entries")
    return content


def _parse(model: type[BaseModel], raw: Any, path: Path, at: int) -> Any:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        label = raw.get("code") or raw.get("name") or raw.get("head") if isinstance(raw, dict) else raw
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:4])
        raise LexiconError(f"{path.name}: entry {at} ({label}): {faults}") from error


def _registry(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row for row in csv.DictReader(handle)}


def _name_of(entry: NameEntry | str) -> NameEntry:
    return NameEntry(name=entry) if isinstance(entry, str) else entry


def _names(entries: tuple[NameEntry | str, ...], code: str, follows: bool, where: str) -> list[Name]:
    found: list[Name] = []
    for entry in map(_name_of, entries):
        unknown = set(entry.measures) - set(MEASURES)
        if unknown:
            raise LexiconError(f"{where}: name {entry.name}: unknown measure(s) {sorted(unknown)}")
        found += [
            Name(
                text=text,
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
            for text in _literals(entry.name, entry.pattern)
        ]
    return found


def _shared_names(entry: SharedEntry) -> list[Name]:
    return [
        Name(
            text,
            entry.members,
            frozenset(entry.measures),
            None,
            None,
            entry.optional,
            False,
            frozenset(),
            frozenset(),
            False,
        )
        for text in _literals(entry.name or "", entry.pattern)
    ]


def _outside_names(entry: OutsideEntry) -> list[Name]:
    return [
        Name(text, (None,), frozenset(), None, None, False, False, frozenset(), frozenset(), False)
        for text in _literals(entry.name, entry.pattern)
    ]


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
        traits=Traits(**{key: getattr(entry, key) for key in Traits.model_fields}),
    )


def _check_codes(indicators: dict[str, Indicator], names: list[Name]) -> None:
    """Keys that name another indicator name one that has an entry; what only one entry may be is said of one."""
    named = {f"entry {i.code}": (*i.ratio_of, *i.traits.named_codes) for i in indicators.values()}
    named |= {f"name {n.text}": (*n.requires, *([n.total] if n.total else [])) for n in names}
    for where, codes in named.items():
        missing = [code for code in codes if code not in indicators]
        if missing:
            raise LexiconError(f"{where}: no entry for {missing}")
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
        rivals = kept.setdefault((name.text, name.follows), [])
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


def read_lexicon(folder: Path, registry: Path = INDICATORS_CSV) -> Lexicon:
    """Read and check all YAML files of `folder`. Raises LexiconError."""
    rows = _registry(registry)
    indicators: dict[str, Indicator] = {}
    names: list[Name] = []
    outside: list[Name] = []
    ellipses: list[Ellipsis] = []
    digest = hashlib.sha256()
    shared_codes: list[tuple[str, tuple[str | None, ...]]] = []
    groups = _groups(folder)
    for path in sorted(folder.glob("*.yaml")):
        digest.update(path.name.encode() + path.read_bytes())
        if path.stem == "groups":
            continue
        for at, raw in enumerate(_read(path), start=1):
            if path.stem == "outside":
                entry = _parse(OutsideEntry, {"name": raw} if isinstance(raw, str) else raw, path, at)
                outside += _outside_names(entry)
            elif path.stem == "shared":
                shared = _parse(SharedEntry, raw, path, at)
                if shared.head:
                    ellipses.append(Ellipsis(shared.head, dict(shared.parts)))
                    shared_codes.append((shared.head, tuple(shared.parts.values())))
                elif shared.name and shared.members:
                    names += _shared_names(shared)
                    shared_codes.append((shared.name, shared.members))
                else:
                    raise LexiconError(f"{path.name}: entry {at}: needs name and members, or head and parts")
            else:
                item = _parse(IndicatorEntry, raw, path, at)
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
    return Lexicon(indicators, tuple(names), tuple(ellipses), digest.hexdigest()[:12])


@lru_cache(maxsize=4)
def load_lexicon(folder: Path | None = None) -> Lexicon:
    """Return the shipped lexicon (or that of `folder`), read once per process."""
    return read_lexicon(folder or HERE / "data")
