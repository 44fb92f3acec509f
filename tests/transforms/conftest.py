"""dbt over a lake of handwritten rows, in process: one invocation of a few seconds per world."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult
from lake_builder import LakeBuilder

PROJECT = Path(__file__).resolve().parents[2] / "transforms" / "dbt_project"


@dataclass(frozen=True)
class Warehouse:
    """A built warehouse, read-only, and what dbt said while building it."""

    path: Path
    result: dbtRunnerResult

    def rows(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of a query as dictionaries."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
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


def run_dbt(*command: str, lake: Path, root: Path) -> Warehouse:
    """Run one dbt command over `lake`, building `root`/work.duckdb; target and logs lie beside it."""
    arguments = [
        *command, "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(root / "target"), "--log-path", str(root / "logs"), "--quiet",
    ]  # fmt: skip
    with environment(BAOGAO_LAKE=str(lake), BAOGAO_WAREHOUSE=str(root / "work.duckdb")):
        result = dbtRunner().invoke(arguments)
    if result.exception:
        raise result.exception
    return Warehouse(root / "work.duckdb", result)


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Warehouse]:
    """Return a function that builds the models (no tests) over a LakeBuilder's rows."""

    def builder(world: LakeBuilder, *command: str, corrections: str = "") -> Warehouse:
        root = tmp_path_factory.mktemp("warehouse")
        lake = world.write(root, corrections)
        return run_dbt(*(command or ("run",)), lake=lake, root=root)

    return builder
