"""Runs that wait say which catalogue they were planned with. Named by dagster.yaml, loaded by Dagster.

A run may wait for hours while somebody names another catalogue. It then works with that one, since what it made from
the former would be stale at once; it says so. What does not belong here: which runs wait for how long (Dagster).
"""

from __future__ import annotations

from contextlib import suppress

import dagster as dg
from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext

from orchestration.home import shared
from orchestration.home.installation import open_installation
from sources.errors import BaogaoError


class PlanningCoordinator(QueuedRunCoordinator):
    """Dagster's own queue, whoever fills it: the UI, a sensor, the command line."""

    def submit_run(self, context: SubmitRunContext) -> dg.DagsterRun:
        run = context.dagster_run
        if shared.PLANNED_WITH not in run.tags:
            # where the store can't be asked, the run says that when it begins
            with suppress(BaogaoError):
                if etag := shared.catalogue_etag(open_installation().settings.store):
                    self._instance.add_run_tags(run.run_id, {shared.PLANNED_WITH: etag})
        return super().submit_run(context)
