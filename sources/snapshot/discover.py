"""Finding new reports: read the listings of known sites and tell what the catalogue does not hold yet.

What belongs here: from site profiles to candidate catalogue rows. What does not: fetching the candidates (they go into
a catalogue first, after a person has looked at them), the profiles' form (``sources/registry/profiles.py``).

The command is ``baogao discover``.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sources import outgoing
from sources.home import Home
from sources.registry.profiles import Candidate, ProfileError, SiteProfile, load_profiles, profile_for
from sources.settings import Settings
from sources.snapshot.job import Progressed, Target
from sources.snapshot.supervise import run_crawl

COLUMNS = ("location", "region_code", "region", "level", "report_year", "title", "profile")
#: keeps a listing's lines in the journal apart from a document's at the same address
_LISTING = "listing:"


@dataclass(frozen=True)
class Discovery:
    """Candidates that are not in the catalogue, and what went wrong with which listing."""

    candidates: tuple[Candidate, ...]
    problems: tuple[str, ...]


def discover(profiles: Iterable[SiteProfile], home: Home, settings: Settings, known: Collection[str] = ()) -> Discovery:
    """Read every listing of `profiles` and return the reports whose address is not in `known`.

    A listing that can't be had, or that links nothing of ours, is a problem told, not an abort.
    """
    listings = {url: profile for profile in profiles for url in profile.listings}
    targets = [Target(_LISTING + url, url, profile=profile.model_dump()) for url, profile in listings.items()]
    # a listing read by an ended crawl is old news; only one that was interrupted is taken up
    reached = run_crawl(targets, home, settings.crawl, lambda *_: False, lambda _: None)
    found: dict[str, Candidate] = {}
    problems = []
    for url in listings:
        progressed = reached.get(_LISTING + url, Progressed())
        here = [Candidate(**values) for line in progressed.listed for values in line["candidates"]]
        faults = [str(line["error"]) for line in progressed.pages.values() if line["error"]]
        if not here and not faults:
            faults = [f"{url}: links no report that the profile knows; adapt the profile's links and patterns"]
        problems.extend(faults)
        for candidate in here:
            if candidate.location not in known:
                found.setdefault(candidate.location, candidate)
    return Discovery(tuple(found.values()), tuple(problems))


def write_candidates(candidates: Sequence[Candidate], path: Path) -> None:
    """Write candidates in the catalogue's form, with title and profile as notes."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for candidate in candidates:
            writer.writerow(dict(zip(COLUMNS, outgoing.cells(getattr(candidate, n) for n in COLUMNS), strict=True)))


def choose(names: Sequence[str]) -> list[SiteProfile]:
    """Return the profiles of that name; an address of a listing takes its host's profile, else the generic one.

    All shipped profiles if nothing is named. Raises ProfileError for a name that no profile has.
    """
    profiles = load_profiles()
    chosen = []
    for name in names or [name for name, profile in profiles.items() if profile.listings]:
        if name.startswith(("http://", "https://")):
            chosen.append(profile_for(name, profiles).model_copy(update={"listings": (name,)}))
        elif name in profiles:
            chosen.append(profiles[name])
        else:
            raise ProfileError(
                "no site profile {name!r}; there are {profiles}, or give a listing's address",
                name=name,
                profiles=", ".join(profiles),
            )
    return chosen
