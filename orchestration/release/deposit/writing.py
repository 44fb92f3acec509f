"""The folder of a deposit: every file of it, written beside and moved into place whole.

It is flat, since Zenodo knows no folders: one CSV and one Parquet file a table, the DuckDB file, the panel for Stata
and Excel, and what describes them. A release's own exports are cut by year, so that a new one costs what changed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baogao.citing import LICENCE
from orchestration.home.database import duckdb_at
from orchestration.home.releases import Release, file_hash
from orchestration.release import codebook
from orchestration.release.about import Dataset, about, cff
from orchestration.release.copies import copy_file, new_folder
from orchestration.release.deposit.archives import datacite, zenodo
from orchestration.release.deposit.croissant import croissant
from orchestration.release.deposit.datapackage import datapackage
from orchestration.release.deposit.error_card import TABLE as ESTIMATES
from orchestration.release.deposit.error_card import Words, error_card
from orchestration.release.deposit.files import DepositedFile, file_of
from orchestration.release.exports import file_order, write_csv, write_panel, write_parquet
from orchestration.release.reasons import REASONS
from orchestration.release.schema import PANEL, PANEL_KEYS, WHOLE_TEXTS, Column, PublishedTable, as_released
from sources.settings import DepositSettings

if TYPE_CHECKING:
    import duckdb

SUMS = "SHA256SUMS"
DATABASE = "baogao.duckdb"
#: as frictionless and others read times; DuckDB's own form has no T and half a zone
ISO = "strftime(\"{0}\" at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as \"{0}\""


def write_deposit(
    release: Release, folder: Path, schema: Mapping[str, PublishedTable], settings: DepositSettings, words: Words
) -> tuple[Dataset, list[str]]:
    """Write the deposit of `release` as `folder`, which must not be there; return what it says, and its files' names.

    `words` are the texts of codes in both languages. Raises ReleaseError where the folder is there or the release is
    not as it was made, OSError where the disk refuses; nothing is left of it then.
    """
    dataset = about(release.id, release.manifest.get("covered", {}), settings)
    with new_folder(release, folder) as beside:
        with duckdb_at(release.path / DATABASE) as connection:
            tables = as_released(connection, schema)
            files = [
                *_data(release, connection, beside, tables),
                *_documents(connection, beside, tables, dataset, words),
            ]
        _describe(beside, files, dataset, release.manifest.get("versions", {}))
        names = sorted(path.name for path in beside.iterdir())
        sums = "".join(f"{file_hash(beside / name)}  {name}\n" for name in names)
        (beside / SUMS).write_text(sums, encoding="utf-8")
    return dataset, [*names, SUMS]


def _data(
    release: Release, connection: duckdb.DuckDBPyConnection, folder: Path, tables: Mapping[str, PublishedTable]
) -> Iterator[DepositedFile]:
    for table in tables.values():
        query = f'select * from "{table.name}" order by {file_order(connection, table.name)}'
        write_parquet(connection, query, folder / f"{table.name}.parquet")
        write_csv(connection, _with_iso_times(query, table), folder / f"{table.name}.csv")
        for form in ("csv", "parquet"):
            yield file_of(folder, f"{table.name}.{form}", table.description, table.zh, table)
    if PANEL in tables:
        write_panel(connection, folder, tables, release.id, ("dta", "xlsx", "csv"))
        panel = tables[PANEL]
        why = _reasons_of(panel)
        yield file_of(folder, f"{why.name}.csv", why.description, why.zh, why)
        yield file_of(folder, f"{PANEL}.dta", f"{panel.description} For Stata", f"{panel.zh}（Stata）")
        yield file_of(folder, f"{PANEL}.xlsx", f"{panel.description} For Excel", f"{panel.zh}（Excel）")
    _write_database(release, connection, folder / DATABASE)
    yield file_of(folder, DATABASE, "All tables in one file, with comments, for DuckDB", "全部表（DuckDB）")


def _reasons_of(panel: PublishedTable) -> PublishedTable:
    """Return the table that says, at the place of each empty number of the panel, why it is empty."""
    letters = "; ".join(f"{letter} {reason.en}" for letter, reason in REASONS.items())
    letters_zh = "；".join(f"{letter} {reason.zh}" for letter, reason in REASONS.items())
    keys = tuple(column for column in panel.columns if column.name in PANEL_KEYS)
    whys = tuple(
        Column(c.name, "varchar", f"Why there is none of: {c.description}", f"空缺原因：{c.zh}", values=tuple(REASONS))
        for c in panel.columns
        if c.indicator
    )
    described = f"Why a number of the panel is missing, as a letter: {letters}"
    return PublishedTable(f"{PANEL}_reasons", described, f"宽表空缺原因：{letters_zh}", (*keys, *whys), panel.key)


def _with_iso_times(query: str, table: PublishedTable) -> str:
    times = [ISO.format(c.name) for c in table.columns if c.data_type == "timestamp with time zone"]
    return query.replace("select *", f"select * replace ({', '.join(times)})", 1) if times else query


def _write_database(release: Release, connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Copy the released file; where it holds whole texts, into a new one: of what is dropped the bytes stay."""
    texts = [name for name in WHOLE_TEXTS if _is_there(connection, name)]
    copy_file(release, release.path / DATABASE, target)
    if not texts:
        return
    whole = target.with_suffix(".whole")
    target.rename(whole)
    with duckdb_at(whole, read_only=False) as copy:
        for name in texts:
            copy.execute(f'drop table "{name}"')
        copy.execute("checkpoint")
        copy.execute(f"attach '{str(target).replace(chr(39), chr(39) * 2)}' as given")
        (own,) = copy.execute("select current_database()").fetchone() or ("",)
        copy.execute(f'copy from database "{own}" to given')
    whole.unlink()


