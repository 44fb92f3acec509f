"""`baogao clean`: remove what need not stay. It shows what would go, and removes only with --yes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.options import HomeOption
from orchestration.cli.saying import echo, spoken

if TYPE_CHECKING:
    from sources.home import Home

SHOWN = 10
MIB = 1024 * 1024


def clean(
    yes: Annotated[bool, typer.Option("--yes", help="Remove it; without this it is only shown")] = False,
    home: HomeOption = None,
) -> None:
    """Apply `[publish] releases_kept` and `[retention]`: old releases, logs, Dagster's finished runs, snapshots."""
    from orchestration.home.installation import open_installation
    from orchestration.home.locking import only_process
    from orchestration.home.retention import leftovers

    installation = open_installation(home)
    if not installation.home.root.is_dir():
        raise UserError("{root} is no installation; name one with --home", root=installation.home.root)
    with only_process(installation.home):
        to_go = leftovers(installation)
        for what in ("releases", "snapshots", "logs", "unfinished"):
            mine = [one for one in to_go if one.what == what]
            total = sum(one.n_bytes for one in mine) / MIB
            echo(spoken("{what:<10} {n_mine} to go, {total:.1f} MiB", what=what, n_mine=len(mine), total=total))
            for one in mine[:SHOWN]:
                echo(f"           {one.path}")
            if len(mine) > SHOWN:
                echo(spoken("           … and {n_mine} more", n_mine=len(mine) - SHOWN))
        if installation.settings.retention.snapshots == "keep":
            echo(spoken('           every snapshot stays; [retention] snapshots = "cited" lets uncited ones go'))
        runs = _old_runs(installation.home, installation.settings.retention.log_days, remove=yes)
        echo(spoken("{what:<10} {runs} finished runs of Dagster to go", what="runs", runs=runs))
        if not yes:
            echo(spoken("nothing was removed; to remove it: baogao clean --yes"))
            return
        for one in to_go:
            one.remove()
        echo(spoken("removed"))


def _old_runs(home: Home, days: int, *, remove: bool) -> int:
    """Return how many finished runs are older than `days`, having removed them if asked."""
    if not days or not (home.dagster / "dagster.yaml").is_file():
        return 0
    from orchestration.cockpit.cleaning import old_runs
    from orchestration.cockpit.instance import open_instance

    with open_instance(home, lambda line: echo(spoken("mended: {line}", line=line), err=True)) as instance:
        return old_runs(instance, days, lambda line: echo(line, err=True), remove=remove)
