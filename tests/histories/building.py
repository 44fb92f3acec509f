"""One run of a home in a fork of this process: hops, warehouse and release as `baogao run` does them, without Dagster.

What belongs here: that run, its death at a chosen point, warehouses to begin with. What does not: what changes
(``world.py``), the command line in a process (``faults/world.py``).

A fork has all libraries and rules loaded, and does the work of documents and gate itself: the processes of a real run
are most of its time, and are tried by every fifth history, which uses the command line. A new warehouse begins with one
that dbt built over an empty lake, once, and has everything to mend.
"""

from __future__ import annotations

import gc
import importlib
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from faults.forks import asked_here
from faults.hook import Spec, install

from histories.world import Rules
from orchestration.cockpit.dbt_project import read_manifest
from orchestration.cockpit.resources import open_duckdb
from orchestration.home import care, provenance
from orchestration.home.installation import Installation, open_installation
from orchestration.hops import HOPS, accepted, gate, judging, reports
from orchestration.hops.outcomes import raise_if_stopped
from orchestration.hops.plan import make_plan
from orchestration.release.build import publish
from orchestration.release.schema import of_manifest
from orchestration.warehouse import builds, built_from, mended
from sources.home import Home
from sources.registry import export


@dataclass(frozen=True)
class Death:
    """Where a run dies: before its `event`th operation on a file that Python does, or after its `node`th model or test.

    0: not there. A run that has fewer of them lives.
    """

    event: int = 0
    node: int = 0


def load_code() -> None:
    """Have in memory, before anything is forked, what every run would load."""
    for module in (
        "expectations.runner", "expectations.suites", "dbt.cli.main", "pandas", "pyarrow.parquet", "pyarrow.dataset",
        "pypinyin", "xlsxwriter", "great_expectations.expectations.core", "fsspec.implementations.local",
    ):  # fmt: skip
        importlib.import_module(module)
    for hop in HOPS:
        hop.versions()
        if hasattr(hop, "load"):
            hop.load()
    judging.suites_version()
    provenance.project_hash()
    project()
    # the lexicon's files are read for each build, and the error card is counted; here they stay the same
    export.read_lexicon = cache(export.read_lexicon)
    reference_rows = export.reference_rows
    export.reference_rows = cache(lambda headline: tuple(reference_rows(headline)))
    export.reference_rows(export.headline_codes(export.read_lexicon()))
    # what was loaded stays: no search for garbage of a fork need go through it
    gc.collect()
    gc.freeze()


_projects: list[mended.Project] = []


def project() -> mended.Project:
    """Return the models and tests of a build that mends."""
    if not _projects:
        manifest = read_manifest()
        left = built_from.left_alone(manifest)
        _projects.append(mended.Project(manifest, left.models | left.tests))
        assert _projects[0].order
    return _projects[0]


def run(home: Home, catalogue: Path, rules: Rules, empty: Path, death: Death) -> None:
    """Bring the home up to what the catalogue says, and publish. Raises what a run would tell as a failure.

    `empty`: see ``make_empty``.
    """
    if death.event:
        install(Spec(str(home.root), kill_at=death.event), "cli")
    with in_force(rules), here():
        open_installation(home.root).follow(catalogue)
        installation = open_installation(home.root)
        for line in care.mend(installation):
            print("mended:", line)
        stale = make_plan(installation)
        for hop in HOPS:
            # a hop may make what a later one reads stale
            raise_if_stopped(hop.run(installation, sorted(stale.claimed | stale.partitions)))
        if failed := gate.documents_in(gate.failed_verdicts(installation.lake)):
            print("documents that failed:", failed)
        _bring_up_to_date(installation, empty, death)
        published = publish(installation, of_manifest(project().manifest), open_duckdb)
        print("published", published.release.id, "built" if published.built else "as it was")
        care.look_through(installation)


