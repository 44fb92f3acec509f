"""Running dbt in process over a lake, or the SQL that it compiled, and looking at the file that it built."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from orchestration.home.provenance import Changed, due_year, partition_of
from orchestration.warehouse import mended
from sources.lake import Lake
from sources.tables import RAW_TABLES

MODELS_ONLY = ("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
#: what a warehouse lies in, beside one another
FILES = ("work.duckdb", "marts.duckdb", "texts.duckdb")
PROJECT = Path(__file__).resolve().parents[1] / "transforms" / "dbt_project"
#: the paths that dbt reads, as seen from the folder in which it is called
PATHS = {
    "BAOGAO_LAKE": "lake",
    "BAOGAO_WAREHOUSE": "work.duckdb",
    "BAOGAO_MARTS": "marts.duckdb",
    "BAOGAO_TEXTS": "texts.duckdb",
}


@dataclass(frozen=True)
class Warehouse:
    """A built warehouse, read-only, and what dbt wrote of building it."""

    path: Path

    @property
    def marts(self) -> Path:
        return self.path.with_name("marts.duckdb")

    def rows(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of a query as dictionaries."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            connection.execute(f"attach '{self.marts}' as marts (read_only)")
            connection.execute(f"attach '{self.path.with_name('texts.duckdb')}' as texts (read_only)")
            connection.execute("set search_path = 'marts.main,texts.main,work.main'")
            cursor = connection.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, sql: str, *parameters: Any) -> dict[str, Any]:
        found = self.rows(sql, *parameters)
        assert len(found) == 1, f"{len(found)} rows from {sql}: {found[:5]}"
        return found[0]

    @cached_property
    def results(self) -> dict[str, dict[str, Any]]:
        """Node name → its entry of run_results.json: `status`, `failures`, `compiled_code`, …"""
        written = json.loads(self.path.with_name("run_results.json").read_text(encoding="utf-8"))["results"]
        nodes = self.nodes
        return {nodes[result["unique_id"]]["name"]: result for result in written}

    @cached_property
    def nodes(self) -> dict[str, dict[str, Any]]:
        """Unique id → the node in the manifest, unit tests too."""
        manifest = json.loads(self.path.with_name("manifest.json").read_text(encoding="utf-8"))
        return {**manifest["nodes"], **manifest["unit_tests"], **manifest["exposures"]}

    @property
    def statuses(self) -> dict[str, str]:
        """Node name → pass, warn, fail, error, success, skipped."""
        return {name: result["status"] for name, result in self.results.items()}


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Set variables for the time of one dbt call; dbt takes its paths from there."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def call_dbt(*command: str, lake: Path, root: Path, target: Path) -> bool:
    """Call dbt over `lake` with its files below `root`; return whether all went well.

    Paths are told as seen from `root`: dbt parses the project anew where a variable has another value than at `target`.
    """
    arguments = [
        *command, "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(target), "--log-path", str(target / "logs"), "--quiet", "--log-level-file", "none",
    ]  # fmt: skip
    with chdir(root), environment(**{**PATHS, "BAOGAO_LAKE": os.path.relpath(lake, root)}):
        result = dbtRunner().invoke(arguments)
    # the adapter keeps its file open for the process; the next world has another file
    DuckDBConnectionManager.close_all_connections()
    if result.exception:
        raise result.exception
    return result.success


def parse(target: Path) -> None:
    """Put into `target` what dbt keeps of the parsed project, so that a command with a copy of it parses nothing."""
    call_dbt("parse", "--no-write-json", lake=target / "lake", root=target, target=target)
    shutil.rmtree(target / "logs", ignore_errors=True)


def run_dbt(*command: str, lake: Path, root: Path, target: Path, good: bool = True) -> Warehouse:
    """Run one dbt command over `lake`, building below `root`; a shared `target` spares parsing anew.

    What dbt writes of it (run_results.json, manifest.json) is kept beside the warehouse.
    """
    success = call_dbt(*command, lake=lake, root=root, target=target)
    for name in ("run_results.json", "manifest.json"):
        shutil.copyfile(target / name, root / name)
    built = Warehouse(root / "work.duckdb")
    assert success or not good, built.statuses
    return built


def fill(empty: Warehouse, lake: Path, root: Path) -> Warehouse:
    """Build the warehouse of `lake` below `root` by mending a copy of an empty one: all models by the SQL that dbt
    compiled, a third of the time of a build by dbt. `test_mended.py` holds both alike; no data test is asked.
    """
    from orchestration.cockpit.dbt_project import read_manifest

    for name in FILES:
        shutil.copyfile(empty.path.with_name(name), root / name)
    manifest = read_manifest()
    tests = frozenset(node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test")
    with chdir(root):  # the views name the lake as seen from there
        seen = Lake(os.path.relpath(lake, root))
        files = (path for table in RAW_TABLES for path in seen.find(f"{table.name}/*/*.parquet"))
        keys = frozenset(partition_of(path) for path in files if "/_empty/" not in path)
        around = mended.Surroundings(seen, Changed(keys, keys), int(due_year()), 1.0)
        others = [root / name for name in FILES[1:]]
        with mended.opened(root / FILES[0], others, "400MB") as connection:
            found = list(mended.mend(connection, mended.Project(manifest, tests), around))
    assert {result.status for result in found} == {"success"}, found
    return Warehouse(root / FILES[0])
