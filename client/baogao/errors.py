"""The parent of every error that a person can mend, so that one place shows them all.

What does not belong here: the errors themselves, which stand where they are raised.
"""

from __future__ import annotations


class BaogaoError(Exception):
    """Something that a person can mend; the message says what is wrong, where, and what to do.

    The command line shows it as one line without a traceback, exit status 1 (``orchestration/cli/errors.py``).
    """
