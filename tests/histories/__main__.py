"""`python -m histories` (`make histories`): live through seeded histories, hold each against a home built anew.

What belongs here: one history from its first state to the comparison, options, the list of what came of each seed. What
does not: what changes (``world.py``), a run in this process (``building.py``).

A line per seed is kept in `results.jsonl` below --folder, so that who begins again goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from faults import world as commands
from faults.compare import State, state_of
from faults.forks import in_fork
from faults.hook import Spec

from histories import building, world
from histories.building import Death
from orchestration.cockpit.runs import code_version
from sources.home import Home

#: of so many histories one goes by the command line
BY_COMMAND = 5
STEPS = 5
#: operations on files, and models and tests, among which a run dies
EVENTS, NODES = (20, 260), (1, 180)


@dataclass
class Lived:
    """What came of one seed: `wrong` is empty where the home that followed is the one built anew."""

    seed: int
    commit: str
    by: str
    steps: list[str] = field(default_factory=list)
    died: int = 0
    mended: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class Place:
    """Where histories are lived: one home at a time, always at the same place, and the warehouse to begin with."""

    folder: Path

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    @property
    def documents(self) -> Path:
        return self.folder / "documents"

    @property
    def empty(self) -> Path:
        return self.folder / "empty"

    @property
    def log(self) -> Path:
        return self.folder / "said.log"


def prepare(place: Place) -> None:
    """Load the code, make the warehouse to begin with. What stood half done is removed."""
    os.environ.update(DBT_SEND_ANONYMOUS_USAGE_STATS="false", DO_NOT_TRACK="1", DAGSTER_DISABLE_TELEMETRY="true")
    place.folder.mkdir(parents=True, exist_ok=True)
    building.load_code()
    stamp = place.folder / "empty.stamp"
    if not place.empty.exists() or stamp.read_text(encoding="utf-8") != commit_of_models():
        shutil.rmtree(place.empty, ignore_errors=True)
        shutil.rmtree(place.home.root, ignore_errors=True)
        if in_fork(partial(building.make_empty, place.home, place.empty), place.log):
            raise RuntimeError(place.log.read_text(encoding="utf-8"))
        stamp.write_text(commit_of_models(), encoding="utf-8")


def commit_of_models() -> str:
    from orchestration.home import provenance

    return provenance.project_hash()


def live(seed: int, place: Place, commit: str) -> Lived:
    """Live through the history of `seed`; return what came of it."""
    draw, began = random.Random(seed), sum(os.times()[:4])
    command = seed % BY_COMMAND == BY_COMMAND - 1
    lived = Lived(seed, commit, "command line" if command else "process")
    place.log.unlink(missing_ok=True)
    for path in (place.home.root, place.documents):
        shutil.rmtree(path, ignore_errors=True)
    now = world.first(draw)
    n_steps = draw.choice((2, 2, 3) if command else (2, 3, 3, 4, STEPS))
    for step in range(n_steps):
        if step:
            now, happened = world.changed(now, draw, rules=not command)
            lived.steps.append(", ".join(happened))
        death = _death(draw) if step < n_steps - 1 and draw.random() < 0.35 else Death()
        code = _run(place, now, command, death)
        lived.died += code == -9
        if code not in (0, -9):
            lived.wrong.append(f"run {step} ended with {code}: {_last_line(place.log)}")
            break
    if not lived.wrong:
        lived.wrong += _compared(place, now, command)
    lived.mended = place.log.read_text(encoding="utf-8", errors="replace").count("partitions to mend")
    lived.seconds = round(sum(os.times()[:4]) - began, 1)
    return lived


def _death(draw: random.Random) -> Death:
    return Death(event=draw.randint(*EVENTS)) if draw.random() < 0.6 else Death(node=draw.randint(*NODES))


def _run(place: Place, now: world.World, command: bool, death: Death) -> int:
    catalogue = world.write(now, place.documents, place.home, exports='["parquet", "csv"]' if command else "[]")
    if not command:
        work = partial(building.run, place.home, catalogue, now.rules, place.empty, death)
        return in_fork(work, place.log)
    said = place.folder / "command.log"
    spec = Spec(str(place.home.root), kill_at=death.event) if death.event else None
    done = commands.run(place.home, said, spec, ("run", "--catalogue", str(catalogue)))
    with place.log.open("a", encoding="utf-8") as stream:
        stream.write(done.said)
    return done.code


def _compared(place: Place, now: world.World, command: bool) -> list[str]:
    """Return what the home does not have as one that is built anew from the same state, by name."""
    mended = _state(place)
    aside = place.folder / "followed"
    shutil.rmtree(aside, ignore_errors=True)
    place.home.root.rename(aside)
    if code := _run(place, now, command, Death()):
        return [f"the new home's run ended with {code}: {_last_line(place.log)}"]
    anew = _state(place)
    if not mended["tables"]["dim_region"]:
        return ["there is nothing to compare"]
    return State(**anew).differences(State(**mended), frozenset())


def _state(place: Place) -> dict[str, Any]:
    """Return the state of the home, which a fork reads: this process stays without threads of libraries."""
    target = place.folder / "state.json"
    target.unlink(missing_ok=True)

    def read() -> None:
        found = state_of(place.home, past=False)
        target.write_text(json.dumps(vars(found)), encoding="utf-8")

    if in_fork(read, place.log):
        raise RuntimeError(f"the home's state can't be read: {_last_line(place.log)}")
    found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return found


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


def results(path: Path) -> dict[int, dict[str, Any]]:
    """Return what came of each seed, the newest word."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {row["seed"]: row for row in map(json.loads, lines)}


