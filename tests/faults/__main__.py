"""`python -m faults` (`make faults`): try the faults, say what came of each, write docs/faults.md.

What belongs here: options, the order of trials, what is kept of each. What does not: faults (``sweep.py``,
``cases.py``), trying them (``short.py``, ``lab.py``), the page (``page.py``).

Results are kept line by line below --folder, with the commit, so that a run that was broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from faults import cases, page, sweep, world
from faults.lab import Fault, Lab, Trial
from faults.short import Bench, Tried
from faults.sweep import Case, Site
from orchestration.cockpit.runs import code_version

SEED = 21
Row = dict[str, Any]


class Todo(NamedTuple):
    """A fault by name, and what tries it and returns what is kept of it."""

    name: str
    work: Callable[[], Row]


def main() -> int:
    options = _options()
    os.environ.update(DBT_SEND_ANONYMOUS_USAGE_STATS="false", DO_NOT_TRACK="1", DAGSTER_DISABLE_TELEMETRY="true")
    folder: Path = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "results.jsonl"
    bench = Bench(folder / f"short-{options.lane}")
    bench.prepare()
    # one recording of this code for all lanes, or each would draw other cases
    recorded = folder / f"operations-{code_version()}"
    if not recorded.exists():
        recorded.write_bytes(bench.trace.read_bytes())
    sites = sweep.sites_of(recorded.read_text(encoding="utf-8").splitlines())
    swept = sweep.cases(sites, SEED)
    todo = [Todo(case.name, partial(_case, bench, case)) for case in swept]
    if options.part != "sweep":
        world.load_code()
        lab = Lab(folder / "command")
        lab.prepare()
        todo += [Todo(fault.name, partial(_fault, lab, fault, options.lane)) for fault in _listed(lab, sites)]
    if options.part == "list":
        todo = todo[len(swept) :]
    todo = [one for one in todo if re.search(options.only, one.name)]
    names = [one.name for one in todo]
    if options.list:
        print(*names, sep="\n")
        return 0
    _try(todo[options.lane :: options.lanes], kept, options)
    known = read_results(kept)
    rows = [known[name] for name in names if name in known]
    if options.page:
        options.page.write_text(page.written(rows, sites, swept, len(todo) - len(swept), SEED), encoding="utf-8")
    bad = [row["fault"] for row in rows if row["wrong"]]
    print(f"{len(rows)} of {len(todo)} faults tried, {len(rows) - len(bad)} good", *bad, sep="\n  ")
    return 1 if bad else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "baogao-faults")
    parser.add_argument("--page", type=Path, help="write what is known here (make faults: docs/faults.md)")
    parser.add_argument("--part", choices=["all", "sweep", "list"], default="all")
    parser.add_argument("--only", default="", help="faults whose name matches this pattern")
    parser.add_argument("--most", type=int, help="try at most so many; of the sweep that is a sample by a seed")
    parser.add_argument("--again", action="store_true", help="try all anew")
    parser.add_argument("--lanes", type=int, default=1, help="so many processes work on the list")
    parser.add_argument("--lane", type=int, default=0, help="which of them this one is, from 0")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def _case(bench: Bench, case: Case) -> Row:
    return row_of_case(case, bench.try_case(case))


def _fault(lab: Lab, fault: Fault, lane: int) -> Row:
    return row_of_trial(lab.try_one(fault, str(lane)))


def _listed(lab: Lab, short: list[Site]) -> list[Fault]:
    """Return the faults of the whole command; operations on files only at call sites that short runs do not have."""
    sites = sweep.sites_of(lab.recorded(lab.warm))
    faults = [
        *map(cases.of_the_command, sweep.cases_of_the_rest(sites, short)),
        *cases.signals(sites, SEED),
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
    return [*faults, cases.orphan(), *cases.dbt_kills(lab.recorded(lab.before, anew=True), 6)]


def _try(todo: list[Todo], kept: Path, options: argparse.Namespace) -> None:
    """Try those of which nothing is known, --most at most; keep and say what came of each."""
    known = {} if options.again else read_results(kept)
    untried = [one for one in todo if one.name not in known]
    commit = code_version()
    for number, one in enumerate(untried[: options.most], 1):
        began, before = time.monotonic(), sum(os.times()[:4])
        row = {"commit": commit, **one.work(), "cpu": round(sum(os.times()[:4]) - before, 1)}
        with kept.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(
            f"[{number}/{len(untried)}] {time.monotonic() - began:5.1f} s  {one.name}: {row['ended']}; {row['said']}; "
            + ("; ".join(row["wrong"]) or "good"),
            flush=True,
        )


def row_of_case(case: Case, tried: Tried) -> Row:
    """Return a trial of the sweep as plain data."""
    return {
        "fault": case.name,
        "step": "sweep",
        "kind": case.kind,
        "site": case.site,
        "ended": tried.ended[0],
        "said": tried.said,
        "reached": tried.reached,
        "answers": tried.answers,
        "errors": tried.errors,
        "blinds": False,
        "wrong": tried.wrong,
    }


def row_of_trial(trial: Trial) -> Row:
    """Return a trial of the whole command as plain data."""
    return {
        "fault": trial.fault.name,
        "step": trial.fault.step,
        "home": trial.fault.home,
        "ended": trial.ended,
        "said": "" if trial.ended == "killed" else trial.told,
        "answers": trial.seen.answers.total(),
        "errors": trial.seen.errors.total(),
        "blinds": trial.fault.blinds,
        "wrong": trial.wrong,
    }


def read_results(path: Path) -> dict[str, Row]:
    """Return the newest result of each fault."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {row["fault"]: row for row in map(json.loads, lines)}


if __name__ == "__main__":
    sys.exit(main())