@contextmanager
def here() -> Iterator[None]:
    """Have documents and gate worked on in this process."""

    def each(function: Callable[[Any], Any], tasks: Iterable[Any], **_limits: Any) -> Iterator[tuple[Any, Any]]:
        for task in tasks:
            yield task, function(task)

    with (
        patch.object(reports, "run_bounded", each), patch.object(accepted, "run_bounded", each),
        patch.object(judging, "apart", asked_here),
        patch.object(judging, "load_ahead", lambda: None),
    ):  # fmt: skip
        yield


@contextmanager
def in_force(rules: Rules) -> Iterator[None]:
    """Have other rules in force, under versions of their own: one that refuses less, another name for the parser's."""
    from sources import extraction
    from sources.document import reports as documents
    from sources.document import version
    from sources.extraction import rules as extracting

    fewer = tuple(rule for rule in extracting.OF_TIME if rule.name != "goal_beside_result")
    wanted: list[tuple[Any, str, Any]] = []
    if rules.extraction:
        assert len(fewer) < len(extracting.OF_TIME)
        wanted += [(extracting, "OF_TIME", fewer), (extraction, "rules_version", lambda: "fewer-rules")]
    if rules.parser:
        wanted += [(module, "parser_version", lambda: "another") for module in (version, documents)]
    if rules.suites:
        wanted.append((judging, "suites_version", lambda: "another"))
    patches = [patch.object(*one) for one in wanted]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def _bring_up_to_date(installation: Installation, empty: Path, death: Death) -> None:
    """Build the warehouse as the asset `dbt_models` does (``cockpit/defs/warehouse/assets.py``), without Dagster."""
    state = provenance.read_state(installation)
    builds.prepare(installation)
    if builds.is_current(installation, state):
        return
    former = builds.last_build(installation)
    changed = built_from.changed_since_last_build(installation, former.inputs if former.sound else "", state)
    print("a new warehouse" if changed is None else f"{len(changed.data)} partitions to mend")
    builds.begin(installation, whole=changed is None, waiting=print)
    if changed is None:
        for path in installation.home.dbt_files:
            shutil.copyfile(empty / path.name, path)
    home, around = (
        installation.home,
        mended.Surroundings(
            installation.lake, changed or built_from.everything(state), int(provenance.due_year()), 1.0
        ),
    )
    results = []
    with mended.opened(home.warehouse, (home.marts, home.texts), "400MB") as connection:
        for result in mended.mend(connection, project(), around):
            results.append(result.entry())
            if len(results) == death.node:
                os.kill(os.getpid(), signal.SIGKILL)
    models, failed, warned, error = builds.sorted_results(results, builds.errors_of(project().manifest))
    if failed or error:
        raise RuntimeError(f"the build failed: {error} {failed}")
    provenance.record_warehouse(installation, state, mended=changed is not None)
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    builds.record(installation, builds.Build(state.hash, built_at, models, failed, warned))


def make_empty(home: Home, empty: Path) -> None:
    """Have dbt build a warehouse over an empty lake in `home`, which is put into the folder `empty`.

    Its views name the place of the lake, so it serves homes at the same place. What it holds follows from what baogao
    comes with; what people decided is read by views.
    """
    unfinished = empty.with_name(f"{empty.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    installation = open_installation(home.create().root)
    _build_empty(installation)
    for path in home.dbt_files:
        path.replace(unfinished / path.name)
    unfinished.replace(empty)


def _build_empty(installation: Installation) -> None:
    from dbt.cli.main import dbtRunner

    builds.prepare(installation)
    built_from.tell_changed(installation, built_from.everything())
    target = builds.target(installation)
    folder = str(provenance.PROJECT_DIR)
    command = [
        "build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test", "--quiet",
        "--project-dir", folder, "--profiles-dir", folder, "--target-path", str(target),
        "--log-path", str(target / "logs"),
    ]  # fmt: skip
    with builds.dbt_environment(installation):
        done = dbtRunner().invoke(command)
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()
    if not done.success:
        raise RuntimeError(f"dbt can't build an empty warehouse: {done.exception}")
