"""Regions: division codes since 1981 with their years of use, parents, successors, and the names people call them by.

What belongs here: loading the code table (``areacodes.csv``) and the overlay (``overlay.yaml``: zones without a code,
the sample's fictional regions, everyday aliases), and looking regions up by code, name and year. What does not:
deciding which region a text is about (``sources/document/identity/identity.py``).

A code can be used twice (a name changes under the same code, a freed code is given away again), so a region is a code
*and* a span of years. `Region.id` stays the same over renaming, upgrading and merging.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sources import kept
from sources.errors import BaogaoError
from sources.tables import LEVELS

HERE = Path(__file__).resolve().parent
AREA_CODES = HERE / "areacodes.csv"
OVERLAY = HERE / "overlay.yaml"

_LEVEL = {"省级": "province", "地级": "city", "县级": "county"}
_NATION = "100000"
_PEOPLES = (
    "蒙古族|回族|藏族|维吾尔族?|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族?|傣族|黎族|傈僳族|佤族|畲族"
    "|高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族?|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族?|阿昌族"
    "|普米族|塔吉克族?|怒族|乌孜别克族?|俄罗斯族|鄂温克族|德昂族|保安族|裕固族|京族|塔塔尔族|独龙族|鄂伦春族|赫哲族|门巴族"
    "|珞巴族|基诺族|蒙古|各族"
)
_AUTONOMOUS = re.compile(rf"^(?P<stem>.{{2,}}?)(?:{_PEOPLES})*自治(?P<class>区|州|县|旗)$")
_LONGEST = 60
_PLAIN = re.compile(r"^(?P<stem>.+?)(?P<class>特别行政区|新区|矿区|林区|特区|地区|省|市|县|区|盟|旗)$")


class RegionsError(BaogaoError):
    """The code table or an overlay can't be used; says which file and entry, and what to do."""


class Region(NamedTuple):
    """One code in one span of years; `last_year` None while it is in use, both ends included.

    `id` is the same for all names and codes that one region has had. `names` are all forms it may be called by in
    running text, the full name first.
    """

    code: str
    name: str
    level: str
    parent_code: str | None
    first_year: int
    last_year: int | None
    successors: tuple[str, ...]
    id: str
    names: tuple[str, ...] = ()

    def valid(self, year: int | None) -> bool:
        """Whether the code was in use in `year`; the year of a change counts for both sides. None: any year."""
        return year is None or (self.first_year <= year and (self.last_year is None or year <= self.last_year))

    @property
    def class_word(self) -> str:
        """省, 市, 县, 区, 州, 盟, 旗 …: what people of the place call it in 全县, 我区; empty if the name has none."""
        match = _AUTONOMOUS.match(self.name) or _PLAIN.match(self.name)
        word = match["class"] if match else ""
        return {"新区": "区", "矿区": "区", "林区": "区", "特区": "区", "特别行政区": "区"}.get(word, word)


class Regions:
    """All known regions, with lookups. Build it with `load_regions`."""

    def __init__(self, regions: Iterable[Region], common_words: frozenset[str] = frozenset()) -> None:
        self._all = tuple(regions)
        self._by_code: dict[str, list[Region]] = defaultdict(list)
        self._by_name: dict[str, list[Region]] = defaultdict(list)
        self._by_parent: dict[str | None, list[Region]] = defaultdict(list)
        for region in self._all:
            self._by_code[region.code].append(region)
            self._by_parent[region.parent_code].append(region)
            for name in region.names:
                self._by_name[name].append(region)
        self.common_words = common_words  # short forms that are everyday words too
        self.kept: dict[str, Any] = {}  # what users derive once from all names (a matcher)

    def all(self) -> tuple[Region, ...]:
        return self._all

    def names(self) -> Iterator[str]:
        """All forms of all names, each once."""
        return iter(self._by_name)

    def by_code(self, code: str, year: int | None = None) -> Region | None:
        """Return the region that `code` means in `year` (None: its newest meaning), or None."""
        found = [region for region in self._by_code.get(code, ()) if region.valid(year)]
        return max(found, key=lambda region: region.first_year, default=None)

    def by_name(self, name: str, year: int | None = None) -> list[Region]:
        """Return the regions called `name` in `year`: full or short form, or with parents before it (广州市增城区)."""
        return self._called(re.sub(r"\s+", "", name), year, {})

    def _called(self, name: str, year: int | None, known: dict[str, list[Region]]) -> list[Region]:
        """Return ``by_name`` of a name without spaces; each part of it is looked up once, into `known`."""
        if name in known:
            return known[name]
        found = _newest_of_each(region for region in self._by_name.get(name, ()) if region.valid(year))
        # no name of a place is longer, with all that it lies in
        for cut in range(2, len(name) - 1 if len(name) <= _LONGEST and not found else 0):
            above = {region.code for region in self._called(name[:cut], year, known)}
            if above:
                below = self._called(name[cut:], year, known)
                found = [r for r in below if above & {p.code for p in self.parents(r.code, year)}]
            if found:
                break
        known[name] = found
        return found

    def parents(self, code: str, year: int | None = None) -> list[Region]:
        """Return what `code` lies in, nearest first: county → city → province (the nation is left out)."""
        found: list[Region] = []
        region = self.by_code(code, year) or self.by_code(code)
        while region is not None and region.parent_code and len(found) < 4:
            region = self.by_code(region.parent_code, year) or self.by_code(region.parent_code)
            if region is not None and region.level != "national":
                found.append(region)
        return found

    def children(self, code: str, year: int | None = None) -> list[Region]:
        return [region for region in self._by_parent.get(code, ()) if region.valid(year)]


