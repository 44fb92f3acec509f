"""dbt over a lake of handwritten rows, in process: one invocation of a few seconds per world."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from dbt_harness import MODELS_ONLY, Warehouse, run_dbt
from handwritten_world import CORRECTION, world
from lake_builder import LakeBuilder


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Warehouse]:
    """Return a function that writes a LakeBuilder's rows and runs dbt over them (models without tests if not told)."""

    target = tmp_path_factory.mktemp("target")

    def builder(world: LakeBuilder, *command: str, corrections: str = "") -> Warehouse:
        root = tmp_path_factory.mktemp("warehouse")
        lake = world.write(root, corrections)
        return run_dbt(*(command or MODELS_ONLY), lake=lake, root=root, target=target)

    return builder


@pytest.fixture(scope="session")
def built(build: Callable[..., Warehouse]) -> Warehouse:
    """The handwritten world, built with all of dbt's own tests."""
    return build(world(), "build", corrections=CORRECTION)
