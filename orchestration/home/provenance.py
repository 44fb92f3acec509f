"""What each partition, the warehouse and the release were made from, and what of it is other by now.

Plan, warehouse and release ask here and nowhere else (docs/staleness.md). An entry lies with what it speaks of and is
written with it, so that no crash parts the two: a partition's in the metadata of its Parquet file, the warehouse's in
``built_from.json`` beside dbt's files, a release's in its manifest.

What does not belong here: which inputs a hop has (``hops``), whether the warehouse is mended or built anew
(``warehouse/built_from.py``), what a changed partition touches within it (``macros/touched.sql``).
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from importlib import metadata
from typing import Any

from orchestration.home import documents, fingerprints, releases, withheld
from orchestration.home.documents import Record
from orchestration.home.installation import Installation
from orchestration.home.note import Note
from orchestration.home.releases import Release
from sources.home import REPOSITORY, Home
from sources.lake import Lake
from sources.latin import READINGS
from sources.meaning import version_of
from sources.partitions import YEARS, Partition
from sources.tables import GATE_RESULTS, RAW_TABLES, Table

#: what a partition is made from, by name and in one order: versions of rules, hashes of rows, whatever JSON holds
Inputs = Mapping[str, Any]

#: in place of an input's name: there is no file, or its entry does not tell what it was made from
MISSING, UNKNOWN = "missing", "unknown"

#: the variable that tells models the last year whose reports are due
DUE_YEAR = "BAOGAO_DUE_YEAR"
PROJECT_DIR = REPOSITORY / "transforms" / "dbt_project"
#: what a model's result depends on; not target/, logs/, or what dbt writes
PROJECT_FILES = (
    "*.yml",
    "models/**/*.sql",
    "models/**/*.yml",
    "models/**/*.md",
    "macros/**/*.sql",
    "seeds/**/*",
    "tests/**/*.sql",
    "analyses/**/*.sql",
)
#: modules behind functions that models call
FUNCTIONS = ("orchestration/warehouse/functions.py", "sources/english.py", "sources/latin.py")


def differing(before: Mapping[str, str], now: Mapping[str, str]) -> frozenset[str]:
    """Return the keys whose hash is another now, or that only one of the two has."""
    return frozenset(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))


def hash_of(inputs: Inputs) -> str:
    """Return the SHA-256 of a partition's inputs."""
    return fingerprints.digest(*inputs.values())