def _is_there(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(connection.execute("select 1 from duckdb_tables() where table_name = ?", [table]).fetchone())


def _documents(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: Mapping[str, PublishedTable],
    dataset: Dataset,
    words: Words,
) -> Iterator[DepositedFile]:
    counts = dict(connection.execute("select table_name, estimated_size from duckdb_tables()").fetchall())
    (folder / "codebook.md").write_text(codebook.markdown(tables, counts), encoding="utf-8")
    yield file_of(folder, "codebook.md", "What every table and column means", "数据字典")
    with (folder / "codebook.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(codebook.HEADER)
        writer.writerows(codebook.rows(tables))
    yield file_of(folder, "codebook.csv", "What every table and column means, as a table", "数据字典（表）")
    if ESTIMATES in tables:
        (folder / "error_card.md").write_text(error_card(connection, words), encoding="utf-8")
        yield file_of(folder, "error_card.md", "How often the numbers are wrong", "误差卡")
    (folder / "LICENSE.txt").write_text(_licence(dataset), encoding="utf-8")
    yield file_of(folder, "LICENSE.txt", "Licence", "许可")
    (folder / "CITATION.cff").write_text(cff(dataset), encoding="utf-8")
    yield file_of(folder, "CITATION.cff", "How to cite", "引用方式")


def _licence(dataset: Dataset) -> str:
    own = f"{dataset.licence}: {dataset.licence_address}" if dataset.licence else "not stated 未注明"
    return f"Licence of these data 数据许可: {own}\n\n{LICENCE}\n"


def _describe(folder: Path, files: Sequence[DepositedFile], dataset: Dataset, versions: dict[str, str]) -> None:
    readme = folder / "README.md"
    readme.write_text(_readme(files, dataset), encoding="utf-8")
    files = [*files, file_of(folder, readme.name, "What is here", "说明")]
    described: Mapping[str, Any] = {
        "datapackage.json": datapackage(dataset, files, versions),
        "croissant.json": croissant(dataset, files),
        "datacite.json": datacite(dataset),
        ".zenodo.json": zenodo(dataset),
    }
    for name, content in described.items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _readme(files: Sequence[DepositedFile], dataset: Dataset) -> str:
    lines = [f"# {dataset.title}", "", dataset.abstract, "", f"{dataset.citation}.", ""]
    if dataset.contact:
        lines += [f"Contact 联系: {dataset.contact}", ""]
    lines += ["| file 文件 | what it is | 内容 |", "| --- | --- | --- |"]
    # a table's own description is long, and stands in the codebook
    lines += [f"| {file.name} | {file.en.split('. ')[0].split(': ')[0]} | {file.zh} |" for file in files]
    lines += [
        "",
        "`datapackage.json` describes the CSV files (frictionless), `croissant.json` the Parquet files (Croissant); "
        f"`datacite.json` and `.zenodo.json` are for archives; `{SUMS}` holds the hash of every file "
        f"(`sha256sum -c {SUMS}`).",
    ]
    return "\n".join(lines) + "\n"
