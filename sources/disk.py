"""What a file needs of its disk: to be there after a power cut, not to be changed, to go although it is read-only.

What belongs here: fsync, hashes of what is read back, modes, removing what is read-only. What does not: what a file
holds, when it is written.

A rename is on disk only when its folder is, and what a renamed file holds only when the file was flushed before:
without that, a power cut may leave a name without bytes (docs/operations.md says on which file systems).
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

READ_ONLY_FILE, READ_ONLY_FOLDER, WRITABLE_FOLDER = 0o444, 0o555, 0o755
#: what file systems say that can't flush a folder (network shares, some of those in user space)
_CANNOT = (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES)


def flush(path: Path | str) -> None:
    """Return when what the file at `path` holds is on disk; of a folder, the names in it. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT or not os.path.isdir(path):  # noqa: PTH112
            raise
    finally:
        os.close(handle)


def walk(folder: Path | str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield what ``os.walk`` does; it would pass over a folder that can't be read, which raises OSError here."""

    def unread(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    return os.walk(folder, onerror=unread)


def flush_tree(folder: Path) -> None:
    """Return when all below `folder` is on disk, its own names too; links are names."""
    for inside, _folders, files in walk(folder):
        for name in files:
            path = Path(inside, name)
            if not path.is_symlink():
                flush(path)
        flush(inside)


def has_hash(path: Path, sha256: str) -> bool:
    """Whether the file has this hash. Raises OSError where it can't be read.

    Where it seems to have another it is read again, from the disk: one wrong read, by memory or by a network, is no
    damage.
    """
    for _ in range(2):
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() == sha256:
                return True
            if hasattr(os, "posix_fadvise"):  # or the second read is the first, out of the kernel's memory
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return False


def make_folder(folder: Path) -> None:
    """Make `folder` and those above it that are not there; return when their names are on disk."""
    new = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in new:
        flush(one.parent)


def seal(folder: Path) -> None:
    """Make all below `folder`, and it too, read-only; what can't have modes stays as it is.

    A file that has the mode is left alone: it may be linked from elsewhere, and be another user's.
    """
    for inside, folders, files in walk(folder):
        wanted = dict.fromkeys(files, READ_ONLY_FILE) | dict.fromkeys(folders, READ_ONLY_FOLDER)
        for name, mode in wanted.items():
            path = Path(inside, name)
            if not path.is_symlink():
                _set_mode(path, mode)
    _set_mode(folder, READ_ONLY_FOLDER)


def _set_mode(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o777 != mode:
        with suppress(PermissionError):
            path.chmod(mode)


def remove_tree(folder: Path) -> None:
    """Remove `folder` with all in it, read-only or not. Raises OSError where something stays.

    Only folders are made writable: a file's mode is that of all its links, and others may be kept.
    """
    for inside, _folders, _files in walk(folder):
        _set_mode(Path(inside), WRITABLE_FOLDER)
    shutil.rmtree(folder)


def move(path: Path, target: Path) -> None:
    """Rename `path` to `target`, below folders that are made where they aren't there, and have it on disk."""
    make_folder(target.parent)
    mode = path.stat().st_mode & 0o777
    sealed = path.is_dir() and not os.access(path, os.W_OK)
    if sealed:  # a folder that moves into another has its entry `..` written
        path.chmod(WRITABLE_FOLDER)
    path.replace(target)
    if sealed:
        target.chmod(mode)
    flush(target.parent)
    flush(path.parent)
