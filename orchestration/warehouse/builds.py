"""Between the lake and dbt: what the models read, whether it changed, what the last build told.

What belongs here: the empty contract files, the registry's export, the environment that dbt reads, the record of the
last build. What does not: what changed since it (``home/provenance.py``), models (``transforms/dbt_project``), Dagster.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from orchestration.home import memory, provenance, withheld
from orchestration.home.database import duckdb_at
from orchestration.home.installation import Installation
from orchestration.home.note import Note
from orchestration.home.provenance import PROJECT_DIR, State
from orchestration.warehouse import dbt_process
from sources.errors import BaogaoError
from sources.home import Home
from sources.lake import put
from sources.tables import OBSERVATIONS, RAW_TABLES, WITHHELD

#: seconds that a build waits for another process to close the warehouse's files
PATIENCE = 60.0
#: the variable by which profiles.yml is told what DuckDB may hold
MEMORY = "BAOGAO_DBT_MEMORY"
#: MB that DuckDB may hold while it builds few observations, and while it builds many, however long the history is: what
#: is large is built in batches (macros/batches.sql), what is built at once spills. What it needs beyond the limit, dbt,
#: Python and the columns of files it reads, is half a GB
_LEAST, _MOST = 400, 1_000
#: observations that count for few (6,000 reports have 340,000), and bytes for each further one
_FEW, _BYTES_HELD = 350_000, 1_800
#: observations from which on models are built one after the other: two at once ran out of these 400 MB with 340,000
_ONE_BY_ONE = 100_000


class WarehouseInUseError(BaogaoError):
    """Another process has a file of the warehouse open; the message says which and what to do."""


class NothingToBuildError(BaogaoError):
    """There is no figure in the raw tables, and a release of none would be refused; the message says where to look."""


@dataclass(frozen=True)
class Build:
    """What the last `dbt build` told. `failed_tests` are those of severity error.

    `inputs` is the hash of the state that it read (``provenance.State``), and empty where not every model was built:
    after a failure, unless a person overruled the tests.
    """

    inputs: str = ""
    built_at: str = ""
    n_models: int = 0
    failed_tests: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""

    @property
    def sound(self) -> bool:
        return bool(self.inputs) and not self.failed_tests and not self.error


BUILD = Note("warehouse.json", Build)


def look_for_figures(installation: Installation) -> None:
    """Raise NothingToBuildError, and record it, where there is none: empty tables take as long as full ones."""
    lake = installation.lake
    with installation.viewing():  # the first file that holds one is enough
        some = any(lake.n_rows(OBSERVATIONS, partition) for partition in lake.partitions(OBSERVATIONS.name))
    if not some:
        error = NothingToBuildError(
            "the raw tables hold no figure, so that there is nothing to build or to publish: `baogao status` counts "
            "documents that could not be fetched, that were refused, and whose rows were set aside"
        )
        record(installation, Build(error=str(error)))
        raise error


def prepare(installation: Installation) -> None:
    """Put what dbt needs besides the partitions: the registry, an empty file of each raw table, and what these lack."""
    from sources.registry.export import export_registry

    root = installation.lake.root
    overlay = installation.overlay
    export_registry(root, overlay=overlay, reviews=installation.reviews)
    for table in RAW_TABLES:
        # written each time: the one that lies there may be another version's, or damaged
        put(f"{root}/{table.name}/_empty/_empty.parquet", table.to_arrow([]))
    put(f"{root}/_build/{WITHHELD.name}.parquet", WITHHELD.to_arrow(withheld.withheld(installation)))


def last_build(installation: Installation) -> Build:
    return BUILD.read(installation.home) or Build()


def record(installation: Installation, build: Build) -> None:
    BUILD.write(installation.home, build)


def begin(installation: Installation, *, whole: bool, waiting: Callable[[str], None]) -> None:
    """Make room for a build: what the warehouse holds counts for nothing from now on, until a build has ended well.

    A `whole` build starts with new files, so that damaged or half-built ones heal. Waits, after a word to `waiting`,
    for a process that has one open (dbt may outlive a run that was killed); raises WarehouseInUseError when that takes
    longer than PATIENCE seconds.
    """
    deadline = time.monotonic() + PATIENCE
    for path in installation.home.dbt_files:
        _wait_for(path, deadline, installation.home, waiting)
    record(installation, Build(error="the last build is under way, or did not come to its end: run again"))
    if whole:
        for path in installation.home.dbt_files:
            for name in (path, path.with_name(f"{path.name}.wal")):
                name.unlink(missing_ok=True)
            # what a killed build had spilled
            shutil.rmtree(path.with_name(f"{path.name}.tmp"), ignore_errors=True)


def write_out(installation: Installation) -> None:
    """Have each file of the warehouse hold all of its rows, for it is copied into a release as it is.

    DuckDB puts its log into the file when the last connection ends, and says nothing where that did not happen: on a
    machine with twenty processes for two cores dbt left one. Raises duckdb.Error.
    """
    for path in installation.home.dbt_files:
        if path.with_name(f"{path.name}.wal").exists():
            with duckdb_at(path, read_only=False) as connection:
                connection.execute("checkpoint")


def _wait_for(path: Path, deadline: float, home: Home, waiting: Callable[[str], None]) -> None:
    told = False
    while (holder := _opened_by(path)) is not None:
        if time.monotonic() > deadline:
            raise WarehouseInUseError(
                "{path} is open in another process ({holder}), so dbt can't write it; close that process "
                "(readers open {published_database} instead) and run again",
                path=path,
                holder=holder,
                published_database=home.published_database,
            )
        if not told:
            waiting(f"{path} is open in another process ({holder}); waiting for its end")
            told = True
        time.sleep(0.5)


def _opened_by(path: Path) -> str | None:
    """Return who has locked the DuckDB file (DuckDB holds a POSIX lock while it has a file open), None if nobody."""
    try:
        with path.open("r+b") as handle:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except (BlockingIOError, PermissionError) as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        return _holder(path)
    return None


def _holder(path: Path) -> str:
    inode = str(path.stat().st_ino)
    try:
        lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    except OSError:  # not Linux
        return "unknown"
    held = [parts[4] for parts in map(str.split, lines) if parts[1] == "POSIX" and parts[5].split(":")[-1] == inode]
    return f"process {held[0]}" if held else "unknown"


def is_current(installation: Installation, state: State) -> bool:
    """Whether the warehouse holds what `state` would give again."""
    build = last_build(installation)
    return build.sound and build.inputs == state.hash and all(path.exists() for path in installation.home.dbt_files)


def settings_of_dbt(installation: Installation) -> dict[str, str]:
    """Return the variables that profiles.yml and the sources read."""
    return {
        **_reaching_the_store(installation),
        "BAOGAO_WAREHOUSE": str(installation.home.warehouse),
        "BAOGAO_MARTS": str(installation.home.marts),
        "BAOGAO_TEXTS": str(installation.home.texts),
        "BAOGAO_LAKE": installation.lake.root,
        provenance.DUE_YEAR: provenance.due_year(),
        "BAOGAO_DBT_DOUBT": str(installation.settings.publish.doubt_max),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def _reaching_the_store(installation: Installation) -> dict[str, str]:
    """Return what DuckDB needs to read a lake in a store: its extension from a package, never from the net, and where
    the service is; the key is in the environment already. Empty for a lake on this machine's disk."""
    if not installation.settings.store:
        return {}
    package = find_spec("duckdb_extension_httpfs")
    assert package and package.origin, "`store.connect` has looked for it"
    s3 = installation.settings.s3
    scheme, _, host = (s3.endpoint or f"https://s3.{s3.region}.amazonaws.com").partition("://")
    return {
        "BAOGAO_DBT_TARGET": "store",
        "BAOGAO_DBT_HTTPFS": str(next(Path(package.origin).parent.rglob("httpfs.duckdb_extension"))),
        "BAOGAO_DBT_EXTENSIONS": str(target(installation) / "extensions"),
        "BAOGAO_DBT_S3_HOST": host,
        "BAOGAO_DBT_S3_SSL": str(scheme == "https").lower(),
        "BAOGAO_DBT_S3_STYLE": "path" if s3.path_style else "vhost",
        "BAOGAO_DBT_S3_REGION": s3.region,
    }


