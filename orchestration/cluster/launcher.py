"""A run becomes one task of Celery: handed over, watched, ended. Named by dagster.yaml, loaded by Dagster.

dagster-celery's launcher believes the results' store: a host that died without a word is never noticed, what was
canceled ends as a failure, and a state that nobody knows fails the run. Here the worker that took a task is asked for
it, canceling is on record before the process is ended, and a run of which nothing is known goes on until the clock ends
it. What does not belong here: which runs there are, and the process of a run (``worker.py``).
"""

from __future__ import annotations

import time
from typing import Any

import dagster as dg
from celery.result import AsyncResult
from dagster._core.launcher import CheckRunHealthResult, LaunchRunContext, WorkerStatus
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import pack_value
from dagster_celery.config import TASK_EXECUTE_JOB_NAME
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tags import DAGSTER_CELERY_QUEUE_TAG, DAGSTER_CELERY_TASK_ID_TAG

from orchestration.cluster.queues import CELERY, queue_of

#: seconds that a worker may take to answer, and that must lie between the first and the last question without answer
ANSWER, SILENT = 4.0, 10.0
#: run id → when its worker first gave no answer (monotonic seconds); Dagster makes a launcher anew for each look
_silent: dict[str, float] = {}


class WorkerRunLauncher(CeleryRunLauncher):
    """dagster-celery's launcher, safe where hosts die, people cancel and runs wait."""

    def __init__(self, **config: Any) -> None:
        config["config_source"] = {**CELERY, **(config.get("config_source") or {})}
        super().__init__(**config)

    def launch_run(self, context: LaunchRunContext) -> None:
        run = context.dagster_run
        queue = run.tags.get(DAGSTER_CELERY_QUEUE_TAG) or queue_of(run.job_name, made_by(run))
        tag = {DAGSTER_CELERY_QUEUE_TAG: queue}
        self._instance.add_run_tags(run.run_id, tag)  # for who looks at the run
        assert run.job_code_origin is not None, "a run of the queue names its code"
        # where its records lie each worker knows by itself
        asked = ExecuteRunArgs(job_origin=run.job_code_origin, run_id=run.run_id, instance_ref=None)
        # by its name alone: dagster-celery makes a task anew for each run, of which Celery keeps every one and warns
        task = self.celery.signature(
            TASK_EXECUTE_JOB_NAME, kwargs={"execute_job_args_packed": pack_value(asked)}, immutable=True
        )
        self._launch_celery_task_run(run.with_tags({**run.tags, **tag}), task, TASK_EXECUTE_JOB_NAME)

    @property
    def supports_resume_run(self) -> bool:
        return False

    def terminate(self, run_id: str) -> bool:
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        # on record first: else the process that is ended tells of a failure, and the run is tried again
        self._instance.report_run_canceling(run)
        task = self._task(run)
        if task is None or task.state == "PENDING":
            self._instance.report_run_canceled(run, "Canceled while it waited for a worker.")
        if task is not None:
            task.revoke(terminate=True, signal="SIGTERM")
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        task = self._task(run)
        state = task.state if task else "PENDING"
        if task is None or state not in ("STARTED", "SUCCESS", "FAILURE"):
            return CheckRunHealthResult(WorkerStatus.RUNNING, f"nothing is known of its task ({state})")
        if state == "FAILURE":
            return CheckRunHealthResult(WorkerStatus.FAILED, f"its process ended: {task.result}")
        if state == "SUCCESS":
            return CheckRunHealthResult(WorkerStatus.SUCCESS)
        worker = str((task.info or {}).get("hostname", ""))
        told = self.celery.control.inspect(destination=[worker], timeout=ANSWER).query_task(task.id) or {}
        if worker in told and task.id in told[worker]:
            _silent.pop(run.run_id, None)
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        if worker in told and AsyncResult(task.id, app=self.celery).state == "STARTED":
            return CheckRunHealthResult(WorkerStatus.FAILED, f"worker {worker} no longer has its task")
        # one answer may be lost on its way
        since = _silent.setdefault(run.run_id, time.monotonic())
        if worker not in told and time.monotonic() - since >= SILENT:
            del _silent[run.run_id]
            return CheckRunHealthResult(WorkerStatus.FAILED, f"worker {worker} is gone: it no longer answers")
        return CheckRunHealthResult(WorkerStatus.RUNNING, f"worker {worker} did not answer")

    def get_run_worker_debug_info(self, run: dg.DagsterRun, include_container_logs: bool | None = True) -> str | None:
        task = self._task(run)
        return f"task {task.id}: {task.state} {task.info}" if task else None

    def _task(self, run: dg.DagsterRun) -> AsyncResult | None:
        """Return the run's task, None where it was not handed over yet."""
        # a new object each time: a result keeps the state that it was once told
        task_id = run.tags.get(DAGSTER_CELERY_TASK_ID_TAG)
        return AsyncResult(task_id, app=self.celery) if task_id else None


def made_by(run: dg.DagsterRun) -> set[str]:
    """Return the names of the assets that a run was asked for, of its steps where it is a whole job."""
    return {key.path[-1] for key in run.asset_selection or ()} or set(run.step_keys_to_execute or ())
