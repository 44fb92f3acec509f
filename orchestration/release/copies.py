"""Copies of a release's files in a folder of somebody's: whole or not at all, and nothing else among them.

What belongs here: copying, and what is in the way. What does not: which files were asked for (``cli``).
"""

from __future__ import annotations

import gzip
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from orchestration.home.releases import MANIFEST, Release, ReleaseError, file_hash
from sources.disk import flush, flush_tree, remove_tree, walk

SHOWN = 10
#: what the name of a packed file ends with (``exports.py``)
PACKED = ".gz"


def copy_out(
    release: Release, base: Path, paths: Sequence[Path], folder: Path, *, replace: bool = False, plain: bool = False
) -> None:
    """Put copies of `paths`, files of `release` below `base`, into `folder`, at their places below `base`.

    `plain`: of packed files what is in them, under names without PACKED.

    They are written beside, held against the manifest's hashes and moved into place together. Former copies of the same
    names give way; anything else in `folder` is named and stays, with all as it was, unless `replace`.

    Raises ReleaseError where something is in the way or a file is not the one that was released, OSError where the disk
    refuses: `folder` is then as it was.
    """
    folder = folder.expanduser().absolute()
    if folder.is_symlink():
        raise ReleaseError(
            "{folder} is a symbolic link; name the folder it leads to, {target}",
            folder=folder,
            target=folder.resolve(),
        )
    if folder.exists() and not folder.is_dir():
        raise ReleaseError("{folder} is a file; name a folder", folder=folder)
    if folder.resolve().is_relative_to(release.path.parent):
        raise ReleaseError(
            "{folder} lies among the releases, which are never changed; name another folder", folder=folder
        )
    names = [path.relative_to(base) for path in paths]
    unpacked = [name.with_suffix("") if plain and name.suffix == PACKED else name for name in names]
    _refuse_strangers(folder, unpacked, replace)
    with _whole(folder) as beside:
        for path, name, wanted in zip(paths, names, unpacked, strict=True):
            copy_file(release, path, beside / name)
            if wanted != name:
                _unpack(beside / name, beside / wanted)


def _unpack(packed: Path, plain: Path) -> None:
    with gzip.open(packed, "rb") as source, plain.open("wb") as target:
        shutil.copyfileobj(source, target)
    packed.unlink()


@contextmanager
def new_folder(release: Release, folder: Path) -> Iterator[Path]:
    """Yield a folder to fill, which takes its place as `folder` when the block ends without an error.

    Raises ReleaseError where there is something of that name, or it would lie among the releases.
    """
    folder = folder.expanduser().absolute()
    if folder.is_symlink() or folder.exists():
        raise ReleaseError("{folder} is there already, and stays as it is: name a new folder", folder=folder)
    if folder.resolve().is_relative_to(release.path.parent):
        raise ReleaseError(
            "{folder} lies among the releases, which are never changed; name another folder", folder=folder
        )
    with _whole(folder) as beside:
        yield beside


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    beside.mkdir()
    try:
        yield beside
        flush_tree(beside)
        _take_place(beside, folder)
    finally:
        if beside.exists():
            remove_tree(beside)


def files_of(release: Release) -> list[Path]:
    """Return the files that a release was made of. Raises ReleaseError where its manifest can't be read."""
    names = release.manifest.get("files")
    if not names:
        raise ReleaseError(
            "{path} can't be read, so release {id} is damaged; name another",
            path=release.path / MANIFEST,
            id=release.id,
        )
    return sorted(release.path / name for name in {*names, str(MANIFEST)})


def copy_file(release: Release, path: Path, target: Path) -> None:
    """Copy one file of `release`. Raises ReleaseError where it is not the one that was released."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(path, target)
    except FileNotFoundError as error:
        raise ReleaseError(
            "release {id} went while it was copied, nothing was written; `baogao release keep` has one stay",
            id=release.id,
        ) from error
    name = path.relative_to(release.path)
    told = release.manifest.get("files", {}).get(str(name))
    if name != MANIFEST and (told is None or file_hash(target) != told["sha256"]):
        raise ReleaseError(
            "{path} is not the file that was released, so nothing was written; `baogao run --verify` looks "
            "at all of them, `baogao release list` names other releases",
            path=path,
        )


def _refuse_strangers(folder: Path, names: Sequence[Path], replace: bool) -> None:
    strangers = _strangers(folder, set(names))
    if not strangers:
        return
    shown = ", ".join(map(str, strangers[:SHOWN])) + (
        f" and {len(strangers) - SHOWN} more" if len(strangers) > SHOWN else ""
    )
    if not (folder / MANIFEST).is_file() and not (folder / MANIFEST.name).is_file():
        raise ReleaseError(
            "{folder} holds what is not of this release: {shown}. It is no folder of an earlier export: name a new one",
            folder=folder,
            shown=shown,
        )
    if not replace:
        raise ReleaseError(
            "{folder} holds what is not of this release: {shown}. Name a new folder, or have them removed "
            "with --replace",
            folder=folder,
            shown=shown,
        )


def _strangers(folder: Path, names: set[Path]) -> list[Path]:
    """Return what lies in `folder` besides files of these names: other files, links, empty folders."""
    found = []
    for inside, folders, files in walk(folder):
        here = Path(inside).relative_to(folder)
        empty = [] if folders or files or Path(inside) == folder else [here]
        links = [here / name for name in folders if Path(inside, name).is_symlink()]
        others = [here / name for name in files if here / name not in names or Path(inside, name).is_symlink()]
        found += [*empty, *links, *others]
    return sorted(found)


def _take_place(beside: Path, folder: Path) -> None:
    """Move `beside` to `folder`; what was there goes afterwards."""
    former = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    there = folder.exists()
    try:
        if there:
            folder.rename(former)
        try:
            beside.rename(folder)
        except OSError:
            if there:
                former.rename(folder)
            raise
    except OSError as error:
        raise ReleaseError(
            "{folder} can't be replaced ({strerror}): where another disk is mounted, name a folder below "
            "it, such as {below}",
            folder=folder,
            strerror=error.strerror or error,
            below=folder / "baogao",
        ) from error
    flush(folder.parent)
    if there:
        remove_tree(former)
