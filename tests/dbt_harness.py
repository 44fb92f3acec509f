"""Running dbt in process over a lake, and looking at the file that it built."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult

MODELS_ONLY = ("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
PROJECT = Path(__file__).resolve().parents[2] / "transforms" / "dbt_project"


@dataclass(frozen=True)
class Warehouse:
    """A built warehouse, read-only, and what dbt said while building it."""

    path: Path
    result: dbtRunnerResult

    @property
    def marts(self) -> Path:
        return self.path.with_name("marts.duckdb")

    def rows(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of a query as dictionaries."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            connection.execute(f"attach '{self.marts}' as marts (read_only)")
            connection.execute("set search_path = 'marts.main,work.main'")
            cursor = connection.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, sql: str, *parameters: Any) -> dict[str, Any]:
        found = self.rows(sql, *parameters)
        assert len(found) == 1, f"{len(found)} rows from {sql}: {found[:5]}"
        return found[0]

    @property
    def statuses(self) -> dict[str, str]:
        """Node name → pass, warn, fail, error, success, skipped."""
        return {r.node.name: str(r.status) for r in self.result.result.results}  # type: ignore[union-attr]


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


def run_dbt(*command: str, lake: Path, root: Path, target: Path) -> Warehouse:
    """Run one dbt command over `lake`, building below `root`; a shared `target` spares parsing anew."""
    arguments = [
        *command, "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(target), "--log-path", str(target / "logs"), "--quiet",
    ]  # fmt: skip
    files = {"BAOGAO_WAREHOUSE": str(root / "work.duckdb"), "BAOGAO_MARTS": str(root / "marts.duckdb")}
    with environment(BAOGAO_LAKE=str(lake), **files):
        result = dbtRunner().invoke(arguments)
    # the adapter keeps its file open for the process; the next world has another file
    DuckDBConnectionManager.close_all_connections()
    if result.exception:
        raise result.exception
    return Warehouse(root / "work.duckdb", result)
