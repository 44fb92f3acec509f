"""Rows as Python's values."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from sources.rows import rows_of


def test_rows_are_those_of_to_pylist() -> None:
    moments = [datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC), None, datetime(1969, 12, 31, tzinfo=UTC)]
    data = pa.table(
        {
            "at": pa.array(moments, pa.timestamp("us", tz="UTC")),
            "word": ["甲", None, "乙"],
            "again": pa.array(moments, pa.timestamp("ns", tz="UTC")).cast(pa.timestamp("us", tz="UTC")),
        }
    )
    assert rows_of(data) == data.to_pylist() and rows_of(data)[0]["at"] == moments[0]
    assert rows_of(data.slice(0, 0)) == [] and rows_of(data.select(["word"])) == data.select(["word"]).to_pylist()
