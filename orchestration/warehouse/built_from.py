"""What the warehouse was built from, and so what of it has to be built again.

What belongs here: reading the state of all that the models read, keeping it beside the warehouse, telling what changed
since. What does not: building (``builds.py``, dbt); what a changed partition touches (the models,
``macros/touched.sql``).
"""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from orchestration.home import fingerprints
from orchestration.home.installation import Installation
from sources.home import REPOSITORY, Home
from sources.partitions import YEARS
from sources.tables import CHANGED_FILES, GATE_RESULTS, RAW_TABLES

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
)
#: from this share of changed partitions on a new warehouse costs less than a mended one
MOST_CHANGED = 0.25
#: and from this many times the size that it began with, since deleted rows leave room behind
MOST_GROWN = 1.5


@dataclass(frozen=True)
class Inputs:
    """All that the models read. `data`: table → partition → hash of its rows; `verdicts`: partition → its files' state.

    Verdicts are no part of `hash`: a partition judged again with the same rows calls for no build.
    """

    data: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)
    registry: str = ""
    models: str = ""

    @property
    def hash(self) -> str:
        return fingerprints.digest(self.data, self.registry, self.models)


@dataclass(frozen=True)
class Changed:
    """Partitions with other rows than at the last build, and with other verdicts."""

    data: frozenset[str]
    verdicts: frozenset[str]


@lru_cache(maxsize=1)
def project_hash() -> str:
    """Return the hash of the models as this process found them."""
    return fingerprints.of_files(PROJECT_DIR, PROJECT_FILES)


def read_inputs(installation: Installation) -> Inputs:
    """Return the state of lake and registry as they are now."""
    lake = installation.lake
    data = {
        table.name: {
            str(partition): lake.metadata(table, partition).get(fingerprints.CONTENT, "")
            for partition in lake.partitions(table.name)
        }
        for table in RAW_TABLES
        if table is not GATE_RESULTS
    }
    return Inputs(data, _verdicts(installation), _registry_hash(installation), project_hash())


def _verdicts(installation: Installation) -> dict[str, str]:
    found: dict[str, list[object]] = defaultdict(list)
    for path, size, version in installation.lake.stamps(GATE_RESULTS.name):
        key, name = _partition_of(path), path.rsplit("/", 1)[-1]
        if key.split("|")[1] in YEARS:  # not the empty file that is written before each build
            found[key].append([name, size, version])
    return {partition: fingerprints.digest(stamps) for partition, stamps in found.items()}


def _partition_of(path: str) -> str:
    """Return the key that the place of a file in the lake says."""
    year, name = path.split("/")[-2:]
    return f"{name.split('.')[0]}|{year}"


@lru_cache(maxsize=1)
def _shipped_registry_hash() -> str:
    from sources.registry.export import registry_version

    return registry_version()


def _registry_hash(installation: Installation) -> str:
    overlay = installation.overlay
    own = overlay.read_text(encoding="utf-8") if overlay else ""
    reviewed = fingerprints.of_files(installation.home.reviews, ["corrections.yaml"])
    return fingerprints.digest(_shipped_registry_hash(), own, reviewed)


def changed_since_last_build(installation: Installation, built: str, now: Inputs) -> Changed | None:
    """Return what changed since the build from inputs of hash `built`, None where a new warehouse is called for.

    It is where there was no such build, where models or registry are others or the lake lies elsewhere, where the files
    are not those that it left, and where mending them would cost more.
    """
    kept = _kept(installation.home)
    if kept is None or not built or kept.inputs.hash != built or kept.files != _files(installation.home):
        return None
    if (kept.inputs.registry, kept.inputs.models, kept.lake) != (now.registry, now.models, installation.lake.root):
        return None
    known = everything(kept.inputs, now)
    data = frozenset(
        key for table, rows in now.data.items() for key in _differing(kept.inputs.data.get(table, {}), rows)
    )
    verdicts = _differing(kept.inputs.verdicts, now.verdicts)
    too_many = len(data) > MOST_CHANGED * len(known.data)
    too_large = sum(size for size, _ in kept.files.values()) > MOST_GROWN * kept.bytes_when_new
    return None if too_many or too_large else Changed(data, verdicts)


