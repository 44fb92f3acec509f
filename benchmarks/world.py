"""The regions of the benchmark and what is true of them: fictional places in every province, their figures by year.

What belongs here: codes, names, the overlay that makes them known to one home, figures. What does not: sentences
(``compose.py``), files (``generate.py``).

The places have codes that no division ever had, below real provinces, so that as many partitions are filled as a real
history fills; they exist in the overlay of the benchmark's own home only.
"""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from samples.world.facts import Figure, plain, rounded
from samples.world.facts import World as SampleWorld
from samples.world.facts import load_world as load_sample
from sources.partitions import PROVINCES
from sources.registry.regions import load_regions

HERE = Path(__file__).parent
#: thirty provinces times twenty years are six hundred partitions, as many as the real history of prefectures fills
MAINLAND = tuple(code for code in PROVINCES if "110000" <= code < "650000")[:30]
FIRST_YEAR, N_YEARS = 2005, 20
#: reports of one region: all years
GRID = len(MAINLAND) * N_YEARS
_FIRST_FREE = 9500
#: percent per year by which amounts grow in the benchmark's world
_TREND = 1.07
_KEPT_UNITS = ("%", "个百分点", "天", "微克/立方米", "倍")


@dataclass(frozen=True)
class Place:
    """A fictional region: `factor` is its size beside the sample's, `seed` tells it from all others."""

    code: str
    name: str
    level: str
    parent: str
    factor: float
    seed: str

    @property
    def stem(self) -> str:
        return self.name[:-1]


@cache
def phrases() -> dict[str, Any]:
    """Return the benchmark's own words and frames."""
    found: dict[str, Any] = yaml.safe_load((HERE / "phrases.yaml").read_text(encoding="utf-8"))
    return found


def places(per_province: int, seed: int) -> list[Place]:
    """Return `per_province` places of each province: one city and its counties, with names that no real place has."""
    names = _free_names(per_province * len(MAINLAND), seed)
    found = []
    for index in range(per_province):
        for province in MAINLAND:
            number = _FIRST_FREE + (0 if index == 0 else index + index // 100)
            code = f"{province[:2]}{number}"
            level = "city" if index == 0 else "county"
            parent = province if index == 0 else f"{province[:2]}{_FIRST_FREE}"
            draw = random.Random(f"{seed}|{code}")
            name = names.pop() + ("市" if level == "city" else "县")
            found.append(Place(code, name, level, parent, draw.uniform(0.3, 3.0), f"{seed}|{code}"))
    return found


def _free_names(wanted: int, seed: int) -> list[str]:
    """Return `wanted` stems of two or three characters that are no form of a real region's name, nor hold one."""
    words = phrases()
    first, second = words["stems_first"], words["stems_second"]
    taken = set(load_regions().names())
    stems = [a + b for a in first for b in second if a != b]
    stems += [a + b + c for a in first for b in first for c in second[:6] if len({a, b, c}) == 3]
    free = [stem for stem in stems if not any(name in taken for name in (stem, stem + "市", stem + "县"))]
    if wanted > len(free):
        raise ValueError(f"only {len(free)} names can be made, {wanted} are wanted; add characters to phrases.yaml")
    # the short ones first, as in life
    chosen = free[:wanted]
    random.Random(seed).shuffle(chosen)
    return chosen


def overlay(found: list[Place]) -> str:
    """Return the overlay (regions.yaml of a home) that makes the places known."""
    lines = ["regions:"]
    lines += [
        f'- {{code: "{place.code}", name: {place.name}, level: {place.level}, parent: "{place.parent}"}}'
        for place in found
    ]
    return "\n".join(lines) + "\n"


def _fraction(what: str) -> float:
    """Return a number from 0 to below 1 that follows from `what` alone; a seeded generator for each costs too much."""
    return zlib.crc32(what.encode()) / 2**32


@cache
def _sample() -> SampleWorld:
    return load_sample()


@cache
def _models() -> dict[tuple[str, str], tuple[Figure, ...]]:
    """Return the sample's figures by (store, indicator.measure): forms and magnitudes to vary."""
    found: dict[tuple[str, str], list[Figure]] = {}
    for (_code, _year, store, indicator, measure), figure in sorted(_sample().figures.items()):
        if store in ("actual", "target") and figure.values:
            found.setdefault((store, f"{indicator}.{measure}"), []).append(figure)
    return {key: tuple(figures) for key, figures in found.items()}


class Figures:
    """The printed figures of one place and report year, the same wherever in the report they are asked for."""

    def __init__(self, place: Place, year: int) -> None:
        self.place, self.year = place, year
        self._known: dict[tuple[str, str], str | None] = {}

    def surface(self, store: str, name: str) -> str | None:
        """Return the figure's printed form (86.3亿元, 6.5%以上), or None where the sample's world has none."""
        key = (store, name)
        if key not in self._known:
            self._known[key] = self._make(key)
        return self._known[key]

    @cached_property
    def _growth(self) -> float:
        return self.place.factor * _TREND ** (self.year - FIRST_YEAR - N_YEARS // 2)

    def _make(self, key: tuple[str, str]) -> str | None:
        models = _models().get(key)
        if not models:
            return None
        # one model per place, so that the figure of a place stays in one order of magnitude
        model = models[int(_fraction(f"{self.place.seed}|{key}") * len(models))]
        value = model.values[0]
        jitter = 0.97 + 0.06 * _fraction(f"{self.place.seed}|{self.year}|{key}")
        digits = max(-int(value.value.as_tuple().exponent), 0)
        scale = 1.0 if value.unit in _KEPT_UNITS else self._growth
        varied = rounded(float(value.value) * scale * jitter, digits) or Decimal(1)
        return model.surface.replace(plain(value.value), plain(varied), 1)
