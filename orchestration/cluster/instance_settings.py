"""Dagster's settings for several machines: dagster.yaml as it follows from `[cluster]` in baogao.toml.

What does not belong here: the launcher that they name (``launcher.py``), when the file is written (``cockpit``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from sources.settings import ClusterSettings, SettingsError

HEAD = (
    "# Written by baogao from [cluster] in baogao.toml, each time that it begins. A block `run_launcher` of yours\n"
    "# stays, unless engine is celery. Without this first line the whole file is yours, and stays as it is.\n"
)
#: seconds; a run that is over, however it ended, has given back its pools' slots after so long
FREE_SLOTS = 300
#: seconds after which a run is taken for hung, and within which one that was handed to the queue must begin
LONGEST_RUN = 6 * 3600
#: seconds between two looks at runs, and after which one that does not answer to Cancel is called canceled: later than
#: its process is killed, and with the look that follows well within half a minute
POLL, CANCEL = 5, 20
#: seconds between two looks at the queue: a slot that is free waits for as long
DEQUEUE = 1
RETRIES = 2


def environment(cluster: ClusterSettings) -> dict[str, str]:
    """Return the variables that dagster.yaml refers to, so that no password need stand in it."""
    return {
        "BAOGAO_CLUSTER_RECORDS": cluster.records,
        "BAOGAO_CLUSTER_BROKER": cluster.broker,
        "BAOGAO_CLUSTER_RESULTS": cluster.results or cluster.broker,
    }


def dagster_yaml(cluster: ClusterSettings, template: str, former: str) -> str:
    """Return the text of dagster.yaml: that of `template`, for one machine, with what several need.

    `former` is the text that it replaces: one that we wrote, `template` itself, or a `run_launcher` block alone; any
    other is a person's and returned as it is. Raises SettingsError where `engine` is none of ours and there is no
    `run_launcher` block either.
    """
    own, settings = _parsed(former), _parsed(template)
    # by what they say: a home may have the template of a former version, which had no coordinator
    of_before = {name: told for name, told in settings.items() if name != "run_coordinator"}
    ours = former.startswith(HEAD.partition(",")[0]) or not former.strip() or own in (settings, of_before)
    if not ours and set(own) != {"run_launcher"}:
        return former
    settings |= {
        "storage": {"postgres": {"postgres_url": {"env": "BAOGAO_CLUSTER_RECORDS"}}},
        "run_launcher": _launcher(cluster, own),
        "run_coordinator": {
            "module": "orchestration.cluster.coordinator",
            "class": "PlanningCoordinator",
            "config": {"dequeue_use_threads": True, "dequeue_interval_seconds": DEQUEUE},
        },
        "run_monitoring": {
            "enabled": True,
            "poll_interval_seconds": POLL,
            # waiting for a worker is no fault: a run whose worker ended before it began is seen by `lost_runs`
            "start_timeout_seconds": LONGEST_RUN,
            "cancel_timeout_seconds": CANCEL,
            "max_runtime_seconds": LONGEST_RUN,
            "max_resume_run_attempts": 0,
            "free_slots_after_run_end_seconds": FREE_SLOTS,
        },
        # a gate that keeps a partition back would do so again
        "run_retries": {"enabled": True, "max_retries": RETRIES, "retry_on_asset_or_op_failure": False},
    }
    settings["concurrency"]["runs"]["max_concurrent_runs"] = cluster.slots
    return HEAD + yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:  # told by Dagster, in its words, when it opens the file
        return {}
    return found if isinstance(found, dict) else {}


def _launcher(cluster: ClusterSettings, former: Mapping[str, Any]) -> Mapping[str, Any]:
    if cluster.engine == "celery":
        return {
            "module": "orchestration.cluster.launcher",
            "class": "WorkerRunLauncher",
            "config": {
                "broker": {"env": "BAOGAO_CLUSTER_BROKER"},
                "backend": {"env": "BAOGAO_CLUSTER_RESULTS"},
            },
        }
    if own := former.get("run_launcher"):
        return own
    raise SettingsError(
        '[cluster] engine = "{engine}" is none that baogao brings (celery): put its run_launcher block '
        "into <home>/dagster/dagster.yaml (docs/cluster.md has some), or leave engine empty for this "
        "machine alone",
        engine=cluster.engine,
    )
