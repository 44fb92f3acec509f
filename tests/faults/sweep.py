"""Faults at every call site of a file operation of ours: a kill, EIO, ENOSPC and EINTR, chosen from a recorded run.

What belongs here: from a recording to a list of cases, as plain data. What does not: recording and trying them
(``short.py``), faults that are no operation of ours (``cases.py``).

A call site is a line of ours and an operation (``hook.site_of``). At each, what goes wrong goes wrong the first, a
middle and the last time that the site runs; an error once, and from then on. Compound cases disturb the run that
recovers, or one run twice.
"""

from __future__ import annotations

import errno
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: errors by their names, as they are told
ERRORS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC, "EINTR": errno.EINTR}
#: where no code of ours is at work, and what tells of what other operations tell too
_NOT_OURS, _TOLD_TWICE = "nobody ", " shutil.rmtree"
#: what DuckDB and Arrow write → the operation that comes before it
WRITING = {
    "mending the warehouse": r"rename warehouse\.json$",
    "the new release": r"mkdir releases/\.building\S*/exports$",
}
DELAYS = tuple(0.02 + 0.08 * number for number in range(15))
#: of compound cases, so many disturb the run that recovers, and so many one run twice
RECOVERING, TWICE = 40, 20


@dataclass(frozen=True)
class Site:
    """A call site: its name, how often it ran, the place of its first time among all operations of the run."""

    name: str
    times: int
    first: int


@dataclass(frozen=True)
class Case:
    """One case: `at` the disturbances of the first run, `then` those of the run that recovers; fields of ``hook.Spec``.

    `kind`: `single`, `timed`, `recovering` or `twice`.
    """

    name: str
    kind: str
    site: str
    at: tuple[Mapping[str, Any], ...]
    then: tuple[Mapping[str, Any], ...] = field(default=())


def sites_of(recorded: Iterable[str]) -> list[Site]:
    """Return the call sites of ours in a recording of the hook's lines, in the order in which they ran first."""
    times: dict[str, int] = {}
    first: dict[str, int] = {}
    for place, line in enumerate(recorded):
        role, _number, _label, site, _chosen = line.split("\t")
        if role == "cli" and not site.startswith(_NOT_OURS) and _TOLD_TWICE not in site:
            times[site] = times.get(site, 0) + 1
            first.setdefault(site, place)
    return [Site(site, times[site], first[site]) for site in times]


def cases_of(site: Site) -> list[Case]:
    """Return the cases of one site: seven where it runs once, up to 21 where it runs three times or more."""
    found = []
    for nth in sorted({1, (site.times + 1) // 2, site.times}):
        for at in _disturbances(site.name, nth):
            found.append(Case(f"{_told(at)} ({nth} of {site.times})", "single", site.name, (at,)))
    return found


def cases(sites: list[Site], seed: int) -> list[Case]:
    """Return all cases of short runs, in an order by `seed`: whatever number of them is tried is a sample of all."""
    single = [case for site in sites for case in cases_of(site)]
    found = [*single, *timed(), *compound(sites, seed)]
    return random.Random(seed).sample(found, len(found))


def cases_of_the_rest(sites: Iterable[Site], known: Iterable[Site]) -> list[Case]:
    """Return, for each site that is none of the `known`, a kill and each error once, the first time that it runs."""
    names = {site.name for site in known}
    return [
        Case(f"{_told(at)}, baogao run", "single", site.name, (at,))
        for site in sites
        for at in _disturbances(site.name, 1)
        if site.name not in names and not at.get("lasting")
    ]


def timed() -> list[Case]:
    """Return kills while DuckDB and Arrow write, which Python is not told of: of the warehouse, and of a release."""
    return [
        Case(f"killed {round(delay * 1000)} ms into {what}", "timed", "", ({"label": label, "delay_seconds": delay},))
        for what, label in WRITING.items()
        for delay in DELAYS
    ]


def compound(sites: list[Site], seed: int) -> list[Case]:
    """Return cases of two disturbances by `seed`: of a run and of the one that recovers, and of one run twice."""
    draw, found = random.Random(seed), {}
    while len(found) < RECOVERING + TWICE:
        one, other = sorted(draw.sample(sites, 2), key=lambda site: site.first)
        first = draw.choice(_disturbances(one.name, draw.randint(1, one.times)))
        second = draw.choice(_disturbances(other.name, draw.randint(1, min(2, other.times))))
        if len(found) < RECOVERING:
            name = f"{_told(first)} [{first['nth']}], and the next run: {_told(second)} [{second['nth']}]"
            found[name] = Case(name, "recovering", one.name, (first,), (second,))
        elif first.get("error") and not first["lasting"]:
            name = f"{_told(first)} [{first['nth']}], then {_told(second)} [{second['nth']}]"
            found[name] = Case(name, "twice", one.name, (first, second))
    return list(found.values())


def _disturbances(site: str, nth: int) -> list[dict[str, Any]]:
    errors: list[dict[str, Any]] = [
        {"site": site, "nth": nth, "error": number, "lasting": lasting}
        for number in ERRORS.values()
        for lasting in (False, True)
    ]
    return [{"site": site, "nth": nth}, *errors]


def _told(at: Mapping[str, Any]) -> str:
    if not at.get("error"):
        return f"killed before {at['site']}"
    return f"{errno.errorcode[at['error']]}{' from' if at['lasting'] else ' at'} {at['site']}"
