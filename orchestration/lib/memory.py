"""Memory that a step no longer needs, given back to the machine: what follows needs it, often in another process.

What does not belong here: what is held and for how long.
"""

from __future__ import annotations

import ctypes
import gc
import sys

import pyarrow as pa


def give_back() -> None:
    """Free what nothing refers to any more, and return it; freed memory otherwise stays with this process."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not every C library has it
        if trim is not None:
            trim(0)