def memory_of_duckdb(installation: Installation) -> str:
    """Return what DuckDB may hold while the warehouse is built, unless a person said it."""
    if given := os.environ.get(MEMORY):
        return given
    more = max(0, _n_observations(installation) - _FEW)
    return memory.duckdb_limit(min(_LEAST * 10**6 + _BYTES_HELD * more, _MOST * 10**6), _LEAST)


def threads(installation: Installation) -> list[str]:
    """Return dbt's argument that says how many models it builds at once; none: as profiles.yml has it."""
    return ["--threads", "1"] if _n_observations(installation) > _ONE_BY_ONE else []


def _n_observations(installation: Installation) -> int:
    lake = installation.lake
    with installation.viewing():
        return sum(lake.n_rows(OBSERVATIONS, partition) for partition in lake.partitions(OBSERVATIONS.name))


def target(installation: Installation) -> Path:
    """Return the folder of what dbt leaves besides the tables."""
    return installation.home.root / "dbt"


@contextmanager
def dbt_waiting(installation: Installation) -> Iterator[None]:
    """Have dbt load and parse while the block runs, for the build that comes."""
    folder, made = str(PROJECT_DIR), str(target(installation))
    arguments = [
        "--project-dir", folder, "--profiles-dir", folder, "--target-path", made, "--log-path", f"{made}/logs",
        "--log-level-file", "none",
    ]  # fmt: skip
    with dbt_process.waiting(arguments, settings_of_dbt(installation)):
        yield


