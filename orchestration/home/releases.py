"""The folders of releases and the one link that says which is served.

What belongs here: listing, swapping, rolling back, keeping, pruning. What does not: what is in a release
(``release/build.py``).
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.home.note import Note, replacing
from sources.disk import flush, has_hash, remove_tree
from sources.errors import BaogaoError
from sources.home import Home

MANIFEST = Path("exports") / "manifest.json"
#: the sentences of reports, beside the release's file: no part of what is given away, and not among `files`
TEXTS = "texts.duckdb"
BUILDING = ".building-"
#: a file beside a release's folder, of its name with this ending, keeps it: there is none that could be damaged
KEEP = ".keep"


class ReleaseError(BaogaoError):
    """A release can't be built, served or found; the message says why and what to do."""


@dataclass(frozen=True)
class Release:
    """One built release. `served` says whether readers see it now, `kept` whether a person wants it to stay."""

    id: str
    path: Path
    served: bool
    manifest: dict[str, Any]
    kept: bool = False


@dataclass(frozen=True)
class Rollback:
    """The newest one by hand: the release that `serves` since, the one that was `left`, and what that was built of."""

    serves: str = ""
    left: str = ""
    inputs: str | None = None


ROLLBACK = Note("rolled_back.json", Rollback)


def served_id(home: Home) -> str | None:
    """Return the id of the release that the link names, None before the first."""
    if not home.published.is_symlink():
        return None
    return home.published.resolve().name


def list_releases(home: Home) -> list[Release]:
    """Return the releases of this home, the newest first."""
    if not home.releases.is_dir():
        return []
    served = served_id(home)
    there = [path for path in home.releases.iterdir() if path.is_dir() and path.name[0] != "."]
    folders = sorted(there, key=lambda path: order(path.name), reverse=True)
    return [Release(p.name, p, p.name == served, read_manifest(p), _keep_file(home, p.name).exists()) for p in folders]


def order(release_id: str) -> tuple[str, int]:
    """Return what ids are sorted by: the time in them, then the number of those of one second."""
    stamp, _, number = release_id.partition("-")
    return stamp, int(number) if number.isdigit() else 1


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        return manifest_of((folder / MANIFEST).read_bytes())
    except OSError:
        return {}


def manifest_of(data: bytes) -> dict[str, Any]:
    """Return what the bytes of a manifest say; nothing where they are damaged."""
    try:
        manifest = json.loads(data)
    except ValueError:
        return {}
    return manifest if isinstance(manifest, dict) else {}


def damage(release: Release, *, thorough: bool = False) -> list[str]:
    """Return which files of a release are not those of its manifest; empty where it is as it was built.

    The database is held against its hash, exports against their size, or, if `thorough`, against their hash too; texts
    against theirs where they are there: a copy that was given away has none.
    """
    files = release.manifest.get("files")
    if not files:
        return [f"{release.path / MANIFEST} can't be read"]
    found = []
    for name, told in files.items():
        path = release.path / name
        if not path.is_file():
            found.append(f"{path} is missing")
        elif path.stat().st_size != told["bytes"] or (
            (thorough or path.suffix == ".duckdb") and not has_hash(path, told["sha256"])
        ):
            found.append(f"{path} has been changed")
    texts, told = release.path / TEXTS, release.manifest.get("texts")
    if told and texts.is_file() and not has_hash(texts, told["sha256"]):
        found.append(f"{texts} has been changed")
    return found


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def current(home: Home) -> Release | None:
    """Return the release that is served."""
    return next((release for release in list_releases(home) if release.served), None)


def swap(home: Home, release_id: str) -> None:
    """Serve `release_id` from now on: one rename, so that a reader sees the old release or the new one.

    Raises ReleaseError if there is no such release.
    """
    target = home.releases / release_id
    if not (target / "baogao.duckdb").is_file():
        known = ", ".join(release.id for release in list_releases(home)) or "none"
        raise ReleaseError("no release {release_id!r}; there are: {known}", release_id=release_id, known=known)
    if home.published.exists() and not home.published.is_symlink():
        raise ReleaseError("{published} is in the way: it must be a link; move it away", published=home.published)
    with replacing(home.published) as link:
        link.symlink_to(Path("releases") / release_id)


