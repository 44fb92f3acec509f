"""Releases where machines share a store: whole folders under names of their own, and one pointer to the served one.

What belongs here: putting a release into the store, fetching the served one into a home, whose folders and link then
are as without a store. What does not: folders and link (``releases.py``), what is in a release (``release/build.py``).

A release is put file by file, its manifest last, where there was nothing; the pointer is put when all of it is there,
bound to the pointer that the work began with. So whatever is killed when, the pointer names a whole release.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from orchestration.home import locking, releases
from orchestration.home.installation import Installation
from orchestration.home.releases import BUILDING, KEEP, MANIFEST, ROLLBACK, TEXTS, Release, ReleaseError, Rollback
from sources import store
from sources.disk import flush, flush_tree, remove_tree, seal
from sources.errors import BaogaoError

#: below the store: which release readers see, and whether a person went back to it
POINTER = "published.json"
#: seconds between two looks of a reader at the pointer
EVERY = 60.0
_POINTERS = TypeAdapter(Rollback)


def served(address: str) -> tuple[Rollback, str]:
    """Return what the pointer of the store at `address` says, empty where there is none, and its ETag.

    Raises ReleaseError where it can't be read, StoreError.
    """
    # the ETag first: a pointer that changes in between is then not taken for the one that was seen
    stored = store.stored_at(f"{address}/{POINTER}")
    if stored is None:
        return Rollback(), store.ABSENT
    try:
        return _POINTERS.validate_json(store.get(f"{address}/{POINTER}")), stored.etag
    except ValidationError as error:
        raise ReleaseError(
            "{address}/{pointer} can't be read; remove it and publish again", address=address, pointer=POINTER
        ) from error


def point(address: str, to: Rollback, seen: str) -> None:
    """Serve the release that `to` names, if the pointer is the one that was `seen`. Raises ChangedError, StoreError."""
    store.put(f"{address}/{POINTER}", _POINTERS.dump_json(to), seen)


def fetch(installation: Installation, *, look: bool = False) -> str:
    """Let the home serve what the store's pointer names, having fetched it if need be; return the pointer's ETag.

    `look`: a copy that is here already is held against its manifest. Without a store nothing is done. Raises
    ReleaseError where the fetched files are not the manifest's, StoreError.
    """
    home, address = installation.home, installation.settings.store
    if not address:
        return store.ABSENT
    named, seen = served(address)
    here = releases.served_id(home) == named.serves and (home.releases / named.serves).is_dir()
    if named.serves and here and look:
        ensure(installation, named.serves)
    if named.serves and not here:
        ensure(installation, named.serves)
        releases.swap(home, named.serves)
        # a dashboard gets here without the home's lock: what is being built is not its to remove
        releases.prune(home, installation.settings.publish.releases_kept, builds=False)
    if named.serves and ROLLBACK.read(home) != named:
        ROLLBACK.write(home, named)
    return seen


def ensure(installation: Installation, release_id: str) -> bool:
    """Fetch a release into the home unless all of its files are there as they were built; return whether it was.

    Without a store nothing is done. Raises as ``fetch``.
    """
    home, address = installation.home.create(), installation.settings.store
    if not address or _is_whole(home.releases / release_id):
        return False
    folder = home.releases / f"{BUILDING}{release_id}-{secrets.token_hex(3)}"
    root = f"{address}/releases/{release_id}"
    names = store.listing(root)
    if not names:  # whoever asks for it tells which there are
        return False
    try:
        for name in names:
            path = folder / name.removeprefix(f"{root}/")
            path.parent.mkdir(parents=True, exist_ok=True)
            store.download(name, str(path))
        if faults := _faults(folder):
            raise ReleaseError(
                "release {release_id} of {address} is not whole ({faults}); publish or roll back again",
                release_id=release_id,
                address=address,
                faults=faults[0],
            )
        seal(folder)
        flush_tree(folder)
        take(folder, installation, release_id)
        return True
    except BaseException:
        with suppress(OSError):
            remove_tree(folder)
        raise


def _faults(folder: Path) -> list[str]:
    return releases.damage(Release(folder.name, folder, False, releases.read_manifest(folder)), thorough=True)


def _is_whole(folder: Path) -> bool:
    return (folder / MANIFEST).is_file() and not _faults(folder)


def take(folder: Path, installation: Installation, release_id: str) -> None:
    """Give a whole folder its place among the home's releases, unless the same release has been fetched meanwhile.

    A copy there that is damaged goes: the store has what it was.
    """
    target = installation.home.releases / release_id
    if _is_whole(target):
        remove_tree(folder)
        return
    if target.exists():
        damaged = target.with_name(f"{BUILDING}{release_id}-{secrets.token_hex(3)}")
        target.rename(damaged)
        folder.rename(target)
        remove_tree(damaged)
    else:
        folder.rename(target)
    flush(target.parent)


def follow(installation: Installation) -> None:
    """Go on fetching what the pointer names, beside other work, as long as this process lives."""

    def look() -> None:
        while not waiting.wait(EVERY):
            try:
                fetch(installation)
            except (BaogaoError, OSError):  # what was fetched before is shown meanwhile
                continue

    waiting = threading.Event()
    if installation.settings.store:
        threading.Thread(target=look, name="releases", daemon=True).start()


def upload(installation: Installation, folder: Path, release_id: str) -> None:
    """Put a whole release under its name, but for its texts; nothing without a store.

    Raises ChangedError where the name is taken.
    """
    address = installation.settings.store
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()] if address else []
    names = [name for path in paths if (name := str(path.relative_to(folder))) != TEXTS]
    for name in sorted(names, key=lambda name: name == str(MANIFEST)):
        store.upload(str(folder / name), f"{address}/releases/{release_id}/{name}")


def ids(address: str) -> list[str]:
    """Return the ids of the whole releases in the store, the newest first; none without a store."""
    return _sorted(address)[0] if address else []


def _sorted(address: str) -> tuple[list[str], list[str], set[str]]:
    """Return the ids of whole releases, the newest first, of those of which only a part was put, and of those kept."""
    root = f"{address}/releases/"
    names = [name.removeprefix(root) for name in store.listing(root.rstrip("/"))]
    whole = {name.split("/")[0] for name in names if name.endswith(f"/{MANIFEST}")}
    kept = {name.removesuffix(KEEP) for name in names if "/" not in name and name.endswith(KEEP)}
    broken = {name.split("/")[0] for name in names if "/" in name} - whole
    return sorted(whole, key=releases.order, reverse=True), sorted(broken), kept


def known(installation: Installation) -> list[Release]:
    """Return the releases of the home, the served one fetched, and those in the store alone; newest first."""
    fetch(installation)
    home, address = installation.home, installation.settings.store
    if not address:
        return releases.list_releases(home)
    whole, _, kept = _sorted(address)
    for one in whole:
        note = home.releases / f"{one}{KEEP}"
        if one in kept:
            note.write_bytes(store.get(f"{address}/releases/{one}{KEEP}"))
        else:
            note.unlink(missing_ok=True)
    here = {release.id: release for release in releases.list_releases(home)}
    there = [
        Release(
            one,
            home.releases / one,
            False,
            releases.manifest_of(store.get(f"{address}/releases/{one}/{MANIFEST}")),
            one in kept,
        )
        for one in whole
        if one not in here
    ]
    return sorted([*here.values(), *there], key=lambda release: releases.order(release.id), reverse=True)


def keep(installation: Installation, release_id: str, reason: str = "") -> None:
    """Have a release stay, in the home and in the store, see ``releases.keep``."""
    ensure(installation, release_id)
    releases.keep(installation.home, release_id, reason)
    if address := installation.settings.store:
        store.put(f"{address}/releases/{release_id}{KEEP}", reason.encode())


def unkeep(installation: Installation, release_id: str) -> None:
    """Let a release go again, in the home and in the store, see ``releases.unkeep``."""
    known(installation)
    releases.unkeep(installation.home, release_id)
    if address := installation.settings.store:
        store.remove(f"{address}/releases/{release_id}{KEEP}")


def prune(installation: Installation, serves: str) -> None:
    """Remove from the store what `releases.prune` removes from a home; nothing without a store."""
    address = installation.settings.store
    if not address:
        return
    whole, broken, kept = _sorted(address)
    others = [one for one in whole if one != serves and one not in kept]
    for one in [*others[installation.settings.publish.releases_kept :], *broken]:
        names = list(store.listing(f"{address}/releases/{one}"))
        # without its manifest it is no release any more
        store.remove(*(name for name in names if name.endswith(f"/{MANIFEST}")))
        store.remove(*(name for name in names if not name.endswith(f"/{MANIFEST}")))


def rollback(installation: Installation, release_id: str | None = None) -> str:
    """Serve an older release, in the home and in the store; see ``releases.rollback``, also for what is raised."""
    home, address = installation.home, installation.settings.store
    seen = fetch(installation)
    if address:
        left, there = releases.served_id(home), ids(address)
        older = [one for one in there if left is None or releases.order(one) < releases.order(left)]
        release_id = release_id or next(iter(older), None)
        # one that this home alone has can't be fetched by the others
        if release_id not in there:
            raise ReleaseError(
                "{address} has no release {release_id!r}; there are: {there}"
                if release_id
                else "{address} has no release older than the served one; there are: {there}",
                address=address,
                release_id=release_id or "",
                there=", ".join(there) or "none",
            )
        ensure(installation, release_id)
    locking.confirm(home)
    chosen = releases.rollback(home, release_id)
    if address:
        try:
            noted = ROLLBACK.read(home)
            point(address, noted if noted and noted.serves == chosen else Rollback(chosen), seen)
        except store.StoreError:
            fetch(installation)
            raise
    return chosen
