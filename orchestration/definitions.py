"""The code location: everything under `defs/`, one folder per hop. What is cross-cutting stands in `lib/`."""

from pathlib import Path

import dagster as dg

from orchestration.lib.resources import RESOURCES


@dg.definitions
def defs() -> dg.Definitions:
    return dg.Definitions.merge(
        dg.load_from_defs_folder(path_within_project=Path(__file__).parent),
        dg.Definitions(resources=RESOURCES),
    )
