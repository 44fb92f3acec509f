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
from orchestration.home.installation import open_installation
from sources.home import Home
from sources.lake import Lake
from sources.snapshot.ledger import latest
from sources.tables import RAW_TABLES, SNAPSHOTS

#: when something was fetched, judged or built differs between two runs that came to the same
VOLATILE = ("retrieved_at", "checked_at", "published_run_at", "built_at")
#: verdicts that do not tell of the way to this state
_OF_THIS_STATE = " where table_name <> 'snapshots' and partition <> 'release' and n_rows > 0"
#: columns of a row of the ledger that tell what was there before
_OF_ITS_TIME = {"outcome": None, "previous_sha256": None}
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


def state_of(home: Home, *, past: bool = True) -> State:
    """Read all that `home` serves and keeps. Raises where the release can't be read.

    Without its `past` what another way to the same documents leaves otherwise is left out: rows of the ledger that
    newer ones replace, verdicts on the ledger and on the step from the former release, partitions without rows.
    """
    return State(_tables(home.published_database, past), _files(home.published / "exports"), _lake(home, past))


def _tables(path: Path, past: bool) -> dict[str, str]:
    found = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        for (name,) in connection.execute("select table_name from duckdb_tables() order by 1").fetchall():
            columns = [row[0] for row in connection.execute(f'describe "{name}"').fetchall()]
            kept = ", ".join(f'"{column}"' for column in columns if column not in VOLATILE)
            some = "" if past or name != "gate_results" else _OF_THIS_STATE
            rows = connection.execute(f'select {kept} from "{name}"{some}').fetchall()
            lines = sorted(json.dumps(row, default=str, ensure_ascii=False) for row in rows)
            found[str(name)] = hashlib.sha256("\n".join([kept, *lines]).encode()).hexdigest()
    return found


def _files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _lake(home: Home, past: bool) -> dict[str, str]:
    lake = Lake(str(home.lake))
    claimed = {} if past else open_installation(home.root).entries()
    found = {}
    for table in RAW_TABLES:
        if table.name == "gate_results":
            continue
        for partition in lake.partitions(table.name):
            data = lake.read(table, partition)
            assert data is not None
            rows = data.to_pylist()
            if not past and table is SNAPSHOTS:
                locations = {entry.location for entry in claimed.get(partition, [])}
                rows = [{**row, **_OF_ITS_TIME} for row in latest(rows) if row["location"] in locations]
            if rows or past:
                found[f"{table.name} {partition}"] = fingerprints.of_rows(rows, fingerprints.VOLATILE)
    return found


def strays(home: Home) -> list[str]:
    """Return the half-written files that lie in `home`."""
    return sorted({str(p.relative_to(home.root)) for pattern in STRAYS for p in home.root.glob(pattern)})