def live_through(place: Place, seeds: Iterator[int] | range, commit: str) -> Iterator[Lived]:
    """Live through those of `seeds` of which nothing is known; keep and yield what came of each."""
    kept = place.folder / "results.jsonl"
    known = results(kept)
    for seed in seeds:
        if seed in known:
            continue
        lived = live(seed, place, commit)
        if lived.wrong:
            _keep(place, seed)
        with kept.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(vars(lived), ensure_ascii=False) + "\n")
        yield lived


def _keep(place: Place, seed: int) -> None:
    """Put what a bad history left where a person can look at it."""
    bad = place.folder / f"bad-{seed}"
    shutil.rmtree(bad, ignore_errors=True)
    bad.mkdir()
    for name in ("home", "followed", "documents", "said.log"):
        if (place.folder / name).exists():
            (place.folder / name).rename(bad / name)


def main() -> int:
    parser = argparse.ArgumentParser(prog="histories", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "baogao-histories")
    parser.add_argument("--seeds", type=int, default=500, help="seeds 0 to so many")
    parser.add_argument("--seed", type=int, help="this one alone, again")
    parser.add_argument("--by", choices=["all", "process", "command"], default="all", help="only histories of a kind")
    options = parser.parse_args()
    place = Place(options.folder.resolve())
    prepare(place)
    if options.by != "process":
        commands.load_code()
    if options.seed is not None:
        lived = live(options.seed, place, code_version())
        print(json.dumps(vars(lived), ensure_ascii=False, indent=1))
        return int(bool(lived.wrong))
    seeds = [
        seed
        for seed in range(options.seeds)
        if options.by == "all" or (seed % BY_COMMAND == BY_COMMAND - 1) == (options.by == "command")
    ]
    for lived in live_through(place, iter(seeds), code_version()):
        said = "; ".join(lived.wrong[:6]) or "equal"
        print(
            f"seed {lived.seed} ({lived.commit}, {lived.by}): {len(lived.steps)} changes, {lived.died} died, "
            f"{lived.mended} mended, {lived.seconds} s: {said}",
            flush=True,
        )
    rows = results(place.folder / "results.jsonl").values()
    bad = [row["seed"] for row in rows if row["wrong"]]
    print(
        f"{len(rows)} histories, {len(rows) - len(bad)} equal to a home built anew" + (f"; not: {bad}" if bad else "")
    )
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
