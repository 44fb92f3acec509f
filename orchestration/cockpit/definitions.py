"""The code location: everything under `defs/`, one folder per hop. What they share stands beside them."""

import multiprocessing
import os
from functools import cache
from pathlib import Path

import dagster as dg

from orchestration.cockpit.resources import RESOURCES
from orchestration.hops import HOPS_ALONE, judging


@dg.definitions
def defs() -> dg.Definitions:
    if multiprocessing.parent_process() is not None:
        # a run of the UI's, in a process that the code server spawned: what judges loads while the rest does
        judging.load_ahead()
    return dg.Definitions.merge(
        _hops() if os.environ.get(HOPS_ALONE) else dg.load_from_defs_folder(path_within_project=Path(__file__).parent),
        # a process for each step costs more than most steps do; a hop has processes of its own for its documents
        dg.Definitions(resources=RESOURCES, executor=dg.in_process_executor),
    )


def _hops() -> dg.Definitions:
    """Return what a run of hops needs; dbt's models, which it does not, take most of the time to load."""
    from orchestration.cockpit.defs.automation.jobs import ingest, refresh
    from orchestration.cockpit.defs.hops.assets import raw_tables

    return dg.Definitions(assets=raw_tables, jobs=[ingest, refresh])


def job(name: str) -> dg.JobDefinition:
    """Return a job, for who executes it in this process."""
    return _loaded().resolve_job_def(name)


@cache
def _loaded() -> dg.Definitions:
    return defs()
