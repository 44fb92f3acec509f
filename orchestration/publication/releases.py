"""The folders of releases and the one link that says which is served.

What belongs here: listing, swapping, rolling back, pruning. What does not: what is in a release (``build.py``).
"""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sources.home import Home

MANIFEST = Path("exports") / "manifest.json"
BUILDING = ".building-"


class ReleaseError(Exception):
    """A release can't be built, served or found; the message says why and what to do."""


@dataclass(frozen=True)
class Release:
    """One built release. `served` says whether readers see it now."""

    id: str
    path: Path
    served: bool
    manifest: dict[str, Any]


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
    folders = sorted((p for p in home.releases.iterdir() if p.is_dir() and p.name[0] != "."), reverse=True)
    return [Release(p.name, p, p.name == served, read_manifest(p)) for p in folders]


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


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
        raise ReleaseError(f"no release {release_id!r}; there are: {known}")
    if home.published.exists() and not home.published.is_symlink():
        raise ReleaseError(f"{home.published} is in the way: it must be a link; move it away")
    link = home.root / f".published.{secrets.token_hex(4)}"
    link.symlink_to(Path("releases") / release_id)
    link.replace(home.published)


def rollback(home: Home, release_id: str | None = None) -> str:
    """Serve `release_id`, or the release before the served one; return its id. Raises ReleaseError if there is none."""
    if release_id is None:
        ids = [release.id for release in list_releases(home)]
        served = served_id(home)
        older = [known for known in ids if served is None or known < served]
        if not older:
            raise ReleaseError("there is no release older than the served one")
        release_id = older[0]
    swap(home, release_id)
    return release_id


def prune(home: Home, keep: int) -> list[str]:
    """Remove all but the newest `keep` releases besides the served one, and what broken builds left; return the ids."""
    removed = []
    others = [release for release in list_releases(home) if not release.served]
    for release in others[keep:]:
        shutil.rmtree(release.path, ignore_errors=True)
        removed.append(release.id)
    for folder in home.releases.glob(f"{BUILDING}*"):
        shutil.rmtree(folder, ignore_errors=True)
    return removed
