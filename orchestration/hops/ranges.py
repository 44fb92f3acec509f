"""Covering a set of partitions by few rectangles of the grid, since one Dagster run takes one rectangle.

A rectangle never holds a partition outside `allowed`, so that a run never marks a partition as built that the
catalogue does not know. What does not belong here: Dagster.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sources.partitions import PROVINCES, YEARS, Partition


@dataclass(frozen=True)
class Rectangle:
    """All partitions from `first` to `last`, both included, in both dimensions."""

    first: Partition
    last: Partition

    def partitions(self) -> list[Partition]:
        provinces = PROVINCES[PROVINCES.index(self.first.province) : PROVINCES.index(self.last.province) + 1]
        years = YEARS[YEARS.index(self.first.report_year) : YEARS.index(self.last.report_year) + 1]
        return [Partition(province, year) for province in provinces for year in years]

    def cut(self, most: int) -> list[Rectangle]:
        """Return this rectangle in parts of at most `most` partitions; each lies within one province."""
        cells = self.partitions()
        if len(cells) <= most:
            return [self]
        years = YEARS.index(self.last.report_year) - YEARS.index(self.first.report_year) + 1
        rows = [cells[at : at + years] for at in range(0, len(cells), years)]
        parts = [row[at : at + most] for row in rows for at in range(0, years, most)]
        return [Rectangle(part[0], part[-1]) for part in parts]


def cover(wanted: Iterable[Partition], allowed: Iterable[Partition] = ()) -> list[Rectangle]:
    """Return rectangles that together hold every partition of `wanted` and none outside `wanted` and `allowed`.

    Greedy from the first corner that is left: few rectangles, not provably the fewest.
    """
    left = set(wanted)
    free = left | set(allowed)
    found: list[Rectangle] = []
    while left:
        corner = min(left)
        best = max(
            (_grow(corner, free, years_first) for years_first in (True, False)),
            key=lambda rectangle: len(left.intersection(rectangle.partitions())),
        )
        found.append(best)
        left -= set(best.partitions())
    return sorted(found, key=lambda rectangle: (rectangle.first, rectangle.last))


def _grow(cell: Partition, free: set[Partition], years_first: bool) -> Rectangle:
    rectangle = Rectangle(cell, cell)
    for along_years in (years_first, not years_first):
        while (larger := _extend(rectangle, along_years)) and free.issuperset(larger.partitions()):
            rectangle = larger
    return rectangle


def _extend(rectangle: Rectangle, along_years: bool) -> Rectangle | None:
    last = rectangle.last
    axis, value = (YEARS, last.report_year) if along_years else (PROVINCES, last.province)
    at = axis.index(value) + 1
    if at == len(axis):
        return None
    grown = Partition(last.province, axis[at]) if along_years else Partition(axis[at], last.report_year)
    return Rectangle(rectangle.first, grown)
