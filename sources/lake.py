"""Reading and writing the raw tables' Parquet files, one file per table and partition, put whole or not at all.

What belongs here: paths below the lake's root, whole writes, reading back. What does not: which rows are right
(``expectations``) and when to write (``orchestration``), how a store is asked (``store``).

On a local disk a file is written under a temporary name and renamed; in an S3 store one put is whole by itself, and a
partition's is refused where another has written the file since the work began (``store.viewing``).
"""

from __future__ import annotations

import fnmatch
import glob
import io
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sources import store
from sources.disk import flush, walk
from sources.errors import BaogaoError
from sources.partitions import PROVINCES, YEARS, Partition
from sources.store import is_local
from sources.tables import SNAPSHOTS, Table

#: rows in one Parquet row group; a reader that wants one report need not decode a whole province
ROW_GROUP = 20_000
#: metadata that grows with the rows: a footer does not hold it, since a run holds the footers of the whole lake
LONG_METADATA = frozenset({"documents"})
#: bytes at the end of an object that are asked for first: the footer of a partition of some thousand documents fits
_TAIL = 1 << 16


class DamagedFileError(BaogaoError):
    """A file of the lake can't be read as Parquet; the message names it and says what to do."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            "{path} is damaged ({reason}); `baogao run --verify` sets it aside and makes it anew",
            path=path,
            reason=reason,
        )
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
    """The folder of raw tables. `root` is a local path or an address in a store such as s3://bucket/lake.

    `scratch` is the folder of this machine in which a file grows before a store takes it whole; without a store it
    grows beside its place.
    """

    root: str
    scratch: str = ""

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
        Raises ValueError if the schema is not the table's, OSError if the disk refuses, ChangedError if another wrote
        the file since the view of the store began: the former file then stands.
        """
        if data.schema.remove_metadata() != table.arrow_schema():
            raise ValueError(f"table {table.name}: frame does not have the contract's schema")
        stored = {key.encode(): value.encode() for key, value in (metadata or {}).items()}
        path = self.path(table.name, partition, part)
        return put(path, data.replace_schema_metadata(stored), seen=True, flushed=is_flushed(table))

    def read(self, table: Table, partition: Partition, columns: list[str] | None = None) -> pa.Table | None:
        """Return the partition's rows, or None where nothing was written yet. Raises DamagedFileError."""
        try:
            return read_file(self.path(table.name, partition), columns)
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
        path = self.path(table.name, partition)
        try:
            with _readable(path), _opened_at_end(path) as handle:
                stored: dict[bytes, bytes] = pq.read_metadata(handle).metadata or {}
        except FileNotFoundError:
            return ""
        return stored.get(name.encode(), b"").decode()

    def groups(
        self, table: Table, partition: Partition, by: str, wanted: Collection[str], columns: list[str] | None = None
    ) -> Iterator[pa.Table]:
        """Yield the rows whose column `by` is one of `wanted`, from one row group after the other.

        A group without such a row is not read, and no more than one is held; of an object in a store also the bytes.
        Raises FileNotFoundError, DamagedFileError.
        """
        if not wanted:
            return
        path = self.path(table.name, partition)
        values = pa.array(wanted, pa.string())
        with _readable(path), _opened(path) as handle:
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
        folder = f"{self.root}/{table}" if table else self.root
        if not is_local(folder):
            return sorted((path, stored.size, stored.etag) for path, stored in store.listing(folder).items())
        found = (os.path.join(place, name) for place, _, names in walk(folder) for name in names)  # noqa: PTH118
        states = ((path, os.stat(path)) for path in found)  # noqa: PTH116
        return sorted((path, state.st_size, str([state.st_mtime])) for path, state in states)

    def find(self, pattern: str) -> list[str]:
        """Return the paths of the files below the root that match `pattern`, in order, each as whole as the root.

        Raises OSError where a folder is there and can't be read: files that nobody saw would count as gone.
        """
        if is_local(self.root):
            folder = os.path.abspath(self.root)  # noqa: PTH100
            return sorted(_matching(folder, pattern.split("/")))
        plain = "/".join([self.root, *pattern.split("/")[: pattern[: pattern.index("*")].count("/")]])
        return sorted(path for path in store.listing(plain) if self._matches(path, pattern))

    def _matches(self, path: str, pattern: str) -> bool:
        inside = path.removeprefix(f"{self.root}/")
        return inside.count("/") == pattern.count("/") and PurePosixPath(inside).match(pattern)

    def partitions(self, table: str) -> Iterator[Partition]:
        """Yield the partitions that have a file of `table`, in order."""
        for path in self.find(f"{table}/*/*.parquet"):
            year, name = path.split("/")[-2:]
            province = name.removesuffix(".parquet")
            if province in PROVINCES and year in YEARS:
                yield Partition(province, year)


def _matching(folder: str, pattern: list[str]) -> Iterator[str]:
    """Yield the paths below `folder` whose parts match, without a look at each file's status: there are thousands.

    ``glob`` would pass over a folder that can't be read.
    """
    first, *rest = pattern
    if not glob.has_magic(first):
        names = [first] if rest or os.path.lexists(f"{folder}/{first}") else []
    else:
        names = []
        with suppress(FileNotFoundError, NotADirectoryError):
            names = fnmatch.filter(os.listdir(folder), first)  # noqa: PTH208
    for name in names:
        if name[0] == "." and first[0] != ".":
            continue
        yield from _matching(f"{folder}/{name}", rest) if rest else [f"{folder}/{name}"]


def is_flushed(table: Table) -> bool:
    """Whether a table's files are on disk before what was there may go: the ledger can't be made from anything."""
    return table is SNAPSHOTS


