"""`python -m faults` (`make faults`): try the faults, say what came of each, write docs/faults.md.

What belongs here: options, the page. What does not: faults (``cases.py``), trying them (``lab.py``).

Results are kept line by line below --folder, so that a run that was broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from faults import cases, world
from faults.lab import Fault, Lab, Trial
from sources.home import REPOSITORY

PAGE = REPOSITORY / "docs" / "faults.md"
_HEAD = """# Faults

Written by `make faults` on {day}; every line comes from a run. A home with a served release A is copied, its documents
changed, and `baogao run` is disturbed; a reader in a process of its own opens the served file and asks it all the
while; the next run goes undisturbed. It must come to release B: the same rows in every table, the same rows in every
raw table, the same bytes in the {exports} exports that two undisturbed runs write alike (the others carry a time), and
nothing half-written left. A line is good when all of that held and the reader got only whole answers, A or B, and no
error.

Tried: {total} of the {listed} faults of the list; good: {good}. The readers asked {polls} times and saw {errors}
errors{blinds}.

*home*: `warm` has the warehouse of B already, so that it is built again only if the raw tables come out differently;
`before` has not, so that dbt builds a new one, or, in the step *mending*, the run mends it by SQL. *ended*: how the
disturbed run ended. Times are not measured here.

| step | fault | home | ended | what the run said | reader: answers, errors | verdict |
| --- | --- | --- | --- | --- | ---: | --- |
"""


def main() -> int:
    options = _options()
    os.environ.update(DBT_SEND_ANONYMOUS_USAGE_STATS="false", DO_NOT_TRACK="1", DAGSTER_DISABLE_TELEMETRY="true")
    world.load_code()
    lab = Lab(options.folder.resolve())
    lab.prepare()
    faults = _chosen(lab, options)
    if options.list:
        print("\n".join(f"{fault.step}: {fault.name}" for fault in faults))
        return 0
    kept = lab.folder / "results.jsonl"
    known = {} if options.again else read_results(kept)
    for number, fault in list(enumerate(faults, 1))[:: -1 if options.backwards else 1]:
        # another process may work on the same list from its other end
        if options.tried or fault.name in (known if options.again else read_results(kept)):
            continue
        began = time.monotonic()
        row = row_of(lab.try_one(fault, "1" if options.backwards else "0"))
        with kept.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(
            f"[{number}/{len(faults)}] {time.monotonic() - began:5.1f} s  {fault.step}: {fault.name}: {row['ended']}; "
            f"{row['said']}; " + ("; ".join(row["wrong"]) or "good"),
            flush=True,
        )
    rows = [row for row in read_results(kept).values() if any(row["fault"] == fault.name for fault in faults)]
    if options.page:
        options.page.write_text(page(rows, len(lab.deterministic), len(faults)), encoding="utf-8")
    bad = sum(bool(row["wrong"]) for row in rows)
    print(f"{len(rows)} faults, {len(rows) - bad} good")
    return 1 if bad else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "baogao-faults")
    parser.add_argument("--page", type=Path, help=f"write the table here (make faults: {PAGE.name})")
    parser.add_argument("--only", default="", help="faults whose `step: name` matches this pattern")
    parser.add_argument("--kills", type=int, default=60, help="at most so many kill points of the command line")
    parser.add_argument("--signals", type=int, default=20, help="at most so many points at which it is asked to end")
    parser.add_argument("--again", action="store_true", help="try all anew")
    parser.add_argument("--backwards", action="store_true", help="from the end: a second process beside a first")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--tried", action="store_true", help="try none; write the page of what was tried before")
    return parser.parse_args()


def _chosen(lab: Lab, options: argparse.Namespace) -> list[Fault]:
    faults = [
        *cases.kills(lab.events(lab.warm), options.kills),
        *cases.signals(lab.events(lab.warm), options.signals),
        *cases.timed_kills((0.1, 0.3, 0.6, 1.0, 1.5)),
        *cases.damages(),
        *cases.link_faults(),
        *cases.schemas(),
        *cases.clocks(),
        *cases.locks(),
    ]
    if cases.can_mount(lab.folder):
        faults += [cases.disk_full(room) for room in (0, 64 << 10, 256 << 10, 1 << 20, 3 << 20, 6 << 20)]
        faults += [cases.read_only(inside) for inside in ("", "raw", "lake", "releases", "lake/observations")]
        faults.append(cases.read_only("dagster", told="make <home>/dagster writable"))
    else:
        print("disk full and read-only are left out: nothing can be mounted here", file=sys.stderr)
    faults += cases.mending((0.3, 0.8, 1.5, 3.0))
    faults += [cases.orphan(), *cases.dbt_kills(lab.events(lab.before), 6)]
    return [fault for fault in faults if re.search(options.only, f"{fault.step}: {fault.name}")]


def row_of(trial: Trial) -> dict[str, Any]:
    """Return a trial as plain data."""
    said = "" if trial.ended == "killed" else trial.told
    return {
        "step": trial.fault.step,
        "fault": trial.fault.name,
        "home": trial.fault.home,
        "ended": trial.ended,
        "said": said,
        "answers": trial.seen.answers.total(),
        "errors": trial.seen.errors.total(),
        "blinds": trial.fault.blinds,
        "wrong": trial.wrong,
    }


def read_results(path: Path) -> dict[str, dict[str, Any]]:
    """Return the newest result of each fault."""
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row["fault"]: row for row in rows}


def page(rows: list[dict[str, Any]], exports: int, listed: int) -> str:
    """Return docs/faults.md."""
    good = sum(not row["wrong"] for row in rows)
    sighted = [row for row in rows if not row["blinds"]]
    blind = [row for row in rows if row["blinds"]]
    head = _HEAD.format(
        day=date.today().isoformat(),
        exports=exports,
        good=good,
        total=len(rows),
        listed=listed,
        polls=sum(row["answers"] + row["errors"] for row in sighted),
        errors=sum(row["errors"] for row in sighted),
        blinds=f"; {len(blind)} faults are in the served file or its link, which a reader sees until it is replaced"
        if blind
        else "",
    )
    lines = [
        f"| {row['step']} | {row['fault']} | {row['home']} | {row['ended']} | {_cell(row['said'])} | "
        f"{row['answers']}, {row['errors']} | {_cell('; '.join(row['wrong'])) or 'good'} |"
        for row in rows
    ]
    counts = Counter(row["step"] for row in rows)
    tail = "\nBy step: " + ", ".join(f"{step} {count}" for step, count in counts.most_common()) + ".\n"
    return head + "\n".join(lines) + "\n" + tail


def _cell(text: str) -> str:
    text = re.sub(r"\S*/bin/(python)\S*", r"\1", text)
    return re.sub(r"\S*/trial-\d+", "HOME", text).replace("|", "&#124;").replace("\n", " ")[:260]


if __name__ == "__main__":
    sys.exit(main())
