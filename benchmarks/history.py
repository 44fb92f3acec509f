"""A whole history from bytes to a published release: `baogao run` in a process of its own, watched from outside.

What belongs here: running, watching (time, processor, memory), reading off what the run left. What does not: making
the reports (``generate.py``), the page (``__main__.py``), the plot (``plot.py``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.generate import generate
from orchestration.hops import HOPS
from sources.home import Home

ROOT = Path(__file__).resolve().parents[1]
BAOGAO = Path(sys.executable).parent / "baogao"
#: seconds between two looks at the processes
_PAUSE = 0.25
#: looks between two at their memory: the kernel walks all pages for it, which would cost more than it tells
_MEMORY_EVERY = 6
#: a step of Dagster → what the page calls it, in the order of the flow
STEPS = {
    **{hop.name: f"{hop.title} ({', '.join(table.name for table in hop.tables)})" for hop in HOPS},
    "dbt_models": "warehouse built and tested (dbt)",
    "publication": "release audited, exported, published",
}


@dataclass(frozen=True)
class Look:
    """What the processes of a run had used at a moment: seconds of processor so far, bytes in memory now.

    Memory is the proportional set size: a page that several processes share counts once.
    """

    at: float
    cpu: float
    memory: int


@dataclass(frozen=True)
class Hop:
    """Seconds by the clock and of processor that one hop took."""

    name: str
    wall: float
    cpu: float


@dataclass(frozen=True)
class Ran:
    """One `baogao run`: seconds, bytes, and the load of the machine (1 minute) when it began and ended."""

    wall: float
    cpu: float
    peak_memory: int
    hops: tuple[Hop, ...]
    load: tuple[float, float]


@dataclass(frozen=True)
class History:
    """All that was measured of one number of reports. `yardstick` is jieba.lcut alone on the same texts, in seconds."""

    n_reports: int
    megabytes: float
    n_partitions: int
    first: Ran
    one_more: Ran | None
    yardstick: float
    yardstick_cpu: float
    yardstick_share: float
    disk: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """How many times as long as the yardstick the run took, by the clock."""
        return self.first.wall / self.yardstick


class RunFailedError(RuntimeError):
    """`baogao run` ended with an error; carries the end of what it told."""


def measure_history(n_reports: int, folder: Path, yardstick_every: int = 1, one_more: bool = True) -> History:
    """Generate, run, run once more with one report added, measure jieba; everything below `folder` is made anew.

    `yardstick_every`: jieba reads every n-th partition only, and the figure is multiplied accordingly.
    Raises RunFailedError where a run fails.
    """
    shutil.rmtree(folder, ignore_errors=True)
    source, home = folder / "source", Home(folder / "home")
    catalogue = generate(n_reports, source)
    home.root.mkdir(parents=True)
    shutil.copyfile(source / "regions.yaml", home.root / "regions.yaml")
    lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
    last = lines.pop() if one_more else ""
    catalogue.write_text("".join(lines), encoding="utf-8")
    first = run_watched(catalogue, home)
    disk = disk_use(home)
    told = yardstick(home, yardstick_every)
    second = None
    if one_more:
        catalogue.write_text("".join([*lines, last]), encoding="utf-8")
        second = run_watched(catalogue, home)
    manifest = json.loads((home.published / "exports" / "manifest.json").read_text(encoding="utf-8"))
    return History(
        n_reports=len(lines) - 1,
        megabytes=told["megabytes"],
        n_partitions=int(told["partitions"]),
        first=first,
        one_more=second,
        yardstick=told["wall"],
        yardstick_cpu=told["cpu"],
        yardstick_share=1 / yardstick_every,
        disk=disk,
        rows=manifest["rows"],
    )


def run_watched(catalogue: Path, home: Home) -> Ran:
    """Run `baogao run` on `catalogue`, look at its processes until it ends. Raises RunFailedError."""
    log = home.root.parent / "run.log"
    command = [str(BAOGAO), "run", "--catalogue", str(catalogue), "--home", str(home.root)]
    load, began = os.getloadavg()[0], time.time()
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, cwd=ROOT, env=_environment())
        looks: list[Look] = []
        watcher = threading.Thread(target=watch, args=(process.pid, looks), daemon=True)
        watcher.start()
        status = process.wait()
    ended = time.time()
    watcher.join()
    if status:
        raise RunFailedError(f"{' '.join(command)}: exit {status}\n{log.read_text(encoding='utf-8')[-3000:]}")
    return Ran(
        wall=ended - began,
        cpu=max(look.cpu for look in looks),
        peak_memory=max(look.memory for look in looks),
        hops=_hops(home, began, ended, looks),
        load=(load, os.getloadavg()[0]),
    )


def _environment() -> dict[str, str]:
    """Return ours without what forbids Python to keep compiled modules: each start would compile them all again."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def watch(pid: int, looks: list[Look]) -> None:
    """Look at the process and all below it until it is gone."""
    root = psutil.Process(pid)
    cpu = 0.0
    while True:
        memory, now = 0, 0.0
        try:
            for process in [root, *root.children(recursive=True)]:
                try:
                    times = process.cpu_times()
                    if not len(looks) % _MEMORY_EVERY:
                        memory += process.memory_full_info().pss
                except (psutil.NoSuchProcess, psutil.ZombieProcess):
                    continue
                # what ended and was waited for counts in its parent
                now += times.user + times.system + times.children_user + times.children_system
            if root.status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        cpu = max(cpu, now)
        looks.append(Look(time.time(), cpu, memory))
        time.sleep(_PAUSE)


