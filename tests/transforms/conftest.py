"""dbt over a lake of handwritten rows, in process: one invocation of a few seconds per world."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dbt_harness import Warehouse, fill, run_dbt
from handwritten_world import CORRECTION, world
from lake_builder import LakeBuilder
from published_world import FIRST, publish_copy

from dashboard.store import Store, served_store
from sources.home import ENV_HOME, Home


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory, parsed: Path, empty: Warehouse) -> Callable[..., Warehouse]:
    """Return a function that writes a LakeBuilder's rows and runs a command of dbt over them.

    Without a command the models alone are built, by the SQL that dbt compiled.
    """

    target = shutil.copytree(parsed, tmp_path_factory.mktemp("dbt") / "target")

    def builder(world: LakeBuilder, *command: str, corrections: str = "", good: bool = True) -> Warehouse:
        root = tmp_path_factory.mktemp("warehouse")
        lake = world.write(root, corrections)
        if not command:
            return fill(empty, lake, root)
        return run_dbt(*command, lake=lake, root=root, target=target, good=good)

    return builder


@pytest.fixture(scope="session")
def built(once: Callable[..., Path], parsed: Path) -> Warehouse:
    """The handwritten world, built with all of dbt's own tests: for reading, since all workers share it."""

    def make(root: Path) -> None:
        run_dbt("build", lake=world().write(root, CORRECTION), root=root, target=shutil.copytree(parsed, root / "dbt"))

    return Warehouse(once("handwritten", make) / "work.duckdb")


@pytest.fixture(scope="module")
def home(built: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    made = Home(tmp_path_factory.mktemp("home"))
    publish_copy(built.marts, made, FIRST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENV_HOME, str(made.root))
        yield made


@pytest.fixture(scope="module")
def store(home: Home) -> Store:
    found = served_store(home)
    assert found and found.release == FIRST
    return found
