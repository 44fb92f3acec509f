"""Before a run: what broken runs left is removed, what is damaged is set aside so that the run makes it anew.

What belongs here: telling sound files of a home from unsound ones, and what has to go. What does not: making
anything anew; a file that is gone is stale (``hops``), and the run does the rest. To be called with the home's lock
held alone: a temporary file is then nobody's.

Nothing is deleted but temporary files: what is damaged moves to `<home>/damaged/`, where a person can look at it.
A file is looked through once per size and time of change (`verified.json`), and again by a version of the code whose
raw tables have other columns; `thorough` looks at all of them again, the stored pages too.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from orchestration.home import fingerprints, releases, shared_releases
from orchestration.home.installation import Installation
from orchestration.home.note import Note
from orchestration.home.releases import ReleaseError
from sources import store
from sources.disk import move, remove_tree
from sources.home import Home
from sources.lake import DamagedFileError, Lake, is_flushed, put, read_file
from sources.snapshot.ledger import standing
from sources.store import is_local
from sources.tables import GATE_RESULTS, RAW_TABLES, SNAPSHOTS, Table

#: tables whose rows can't be made anew from others: brought to the contract as they are, not made anew
KEPT = (SNAPSHOTS.name, GATE_RESULTS.name)
#: what a writer that was killed leaves, below the home
LEFTOVERS = (
    "raw/*/.*.tmp",
    "quarantine/*/*/.*.tmp",
    f"releases/{releases.BUILDING}*",
    ".published.*",
    ".catalogue.*",
    "shared/.*.*",
    "shared/*/.*.*",
    ".*.json.*",
    "dagster/.dagster.yaml.*",
    "scratch/*",
)
LAKE_LEFTOVERS = ("*/*.tmp", "*/*/*.tmp")
#: files that are read back at once
_MOST_READERS = 8
#: columns of the ledger that tell which pages stand, and where their bytes are
OF_A_PAGE = ["partition", "location", "page", "retrieved_at", "outcome", "sha256", "n_bytes"]


def mend(installation: Installation, *, thorough: bool = False) -> list[str]:
    """Make the home fit for a run; return what was done, one line each, empty where all was sound."""
    home = installation.home
    if not home.root.is_dir():
        return []
    _sweep(installation)
    verified = _Verified(home, thorough)
    with installation.viewing():
        told = [line for table in RAW_TABLES for line in _mend_table(installation, table, verified)]
        told += _mend_quarantine(installation, verified)
    told += _mend_snapshots(installation, thorough)
    told += _mend_served(installation, thorough)
    shared_releases.fetch(installation)
    verified.save()
    return told


def look_through(installation: Installation) -> None:
    """Read back what a run has written, so that the next one need not; what is damaged is left to its `mend`."""
    if not is_local(installation.lake.root):  # the store has confirmed each put
        return
    verified = _Verified(installation.home, thorough=False)
    verified.sound.update(verified.known)
    written = [
        (table, path)
        for table in RAW_TABLES
        for path in installation.lake.find(f"{table.name}/*/*.parquet")
        if not path.endswith("/_empty.parquet") and not verified.knows(path)
    ]
    # each holds a whole table
    with ThreadPoolExecutor(min(installation.workers, _MOST_READERS)) as beside:
        verified.sound |= {path: state for path, state in beside.map(verified.read, written) if state}
    verified.save()


def unfinished(installation: Installation) -> Iterator[Path]:
    """Yield what writers that were killed have left; to be called with the home's lock held alone."""
    for pattern in LEFTOVERS:
        yield from installation.home.root.glob(pattern)
    if is_local(installation.lake.root):  # in a store nothing has a temporary name
        for pattern in LAKE_LEFTOVERS:
            yield from map(Path, installation.lake.find(pattern))


def _sweep(installation: Installation) -> None:
    for path in list(unfinished(installation)):
        remove_tree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Sound:
    """Files that were found sound: path → size and time of change (ns), or ETag. `contracts` is the hash of the raw
    tables' columns that they were held against."""

    contracts: str
    files: dict[str, list[int | str]]


VERIFIED = Note("verified.json", Sound)