def _newest_of_each(regions: Iterable[Region]) -> list[Region]:
    newest: dict[str, Region] = {}
    for region in regions:
        if region.code not in newest or newest[region.code].first_year < region.first_year:
            newest[region.code] = region
    return list(newest.values())


def short_forms(name: str, level: str) -> tuple[str, ...]:
    """Return the forms of a full name without its class word: 内蒙古, 大理州, 广州. One character alone is no name."""
    match = _AUTONOMOUS.match(name)
    if match:
        stem = match["stem"]
        forms = [stem] if level == "province" or match["class"] == "区" else [stem + match["class"], stem]
    else:
        match = _PLAIN.match(name)
        forms = [match["stem"]] if match else []
    return tuple(form for form in forms if len(form) >= 2 and form != name)


@lru_cache(maxsize=4)
def load_regions(overlay: Path | None = None) -> Regions:
    """Load the code table, the shipped overlay, and `overlay` on top of it (same format as overlay.yaml).

    Raises RegionsError where a file can't be read or an entry is wrong.
    """
    if overlay is None:
        rows, common = kept.made_of("regions", [AREA_CODES, OVERLAY, Path(__file__)], _shipped)
        return Regions([tuple.__new__(Region, row) for row in rows], common)
    return Regions(*_read_regions([OVERLAY, overlay]))


def _shipped() -> tuple[list[tuple[Any, ...]], frozenset[str]]:
    regions, common = _read_regions([OVERLAY])
    return [tuple(region) for region in regions], common


def _read_regions(overlays: Sequence[Path]) -> tuple[list[Region], frozenset[str]]:
    """Return all regions, and the short forms that are everyday words too."""
    regions = [_nation(), *_read_codes(AREA_CODES)]
    aliases: dict[str, tuple[str, ...]] = {}
    common: set[str] = set()
    for path in overlays:
        content = _read_overlay(path)
        more = [_overlay_region(path, entry) for entry in content.get("regions") or []]
        codes = {region.code for region in more}
        regions = [region for region in regions if region.code not in codes] + more
        aliases |= {str(code): tuple(names) for code, names in (content.get("aliases") or {}).items()}
        common |= set(content.get("common_words") or ())
    whole = [
        region._replace(parent_code=parent, id=name, names=_names(region, aliases.get(region.code, ())))
        for region, parent, name in zip(regions, _parents(regions), _ids(regions), strict=True)
    ]
    return whole, frozenset(common)


def _nation() -> Region:
    return Region(_NATION, "中华人民共和国", "national", None, 1949, None, (), _NATION, ("全国", "国务院"))


def _read_codes(path: Path) -> list[Region]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        Region(
            code=row["代码"],
            name=row["名称"],
            level=_LEVEL[row["级别"]],
            parent_code=None,
            first_year=int(row["启用时间"]),
            last_year=int(row["变更/弃用时间"]) if row["变更/弃用时间"] else None,
            successors=tuple(part for part in row["新代码"].split(";") if part),
            id="",
        )
        for row in rows
    ]


