"""Modules that a library imports at its head and hardly ever uses: loaded when something of them is asked for, or not.

What does not belong here: which modules those are (``runner.py``).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for the module of its name to whoever imported that while a block of `later` ran."""

    # importlib.util.LazyLoader is of no use here: with Python 3.11 a second import, which asks for __spec__, loads
    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def later(*names: str) -> Iterator[None]:
    """Have what is imported while the block runs load the modules `names` only where it uses them.

    A module that is loaded already stays. Whoever imports one after the block gets the module itself.
    """
    stand_ins = {name: _Later(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


@contextmanager
def absent(*names: str) -> Iterator[None]:
    """Have what is imported while the block runs go without the modules `names`, as where they are not installed.

    A module that is loaded already stays.
    """
    stand_ins = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(stand_ins))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]
