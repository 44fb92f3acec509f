"""What commands say to a person: all of it goes through here, since it may hold words of pages and of sites.

What belongs here: the one way to the terminal. What does not: bars (``progress.py``), rows (``printing.py``).
"""

from __future__ import annotations

import typer

from sources import outgoing


def echo(message: object = "", *, err: bool = False) -> None:
    """Print `message`; what a terminal would obey is shown as an escape, what is secret in an address is left out."""
    typer.echo(outgoing.lines(str(message)), err=err)
