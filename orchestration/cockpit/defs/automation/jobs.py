"""The jobs before the warehouse, and the season's schedule. No clock ever sits on partitioned assets: `sensor.py`."""

from datetime import UTC, datetime

import dagster as dg

from orchestration.cockpit import alerts, sweep
from orchestration.cockpit.cleaning import old_runs
from orchestration.cockpit.defs.automation.hooks import ALERTS
from orchestration.cockpit.discovery import discover_new
from orchestration.cockpit.resources import InstallationResource
from orchestration.cockpit.season import CLEANING_CRON, CRONS, TIMEZONE
from orchestration.home import locking
from orchestration.home.retention import leftovers
from orchestration.hops import TABLES

INGESTED = tuple(table.name for table in TABLES)

ingest = dg.define_asset_job(
    "ingest",
    selection=dg.AssetSelection.assets(*INGESTED),
    hooks=ALERTS,
    description="From the catalogue to the raw tables, for the partitions given; does only what is stale.",
)


@dg.op(pool="fetch")
def declare_sweep(context: dg.OpExecutionContext, installation: InstallationResource) -> None:
    """Declare all addresses due, and look for reports that the listings of `refresh.sites` have and we have not."""
    opened = installation.open()
    sweep.declare(opened.home, datetime.now(UTC))
    if not opened.settings.refresh.sites:
        return
    found = discover_new(opened, opened.settings.refresh.sites)
    for problem in found.problems:
        context.log.warning(problem)
    news = [
        {"kind": "new", "location": c.location, "site": c.profile, "told": f"{c.title} (not in the catalogue yet)"}
        for c in found.fresh
    ]
    message = alerts.message_about(news)
    if message is not None:
        try:
            alerts.send(message, opened.settings.alerts)
        except alerts.AlertError as error:  # what was found is in the file all the same
            context.log.error(str(error))


@dg.job(hooks=ALERTS, description="Declares all addresses due; the sensor changed_pages then works them off.")
def refresh() -> None:
    declare_sweep()


@dg.op(pool="dbt")
def remove_leftovers(context: dg.OpExecutionContext, installation: InstallationResource) -> None:
    """Remove what `baogao clean --yes` would, but no snapshot: that is for a person to ask for."""
    opened = installation.open()
    with locking.step(opened.home, context.log.warning):
        for one in leftovers(opened, alone=False):
            one.remove()
            context.log.info(f"removed {one.path}")
    days = opened.settings.retention.log_days
    runs = old_runs(context.instance, days, context.log.warning, remove=True) if days else 0
    context.log.info(f"{runs} runs that ended more than {days} days ago are gone")


@dg.job(hooks=ALERTS, description="Removes old releases, logs and runs, as `baogao clean` does; every page stays.")
def clean_home() -> None:
    remove_leftovers()


by_season = dg.ScheduleDefinition(
    name="refresh_by_season",
    job=refresh,
    cron_schedule=list(CRONS),
    execution_timezone=TIMEZONE,
    description="Daily from January to March, when congresses sit, else weekly",
)

weekly_cleaning = dg.ScheduleDefinition(
    name="weekly_cleaning",
    job=clean_home,
    cron_schedule=CLEANING_CRON,
    execution_timezone=TIMEZONE,
    description="Old releases, logs and runs go; what a person keeps, and every page, stays",
)
