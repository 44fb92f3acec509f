"""Put the first run on a blind set into the repository: facts without any text, bound to the text's hash and offsets.

    python -m benchmarks.first_run SET --annotations DIR --texts DIR --readings FILE --date DAY --commit HASH [--only …]

ANNOTATIONS has one CSV of the annotation guide per text, READINGS is what `baogao extract --format jsonl` printed of
the texts the first time. A set is written once: the figures of a first run stay for ever (docs/quality.md).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib.util
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from sources.extraction.doubt import signs_of

REFERENCE = Path(__file__).resolve().parent.parent / "tests" / "reference"
FILES, FACTS = REFERENCE / "files.csv", REFERENCE / "first_run.csv"
FILE_COLUMNS = ("file", "standing", "text_sha256", "level", "decade", "form", "first_run", "commit")
GUIDE = ("indicator", "measure", "value", "value_upper", "unit", "qualifier", "status", "period_start", "period_end")
FACT_COLUMNS = ("file", "outcome", *GUIDE, "scope", "char_start", "char_end", "signs")
SHARED = Path(__file__).resolve().parents[2] / "shared"


def scorer(shared: Path) -> ModuleType:
    """Return the reference scorer, which lies beside the repository. Raises FileNotFoundError where it does not."""
    spec = importlib.util.spec_from_file_location("score", shared / "spec" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def outcomes(
    score: ModuleType, reference: Iterable[dict[str, Any]], readings: Iterable[dict[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (right, wrong or optional, reading) for each reading of one file and (missed, row) for what it lacks.

    All fields must agree (the scorer's `strict`). A fact read twice counts once.
    """
    reference = list(reference)
    required = {score.key(row, True): row for row in reference if not row.get("optional")}
    optional = [row for row in reference if row.get("optional")]
    excused = {_loosely(score, row) for row in optional} | {score.key(row, True) for row in optional}
    told = set()
    for row in readings:
        if row.get("value") in (None, "") or (key := score.key(row, True)) in told:
            continue
        told.add(key)
        excusable = key in excused or _loosely(score, row) in excused
        yield "right" if key in required else "optional" if excusable else "wrong", row
    yield from (("missed", row) for key, row in required.items() if key not in told)


def _loosely(score: ModuleType, row: dict[str, Any]) -> tuple[Any, ...]:
    core: tuple[Any, ...] = score.key(row, False)
    return core[:2] + core[3:]


def of_file(
    score: ModuleType, name: str, text: str, reference: Path, readings: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of FACTS of one file; offsets are those of the file's text, of the quote for what was missed."""
    signs = {id(row): told for row, told in zip(readings, signs_of(readings), strict=True)}
    for outcome, row in outcomes(score, rows_of(reference), readings):
        words = row["quote"] if outcome == "missed" else row["surface"]
        start = text.find(words, 0 if outcome == "missed" else max(text.find(row["sentence"]), 0))
        yield {
            "file": name, "outcome": outcome, **{field: row.get(field) for field in (*GUIDE, "scope")},
            "char_start": start if start >= 0 else None, "char_end": start + len(words) if start >= 0 else None,
            "signs": "" if outcome == "missed" else json.dumps(signs[id(row)], ensure_ascii=False),
        }  # fmt: skip


def describe(text: str, readings: list[dict[str, Any]], reference: Path) -> dict[str, str]:
    """Return level and decade: as the text was read, else by the name at its head and its newest result."""
    head = re.search(r"[县旗区市州省]", text[:120])
    named = {"省": "province", "市": "city", "州": "city"}.get(head.group() if head else "", "county")
    told = [int(row["period_end"]) + 1 for row in rows_of(reference) if row["status"] == "actual"]
    year = readings[0]["report_year"] if readings else max(told, default=0)
    return {
        "level": (readings[0].get("level") if readings else None) or named,
        "decade": f"{int(year) // 10 * 10}s" if year else "unknown",
    }


def add(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> None:
    begun = path.exists()
    with path.open("a", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        if not begun:
            writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set")
    for name in ("annotations", "texts", "readings"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("date", "commit"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--only", nargs="*", help="these texts alone")
    parser.add_argument("--shared", type=Path, default=SHARED, help="where the reference scorer lies")
    given = parser.parse_args()
    score = scorer(given.shared)
    known = {row["file"] for row in rows_of(FILES)} if FILES.exists() else set()
    by_report: dict[str, list[dict[str, Any]]] = {}
    for line in given.readings.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        by_report.setdefault(row["report_id"], []).append(row)
    files, facts = [], []
    for reference in sorted(given.annotations.glob("*.csv")):
        if given.only and reference.stem not in given.only:
            continue
        name, readings = f"{given.set}/{reference.stem}", by_report.get(reference.stem, [])
        if name in known:
            parser.error(f"{name} had its first run already; it stays as it is")
        text = (given.texts / f"{reference.stem}.txt").read_text(encoding="utf-8")
        told = describe(text, readings, reference)
        digest = hashlib.sha256(text.encode()).hexdigest()
        files.append(
            {"file": name, "standing": "blind", "text_sha256": digest, **told, "form": "txt",
             "first_run": given.date, "commit": given.commit}
        )  # fmt: skip
        facts += of_file(score, name, text, reference, readings)
    add(FILES, FILE_COLUMNS, files)
    add(FACTS, FACT_COLUMNS, facts)


if __name__ == "__main__":
    main()
