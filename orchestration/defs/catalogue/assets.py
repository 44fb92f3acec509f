"""The catalogue: made by people, so external to Dagster."""

import dagster as dg

from orchestration.lib.results import OWNERS

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
