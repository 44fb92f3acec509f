"""Do two homes hold the same? For a change that only moves or renames: one built before it, one after, of equal files.

    baogao run --catalogue FILE.csv --home before      # with the former code
    baogao run --catalogue FILE.csv --home after       # with the new code
    python -m benchmarks.same before after

Every partition must have the same rows (`substance`), and the two releases no cell that differs. A changed version of
rules shows as `content` that differs where `substance` does not. Clocks don't count. A catalogue of addresses must
name the same ones: those of the sample's server have another port each time.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.home import fingerprints
from orchestration.home.database import duckdb_at
from orchestration.release.changes import find_changes
from sources.home import Home

#: of a file: the hash of its rows with the versions that wrote them, and without
Hashes = tuple[str, str]


def partitions_of(home: Home) -> dict[str, Hashes]:
    """Return the hashes of every file of the lake that carries some, by its path in the lake."""
    lake = home.root / "lake"
    found = {}
    for path in sorted(lake.rglob("*.parquet")):
        metadata = pq.read_metadata(path).metadata or {}
        hashes = [metadata.get(name.encode(), b"").decode() for name in (fingerprints.CONTENT, fingerprints.SUBSTANCE)]
        if all(hashes):
            found[str(path.relative_to(lake))] = (hashes[0], hashes[1])
    return found


def differing_cells(before: Home, after: Home) -> int:
    """Return how many cells differ between the served releases."""
    with duckdb_at(after.published_database) as connection:
        return len(find_changes(before.published_database, connection).rows)


def main() -> int:
    parser = argparse.ArgumentParser(description="Do two homes hold the same?")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    arguments = parser.parse_args()
    before, after = Home(arguments.before), Home(arguments.after)
    old, new = partitions_of(before), partitions_of(after)
    if not old:
        sys.exit(f"{before.root}: no partition there; run baogao run --home {before.root}")
    tables: dict[str, list[str]] = defaultdict(list)
    for path in sorted(old.keys() | new.keys()):
        tables[path.split("/")[0]].append(path)
    n_differing = 0
    for table, paths in tables.items():
        content = sum(old.get(path, ("", ""))[0] == new.get(path, ("", ""))[0] for path in paths)
        substance = sum(old.get(path, ("", ""))[1] == new.get(path, ("", ""))[1] for path in paths)
        n_differing += len(paths) - substance
        print(f"{table:<14} {len(paths)} partitions: content equal in {content}, substance in {substance}")
    cells = differing_cells(before, after)
    print(f"{'release':<14} {cells} cells differ")
    return int(bool(n_differing or cells))


if __name__ == "__main__":
    sys.exit(main())
