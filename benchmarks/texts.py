"""The texts that are measured: our sample's reports and, where it lies beside the checkout, the shared corpus.

What belongs here: from files to clean texts with their contexts. What does not: measuring.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sources.document.reports import report_rows
from sources.extraction import ReportContext
from sources.partitions import Partition
from sources.registry.regions import load_regions

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "samples" / "reports"
CORPUS = ROOT.parent / "shared" / "corpus" / "text"
#: of the corpus every n-th file: reading it takes longer than measuring it
CORPUS_STEP = 4
CORPUS_NAME = f"../shared/corpus/text, every {CORPUS_STEP}th file"


@dataclass(frozen=True, slots=True)
class Material:
    """Clean texts under one name, each with what is known of its report."""

    name: str
    reports: tuple[tuple[str, ReportContext], ...]

    @property
    def megabytes(self) -> float:
        """Size of the texts in UTF-8, in 10^6 bytes."""
        return sum(len(text.encode()) for text, _ in self.reports) / 1e6


def read_material(name: str, files: Iterable[Path], at_least: float = 0.0) -> Material:
    """Read files to clean texts, repeated as a whole until they make `at_least` megabytes; what is refused is left out.

    Raises ValueError where no file gives a report with a year.
    """
    regions, partition = load_regions(), Partition("unlabelled", "undated")
    once: list[tuple[str, ReportContext]] = []
    for path in files:
        for row in report_rows(path.name, [path.read_bytes()], None, regions, partition):
            if row["accepted"] and row["report_year"] is not None:
                once.append((row["text"], _context(row)))
    if not once:
        raise ValueError(f"{name}: none of the files is a report with a year")
    size = Material(name, tuple(once)).megabytes
    return Material(name, tuple(once) * max(1, -int(-at_least // size)))


def _context(row: dict[str, object]) -> ReportContext:
    fields = ("report_id", "report_year", "region_name", "level", "kind", "meeting_date", "region_code")
    return ReportContext(**{field: row[field] for field in fields})  # type: ignore[arg-type]


def materials() -> list[Material]:
    """Return what is measured: the sample, and the corpus where it is there."""
    found = [read_material("samples/reports, repeated", sorted(SAMPLE.glob("*.txt")), at_least=3.0)]
    if CORPUS.is_dir():
        files = sorted(CORPUS.glob("*.txt"))[::CORPUS_STEP]
        found.append(read_material(CORPUS_NAME, files))
    return found
