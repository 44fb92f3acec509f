"""What of the warehouse has to be built again: what of it can stand, and what dbt is told.

What belongs here: whether the warehouse is mended or built anew, which models a build leaves alone. What does not: what
changed since the last build (``home/provenance.py``); building (``builds.py``, dbt); what a changed partition touches
(the models, ``macros/touched.sql``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.home import provenance
from orchestration.home.installation import Installation
from orchestration.home.provenance import Changed, State, Warehouse
from orchestration.warehouse import builds
from sources.tables import CHANGED_FILES, GATE_RESULTS, RAW_TABLES

#: bytes up to which mending all of a warehouse costs less than dbt's making it anew, a good part of which is dbt itself
SMALL = 100_000_000
#: in a larger one: the share of changed partitions from which on a new warehouse costs less than a mended one
MOST_CHANGED = 0.25
#: and how many times the size that it began with, since deleted rows leave room behind
MOST_GROWN = 1.5


def changed_since_last_build(installation: Installation, built: str, now: State) -> Changed | None:
    """Return what changed since the build from the state of hash `built`, None where a new warehouse is called for.

    It is where there was no such build, where models, registry or the year that is due are others or the lake lies
    elsewhere, where the files are not those that it left, and where mending them would cost more.
    """
    held = provenance.warehouse(installation.home)
    if held is None or not built or held.inputs.hash != built:
        return None
    before = held.inputs
    if (before.registry, before.models, before.due_year) != (now.registry, now.models, now.due_year):
        return None
    if held.lake != installation.lake.root:
        return None
    changed = provenance.changed_partitions(before, now)
    n_partitions = len(everything(before, now).data)
    return changed if _costs_less(installation, held, len(changed.data), n_partitions) else None


def may_be_mended(installation: Installation, n_stale: int, n_partitions: int) -> bool:
    """Whether a build after a run over `n_stale` of `n_partitions` will most likely mend what stands: what can be known
    before the run."""
    held, build = provenance.warehouse(installation.home), builds.last_build(installation)
    return (
        held is not None
        and build.sound
        and held.inputs.hash == build.inputs
        and (held.inputs.models, held.inputs.due_year) == (provenance.project_hash(), provenance.due_year())
        and held.lake == installation.lake.root
        and _costs_less(installation, held, n_stale, n_partitions)
        and not installation.settings.store
    )


def _costs_less(installation: Installation, held: Warehouse, n_changed: int, n_partitions: int) -> bool:
    """Whether to mend `held` costs less than a new warehouse, where so many of its partitions changed."""
    # over a lake in a store it is dbt that mends
    small = held.size <= SMALL and not installation.settings.store
    few, grown = n_changed <= MOST_CHANGED * n_partitions, held.size > MOST_GROWN * held.bytes_when_new
    return small or (few and not grown)


def everything(*states: State) -> Changed:
    """Return all partitions of `states` as changed."""
    return Changed(
        frozenset(key for state in states for partitions in state.data.values() for key in partitions),
        frozenset(key for state in states for key in state.verdicts),
    )


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
            key = provenance.partition_of(path)
            if key in files:
                files[key].append("/".join([lake.root, *path.split("/")[-3:]]))
        rows += [
            {"table_name": table.name, "partition": key, "path": path}
            for key, paths in files.items()
            for path in paths or [None]
        ]
    put(f"{lake.root}/_build/{CHANGED_FILES.name}.parquet", CHANGED_FILES.to_arrow(rows))
