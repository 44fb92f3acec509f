"""What the pool's tests run in its processes: importable, plain functions."""

from __future__ import annotations

import os
import time

from sources.document.read import UnreadableDocument, read_document


def act(task: str) -> str:
    """Do what `task` says, as a bad document would."""
    if task == "sleep":
        time.sleep(60)
    if task == "eat":
        return str(len(bytearray(600_000_000)))
    if task == "die":
        os._exit(3)
    if task == "raise":
        raise ValueError("no such thing")
    return task.upper()


def read(path: str) -> str:
    """Return what reading a file ends with: the refusal's reason, or `text`."""
    with open(path, "rb") as file:  # noqa: PTH123
        data = file.read()
    try:
        read_document([data], name=path)
    except UnreadableDocument as error:
        return error.reason
    return "text"
