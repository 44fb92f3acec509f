"""The partition grid as Dagster's object; the grid itself is ``sources.partitions``."""

from __future__ import annotations

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

from orchestration.lib.ranges import Rectangle
from sources.partitions import PROVINCES, YEARS, Partition

#: one cell per province and report year, as the catalogue claims them; Dagster sorts the dimensions by name
GRID = dg.MultiPartitionsDefinition(
    {
        "province": dg.StaticPartitionsDefinition(list(PROVINCES)),
        "report_year": dg.StaticPartitionsDefinition(list(YEARS)),
    }
)


def of_run(context: dg.AssetExecutionContext) -> list[Partition]:
    """Return the partitions that this step was asked for."""
    return [Partition.parse(str(key)) for key in context.partition_keys]


def run_tags(rectangle: Rectangle) -> dict[str, str]:
    """Return the tags that make one run take all partitions of `rectangle`."""
    return {
        ASSET_PARTITION_RANGE_START_TAG: str(rectangle.first),
        ASSET_PARTITION_RANGE_END_TAG: str(rectangle.last),
    }
