"""The `baogao` command.

What belongs here: its door, and what becomes of an error. What does not: which commands there are (``commands.py``).
Every process that works on documents imports this as its program's main module: nothing is loaded before the call.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line; an error that has a remedy is one line on stderr and exit status 1.

    SIGINT and SIGTERM end it with 130 and 143 (``stopping.py``).
    """
    from orchestration.cli.stopping import heed

    heed()
    from orchestration.cli.commands import app
    from orchestration.cli.errors import explain
    from orchestration.cli.language import speak
    from orchestration.cli.saying import echo

    speak()
    try:
        app()
    except BrokenPipeError:
        # the reader (head, less) has gone; leave quietly, and let the interpreter not complain when it flushes
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        message = explain(error)
        if message is None:
            raise
        echo(f"baogao: {message}", err=True)
        sys.exit(1)
