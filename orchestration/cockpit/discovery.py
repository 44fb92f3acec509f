"""Looking for reports that known sites list and the catalogue does not hold; what is found waits for a person.

What belongs here: the file of candidates of one home. What does not: reading listings
(``sources/snapshot/discover.py``), Dagster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.home.installation import Installation
from sources.registry.catalogue import CatalogueError, read_catalogue
from sources.registry.profiles import Candidate
from sources.snapshot.discover import choose, discover, write_candidates


@dataclass(frozen=True)
class Found:
    """`candidates` are all that the catalogue lacks, `fresh` those of them that the file did not hold before."""

    path: Path
    candidates: tuple[Candidate, ...]
    fresh: tuple[Candidate, ...]
    problems: tuple[str, ...]


def candidates_path(installation: Installation) -> Path:
    return installation.home.root / "candidates.csv"


def discover_new(installation: Installation, sites: Sequence[str], path: Path | None = None) -> Found:
    """Read the listings of `sites` (profiles or addresses; none: all shipped ones) and write what is new to `path`.

    The file has the catalogue's form. What it held before stays in it until the catalogue has it, because a listing
    that can't be had today is no reason to forget.
    Raises ProfileError for a site that no profile has, OSError where the file can't be written.
    """
    path = path or candidates_path(installation)
    profiles = choose(sites)
    known = _locations(installation)
    found = discover(profiles, installation.home.create(), installation.settings, known)
    before = {held.location: held for held in _held(path) if held.location not in known}
    candidates = tuple({**before, **{candidate.location: candidate for candidate in found.candidates}}.values())
    write_candidates(candidates, path)
    fresh = tuple(candidate for candidate in found.candidates if candidate.location not in before)
    return Found(path, candidates, fresh, found.problems)


def _locations(installation: Installation) -> set[str]:
    try:
        return {entry.location for entry in installation.catalogue.entries}
    except CatalogueError:  # a home that follows no catalogue yet
        return set()


def _held(path: Path) -> list[Candidate]:
    try:
        entries = read_catalogue(path).entries
    except CatalogueError:  # no file yet, or nothing in it
        return []
    return [
        Candidate(
            e.location, e.notes.get("title", ""), e.region_code, e.region, e.level, e.report_year,
            e.notes.get("profile", ""),
        )
        for e in entries
    ]  # fmt: skip
