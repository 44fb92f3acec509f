"""The store of bytes as fetched: raw/<aa>/<sha256>, written once and never overwritten, in a folder or in an S3 store.

What belongs here: putting and getting bytes by their hash. What does not: where they came from and when (``ledger``).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sources import store
from sources.disk import READ_ONLY_FILE, flush, has_hash, make_folder
from sources.errors import BaogaoError
from sources.home import Home

if TYPE_CHECKING:
    from sources.settings import Settings

_SHA256 = re.compile(r"[0-9a-f]{64}")


def _place(sha256: str) -> str:
    """Return where bytes lie in a store. Raises ValueError for what is no SHA-256."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"not a SHA-256 in lower-case hexadecimal: {sha256!r}")
    return f"{sha256[:2]}/{sha256}"


class DamagedSnapshotError(BaogaoError):
    """Stored bytes no longer have the hash they are named after."""


@dataclass(frozen=True)
class SnapshotStore:
    """The content-addressed store of one home; `remote` is its address where it lies in an S3 store."""

    home: Home
    remote: str = ""

    @classmethod
    def of(cls, home: Home, settings: Settings) -> SnapshotStore:
        """Return the pages of an installation."""
        return cls(home, settings.shared(home, home.raw.name) if settings.store else "")

    @property
    def is_local(self) -> bool:
        return not self.remote

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this hash lie or would lie on this machine. Raises ValueError if it is no
        SHA-256."""
        return Path(f"{self.home.raw}/{_place(sha256)}")

    def address(self, sha256: str) -> str:
        """Return where the bytes with this hash lie or would lie: a path, or an address in the store."""
        return f"{self.remote or self.home.raw}/{_place(sha256)}"

    def __contains__(self, sha256: str) -> bool:
        if self.remote:
            return store.stored_at(self.address(sha256)) is not None
        return self.path(sha256).is_file()

    def put(self, data: bytes) -> str:
        """Keep `data`, on disk or in the store when this returns, and return its hash. Raises OSError if the disk
        refuses, StoreError."""
        sha256 = hashlib.sha256(data).hexdigest()
        if self.remote:
            # the same bytes are there already: nothing to do
            with suppress(store.ChangedError):
                store.put(self.address(sha256), data, store.ABSENT)
            return sha256
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
        where = self.remote or self.home.raw
        try:
            return read(self.address(sha256))
        except FileNotFoundError as error:
            raise FileNotFoundError(f"snapshot {sha256} is not in {where}; fetch its page again") from error

    def fault(self, sha256: str, n_bytes: int | None, *, thorough: bool) -> str | None:
        """Return what is wrong with stored bytes, None where nothing is: their size, and, if `thorough`, their hash."""
        return fault_of(self.address(sha256), n_bytes, thorough=thorough)


def read(address: str) -> bytes:
    """Return the bytes at an address of a store. Raises FileNotFoundError, DamagedSnapshotError, StoreError."""
    local, sha256 = store.is_local(address), address[-64:]
    data = Path(address).read_bytes() if local else store.get(address)
    if hashlib.sha256(data).hexdigest() != sha256:
        if local and has_hash(Path(address), sha256):
            return Path(address).read_bytes()
        raise DamagedSnapshotError(
            "{address}: the bytes do not have this hash; `baogao run --verify` sets the file aside and "
            "fetches its page again",
            address=address,
        )
    return data


def fault_of(address: str, n_bytes: int | None, *, thorough: bool) -> str | None:
    """Return what is wrong with stored bytes, None where nothing is: their size, and, if `thorough`, their hash.

    What seems to have another hash is read again before it is said (``has_hash``).
    """
    if not store.is_local(address):
        stored = store.stored_at(address)
        if stored is None:
            return "are gone"
        if n_bytes is not None and stored.size != n_bytes:
            return f"are {stored.size} bytes, not {n_bytes}"
        whole = not thorough or hashlib.sha256(store.get(address)).hexdigest() == address[-64:]
        return None if whole else "do not have their hash"
    path = Path(address)
    try:
        size = path.stat().st_size
        if n_bytes is not None and size != n_bytes:
            return f"are {size} bytes, not {n_bytes}"
        if thorough and not has_hash(path, path.name):
            return "do not have their hash"
    except FileNotFoundError:
        return "are gone"
    return None
