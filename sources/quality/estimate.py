"""Shares with their intervals: Wilson's, and the same over a stratified sample.

What does not belong here: what is counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

#: of the normal distribution, for intervals of 95 %
Z = 1.959964


@dataclass(frozen=True)
class Share:
    """An estimated share, 0 to 1, with the ends of its 95 % interval."""

    estimate: float
    lower: float
    upper: float


def wilson(right: float, n: float) -> Share | None:
    """Return the share `right` of `n` with Wilson's interval, None where nothing was counted."""
    if n <= 0:
        return None
    share, square = right / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    # at 0 and 1 the ends miss the share by what a float loses
    return Share(share, max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share)))


@dataclass(frozen=True)
class Stratum:
    """`size` units of which `n` were drawn and judged; `right` of these hold."""

    size: int
    n: int
    right: int


def stratified(strata: Iterable[Stratum]) -> Share | None:
    """Return the share over all strata, each weighted by its size, with Wilson's interval for as many units as the
    weights leave (Kish), and for a finite population. Strata of which nothing was judged are left out."""
    judged = [stratum for stratum in strata if stratum.n]
    size, n = sum(s.size for s in judged), sum(s.n for s in judged)
    if not n:
        return None
    share = round(sum(s.size * s.right / s.n for s in judged) / size, 12)  # all right is 1, not nearly so
    effective = size**2 / sum(s.size**2 / s.n for s in judged)
    if n >= size:  # all were judged
        return Share(share, share, share)
    effective *= (size - 1) / (size - n)
    return wilson(share * effective, effective)
