"""docs/benchmarks.md: every figure from one run of `make bench`.

What belongs here: words and tables. What does not: measuring, the plot.
"""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

from benchmarks import releases
from benchmarks.history import History, Ran
from benchmarks.measure import Speed
from sources.extraction import lexicon_version, rules_version

#: a profile is no measurement of this run: it is written by hand, with its day
_READING = Path(__file__).with_name("reading.md")
_PAGE = """# Benchmarks

Written by `make bench` on {today}; every figure comes from that run, but for the profile, which has its own day. MB are
10^6 bytes of UTF-8. MB/s depend on the machine and on what else runs there (the load is given), ratios less so: each
compares two measurements taken in turn on the same texts.
{histories}
## From clean text to observations
One core, one process, CPU time, median of {turns} turns after one to warm up. `jieba.lcut`, which only cuts the text
into words, is the yardstick. The sample says far more figures per sentence than real reports do.

| texts | reports | MB | extraction MB/s | jieba.lcut MB/s | extraction ÷ jieba | ms per report |
|---|---:|---:|---:|---:|---:|---:|
{rows}

From a fresh process to the first sentence read (imports, lexicon, automaton): {start:.2f} s.

{releases}
{reading}
## Versions
Python {python}, jieba {jieba}, ahocorasick-rs {automaton}, DuckDB {duckdb}, dbt {dbt}, Dagster {dagster}; rules
`{rules}`, lexicon `{lexicon}`; {cores} cores, {machine}.
"""

_RELEASES = """## Release by release
What was measured of a release or of a commit, the oldest first (`benchmarks/releases.csv`; `make bench` with 6,000
reports adds its row). Machines and their load differed: a ratio can be held against another, seconds only roughly. A
cell is empty where nothing was measured, or in another way.

{table}

![The figures of the table, one after the other](images/benchmarks_releases.png)
"""
_HISTORY = """
## A whole history, from bytes to a published release
`baogao run` in a process of its own on generated reports (`benchmarks/compose.py`: our own sentences about fictional
places, some 15,000 characters each, numbers as dense as in real reports; three of four as web pages with menus and
links, one of five in GB 18030, a tenth with full-width digits or broken lines). {partitions} partitions: thirty
provinces by twenty years. Beside it, in the same run, `jieba.lcut` alone on one core for the same texts: what a
notebook spends before it has counted anything.

| reports | MB of text | time | processor | jieba.lcut | run ÷ jieba | peak memory | one more report | load |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|
{rows}

Time by the clock and of the processor, in seconds; memory is that of all processes of the run, pages that they share
counted once (proportional set size, looked at every second and a half). {growth}

![Cost against size](images/benchmarks.png)

### Time per hop
Seconds by the clock (and of the processor).

{hops}

### Bytes on disk
{disk}

### Rows published
{tables}
"""


def page(speeds: list[Speed], start: float, turns: int, histories: list[History]) -> str:
    """Return the page as Markdown."""
    return _PAGE.format(
        today=date.today().isoformat(),
        turns=turns,
        rows="\n".join(map(_speed_row, speeds)),
        histories=_histories(histories) if histories else "",
        start=start,
        releases=_RELEASES.format(table=releases.table(releases.kept())),
        reading=_READING.read_text(encoding="utf-8").strip() + "\n",
        python=platform.python_version(),
        jieba=version("jieba"),
        automaton=version("ahocorasick-rs"),
        duckdb=version("duckdb"),
        dbt=version("dbt-core"),
        dagster=version("dagster"),
        rules=rules_version(),
        lexicon=lexicon_version(),
        cores=os.cpu_count(),
        machine=platform.machine(),
    )


def _speed_row(speed: Speed) -> str:
    material = speed.material
    return (
        f"| {material.name} | {len(material.reports)} | {material.megabytes:.2f} | {speed.extraction:.2f} "
        f"| {speed.jieba:.2f} | **{speed.ratio:.2f}** | {speed.milliseconds_per_report:.1f} |"
    )


def _histories(histories: list[History]) -> str:
    names = [hop.name for hop in histories[0].first.hops]
    return _HISTORY.format(
        partitions=histories[0].n_partitions,
        rows="\n".join(map(_history_row, histories)),
        growth=_growth(histories),
        hops=_table(
            "hop",
            [f"{h.n_reports:,}" for h in histories] + [f"one more, {h.n_reports:,}" for h in histories if h.one_more],
            {name: [_hop(ran, at) for ran in _runs(histories)] for at, name in enumerate(names)},
        ),
        disk=_table(
            "what",
            [f"{h.n_reports:,}" for h in histories],
            {name: [f"{h.disk.get(name, 0) / 1e6:,.1f} MB" for h in histories] for name in histories[-1].disk},
        ),
        tables=_table(
            "table",
            [f"{h.n_reports:,}" for h in histories],
            {name: [f"{h.rows.get(name, 0):,}" for h in histories] for name in histories[-1].rows},
        ),
    )


def _runs(histories: list[History]) -> list[Ran]:
    return [h.first for h in histories] + [h.one_more for h in histories if h.one_more]


def _hop(ran: Ran, at: int) -> str:
    return f"{ran.hops[at].wall:,.1f} ({ran.hops[at].cpu:,.1f})"


def _history_row(history: History) -> str:
    ran, more = history.first, history.one_more
    jieba = f"{history.yardstick:,.1f}"
    if history.yardstick_share < 1:
        jieba += f" (from {history.yardstick_share:.0%} of the texts)"
    return (
        f"| {history.n_reports:,} | {history.megabytes:,.1f} | {ran.wall:,.1f} | {ran.cpu:,.1f} | {jieba} "
        f"| **{history.ratio:.2f}** | {ran.peak_memory / 1e6:,.0f} MB | {f'{more.wall:.1f} s' if more else ''} "
        f"| {ran.load[0]:.1f} to {ran.load[1]:.1f} |"
    )


def _growth(histories: list[History]) -> str:
    told = [
        f"{more.n_reports / less.n_reports:.0f} times the reports ({less.n_reports:,} → {more.n_reports:,}) cost "
        f"**{more.first.wall / less.first.wall:.1f}** times the time, {more.first.cpu / less.first.cpu:.1f} times the "
        "processor."
        for less, more in pairwise(histories)
    ]
    return " ".join(told)


def _table(head: str, columns: list[str], rows: dict[str, list[str]]) -> str:
    lines = [f"| {' | '.join([head, *columns])} |", "|---|" + "---:|" * len(columns)]
    lines += [f"| {' | '.join([name, *cells])} |" for name, cells in rows.items()]
    return "\n".join(lines)
