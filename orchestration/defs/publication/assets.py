"""From the warehouse to readers: a new release, audited before it is served, and its exports."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.lib import facts, locking, preview, runs
from orchestration.lib.dbt_project import project
from orchestration.lib.resources import InstallationResource, duckdb_at
from orchestration.lib.results import OWNERS
from orchestration.lib.season import RELEASE_DEADLINE, TIMEZONE
from orchestration.publication.build import publish
from orchestration.publication.schema import read_schema

#: a daily release that found nothing new counts: it looked
FRESH_EVERY_DAY = dg.FreshnessPolicy.cron(RELEASE_DEADLINE, lower_bound_delta=timedelta(hours=24), timezone=TIMEZONE)
MARTS = tuple(read_schema(project().manifest_path))


@dg.multi_asset(
    name="publication",
    specs=[
        dg.AssetSpec(
            "release",
            deps=list(MARTS),
            group_name="publication",
            description=(
                "published/baogao.duckdb: the marts with comments, copied into a new file, audited as a reader would "
                "open it, then served by renaming one link. Refused while the newest verdict on any ancestor is bad."
            ),
            kinds={"duckdb"},
            owners=OWNERS,
            freshness_policy=FRESH_EVERY_DAY,
        ),
        dg.AssetSpec(
            "exports",
            deps=["release"],
            group_name="publication",
            description="published/exports: Parquet, CSV, Excel, Stata, codebook, manifest, CHANGES.csv, CITATION.cff",
            kinds={"parquet", "csv", "excel"},
            owners=OWNERS,
            freshness_policy=FRESH_EVERY_DAY,
        ),
    ],
    pool="dbt",
)
def publication(
    context: dg.AssetExecutionContext, installation: InstallationResource
) -> Iterator[dg.MaterializeResult[Any]]:
    opened = installation.open()
    runs.tag(context, opened)
    with locking.step(opened.home, context.log.warning):
        published = publish(opened, read_schema(project().manifest_path), duckdb_at)
    release = published.release
    yield dg.MaterializeResult(
        asset_key="release",
        metadata={
            "release": release.id,
            "path": dg.MetadataValue.path(release.path),
            "unchanged": not published.built,
            "removed": ", ".join(published.pruned) or "none",
            "dagster/row_count": sum(published.counts.values()),
            "tables": dg.MetadataValue.md(_tables(published.counts)),
            **{name: dg.MetadataValue.md(picture) for name, picture in _pictures(context, release.path).items()},
        },
    )
    yield dg.MaterializeResult(
        asset_key="exports",
        metadata={
            "path": dg.MetadataValue.path(release.path / "exports"),
            "unchanged": not published.built,
            "changes": dg.MetadataValue.json(published.changes),
        },
    )


def _tables(counts: Mapping[str, int]) -> str:
    rows = [{"table": name, "rows": f"{count:,}"} for name, count in sorted(counts.items())]
    return preview.markdown(rows, most=len(rows))


def _pictures(context: dg.AssetExecutionContext, release: Path) -> dict[str, str]:
    """Return the release's charts; what is served is no worse for a chart that could not be drawn."""
    try:
        return facts.release_pictures(release / "baogao.duckdb")
    except Exception as error:
        context.log.warning(f"the release is served; its charts could not be drawn: {error}")
        return {}