def rollback(home: Home, release_id: str | None = None) -> str:
    """Serve `release_id`, or the release before the served one; return its id.

    A run leaves it so until the raw tables change, see ``provenance.current_release``. Raises ReleaseError where there
    is no such release, or its files are no longer those that were built.
    """
    known = list_releases(home)
    left = next((release for release in known if release.served), None)
    older = [release for release in known if left is None or order(release.id) < order(left.id)]
    target = find_release(home, release_id) if release_id else next(iter(older), None)
    if target is None:
        there = ", ".join(release.id for release in known) or "none"
        raise ReleaseError("there is no release older than the served one; there are: {there}", there=there)
    if faults := damage(target, thorough=True):
        raise ReleaseError(
            "release {id} is damaged ({faults}), so it is not served; name another", id=target.id, faults=faults[0]
        )
    # noted before it is done: without the swap it speaks of a release that is not served, and means nothing
    back = left is not None and order(target.id) < order(left.id)
    ROLLBACK.write(home, Rollback(target.id, left.id, left.manifest.get("inputs")) if left and back else Rollback())
    swap(home, target.id)
    return target.id


def went_back(served: Release, home: Home) -> Rollback:
    """Return the rollback by which `served` is served, an empty one where it is not."""
    newest = ROLLBACK.read(home)
    return newest if newest and newest.serves == served.id else Rollback()


def find_release(home: Home, release_id: str) -> Release:
    """Return the release of this id. Raises ReleaseError where there is none."""
    known = list_releases(home)
    found = next((release for release in known if release.id == release_id), None)
    if found is None:
        raise ReleaseError(
            "no release {release_id!r}; there are: {known}",
            release_id=release_id,
            known=", ".join(one.id for one in known) or "none",
        )
    return found


def _keep_file(home: Home, release_id: str) -> Path:
    return home.releases / f"{release_id}{KEEP}"


def keep(home: Home, release_id: str, reason: str = "") -> None:
    """Have a release stay, whatever is published or cleaned. Raises ReleaseError where there is none of this id."""
    path = _keep_file(home, find_release(home, release_id).id)
    path.write_text(f"{reason}\n" if reason else "", encoding="utf-8")
    flush(path)
    flush(path.parent)


def unkeep(home: Home, release_id: str) -> None:
    """Let a release go again with the others. Raises ReleaseError where it was not kept."""
    path = _keep_file(home, release_id)
    if not path.exists():
        kept = [one.id for one in list_releases(home) if one.kept]
        raise ReleaseError(
            "release {release_id!r} was not kept; those kept are: {kept}",
            release_id=release_id,
            kept=", ".join(kept) or "none",
        )
    path.unlink()


def why_kept(home: Home, release_id: str) -> str:
    """Return the reason that `keep` was given, empty where there was none."""
    return _keep_file(home, release_id).read_text(encoding="utf-8", errors="replace").strip()


def superseded(home: Home, number: int) -> list[Path]:
    """Return the folders of releases that may go: all but the served one, those kept by a person and the newest
    `number` of the others."""
    others = [release.path for release in list_releases(home) if not release.served and not release.kept]
    return others[number:]


def broken_builds(home: Home) -> list[Path]:
    """Return the folders of builds that did not come to their end; who holds the home's lock may remove them."""
    return sorted(home.releases.glob(f"{BUILDING}*"))


def prune(home: Home, number: int, *, builds: bool = True) -> list[str]:
    """Remove what is superseded, and broken `builds`; return the ids of the releases among it that are gone.

    What can't be removed stays for the next time: the new release is served all the same.
    """
    gone = []
    for folder in [*superseded(home, number), *(broken_builds(home) if builds else ())]:
        with suppress(OSError):
            remove_tree(folder)
            gone.append(folder.name)
    return [name for name in gone if not name.startswith(BUILDING)]
