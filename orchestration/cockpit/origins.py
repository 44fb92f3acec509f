"""Where the code of a run stands, as Dagster notes it: the UI shows a run in its timeline, and under its job, by that.

What belongs here: the two origins. What does not: creating runs (``instance.py``, ``submitted.py``).
"""

from __future__ import annotations

import sys
from typing import TypedDict

from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.origin import DEFAULT_DAGSTER_ENTRY_POINT, JobPythonOrigin, RepositoryPythonOrigin
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from orchestration.cockpit.services import location

#: Dagster's name for the definitions of a code location
_REPOSITORY = "__repository__"


class Origins(TypedDict):
    """What `create_run_for_job` takes of them."""

    remote_job_origin: RemoteJobOrigin
    job_code_origin: JobPythonOrigin


def origins_of(job: str) -> Origins:
    """Return the origins of a job of this code location."""
    module, name = location()
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(name), _REPOSITORY)
    code = RepositoryPythonOrigin(
        sys.executable, ModuleCodePointer(module, "defs"), entry_point=DEFAULT_DAGSTER_ENTRY_POINT
    )
    return Origins(remote_job_origin=repository.get_job_origin(job), job_code_origin=JobPythonOrigin(job, code))
