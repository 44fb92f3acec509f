"""Runs that other machines execute: handed to Dagster's queue, and followed to their end.

What belongs here: what the command line does in place of executing, where `[cluster]` names an engine. What does not:
which runs are needed (``hops/plan.py``), who executes them (``cluster``).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import dagster as dg
from dagster._core.run_coordinator import SubmitRunContext

from orchestration.cockpit.definitions import job
from orchestration.cockpit.instance import failure_of
from orchestration.cockpit.origins import origins_of
from orchestration.cockpit.runs import COMMAND, HIDDEN

#: marks runs that were asked for together, and what Dagster makes of them when it tries again
SUBMITTED = f"{HIDDEN}submitted"
#: Dagster's tags of a run that it is about to try again, and of the run that it then made
_WILL_RETRY, _RETRIED = "dagster/will_retry", "dagster/auto_retry_run_id"
#: Dagster's daemon that takes runs off the queue
_TAKES = "QUEUED_RUN_COORDINATOR"
#: seconds between two looks
_LOOK = 2.0


@dataclass(frozen=True)
class Wanted:
    """One run: a job or, where `assets` are named, those of it; the tags of its partitions; its configuration."""

    job: str
    tags: Mapping[str, str] = field(default_factory=dict)
    assets: tuple[str, ...] = ()
    ops: Mapping[str, object] = field(default_factory=dict)


def submit(instance: dg.DagsterInstance, wanted: Iterable[Wanted], command: str) -> str:
    """Put runs into the queue, from which the daemon of `baogao ui` hands them out; return the tag that they share.

    `command`: what joins them with the other runs of the same command line (``runs.new_command``).
    """
    batch = secrets.token_hex(6)
    for one in wanted:
        run = instance.create_run_for_job(
            job(one.job),
            run_config={"ops": dict(one.ops)} if one.ops else {},
            tags={**one.tags, COMMAND: command, SUBMITTED: batch},
            asset_selection={dg.AssetKey(name) for name in one.assets} or None,
            **origins_of(one.job),
        )
        instance.run_coordinator.submit_run(SubmitRunContext(run, workspace=None))  # type: ignore[arg-type]
    return batch


def no_daemon(instance: dg.DagsterInstance) -> str:
    """Return what to tell a person where no daemon takes runs off the queue now, else nothing."""
    (status,) = instance.get_daemon_statuses([_TAKES]).values()
    if status.healthy:
        return ""
    return "no daemon takes runs off the queue: start `baogao ui` on the machine that coordinates; this command waits"


def follow(instance: dg.DagsterInstance, batch: str, ended: Callable[[], None]) -> list[str]:
    """Wait until all runs of a batch have ended, those tried again too; return what failed, one line each.

    `ended` is called for each run that was asked for, when it is over.
    """
    over: set[str] = set()
    while True:
        runs = instance.get_runs(dg.RunsFilter(tags={SUBMITTED: batch}))
        going = {_root(run) for run in runs if not run.is_finished or _is_tried_again(run)}
        for root in {_root(run) for run in runs} - going - over:
            over.add(root)
            ended()
        if not going:
            newest = {_root(run): run for run in reversed(runs)}
            return [line for run in newest.values() if not run.is_success for line in _failures(instance, run)]
        time.sleep(_LOOK)


def _root(run: dg.DagsterRun) -> str:
    return run.root_run_id or run.run_id


def _is_tried_again(run: dg.DagsterRun) -> bool:
    """Whether a failed run's successor is still to come."""
    return run.tags.get(_WILL_RETRY) == "true" and not run.tags.get(_RETRIED)


def _failures(instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[str]:
    steps = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    failed = [failure_of(event.get_dagster_event()) for event in steps]
    return failed or [f"run {run.run_id[:8]} ({run.job_name}) ended as {run.status.value}; see it in: baogao ui"]
