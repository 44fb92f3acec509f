"""Covering a set of partitions by few rectangles of the grid, since one Dagster run takes one rectangle.

A rectangle never holds a partition outside `allowed`, so that a run never marks a partition as built that the
catalogue does not know. What does not belong here: Dagster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

    Greedy from the first cell that is left: few rectangles that hold little else, not provably the fewest.
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
    """Return the rectangle with `corner` in its first row, within `free`, that is best worth its run."""
    at = YEARS.index(corner.report_year)
    before = takewhile(free.__contains__, (Partition(corner.province, year) for year in reversed(YEARS[: at + 1])))
    candidates = ((worth, found) for first in before for worth, found in _from(first, corner, left, free))
    return max(candidates, key=lambda candidate: candidate[0])[1]


def _from(
    first: Partition, corner: Partition, left: set[Partition], free: set[Partition]
) -> Iterator[tuple[int, Rectangle]]:
    """Yield the rectangles that begin with `first` and hold `corner`, which is in its row, each with its worth."""
    provinces, years = PROVINCES[PROVINCES.index(first.province) :], YEARS[YEARS.index(first.report_year) :]
    narrowest = years.index(corner.report_year) + 1
    held = [0] * len(years)
    for height, province in enumerate(provinces, 1):
        row = list(takewhile(free.__contains__, (Partition(province, year) for year in years)))
        if len(row) < narrowest:
            break
        # what lies below a gap is in no rectangle from here
        years = years[: len(row)]
        held = [above + (cell in left) for above, cell in zip(held, row, strict=False)]
        for width, gained in enumerate(accumulate(held), 1):
            if width >= narrowest:
                yield gained * A_RUN - (height * width - gained), Rectangle(first, row[width - 1])
