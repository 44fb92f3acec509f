"""How every step begins, whoever launched its run: it tags the run with home, catalogue, code and rules.

What does not belong here: the partitions of a run (``partitions.py``).
"""

from __future__ import annotations

import subprocess
from functools import lru_cache
from importlib.metadata import version

import dagster as dg

from orchestration.cockpit.records import write_quickly
from orchestration.home import shared
from orchestration.home.installation import Installation
from orchestration.hops import versions
from sources.home import REPOSITORY

HOME, CATALOGUE, CODE, RULES = "baogao/home", "baogao/catalogue", "baogao/code", "baogao/rules"


def begin(context: dg.AssetExecutionContext, installation: Installation) -> None:
    """Begin a step: its records are written quickly, and its run is tagged.

    A run launched in the UI or by a backfill has a process of its own, and no other way to get its tags.
    """
    write_quickly(context.instance)
    if HOME not in context.run.tags:
        context.instance.add_run_tags(context.run.run_id, tags_of(installation))
    if planned_with := context.run.tags.get(shared.PLANNED_WITH):
        _ = installation.decided  # copied anew, if another came
        if warning := shared.another_catalogue(installation.home, planned_with):
            context.log.warning(warning)


def tags_of(installation: Installation) -> dict[str, str]:
    """Return the tags: the home, the file that the catalogue's link leads to, the code's and the rules' versions."""
    return {
        HOME: str(installation.home.root),
        CATALOGUE: str(installation.catalogue_file),
        CODE: code_version(),
        RULES: " ".join(f"{name} {version}" for name, version in versions(installation).items()),
    }


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return the commit that runs, with "+" where files differ from it; the package's version outside a clone."""
    if not (REPOSITORY / ".git").exists():
        return version("baogao")
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        return commit + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return version("baogao")


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(REPOSITORY), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
