"""Options that several commands have in common, and what is read of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.errors import UserError

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Folder of the installation [default: $BAOGAO_HOME, else data/ in the checkout, without one baogao_home/]",
    ),
]
#: of the servers: `baogao ui`, `baogao dashboard`
HostOption = Annotated[str, typer.Option("--host", help="Address to listen on")]
PortOption = Annotated[int, typer.Option("--port", help="Port to listen on")]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who takes the override upon them [default: this machine's user]")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a program")]
ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Remove what an earlier export left in FOLDER and this release does not have")
]


def year_range(given: str, option: str = "--years") -> tuple[int, int]:
    """Return first and last year of an option: 2015 or 2015-2020. Raises UserError for anything else."""
    first, dash, last = given.partition("-")
    try:
        years = int(first), int(last if dash else first)
    except ValueError as error:
        raise UserError(
            "{option} {given}: give a year or two with a hyphen, such as 2015-2020", option=option, given=given
        ) from error
    if years[0] > years[1]:
        raise UserError("{option} {given}: the first year comes after the last", option=option, given=given)
    return years
