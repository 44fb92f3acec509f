"""What was ingested goes into a release without waiting for the daily one: after the last run that is under way.

What does not belong here: what is ingested when (`sensor.py`), the daily release (`jobs.py`).
"""

import dagster as dg

from orchestration.cockpit.defs.automation.jobs import INGESTED
from orchestration.cockpit.defs.automation.release_job import warehouse_job
from orchestration.cockpit.instance import executed_by_command

#: seconds between two looks, which are as often as Dagster's daemon looks at its sensors at all; a release is not
#: rebuilt more often than this
INTERVAL = 5
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="release_when_ingested",
    request_job=warehouse_job,
    minimum_interval_seconds=INTERVAL,
    description="Builds and publishes when ingestion or a backfill has ended, once for all runs that belong together",
)
def release_when_ingested(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
    run = context.dagster_run
    if not _ingests(run):
        return dg.SkipReason(f"run {run.run_id[:8]} wrote no raw table")
    if executed_by_command(run):
        return dg.SkipReason(f"the command that executed run {run.run_id[:8]} publishes by itself")
    going = [other for other in context.instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY)) if _ingests(other)]
    if going:
        return dg.SkipReason(f"{len(going)} more runs are under way; the last of them asks for the release")
    newest = next((r for r in context.instance.get_run_records(ENDED, limit=100) if _ingests(r.dagster_run)), None)
    if newest is not None and newest.dagster_run.run_id != run.run_id and _ended_after(context.instance, newest, run):
        return dg.SkipReason("a later run has ended too; that one asks for the release")
    return dg.RunRequest(run_key=run.run_id)


ENDED = dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS])


def _ingests(run: dg.DagsterRun) -> bool:
    """Whether a run writes raw tables: the job's own, and what the UI and backfills make of a selection of assets."""
    return run.job_name == "ingest" or any(key.path[-1] in INGESTED for key in run.asset_selection or ())


def _ended_after(instance: dg.DagsterInstance, record: dg.RunRecord, run: dg.DagsterRun) -> bool:
    mine = instance.get_run_record_by_id(run.run_id)
    return mine is None or (record.end_time or 0) > (mine.end_time or 0)
