"""A lake of handwritten raw rows: fictional places, so that a test states only what it is about."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sources import phrases
from sources.lake import Lake, put
from sources.partitions import Partition
from sources.registry.export import export_registry
from sources.tables import BY_NAME, CHANGED_FILES, RAW_TABLES, WITHHELD, Table

OVERLAY = """
regions:
  - {code: "990000", name: 云梁省, level: province, parent: "100000", first_year: 1990}
  - {code: "990100", name: 栖川市, level: city, parent: "990000", first_year: 1990}
  - {code: "990200", name: 望汀市, level: city, parent: "990000", first_year: 1990}
  - {code: "990121", name: 禾渡县, level: county, parent: "990100", first_year: 1990, last_year: 2020, id: hedu}
  - {code: "990106", name: 禾渡区, level: county, parent: "990100", first_year: 2021, id: hedu}
"""
LEVELS = {"100000": "national", "990000": "province", "990100": "city", "990200": "city"}
CHECKED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass
class LakeBuilder:
    """Collects rows with defaults filled in; `write` puts them into a lake with all that dbt reads."""

    overlay: str = OVERLAY
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table.name: [] for table in RAW_TABLES})
    withheld: list[dict[str, Any]] = field(default_factory=list)

    def report(self, region: str, year: int, name: str = "", **given: Any) -> str:
        """Add an accepted, complete work report (or what `given` says); return its report_id."""
        report_id = f"{region}_{year}{name}"
        partition = str(Partition.claimed(region, year))
        sha = hashlib.sha256(report_id.encode()).hexdigest()
        row = {
            "partition": partition, "report_id": report_id, "location": f"reports/{report_id}.txt", "part": 1,
            "snapshot_sha256": sha, "form": "txt", "region_code": region, "region_name": f"地区{region}",
            "level": LEVELS.get(region, "county"), "report_year": year, "review_year": year - 1,
            "meeting_date": dt.date(year, 1, 20), "kind": "work_report", "completeness": "complete",
            "identity": "confirmed", "accepted": True, "text_sha256": sha, "n_chars": 9000,
            "label_region_code": region, "label_report_year": year, "parser_version": "t",
        }  # fmt: skip
        self.rows["reports"].append(row | given)
        self.snapshot((row | given)["location"], region, year, sha256=sha)
        return report_id

    def snapshot(self, location: str, region: str, year: int, **given: Any) -> None:
        row = {
            "partition": str(Partition.claimed(region, year)), "location": location, "page": 1,
            "url": f"file:{location}", "retrieved_at": CHECKED, "outcome": "new",
            "label_region_code": region, "label_region": f"地区{region}", "label_report_year": year,
        }  # fmt: skip
        self.rows["snapshots"].append(row | given)

    def observe(self, report_id: str, indicator: str, measure: str, value: float | None, **given: Any) -> str:
        """Add an observation of the report's review year (target: of its year); return its id."""
        year = int(report_id.split("_")[1][:4])
        status = given.get("status", "actual")
        period = year if status == "target" else year - 1
        number = len(self.rows["observations"])
        printed = "" if value is None else f"{value:g}"
        unit = "%" if measure in ("growth", "avg_growth", "share") else "亿元"
        factor = 1.0 if unit == "%" else 1e8
        row = {
            "partition": str(Partition.claimed(*_label(report_id))), "report_id": report_id,
            "observation_id": f"o{number:05d}", "indicator": indicator, "measure": measure, "value": value,
            "unit": unit, "qualifier": "exact", "status": status, "period_start": period, "period_end": period,
            "scope": "self", "canonical_value": None if value is None else value * factor,
            "canonical_unit": "%" if unit == "%" else "元", "horizon": "annual", "tier": "base", "basis": "headline",
            "section": "goals_year" if status == "target" else "review_year",
            "sentence": f"{indicator}{measure}{printed}", "sentence_start": number * 100,
            "surface": f"{printed}{unit}", "char_start": number * 100 + 10, "char_end": number * 100 + 16,
            "quote": f"{indicator}{printed}", "rule": "test", "rule_version": "t", "lexicon_version": "t",
        }  # fmt: skip
        self.rows["observations"].append(row | given)
        return str((row | given)["observation_id"])

    def say(self, report_id: str, *sentences: str) -> None:
        """Have a report of 9,000 characters say sentences, one behind the other, and then nothing of interest."""
        at = 0
        for sentence in (*sentences, "一" * (9000 - sum(map(len, sentences)))):
            searched = phrases.searched(sentence)
            self.add(
                "sentences", partition=str(Partition.claimed(*_label(report_id))), report_id=report_id, char_start=at,
                char_end=at + len(sentence), section="tasks", sentence=sentence,
                searched=None if searched == sentence else searched,
            )  # fmt: skip
            at += len(sentence)

    def add(self, table: str, **row: Any) -> None:
        self.rows[table].append(row)

    def withhold(self, partition: str, table: str, **given: Any) -> None:
        """Have the newest reading lack rows of a raw table, see ``orchestration/home/withheld.py``."""
        self.withheld.append({"partition": partition, "table_name": table, "detail": f"{table}: why", **given})

    def write(self, root: Path, corrections: str = "") -> Path:
        """Write lake and registry below `root`; return the lake's root."""
        lake = Lake(str(root / "lake"))
        root.mkdir(parents=True, exist_ok=True)
        overlay, reviews = root / "overlay.yaml", root / "reviews"
        overlay.write_text(self.overlay, encoding="utf-8")
        reviews.mkdir(exist_ok=True)
        (reviews / "corrections.yaml").write_text(corrections, encoding="utf-8")
        export_registry(lake.root, overlay=overlay, reviews=reviews)
        for name, rows in self.rows.items():
            _write_table(lake, BY_NAME[name], rows)
        put(f"{lake.root}/_build/{WITHHELD.name}.parquet", WITHHELD.to_arrow(self.withheld))
        tell_changed(lake, sorted({row["partition"] for rows in self.rows.values() for row in rows}))
        return Path(lake.root)


def tell_changed(lake: Lake, partitions: Iterable[str]) -> None:
    """Tell dbt which partitions changed, rows and verdicts."""
    rows = [
        {"table_name": table.name, "partition": key, "path": path if Path(path).exists() else None}
        for key in partitions
        for table in RAW_TABLES
        for path in [lake.path(table.name, Partition.parse(key))]
    ]
    put(f"{lake.root}/_build/{CHANGED_FILES.name}.parquet", CHANGED_FILES.to_arrow(rows))


def _write_table(lake: Lake, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    empty = Path(lake.root) / table.name / "_empty"
    empty.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.to_arrow([]), empty / "_empty.parquet")
    by_partition: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_partition.setdefault(row["partition"], []).append(row)
    for key, members in by_partition.items():
        lake.write(table, Partition.parse(key), table.to_arrow(members))


def _label(report_id: str) -> tuple[str, int]:
    region, _, rest = report_id.partition("_")
    return region, int(rest[:4])
