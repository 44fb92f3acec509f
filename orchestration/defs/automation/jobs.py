"""The two jobs, the daily schedule of the coarse one. No clock ever sits on the partitioned assets: see `sensor.py`."""

import dagster as dg

INGESTED = ("snapshots", "reports", "observations", "rejections", "term_counts")

ingest = dg.define_asset_job(
    "ingest",
    selection=dg.AssetSelection.assets(*INGESTED),
    description="From the catalogue to the raw tables, for the partitions given; does only what is stale.",
)

warehouse_job = dg.define_asset_job(
    "warehouse",
    selection=dg.AssetSelection.groups(
        "seeds", "staging", "intermediate", "marts", "quality", "publication"
    ).materializable(),
    description="From the raw tables to a published release; skipped where nothing changed.",
)

daily = dg.ScheduleDefinition(
    name="daily_release",
    job=warehouse_job,
    cron_schedule="30 5 * * *",
    execution_timezone="Asia/Shanghai",
    description="Build and publish what the night's ingestion changed",
)
