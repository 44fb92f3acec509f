"""The partition grid as Dagster's object, and its cells in words; the grid itself is ``sources.partitions``.

Keys bear codes, which stay when a name changes. Dagster has no label of a key, so names stand wherever words may.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import dagster as dg

from orchestration.cockpit import preview
from orchestration.hops.ranges import Rectangle
from sources.partitions import PROVINCES, YEARS, Partition
from sources.registry.regions import load_regions

#: Dagster's tags of a run over a range; its own names for them are in a private module (docs/upstream.md)
_RANGE_START, _RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"

#: names of provinces that are told one by one
MOST_NAMES = 3


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


@cache
def province_name(code: str) -> str:
    """Return the name of a province of the grid; "" for documents without a label."""
    region = load_regions().by_code(code)
    return region.name if region else ""


def words(partition: Partition) -> str:
    """Return a cell in words, as "广东省 2019"."""
    return f"{province_name(partition.province) or partition.province} {partition.report_year}"


def words_of_all(cells: Iterable[Partition]) -> str:
    """Return the cells of one run in words, as "广东省, 河北省 2015–2020"; of many provinces first, last and number."""
    asked = sorted(cells)
    names = list(dict.fromkeys(province_name(cell.province) or cell.province for cell in asked))
    years = sorted({cell.report_year for cell in asked})
    places = ", ".join(names) if len(names) <= MOST_NAMES else f"{names[0]} … {names[-1]} ({len(names)} provinces)"
    return f"{places} {'–'.join(dict.fromkeys((years[0], years[-1])))}" if asked else ""


def provinces_as_table() -> str:
    """Return code and name of each province of the grid, as Markdown."""
    rows = [{"key": code, "province": province_name(code) or "documents without a label"} for code in PROVINCES]
    return preview.markdown(rows, most=len(rows))
