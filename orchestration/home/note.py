"""Notes: what one command leaves in the home for the next, each a small JSON file that is whole or not there.

What belongs here: reading and writing them, and the rename by which a file is replaced whole. What does not: what a
note says (a dataclass, where it is used).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from sources.disk import flush
from sources.home import Home

T = TypeVar("T")


@dataclass(frozen=True)
class Note(Generic[T]):
    """The file `name` in a home's folder, which holds one `form` (a dataclass, or a dict of plain values)."""

    name: str
    form: type[T]

    def read(self, home: Home) -> T | None:
        """Return what the note says, None where there is none or where it is damaged: both mean that nobody knows."""
        try:
            return self._adapter.validate_json((home.root / self.name).read_bytes())
        except (OSError, ValueError):
            return None

    def write(self, home: Home, content: T) -> None:
        """Replace the note. Raises OSError where the home can't be written; the former note then stands."""
        with replacing(home.root / self.name) as temporary:
            temporary.write_bytes(self._adapter.dump_json(content, indent=1))

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self.form)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a name beside `path`; what the block puts there takes the place of `path` in one rename.

    At the end both are on disk. A process that is killed meanwhile leaves `.<name>.<eight digits>` for `care.py` to
    remove.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    yield temporary
    if not temporary.is_symlink():
        flush(temporary)
    temporary.replace(path)
    flush(path.parent)
