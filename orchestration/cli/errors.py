"""Errors that the command line shows without a traceback: those with a remedy.

What belongs here: the command line's own error, and what the machine's (disk, rights, locks) mean to a person.
What does not: errors that are our fault; those keep their traceback.
"""

from __future__ import annotations

import re

from sources.errors import BaogaoError


class UserError(BaogaoError):
    """An argument that a command can't use, or a home that has not what it needs."""


_STAYS = "and run again; nothing half-written is served, the last release stays"
#: what the kernel, SQLite, DuckDB and Arrow say → what to do; the first that fits counts
_REMEDIES = (
    (r"No space left|disk is full|Disk quota exceeded", f"the disk is full: free some space {_STAYS}"),
    (
        r"Read-only file system|readonly database|read-only mode",
        f"the folder is read-only: make it writable, or name another --home, {_STAYS}",
    ),
    (
        r"Permission denied|Operation not permitted",
        f"this user may not write there: change the folder's owner or rights, or name another --home, {_STAYS}",
    ),
    (
        r"Out of Memory Error",
        f"DuckDB may hold too little: say more in the environment (BAOGAO_DBT_MEMORY=6GB for dbt) {_STAYS}",
    ),
    (
        r"database is locked",
        f"another process (baogao ui?) keeps Dagster's records locked: wait until it is done, or end it, {_STAYS}",
    ),
    (
        r"unable to open database file",
        f"Dagster's records can't be opened for writing: make <home>/dagster writable {_STAYS}",
    ),
    (r"Interrupted system call", f"the file system broke off what it was asked: look after it {_STAYS}"),
    (
        r"disk I/O error|Input/output error",
        f"the disk is full, or can't be read or written: free some space, or look after it, {_STAYS}",
    ),
)


def remedy(text: str) -> str | None:
    """Return what to do about an error that says `text`; None where it is nothing of the machine's."""
    return next((todo for pattern, todo in _REMEDIES if re.search(pattern, text, re.IGNORECASE)), None)


def with_remedy(text: str) -> str:
    """Return `text` with the remedy, where there is one and it does not say it already."""
    todo = remedy(text)
    return f"{text}; {todo}" if todo and todo not in text else text


def explain(error: BaseException) -> str | None:
    """Return one line for an error that a person or the machine's keeper can mend, None for all others."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, BaogaoError):
            return str(seen)
        kind = type(seen).__module__.partition(".")[0]
        if isinstance(seen, OSError) or kind in ("sqlite3", "sqlalchemy", "duckdb", "_duckdb", "pyarrow"):
            text = str(seen).strip().splitlines()[0] if str(seen).strip() else type(seen).__name__
            if remedy(text):
                return with_remedy(text)
        seen = seen.__cause__ or seen.__context__
    return None
