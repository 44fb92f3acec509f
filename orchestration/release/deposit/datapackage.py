"""`datapackage.json`: a Data Package of version 2 (datapackage.org), whose tables are the CSV files.

Other forms of the same tables (Parquet, Stata, Excel) are no resources of it: who checks it would read them again.

What belongs here: the standard's words for what the catalogue of tables says. What does not: reading it back, which
frictionless does in the tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from orchestration.release.about import KEYWORDS, NOBODY, TITLE_ZH, Dataset
from orchestration.release.deposit.files import DepositedFile
from orchestration.release.schema import Column, PublishedTable

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES = {
    "varchar": "string",
    "bigint": "integer",
    "integer": "integer",
    "double": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp with time zone": "datetime",
}
OTHER_FORMS = (".parquet", ".dta", ".xlsx")
SOURCES = (
    {"title": "政府工作报告 work reports of Chinese governments; dim_report.csv names the address and hash of each"},
    {"title": "Division codes of China (GB/T 2260) through time, CC0; dim_region.csv"},
)


def datapackage(dataset: Dataset, files: Iterable[DepositedFile], versions: dict[str, str]) -> dict[str, Any]:
    """Return the descriptor; `versions` are those of the rules that made the release."""
    package: dict[str, Any] = {
        "$schema": PROFILE,
        "name": "baogao",
        "id": dataset.address or f"baogao-{dataset.release}",
        "title": dataset.title,
        "title_zh": TITLE_ZH,
        "description": dataset.abstract,
        "version": dataset.release,
        "created": f"{dataset.day.isoformat()}T00:00:00Z",
        "keywords": list(KEYWORDS),
        "contributors": list(_contributors(dataset)),
        "sources": list(SOURCES),
        "made_with": versions,
        "resources": [_resource(file) for file in files if file.form not in OTHER_FORMS],
    }
    if dataset.licence:
        package["licenses"] = [{"name": dataset.licence, "path": dataset.licence_address}]
    return package


def _contributors(dataset: Dataset) -> Iterable[dict[str, Any]]:
    for author in dataset.authors:
        told = {"title": author.name, "givenName": author.given, "familyName": author.family}
        told |= {
            "organization": author.affiliation,
            "path": f"https://orcid.org/{author.orcid}" if author.orcid else "",
        }
        yield {**{name: value for name, value in told.items() if value}, "roles": ["creator"]}
    if dataset.contact:
        way = "email" if "@" in dataset.contact and "/" not in dataset.contact else "path"
        yield {"title": dataset.authors[0].name or NOBODY, way: dataset.contact, "roles": ["contact"]}


def _resource(file: DepositedFile) -> dict[str, Any]:
    told = {
        "name": file.name.lower().replace(".", "-") if not _is_table(file) else file.name.removesuffix(".csv"),
        "path": file.name,
        "title": file.zh,
        "description": file.en,
        "format": file.form[1:],
        "mediatype": file.media_type,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }
    if not _is_table(file):
        return told
    assert file.table
    return {**told, "type": "table", "encoding": "utf-8", "schema": table_schema(file.table)}


def _is_table(file: DepositedFile) -> bool:
    return file.form == ".csv" and file.table is not None


def table_schema(table: PublishedTable) -> dict[str, Any]:
    """Return the Table Schema of one table: fields with constraints and units, its key, and where others lead."""
    schema: dict[str, Any] = {"fields": list(map(_field, table.columns)), "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = [table.key]
    if table.unique:
        schema["uniqueKeys"] = [list(names) for names in table.unique]
    if leads := [(column.name, *column.references) for column in table.columns if column.references]:
        schema["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": "" if other == table.name else other, "fields": [field]}}
            for name, other, field in leads
        ]
    return schema


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    told = {
        "name": column.name,
        "type": TYPES[column.data_type],
        "title": column.zh,
        "description": column.description,
        "unit": column.unit,
        "constraints": constraints,
    }
    return {name: value for name, value in told.items() if value}
