"""The registry as Parquet, so that the warehouse joins against the same regions and indicators that the parser knew.

What belongs here: flattening what other modules loaded, and the contract of the files (`REGISTRY_TABLES`). What does
not: loading or judging it (``regions``, ``sources/extraction/lexicon``, ``sources/corrections``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sources.corrections import CORRECTIONS, SHIPPED, read_corrections
from sources.lake import put
from sources.meaning import version_of
from sources.quality.audits import audit_rows
from sources.quality.card import COUNTED_FROM, COUNTS, QUALITY_ESTIMATES, reference_rows
from sources.registry.regions import Region, load_regions
from sources.tables import LEVELS, Field, Table
from sources.yaml_text import load_yaml

_SOURCES = Path(__file__).resolve().parent.parent
INDICATORS_CSV = _SOURCES / "registry" / "indicators.csv"
LEXICON = _SOURCES / "extraction" / "lexicon" / "data"
#: modules of ``sources`` that make the registry's rows
_MODULES = (
    "registry/export.py", "registry/regions.py", "corrections/__init__.py",
    "quality/audits.py", "quality/card.py", "quality/estimate.py",
)  # fmt: skip
NATURES = ("flow", "stock", "rate")

REGIONS = Table(
    "regions",
    "Division codes with their spans of years, parents and successors",
    key=("code", "first_year"),
    fields=(
        Field("region_id", "string", "The same over renaming and merging", nullable=False),
        Field("code", "string", "Division code (GB/T 2260), or the overlay's id", nullable=False),
        Field("name", "string", "Full name", nullable=False),
        Field("level", "string", "Administrative level", False, LEVELS),
        Field("parent_code", "string", "Code of the next higher region; empty for the nation"),
        Field("first_year", "int", "First year in which the code had this meaning", nullable=False),
        Field("last_year", "int", "Last such year; empty while in use"),
        Field("successors", "string", "Codes that took over, separated by ;"),
    ),
)
REGION_NAMES = Table(
    "region_names",
    "All forms by which running text may call a region",
    key=("code", "first_year", "name"),
    fields=(
        Field("code", "string", "Division code", nullable=False),
        Field("first_year", "int", "First year of the code's meaning", nullable=False),
        Field("name", "string", "Full or short form", nullable=False),
    ),
)
INDICATORS = Table(
    "indicators",
    "The indicators that are read",
    key=("code",),
    fields=(
        Field("position", "int", "Place in the list, from 1", nullable=False),
        Field("code", "string", "Code of the indicator", nullable=False),
        Field("name_zh", "string", "Chinese name", nullable=False),
        Field("name_en", "string", "English name", nullable=False),
        Field("category", "string", "Group of indicators", nullable=False),
        Field("canonical_unit", "string", "Unit into which levels are converted", nullable=False),
        Field("nature", "string", "flow, stock or rate", False, NATURES),
        Field("short", "string", "Short ASCII name, as in the panel's columns", nullable=False),
        Field("headline", "bool", "Whether coverage is told cell by cell", nullable=False),
        Field("dimension", "string", "What its numbers measure: money, persons, percent, …"),
    ),
)
INDICATOR_NAMES = Table(
    "indicator_names",
    "Names under which reports tell an indicator, with the years they were in use where known",
    key=("code", "name"),
    fields=(
        Field("code", "string", "Code of the indicator", nullable=False),
        Field("name", "string", "Name as reports use it", nullable=False),
        Field("since", "int", "First year of use, where known"),
        Field("until", "int", "Last year of use, where known"),
    ),
)
REGISTRY_TABLES: tuple[Table, ...] = (
    REGIONS, REGION_NAMES, INDICATORS, INDICATOR_NAMES, CORRECTIONS, QUALITY_ESTIMATES,
)  # fmt: skip


@lru_cache(maxsize=1)
def registry_version() -> str:
    """Return a hash of what the shipped files say of regions, indicators and corrections, and of the code that reads
    them; a home's own files are not in it."""
    data = [path for suffix in ("*.csv", "*.yaml") for path in (_SOURCES / "registry").glob(suffix)]
    return version_of(
        [_SOURCES / name for name in _MODULES], [*data, *LEXICON.glob("*.yaml"), SHIPPED, COUNTS, COUNTED_FROM]
    )


