"""`python -m benchmarks`: measure and write docs/benchmarks.md, all figures of which come from this one run.

What belongs here: options and the page. What does not: the clock (``measure.py``), the texts (``texts.py``).
"""

from __future__ import annotations

import argparse
import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Speed, measure, start_seconds
from benchmarks.texts import ROOT, materials
from sources.extraction import lexicon_version, rules_version

_PAGE = """# Benchmarks

Written by `make bench` on {today}; every figure comes from that run. MB/s depend on the machine and on what else runs
there; the ratio is of two measurements taken in turn on the same texts, so it can be compared between machines.

## From clean text to observations
One core, one process, CPU time, median of {turns} turns after one to warm up. MB are 10^6 bytes of UTF-8.
`jieba.lcut`, which only cuts the text into words, is the yardstick.

| texts | reports | MB | extraction MB/s | jieba.lcut MB/s | extraction ÷ jieba | ms per report |
|---|---:|---:|---:|---:|---:|---:|
{rows}

From a fresh process to the first sentence read (imports, lexicon, automaton): {start:.2f} s.

## Versions
Python {python}, jieba {jieba}, ahocorasick-rs {automaton}; rules `{rules}`, lexicon `{lexicon}`;
{cores} cores, {machine}.
"""


def page(speeds: list[Speed], start: float, turns: int) -> str:
    """Return the page as Markdown."""
    return _PAGE.format(
        today=date.today().isoformat(),
        turns=turns,
        rows="\n".join(map(_row, speeds)),
        start=start,
        python=platform.python_version(),
        jieba=version("jieba"),
        automaton=version("ahocorasick-rs"),
        rules=rules_version(),
        lexicon=lexicon_version(),
        cores=os.cpu_count(),
        machine=platform.machine(),
    )


def _row(speed: Speed) -> str:
    material = speed.material
    return (
        f"| {material.name} | {len(material.reports)} | {material.megabytes:.2f} | {speed.extraction:.2f} "
        f"| {speed.jieba:.2f} | **{speed.ratio:.2f}** | {speed.milliseconds_per_report:.1f} |"
    )


def main(arguments: list[str] | None = None) -> int:
    """Measure, print and write the page; 1 where extraction was slower than asked for with --at-least."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--turns", type=int, default=5, help="how often each is timed (default 5)")
    parser.add_argument("--at-least", type=float, metavar="RATIO", help="fail below this ratio to jieba")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    options = parser.parse_args(arguments)
    if options.turns < 1:
        parser.error("--turns must be 1 or more")
    speeds = [measure(material, options.turns) for material in materials()]
    text = page(speeds, start_seconds(options.turns), options.turns)
    options.output.write_text(text, encoding="utf-8")
    print(text)
    slow = [speed for speed in speeds if options.at_least and speed.ratio < options.at_least]
    for speed in slow:
        print(f"too slow: {speed.material.name}: {speed.ratio:.2f} times jieba, asked for {options.at_least}")
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