def put(path: str, data: pa.Table, *, seen: bool = False, flushed: bool = False) -> str:
    """Write `data` to `path` (of a disk, or in a store), whole or not at all, and return the path.

    Pages carry checksums, so that a damaged file is not taken for other rows. `seen`: in a store, only if the file is
    still the one that the view began with. What is `flushed` to a disk outlives a power cut. Raises OSError if the disk
    refuses, StoreError: what lay there then stays.
    """
    if not is_local(path):
        buffer = io.BytesIO()
        _write(data, buffer)
        (store.put_seen if seen else store.put)(path, buffer.getvalue())
        return path
    temporary = temporary_of(path)
    try:
        with open(temporary, "wb") as handle:  # noqa: PTH123
            _write(data, handle)
        replace(temporary, path, flushed=flushed)
    except BaseException:
        if os.path.exists(temporary):  # noqa: PTH110
            os.remove(temporary)  # noqa: PTH107
        raise
    return path


def temporary_of(path: str) -> str:
    """Return a name beside `path`, of a disk, that nobody else uses; its folder is made."""
    target = os.path.abspath(path)  # noqa: PTH100
    os.makedirs(target.rsplit("/", 1)[0], exist_ok=True)  # noqa: PTH103
    return f"{target}.{os.getpid()}.{secrets.token_hex(4)}.tmp"


def replace(temporary: str, path: str, *, flushed: bool = False) -> None:
    """Put a whole file in the place of another one of the same disk; see ``put``. Raises OSError."""
    target = os.path.abspath(path)  # noqa: PTH100
    if flushed:
        flush(temporary)
    os.replace(temporary, target)  # noqa: PTH105
    if flushed:
        flush(os.path.dirname(target))  # noqa: PTH120


def _write(data: pa.Table, handle: Any) -> None:
    pq.write_table(data, handle, compression="zstd", row_group_size=ROW_GROUP, write_page_checksum=True)


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


def read_file(path: str, columns: list[str] | None = None) -> pa.Table:
    """Return the rows of a Parquet file, every page held against its checksum. Raises DamagedFileError."""
    with _readable(path), _opened(path) as handle:
        file = pq.ParquetFile(handle, page_checksum_verification=True)
        if missing := set(columns or ()) - set(file.schema_arrow.names):
            raise pa.ArrowInvalid(f"no column {', '.join(sorted(missing))}")
        # most files are small: to hand one to threads takes longer than to read it
        data = file.read(columns, use_threads=False)
        return data if columns is None else data.select(columns)


def footer(path: str) -> Footer:
    """Return what stands at the end of a Parquet file, which is read once as long as the file is the same.

    A run asks for the same footers several times: what is stale, what was built from what, how many rows there are.
    Raises FileNotFoundError, and DamagedFileError where it can't be read.
    """
    if is_local(path):
        target = os.path.abspath(path)  # noqa: PTH100
        stat = os.stat(target)  # noqa: PTH116
        return _local_footer(target, stat.st_size, stat.st_mtime_ns, stat.st_ino)
    stored = store.stored_at(path)
    if stored is None:
        raise FileNotFoundError(path)
    return _stored_footer(path, stored.size, stored.etag)


@lru_cache(maxsize=50_000)
def _local_footer(path: str, _size: int, _changed_ns: int, _inode: int) -> Footer:
    """A file is put by a rename, so it has another number (inode) even where size and time are the former's."""
    with _readable(path), pa.OSFile(path) as handle:
        return _read_footer(handle)


@lru_cache(maxsize=50_000)
def _stored_footer(path: str, size: int, _etag: str) -> Footer:
    with _readable(path):
        return _read_footer(pa.BufferReader(_tail(path, size)))


def _tail(path: str, size: int) -> bytes:
    """Return the end of an object of `size` bytes, its whole footer at least: by a second request where it is long."""
    tail = store.get(path, max(0, size - _TAIL))
    # its length stands before the last four bytes
    needed = int.from_bytes(tail[-8:-4], "little") + 8
    return tail if needed <= len(tail) else store.get(path, max(0, size - needed))


def _read_footer(handle: Any) -> Footer:
    told = pq.read_metadata(handle)
    stored = told.metadata or {}
    return Footer(
        told.num_rows,
        {
            name: value.decode()
            for key, value in stored.items()
            if key != b"ARROW:schema" and (name := key.decode()) not in LONG_METADATA
        },
        _ranges(told),
    )


#: columns whose range spares a look at the rows: all verdicts held, all documents were accepted, all fetches went well
RANGED = ("success", "accepted", "outcome")


def _ranges(told: pq.FileMetaData) -> dict[str, tuple[Any, Any]]:
    found: dict[str, tuple[Any, Any]] = {}
    names = told.schema.names  # made anew at each look, and this is done for thousands of files
    for name in RANGED:
        if name not in names:
            continue
        at = names.index(name)
        parts = [told.row_group(number).column(at).statistics for number in range(told.num_row_groups)]
        if parts and all(part is not None and part.has_min_max and not part.null_count for part in parts):
            found[name] = (min(part.min for part in parts), max(part.max for part in parts))
    return found


def _opened(path: str) -> AbstractContextManager[Any]:
    """Open a file for Arrow: a local one by its path, an object as bytes that one request brings."""
    return pa.OSFile(path) if is_local(path) else pa.BufferReader(store.get(path))


def _opened_at_end(path: str) -> AbstractContextManager[Any]:
    """Open a file for Arrow that is asked for its footer alone: of an object only the end is brought."""
    if is_local(path):
        return pa.OSFile(path)
    stored = store.stored_at(path)
    if stored is None:
        raise FileNotFoundError(path)
    return pa.BufferReader(_tail(path, stored.size))
