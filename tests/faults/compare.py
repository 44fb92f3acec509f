"""What a release and a lake hold, as values that can be compared between homes; no times of fetching or building.

What does not belong here: running anything.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.home import fingerprints
from sources.home import Home
from sources.lake import Lake
from sources.tables import RAW_TABLES

#: when something was fetched, judged or built differs between two runs that came to the same
VOLATILE = ("retrieved_at", "checked_at", "published_run_at", "built_at")
#: what a killed process may leave beside what it meant to write
STRAYS = (
    "**/*.tmp", "releases/.building-*", ".published.*", ".catalogue.*", ".*.json.*", "dagster/.dagster.yaml.*",
)  # fmt: skip


@dataclass(frozen=True)
class State:
    """Hashes: `tables` of the rows of each published table, `files` of each export, `lake` of each raw partition."""

    tables: dict[str, str]
    files: dict[str, str]
    lake: dict[str, str]

    def differences(self, other: State, deterministic: frozenset[str]) -> list[str]:
        """Return what differs, each with its name; exports count where two undisturbed runs gave the same bytes."""
        found = []
        for kind, mine, theirs in (("table", self.tables, other.tables), ("raw", self.lake, other.lake)):
            found += [f"{kind} {n}" for n in sorted(mine.keys() | theirs.keys()) if mine.get(n) != theirs.get(n)]
        found += [f"export {n}" for n in sorted(deterministic) if self.files.get(n) != other.files.get(n)]
        return found


def state_of(home: Home) -> State:
    """Read all that `home` serves and keeps. Raises where the release can't be read."""
    return State(_tables(home.published_database), _files(home.published / "exports"), _lake(home))


def _tables(path: Path) -> dict[str, str]:
    found = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        for (name,) in connection.execute("select table_name from duckdb_tables() order by 1").fetchall():
            columns = [row[0] for row in connection.execute(f'describe "{name}"').fetchall()]
            kept = ", ".join(f'"{column}"' for column in columns if column not in VOLATILE)
            rows = connection.execute(f'select {kept} from "{name}"').fetchall()
            lines = sorted(json.dumps(row, default=str, ensure_ascii=False) for row in rows)
            found[str(name)] = hashlib.sha256("\n".join([kept, *lines]).encode()).hexdigest()
    return found


def _files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _lake(home: Home) -> dict[str, str]:
    lake = Lake(str(home.lake))
    found = {}
    for table in RAW_TABLES:
        if table.name == "gate_results":
            continue
        for partition in lake.partitions(table.name):
            data = lake.read(table, partition)
            assert data is not None
            found[f"{table.name} {partition}"] = fingerprints.of_rows(data.to_pylist(), fingerprints.VOLATILE)
    return found


def strays(home: Home) -> list[str]:
    """Return the half-written files that lie in `home`."""
    return sorted({str(p.relative_to(home.root)) for pattern in STRAYS for p in home.root.glob(pattern)})
