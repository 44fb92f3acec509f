"""How every step begins, whoever launched its run: it tags the run with what it was made from.

Two tags are for people, in one line each: the command that asked for a run, and its cells in words. The long ones are
hidden by Dagster's own prefix; the step's log says them. What does not belong here: the partitions of a run
(``partitions.py``).
"""

from __future__ import annotations

import secrets
import subprocess
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version

import dagster as dg

from orchestration.cockpit.partitions import of_run, words_of_all
from orchestration.cockpit.records import write_quickly
from orchestration.home import shared
from orchestration.home.installation import Installation
from orchestration.hops import versions
from sources.home import REPOSITORY

#: which command line asked for a run, and its provinces and years in words
COMMAND, CELLS = "baogao/command", "baogao/cells"
#: how a tag begins that Dagster shows nowhere, and ours among them
HIDDEN = ".dagster/baogao_"
HOME, CATALOGUE, CODE, RULES = (f"{HIDDEN}{name}" for name in ("home", "catalogue", "code", "rules"))


def new_command(name: str) -> str:
    """Return what joins the runs of one command line: its name, when it began, and four digits of chance."""
    return f"{name} {datetime.now(UTC):%Y-%m-%d %H:%M:%S} {secrets.token_hex(2)}"


def begin(context: dg.AssetExecutionContext, installation: Installation) -> None:
    """Begin a step: its records are written quickly, and its run is tagged.

    A run launched in the UI or by a backfill has a process of its own, and no other way to get its tags.
    """
    write_quickly(context.instance)
    tags = tags_of(installation)
    context.log.info("; ".join(f"{name.removeprefix(HIDDEN)} {value}" for name, value in tags.items()))
    if HOME not in context.run.tags:
        if context.has_partition_key or context.has_partition_key_range:
            tags[CELLS] = words_of_all(of_run(context))
        context.instance.add_run_tags(context.run.run_id, tags)
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
