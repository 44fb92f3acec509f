"""`python -m benchmarks floors`: measure anew what a build is held to, and write it to ``floors.json``.

What belongs here: ratios that hold on a busy machine, and how far they may fall. What does not: the clock
(``measure.py``), comparing with another commit (``against.py``).

`extraction_to_jieba` is how many times as fast as `jieba.lcut` extraction is on `REPORTS` of the sample, each text by
the one and then by the other; `rows` is the hash of what it gives, so that it can't become faster by reading less.
`compiled_to_pure` is the time of the compiled wheel over that of the checkout; it is measured where `--compiled` names
the interpreter of an environment that has the wheel. `one_more_to_jieba` is the processor's time of a `baogao run` with
one report more in the catalogue over that of `jieba.lcut` on half a megabyte of the same; the test that makes such a
run measures and writes it: `BAOGAO_UPDATE_SNAPSHOTS=1 python -m pytest -n 0 tests/pipeline/test_run.py`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks import against, pieces
from benchmarks.measure import measure, to_jieba
from benchmarks.texts import SAMPLE, Material, read_material
from sources.extraction import extract

KEPT = Path(__file__).with_name("floors.json")
#: what a ratio may fall to, of what it was
FALL = 0.75
#: of the sample, as many as take a second
REPORTS = 5
_TURNS = 3


@dataclass(frozen=True)
class Floors:
    """Ratios as measured on `measured_on` (a date), and the hash of the rows that they were measured with."""

    measured_on: str
    extraction_to_jieba: float
    compiled_to_pure: float
    one_more_to_jieba: float
    rows: str


def kept() -> Floors:
    """Return what was measured last."""
    return Floors(**json.loads(KEPT.read_text(encoding="utf-8")))


def keep(floors: Floors) -> None:
    """Write what was measured."""
    KEPT.write_text(json.dumps(asdict(floors), indent=1) + "\n", encoding="utf-8")


def material(at_least: float = 0) -> Material:
    """Return the reports that the floors are measured on, again and again until they make `at_least` megabytes."""
    return read_material(f"{REPORTS} of samples/reports", sorted(SAMPLE.glob("*.txt"))[:REPORTS], at_least)


def one_more_to_jieba(run: Callable[[], object]) -> float:
    """Return the processor's time of `run` over that of jieba.lcut on half a megabyte, which takes half a second."""
    return to_jieba(run, material(at_least=0.5))


def rows_of(reports: Material) -> str:
    """Return a hash of the rows of `reports`, without the versions of the rules that gave them."""
    found = (extract(text, context) for text, context in reports.reports)
    return str(pieces.measured(lambda: ((each.observations, each.rejections) for each in found))["sha256"])


def extraction_to_jieba(reports: Material) -> float:
    """Return how many times as fast as jieba.lcut extraction is."""
    return measure(reports, _TURNS).ratio


def compiled_to_pure(compiled: Path, corpus: Path = SAMPLE, turns: int = _TURNS) -> float:
    """Return the time of the interpreter `compiled` over ours, on the texts of `corpus`.

    Raises ValueError where the two give other rows.
    """
    pairs = against.take_turns("extraction", Path(sys.executable), compiled, corpus, turns)
    if not against.same(pairs):
        raise ValueError(f"{compiled} gives other rows than {sys.executable} over {corpus}")
    return median(new.cpu / old.cpu for old, new in pairs)


def main(arguments: list[str]) -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks floors", description=__doc__)
    parser.add_argument("--compiled", type=Path, metavar="PYTHON", help="interpreter that has the compiled wheel")
    options = parser.parse_args(arguments)
    reports = material()
    now = replace(
        kept(),
        measured_on=date.today().isoformat(),
        extraction_to_jieba=round(extraction_to_jieba(reports), 2),
        rows=rows_of(reports),
    )
    if options.compiled:
        now = replace(now, compiled_to_pure=round(compiled_to_pure(options.compiled.absolute()), 2))
    keep(now)
    print(KEPT.read_text(encoding="utf-8"), end="")
    return 0
