"""The one way in which Python code of this package opens a DuckDB file.

What belongs here: how long it waits for another process, what it may hold. What does not: what is asked of the file.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.home.memory import duckdb_limit

if TYPE_CHECKING:
    import duckdb

#: a query over a file may hold so many times its bytes: that sufficed to publish 60,000 reports
_TIMES_THE_FILE = 2
#: a file that another process writes is asked for again after so many seconds, then after twice as many, and so on
_FIRST_WAIT, _RETRIES = 0.1, 10


@contextmanager
def duckdb_at(path: Path | str, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file. Raises duckdb.IOException where it can't be opened, after waiting some 100 seconds."""
    size = Path(path).stat().st_size if Path(path).exists() else 0
    connection = _connect(str(path), read_only)
    try:
        # not by the configuration: DuckDB opens a file that is open already with the same one only
        connection.execute(f"set memory_limit = '{duckdb_limit(_TIMES_THE_FILE * size)}'")
        yield connection
    finally:
        connection.close()


def _connect(path: str, read_only: bool) -> duckdb.DuckDBPyConnection:
    import duckdb

    for attempt in range(_RETRIES):
        try:
            return duckdb.connect(path, read_only=read_only)
        except duckdb.IOException:
            time.sleep(_FIRST_WAIT * 2**attempt)
    return duckdb.connect(path, read_only=read_only)
