"""`baogao discover`: reports that the listings of known sites have and the catalogue has not.

What belongs here: arguments, what a person sees. What does not: reading listings (``sources/snapshot/discover.py``),
the file of candidates (``orchestration/cockpit/discovery.py``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.options import HomeOption
from orchestration.cli.saying import echo

SHOWN = 20


def discover(
    sites: Annotated[
        list[str] | None,
        typer.Argument(
            help="Names of site profiles, or addresses of listings [default: all profiles]", show_default=False
        ),
    ] = None,
    home: HomeOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="CSV of candidates [default: candidates.csv in the home]", show_default=False),
    ] = None,
    profiles: Annotated[bool, typer.Option("--profiles", help="Only list the site profiles there are")] = False,
) -> None:
    """Read listings politely and write what the catalogue lacks in the catalogue's form: leads, to be looked at."""
    from orchestration.cockpit.discovery import discover_new
    from orchestration.home.installation import open_installation

    if profiles:
        _list_profiles()
        return
    try:
        found = discover_new(open_installation(home), sites or [], out)
    except OSError as error:
        raise UserError(str(error)) from error
    for problem in found.problems:
        echo(problem, err=True)
    for candidate in found.fresh[:SHOWN]:
        echo(f"{candidate.report_year or 'year?'}  {candidate.title}  {candidate.location}")
    if len(found.fresh) > SHOWN:
        echo(f"… and {len(found.fresh) - SHOWN} more")
    echo(
        f"{len(found.fresh)} new candidates, {len(found.candidates)} in {found.path}. "
        "Look at them, then add the good ones to your catalogue."
    )
    if found.problems and not found.candidates:
        raise typer.Exit(1)


def _list_profiles() -> None:
    from sources.registry.profiles import load_profiles

    for name, profile in load_profiles().items():
        tried = f"tried against the site on {profile.checked}" if profile.checked else "not yet tried against the site"
        echo(f"{name}: {profile.region or 'any site'}; {', '.join(profile.listings) or 'no listing'}; {tried}")
