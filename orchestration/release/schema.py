"""What dbt's manifest says of the published tables: names, descriptions, Chinese names, keys.

What does not belong here: how it is laid out for readers (``codebook.py``, ``exports.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: tables that a release can't do without; the others may be empty (a home with one report has no amplification)
NEVER_EMPTY = ("dim_region", "dim_indicator", "dim_report", "fct_observation", "city_year_panel", "panel_cell_source")
PANEL, PANEL_SOURCE = "city_year_panel", "panel_cell_source"
#: columns of the panel that say which cell it is and hold no value of their own
PANEL_KEYS = (
    "panel_id", "region_id", "region_code", "region_name", "level", "province_code", "province_name", "year",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    name: str
    data_type: str
    description: str
    zh: str
    #: of a column of the panel that holds a value: what it is of, in which measure, and whether a goal or a result
    indicator: str = ""
    measure: str = ""
    status_class: str = ""
    #: whether that indicator is one of those whose coverage is told cell by cell
    headline: bool = False


@dataclass(frozen=True)
class PublishedTable:
    name: str
    description: str
    zh: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next((c for c in self.columns if c.name == name), Column(name, "", "", ""))


def of_manifest(manifest: Mapping[str, Any]) -> dict[str, PublishedTable]:
    """Return the marts by name, as dbt's `manifest` describes them."""
    nodes = [n for n in manifest["nodes"].values() if n["resource_type"] == "model" and "marts" in n["fqn"]]
    return {node["name"]: _table(node) for node in sorted(nodes, key=lambda n: str(n["name"]))}


def _table(node: Mapping[str, Any]) -> PublishedTable:
    columns = tuple(
        Column(name, column.get("data_type") or "", _line(column.get("description")), _zh(column), **_cell_of(column))
        for name, column in node["columns"].items()
    )
    return PublishedTable(node["name"], _line(node.get("description")), _zh(node), columns)


def _zh(item: Mapping[str, Any]) -> str:
    return str(_meta(item).get("zh") or "")


def _cell_of(column: Mapping[str, Any]) -> dict[str, Any]:
    meta = _meta(column)
    if meta.get("part") != "value":
        return {}
    named = {name: str(meta[name]) for name in ("indicator", "measure", "status_class")}
    return {**named, "headline": bool(meta.get("headline"))}


def _meta(item: Mapping[str, Any]) -> dict[str, Any]:
    config = item.get("config") or {}
    return {**(config.get("meta") or {}), **(item.get("meta") or {})}


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
