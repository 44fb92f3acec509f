"""The error card: how many of the readings are right, and how many of the facts are read, with intervals.

What belongs here: the table `quality_estimate`, from ``counts.csv`` (made by `make card` of reference facts) and from a
home's audits. What does not: counting (``benchmarks/card.py``), the audits' files (``audits.py``).

Files that the rules were written beside (`seen`) and those that nobody had looked at before the first run (`blind`)
never stand in one figure. Of a blind file the first run alone counts, for ever.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sources.errors import BaogaoError
from sources.quality.estimate import Share, wilson
from sources.tables import MEASURES, STATUSES, Field, Table

_HERE = Path(__file__).resolve().parent
COUNTS, COUNTED_FROM = _HERE / "counts.csv", _HERE / "counted_from.json"
KEYS = ("standing", "reference_set", "file", "indicator", "measure", "status", "level", "decade", "form")
NUMBERS = ("n_right", "n_wrong", "n_missed")
STANDINGS = ("blind", "seen", "audit")
#: what a figure is told of; by a key of `KEYS`, or several
BREAKDOWNS: dict[str, tuple[str, ...]] = {
    "all": (),
    "headline": (),
    "reference_set": ("reference_set",),
    "indicator": ("indicator",),
    "measure_status": ("measure", "status"),
    "indicator_measure_status": ("indicator", "measure", "status"),
    "level": ("level",),
    "decade": ("decade",),
    "form": ("form",),
}
#: fewer judged rows than this say little: the figure is that of the next wider group, and the row says which
ENOUGH = 30
_WIDER: dict[str, tuple[str, ...]] = {
    "indicator_measure_status": ("measure_status", "all"),
    "measure_status": ("all",),
    "indicator": ("all",),
}
FIGURES = ("precision", "recall")

QUALITY_ESTIMATES = Table(
    "quality_estimates",
    "How often the readings are right and how many facts are read, measured on reference facts and in audits",
    key=("estimate_id",),
    fields=(
        Field("estimate_id", "string", "Standing, breakdown, its keys and the figure, joined by bars", nullable=False),
        Field("standing", "string", "blind: first run on files unseen before; seen: files in sight of who wrote rules; "
              "audit: drawn cells and places of this installation", False, STANDINGS),
        Field("breakdown", "string", "What the figure is told by", False, tuple(BREAKDOWNS)),
        Field("reference_set", "string", "Set of reference files, or the audit; empty: over all"),
        Field("indicator", "string", "Code of the indicator; empty: over all"),
        Field("measure", "string", "What the number measures; empty: over all", True, MEASURES),
        Field("status", "string", "actual, estimated, target; empty: over all", True, STATUSES),
        Field("level", "string", "Level of the region whose report it is; empty: over all"),
        Field("decade", "string", "Decade of the report; empty: over all"),
        Field("form", "string", "Form of the file; empty: over all"),
        Field("figure", "string", "precision: share of the readings with all fields right; recall: share of the facts "
              "that are read with all fields right", False, FIGURES),
        Field("n_own", "int", "Rows of this very group that were judged", nullable=False),
        Field("pooled_over", "string", "The wider group whose figure this is, where the group itself is small"),
        Field("n", "int", "Rows behind the figure", nullable=False),
        Field("n_right", "int", "Of these, how many are right", nullable=False),
        Field("n_files", "int", "Files or reports behind the figure", nullable=False),
        Field("estimate", "float", "The figure, 0 to 1", nullable=False),
        Field("lower", "float", "Lower end of its 95 % interval (Wilson)", nullable=False),
        Field("upper", "float", "Upper end of its 95 % interval (Wilson)", nullable=False),
        Field("measured", "string", "Days of the first runs, release of an audit, or version of the rules",
              nullable=False),
    ),
)  # fmt: skip


class CountsError(BaogaoError):
    """The counts that ship with baogao can't be used; the message says what to do."""


@dataclass(frozen=True)
class Counts:
    """Judged rows of one group: right, wrong, missed, and the files they are of."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    files: frozenset[str] = frozenset()

    def n(self, figure: str) -> int:
        return self.right + (self.wrong if figure == "precision" else self.missed)

    def share(self, figure: str) -> Share | None:
        return wilson(self.right, self.n(figure))


@lru_cache(maxsize=1)
def read_counts() -> tuple[tuple[dict[str, str], ...], Mapping[str, Any]]:
    """Return the rows of ``counts.csv`` and what they were counted from. Raises CountsError."""
    try:
        with COUNTS.open(encoding="utf-8", newline="") as stream:
            rows = tuple(csv.DictReader(stream))
        origin = json.loads(COUNTED_FROM.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CountsError(
            f"{COUNTS.parent}: the counts of the error card can't be read ({error}); run: make card"
        ) from error
    return rows, origin


def reference_rows(headline: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of QUALITY_ESTIMATES from reference facts; `headline` are the codes of headline indicators."""
    rows, origin = read_counts()
    for standing in ("blind", "seen"):
        of_standing = [row for row in rows if row["standing"] == standing]
        groups = {name: _grouped(of_standing, name, headline) for name in BREAKDOWNS}
        for name, found in groups.items():
            for key, counts in sorted(found.items()):
                told = dict(zip(BREAKDOWNS[name], key, strict=True))
                for figure in FIGURES:
                    used, over = _pooled(groups, name, told, counts, figure)
                    if share := used.share(figure):
                        yield estimate_row(
                            standing, name, told, figure, share, str(origin["measured"][standing]),
                            n_own=counts.n(figure), n=used.n(figure), n_right=used.right, n_files=len(used.files),
                            pooled_over=over,
                        )  # fmt: skip


def estimate_row(
    standing: str, breakdown: str, told: Mapping[str, str], figure: str, share: Share, measured: str, **numbers: Any
) -> dict[str, Any]:
    """Return one row of QUALITY_ESTIMATES."""
    keys = ("reference_set", "indicator", "measure", "status", "level", "decade", "form")
    return {
        "estimate_id": "|".join([standing, breakdown, *told.values(), figure]),
        "standing": standing, "breakdown": breakdown, **{key: told.get(key) for key in keys}, "figure": figure,
        "pooled_over": None, **numbers,
        "estimate": share.estimate, "lower": share.lower, "upper": share.upper, "measured": measured,
    }  # fmt: skip


Groups = Mapping[tuple[str, ...], Counts]


def _grouped(rows: Iterable[Mapping[str, str]], breakdown: str, headline: frozenset[str]) -> Groups:
    takes: Callable[[Mapping[str, str]], bool] = (
        (lambda row: row["indicator"] in headline) if breakdown == "headline" else lambda row: True
    )
    sums: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    files: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in filter(takes, rows):
        key = tuple(row[name] for name in BREAKDOWNS[breakdown])
        sums[key] = [had + int(row[name]) for had, name in zip(sums[key], NUMBERS, strict=True)]
        files[key].add(row["file"])
    return {key: Counts(right, wrong, missed, frozenset(files[key])) for key, (right, wrong, missed) in sums.items()}


def _pooled(
    groups: Mapping[str, Groups], breakdown: str, told: Mapping[str, str], own: Counts, figure: str
) -> tuple[Counts, str | None]:
    """Return the counts that the figure is of, and the wider breakdown that they are of, None for the group's own."""
    used, over = own, None
    for wider in _WIDER.get(breakdown, ()):
        if used.n(figure) >= ENOUGH:
            break
        used, over = groups[wider][tuple(told[name] for name in BREAKDOWNS[wider])], wider
    return used, over
