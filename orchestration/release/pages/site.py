"""The folder of pages: the template, and the release's rows as scripts, since a page from a disk may fetch nothing."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.home.database import duckdb_at
from orchestration.home.releases import Release
from orchestration.release import codebook
from orchestration.release.about import about
from orchestration.release.audit import count
from orchestration.release.copies import new_folder
from orchestration.release.exports import file_order, write_csv
from orchestration.release.pages import rows
from orchestration.release.reasons import REASONS
from orchestration.release.schema import PANEL, PublishedTable, as_released
from sources.magnitudes import MONEY, UNSCALED
from sources.settings import DepositSettings

if TYPE_CHECKING:
    import duckdb

TEMPLATE = Path(__file__).resolve().parent / "template"
#: sections of the dashboard's words that the pages use
WORDS = (
    "site", "labels", "level", "level_one", "measure", "qualifier", "status", "status_class", "state", "state_why",
    "refusal", "unit", "category", "figure", "measured_on",
)  # fmt: skip


def write_pages(
    release: Release,
    folder: Path,
    schema: Mapping[str, PublishedTable],
    settings: DepositSettings,
    words: Mapping[str, Mapping[str, Any]],
    latin: rows.Latin,
) -> int:
    """Write the pages of `release` as `folder`, which must not be there; return how many bytes they are.

    `words` are the dashboard's, `latin` gives the names of places in Latin letters. Raises ReleaseError where the
    folder is there, OSError where the disk refuses; nothing is left of it then.
    """
    dataset = about(release.id, release.manifest.get("covered", {}), settings)
    with new_folder(release, folder) as beside, duckdb_at(release.path / "baogao.duckdb") as connection:
        shutil.copytree(TEMPLATE, beside, dirs_exist_ok=True)
        tables = as_released(connection, schema)
        known = rows.columns(connection, tables[PANEL])
        site = {
            "release": release.id,
            "title": dataset.title,
            "citation": dataset.citation,
            "licence": dataset.licence,
            "contact": dataset.contact,
            "columns": known,
            "indicators": rows.indicators(connection),
            "regions": rows.regions(connection, latin),
            "coverage": rows.coverage(connection),
            "card": rows.error_rates(connection),
            "reasons": {letter: {"zh": reason.zh, "en": reason.en} for letter, reason in REASONS.items()},
            "tiles": words["tiles"],
            "unscaled": UNSCALED,
            "money": MONEY,
            "words": {name: words[name] for name in WORDS},
        }
        _write(beside, "site", site, packed=False)
        _write_cells(connection, beside, tables[PANEL], known)
        query = f"select * from {PANEL} order by {file_order(connection, PANEL)}"
        write_csv(connection, query, beside / "data" / f"{PANEL}.csv")
        (beside / "data" / "codebook.md").write_text(
            codebook.markdown({PANEL: tables[PANEL]}, {PANEL: count(connection, PANEL)}), encoding="utf-8"
        )
        return sum(path.stat().st_size for path in beside.rglob("*") if path.is_file())


def _write_cells(
    connection: duckdb.DuckDBPyConnection, folder: Path, panel: PublishedTable, known: list[rows.Data]
) -> None:
    """Write a script for each region, with its sentences, and one for each column, with the values of all regions."""
    why = rows.why_empty(connection, panel, known)
    by_column: dict[str, list[list[Any]]] = defaultdict(list)
    for region, found in rows.cells(connection, known):
        _write(folder, f"region/{region}", {**found, **why.get(region, {"years": [], "why": {}})})
        for column, of_region in found["cells"].items():
            by_column[column] += [[region, *cell[:4]] for cell in of_region]
    for column, values in by_column.items():
        _write(folder, f"column/{column}", values)


def _write(folder: Path, name: str, content: Any, *, packed: bool = True) -> None:
    """Write `content` as a script that hands it to the page under `name`; `packed` is a quarter of the bytes."""
    path = folder / "data" / f"{name}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    told = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    if packed:
        told = f'"{base64.b64encode(gzip.compress(told.encode(), mtime=0)).decode()}"'
    # JSON is JavaScript but for two line ends; and nobody who puts it into a page shall end the script
    for sign, escaped in (("\u2028", "\\u2028"), ("\u2029", "\\u2029"), ("<", "\\u003c")):
        told = told.replace(sign, escaped)
    path.write_text(f'baogao.put("{name}",{told});\n', encoding="utf-8")
