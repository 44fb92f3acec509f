"""A reader in a process of its own that opens the published file and asks it, over and over.

What belongs here: polling and what it saw. What does not: judging which releases there should be.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: one answer needs four tables and all cells, so half a release would show
QUESTION = """
    select (select count(*) from city_year_panel), (select count(*) from fct_observation),
        (select count(*) from dim_report), count(*), md5(string_agg(concat_ws('|', region_id, year, column_name,
        cell_value, sentence), '~' order by region_id, year, column_name))
    from panel_cell_source
"""


@dataclass
class Seen:
    """`answers`: answer → how often; `errors`: message → how often."""

    answers: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def polls(self) -> int:
        return self.answers.total() + self.errors.total()


def ask(path: Path) -> tuple[Any, ...]:
    """Open the file as a reader does, ask, close."""
    import duckdb

    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute(QUESTION).fetchone()
    assert row is not None
    return row


class Reader:
    """Polls `path` from `start` to `stop`, `pause` seconds after each answer."""

    def __init__(self, path: Path, pause: float = 0.25) -> None:
        context = multiprocessing.get_context("fork")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_poll, args=(path, pause, theirs), daemon=True)

    def start(self) -> Reader:
        self._process.start()
        self._ours.recv()
        return self

    def stop(self) -> Seen:
        """End polling; return what was seen."""
        self._ours.send("stop")
        seen: Seen = self._ours.recv()
        self._process.join(10)
        return seen


def _poll(path: Path, pause: float, pipe: Any) -> None:
    seen = Seen()
    _once(path, seen)
    pipe.send("ready")
    while not pipe.poll(pause):
        _once(path, seen)
    _once(path, seen)
    pipe.send(seen)


def _once(path: Path, seen: Seen) -> None:
    try:
        seen.answers[ask(path)] += 1
    except Exception as error:  # whatever a reader sees is what is measured
        seen.errors[f"{type(error).__name__}: {str(error).splitlines()[0][:160]}"] += 1
    time.sleep(0)