def everything(*inputs: Inputs) -> Changed:
    """Return all partitions of `inputs` as changed."""
    return Changed(
        frozenset(key for told in inputs for partitions in told.data.values() for key in partitions),
        frozenset(key for told in inputs for key in told.verdicts),
    )


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> frozenset[str]:
    return frozenset(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


@dataclass(frozen=True)
class Left:
    """What a build leaves as the last one made it, by name: models and seeds, and the tests that hold nothing else."""

    models: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()

    @property
    def arguments(self) -> list[str]:
        """Return what keeps dbt from them, but not from tests of a model that is built against one of them."""
        return ["--indirect-selection", "cautious", "--exclude", " ".join(sorted(self.models))] if self.models else []


def left_alone(manifest: Mapping[str, Any]) -> Left:
    """Return what reads nothing of the lake, by dbt's `manifest`: a build that mends is one from the same registry."""
    moved: set[str] = set()
    ahead = [name for name, told in manifest["sources"].items() if told["source_name"] in ("lake", "build")]
    while ahead:
        name = ahead.pop()
        if name not in moved:
            moved.add(name)
            ahead += manifest["child_map"][name]
    nodes = [node for name, node in manifest["nodes"].items() if name not in moved]
    tests = frozenset(node["name"] for node in nodes if node["resource_type"] == "test")
    return Left(frozenset(node["name"] for node in nodes) - tests, tests)


def tell_changed(installation: Installation, changed: Changed) -> None:
    """Write what dbt's source `build` reads: the files of the changed partitions."""
    from sources.lake import put

    lake = installation.lake
    rows = []
    for table in RAW_TABLES:
        keys = changed.verdicts if table is GATE_RESULTS else changed.data
        files: dict[str, list[str | None]] = {key: [] for key in keys}
        for path in lake.find(f"{table.name}/*/*.parquet"):
            key = _partition_of(path)
            if key in files:
                files[key].append("/".join([lake.root, *path.split("/")[-3:]]))
        rows += [
            {"table_name": table.name, "partition": key, "path": path}
            for key, paths in files.items()
            for path in paths or [None]
        ]
    put(f"{lake.root}/_build/{CHANGED_FILES.name}.parquet", CHANGED_FILES.to_arrow(rows))


@dataclass(frozen=True)
class _Kept:
    """What lies in built_from.json. `lake`: its root, which views name; `files`: size and time of those dbt left."""

    inputs: Inputs
    lake: str
    files: dict[str, tuple[int, int]]
    bytes_when_new: int


def _path(home: Home) -> Path:
    return home.root / "built_from.json"


def keep(installation: Installation, inputs: Inputs, *, mended: bool) -> None:
    """Remember that the warehouse holds what follows from `inputs`; `mended`: it was not made anew."""
    files = _files(installation.home)
    former = _kept(installation.home) if mended else None
    size = former.bytes_when_new if former else sum(size for size, _ in files.values())
    path = _path(installation.home)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    temporary.write_text(json.dumps(asdict(_Kept(inputs, installation.lake.root, files, size))), encoding="utf-8")
    temporary.replace(path)


def judged_since(installation: Installation) -> frozenset[str] | None:
    """Return the partitions with other verdicts than the warehouse holds, None where nobody knows what it holds."""
    kept = _kept(installation.home)
    if kept is None or kept.files != _files(installation.home):
        return None
    return _differing(kept.inputs.verdicts, _verdicts(installation))


def _kept(home: Home) -> _Kept | None:
    try:
        told = json.loads(_path(home).read_text(encoding="utf-8"))
        files = {str(name): (int(size), int(time)) for name, (size, time) in told["files"].items()}
        return _Kept(Inputs(**told["inputs"]), str(told["lake"]), files, int(told["bytes_when_new"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _files(home: Home) -> dict[str, tuple[int, int]]:
    there = {path.name: path.stat() for path in home.dbt_files if path.exists()}
    return {name: (told.st_size, told.st_mtime_ns) for name, told in there.items()}
