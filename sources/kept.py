"""What is made of the package's own files, kept beside its compiled modules: to make it anew takes longer.

What belongs here: where it lies, and whether what lies there is whole and wanted. What does not: what is made of what.

Like a compiled module it is made again where what it was made of has changed, is of one version of Python alone, lies
where PYTHONPYCACHEPREFIX says, and is not kept where we may not write. PYTHONDONTWRITEBYTECODE keeps it from nothing.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import secrets
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

_FOLDER = Path(cache_from_source(str(Path(__file__).resolve()))).parent
_DIGEST = hashlib.sha256().digest_size


def made_of(name: str, files: Iterable[Path], make: Callable[[], Any]) -> Any:
    """Return what `make` gives, plain values and never None, as kept under `name` if it was made of the same `files`.

    `files` are all that it depends on, modules too. Raises what `make` raises, and OSError where a file can't be read.
    """
    paths = list(files)
    key = _hash_of(paths)
    found = read(name, key)
    if found is None:
        found = make()
        if _hash_of(paths) == key:  # else a file was saved in between, and it may be made of either
            write(name, key, found)
    return found


def read(name: str, key: bytes) -> Any:
    """Return what was kept under `name` for this `key`; None where nothing was, or not all of it is there."""
    try:
        content = _path(name).read_bytes()
    except OSError:
        return None
    digest, value = content[:_DIGEST], content[_DIGEST:]
    return marshal.loads(value) if digest == _sealed(key, value) else None


def write(name: str, key: bytes, value: Any) -> None:
    """Keep `value` (built of None, numbers, text, bytes, tuples, lists, sets, dicts) in the place of what was there."""
    path, content = _path(name), marshal.dumps(value)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(_sealed(key, content) + content)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _hash_of(paths: list[Path]) -> bytes:
    hashed = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        hashed.update(f"{path.name} {len(content)} ".encode() + content)
    return hashed.digest()


def _path(name: str) -> Path:
    return _FOLDER / f"{name}.{sys.implementation.cache_tag}.kept"


def _sealed(key: bytes, value: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(key).digest() + value).digest()
