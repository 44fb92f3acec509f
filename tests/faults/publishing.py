"""`python -m faults.publishing FOLDER`: publication alone, killed at points spread over it; the short form for CI.

A handwritten warehouse stands for dbt's, so a kill costs half a second. Prints one line of JSON per kill. What does
not belong here: whole runs (``lab.py``).
"""

from __future__ import annotations

import importlib
import json
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from test_publication import ROWS, SCHEMA, change_inputs, connect, make_warehouse, sound

from faults.compare import State, state_of, strays
from faults.forks import asked_here, in_fork
from faults.hook import Spec, install
from orchestration.home import provenance
from orchestration.home.care import mend
from orchestration.home.installation import Installation
from orchestration.hops import judging
from orchestration.release import build
from orchestration.release.build import publish
from sources.home import Home
from sources.settings import Settings

KILLS = 8
DELAYS = (0.02, 0.1)
#: moments at which DuckDB and Arrow write, which Python is not told of
WRITING = r"mkdir releases/\.building\S*/exports$"


def opened(home: Home) -> Installation:
    return Installation(home, Settings())


def prepare(home: Home) -> None:
    """Serve a first release, and leave a warehouse for a second."""
    installation = opened(home.create())
    make_warehouse(home.marts)
    publish(sound(installation), SCHEMA, connect)
    changed = ROWS["city_year_panel"].replace("5e10", "6e10")
    sources = ROWS["panel_cell_source"].replace("50000000000.0", "60000000000.0")
    make_warehouse(home.marts, city_year_panel=changed, panel_cell_source=sources)
    change_inputs(installation, "regions: []\n")
    sound(installation)


def publish_again(home: Home, spec: Spec | None = None) -> None:
    if spec is not None:
        install(spec, "cli")
    mend(opened(home))
    publish(opened(home), SCHEMA, connect)


def copy(home: Home, name: str) -> Home:
    target = home.root.with_name(name)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(home.root, target, symlinks=True)
    return Home(target)


def served_value(home: Home) -> float:
    """Return what a reader is told, after holding it against the source of the cell."""
    with connect(home.published_database) as connection:
        row = connection.execute(
            "select gdp_cny, cell_value::double from city_year_panel, panel_cell_source where column_name = 'gdp_cny'"
        ).fetchone()
    if row is None or row[0] != row[1]:
        raise AssertionError(f"half a release: {row}")
    return float(row[0])


def try_one(base: Home, spec: Spec, expected: State, said: str) -> dict[str, Any]:
    home = copy(base, "trial")
    code = in_fork(lambda: publish_again(home, Spec(**{**vars(spec), "root": str(home.root)})))
    told = served_value(home)
    again = in_fork(lambda: publish_again(home))
    differing = state_of(home).differences(expected, frozenset()) if again == 0 else ["the next run failed"]
    wrong = [*differing, *(f"left behind: {name}" for name in strays(home))]
    return {"at": said, "killed": code == -signal.SIGKILL, "served": told, "wrong": wrong}


def load_code(home: Home) -> None:
    """Have in memory what each publication would load anew: versions of the rules, the registry's hash, libraries."""
    for module in ("pandas", "pyarrow.parquet", "xlsxwriter", "expectations.runner", "expectations.suites"):
        importlib.import_module(module)
    judging.apart = asked_here
    build.versions()
    provenance.read_state(opened(home))


def main(folder: Path) -> int:
    base = Home(folder / "base")
    load_code(base)
    if in_fork(lambda: prepare(base)):
        return 1
    quiet, trace = copy(base, "quiet"), folder / "events"
    if in_fork(lambda: publish_again(quiet, Spec(str(quiet.root), log=str(trace)))):
        return 1
    lines = [line.split("\t") for line in trace.read_text(encoding="utf-8").splitlines()]
    # only what changes something has a number to be killed at
    lines = [line for line in lines if line[1] != "0"]
    chosen = lines[:: max(1, len(lines) // KILLS)]
    expected = state_of(quiet)
    for _, number, label, *_ in chosen:
        print(json.dumps(try_one(base, Spec("", kill_at=int(number)), expected, label)), flush=True)
    for delay in DELAYS:
        spec = Spec("", label=WRITING, delay_seconds=delay)
        print(json.dumps(try_one(base, spec, expected, f"{delay} s into writing")), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
