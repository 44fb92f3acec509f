"""Reading and writing the raw tables' Parquet files, one file per table and partition, put whole or not at all.

What belongs here: paths below the lake's root, atomic writes, reading back. What does not: which rows are right
(``expectations``) and when to write (``orchestration``).

The root is any fsspec address. On a local disk a file is written under a temporary name and renamed; in an object
store a put is atomic by itself.
"""

from __future__ import annotations

import glob
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sources.errors import BaogaoError
from sources.partitions import PROVINCES, YEARS, Partition
from sources.tables import Table

#: rows in one Parquet row group; a reader that wants one report need not decode a whole province
ROW_GROUP = 20_000
#: metadata that grows with the rows: a footer does not hold it, since a run holds the footers of the whole lake
LONG_METADATA = frozenset({"documents"})


class DamagedFileError(BaogaoError):
    """A file of the lake can't be read as Parquet; the message names it and says what to do."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} is damaged ({reason}); `baogao run --verify` sets it aside and makes it anew")
        self.path, self.reason = path, reason


@dataclass(frozen=True)
class Footer:
    """What stands at the end of a Parquet file, without a look at its rows.

    `metadata` is what ``Lake.write`` stored beside them; `range` gives the least and the greatest value of a column
    without empty cells, where the file tells.
    """

    n_rows: int
    metadata: dict[str, str]
    range: dict[str, tuple[Any, Any]] = field(default_factory=dict)


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
        try:
            return read_file(*place(self.path(table.name, partition)), columns)
        except FileNotFoundError:
            return None

    def n_rows(self, table: Table, partition: Partition) -> int:
        """Return the number of rows of the partition's file, from its footer alone; 0 where there is none."""
        found = self.footer(table.name, partition)
        return found.n_rows if found else 0

    def metadata(self, table: Table | str, partition: Partition) -> dict[str, str]:
        """Return what `write` stored beside the rows; empty where there is no file."""
        found = self.footer(table if isinstance(table, str) else table.name, partition)
        return dict(found.metadata) if found else {}

    def long_metadata(self, table: Table, partition: Partition, name: str) -> str:
        """Return one of LONG_METADATA as `write` stored it; empty where there is none. Raises DamagedFileError."""
        filesystem, path = place(self.path(table.name, partition))
        try:
            with _readable(path), _opened(filesystem, path) as handle:
                stored: dict[bytes, bytes] = pq.read_metadata(handle).metadata or {}
        except FileNotFoundError:
            return ""
        return stored.get(name.encode(), b"").decode()

    def groups(
        self, table: Table, partition: Partition, by: str, wanted: Collection[str], columns: list[str] | None = None
    ) -> Iterator[pa.Table]:
        """Yield the rows whose column `by` is one of `wanted`, from one row group after the other.

        A group without such a row is not read, and no more than one is held. Raises DamagedFileError.
        """
        if not wanted:
            return
        filesystem, path = place(self.path(table.name, partition))
        values = pa.array(wanted, pa.string())
        with _readable(path), _opened(filesystem, path) as handle:
            file = pq.ParquetFile(handle, page_checksum_verification=True)
            for number in range(file.num_row_groups):
                chosen = pc.is_in(file.read_row_group(number, [by], use_threads=False)[by], value_set=values)
                if not pc.any(chosen).as_py():
                    continue
                data = file.read_row_group(number, columns, use_threads=False)
                found = data if columns is None else data.select(columns)
                yield found if pc.all(chosen).as_py() else found.filter(chosen)

    def footer(self, table: str, partition: Partition, part: str = "") -> Footer | None:
        """Return the footer of the partition's file, None where there is none. Raises DamagedFileError."""
        try:
            return footer(self.path(table, partition, part))
        except FileNotFoundError:
            return None

    def stamps(self, table: str = "") -> list[tuple[str, int, str]]:
        """Return path, size and time (or version) of every file of the lake, or of one table.

        They are the same as long as nothing is written.
        """
        filesystem, folder = place(f"{self.root}/{table}" if table else self.root)
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
        filesystem, folder = place(self.root)
        if not _remote(filesystem):
            # without a look at each file's status, of which a lake has thousands
            return sorted(f"{folder}/{path}" for path in glob.iglob(pattern, root_dir=folder))  # noqa: PTH207
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
    filesystem, target = place(path)
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


def footer(path: str) -> Footer:
    """Return what stands at the end of a Parquet file; that of a local file is read once as long as it is the same.

    A run asks for the same footers several times: what is stale, what was built from what, how many rows there are.
    Raises FileNotFoundError, and DamagedFileError where it can't be read.
    """
    filesystem, target = place(path)
    if _remote(filesystem):
        return _read_footer(filesystem, target)
    stat = os.stat(target)  # noqa: PTH116
    return _local_footer(target, stat.st_size, stat.st_mtime_ns, stat.st_ino)


@lru_cache(maxsize=50_000)
def _local_footer(path: str, _size: int, _changed_ns: int, _inode: int) -> Footer:
    """A file is put by a rename, so it has another number (inode) even where size and time are the former's."""
    return _read_footer(_local(), path)


def _read_footer(filesystem: fsspec.AbstractFileSystem, path: str) -> Footer:
    with _readable(path), _opened(filesystem, path) as handle:
        told = pq.read_metadata(handle)
        stored = told.metadata or {}
        return Footer(
            told.num_rows,
            {
                key.decode(): value.decode()
                for key, value in stored.items()
                if key != b"ARROW:schema" and key.decode() not in LONG_METADATA
            },
            _ranges(told),
        )


#: columns whose range spares a look at the rows: all verdicts held, all documents were accepted, all fetches went well
RANGED = ("success", "accepted", "outcome")


def _ranges(told: pq.FileMetaData) -> dict[str, tuple[Any, Any]]:
    found: dict[str, tuple[Any, Any]] = {}
    for name in RANGED:
        at = told.schema.names.index(name) if name in told.schema.names else -1
        parts = [
            told.row_group(number).column(at).statistics for number in range(told.num_row_groups if at >= 0 else 0)
        ]
        if parts and all(part is not None and part.has_min_max and not part.null_count for part in parts):
            found[name] = (min(part.min for part in parts), max(part.max for part in parts))
    return found


@cache
def _local() -> fsspec.AbstractFileSystem:
    return fsspec.filesystem("file")


def place(path: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """Return the filesystem of `path` and its name there; quickly where it is a plain local path."""
    if "://" in path or "::" in path:
        filesystem, target = fsspec.core.url_to_fs(path)
        return filesystem, str(target)
    return _local(), path if os.path.isabs(path) else os.path.abspath(path)  # noqa: PTH100, PTH117


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
