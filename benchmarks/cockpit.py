"""What the cockpit costs: a backfill of a whole history launched in the UI, and one new report on its own.

    python -m benchmarks.cockpit backfill           ten years × thirty provinces through the UI's GraphQL
    python -m benchmarks.cockpit one-new [HOME]     from the tick of the sensor to a served release (HOME is changed)

What belongs here: the reports that are measured, the two scenarios and their figures. What does not: starting and
asking the UI (``cockpit_ui.py``).
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.cockpit_ui import CockpitError, cockpit, wait_for
from orchestration.home import releases
from orchestration.home.installation import open_installation
from orchestration.hops import TABLES
from sources.home import REPOSITORY, Home
from sources.partitions import PROVINCES, Partition

SAMPLES = REPOSITORY / "samples" / "reports"
RAW = tuple(table.name for table in TABLES)
GROUPS = 4
FINISHED = ("COMPLETED_SUCCESS", "COMPLETED_FAILED", "COMPLETED", "FAILED", "CANCELED")


@dataclass(frozen=True)
class BackfillFigures:
    """One backfill: `seconds` from the click to its end, `runs` by report year, `counts` by raw table as shown."""

    partitions: int
    seconds: float
    status: str
    runs: int
    most_runs_of_a_year: int
    run_statuses: dict[str, int]
    counts: dict[str, dict[str, int]]
    documents: int
    observations: int
    load: str


@dataclass(frozen=True)
class OneNewFigures:
    """One new report: `seconds` from the tick that asked for it to the release that holds it."""

    documents: int
    seconds: float
    tick_waited: float
    runs: int
    parsed_partitions: list[str]
    release: str
    load: str


def write_history(folder: Path, provinces: Sequence[str], years: Sequence[int]) -> Path:
    """Write one report of the sample's kind per province and year with a catalogue of them; return the catalogue.

    The texts are the sample's with all years moved. The catalogue claims codes of `provinces`, which decide the
    partitions; what a text is sure of (its fictional place) goes into its row, as always.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = [(int(path.stem[-4:]), path.read_text("utf-8")) for path in sorted(SAMPLES.glob("??????_????.txt"))]
    path = folder / "catalogue.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["location", "region_code", "region", "level", "report_year"])
        for number, code in enumerate(provinces):
            for year in years:
                told, text = texts[(number * 7 + year) % len(texts)]
                name = f"{code}_{year}.txt"
                (folder / name).write_text(moved(text, year - told), "utf-8")
                writer.writerow([name, code, "", "", year])
    return path


def moved(text: str, years: int) -> str:
    """Return `text` with every year in it moved by `years`."""
    return re.sub(r"(?<!\d)(?:19|20)\d\d(?=年|—|-|－|～)", lambda found: str(int(found[0]) + years), text)


def measure_backfill(home: Path, folder: Path, provinces: Sequence[str], years: Sequence[int]) -> BackfillFigures:
    """Backfill all raw tables over `provinces` × `years` through the UI of an empty home.

    Raises CockpitError where it does not end within 15 minutes.
    """
    open_installation(home).follow(write_history(folder, provinces, years))
    keys = [str(Partition(province, str(year))) for province in provinces for year in years]
    with cockpit(home) as ui:
        started = time.monotonic()
        backfill = ui.backfill(RAW, keys)
        status = wait_for(
            "the backfill ends",
            lambda: found if (found := ui.backfill_status(backfill)) in FINISHED else None,
            900,
        )
        seconds = time.monotonic() - started
        runs = ui.runs_of_backfill(backfill)
        counts = {name: ui.partition_counts(name) for name in RAW}
    by_year = Counter(run["tags"].get("dagster/asset_partition_range_start", "|").split("|")[1] for run in runs)
    return BackfillFigures(
        partitions=len(keys),
        seconds=round(seconds, 1),
        status=status,
        runs=len(runs),
        most_runs_of_a_year=max(by_year.values(), default=0),
        run_statuses=dict(Counter(run["status"] for run in runs)),
        counts=counts,
        documents=_rows(home, "reports"),
        observations=_rows(home, "observations"),
        load=_load(),
    )


def measure_one_new(home: Path, folder: Path) -> OneNewFigures:
    """Add one report to a home that is up to date and follows a file, with the UI running and its sensors on.

    `folder` is where the new report is put; the catalogue with it lies beside the former one. Raises CockpitError where
    there is no release with it within 15 minutes.
    """
    installation = open_installation(home)
    before = releases.current(installation.home)
    documents = len(installation.catalogue.entries)
    with cockpit(home) as ui:
        for sensor in ("changed_pages", "release_when_ingested"):
            ui.switch_on_sensor(sensor)
        # the sensor's first look finds nothing: from then on only what changes is looked at
        wait_for("the first tick of the sensor", lambda: ui.sensor_ticks("changed_pages"), 300)
        changed = time.time()
        partition = add_report(home, folder)
        tick = wait_for(
            "the tick that asks for the new report",
            lambda: next((r["creationTime"] for r in ui.runs() if r["creationTime"] > changed), None),
            1500,
        )
        release = wait_for("a release with it", lambda: _newer_than(before, home), 900)
        published = time.time()
        runs = [run for run in ui.runs() if run["creationTime"] > changed]
    asked = sorted({run["tags"].get("dagster/asset_partition_range_start", "") for run in runs} - {""})
    if asked != [str(partition)]:
        raise CockpitError(f"asked for {asked} instead of {partition}")
    return OneNewFigures(
        documents, round(published - tick, 1), round(tick - changed, 1), len(runs), asked, release, _load()
    )


def add_report(home: Path, folder: Path) -> Partition:
    """Let `home` follow its catalogue with one more row, a report of the sample; return that row's partition."""
    installation = open_installation(home)
    old = installation.home.catalogue.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / "990100_2022.txt"
    new.write_bytes((SAMPLES / new.name).read_bytes())
    with old.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    row = dict.fromkeys(rows[0], "") | {"location": str(new), "region_code": "990100", "report_year": "2022"}
    # beside the old one: its locations are relative, and other locations would be other documents
    more = old.with_name(f"{old.stem}_and_one_more.csv")
    with more.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, row])
    installation.follow(more)
    return Partition("990000", "2022")


def _newer_than(before: releases.Release | None, home: Path) -> str | None:
    served = releases.current(Home(home))
    return served.id if served is not None and (before is None or served.id != before.id) else None


def _rows(home: Path, table: str) -> int:
    from orchestration.cli.summary import rows_of

    return rows_of(open_installation(home), table)


def _load() -> str:
    return " ".join(f"{load:.1f}" for load in os.getloadavg())


def main(arguments: list[str]) -> int:
    """Measure what is asked for and print the figures as JSON."""
    what = arguments[0] if arguments else ""
    with tempfile.TemporaryDirectory(prefix="baogao-cockpit-") as folder:
        if what == "backfill":
            home = Path(arguments[1]) if len(arguments) > 1 else Path(folder) / "home"
            reports, provinces = Path(folder) / "reports", PROVINCES[1:31]
            figures: BackfillFigures | OneNewFigures = measure_backfill(home, reports, provinces, range(2017, 2027))
        elif what == "one-new" and len(arguments) > 1:
            figures = measure_one_new(Path(arguments[1]), Path(folder))
        else:
            print(__doc__)
            return 2
    print(json.dumps(asdict(figures), ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
