"""What `--json` prints of the installation: the same facts as `status`, `run --plan` and `release list` tell in lines.

What belongs here: plain data for a program. What does not: lines for a person (the commands' own modules).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from orchestration.home.installation import Installation
from orchestration.home.releases import Release, current, why_kept
from orchestration.hops.plan import Plan


def write_json(data: Any) -> None:
    """Print `data` as JSON; times and paths as text."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n")


def status_of(installation: Installation) -> dict[str, Any]:
    """Return the state of an installation by the words that begin the lines of `baogao status`."""
    from orchestration.cli.failures import fetch_failures
    from orchestration.cli.summary import read_column_rows
    from orchestration.home.provenance import read_state
    from orchestration.hops.gate import failed_verdicts
    from orchestration.hops.plan import make_plan
    from orchestration.hops.reviewed import without_effect
    from orchestration.release.refusals import last_attempt
    from orchestration.warehouse import builds

    reports = read_column_rows(installation, "reports", ["accepted", "refusal_reason", "report_year", "identity"])
    accepted = [row for row in reports if row["accepted"]]
    build, served = builds.last_build(installation), current(installation.home)
    return {
        "home": installation.home.root,
        "catalogue": {
            "file": installation.catalogue_file,
            "documents": len(installation.catalogue.entries),
            "problems": [str(problem) for problem in installation.catalogue_problems],
        },
        "read": {
            "documents": len(reports),
            "accepted": len(accepted),
            "refused": Counter(row["refusal_reason"] for row in reports if not row["accepted"]),
            "identity": Counter(row["identity"] for row in accepted),
        },
        "coverage": dict(sorted(Counter(str(row["report_year"]) for row in accepted).items())),
        "stale": _stale(make_plan(installation)),
        "failed": [asdict(failure) for failure in fetch_failures(installation)],
        "gates": failed_verdicts(installation.lake),
        "reviews": without_effect(installation),
        "warehouse": {
            "built_at": build.built_at or None,
            "stale": build.inputs != read_state(installation).hash,
            "failed_tests": build.failed_tests,
            "warnings": build.warnings,
        },
        "served": served.id if served else None,
        "refused": list(last_attempt(installation.home).refused),
    }


def plan_of(installation: Installation, plan: Plan) -> dict[str, Any]:
    """Return what a run would do: claimed partitions with their documents, stale ones by hop, addresses to ask."""
    entries = installation.entries()
    asked = [entry for partition in plan.stale["snapshots"] for entry in entries.get(partition, []) if entry.is_web]
    return {
        "documents": sum(len(found) for partition, found in entries.items() if partition in plan.claimed),
        "partitions": len(plan.claimed),
        "stale": _stale(plan),
        "addresses": [entry.location for entry in asked],
        "catalogue_problems": [str(problem) for problem in installation.catalogue_problems],
    }


def releases_of(installation: Installation, known: Sequence[Release]) -> list[dict[str, Any]]:
    """Return the releases, the newest first, with what their manifests say."""
    return [
        {
            "release": one.id,
            "served": one.served,
            "kept": one.kept,
            "reason": why_kept(installation.home, one.id) if one.kept else None,
            "rows": one.manifest.get("rows", {}),
            "changes": one.manifest.get("changes", {}),
            "override": one.manifest.get("override"),
        }
        for one in known
    ]


def _stale(plan: Plan) -> dict[str, dict[str, list[str]]]:
    """Return hop → partition → the inputs that changed."""
    return {
        hop: {str(partition): sorted(names) for partition, names in partitions.items()}
        for hop, partitions in plan.why.items()
    }
