"""`python -m benchmarks`: measure and write docs/benchmarks.md, all figures of which come from this one run.

`python -m benchmarks against COMMIT` compares with another commit instead (``against.py``), `python -m benchmarks
floors` measures what a build is held to (``floors.py``).

What belongs here: options. What does not: the clock (``measure.py``, ``history.py``), the texts, the page.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import against, floors, releases
from benchmarks.history import History, RunFailedError, measure_history
from benchmarks.measure import Speed, measure, start_seconds
from benchmarks.page import page
from benchmarks.plot import plot, plot_releases
from benchmarks.texts import ROOT, materials
from benchmarks.world import GRID

#: from so many reports on jieba reads a tenth of the texts: its time for all of them is only ten times as long
_YARDSTICK_IN_PART = 60_000


def main(arguments: list[str] | None = None) -> int:
    """Measure, print and write the page; 1 where something was slower or larger than asked for."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["against"]:
        return against.main(given[1:])
    if given[:1] == ["floors"]:
        return floors.main(given[1:])
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--turns", type=int, default=5, help="how often extraction is timed (default 5)")
    sizes = f"sizes of the generated histories, multiples of {GRID} (default: 600 6000; none: skip)"
    parser.add_argument("--reports", type=int, nargs="*", default=[600, 6000], metavar="N", help=sizes)
    parser.add_argument("--at-least", type=float, metavar="RATIO", help="least ratio of extraction to jieba's speed")
    parser.add_argument("--at-most", type=float, metavar="RATIO", help="most ratio of the largest run to jieba's time")
    parser.add_argument("--folder", type=Path, help="where the histories are made, and kept (default: temporary)")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    options = parser.parse_args(given)
    if options.turns < 1:
        parser.error("--turns must be 1 or more")
    if any(size < GRID or size % GRID for size in options.reports):
        parser.error(f"--reports takes multiples of {GRID}")
    speeds = [measure(material, options.turns) for material in materials()]
    start = start_seconds(options.turns)
    try:
        histories = _histories(sorted(options.reports), options.folder)
    except RunFailedError as error:
        print(error, file=sys.stderr)
        return 1
    if row := releases.measured_here(speeds, histories):
        releases.keep(row)
    text = page(speeds, start, options.turns, histories)
    options.output.write_text(text, encoding="utf-8")
    if histories:
        plot(histories, options.output.parent / "images" / "benchmarks.png")
    plot_releases(releases.kept(), options.output.parent / "images" / "benchmarks_releases.png")
    print(text)
    faults = _faults(speeds, histories, options.at_least, options.at_most)
    for fault in faults:
        print(f"too slow: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _histories(sizes: list[int], folder: Path | None) -> list[History]:
    found = []
    for size in sizes:
        place = Path(tempfile.mkdtemp(prefix="baogao-bench-")) if folder is None else folder / str(size)
        print(f"{size} reports in {place} …", file=sys.stderr)
        try:
            found.append(measure_history(size, place, yardstick_every=10 if size >= _YARDSTICK_IN_PART else 1))
        finally:
            if folder is None:
                shutil.rmtree(place, ignore_errors=True)
    return found


def _faults(speeds: list[Speed], histories: list[History], at_least: float | None, at_most: float | None) -> list[str]:
    slow = [
        f"{speed.material.name}: {speed.ratio:.2f} times jieba, asked for {at_least}"
        for speed in speeds
        if at_least and speed.ratio < at_least
    ]
    if at_most and histories and histories[-1].ratio > at_most:
        slow.append(f"{histories[-1].n_reports} reports: {histories[-1].ratio:.2f} times jieba's time, asked {at_most}")
    return slow


if __name__ == "__main__":
    raise SystemExit(main())
