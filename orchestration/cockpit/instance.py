"""Dagster's instance of one installation: where it lives, and runs of this process in it.

What does not belong here: which runs are needed (``hops/plan.py``), what a person sees (``orchestration.cli``).
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

import dagster as dg
import sqlalchemy.exc
import yaml
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._core.execution.compute_logs import redirect_to_file
from dagster._core.storage.compute_log_manager import CapturedLogContext
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.runs import SqliteRunStorage

from orchestration.cockpit.origins import origins_of
from orchestration.cockpit.records import quick_records
from orchestration.cockpit.runs import COMMAND, HIDDEN
from orchestration.home.note import replacing
from sources.home import Home
from sources.settings import SettingsError, load_settings

Instance: TypeAlias = dg.DagsterInstance

TEMPLATE = Path(__file__).resolve().with_name("dagster.yaml")
#: how a dagster.yaml begins that is baogao's to replace
WRITTEN = "# Written by baogao from [cluster] in baogao.toml"
#: marks runs that a command executed itself; while its lock is held, any such run that still seems to go is a dead one
CLI_TAG = f"{HIDDEN}here"
#: its name until 0.1.0
_FORMER_CLI_TAG = "baogao/cli"
#: what SQLite says of a file that is none, or no longer one
_DAMAGED = re.compile("malformed|not a database|file is encrypted|no such table", re.IGNORECASE)
#: size from which on the log of runs begins anew; the former one stays beside it until the next
LOG_BYTES = 1_000_000
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def ensure_dagster_home(home: Home) -> Path:
    """Make DAGSTER_HOME of this installation with its settings, unless a person put their own there; return it.

    Where `[cluster]` says so they are those for several machines, and what they refer to is put into the environment.
    Raises SettingsError where that can't be used.
    """
    home.create()
    path, template = home.dagster / "dagster.yaml", TEMPLATE.read_text(encoding="utf-8")
    former = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    wanted = _for_cluster(home, template, former) or former or template
    if wanted != former:
        # whole or not at all: an empty file would be settings too, without limits for the pools
        with replacing(path) as temporary:
            temporary.write_text(wanted, encoding="utf-8")
    return home.dagster


def _for_cluster(home: Home, template: str, former: str) -> str:
    """Return dagster.yaml for several machines, and put what it refers to into the environment; "" for one machine."""
    cluster = load_settings(home).cluster
    if not cluster.engine:
        if not former.startswith(WRITTEN):
            return ""
        # what was written for machines that this home no longer has would start nothing; a launcher in it is a person's
        (home.dagster / "dagster.yaml.cluster").write_text(former, encoding="utf-8")
        return template
    from orchestration.cluster import instance_settings

    os.environ.update(instance_settings.environment(cluster))
    return instance_settings.dagster_yaml(cluster, template, former)


@contextmanager
def open_instance(home: Home, told: Callable[[str], None]) -> Iterator[dg.DagsterInstance]:
    """Open the installation's instance; to be called with the home's lock held. What was mended goes to `told`.
    Raises SettingsError where dagster.yaml can't be used.

    Runs that a killed process left are reported as failed and give back their pool's slots: the next run would wait
    for them for ever.
    """
    folder = ensure_dagster_home(home)
    try:
        instance = _opened(folder)
    except (sqlalchemy.exc.DatabaseError, sqlite3.DatabaseError) as error:
        if not _DAMAGED.search(str(error)):
            raise
        # the history of runs is shown to people; nothing that is published comes from it
        aside = folder.with_name(f"{folder.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}")
        folder.replace(aside)
        told(
            f"Dagster's records were damaged ({error.__cause__ or error}); they begin anew, the damaged are in {aside}"
        )
        shutil.copyfile(aside / "dagster.yaml", ensure_dagster_home(home) / "dagster.yaml")
        instance = _opened(folder)
    with instance, quick_records(instance):
        yield instance


def _opened(folder: Path) -> dg.DagsterInstance:
    try:
        instance = dg.DagsterInstance.from_config(str(folder))
    except (yaml.YAMLError, UnicodeDecodeError, dg.DagsterInvalidConfigError) as error:
        # it may hold a person's settings (another storage), so it is theirs to mend
        raise SettingsError(
            "{folder} can't be used ({error}); mend it, or delete it: it is then made anew with the "
            "settings that baogao comes with",
            folder=folder / "dagster.yaml",
            error=str(error).splitlines()[0],
        ) from error
    try:
        if isinstance(instance.run_storage, SqliteRunStorage):
            # records that several machines share tell of runs of others too; their launcher knows which are dead
            _bury_dead_runs(instance)
    except BaseException:
        instance.dispose()
        raise
    return instance


def _bury_dead_runs(instance: dg.DagsterInstance) -> None:
    going = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    for run in instance.get_runs(dg.RunsFilter(statuses=going)):
        if not (executed_by_command(run) or _FORMER_CLI_TAG in run.tags):
            continue
        instance.report_run_failed(run, "The process that executed this run ended without a word.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def executed_by_command(run: dg.DagsterRun) -> bool:
    """Whether a command executed `run` in its own process. Who tries it again in the UI gets its tags, and a parent."""
    return CLI_TAG in run.tags and run.parent_run_id is None


def _run_log(folder: Path) -> Path:
    """Return the log of runs of the command line, begun anew where it has become large."""
    log = folder / "baogao-run.log"
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))
    return log


@contextmanager
def _capture(logs: LocalComputeLogManager, log_key: Sequence[str]) -> Iterator[CapturedLogContext]:
    """Keep what a step prints, as Dagster does; what it says to a person (the bars) goes there straight.

    Dagster has both repeated by two processes each, in our process group: a Ctrl-C made them print tracebacks.
    """
    path = Path(logs.get_captured_local_path(log_key, "out"))
    path.parent.mkdir(parents=True, exist_ok=True)
    with redirect_to_file(sys.stdout, path):
        yield CapturedLogContext(log_key)
    Path(logs.complete_artifact_path(log_key)).touch()


def execute(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    command: str,
    tags: Mapping[str, str] | None = None,
    ops: Mapping[str, object] | None = None,
) -> list[str]:
    """Execute `job` in this process; return what failed, one line each (empty when all went well).

    `command`: what joins the run with the others of the same command line (``runs.new_command``).
    """
    log = _run_log(Path(instance.root_directory))
    logs = instance.compute_log_manager
    if isinstance(logs, LocalComputeLogManager):
        logs.capture_logs = partial(_capture, logs)  # type: ignore[method-assign]
    # what dbt and libraries print belongs into a log, not between the progress bars
    with log.open("a", encoding="utf-8") as stream, redirect_stdout(stream):
        # `execute_in_process` would make a run without a code location, which the UI's timeline leaves out
        run = instance.create_run_for_job(
            job,
            run_config={**QUIET, **({"ops": dict(ops)} if ops else {})},
            tags={COMMAND: command, CLI_TAG: "1", **(tags or {})},
            **origins_of(job.name),
        )
        result = execute_run(InMemoryJob(job), run, instance)
    if result.success:
        return []
    failures = [failure_of(event) for event in result.all_events if event.is_step_failure]
    return failures or ["the run failed; see its log with: baogao ui"]


def failure_of(event: dg.DagsterEvent) -> str:
    """Return one line about a step that failed: its name, and the error that Dagster wrapped."""
    error = event.step_failure_data.error
    while error and error.cause and "Error occurred while executing op" in error.message:
        error = error.cause
    return f"{event.step_key}: {error.message.strip() if error else 'failed'}"
