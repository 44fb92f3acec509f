"""Writing a partition's file piece by piece, so that no more of it is in memory than a row group; a store, which takes
a file by one put, is given the whole one at the end.

What belongs here: the file under its temporary name. What does not: paths and reading (``lake.py``), which rows are
right (``expectations``).
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sources import store
from sources.lake import ROW_GROUP, Lake, is_flushed, replace, temporary_of
from sources.partitions import Partition
from sources.tables import Table

#: bytes of rows that are held before they are written: texts of reports fill a group long before ROW_GROUP rows do
GROUP_BYTES = 32_000_000


class Writing:
    """A partition's file that grows piece by piece, and is put in its place whole or not at all."""

    def __init__(self, lake: Lake, table: Table, partition: Partition) -> None:
        self.lake, self.table, self.partition = lake, table, partition
        self.n_rows = 0
        self._held: list[pa.Table] = []
        self._rows_held = self._bytes_held = 0
        self._writer: pq.ParquetWriter | None = None
        self._temporary: Path | None = None

    def add(self, data: pa.Table) -> None:
        """Add rows. Raises ValueError if the schema is not the table's, OSError if the disk refuses."""
        data = data.replace_schema_metadata()
        if data.schema != self.table.arrow_schema():
            raise ValueError(f"table {self.table.name}: frame does not have the contract's schema")
        self.n_rows += data.num_rows
        self._held.append(data)
        self._rows_held += data.num_rows
        self._bytes_held += data.nbytes
        if self._rows_held >= ROW_GROUP or self._bytes_held >= GROUP_BYTES:
            self._flush()

    def put(self, metadata: dict[str, str]) -> None:
        """Put the file in its place, with `metadata`; see ``Lake.write``."""
        if self._writer is None or self._temporary is None:
            self.lake.write(self.table, self.partition, self._rows(), metadata)
            return
        try:
            self._flush()
            self._writer.add_key_value_metadata(metadata)
            self._writer.close()
            path = self.lake.path(self.table.name, self.partition)
            if store.is_local(path):
                replace(str(self._temporary), path, flushed=is_flushed(self.table))
            else:
                store.put_seen(path, self._temporary.read_bytes())
        finally:
            self.drop()

    def drop(self) -> None:
        """Leave what lies in the file's place as it is, and nothing beside it."""
        self._held.clear()
        if self._writer is not None:
            self._writer.close()
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)

    def _rows(self) -> pa.Table:
        rows = pa.concat_tables([self.table.arrow_schema().empty_table(), *self._held])
        self._held.clear()
        self._rows_held = self._bytes_held = 0
        return rows

    def _flush(self) -> None:
        if self._writer is None:
            self._temporary = self._place()
            self._writer = pq.ParquetWriter(
                self._temporary, self.table.arrow_schema(), compression="zstd", write_page_checksum=True
            )
        if self._held:
            self._writer.write_table(self._rows(), row_group_size=ROW_GROUP)

    def _place(self) -> Path:
        path = self.lake.path(self.table.name, self.partition)
        # a store takes a file in one put, and only a whole one
        beside = path if store.is_local(path) else f"{self.lake.scratch}/{self.table.name}"
        return Path(temporary_of(beside))
