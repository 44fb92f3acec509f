"""Files at any address: on this machine's disk, or in the S3 store that several machines share.

What belongs here: reaching the store, whole puts that refuse to overwrite what another has written, listings, and the
view of them that a piece of work begins with. What does not: what the files hold (``lake``, ``snapshot/store.py``).

An object is put whole by one request. A put may be bound to what its writer saw: the object's ETag, or that there was
none; where that is no longer so another was faster, and ChangedError tells the later one to stop.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from sources.errors import BaogaoError

if TYPE_CHECKING:
    from sources.settings import Settings

#: what stands for the ETag of an object that is not there
ABSENT = ""
#: by which processes that this one starts learn how the store is reached; fsspec reads it
ENV_OPTIONS = "FSSPEC_S3"
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
#: what the service answers where a condition does not hold, or another conditional put of the object is under way
_REFUSED = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
#: one request puts up to twice as many bytes; in parts the condition would be lost
_ONE_PUT = 2 * 2**30


class StoreError(BaogaoError):
    """The store can't be used; the message says why and what to do."""


class ChangedError(StoreError):
    """Another has written an object since this work saw it; nothing was put."""

    def __init__(self, address: str) -> None:
        super().__init__(
            "{address} was written by another run since this one began; this one stops, and what the other wrote "
            "stands. Run again if anything is stale then",
            address=address,
        )


@dataclass(frozen=True)
class Stored:
    """What a listing tells of an object: bytes, and the ETag, which is another for other bytes."""

    size: int
    etag: str


def connect(settings: Settings) -> None:
    """Let this process and those that it starts reach the store of `settings`; nothing where there is none.

    Raises StoreError where the extra, the key or the bucket is missing, or nobody answers.
    """
    if not settings.store:
        return
    if find_spec("s3fs") is None or find_spec("duckdb_extension_httpfs") is None:
        raise StoreError('store = "{store}" needs an extra: pip install "baogao[cluster]"', store=settings.store)
    if missing := [name for name in _KEYS if not os.environ.get(name)]:
        raise StoreError(
            'store = "{store}" needs a key: set {missing} in the environment',
            store=settings.store,
            missing=" and ".join(missing),
        )
    options = {
        "endpoint_url": settings.s3.endpoint or None,
        "client_kwargs": {"region_name": settings.s3.region},
        "config_kwargs": {
            "s3": {"addressing_style": "path" if settings.s3.path_style else "auto"},
            # not every service knows the newer checksums
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        },
        # it would be kept for ever: what another machine puts would not be there
        "use_listings_cache": False,
    }
    import fsspec

    os.environ[ENV_OPTIONS] = json.dumps(options)
    fsspec.config.conf["s3"] = options
    _check(settings.store, os.environ[ENV_OPTIONS], *(os.environ[name] for name in _KEYS))


@lru_cache(maxsize=2)
def _check(address: str, _options: str, *_key: str) -> None:
    """Ask the store once a process, so that a wrong setting is told before any work."""
    filesystem, target = place(address)
    bucket, _, prefix = target.partition("/")
    with _asking(address):
        filesystem.call_s3("list_objects_v2", Bucket=bucket, Prefix=prefix, MaxKeys=1)


@contextmanager
def _asking(address: str) -> Iterator[None]:
    """Tell what the store answers as an error of ours; FileNotFoundError passes where an object is not there."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (OSError, BotoCoreError, ClientError) as error:
        answer = error if isinstance(error, ClientError) else error.__cause__
        code = str(answer.response.get("Error", {}).get("Code", "")) if isinstance(answer, ClientError) else ""
        if code in _REFUSED:
            raise ChangedError(address) from error
        if isinstance(error, FileNotFoundError) and code != "NoSuchBucket":
            raise
        if type(error) in (OSError, PermissionError) and answer is None:
            raise  # of this machine's disk, to which something is copied
        what = {
            "NoSuchBucket": "there is no such bucket; make it, or mend `store`",
            "403": "the key may not do this; give it rights for the bucket",
            "AccessDenied": "the key may not do this; give it rights for the bucket",
            "InvalidAccessKeyId": "the service does not know the key; mend AWS_ACCESS_KEY_ID",
            "SignatureDoesNotMatch": "the secret is not the key's; mend AWS_SECRET_ACCESS_KEY",
        }.get(code, f"{str(error) or type(error).__name__}; look after the service, or mend [s3] in baogao.toml")
        raise StoreError(
            "the store does not answer as it should for {address}: {what}", address=address, what=what
        ) from error


def is_local(path: str) -> bool:
    """Whether `path` is on a disk of this machine."""
    return "://" not in path


def place(address: str) -> tuple[Any, str]:
    """Return the filesystem of an address in the store, and its name there."""
    from fsspec.core import url_to_fs

    filesystem, target = url_to_fs(address)
    return filesystem, str(target)


def get(address: str, first: int | None = None) -> bytes:
    """Return an object's bytes, or those from `first` on. Raises FileNotFoundError, StoreError."""
    filesystem, target = place(address)
    with _asking(address):
        # in one request, without a question for the size before
        return bytes(filesystem.cat_file(target, start=first, max_concurrency=1))


