"""Options that several commands have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Remove what an earlier export left in FOLDER and this release does not have")
]
