"""Covering a set of partitions by few rectangles of the grid, since one Dagster run takes one rectangle.

A rectangle never holds a partition outside `allowed`, so that a run never marks a partition as built that the
catalogue does not know. What does not belong here: Dagster.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, takewhile

from sources.partitions import PROVINCES, YEARS, Partition

#: so many partitions that are current cost what a run of its own does: looking at each, and its events
A_RUN = 60


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

    Greedy from the first corner that is left: few rectangles that hold little else, not provably the fewest.
    """
    left = set(wanted)
    free = left | set(allowed)
    found: list[Rectangle] = []
    while left:
        best = _best(min(left), left, free)
        found.append(best)
        left -= set(best.partitions())
    return sorted(found, key=lambda rectangle: (rectangle.first, rectangle.last))


def _best(corner: Partition, left: set[Partition], free: set[Partition]) -> Rectangle:
    """Return the rectangle from `corner` on, within `free`, that is best worth its run."""
    provinces, years = PROVINCES[PROVINCES.index(corner.province) :], YEARS[YEARS.index(corner.report_year) :]
    held = [0] * len(years)
    best, most = Rectangle(corner, corner), 0
    for height, province in enumerate(provinces, 1):
        row = [Partition(province, year) for year in years]
        row = list(takewhile(free.__contains__, row))
        if not row:
            break
        # what lies below a gap is in no rectangle from the corner
        years = years[: len(row)]
        held = [above + (cell in left) for above, cell in zip(held, row, strict=False)]
        for width, gained in enumerate(accumulate(held), 1):
            worth = gained * A_RUN - (height * width - gained)
            if worth > most:
                best, most = Rectangle(corner, row[width - 1]), worth
    return best
