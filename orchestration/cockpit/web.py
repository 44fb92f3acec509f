"""Dagster's web server behind the guard: ``python -m orchestration.cockpit.web WORKSPACE HOST PORT [NAME…]``.

What belongs here: that process. What does not: what is let through (``guard.py``), who starts it (``services.py``).
"""

from __future__ import annotations

import sys

import dagster as dg
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context

from orchestration.cockpit.guard import Guard

#: milliseconds between two looks of an open page, as `dagster dev` has it
POLL = 2000
#: as `dagster-webserver` has them
STATEMENT_MS, POOL_SECONDS, POOL_OVERFLOW = 15_000, 3600, 20
#: seconds in which open pages may hang up at the end
_HANG_UP = 3


def main(workspace: str, host: str, port: str, *names: str) -> None:
    with (
        dg.DagsterInstance.get() as instance,
        WorkspaceProcessContext(instance, WorkspaceFileTarget([workspace])) as context,
    ):
        instance.optimize_for_webserver(STATEMENT_MS, POOL_SECONDS, POOL_OVERFLOW)
        app = create_app_from_workspace_process_context(context, live_data_poll_rate=POLL)
        uvicorn.run(
            Guard(app, host, names), host=host, port=int(port), log_level="warning",
            timeout_graceful_shutdown=_HANG_UP, server_header=False,
        )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
