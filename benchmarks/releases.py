"""What releases and commits between them took, in a row: ``releases.csv``, a table and the plot of docs/benchmarks.md.

What belongs here: reading the file, adding what `make bench` measured, the table. What does not: measuring, drawing
(``plot.py``). A cell is empty where nothing was measured, or not in a way that could be held against the others.

The columns: `commit` and `day` of what was measured, `release` whose page shows it; `extraction_to_jieba` as the page
has it for the corpus; of a history of some 6,000 reports the seconds by the clock of its first run, these over those of
jieba.lcut, the seconds of a run with one report more (the median of its turns), and the largest memory in MB, pages
that processes share counted once.
"""

from __future__ import annotations

import csv
import subprocess
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

from benchmarks.history import History
from benchmarks.measure import Speed
from benchmarks.texts import CORPUS_NAME, ROOT
from orchestration.cockpit.runs import code_version

KEPT = Path(__file__).with_name("releases.csv")
#: the reports of the history whose figures stand here
SIZE = 6000
#: what the figures are called in the table and in the plot
TITLES = {
    "extraction_to_jieba": "extraction ÷ jieba",
    "first_seconds": "6,000 reports, s",
    "first_to_jieba": "run ÷ jieba",
    "one_more_seconds": "one more, s",
    "peak_memory_mb": "peak memory, MB",
}


@dataclass(frozen=True)
class Measured:
    """A row of the file; None is an empty cell."""

    commit: str
    day: str
    release: str = ""
    extraction_to_jieba: float | None = None
    first_seconds: float | None = None
    first_to_jieba: float | None = None
    one_more_seconds: float | None = None
    peak_memory_mb: float | None = None

    @property
    def name(self) -> str:
        """What a reader knows it by: the release, else the commit."""
        return self.release or self.commit


def kept(path: Path = KEPT) -> list[Measured]:
    """Return what was measured, the oldest first."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [_read(row) for row in csv.DictReader(stream)]


def _read(row: dict[str, str]) -> Measured:
    numbers = {name: float(row[name]) if row[name] else None for name in TITLES}
    return Measured(row["commit"], row["day"], row["release"], **numbers)


def keep(measured: Measured, path: Path = KEPT) -> None:
    """Write a row at the end; one of the same commit is replaced."""
    rows = [row for row in kept(path) if row.commit != measured.commit] + [measured]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [field.name for field in fields(Measured)], lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in asdict(row).items()} for row in rows)


def measured_here(speeds: list[Speed], histories: list[History]) -> Measured | None:
    """Return the row of what `make bench` measured, None where it measured no history of some 6,000 reports."""
    of_size = [history for history in histories if SIZE * 0.9 < history.n_reports <= SIZE]
    if not of_size:
        return None
    (history,) = of_size
    # the sample says far more figures a sentence: only the corpus is held against the corpus
    ratios = [round(speed.ratio, 2) for speed in speeds if speed.material.name == CORPUS_NAME]
    return Measured(
        code_version(),
        date.today().isoformat(),
        _release(),
        extraction_to_jieba=ratios[0] if ratios else None,
        first_seconds=round(history.first.wall, 1),
        first_to_jieba=round(history.ratio, 2),
        one_more_seconds=round(history.one_more.wall, 1) if history.one_more else None,
        peak_memory_mb=round(history.first.peak_memory / 1e6),
    )


def table(rows: list[Measured]) -> str:
    """Return the rows as Markdown."""
    lines = [f"| | measured | {' | '.join(TITLES.values())} |", "|---|---|" + "---:|" * len(TITLES)]
    for row in rows:
        cells = [_cell(getattr(row, name)) for name in TITLES]
        lines.append(f"| {' | '.join([row.name, row.day, *cells])} |")
    return "\n".join(lines)


def _release() -> str:
    """Return the version whose tag the commit bears, nothing where it bears none."""
    command = ["git", "-C", ROOT, "describe", "--tags", "--exact-match", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip().removeprefix("v")


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
