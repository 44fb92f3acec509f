"""The partition grid as Dagster's object; the grid itself is ``sources.partitions``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from orchestration.hops.ranges import Rectangle
from sources.partitions import PROVINCES, YEARS, Partition

#: Dagster's tags of a run over a range; its own names for them are in a private module (docs/upstream.md)
_RANGE_START, _RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


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
        _RANGE_START: str(rectangle.first),
        _RANGE_END: str(rectangle.last),
    }
