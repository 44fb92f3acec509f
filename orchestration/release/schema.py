"""What dbt's manifest says of the published tables: names, descriptions, Chinese names, units, keys, constraints.

What does not belong here: how it is laid out for readers (``codebook.py``, ``exports.py``, ``deposit/``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

#: tables that a release can't do without; the others may be empty (a home with one report has no amplification)
NEVER_EMPTY = ("dim_region", "dim_indicator", "dim_report", "fct_observation", "city_year_panel", "panel_cell_source")
PANEL, PANEL_SOURCE = "city_year_panel", "panel_cell_source"
#: tables whose rows together are the documents' texts: they are no part of what is given away
WHOLE_TEXTS = ("fct_sentence",)
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
    #: unit of every number in it; empty where the row says it, or where there is none
    unit: str = ""
    required: bool = False
    #: the only ones that it may hold; empty: any
    values: tuple[str, ...] = ()
    #: table and column that hold each of its values
    references: tuple[str, str] | None = None


@dataclass(frozen=True)
class PublishedTable:
    name: str
    description: str
    zh: str
    columns: tuple[Column, ...]
    #: the column that names a row
    key: str = ""
    #: columns that together stand once
    unique: tuple[tuple[str, ...], ...] = ()

    def column(self, name: str) -> Column:
        return next((c for c in self.columns if c.name == name), Column(name, "", "", ""))


def of_manifest(manifest: Mapping[str, Any]) -> dict[str, PublishedTable]:
    """Return the marts by name, as dbt's `manifest` describes them and its tests hold them."""
    nodes = [n for n in manifest["nodes"].values() if n["resource_type"] == "model" and "marts" in n["fqn"]]
    tests: dict[str, list[Mapping[str, Any]]] = {}
    for node in manifest["nodes"].values():
        # a test of some rows alone is no constraint of the column
        if node["resource_type"] == "test" and node.get("test_metadata") and not node["config"].get("where"):
            tests.setdefault(str(node.get("attached_node")), []).append(node)
    ordered = sorted(nodes, key=lambda n: str(n["name"]))
    return {node["name"]: _table(node, tests.get(node["unique_id"], [])) for node in ordered}


def as_released(
    connection: duckdb.DuckDBPyConnection, schema: Mapping[str, PublishedTable]
) -> dict[str, PublishedTable]:
    """Return the tables of the file that `connection` has open, but for whole texts, as `schema` describes them.

    What an older baogao released may have other columns: those that `schema` does not know are described by the file's
    own comments, and references lead to what is there.
    """
    query = "select table_name, column_name, lower(data_type), comment from duckdb_columns() where not internal"
    there: dict[str, dict[str, tuple[str, str]]] = {}
    for table, column, kind, comment in connection.execute(f"{query} order by table_name, column_index").fetchall():
        if table not in WHOLE_TEXTS:
            there.setdefault(table, {})[column] = (kind, comment or "")
    comments = dict(connection.execute("select table_name, comment from duckdb_tables()").fetchall())
    return {name: _as_there(name, schema.get(name), comments.get(name) or "", there) for name in there}


def _as_there(
    name: str, known: PublishedTable | None, comment: str, there: Mapping[str, Mapping[str, tuple[str, str]]]
) -> PublishedTable:
    known = known or PublishedTable(name, comment, "", ())
    columns = []
    for column, (kind, described) in there[name].items():
        found = known.column(column)
        leads = found.references and found.references[1] in there.get(found.references[0], {})
        columns.append(
            replace(
                found,
                data_type=kind,
                description=found.description or described,
                references=found.references if leads else None,
            )
        )
    unique = tuple(one for one in known.unique if set(one) <= there[name].keys())
    return replace(known, columns=tuple(columns), key=known.key if known.key in there[name] else "", unique=unique)


def undescribed(schema: Mapping[str, PublishedTable]) -> Iterator[str]:
    """Yield each table and column of `schema` that lacks its description, Chinese name or type."""
    for table in schema.values():
        if not (table.description and table.zh):
            yield table.name
        for column in table.columns:
            if not (column.description and column.zh and column.data_type):
                yield f"{table.name}.{column.name}"


def _table(node: Mapping[str, Any], tests: list[Mapping[str, Any]]) -> PublishedTable:
    held: dict[str, dict[str, Any]] = {}
    unique = []
    for test in tests:
        given, of = test["test_metadata"]["kwargs"], held.setdefault(str(test.get("column_name") or ""), {})
        match test["test_metadata"]["name"]:
            case "primary_key":
                of |= {"key": True, "required": True}
            case "not_null":
                of["required"] = True
            case "accepted_values":
                of["values"] = tuple(map(str, given["values"]))
            case "relationships" if to := re.search(r"ref\('(\w+)'\)", given["to"]):
                of["references"] = (to[1], str(given["field"]))
            case "unique_combination":
                unique.append(tuple(given["columns"]))
    key = next((name for name, of in held.items() if of.pop("key", False)), "")
    columns = tuple(_column(name, column, held.get(name, {})) for name, column in node["columns"].items())
    return PublishedTable(node["name"], _line(node.get("description")), _zh(node), columns, key, tuple(unique))


def _column(name: str, column: Mapping[str, Any], held: Mapping[str, Any]) -> Column:
    return Column(
        name,
        column.get("data_type") or "",
        _line(column.get("description")),
        _zh(column),
        **_cell_of(column),
        **held,
        unit=str(_meta(column).get("unit") or ""),
    )


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
