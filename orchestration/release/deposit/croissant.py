"""`croissant.json`: the data as programs that search and load data sets read it (Croissant 1.1, by MLCommons).

What belongs here: its JSON-LD. Its record sets are the Parquet files, which hold types, where `datapackage.json`
speaks of the CSV files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from orchestration.release.about import KEYWORDS, TITLE_ZH, Author, Dataset
from orchestration.release.deposit.files import DepositedFile
from orchestration.release.schema import Column, PublishedTable

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
TYPES = {
    "varchar": "sc:Text",
    "bigint": "sc:Integer",
    "integer": "sc:Integer",
    "double": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "timestamp with time zone": "sc:DateTime",
}
#: of the standard, as its specification gives it
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "wd": "https://www.wikidata.org/wiki/",
    **{
        name: f"cr:{name}"
        for name in (
            "arrayShape", "citeAs", "column", "extract", "fileProperty", "fileObject", "fileSet", "format", "includes",
            "isArray", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references",
            "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
        )
    },
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "field": "cr:field",
}  # fmt: skip


def croissant(dataset: Dataset, files: Sequence[DepositedFile]) -> dict[str, Any]:
    """Return the JSON-LD of a deposit's `files`."""
    tables = {file.table.name: file for file in files if file.form == ".parquet" and file.table}
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": dataset.title,
        "alternateName": TITLE_ZH,
        "description": dataset.abstract,
        "version": dataset.release,
        "datePublished": dataset.day.isoformat(),
        "citeAs": dataset.citation,
        "keywords": list(KEYWORDS),
        "inLanguage": ["zh", "en"],
        "isLiveDataset": False,
        "creator": list(map(_creator, dataset.authors)),
        "distribution": list(map(_file_object, files)),
        "recordSet": [_record_set(file.name, file.table, tables) for file in tables.values() if file.table],
    }
    more = {"license": dataset.licence_address, "url": dataset.address, "identifier": dataset.address}
    return told | {name: value for name, value in more.items() if value}


def _creator(author: Author) -> dict[str, str]:
    told = {"@type": "sc:Person" if author.family else "sc:Organization", "name": author.name}
    told |= {"url": f"https://orcid.org/{author.orcid}"} if author.orcid else {}
    return told


def _file_object(file: DepositedFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "description": file.en,
        "contentUrl": file.name,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": file.media_type,
        "sha256": file.sha256,
    }


def _record_set(file: str, table: PublishedTable, tables: Iterable[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "field": [_field(file, table, column, tables) for column in table.columns],
    }
    return told | ({"key": {"@id": f"{table.name}/{table.key}"}} if table.key else {})


def _field(file: str, table: PublishedTable, column: Column, tables: Iterable[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": TYPES[column.data_type],
        "source": {"fileObject": {"@id": file}, "extract": {"column": column.name}},
    }
    if column.references and column.references[0] in tables:
        told["references"] = {"field": {"@id": "/".join(column.references)}}
    return told
