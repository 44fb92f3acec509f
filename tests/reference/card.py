"""Count what is right, wrong and missed on reference facts: `make card` writes sources/quality/counts.csv.

Blind files: the outcomes of their first run, as tests/reference keeps them. Seen files: read again by the rules of now,
where the corpus lies beside the repository (`--shared DIR`); without it their former counts stay.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sources.quality.card import COUNTED_FROM, COUNTS, KEYS, NUMBERS, read_counts, reference_rows
from sources.registry.export import headline_codes, read_lexicon
from tests.reference.first_run import FACTS, FILES, SHARED, outcomes, rows_of, scorer

PAGE = Path(__file__).resolve().parents[2] / "docs" / "quality.md"
BEGIN, END = "<!-- the card: written by make card -->\n", "<!-- end of the card -->"
SHOWN = ("all", "headline", "reference_set", "level", "decade", "form")
CORPUS_TESTS = Path(__file__).resolve().parents[1] / "corpus"
Key = tuple[str, ...]
_NUMBER = dict(zip(("right", "wrong", "missed"), NUMBERS, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="where corpus, reference files and scorer lie")
    shared = parser.parse_args().shared
    files = rows_of(FILES)
    days = sorted(row["first_run"] for row in files)
    origin: dict[str, Any] = {
        "measured": {"blind": f"{days[0]} to {days[-1]}"},
        "inputs": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (FILES, FACTS)},
    }
    counted = blind(files)
    if (shared / "corpus").is_dir():
        from sources.extraction import lexicon_version, rules_version

        counted += seen(shared)
        origin["measured"]["seen"] = f"rules {rules_version()}, lexicon {lexicon_version()}"
    else:
        former, told = read_counts()
        for row in former:
            if row["measured_on"] == "seen":
                counted.update({(tuple(row[k] for k in KEYS), o): int(row[n]) for o, n in _NUMBER.items()})
        origin["measured"]["seen"] = told["measured"]["seen"]
    with COUNTS.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*KEYS, *NUMBERS])
        writer.writerows(
            [*key, *(counted[key, outcome] for outcome in _NUMBER)] for key in sorted({k for k, _ in counted})
        )
    COUNTED_FROM.write_text(json.dumps(origin, indent=1) + "\n", encoding="utf-8")
    read_counts.cache_clear()
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    PAGE.write_text(before + BEGIN + page() + END + rest.split(END)[1], encoding="utf-8")


def page() -> str:
    """Return the tables of docs/quality.md."""
    rows = list(reference_rows(headline_codes(read_lexicon())))
    lines = []
    for measured_on in ("blind", "seen"):
        lines += ["", f"| {measured_on} | rows read | precision | facts | recall | files |", "| --- " * 6 + "|"]
        names: dict[str, dict[str, dict[str, Any]]] = {}
        for row in rows:
            if row["measured_on"] == measured_on and row["breakdown"] in SHOWN:
                told = [row[key] for key in ("reference_set", "level", "decade", "form") if row[key]]
                names.setdefault(" ".join([*told]) or f"**{row['breakdown']}**", {})[row["figure"]] = row
        for name, both in names.items():
            cells = [f"{both[f]['n']:,} | {_told(both[f])}" if f in both else " | " for f in ("precision", "recall")]
            lines.append(f"| {name} | {cells[0]} | {cells[1]} | {max(row['n_files'] for row in both.values())} |")
    return "\n".join(lines) + "\n\n"


def _told(row: dict[str, Any]) -> str:
    return f"{row['estimate']:.3f} ({row['lower']:.3f}–{row['upper']:.3f})"


def blind(files: list[dict[str, str]]) -> Counter[tuple[Key, str]]:
    """Return (key, outcome) → rows of the first runs."""
    of = {row["file"]: row for row in files}
    return Counter(
        (_key("blind", row["file"], of[row["file"]], row), row["outcome"])
        for row in rows_of(FACTS)
        if row["outcome"] in _NUMBER
    )


def seen(shared: Path) -> Counter[tuple[Key, str]]:
    """Return the same of the reference files in sight, as the rules read their texts now."""
    from sources.files import read_file

    score, counted = scorer(shared), Counter[tuple[Key, str]]()
    for name, reference, path in _seen_files(shared):
        reading = read_file(path)[0]
        report = reading.report
        told = {
            "level": report["level"] or "unknown", "form": report["form"],
            "decade": f"{report['report_year'] // 10 * 10}s",
        }  # fmt: skip
        for outcome, row in outcomes(score, rows_of(reference), reading.observations):
            if outcome in _NUMBER:
                counted[_key("seen", name, told, row), outcome] += 1
    return counted


def _seen_files(shared: Path) -> Iterator[tuple[str, Path, Path]]:
    texts = {path.stem: path for path in (shared / "corpus").rglob("*") if path.suffix in (".txt", ".docx")}
    folders = (shared / "gold", CORPUS_TESTS / "annotations", CORPUS_TESTS / "set_aside" / "a")
    for folder, name in zip(folders, ("gold", "annotations", "set17"), strict=True):
        for reference in sorted(folder.glob("*.csv")):
            if rows_of(reference):  # a masked template has no facts
                yield f"{name}/{reference.stem}", reference, texts[reference.stem]


def _key(measured_on: str, name: str, told: dict[str, Any], row: dict[str, Any]) -> Key:
    known = {**told, **{key: row[key] for key in ("indicator", "measure", "status")}}
    return tuple(
        {"measured_on": measured_on, "reference_set": name.split("/")[0], "file": name, **known}[key] for key in KEYS
    )


if __name__ == "__main__":
    main()
