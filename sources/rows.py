"""Rows of an Arrow table as Python's values.

What belongs here: that step, without what Arrow loads for it. What does not: reading and writing files (``lake.py``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rows_of(data: pa.Table) -> list[dict[str, Any]]:
    """Return the rows as ``to_pylist`` does, times in UTC; that loads pandas, a quarter of a second, for times."""
    times = [field.name for field in data.schema if pa.types.is_timestamp(field.type)]
    for name in times:
        moments = data.column(name).cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())
        data = data.set_column(data.schema.get_field_index(name), name, moments)
    rows: list[dict[str, Any]] = data.to_pylist()
    for row in rows:
        for name in times:
            if row[name] is not None:
                row[name] = _EPOCH + timedelta(microseconds=row[name])
    return rows