def put(address: str, data: bytes, seen: str | None = None) -> str:
    """Put an object by one request and return its ETag.

    `seen` is the ETag that it must still have, ABSENT if there must be none, None if that is all the same. Raises
    ChangedError, StoreError.
    """
    filesystem, target = place(address)
    condition = {} if seen is None else {"IfMatch": seen} if seen else {"IfNoneMatch": "*"}
    try:
        with _asking(address):
            etag = str(filesystem.pipe_file(target, data, chunksize=_ONE_PUT, **condition)["ETag"])
    except (ChangedError, FileNotFoundError) as error:
        there = _ask(address)
        # the answer to our own put was lost, and it was sent again
        if there is None or there.etag.strip('"') != hashlib.md5(data, usedforsecurity=False).hexdigest():
            raise ChangedError(address) from error
        etag = there.etag
    if _view is not None:
        _view.files[address] = Stored(len(data), etag)
    return etag


def upload(path: str, address: str) -> None:
    """Put a file of any size where there must be nothing yet. Raises ChangedError, StoreError."""
    filesystem, target = place(address)
    with _asking(address):
        filesystem.put_file(path, target, mode="create")


def download(address: str, path: str) -> None:
    """Write an object to a local file. Raises FileNotFoundError, StoreError."""
    filesystem, target = place(address)
    with _asking(address):
        filesystem.get_file(target, path)


def remove(*addresses: str) -> None:
    """Remove objects of one bucket; those that are not there are no fault. Raises StoreError."""
    for first in range(0, len(addresses), 1000):
        some = addresses[first : first + 1000]
        filesystem, _ = place(some[0])
        with _asking(some[0]):
            filesystem.rm([place(address)[1] for address in some])
    if _view is not None:
        for address in addresses:
            _view.files.pop(address, None)


def withdraw(address: str) -> None:
    """Remove what this process has put within a view, unless another has put something there since."""
    if _view is not None and _ask(address) == _view.files.get(address):
        remove(address)


def stored_at(address: str) -> Stored | None:
    """Return what is known of an object: by the view that holds it, else by a question. None where there is none."""
    if _view is not None and _view.holds(address):
        return _view.files.get(address)
    return _ask(address)


def _ask(address: str) -> Stored | None:
    filesystem, target = place(address)
    bucket, _, key = target.partition("/")
    try:
        with _asking(address):
            told = filesystem.call_s3("head_object", Bucket=bucket, Key=key)
    except FileNotFoundError:
        return None
    return Stored(int(told["ContentLength"]), str(told["ETag"]))


def listing(address: str, *, deep: bool = True) -> dict[str, Stored]:
    """Return the objects below `address`: by the view that holds them, else by one request a thousand.

    Those of folders below it are among them only if `deep`.
    """
    if _view is not None and _view.holds(address):
        return {name: stored for name, stored in _view.files.items() if name.startswith(f"{address}/")}
    filesystem, target = place(address)
    above, _, name = target.rpartition("/")
    depth = None if deep else 1
    with _asking(address):
        # by its parent: of a folder that is not there it would be asked whether it is a file
        told = filesystem.find(above or name, prefix=f"{name}/" if above else "", maxdepth=depth, detail=True)
    return {f"s3://{name}": Stored(int(info["size"]), str(info["ETag"])) for name, info in told.items()}


@dataclass(frozen=True)
class _View:
    """All objects below `roots` as they were at one moment, and what this process has put since."""

    roots: tuple[str, ...]
    files: dict[str, Stored]

    def holds(self, address: str) -> bool:
        return any(address == root or address.startswith(f"{root}/") for root in self.roots)


_view: _View | None = None


@contextmanager
def viewing(*roots: str) -> Iterator[None]:
    """See what lies below `roots` as it is now while the block runs, by one listing; nothing where they are local.

    So thousands of footers need no question each, and `put_seen` refuses where another has written meanwhile. A block
    within a block sees what the outer one sees.
    """
    global _view
    if _view is not None or is_local(roots[0]):
        yield
        return
    files = {name: stored for root in roots for name, stored in listing(root).items()}
    _view = _View(roots, files)
    try:
        yield
    finally:
        _view = None


def put_seen(address: str, data: bytes) -> None:
    """Put an object unless another wrote it since the view began; where no view holds it, whatever is there.

    Raises ChangedError, StoreError.
    """
    if _view is None or not _view.holds(address):
        put(address, data)
    else:
        seen = _view.files.get(address)
        put(address, data, seen.etag if seen else ABSENT)
