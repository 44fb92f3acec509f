"""What people make and baogao only reads, so external to Dagster: the catalogue, and the registry's tables."""

import dagster as dg

from orchestration.cockpit.dbt_project import source_key
from orchestration.cockpit.results import OWNERS
from sources.registry.export import REGISTRY_TABLES

catalogue = dg.AssetSpec(
    "catalogue",
    group_name="sources",
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
        group_name="sources",
        description=table.description,
        kinds={"parquet"},
        owners=OWNERS,
    )
    for table in REGISTRY_TABLES
]
