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
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from sources.partitions import PROVINCES, YEARS, Partition
from sources.tables import Table

#: rows in one Parquet row group; a reader that wants one report need not decode a whole province
ROW_GROUP = 20_000


class DamagedFileError(RuntimeError):
    """A file of the lake can't be read as Parquet; the message names it and says what to do."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} is damaged ({reason}); `baogao run --verify` sets it aside and makes it anew")
        self.path, self.reason = path, reason


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
        return put(self.path(table.name, partition, part), data.replace_schema_metadata(stored))

    def read(self, table: Table, partition: Partition, columns: list[str] | None = None) -> pa.Table | None:
        """Return the partition's rows, or None where nothing was written yet. Raises DamagedFileError."""
        filesystem, target = fsspec.core.url_to_fs(self.path(table.name, partition))
        try:
            return read_file(filesystem, target, columns)
        except FileNotFoundError:
            return None

    def n_rows(self, table: Table, partition: Partition) -> int:
        """Return the number of rows of the partition's file, from its footer alone; 0 where there is none."""
        filesystem, target = fsspec.core.url_to_fs(self.path(table.name, partition))
        try:
            return int(footer(filesystem, target).num_rows)
        except FileNotFoundError:
            return 0

    def metadata(self, table: Table | str, partition: Partition) -> dict[str, str]:
        """Return what `write` stored beside the rows; empty where there is no file."""
        name = table if isinstance(table, str) else table.name
        filesystem, target = fsspec.core.url_to_fs(self.path(name, partition))
        try:
            stored = footer(filesystem, target).metadata or {}
        except FileNotFoundError:
            return {}
        return {key.decode(): value.decode() for key, value in stored.items() if key != b"ARROW:schema"}

    def stamps(self, table: str = "") -> list[tuple[str, int, str]]:
        """Return path, size and time (or version) of every file of the lake, or of one table.

        They are the same as long as nothing is written.
        """
        filesystem, folder = fsspec.core.url_to_fs(f"{self.root}/{table}" if table else self.root)
        if not filesystem.exists(folder):
            return []
        found = filesystem.find(folder, detail=True).items()
        version = ("mtime", "LastModified", "last_modified", "updated", "ETag")
        return sorted(
            (path, int(info.get("size") or 0), str([info[name] for name in version if name in info]))
            for path, info in found
        )

    def find(self, pattern: str) -> list[str]:
        """Return the paths of the files below the root that match `pattern`, in order, as their filesystem has them."""
        filesystem, folder = fsspec.core.url_to_fs(self.root)
        if not _remote(filesystem):
            # without a look at each file's status, of which a lake has thousands
            return sorted(map(str, Path(folder).glob(pattern)))
        return sorted(filesystem.glob(f"{folder}/{pattern}")) if filesystem.exists(folder) else []

    def partitions(self, table: str) -> Iterator[Partition]:
        """Yield the partitions that have a file of `table`, in order."""
        for path in self.find(f"{table}/*/*.parquet"):
            year, name = path.split("/")[-2:]
            province = name.removesuffix(".parquet")
            if province in PROVINCES and year in YEARS:
                yield Partition(province, year)


def put(path: str, data: pa.Table) -> str:
    """Write `data` to `path` (any fsspec address), whole or not at all, and return the path.

    Pages carry checksums, so that a damaged file is not taken for other rows. Raises OSError if the disk refuses: what
    lay there then stays.
    """
    filesystem, target = fsspec.core.url_to_fs(path)
    filesystem.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
    temporary = f"{target}.{os.getpid()}.{secrets.token_hex(4)}.tmp"
    try:
        with filesystem.open(temporary, "wb") as handle:
            pq.write_table(data, handle, compression="zstd", row_group_size=ROW_GROUP, write_page_checksum=True)
        filesystem.mv(temporary, target) if _remote(filesystem) else os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        if filesystem.exists(temporary):
            filesystem.rm(temporary)
        raise
    return path


@contextmanager
def _readable(path: str) -> Iterator[None]:
    """Name the file where Parquet can't be read; `FileNotFoundError` passes."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        # Arrow raises a bare OSError for what it can't decode; the operating system's have a number
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DamagedFileError(path, str(error).splitlines()[0][:200]) from error


def read_file(filesystem: fsspec.AbstractFileSystem, path: str, columns: list[str] | None = None) -> pa.Table:
    """Return the rows of a Parquet file, every page held against its checksum. Raises DamagedFileError."""
    with _readable(path), _opened(filesystem, path) as handle:
        file = pq.ParquetFile(handle, page_checksum_verification=True)
        if missing := set(columns or ()) - set(file.schema_arrow.names):
            raise pa.ArrowInvalid(f"no column {', '.join(sorted(missing))}")
        # most files are small: to hand one to threads takes longer than to read it
        data = file.read(columns, use_threads=False)
        return data if columns is None else data.select(columns)


def footer(filesystem: fsspec.AbstractFileSystem, path: str) -> pq.FileMetaData:
    """Return what stands at the end of a Parquet file: counts, statistics, what was stored beside the rows.

    Raises FileNotFoundError, and DamagedFileError where it can't be read.
    """
    with _readable(path), _opened(filesystem, path) as handle:
        return pq.ParquetFile(handle).metadata


def _opened(filesystem: fsspec.AbstractFileSystem, path: str) -> AbstractContextManager[Any]:
    """Open a file for Arrow: a local one by its path, since Python in between doubles what a small file costs."""
    return filesystem.open(path, "rb") if _remote(filesystem) else pa.OSFile(path)


def is_local(path: str) -> bool:
    """Whether `path` (of a lake, or a file in it) is on a disk of this machine."""
    if "://" not in path and "::" not in path:
        return True
    return not _remote(fsspec.core.url_to_fs(path)[0])


def _remote(filesystem: fsspec.AbstractFileSystem) -> bool:
    protocols = filesystem.protocol if isinstance(filesystem.protocol, tuple) else (filesystem.protocol,)
    return "file" not in protocols