@contextmanager
def dbt_environment(installation: Installation) -> Iterator[None]:
    """Set what profiles.yml reads, for the length of one build, and put back what was there."""
    # the limit is told to the build alone: dbt parses the project anew where a variable of its profile has changed
    wanted = {**settings_of_dbt(installation), MEMORY: memory_of_duckdb(installation), **dbt_process.ready()}
    former = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def errors_of(manifest: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the tests that are of severity error, as the project has them."""
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    return frozenset(node["unique_id"].split(".")[2] for node in tests if node["config"]["severity"].lower() == "error")


def read_results(target: Path) -> list[dict[str, Any]]:
    """Return what dbt left of the build in `target`: by node `unique_id`, `status`, `failures`, `message`.

    Where it left nothing that can be read, an error stands for it.
    """
    try:
        found: list[dict[str, Any]] = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError, KeyError):
        return [{"unique_id": "operation.baogao.dbt", "status": "error", "message": "left no results; see its log"}]
    return found


def sorted_results(
    results: Iterable[Mapping[str, Any]], errors: frozenset[str] = frozenset()
) -> tuple[int, list[dict[str, Any]], list[dict[str, Any]], str]:
    """Return (models built, failed tests, tests that warned, first error of a model) of a build's results.

    A test of `errors` failed also where the build took it for a warning.
    """
    models, failed, warned, error = 0, [], [], ""
    for result in results:
        kind, name = result["unique_id"].split(".")[0], result["unique_id"].split(".")[2]
        told = {"name": name, "failures": result.get("failures"), "message": result.get("message")}
        if kind == "test":
            if result["status"] in ("fail", "error") or (result["status"] == "warn" and name in errors):
                failed.append(told)
            elif result["status"] == "warn":
                warned.append(told)
        elif result["status"] == "success":
            models += kind == "model"
        elif result["status"] == "error" and not error:
            error = f"{name}: {result.get('message')}"
    return models, failed, warned, error
