"""A run on its way to a worker: one message to the broker, and nothing that stays in who sent it."""

from __future__ import annotations

import warnings

import dagster as dg
from celery import _state
from dagster._core.launcher import LaunchRunContext
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import unpack_value
from dagster_celery.config import TASK_EXECUTE_JOB_NAME

from orchestration.cluster.launcher import WorkerRunLauncher
from orchestration.cockpit.origins import origins_of


@dg.job
def ingest() -> None:
    pass


def test_each_run_is_a_message_and_leaves_no_task_behind() -> None:
    with dg.DagsterInstance.ephemeral() as instance, warnings.catch_warnings():
        warnings.simplefilter("error")  # Celery's of two tasks of one name
        launcher = WorkerRunLauncher(default_queue="dagster", broker="memory://", backend="cache+memory://")
        launcher.register_instance(instance)
        assert launcher.celery.tasks
        before = len(_state._on_app_finalizers)
        runs = [instance.create_run_for_job(ingest, **origins_of("ingest")) for _ in range(3)]
        for run in runs:
            launcher.launch_run(LaunchRunContext(run, workspace=None))
        assert len(_state._on_app_finalizers) == before, "each application made later would make these tasks too"
        with launcher.celery.connection_for_read() as connection:
            messages = [connection.default_channel.basic_get("dagster") for _ in runs]
        for run, message in zip(runs, messages, strict=True):
            _, keywords, _ = message.decode()
            asked = unpack_value(keywords["execute_job_args_packed"], as_type=ExecuteRunArgs)
            assert message.headers["task"] == TASK_EXECUTE_JOB_NAME
            assert (asked.run_id, asked.instance_ref) == (run.run_id, None)
            tags = instance.get_run_by_id(run.run_id).tags  # type: ignore[union-attr]
            assert tags["dagster-celery/task_id"] == message.headers["id"]
            assert tags["dagster-celery/queue"] == "dagster"
