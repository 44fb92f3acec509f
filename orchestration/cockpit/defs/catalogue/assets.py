"""What people make and baogao only reads, so external to Dagster: the catalogue, and the registry's tables."""

import dagster as dg

from orchestration.cockpit.layers import OWNERS, SOURCES, source_key
from sources.registry.export import REGISTRY_TABLES

catalogue = dg.AssetSpec(
    "catalogue",
    group_name=SOURCES,
    description=(
        "CSV that says which reports there are and what each claims to be (location, region_code, region, level, "
        "report_year). A label is a claim: it decides the partition, and the text is checked against it."
    ),
    kinds={"csv"},
    owners=OWNERS,
)

registry = [
    dg.AssetSpec(
        source_key("registry", table.name),
        group_name=SOURCES,
        description=table.description,
        kinds={"parquet"},
        owners=OWNERS,
    )
    for table in REGISTRY_TABLES
]
