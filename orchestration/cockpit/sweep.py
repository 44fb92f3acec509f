"""Sweeps: the schedule of the season declares all addresses due at a moment, the sensor works them off in slices.

What belongs here: the moment of the newest sweep, and the state by which a tick sees that there is nothing to look at.
What does not: which partitions are stale (``hops``), when sweeps are due (``season.py``), Dagster.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from orchestration.home import fingerprints
from orchestration.home.installation import Installation
from orchestration.home.note import Note
from orchestration.hops import snapshots, versions
from sources.home import Home

#: hours; addresses are not asked again because of their age while no sweep was declared
NOT_BY_AGE = 24.0 * 365 * 100


@dataclass(frozen=True)
class Sweep:
    """The newest sweep: every address is due that was last asked before it."""

    declared: datetime


SWEEP = Note("sweep.json", Sweep)


@dataclass(frozen=True)
class Cursor:
    """Where the sensor is: `at` the last partition looked at (empty: at the end), `state` what there was to look at."""

    at: str = ""
    state: str = ""

    @classmethod
    def parse(cls, text: str | None) -> Cursor:
        """Return the cursor that a tick left; a start from the beginning for anything else."""
        try:
            values = json.loads(text or "{}")
            return cls(str(values["at"]), str(values["state"]))
        except (ValueError, KeyError, TypeError):
            return cls()

    def __str__(self) -> str:
        return json.dumps(asdict(self))


def declare(home: Home, moment: datetime) -> None:
    """Declare every address due that was last asked before `moment`. Raises OSError if the home can't be written."""
    SWEEP.write(home.create(), Sweep(moment.astimezone(UTC)))


def declared(home: Home) -> datetime | None:
    """Return the moment of the newest sweep, or None while there was none (or its file is damaged)."""
    newest = SWEEP.read(home)
    return newest.declared if newest else None


def refetch_hours(moment: datetime | None, now: datetime) -> float:
    """Return the age (hours) from which on an address is due in the sweep declared at `moment`."""
    return NOT_BY_AGE if moment is None else max(0.0, (now - moment).total_seconds() / 3600)


def state_of(installation: Installation, now: datetime) -> str:
    """Return the fingerprint of all that staleness hangs on, without looking into a file of the lake.

    As long as it stays the same, a look that found what is stale need not be repeated. The day is part of it: what
    failed is asked for once a day. Raises CatalogueError where there is none, OSError where a file can't be read.
    """
    entries = installation.catalogue.entries
    catalogue = installation.catalogue_file.stat()
    return fingerprints.digest(
        now.date(),
        declared(installation.home),
        [catalogue.st_size, catalogue.st_mtime_ns],
        [snapshots.local_state(entry, installation) for entry in entries if not entry.is_web],
        installation.lake.stamps(),
        versions(installation),
        fingerprints.of_files(installation.reviews, ["*.yaml"]),
    )
