"""What all tests share: where the real corpus is, the language, and that no test reaches any address but loopback."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from made_once import made_once
from pytest_socket import disable_socket, socket_allow_hosts

if TYPE_CHECKING:
    from dbt_harness import Warehouse

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"
#: folders whose tests serve pages, databases or user interfaces on loopback; all others get no socket at all
NEED_LOOPBACK = ("pipeline", "orchestration", "transforms", "bi", "cluster")
#: folders whose files take longest, longest first
LONG = ("pipeline", "transforms", "orchestration", "corpus")

# what commands print is held in English, whatever the machine speaks
os.environ["LANGUAGE"] = "en"
os.environ.pop("BAOGAO_LANGUAGE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # workers take file after file: the long ones first, or one worker goes on alone at the end
    items.sort(key=lambda item: LONG.index(tier) if (tier := _tier(item.path)) in LONG else len(LONG))
    skip = pytest.mark.skip(reason=f"the shared corpus is not at {SHARED}")
    for item in items:
        if item.get_closest_marker("corpus") and not (SHARED / "corpus").is_dir():
            item.add_marker(skip)


def pytest_collection_finish() -> None:
    # four thousand tests and all modules stay to the end: looking through them for garbage again and again took a
    # seventh of the processor's time
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _tier(path: Path) -> str:
    return path.relative_to(REPOSITORY / "tests").parts[0]


@pytest.fixture(autouse=True)
def only_loopback(request: pytest.FixtureRequest) -> None:
    """Block sockets: loopback for the tiers that need it, none for the rest."""
    if _tier(request.path) in NEED_LOOPBACK:
        socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)
    else:
        disable_socket(allow_unix_socket=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with corpus, reference files and specification."""
    return SHARED


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real files; use it only in tests marked `corpus`."""
    return SHARED / "corpus"


@pytest.fixture(scope="session")
def once(pytestconfig: pytest.Config) -> Callable[[str, Callable[[Path], None]], Path]:
    """Return a function: name, and what fills a folder → that folder, filled once for all workers (``made_once``)."""
    cache = pytestconfig.cache
    assert cache
    root = cache.mkdir("worlds")
    return lambda name, make: made_once(root, name, make)


@pytest.fixture(scope="session")
def parsed(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """dbt's project, parsed: to be copied to a place where dbt may write."""
    from dbt_harness import parse

    return once("parsed", parse)


@pytest.fixture(scope="session")
def empty(once: Callable[[str, Callable[[Path], None]], Path], parsed: Path) -> Warehouse:
    """A warehouse of an empty lake, built by dbt with its tests: to be looked at, or filled (``dbt_harness.fill``)."""
    from dbt_harness import Warehouse, run_dbt
    from lake_builder import LakeBuilder

    def make(root: Path) -> None:
        command = ("build", "--exclude-resource-type", "unit_test")
        run_dbt(*command, lake=LakeBuilder().write(root), root=root, target=shutil.copytree(parsed, root / "dbt"))

    return Warehouse(once("empty", make) / "work.duckdb")
