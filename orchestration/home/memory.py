"""Memory: what DuckDB may hold, and giving back what a step no longer needs, since what follows needs it.

What does not belong here: what is held and for how long.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys

import pyarrow as pa

#: MB that DuckDB may hold whatever there is to do: enough for thousands of reports
LEAST = 800


def duckdb_limit(bytes_needed: int, least: int = LEAST) -> str:
    """Return DuckDB's `memory_limit` for work that holds so much at its widest: at most half of the machine's memory,
    and no less than `least` MB.

    What doesn't fit is spilled beside the file, but not everything can be: sorts and groups of millions of rows fail
    below some size. More than is needed would make a small history take what others need.
    """
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{max(least, min(bytes_needed, machine // 2) // 10**6)}MB"


def give_back() -> None:
    """Free what nothing refers to any more, and return it; freed memory otherwise stays with this process."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not every C library has it
        if trim is not None:
            trim(0)
