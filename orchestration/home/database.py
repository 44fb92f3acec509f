"""How Python code of this package opens a DuckDB file, and what a query over it may hold.

What does not belong here: what is asked of the file; Dagster's resource (``cockpit/resources.py``).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.home.memory import duckdb_limit

if TYPE_CHECKING:
    import duckdb

#: a query over a file may hold so much of its bytes: 60,000 reports were published with it, and what is allowed is
#: filled, by the file's own blocks
_OF_THE_FILE = 0.5


@contextmanager
def duckdb_at(path: Path | str, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file. Raises duckdb.IOException where it can't be opened."""
    import duckdb

    limit = memory_limit(path)
    with duckdb.connect(str(path), read_only=read_only) as connection:
        connection.execute(limit)
        yield connection


def memory_limit(path: Path | str) -> str:
    """Return the statements that hold a connection to what a query over the file at `path` may take.

    Not by the configuration: DuckDB opens a file that is open already with the same one only. What doesn't fit is
    spilled beside the file; beside a released one, whose folder may not be written, among the machine's own.
    """
    path = Path(path)
    size = path.stat().st_size if path.exists() else 0
    limit = f"set memory_limit = '{duckdb_limit(int(_OF_THE_FILE * size))}'"
    if os.access(path.parent, os.W_OK):
        return limit
    return f"{limit}; set temp_directory = '{tempfile.gettempdir()}/baogao-duckdb-{os.getpid()}'"
