"""From the warehouse to readers: a new release, audited before it is served, and its exports."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.lib.dbt_project import project
from orchestration.lib.resources import InstallationResource, duckdb_at
from orchestration.lib.results import OWNERS
from orchestration.publication.build import publish
from orchestration.publication.schema import read_schema

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
        ),
        dg.AssetSpec(
            "exports",
            deps=["release"],
            group_name="publication",
            description="published/exports: Parquet, CSV, Excel, Stata, codebook, manifest, CHANGES.csv, CITATION.cff",
            kinds={"parquet", "csv", "excel"},
            owners=OWNERS,
        ),
    ],
    pool="dbt",
)
def publication(
    context: dg.AssetExecutionContext, installation: InstallationResource
) -> Iterator[dg.MaterializeResult[Any]]:
    opened = installation.open()
    published = publish(opened, read_schema(project().manifest_path), duckdb_at)
    release = published.release
    yield dg.MaterializeResult(
        asset_key="release",
        metadata={
            "release": release.id,
            "path": dg.MetadataValue.path(release.path),
            "unchanged": not published.built,
            "removed": ", ".join(published.pruned) or "none",
            **{f"rows/{name}": count for name, count in published.counts.items()},
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
