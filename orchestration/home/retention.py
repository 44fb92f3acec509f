"""What an installation need not keep: old releases, logs, Dagster's old runs, and (only where asked) old snapshots.

What belongs here: finding it and removing it. What does not: how long (``sources/settings.py``), Dagster's own storage.

A snapshot that a release cites is never deleted, nor one that is valid now: where a release cites an older page of a
location, all its pages stay.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.home.care import unfinished
from orchestration.home.database import duckdb_at
from orchestration.home.installation import Installation
from orchestration.home.releases import broken_builds, list_releases, superseded
from sources.disk import remove_tree
from sources.errors import BaogaoError
from sources.snapshot.ledger import newest_valid
from sources.snapshot.store import SnapshotStore
from sources.tables import SNAPSHOTS

DAY = 86_400.0
LOGS = ("dagster/storage/*/compute_logs/*", "dagster/logs/*", "dagster/*.log.*", "dbt/logs/*", "crawl/*.log")


class RetentionError(BaogaoError):
    """It can't be told what may go; the message says why. Nothing was removed."""


@dataclass(frozen=True)
class Leftover:
    """One file or folder that may go. `what`: releases, snapshots, logs or unfinished; `n_bytes` on disk."""

    what: str
    path: Path
    n_bytes: int

    def remove(self) -> None:
        """Remove it; a file that is gone already is no fault."""
        if self.path.is_dir():
            remove_tree(self.path)
        else:
            self.path.unlink(missing_ok=True)


def leftovers(installation: Installation, now: float | None = None, *, alone: bool = True) -> list[Leftover]:
    """Return what need not stay, removing nothing. Unless the home's lock is held `alone`, no snapshot is among it, and
    no unfinished file but of builds, of which there is one at a time.

    Raises RetentionError where a release is damaged and snapshots were to go: what it cites can't be told.
    """
    moment = time.time() if now is None else now
    number = installation.settings.publish.releases_kept
    releases = [*superseded(installation.home, number), *broken_builds(installation.home)]
    return [
        *(_leftover("releases", folder) for folder in releases),
        *(_snapshots(installation) if alone else ()),
        *_logs(installation, moment),
        *(_unfinished(installation) if alone else ()),
    ]


def _unfinished(installation: Installation) -> Iterator[Leftover]:
    builds = broken_builds(installation.home)
    for path in unfinished(installation):
        if path not in builds:
            yield _leftover("unfinished", path)


def _snapshots(installation: Installation) -> Iterator[Leftover]:
    if installation.settings.retention.snapshots == "keep":
        return
    store, kept = SnapshotStore(installation.home), needed_snapshots(installation)
    for path in sorted(installation.home.raw.glob("??/*")):
        if len(path.name) == 64 and path.name not in kept and path == store.path(path.name):
            yield _leftover("snapshots", path)


def needed_snapshots(installation: Installation) -> set[str]:
    """Return the hashes that must stay: of pages that are valid now, and of all that a release still kept cites."""
    cited = _cited(installation)
    needed = set(cited)
    for partition in installation.lake.partitions(SNAPSHOTS.name):
        data = installation.lake.read(SNAPSHOTS, partition)
        rows = [] if data is None else data.to_pylist()
        valid = {row["sha256"] for row in newest_valid(rows).values()}
        # a document of several pages is cited by its first: whoever looks it up needs the others of that day too
        cited_locations = {row["location"] for row in rows if row["sha256"] in cited - valid}
        needed |= valid
        needed |= {row["sha256"] for row in rows if row["location"] in cited_locations and row["sha256"]}
    return needed


def _cited(installation: Installation) -> set[str]:
    found: set[str] = set()
    for release in list_releases(installation.home):
        try:
            with duckdb_at(release.path / "baogao.duckdb") as connection:
                rows = connection.execute(
                    "select snapshot_sha256 from dim_report where snapshot_sha256 is not null"
                ).fetchall()
        except duckdb.Error as error:
            raise RetentionError(
                "release {id} can't be read, so nobody knows which snapshots it cites; remove {path} or put it "
                "right, then clean again ({error})",
                id=release.id,
                path=release.path,
                error=error,
            ) from error
        found.update(sha for (sha,) in rows)
    return found


def _logs(installation: Installation, now: float) -> Iterator[Leftover]:
    days = installation.settings.retention.log_days
    if not days:
        return
    home = installation.home
    for pattern in LOGS:
        for path in sorted(home.root.glob(pattern)):
            if path.is_file() and now - path.stat().st_mtime > days * DAY:
                yield _leftover("logs", path)


def _leftover(what: str, path: Path) -> Leftover:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file() and not p.is_symlink()]
    return Leftover(what, path, sum(file.stat().st_size for file in files))
