"""The job that builds and publishes, and its schedule; apart from the others, since it brings dbt's models with it."""

import dagster as dg

from orchestration.cockpit.defs.automation.hooks import ALERTS
from orchestration.cockpit.layers import GROUPS, RAW
from orchestration.cockpit.season import RELEASE_CRON, TIMEZONE

warehouse_job = dg.define_asset_job(
    "warehouse",
    selection=dg.AssetSelection.groups(*(group for group in GROUPS if group != RAW)).materializable(),
    hooks=ALERTS,
    description="From the raw tables to a published release; skipped where nothing changed.",
)

daily = dg.ScheduleDefinition(
    name="daily_release",
    job=warehouse_job,
    cron_schedule=RELEASE_CRON,
    execution_timezone=TIMEZONE,
    description="Build and publish what the night's ingestion changed",
)
