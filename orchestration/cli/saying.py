"""What commands say to a person: all of it goes through here, since it may hold words of pages and of sites.

What belongs here: the one way to the terminal. What does not: bars (``progress.py``), rows (``printing.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext

import typer

from baogao.errors import in_words
from sources import outgoing

_quiet = False


@contextmanager
def quietly() -> Iterator[None]:
    """Say only what went wrong while the block runs: nothing on stdout, no bars, no word of what goes on."""
    global _quiet
    _quiet = True
    try:
        yield
    finally:
        _quiet = False


def is_quiet() -> bool:
    """Whether only what went wrong is said."""
    return _quiet


def echo(message: object = "", *, err: bool = False, progress: bool = False) -> None:
    """Print `message`; what a terminal would obey is shown as an escape, what is secret in an address is left out.

    What goes to stdout, and what tells of `progress`, is left out where it is to be quiet.
    """
    if _quiet and (progress or not err):
        return
    typer.echo(outgoing.lines(str(message)), err=err)


def spoken(sentence: str, /, **fields: object) -> str:
    """Return a sentence in the language of this process, with `fields` in the places that it names in braces."""
    return in_words(sentence, fields, gettext)
