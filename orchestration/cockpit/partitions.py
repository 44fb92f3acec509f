"""The partition grid as Dagster's object; the grid itself is ``sources.partitions``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

from orchestration.hops.ranges import Rectangle
from sources.partitions import PROVINCES, YEARS, Partition


class _Grid(dg.MultiPartitionsDefinition):
    """Remembers the keys of the last range: Dagster asks for them anew for the metadata of each single partition."""

    _last: tuple[dg.PartitionKeyRange, Sequence[dg.MultiPartitionKey]] | None = None

    def get_partition_keys_in_range(
        self, partition_key_range: dg.PartitionKeyRange, dynamic_partitions_store: Any = None
    ) -> Sequence[dg.MultiPartitionKey]:
        if self._last is None or self._last[0] != partition_key_range:
            found: Any = super().get_partition_keys_in_range(partition_key_range)
            self._last = (partition_key_range, found)
        return self._last[1]


#: one cell per province and report year, as the catalogue claims them; Dagster sorts the dimensions by name
GRID = _Grid(
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
