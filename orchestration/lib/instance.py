"""Dagster's instance of one installation: where it lives, and runs of this process in it.

What does not belong here: which runs are needed (``plan.py``), what a person sees (``orchestration.cli``).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import dagster as dg

from sources.home import Home

TEMPLATE = Path(__file__).resolve().parent.parent / "dagster.yaml"
#: marks runs of the command line; while its lock is held, any such run that still seems to go is a dead one
CLI_TAG = "baogao/cli"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def ensure_dagster_home(home: Home) -> Path:
    """Make DAGSTER_HOME of this installation with its settings, unless a person put their own there; return it."""
    home.create()
    settings = home.dagster / "dagster.yaml"
    if not settings.exists():
        shutil.copyfile(TEMPLATE, settings)
    return home.dagster


@contextmanager
def open_instance(home: Home) -> Iterator[dg.DagsterInstance]:
    """Open the installation's instance; to be called with the home's lock held.

    Runs that a killed process left are reported as failed and give back their pool's slots: the next run would wait
    for them for ever.
    """
    with dg.DagsterInstance.from_config(str(ensure_dagster_home(home))) as instance:
        _bury_dead_runs(instance)
        yield instance


def _bury_dead_runs(instance: dg.DagsterInstance) -> None:
    going = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    for run in instance.get_runs(dg.RunsFilter(statuses=going, tags={CLI_TAG: "1"})):
        instance.report_run_failed(run, "The process that executed this run ended without a word.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def execute(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    tags: Mapping[str, str] | None = None,
    ops: Mapping[str, object] | None = None,
) -> list[str]:
    """Execute `job` in this process; return what failed, one line each (empty when all went well)."""
    log = Path(instance.root_directory) / "baogao-run.log"
    # what dbt and libraries print belongs into a log, not between the progress bars
    with log.open("a", encoding="utf-8") as stream, redirect_stdout(stream):
        result = job.execute_in_process(
            instance=instance,
            tags={CLI_TAG: "1", **(tags or {})},
            run_config={**QUIET, **({"ops": dict(ops)} if ops else {})},
            raise_on_error=False,
        )
    if result.success:
        return []
    failures = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error and error.cause and "Error occurred while executing op" in error.message:
                error = error.cause
            failures.append(f"{event.step_key}: {error.message.strip() if error else 'failed'}")
    return failures or ["the run failed; see its log with: baogao ui"]
