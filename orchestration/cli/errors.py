"""The one error that the command line shows without a traceback."""

from __future__ import annotations


class UserError(Exception):
    """Something a user can mend; the message says what, where, and what to do."""