def export_registry(lake_root: str | Path, *, overlay: Path | None = None, reviews: Path | None = None) -> list[str]:
    """Write `<lake_root>/_registry/<table>.parquet` for each of REGISTRY_TABLES; return the paths.

    `overlay` holds the user's own regions; `reviews` is the folder whose corrections.yaml adds to the shipped one
    and whose audits add to the error card.
    Rows are sorted and files have no timestamp, so equal registries give equal bytes. Raises RegionsError,
    CorrectionsError or ValueError where a registry file is wrong: nothing is written then.
    """
    regions = load_regions(overlay).all()
    lexicon = read_lexicon()
    frames = {
        REGIONS: sorted(map(_region_row, regions), key=_sort_key("code", "first_year")),
        REGION_NAMES: sorted(_region_names(regions), key=_sort_key("code", "first_year", "name")),
        INDICATORS: read_indicators(lexicon),
        INDICATOR_NAMES: sorted(_indicator_names(lexicon), key=_sort_key("code", "name")),
        CORRECTIONS: read_corrections([SHIPPED, *([reviews / "corrections.yaml"] if reviews else [])]),
        QUALITY_ESTIMATES: sorted(
            [*reference_rows(headline_codes(lexicon)), *audit_rows(reviews)], key=_sort_key("estimate_id")
        ),
    }
    tables = {table: table.to_arrow(rows) for table, rows in frames.items()}
    return [put(f"{lake_root}/_registry/{table.name}.parquet", data) for table, data in tables.items()]


def headline_codes(lexicon: dict[str, dict[str, Any]]) -> frozenset[str]:
    """Return the codes of the indicators whose coverage is told cell by cell."""
    return frozenset(row["code"] for row in read_indicators(lexicon) if row["headline"])


def read_indicators(lexicon: dict[str, dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Return the rows of INDICATORS in the list's order; `short` falls back to the code."""
    entries = read_lexicon() if lexicon is None else lexicon
    with INDICATORS_CSV.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        {
            **row,
            "position": position,
            "short": str(entries.get(row["code"], {}).get("short") or row["code"]),
            "headline": bool(entries.get(row["code"], {}).get("headline", False)),
            "dimension": entries.get(row["code"], {}).get("dimension"),
        }
        for position, row in enumerate(rows, start=1)
    ]


def read_lexicon(folder: Path = LEXICON) -> dict[str, dict[str, Any]]:
    """Return code → entry of the lexicon's data files, of which only names and labels are looked at here."""
    entries: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            content = load_yaml(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise ValueError(f"lexicon file {path.name} is no valid YAML: {error}") from error
        for entry in content if isinstance(content, list) else []:
            if isinstance(entry, dict) and "code" in entry:
                entries[str(entry["code"])] = entry
    return entries


def _region_row(region: Region) -> dict[str, Any]:
    return {
        "region_id": region.id,
        "code": region.code,
        "name": region.name,
        "level": region.level,
        "parent_code": region.parent_code,
        "first_year": region.first_year,
        "last_year": region.last_year,
        "successors": ";".join(region.successors) or None,
    }


def _region_names(regions: Iterable[Region]) -> Iterator[dict[str, Any]]:
    for region in regions:
        for name in dict.fromkeys(region.names):
            yield {"code": region.code, "first_year": region.first_year, "name": name}


def _indicator_names(lexicon: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for code, entry in lexicon.items():
        seen: dict[str, dict[str, Any]] = {}
        for given in entry.get("names") or []:
            detail = given if isinstance(given, dict) else {"name": given}
            if detail.get("pattern"):
                continue  # a pattern is no name to print
            name = str(detail["name"])
            seen.setdefault(
                name, {"code": code, "name": name, "since": detail.get("since"), "until": detail.get("until")}
            )
        yield from seen.values()


def _sort_key(*columns: str) -> Any:
    return lambda row: tuple(row[column] for column in columns)
