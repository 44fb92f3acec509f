"""Where a release lies, and its file on this machine: a folder's as it is, one from elsewhere kept by its hash.

What belongs here: finding the newest or a named release in a folder, at a web address or in a store, and
fetching it whole. What does not: what is asked of it (``release``).
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any

from baogao.errors import BaogaoError

DATABASE, MANIFEST, POINTER = "baogao.duckdb", "exports/manifest.json", "published.json"
#: seconds without an answer
TIMEOUT = 60


class ReleaseNotFoundError(BaogaoError):
    """There is no such release, or it can't be fetched whole; the message says where it was looked for."""


def find(where: str | Path, release: str | None, cache: Path | None) -> tuple[str, Path]:
    """Return the id of a release, the newest if none is named, and its database on this machine.

    Raises ReleaseNotFoundError.
    """
    place = str(where).rstrip("/")
    for root in _roots(place, release):
        manifest = _manifest(root)
        if manifest and release in (None, manifest["release"]):
            return manifest["release"], _database(root, manifest, cache)
    named = f"release {release}" if release else "release"
    raise ReleaseNotFoundError(
        "there is no {named} at {place}: give a home, its `published` folder, or an address at which one of them lies",
        named=named,
        place=place,
    )


def _roots(place: str, release: str | None) -> Iterator[str]:
    """Yield where the release may lie, as a home, a store and a folder of releases have it, or `place` itself."""
    if release:
        yield f"{place}/releases/{release}"
        yield f"{place}/{release}"
    elif pointer := _json(f"{place}/{POINTER}"):
        yield f"{place}/releases/{pointer.get('serves')}"
    yield f"{place}/published"
    yield place


def _manifest(root: str) -> dict[str, Any] | None:
    manifest = _json(f"{root}/{MANIFEST}")
    is_one = manifest and isinstance(manifest.get("release"), str) and DATABASE in manifest.get("files", {})
    return manifest if is_one else None


def _json(address: str) -> dict[str, Any] | None:
    """Return what a file of JSON says; None where there is no file, or one of something else."""
    try:
        with _stream(address) as stream:
            found = json.loads(stream.read())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _database(root: str, manifest: dict[str, Any], cache: Path | None) -> Path:
    if "://" not in root:
        # of one release while it is open, whatever `published` leads to by then
        return (Path(root) / DATABASE).resolve()
    folder = cache or _cache_folder()
    sha256 = manifest["files"][DATABASE]["sha256"]
    kept = folder / f"{sha256}.duckdb"
    if kept.is_file() and _hash(kept) == sha256:
        return kept
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
        try:
            with _stream(f"{root}/{DATABASE}") as stream:
                copyfileobj(stream, part, 1 << 20)
            part.close()
            if _hash(Path(part.name)) != sha256:
                raise ReleaseNotFoundError(
                    "{root}/{database} is not the file that its manifest names: it was cut off, or another release "
                    "took its place meanwhile; open it again",
                    root=root,
                    database=DATABASE,
                )
            # readers of a torn file that stood here before keep it; who opens it next gets this one
            Path(part.name).replace(kept)
        finally:
            Path(part.name).unlink(missing_ok=True)
    return kept


@contextmanager
def _stream(address: str) -> Iterator[IO[bytes]]:
    """Open a file to read. Raises FileNotFoundError where there is none, ReleaseNotFoundError where nobody answers."""
    if address.startswith(("http://", "https://")):
        from urllib.error import HTTPError, URLError
        from urllib.request import urlopen

        try:
            with urlopen(address, timeout=TIMEOUT) as answer:
                yield answer
        except HTTPError as error:
            if error.code in (403, 404, 410):
                raise FileNotFoundError(address) from error
            raise ReleaseNotFoundError(
                "{address} answers {code} {reason}; try again later",
                address=address,
                code=error.code,
                reason=error.reason,
            ) from error
        except (URLError, TimeoutError, ConnectionError) as error:
            raise ReleaseNotFoundError("{address} can't be reached: {error}", address=address, error=error) from error
    elif "://" in address:
        try:
            import fsspec
        except ImportError:
            scheme = address.partition(":")[0]
            raise BaogaoError('{scheme}://… needs a library: pip install "baogao-client[s3]"', scheme=scheme) from None
        try:
            opened = fsspec.open(address, "rb").open()
        except FileNotFoundError:
            raise
        except Exception as error:  # each kind of store has errors of its own
            raise ReleaseNotFoundError(
                "{address} can't be read: {error}; look after address and key", address=address, error=error
            ) from error
        with opened as stream:
            yield stream
    else:
        with Path(address).open("rb") as stream:
            yield stream


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _cache_folder() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "baogao"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "baogao"
