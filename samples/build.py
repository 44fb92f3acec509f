"""Build the sample's files from the fictional world: ``python -m samples.build``. Same world, same bytes.

What belongs here: which report is published where and in which form, and writing the files. What does not: the world
(``world``), the forms (``designs``, ``forms``).
"""

from __future__ import annotations

import csv
from pathlib import Path

from samples.world.compose import Report, reports
from samples.world.sentences import row

HERE = Path(__file__).parent
GUIDE_FIELDS = ("report_id", "indicator", "measure", "value", "value_upper", "unit", "qualifier", "status",
                "period_start", "period_end", "scope", "optional", "quote", "tier")  # fmt: skip


def write_csv(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def build_truth(folder: Path) -> None:
    """Write reports/<report_id>.txt, truth.csv (numbers) and truth_relations.csv (targets without a number)."""
    (folder / "reports").mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, str]] = []
    for report in reports():
        (folder / "reports" / f"{report.report_id}.txt").write_text(report.text + "\n", encoding="utf-8")
        rows += _unrepeated(report)
    write_csv(folder / "truth.csv", [r for r in rows if r["value"]], GUIDE_FIELDS)
    relations = ("report_id", "indicator", "relation", "status", "period_start", "period_end", "scope", "quote")
    write_csv(folder / "truth_relations.csv", [r for r in rows if r["relation"]], relations)


def _unrepeated(report: Report) -> list[dict[str, str]]:
    seen: dict[tuple[str, ...], dict[str, str]] = {}
    for truth in report.truths:
        fields = row(report.report_id, truth)
        seen.setdefault(tuple(value for name, value in fields.items() if name != "quote"), fields)
    return list(seen.values())


def main() -> None:
    build_truth(HERE)


if __name__ == "__main__":
    main()