def _read_overlay(path: Path) -> dict[str, Any]:
    import yaml

    from sources.yaml_text import load_yaml

    try:
        content = load_yaml(path.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise RegionsError(f"region overlay {path} can't be read: {error}") from error
    known = {"regions", "aliases", "common_words"}
    if not isinstance(content, dict) or set(content) - known:
        raise RegionsError(
            f"region overlay {path}: top level must be a mapping with the keys {', '.join(sorted(known))}"
        )
    return content


def _overlay_region(path: Path, entry: dict[str, Any]) -> Region:
    known = {"code", "name", "level", "parent", "first_year", "last_year", "successors", "id"}
    if not isinstance(entry, dict) or set(entry) - known or not {"code", "name", "level"} <= set(entry):
        raise RegionsError(
            f"region overlay {path}: entry {entry!r} needs code, name, level; known keys: {sorted(known)}"
        )
    if entry["level"] not in LEVELS:
        raise RegionsError(f"region overlay {path}: {entry['name']}: level must be one of {', '.join(LEVELS)}")
    return Region(
        code=str(entry["code"]),
        name=str(entry["name"]),
        level=str(entry["level"]),
        parent_code=str(entry["parent"]) if entry.get("parent") else None,
        first_year=int(entry.get("first_year") or 1949),
        last_year=int(entry["last_year"]) if entry.get("last_year") else None,
        successors=tuple(str(code) for code in entry.get("successors") or ()),
        id=str(entry.get("id") or ""),
    )


def _parents(regions: list[Region]) -> list[str | None]:
    """Return each parent by the code: NNMM00 where it was in use at the same time, else NN0000, else the nation."""
    spans: dict[str, list[Region]] = defaultdict(list)
    for region in regions:
        spans[region.code].append(region)

    def overlaps(code: str, region: Region) -> bool:
        last = region.last_year or 9999
        return any(r.first_year <= last and (r.last_year or 9999) >= region.first_year for r in spans.get(code, ()))

    def parent(region: Region) -> str | None:
        if region.parent_code or region.level == "national":
            return region.parent_code
        city, province = region.code[:4] + "00", region.code[:2] + "0000"
        if region.level == "county" and overlaps(city, region):
            return city
        return province if region.level != "province" and province in spans else _NATION

    return [parent(region) for region in regions]


def _ids(regions: list[Region]) -> list[str]:
    """Return for each region the id of what it has become, where that is one region and no other claims it better.

    A region that was split up, or that was merged into a differently named one together with others, ends with an id
    of its own, so that an id never stands for two regions of one year.
    """
    by_code: dict[str, list[Region]] = defaultdict(list)
    for region in regions:
        by_code[region.code].append(region)
    key = {(r.code, r.first_year): r for r in regions}
    heir: dict[tuple[str, int], tuple[str, int]] = {}
    claims: dict[tuple[str, int], list[Region]] = defaultdict(list)
    for region in regions:
        follower = _sole_successor(region, by_code)
        if follower is not None:
            claims[(follower.code, follower.first_year)].append(region)
    for target, claimants in claims.items():
        chosen = _best_claim(key[target], claimants)
        if chosen is not None:
            heir[(chosen.code, chosen.first_year)] = target

    def final(region: Region) -> str:
        here, seen = (region.code, region.first_year), set()
        while here in heir and here not in seen:
            seen.add(here)
            here = heir[here]
        last = key[here]
        return last.id or (last.code if last.last_year is None else f"{last.code}-{last.last_year}")

    return [region.id or final(region) for region in regions]


def _sole_successor(region: Region, by_code: dict[str, list[Region]]) -> Region | None:
    if region.last_year is None:
        return None
    codes = [part.partition("[")[0] for part in region.successors]
    inside = region.level == "city" and all(code[:4] == region.code[:4] for code in codes)
    if not codes or inside:  # renamed under the same code: without a note, or with its own districts for one (襄樊市)
        codes = [region.code]
    if len(set(codes)) != 1:
        return None
    followers = [r for r in by_code.get(codes[0], ()) if r is not region and r.valid(region.last_year + 1)]
    return min(followers, key=lambda r: r.first_year, default=None)


def _best_claim(target: Region, claimants: list[Region]) -> Region | None:
    """Of several regions that became `target`, the one that it continues; None where it is older than the claim."""
    open_claims = [r for r in claimants if r.last_year is not None and 0 <= target.first_year - r.last_year <= 1]
    if len(open_claims) <= 1:
        return open_claims[0] if open_claims else None
    stem = target.name[:2]
    same = [r for r in open_claims if r.code == target.code or r.name[:2] == stem]
    return same[0] if len(same) == 1 else None


def _names(region: Region, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """Return all forms that it may be called by, the full name first."""
    return tuple(dict.fromkeys((region.name, *short_forms(region.name, region.level), *aliases, *region.names)))