class _Verified:
    """The files that were found sound, so that a run need not read the whole lake again."""

    def __init__(self, home: Home, thorough: bool) -> None:
        self.home = home
        self.contracts = fingerprints.digest(*((table.name, str(table.arrow_schema())) for table in RAW_TABLES))
        noted = None if thorough else VERIFIED.read(home)
        self.known = noted.files if noted and noted.contracts == self.contracts else {}
        self.sound: dict[str, list[int | str]] = {}

    def knows(self, path: str) -> bool:
        """Whether the file was found sound as it is now."""
        state = self._state(path)
        if state is None or self.known.get(path) != state:
            return False
        self.sound[path] = state
        return True

    def add(self, path: str) -> None:
        state = self._state(path)
        if state is not None:
            self.sound[path] = state

    def read(self, written: tuple[Table, str]) -> tuple[str, list[int | str] | None]:
        """Return a file of a table, and its state where it is sound: that of before it was read."""
        table, path = written
        state = self._state(path)
        try:
            data = read_file(path)
        except DamagedFileError:
            return path, None
        return path, state if _fits(data, table) else None

    def save(self) -> None:
        if self.sound != self.known:
            VERIFIED.write(self.home, Sound(self.contracts, self.sound))

    @staticmethod
    def _state(path: str) -> list[int | str] | None:
        if not is_local(path):
            stored = store.stored_at(path)
            return [stored.size, stored.etag] if stored else None
        stat = os.stat(path)  # noqa: PTH116
        return [stat.st_size, stat.st_mtime_ns]


def _mend_table(installation: Installation, table: Table, verified: _Verified) -> Iterator[str]:
    conformed: dict[str, list[str]] = {}
    for path in installation.lake.find(f"{table.name}/*/*.parquet"):
        if path.endswith("/_empty.parquet") or verified.knows(path):
            continue
        try:
            data = read_file(path)
        except DamagedFileError as error:
            aside = _set_aside(installation.home, path)
            yield f"{error.path} was damaged ({error.reason}); {_again(table)}; the damaged file is now {aside}"
            continue
        if not _fits(data, table):
            conformed.setdefault(_conform(installation, table, path, data), []).append(path)
        if not is_local(path) or Path(path).exists():
            verified.add(path)
    # a version with another column leaves hundreds, one for each partition
    for told, (path, *others) in conformed.items():
        like_it = f" (and {len(others)} files like it)" if others else ""
        yield f"{path}{like_it} {told}"


def _fits(data: pa.Table, table: Table) -> bool:
    """Whether a file has the columns of this version; `Sound.contracts` changes with whatever this depends on."""
    return bool(data.schema.remove_metadata() == table.arrow_schema())


def _again(table: Table) -> str:
    if table.name == SNAPSHOTS.name:
        return "its pages are fetched anew and their ledger begins anew"
    return "its rows are made anew"


def _conform(installation: Installation, table: Table, path: str, data: pa.Table) -> str:
    """Bring a file of another version's contract to ours, or remove it so that it is made anew; tell which of it."""
    theirs, ours = set(data.schema.names), set(table.columns)
    differs = "; ".join(
        part
        for part in (
            f"without {', '.join(sorted(ours - theirs))}" if ours - theirs else "",
            f"with {', '.join(sorted(theirs - ours))}" if theirs - ours else "",
            "" if ours ^ theirs else "other types or order of columns, or others may be empty",
        )
        if part
    )
    told = f"was written by another version of baogao ({differs})"
    if table.name not in KEPT:
        Path(path).unlink() if is_local(path) else store.remove(path)
        return f"{told}; its rows are made anew"
    try:
        rows = [{name: row.get(name) for name in table.columns} for row in data.to_pylist()]
        whole = table.to_arrow(rows).replace_schema_metadata(data.schema.metadata)
        put(path, whole, flushed=is_flushed(table))
    except ValueError as error:
        aside = _set_aside(installation.home, path)
        return f"{told} and does not fit ({error}); {_again(table)}; the former file is now {aside}"
    return f"{told}; it was brought to this version's columns"


