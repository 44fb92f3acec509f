"""The store of bytes as fetched: raw/<aa>/<sha256>, written once and never overwritten.

What belongs here: putting and getting bytes by their hash. What does not: where they came from and when (``ledger``).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from sources.disk import READ_ONLY_FILE, flush, has_hash, make_folder
from sources.errors import BaogaoError
from sources.home import Home

_SHA256 = re.compile(r"[0-9a-f]{64}")


class DamagedSnapshotError(BaogaoError):
    """Stored bytes no longer have the hash they are named after."""


@dataclass(frozen=True)
class SnapshotStore:
    """The content-addressed store of one home."""

    home: Home

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this hash lie or would lie. Raises ValueError if it is no SHA-256."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a SHA-256 in lower-case hexadecimal: {sha256!r}")
        return self.home.raw / sha256[:2] / sha256

    def __contains__(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def put(self, data: bytes) -> str:
        """Keep `data`, on disk when this returns, and return its hash. Raises OSError if the disk refuses."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        if target.is_file():
            return sha256
        make_folder(target.parent)
        temporary = target.with_name(f".{sha256}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
        try:
            with temporary.open("wb") as handle:
                handle.write(data)
            temporary.chmod(READ_ONLY_FILE)
            flush(temporary)
            temporary.replace(target)
            flush(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes. Raises FileNotFoundError, or DamagedSnapshotError where the disk gave other bytes."""
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise FileNotFoundError(f"snapshot {sha256} is not in {self.home.raw}; fetch its page again") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            if has_hash(path, sha256):
                return path.read_bytes()
            raise DamagedSnapshotError(
                f"{path}: the bytes do not have this hash; "
                "`baogao run --verify` sets the file aside and fetches its page again"
            )
        return data


def fault_of(path: Path, n_bytes: int | None, *, thorough: bool) -> str | None:
    """Return what is wrong with stored bytes, None where nothing is: their size, and, if `thorough`, their hash.

    What seems to have another hash is read again before it is said (``has_hash``).
    """
    try:
        size = path.stat().st_size
        if n_bytes is not None and size != n_bytes:
            return f"are {size} bytes, not {n_bytes}"
        if thorough and not has_hash(path, path.name):
            return "do not have their hash"
    except FileNotFoundError:
        return "are gone"
    return None
