"""The documents of a home whose ids are those of a former baogao: they keep them, since papers and reviews name them.

Ids have ten digits of a hash (``sources/report_ids.py``); those given until 0.1 have six. Which documents have short
ones is written down once, before the first page that a newer baogao fetches, and is never added to. Where that note is
lost it is made again: of the documents in the ledger all but those that were read under a long id. A store is newer
than long ids: it has the note only where an old home was moved into it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from orchestration.home.note import Note
from sources.home import Home
from sources.lake import Lake
from sources.report_ids import DIGITS, FORMER_DIGITS, report_id_of
from sources.tables import REPORTS, SNAPSHOTS, Table

SHORT_IDS = Note("short_ids.json", list[str])


def settle(home: Home, lake: Lake) -> None:
    """Write down which documents have short ids, where that was not done: to be called before a page is fetched."""
    if SHORT_IDS.read(home) is None:
        places = [(row["location"], row["report_id"]) for row in _rows(lake, REPORTS)]
        long = {location for location, report_id in places if report_id.startswith(report_id_of(location))}
        SHORT_IDS.write(home, sorted({row["location"] for row in _rows(lake, SNAPSHOTS)} - long))


def digits_of(folder: Path) -> Callable[[str], int]:
    """Return what gives, for a location, the number of digits in its document's id; the note lies in `folder`."""
    short = frozenset(SHORT_IDS.read(Home(folder)) or ())
    return lambda location: FORMER_DIGITS if location in short else DIGITS


def _rows(lake: Lake, table: Table) -> list[dict[str, str]]:
    columns = [name for name in ("location", "report_id") if name in table.columns]
    found = (lake.read(table, partition, columns) for partition in lake.partitions(table.name))
    return [row for data in found if data is not None for row in data.to_pylist()]
