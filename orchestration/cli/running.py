"""`baogao run` and `baogao ui`: catalogue to published warehouse, by the same Dagster jobs as in the UI.

What belongs here: arguments. What does not: the run itself (``runner.py``).
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.options import ByOption, HomeOption, HostOption, JsonOption, PortOption, year_range
from orchestration.cli.saying import echo


def run(
    catalogue: Annotated[
        Path | None,
        typer.Option("--catalogue", help="CSV of reports [default: the one this home follows]", show_default=False),
    ] = None,
    home: HomeOption = None,
    years: Annotated[str | None, typer.Option("--years", help="Only these report years: 2015 or 2015-2020")] = None,
    regions: Annotated[
        list[str] | None,
        typer.Option("--regions", help="Only these provinces, by code or name; may be given more than once"),
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Use the bundled sample, served on this machine")] = False,
    plan_only: Annotated[
        bool, typer.Option("--plan", help="Follow the catalogue given and tell what a run would do, no more")
    ] = False,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only what failed or was mended")] = False,
    refetch_hours: Annotated[
        float, typer.Option("--refetch-hours", help="Ask addresses again that were asked longer ago than this")
    ] = 24.0,
    verify: Annotated[
        bool, typer.Option("--verify", help="First hold every stored page and raw table against its checksum")
    ] = False,
    publish_anyway: Annotated[
        str,
        typer.Option("--publish-anyway", metavar="REASON", help="Publish in spite of bad verdicts, on record with why"),
    ] = "",
    by: ByOption = "",
) -> None:
    """Fetch, read, extract, build, audit and publish what changed; print what came out and where it is."""
    from orchestration.cli import runner, saying, stopping, submitting
    from orchestration.home.installation import open_installation
    from orchestration.home.locking import only_process
    from orchestration.release.refusals import override_of

    if sample and catalogue:
        raise UserError("--sample brings its own catalogue; leave out --catalogue")
    if as_json and not plan_only:
        raise UserError("--json is of --plan; what a run did is told by: baogao status --json")
    if quiet and plan_only:
        raise UserError("--plan is there to be printed; leave out --quiet")
    installation = open_installation(home)
    elsewhere = bool(installation.settings.cluster.engine)
    if elsewhere and sample:
        raise UserError(
            "--sample is served on this machine alone, and [cluster] has others fetch it; name another --home"
        )
    with stopping.telling(installation.home), ExitStack() as stack:
        if quiet:
            stack.enter_context(saying.quietly())
        if not elsewhere:  # whose steps hold the lock
            stack.enter_context(only_process(installation.home))
        if sample:
            catalogue = stack.enter_context(runner.sample_catalogue(installation))
            installation = open_installation(home)
        if catalogue:
            installation.follow(catalogue)
        if not plan_only:
            runner.mend_home(installation, verify)
        kind = submitting.Submitter if elsewhere else runner.Runner
        wanted = kind(
            installation, year_range(years) if years else None, runner.provinces(regions or []), refetch_hours
        )
        if plan_only:
            wanted.show_plan(as_json)
        else:
            wanted.run(override_of(publish_anyway, by))


def ui(
    home: HomeOption = None,
    host: HostOption = "127.0.0.1",
    port: PortOption = 3000,
) -> None:
    """Start Dagster's web server and daemon for this installation; end with Ctrl-C or SIGTERM."""
    from orchestration.cockpit import services
    from orchestration.cockpit.instance import ensure_dagster_home
    from sources.home import find_home
    from sources.settings import load_settings

    found = find_home(home)
    settings = ensure_dagster_home(found)  # may put what they refer to into our surroundings
    names = load_settings(found).serve.names
    environment = {
        **os.environ,
        "BAOGAO_HOME": str(found.root),
        "DAGSTER_HOME": str(settings),
        "DAGSTER_DISABLE_TELEMETRY": "true",
    }
    echo(f"Dagster for {found.root} at http://{host}:{port} (ready in about half a minute, Ctrl-C ends it)")
    sys.stdout.flush()
    services.serve(host, port, names, environment)
