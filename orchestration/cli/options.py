"""Options that several commands have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Folder of the installation [default: $BAOGAO_HOME, else data/]")
]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who takes the override upon them [default: this machine's user]")
]
