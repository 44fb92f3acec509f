"""Runs whose worker died before they began: Dagster's own monitor asks only for those that have begun."""

import dagster as dg
from dagster._core.launcher import WorkerStatus

from sources.home import find_home
from sources.settings import load_settings

#: seconds between two looks
INTERVAL = 20


@dg.sensor(
    minimum_interval_seconds=INTERVAL,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reports runs as failed whose worker died while they began, so that they are tried again",
)
def lost_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    lost = 0
    for run in context.instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTING])):
        health = context.instance.run_launcher.check_run_worker_health(run)
        if health.status == WorkerStatus.FAILED:
            context.instance.report_run_failed(run, f"The run never began: {health.msg}")
            lost += 1
    return dg.SkipReason(f"{lost} runs lost their worker")


defs = dg.Definitions(sensors=[lost_runs] if load_settings(find_home()).cluster.engine == "celery" else [])
