"""From the warehouse to readers: a new release, audited before it is served, and its exports."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.cockpit import facts, preview, runs, verdicts
from orchestration.cockpit.dbt_project import read_manifest
from orchestration.cockpit.layers import OWNERS, PUBLICATION
from orchestration.cockpit.resources import InstallationResource, open_duckdb
from orchestration.cockpit.season import RELEASE_DEADLINE, TIMEZONE
from orchestration.home import locking
from orchestration.home.releases import ReleaseError
from orchestration.release.build import publish
from orchestration.release.refusals import last_attempt, override_of
from orchestration.release.schema import of_manifest

#: a daily release that found nothing new counts: it looked
FRESH_EVERY_DAY = dg.FreshnessPolicy.cron(RELEASE_DEADLINE, lower_bound_delta=timedelta(hours=24), timezone=TIMEZONE)


class PublishConfig(dg.Config):
    """`override_reason`: publish in spite of bad verdicts, on record; `override_by` says who takes it upon them."""

    override_reason: str = ""
    override_by: str = ""


MARTS = tuple(of_manifest(read_manifest()))


@dg.multi_asset(
    name="publication",
    specs=[
        dg.AssetSpec(
            "release",
            deps=[*MARTS, "fct_sentence"],
            group_name=PUBLICATION,
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
            group_name=PUBLICATION,
            description="published/exports: Parquet, CSV, Excel, Stata, codebook, manifest, CHANGES.csv, CITATION.cff",
            kinds={"parquet", "csv", "excel"},
            owners=OWNERS,
            freshness_policy=FRESH_EVERY_DAY,
        ),
    ],
    check_specs=verdicts.of_release(),
    pool="dbt",
)
def publication(
    context: dg.AssetExecutionContext, config: PublishConfig, installation: InstallationResource
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    opened = installation.open()
    runs.begin(context, opened)
    override = override_of(config.override_reason, config.override_by)
    try:
        with locking.step(opened.home, context.log.warning):
            published = publish(opened, of_manifest(read_manifest()), open_duckdb, override)
    except ReleaseError:
        attempt = last_attempt(opened.home)
        yield from verdicts.on_release(attempt.verdicts, attempt.refused)
        raise
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
            "override": dg.MetadataValue.json(release.manifest.get("override") or {}),
        },
        check_results=list(verdicts.on_release([v for v in published.verdicts if not v["success"]], [])),
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
