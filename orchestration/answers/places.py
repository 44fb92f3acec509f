"""Which place a name means: any code or name of any year, Chinese or Latin; several where it is shared.

What belongs here: looking names up in the register of a release. What does not: the register (``sources/registry``).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from difflib import get_close_matches
from functools import lru_cache

from dashboard.comparing import NATION, SHOWN
from dashboard.store import Store
from orchestration.answers.shape import Place
from sources import phrases
from sources.latin import english_names, place_in_english, readings_of
from sources.registry.regions import Region, Regions, load_regions, short_forms

LEVELS = ("national", "province", "city", "county")


@lru_cache(maxsize=2)
def register_of(store: Store) -> Regions:
    """Return the register of a release, each region by all the names that running text has for it."""
    names = {(region.code, region.first_year): region.names for region in load_regions().all()}
    columns = "region_code, region_name, level, parent_code, first_year, coalesce(last_year, 0), region_id"
    with store.connection() as connection:
        rows = connection.execute(f"select {columns} from dim_region order by region_code, first_year").fetchall()
    return Regions(
        Region(code, name, level, above, first, last or None, (), region_id,
               names.get((code, first)) or (name, *short_forms(name, level)))
        for code, name, level, above, first, last, region_id in rows
    )  # fmt: skip


def called(register: Regions, typed: str, level: str | None = None, year: int | None = None) -> list[Place]:
    """Return the places that `typed` means: one, or all that share the name; none where it is nobody's.

    Of places that bore the name in different years those of `year` are meant, without it those of today. The nearest
    kind of name counts: a code before a full name before a short one before Latin letters.
    """
    for name in dict.fromkeys((typed.strip(), phrases.searched(typed))):
        nation = name.lower() in NATION
        whole = [r for r in register.all() if name == r.name or (nation and r.level == "national")]
        for found in (
            _by_id(register).get(name, []), [r for r in register.all() if r.code == name], whole,
            register.by_name(name, year), register.by_name(name), _by_letters(register).get(_plain(name), []),
        ):  # fmt: skip
            spans = [region for region in found if level in (None, region.level)]
            spans = [region for region in spans if region.valid(year)] or spans
            if spans:
                return _places(register, spans if year else _today(register, spans))
    return []


def near(register: Regions, typed: str) -> list[Place]:
    """Return places whose names are like `typed` in writing, to ask back with."""
    letters, known = _by_letters(register), list(register.names())
    close = [name for name in known if len(typed) > 1 and typed in name] or get_close_matches(typed, known)
    spans = [region for name in close for region in register.by_name(name)]
    spans += [region for name in get_close_matches(_plain(typed), letters) for region in letters[name]]
    return _places(register, spans)[:SHOWN]


def _today(register: Regions, spans: list[Region]) -> list[Region]:
    """Return who bears the name today, and who of a higher level bore it once: 莱芜 is a district, and was a city.

    Where nobody does, those who are there under a later name, else all.
    """
    now = [region for region in spans if region.last_year is None]
    if not now:
        return [region for region in spans if _by_id(register)[region.id][-1].last_year is None] or spans
    highest = min(LEVELS.index(region.level) for region in now)
    return [region for region in spans if region in now or LEVELS.index(region.level) < highest]


def _places(register: Regions, spans: list[Region]) -> list[Place]:
    found = []
    for region_id in dict.fromkeys(region.id for region in spans):
        *_, now = through_time = _by_id(register)[region_id]
        above = register.by_code(now.parent_code) if now.parent_code else None
        names = [f"{region.name} {region.first_year}–{region.last_year or ''}" for region in through_time]
        found.append(
            Place(region_id=region_id, region_code=now.code, name=now.name, level=now.level, names=names,
                  name_en=place_in_english(now.name, now.code), parent=above.name if above else "")
        )  # fmt: skip
    return found


@lru_cache(maxsize=2)
def _by_id(register: Regions) -> dict[str, list[Region]]:
    """Return the spans of each region, what it is today last."""
    spans: dict[str, list[Region]] = defaultdict(list)
    for region in sorted(register.all(), key=lambda region: (region.last_year or 9999, region.first_year)):
        spans[region.id].append(region)
    return dict(spans)


@lru_cache(maxsize=2)
def _by_letters(register: Regions) -> dict[str, list[Region]]:
    found: dict[str, list[Region]] = defaultdict(list)
    for region in sorted(register.all(), key=lambda region: LEVELS.index(region.level)):
        latin = {*readings_of(region.name), place_in_english(region.name, region.code)}
        for name in {_plain(one) for one in (*latin, english_names().get(region.code) or "")} - {""}:
            found[name].append(region)
    return dict(found)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", name).lower())
