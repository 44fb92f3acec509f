"""The name of one cell of one release, `release/region/year/column`: short, never another cell's, and the same at
every door (command line, dashboard, client, static pages, citations).

What belongs here: making the key and taking it apart. What does not: what stands in the cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from baogao.errors import BaogaoError

EXAMPLE = "20261128T180000Z/990100/2024/gdp_tgt_g_pct"
#: parts of a key in their order: name, the form that each has in releases and in the panel, and how that is told
_PARTS = (
    ("release", r"[0-9]{8}T[0-9]{6}Z(?:-[1-9][0-9]*)?", "the id of a release, as `baogao release list` shows it"),
    ("region", r"[0-9]{6}(?:-[0-9a-z]+)?", "a region_id of dim_region: six digits, of some followed by - and a word"),
    ("year", r"[0-9]{4}", "the year of the figures, of four digits"),
    ("column", r"[a-z][a-z0-9_]*", "a column of city_year_panel, in small letters"),
)


class CellKeyError(BaogaoError, ValueError):
    """A text is no key of a cell; the message names the part, and what stands there in one."""


@dataclass(frozen=True)
class CellKey:
    """The parts of a key, each in its right form: a cell of them need not be in the release."""

    release: str
    region_id: str
    year: int
    column: str

    def __str__(self) -> str:
        return f"{self.release}/{self.region_id}/{self.year:04d}/{self.column}"


def key_of(release: str, region_id: str, year: int, column: str) -> str:
    """Return the key of a cell of the panel. Raises CellKeyError for a part that can't stand in one."""
    return str(_checked((release, region_id, f"{year:04d}", column)))


def parse_key(text: str) -> CellKey:
    """Return the parts of a key; spaces around it are no matter. Raises CellKeyError."""
    parts = tuple(text.strip().split("/"))
    if len(parts) != len(_PARTS):
        names = "/".join(name for name, *_ in _PARTS)
        raise CellKeyError(
            "{text!r} is no key of a cell: it has {n_parts} parts, not {names} as {example}",
            text=text[:100],
            n_parts=len(parts),
            names=names,
            example=EXAMPLE,
        )
    return _checked(parts)


def _checked(parts: tuple[str, ...]) -> CellKey:
    for part, (name, form, told) in zip(parts, _PARTS, strict=True):
        if not re.fullmatch(form, part):
            raise CellKeyError(
                "{parts!r} is no key of a cell: {name} is {part!r}, not {told}",
                parts="/".join(parts)[:100],
                name=name,
                part=part,
                told=told,
            )
    release, region_id, year, column = parts
    return CellKey(release, region_id, int(year), column)
