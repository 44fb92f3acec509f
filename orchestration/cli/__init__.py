"""The `baogao` command: one module per group of commands, each loading what it needs when it is called.

What belongs here: arguments, help texts, what a person sees. What does not: the work itself (the other
rooms of ``orchestration``, ``sources``, ``dashboard``). Nothing here imports Dagster.
"""

from __future__ import annotations

import os
import sys

import typer

from orchestration.cli import (
    cleaning,
    discovering,
    explaining,
    exporting,
    looking,
    reading,
    releasing,
    running,
    status,
    superset,
)
from orchestration.cli.extras import ask_for_extras

app = typer.Typer(
    name="baogao",
    help="Turn Chinese government work reports (政府工作报告) into a city-year warehouse that a researcher can cite.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (running, discovering, reading, explaining, status, exporting, looking, superset, releasing, cleaning):
    group.register(app)
ask_for_extras(app)


def main() -> None:
    """Run the command line; an error that has a remedy is one line on stderr and exit status 1."""
    from orchestration.cli.errors import UserError, explain

    try:
        app()
    except UserError as error:
        typer.echo(f"baogao: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # the reader (head, less) has gone; leave quietly, and let the interpreter not complain when it flushes
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        told = explain(error)
        if told is None:
            raise
        typer.echo(f"baogao: {told}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
