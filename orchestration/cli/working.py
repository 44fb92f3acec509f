"""`baogao worker`: take runs that another machine's `baogao ui` hands out (docs/cluster.md)."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.options import HomeOption


class Queue(StrEnum):
    """As ``cluster/queues.py`` has them; here, so that `--help` loads nothing."""

    fetch = "fetch"
    dagster = "dagster"
    warehouse = "warehouse"


def worker(
    queue: Annotated[
        list[Queue] | None,
        typer.Option(
            "--queue",
            help="Take runs that fetch (one worker in all), that read, or that build and publish (one host); "
            "may be given more than once [default: dagster, those that read]",
            show_default=False,
        ),
    ] = None,
    slots: Annotated[int, typer.Option("--slots", min=1, help="Runs at once; each uses all cores")] = 1,
    home: HomeOption = None,
) -> None:
    """Take runs off the queues of the cluster that baogao.toml names; end with Ctrl-C, which waits for runs."""
    from orchestration.cockpit.instance import ensure_dagster_home
    from sources.home import REPOSITORY, find_home
    from sources.settings import load_settings

    found = find_home(home)
    cluster = load_settings(found).cluster
    if cluster.engine != "celery":
        raise UserError(
            "a worker takes runs of a cluster, and {root}/baogao.toml names none: give it [cluster] engine "
            '= "celery" with records and broker, the same as on the other machines',
            root=found.root,
        )
    os.environ |= {
        "BAOGAO_HOME": str(found.root),
        "DAGSTER_HOME": str(ensure_dagster_home(found)),
        "DAGSTER_DISABLE_TELEMETRY": "true",
    }
    from orchestration.cluster.worker import command

    arguments = command([one.value for one in queue or [Queue.dagster]], slots)
    sys.stdout.flush()
    # in our place, not below us: whoever ends this process ends the worker
    os.chdir(REPOSITORY)
    os.execv(arguments[0], arguments)