def _mend_quarantine(installation: Installation, verified: _Verified) -> Iterator[str]:
    """What is set aside for people is no input of anything; a damaged file there only has to be out of the way."""
    for path in Lake(installation.quarantine).find("*/*/*.parquet"):
        if verified.knows(path):
            continue
        try:
            read_file(path)
        except DamagedFileError as error:
            aside = _set_aside(installation.home, path)
            yield f"{path} was damaged ({error.reason}); the damaged file is now {aside}"
            continue
        verified.add(path)


def _mend_snapshots(installation: Installation, thorough: bool) -> Iterator[str]:
    """Have pages fetched again whose stored bytes are gone, cut, or (looked at thoroughly) changed."""
    pages = installation.pages
    if not pages.is_local and not thorough:  # a store loses no byte by itself, and to list millions takes long
        return
    sizes = {} if thorough else _sizes(installation.home)
    for partition in installation.lake.partitions(SNAPSHOTS.name):
        data = installation.lake.read(SNAPSHOTS, partition, OF_A_PAGE)
        if data is None:
            continue
        bad = [
            (row, why)
            for row in standing(data.to_pylist()).values()
            if (thorough or sizes.get(row["sha256"]) != row["n_bytes"])
            and (why := pages.fault(row["sha256"], row["n_bytes"], thorough=thorough))
        ]
        if not bad:
            continue
        for row, why in bad:
            path, there = pages.address(row["sha256"]), row["sha256"] in pages
            aside = f"; the damaged file is now {_set_aside(installation.home, path)}" if there else ""
            yield f"the stored bytes of {row['location']} ({path}) {why}; the page is fetched again{aside}"
        # without the fingerprint of its inputs the partition is stale
        stored = installation.lake.metadata(SNAPSHOTS, partition)
        stored.pop(fingerprints.INPUTS, None)
        whole = installation.lake.read(SNAPSHOTS, partition)
        if whole is not None:
            installation.lake.write(SNAPSHOTS, partition, whole.replace_schema_metadata(), stored)


def _sizes(home: Home) -> dict[str, int]:
    """Return the size of every stored page by its name: one look at each folder, however many pages."""
    if not home.raw.is_dir():
        return {}
    folders = [entry.path for entry in os.scandir(home.raw) if entry.is_dir()]
    return {entry.name: entry.stat().st_size for folder in folders for entry in os.scandir(folder) if entry.is_file()}


def _mend_served(installation: Installation, thorough: bool) -> Iterator[str]:
    """Serve the newest sound release where the served one is damaged or gone; the run builds another.

    Where machines share a store that has it whole, it is fetched again instead.
    """
    home = installation.home
    link = home.published
    if link.is_symlink() and not (link / "baogao.duckdb").is_file():
        gone = link.readlink()
        link.unlink()
        yield f"{link} named {gone}, which is not there"
    served = releases.current(home)
    if served is not None:
        faults = releases.damage(served, thorough=thorough)
        if not faults:
            return
        damaged = f"the served release {served.id} is damaged: {'; '.join(faults[:3])}"
        with suppress(ReleaseError):  # the store has no whole one either
            if shared_releases.ensure(installation, served.id):
                yield f"{damaged}; it was fetched again"
                return
        yield f"{damaged}; another one is built"
    elif link.exists():
        return
    sound = next((one for one in releases.list_releases(home) if not one.served and not releases.damage(one)), None)
    if sound is not None:
        releases.swap(home, sound.id)
        yield f"release {sound.id} is served meanwhile"
        if served is not None:
            yield f"the damaged release is now {set_aside(home, served.path)}"


def _set_aside(home: Home, path: str) -> str:
    if is_local(path):
        return str(set_aside(home, Path(path)))
    target = home.root / "damaged" / Path(path).name
    target.parent.mkdir(parents=True, exist_ok=True)
    store.download(path, str(target))
    store.remove(path)
    return str(set_aside(home, target))


def set_aside(home: Home, path: Path) -> Path:
    """Move a damaged file or folder to where a person can look at it; return that place."""
    inside = path.relative_to(home.root) if path.is_relative_to(home.root) else Path(path.name)
    target = home.root / "damaged" / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}" / inside
    move(path, target)
    return target
