"""docs/faults.md, from what was kept of each fault.

What belongs here: words and tables. What does not: trying anything.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from faults.sweep import Case, Site

Row = dict[str, Any]
_HEAD = """# Faults

Written by `make faults`; every line comes from runs. A home that serves release A is copied, its documents changed, and
a run disturbed; a reader in a process of its own opens the served file and asks it all the while; the next run goes
undisturbed. It must come to release B: the same rows in every table and every raw table, and nothing half-written
left. A case is good when that held, when an error was told in a line with a remedy, and when the reader got only whole
answers, A or B, and no error.

Tried: {tried} of {listed} cases; good: {good}. The readers asked {polls} times and saw {errors} errors{blinds}.
At commits: {commits}.

## At every operation on a file
A recorded run does {operations} operations on files that Python tells of (opened, read, listed, written, flushed,
made, renamed, linked, moded, removed), at {sites} call sites of ours: a line, and where it is one of a tool that others
use, who asked. What DuckDB writes by itself Python is not told of; it is met by kills in time. At each site the run
is killed, and the operation fails with EIO, ENOSPC and EINTR, once and from then on (ENOSPC from then on: all that
needs room), the first, a middle and the last time that the site runs: {single} cases; and {compound} compound ones: a
fault in the run that recovers, two in one run. These runs do in one process what `baogao run` does in several, without
Dagster; a case takes {cpu:.1f} s of processor.

The order of cases is drawn by seed {seed}, so that what was tried is a sample of all: **{single_tried} of {single}
cases, at {sites_tried} of {sites} sites, which do {share:.0f} % of all operations**; compound {compound_tried} of
{compound}, kills while DuckDB and Arrow write {timed_tried} of {timed}. The run healed by itself {healed} times,
stopped {stopped} times, was killed {killed} times.{bad}

| call site | runs | cases | tried | good | killed, stopped, healed |
| --- | ---: | ---: | ---: | ---: | --- |
"""
_REST = """
## Of the whole command
Signals, damage, locks, full and read-only file systems, clocks, older schemas, dbt, and operations that only the
command itself does, by `baogao run` as it is. *home*: `warm` has the warehouse of B already, so that it is built again
only if the raw tables come out differently; `before` has not. *ended*: how the disturbed run ended. Tried: {tried} of
{listed}.

| step | fault | home | ended | what the run said | reader: answers, errors | commit | verdict |
| --- | --- | --- | --- | --- | ---: | --- | --- |
"""


def written(rows: list[Row], sites: list[Site], swept: list[Case], others: int, seed: int) -> str:
    """Return the page: `rows` what is known, `swept` all cases of short runs, `others` how many there are besides."""
    mine = [row for row in rows if row["step"] == "sweep"]
    rest = [row for row in rows if row["step"] != "sweep"]
    kinds, tried = Counter(case.kind for case in swept), Counter(row["kind"] for row in mine)
    ended = Counter(row["ended"] for row in mine)
    of_site = defaultdict(list)
    for row in mine:
        if row["kind"] == "single":
            of_site[row["site"]].append(row)
    sighted = [row for row in rows if not row["blinds"]]
    head = _HEAD.format(
        tried=len(rows), listed=len(swept) + others, good=sum(not row["wrong"] for row in rows),
        polls=sum(row["answers"] + row["errors"] for row in sighted), errors=sum(row["errors"] for row in sighted),
        blinds=_blinds(len(rows) - len(sighted)),
        commits=", ".join(f"{commit} {n}" for commit, n in Counter(row["commit"] for row in rows).most_common()),
        operations=sum(site.times for site in sites), sites=len(sites), single=kinds["single"],
        compound=kinds["recovering"] + kinds["twice"], compound_tried=tried["recovering"] + tried["twice"],
        timed=kinds["timed"], timed_tried=tried["timed"], seed=seed, single_tried=tried["single"],
        sites_tried=len(of_site),
        share=100 * sum(s.times for s in sites if s.name in of_site) / sum(s.times for s in sites),
        cpu=sum(row["cpu"] for row in mine) / max(1, len(mine)),
        healed=ended["healed by itself"], stopped=ended["stopped"], killed=ended["killed"], bad=_bad(mine),
    )  # fmt: skip
    cases = Counter(case.site for case in swept if case.kind == "single")
    lines = [_site_line(site, cases[site.name], of_site[site.name]) for site in sites]
    return head + "".join(lines) + _REST.format(tried=len(rest), listed=others) + "".join(map(_line, rest))


def _blinds(number: int) -> str:
    return f"; {number} faults are in the served file or its link, which a reader sees until it is replaced" * (
        number > 0
    )


def _bad(rows: Iterable[Row]) -> str:
    bad = [row for row in rows if row["wrong"]]
    lines = [f"\n- {row['fault']}: {_cell('; '.join(row['wrong']))}" for row in bad]
    return "\n\nNot good:\n" + "".join(lines) if bad else ""


def _site_line(site: Site, cases: int, rows: list[Row]) -> str:
    ended = Counter(row["ended"] for row in rows)
    told = ", ".join(str(ended[kind]) for kind in ("killed", "stopped", "healed by itself"))
    good = sum(not row["wrong"] for row in rows)
    return f"| {site.name} | {site.times} | {cases} | {len(rows)} | {good} | {told if rows else ''} |\n"


def _line(row: Row) -> str:
    return (
        f"| {row['step']} | {row['fault']} | {row['home']} | {row['ended']} | {_cell(row['said'])} | "
        f"{row['answers']}, {row['errors']} | {row['commit']} | {_cell('; '.join(row['wrong'])) or 'good'} |\n"
    )


def _cell(text: str) -> str:
    text = re.sub(r"\S*/bin/(python)\S*", r"\1", text)
    return re.sub(r"\S*/(trial-\d+|short-\d+/home)", "HOME", text).replace("|", "&#124;").replace("\n", " ")[:260]