def entry(inputs: Inputs, columns: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """Return the metadata of a file that is made from `inputs`; `columns` are its rows, a list of values a column."""
    return {
        **fingerprints.stored(hash_of(inputs), columns),
        fingerprints.MADE_FROM: json.dumps(fingerprints.by_name(inputs)),
    }


def entry_of_documents(inputs: Inputs, records: Iterable[Record], judged_by: str) -> dict[str, str]:
    """Return the metadata of a file whose rows are those of documents, judged by the suites of version `judged_by`."""
    return {**entry(inputs, {}), **documents.metadata(records, judged_by)}


def changed_inputs(lake: Lake, table: Table, partition: Partition, inputs: Inputs) -> frozenset[str]:
    """Return the names of those of `inputs` that the partition's file was not made from; none where it is current.

    MISSING stands for a file that is not there, UNKNOWN for one that does not tell its inputs by name, as those of
    former versions of baogao don't.
    """
    metadata = lake.metadata(table, partition)
    if not metadata:
        return frozenset({MISSING})
    if metadata.get(fingerprints.INPUTS) == hash_of(inputs):
        return frozenset()
    if fingerprints.INPUTS not in metadata or fingerprints.MADE_FROM not in metadata:
        return frozenset({UNKNOWN})
    return differing(json.loads(metadata[fingerprints.MADE_FROM]), fingerprints.by_name(inputs))


@dataclass(frozen=True)
class State:
    """All that the models read. `data`: table → partition → hash of its rows; `verdicts`: partition → its files' state.

    Verdicts are no part of `hash`: a partition judged again with the same rows calls for no build. `withheld`: what of
    a partition its rows lack, as a hash (``withheld.withheld``): empty cells have other reasons then. `due_year`: the
    last year whose reports are due, which moves once a year and makes goals that were pending ones without a result.
    """

    data: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)
    registry: str = ""
    models: str = ""
    due_year: str = ""
    withheld: Mapping[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """Return what a build is recorded by, and a release made from it."""
        # most homes lack nothing: they go by the hash that they had before this was asked
        lacking = [self.withheld] if self.withheld else []
        return fingerprints.digest(self.data, *lacking, self.registry, self.models, self.due_year)


@dataclass(frozen=True)
class Changed:
    """Partitions with other rows than at the last build, or other rows withheld, and with other verdicts."""

    data: frozenset[str]
    verdicts: frozenset[str]


def read_state(installation: Installation) -> State:
    """Return the state of lake, registry and models as they are now. Raises DamagedFileError."""
    lake = installation.lake
    with installation.viewing():
        data = {
            table.name: {
                str(partition): lake.metadata(table, partition).get(fingerprints.CONTENT, "")
                for partition in lake.partitions(table.name)
            }
            for table in RAW_TABLES
            if table is not GATE_RESULTS
        }
        return State(
            data,
            _verdicts(installation),
            _registry_hash(installation),
            project_hash(),
            due_year(),
            withheld.by_partition(installation),
        )


def changed_partitions(before: State, now: State) -> Changed:
    """Return the partitions whose rows or verdicts are not the same in both states."""
    data = (
        differing(before.data.get(name, {}), now.data.get(name, {})) for name in before.data.keys() | now.data.keys()
    )
    rows = frozenset().union(*data, differing(before.withheld, now.withheld))
    return Changed(rows, differing(before.verdicts, now.verdicts))


def due_year() -> str:
    """Return the last year whose reports are due, this one from April on, as the models are told (macros/due.sql)."""
    now = datetime.now(UTC)
    return os.environ.get(DUE_YEAR) or str(now.year if now.month >= 4 else now.year - 1)


@lru_cache(maxsize=1)
def project_hash() -> str:
    """Return the hash of the models, and of the functions of ours that they call, as this process found them."""
    # whose readings names in English are made of
    pinyin = f"pypinyin {metadata.version('pypinyin')}"
    functions = version_of([REPOSITORY / name for name in FUNCTIONS], [READINGS], pinyin)
    return fingerprints.digest(fingerprints.of_files(PROJECT_DIR, PROJECT_FILES), functions)


def _verdicts(installation: Installation) -> dict[str, str]:
    found: dict[str, list[object]] = defaultdict(list)
    for path, size, version in installation.lake.stamps(GATE_RESULTS.name):
        key, name = partition_of(path), path.rsplit("/", 1)[-1]
        if key.split("|")[1] in YEARS:  # not the empty file that is written before each build
            found[key].append([name, size, version])
    return {partition: fingerprints.digest(stamps) for partition, stamps in found.items()}


def partition_of(path: str) -> str:
    """Return the key that the place of a file in the lake says."""
    year, name = path.split("/")[-2:]
    return f"{name.split('.')[0]}|{year}"


def _registry_hash(installation: Installation) -> str:
    from sources.registry.export import registry_version

    overlay = installation.overlay
    own = overlay.read_text(encoding="utf-8") if overlay else ""
    reviewed = fingerprints.of_files(installation.reviews, ["corrections.yaml", "audits/*/*"])
    # what the models are told besides: a whole build follows where it changes
    doubt_max = installation.settings.publish.doubt_max
    return fingerprints.digest(registry_version(), own, reviewed, doubt_max)


@dataclass(frozen=True)
class Warehouse:
    """The entry of the warehouse. `lake`: its root, which views name; `files`: size and time of those dbt left."""

    inputs: State
    lake: str
    files: dict[str, tuple[int, int]]
    bytes_when_new: int

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(size for size, _ in self.files.values())


WAREHOUSE = Note("built_from.json", Warehouse)


def record_warehouse(installation: Installation, state: State, *, mended: bool) -> None:
    """Write that the warehouse holds what follows from `state`; `mended`: it was not made anew."""
    files = _files(installation.home)
    former = WAREHOUSE.read(installation.home) if mended else None
    size = former.bytes_when_new if former else sum(size for size, _ in files.values())
    WAREHOUSE.write(installation.home, Warehouse(state, installation.lake.root, files, size))


def warehouse(home: Home) -> Warehouse | None:
    """Return the warehouse's entry; None where nobody knows what it holds: its files are not those that dbt left."""
    found = WAREHOUSE.read(home)
    return found if found and found.files == _files(home) else None


def _files(home: Home) -> dict[str, tuple[int, int]]:
    there = {path.name: path.stat() for path in home.dbt_files if path.exists()}
    return {name: (told.st_size, told.st_mtime_ns) for name, told in there.items()}


def judged_since(installation: Installation) -> frozenset[str] | None:
    """Return the partitions with other verdicts than the warehouse holds, None where nobody knows what it holds."""
    held = warehouse(installation.home)
    return None if held is None else differing(held.inputs.verdicts, _verdicts(installation))


def current_release(home: Home, state: State) -> Release | None:
    """Return the served release where `state` calls for no other: it was made from it, or a person went back to it from
    one that was. None where there is none, or it is damaged."""
    served = releases.current(home)
    if served is None or releases.damage(served):
        return None
    made_from = (served.manifest.get("inputs"), releases.went_back(served, home).inputs)
    return served if state.hash in made_from else None
