"""All commands at once, for who lists them with their options: docs/commands.md is made of this.

What does not belong here: anything that runs a command; `baogao` loads only the one that is called.
"""

from __future__ import annotations

import typer

from orchestration.cli.commands import COMMANDS, WHOLE_LOOK, register, whole_command
from orchestration.cli.commands import app as lazy

app = typer.Typer(name="baogao", help=lazy.info.help, **WHOLE_LOOK)
app.callback(help=lazy.info.help)(whole_command)
for _name in COMMANDS:
    register(app, _name)
