"""Alerts through Dagster's hooks: after a fetch with news, and when a step fails. Who is told: `[alerts]` in settings.

A message that can't be sent is an event of the run (hook errored); it never fails the run.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration.cockpit import alerts
from orchestration.cockpit.resources import InstallationResource
from orchestration.cockpit.results import NEWS
from sources.tables import SNAPSHOTS


@dg.success_hook(name="alert_about_news", required_resource_keys={"installation"})
def alert_about_news(context: dg.HookContext) -> None:
    """Tell of new reports and failing sites, once per run, after the step that fetched."""
    if context.step_key != SNAPSHOTS.name:
        return
    message = alerts.message_about(list(_news(context.instance, context.run_id)))
    if message is not None:
        alerts.send(message, _settings(context))


@dg.failure_hook(name="alert_about_failure", required_resource_keys={"installation"})
def alert_about_failure(context: dg.HookContext) -> None:
    """Tell of a step that failed (a gate that kept a partition back, a crawl that could not run)."""
    error = context.op_exception
    while error is not None and error.__cause__ is not None and type(error).__module__.startswith("dagster"):
        error = error.__cause__
    text = f"{context.job_name}: {context.step_key} failed: {error or 'see the run'}\nRun {context.run_id}"
    alerts.send(alerts.Message(f"baogao: {context.step_key} failed", text), _settings(context))


ALERTS = {alert_about_news, alert_about_failure}


def _settings(context: dg.HookContext) -> Any:
    resource: InstallationResource = context.resources.installation
    return resource.open().settings.alerts


def _news(instance: dg.DagsterInstance, run_id: str) -> Iterator[Mapping[str, str]]:
    """Yield what the run's materializations of snapshots carry as news."""
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
        event = entry.dagster_event
        if event is None or event.asset_key != dg.AssetKey(SNAPSHOTS.name):
            continue
        found = event.step_materialization_data.materialization.metadata.get(NEWS)
        if found is not None and isinstance(found.value, list):
            yield from found.value
