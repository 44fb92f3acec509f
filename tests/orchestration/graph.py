"""The asset graph as plain data. `python tests/orchestration/graph.py` writes it anew; a reviewer reads the diff."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import dagster as dg

SNAPSHOT = Path(__file__).with_name("graph.json")


def describe(definitions: dg.Definitions) -> dict[str, Any]:
    """Return keys with dependencies, groups, checks and partitions; jobs, schedules, sensors, pools."""
    graph = definitions.resolve_asset_graph()
    checks: dict[str, list[str]] = {}
    for check in graph.asset_check_keys:
        checks.setdefault(check.asset_key.to_user_string(), []).append(check.name)
    assets = {}
    for key in sorted(graph.get_all_asset_keys(), key=lambda k: k.to_user_string()):
        node = graph.get(key)
        name = key.to_user_string()
        assets[name] = {
            "group": node.group_name,
            "deps": sorted(parent.to_user_string() for parent in node.parent_keys),
            "checks": sorted(checks.get(name, [])),
            "partitioned": node.partitions_def is not None,
            "pools": sorted(node.pools or ()),
        }
    repository = definitions.get_repository_def()
    return {
        "assets": assets,
        "jobs": sorted(job.name for job in repository.get_all_jobs() if not job.name.startswith("__")),
        "schedules": {
            schedule.name: [schedule.cron_schedule, schedule.execution_timezone]
            for schedule in repository.schedule_defs
        },
        "sensors": {sensor.name: sensor.minimum_interval_seconds for sensor in repository.sensor_defs},
    }


def as_text(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from orchestration.cockpit.definitions import defs

    SNAPSHOT.write_text(as_text(describe(defs())), encoding="utf-8")
