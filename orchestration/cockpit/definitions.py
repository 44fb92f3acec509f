"""The code location: everything under `defs/`, one folder per hop. What they share stands beside them."""

from functools import cache
from pathlib import Path

import dagster as dg

from orchestration.cockpit.resources import RESOURCES


@dg.definitions
def defs() -> dg.Definitions:
    return dg.Definitions.merge(
        dg.load_from_defs_folder(path_within_project=Path(__file__).parent),
        # a process for each step costs more than most steps do; a hop has processes of its own for its documents
        dg.Definitions(resources=RESOURCES, executor=dg.in_process_executor),
    )


def job(name: str) -> dg.JobDefinition:
    """Return a job, for who executes it in this process."""
    return _loaded().resolve_job_def(name)


@cache
def _loaded() -> dg.Definitions:
    return defs()
