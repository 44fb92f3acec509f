"""Reading and writing the raw tables' Parquet files, one file per table and partition, put whole or not at all.

What belongs here: paths below the lake's root, atomic writes, reading back. What does not: which rows are right
(``expectations``) and when to write (``orchestration``).

The root is any fsspec address. On a local disk a file is written under a temporary name and renamed; in an object
store a put is atomic by itself.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from sources.partitions import PROVINCES, YEARS, Partition
from sources.tables import Table

#: rows in one Parquet row group; a reader that wants one report need not decode a whole province
ROW_GROUP = 20_000


@dataclass(frozen=True)
class Lake:
    """The folder of raw tables. `root` is a local path or an fsspec address such as s3://bucket/lake."""

    root: str

    def path(self, table: str, partition: Partition, part: str = "") -> str:
        """Return the partition's file; `part` tells apart files that several writers put side by side."""
        ending = f".{part}.parquet" if part else ".parquet"
        return f"{self.root}/{table}/{partition.report_year}/{partition.province}{ending}"

    def glob(self, table: str) -> str:
        """Return the pattern of all files of `table`, for DuckDB's read_parquet."""
        return f"{self.root}/{table}/*/*.parquet"

    def write(
        self,
        table: Table,
        partition: Partition,
        data: pa.Table,
        metadata: dict[str, str] | None = None,
        part: str = "",
    ) -> str:
        """Put `data` (of exactly the table's schema) in the partition's place, whole or not at all; return its path.

        `metadata` goes into the file's key-value metadata (fingerprint of the inputs, version of the rules).
        Raises ValueError if the schema is not the table's, OSError if the disk refuses: the former file then stands.
        """
        if data.schema.remove_metadata() != table.arrow_schema():
            raise ValueError(f"table {table.name}: frame does not have the contract's schema")
        stored = {key.encode(): value.encode() for key, value in (metadata or {}).items()}
        path = self.path(table.name, partition, part)
        filesystem, target = fsspec.core.url_to_fs(path)
        filesystem.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
        temporary = f"{target}.{os.getpid()}.{secrets.token_hex(4)}.tmp"
        try:
            with filesystem.open(temporary, "wb") as handle:
                pq.write_table(
                    data.replace_schema_metadata(stored), handle, compression="zstd", row_group_size=ROW_GROUP
                )
            filesystem.mv(temporary, target) if _remote(filesystem) else os.replace(temporary, target)  # noqa: PTH105
        except BaseException:
            if filesystem.exists(temporary):
                filesystem.rm(temporary)
            raise
        return path

    def read(self, table: Table, partition: Partition, columns: list[str] | None = None) -> pa.Table | None:
        """Return the partition's rows, or None where nothing was written yet."""
        filesystem, target = fsspec.core.url_to_fs(self.path(table.name, partition))
        if not filesystem.exists(target):
            return None
        with filesystem.open(target, "rb") as handle:
            return pq.read_table(handle, columns=columns)

    def n_rows(self, table: Table, partition: Partition) -> int:
        """Return the number of rows of the partition's file, from its footer alone; 0 where there is none."""
        filesystem, target = fsspec.core.url_to_fs(self.path(table.name, partition))
        if not filesystem.exists(target):
            return 0
        with filesystem.open(target, "rb") as handle:
            return int(pq.read_metadata(handle).num_rows)

    def metadata(self, table: Table | str, partition: Partition) -> dict[str, str]:
        """Return what `write` stored beside the rows; empty where there is no file."""
        name = table if isinstance(table, str) else table.name
        filesystem, target = fsspec.core.url_to_fs(self.path(name, partition))
        try:
            with filesystem.open(target, "rb") as handle:
                stored = pq.read_schema(handle).metadata or {}
        except FileNotFoundError:
            return {}
        return {key.decode(): value.decode() for key, value in stored.items() if key != b"ARROW:schema"}

    def stamps(self) -> list[tuple[str, int, str]]:
        """Return path, size and time (or version) of every file of the lake: the same as long as nothing is written."""
        filesystem, folder = fsspec.core.url_to_fs(self.root)
        if not filesystem.exists(folder):
            return []
        found = filesystem.find(folder, detail=True).items()
        version = ("mtime", "LastModified", "last_modified", "updated", "ETag")
        return sorted(
            (path, int(info.get("size") or 0), str([info[name] for name in version if name in info]))
            for path, info in found
        )

    def partitions(self, table: str) -> Iterator[Partition]:
        """Yield the partitions that have a file of `table`, in order."""
        filesystem, folder = fsspec.core.url_to_fs(f"{self.root}/{table}")
        if not filesystem.exists(folder):
            return
        for path in sorted(filesystem.glob(f"{folder}/*/*.parquet")):
            year, name = path.split("/")[-2:]
            province = name.removesuffix(".parquet")
            if province in PROVINCES and year in YEARS:
                yield Partition(province, year)


def _remote(filesystem: fsspec.AbstractFileSystem) -> bool:
    protocols = filesystem.protocol if isinstance(filesystem.protocol, tuple) else (filesystem.protocol,)
    return "file" not in protocols
