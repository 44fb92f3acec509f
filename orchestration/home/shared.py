"""What people decided, where machines share a store: reviews, dictionaries, regions, the catalogue; copied to here.

What belongs here: the copy, which is brought up to date by ETag, and putting a catalogue. What does not: what the files
say (``sources``), releases (``shared_releases.py``).
"""

from __future__ import annotations

from pathlib import Path

from orchestration.home.note import Note, replacing
from orchestration.home.short_ids import SHORT_IDS
from sources import store
from sources.home import Home

#: below the store and in the home alike
CATALOGUE, BASE = "catalogue.csv", "catalogue.base"
FOLDERS = ("reviews", "dictionaries")
FILES = (CATALOGUE, BASE, "regions.yaml", SHORT_IDS.name)
#: tag of a run: ETag of the catalogue when it was planned
PLANNED_WITH = "baogao/planned_with"
#: name in the store → ETag of the copy
COPIES = Note("shared/copies.json", dict[str, str])


def copied(home: Home, address: str) -> Path:
    """Return the folder of the copies, having brought them up to date with the store at `address`.

    A file that is gone from the store is gone here too. Raises StoreError.
    """
    folder = home.root / "shared"
    folder.mkdir(parents=True, exist_ok=True)
    former = COPIES.read(home) or {}
    there = {name: stored for name in FOLDERS for name, stored in store.listing(f"{address}/{name}").items()}
    beside = store.listing(address, deep=False)
    there |= {name: beside[name] for name in (f"{address}/{file}" for file in FILES) if name in beside}
    now = {name.removeprefix(f"{address}/"): stored.etag for name, stored in there.items()}
    for name, etag in now.items():
        if former.get(name) != etag or not (folder / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            with replacing(folder / name) as temporary:
                temporary.write_bytes(store.get(f"{address}/{name}"))
    for name in former.keys() - now.keys():
        (folder / name).unlink(missing_ok=True)
    if now != former:
        COPIES.write(home, now)
    return folder


def put_catalogue(address: str, catalogue: Path) -> None:
    """Put a catalogue into the store, with the folder that its relative locations start from. Raises StoreError."""
    store.put(f"{address}/{BASE}", str(catalogue.resolve().parent).encode())
    store.put(f"{address}/{CATALOGUE}", catalogue.read_bytes())


def catalogue_etag(address: str) -> str:
    """Return the ETag of the catalogue in the store at `address`, "" where there is none. Raises StoreError."""
    there = store.stored_at(f"{address}/{CATALOGUE}") if address else None
    return there.etag if there else ""


def another_catalogue(home: Home, planned_with: str) -> str:
    """Return what to tell a person where the copied catalogue is not the one that a run was planned with, else ""."""
    etag = (COPIES.read(home) or {}).get(CATALOGUE, "")
    if not planned_with or planned_with == etag:
        return ""
    return (
        f"the catalogue changed after this run was planned (was {planned_with[:8]}, is {etag[:8] or 'gone'}): the run "
        "works with the new one. What came or went since then is in the next plan: `baogao run`, or the sensor"
    )


def base_of(folder: Path) -> Path:
    """Return the folder that relative locations of the copied catalogue start from: the same path on every machine."""
    try:
        return Path((folder / BASE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return folder