def _hops(home: Home, began: float, ended: float, looks: list[Look]) -> tuple[Hop, ...]:
    """Return what each step took, as Dagster's own log tells, and what was left over for starting and planning."""
    import dagster as dg

    found = []
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        for record in instance.get_run_records():
            for step in instance.get_run_step_stats(record.dagster_run.run_id):
                if step.start_time and step.end_time and step.start_time >= began:
                    cpu = _cpu_at(looks, step.end_time) - _cpu_at(looks, step.start_time)
                    found.append(Hop(step.step_key, step.end_time - step.start_time, cpu))
    by_name = {
        name: Hop(
            title, sum(h.wall for h in found if h.name == name), sum(h.cpu for h in found if h.name == name)
        )
        for name, title in STEPS.items()
    }  # fmt: skip
    hops = list(by_name.values())
    cpu = max(look.cpu for look in looks)
    rest = Hop(
        "start, plan, Dagster's own, summary",
        ended - began - sum(h.wall for h in hops),
        cpu - sum(h.cpu for h in hops),
    )
    return (*hops, rest)


def _cpu_at(looks: list[Look], at: float) -> float:
    return max((look.cpu for look in looks if look.at <= at), default=0.0)


def yardstick(home: Home, every: int = 1) -> dict[str, float]:
    """Return what `jieba.lcut` alone takes for the texts of `home`, in a process of its own (see yardstick.py)."""
    command = [sys.executable, "-m", "benchmarks.yardstick", str(home.lake), str(every)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def disk_use(home: Home) -> dict[str, int]:
    """Return the bytes on disk by what they are for."""
    served = home.published.resolve()
    places = {
        "bytes as fetched (raw)": home.raw,
        **{f"lake/{path.name}": path for path in sorted(home.lake.iterdir())},
        "quarantine": home.quarantine,
        "work.duckdb": home.warehouse,
        "marts.duckdb": home.marts,
        "release: baogao.duckdb": served / "baogao.duckdb",
        "release: exports": served / "exports",
        "Dagster's own": home.dagster,
    }
    return {name: size for name, path in places.items() if (size := _size(path))}


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(p.stat().st_size for p in path.rglob("*") if p.is_file()) if path.exists() else 0
