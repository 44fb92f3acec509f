"""Homes to be disturbed: a tiny catalogue in two states, and `baogao run` in processes that can be killed.

What belongs here: making and copying homes, running the command line in them. What does not: faults (``cases.py``).

A run is a fork of a process that has loaded the code already, in a process group of its own, and its workers come
from a server that is started once: that saves the ten seconds that importing takes, and changes nothing else. What else
a run starts (dbt, the crawl) is started anew.
"""

from __future__ import annotations

import csv
import importlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver
from pathlib import Path

from faults import forks
from faults.hook import Spec, install
from sources.home import REPOSITORY, Home

HERE = Path(__file__).resolve().parent
REPORTS = REPOSITORY / "samples" / "reports"
COLUMNS = ("location", "region_code", "region", "level", "report_year")
#: reports before and after the change that a disturbed run is to publish
BEFORE = ("990100_2022", "990100_2023", "990000_2022")
ADDED = ("990100_2024",)
CHANGED = "990100_2023"
PATIENCE = 400.0


@dataclass(frozen=True)
class Done:
    """How a run ended: its exit code (negative: the signal that killed it), what it said, the events it was seen at."""

    code: int
    said: str
    seconds: float

    @property
    def last_words(self) -> str:
        lines = [line.strip() for line in self.said.splitlines() if line.strip()]
        told = [line for line in lines if line.startswith(("baogao:", "failed:"))]
        return (told or lines or [""])[0]


def load_code() -> None:
    """Import what a run imports, once, before anything is forked."""
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "true")
    of_the_command = [
        f"orchestration.cli.{module}" for module in ("commands", "errors", "language", "saying", "stopping")
    ]
    for module in ("expectations.runner", "expectations.suites", *of_the_command, "sources.terms"):
        importlib.import_module(module)
    from orchestration.cockpit import instance  # noqa: F401
    from orchestration.cockpit.definitions import defs
    from orchestration.hops import gate, plan, preload  # noqa: F401
    from orchestration.release import build  # noqa: F401

    definitions = defs()
    for job in ("ingest", "warehouse"):
        definitions.resolve_job_def(job)
    _start_workers_server()


def _start_workers_server() -> None:
    from orchestration.hops.judging import PRELOAD

    multiprocessing.get_context("forkserver").set_forkserver_preload(list(PRELOAD))
    forkserver.ensure_running()


def write_catalogue(folder: Path, names: tuple[str, ...]) -> Path:
    path = folder / "catalogue.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows((f"{name}.txt", name[:6], "", "", name[7:]) for name in names)
    return path


def write_documents(folder: Path) -> Path:
    """Put the documents of the state before the change into `folder`; return its catalogue."""
    folder.mkdir(parents=True)
    for name in BEFORE:
        shutil.copyfile(REPORTS / f"{name}.txt", folder / f"{name}.txt")
    return write_catalogue(folder, BEFORE)


def change_documents(folder: Path) -> None:
    """One page says a sentence more, one report is new."""
    path = folder / f"{CHANGED}.txt"
    path.write_text(path.read_text(encoding="utf-8") + "\n全市新增城镇就业1.23万人。\n", encoding="utf-8")
    for name in ADDED:
        shutil.copyfile(REPORTS / f"{name}.txt", folder / f"{name}.txt")
    write_catalogue(folder, (*BEFORE, *ADDED))


def copy_home(home: Home, target: Path) -> Home:
    """Copy a home with its times and links."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(home.root, target, symlinks=True)
    return Home(target)


def start(home: Home, arguments: list[str], log: Path, spec: Spec | None = None, *, anew: bool = False) -> int:
    """Start `baogao <arguments> --home <home>`, which writes `log` anew; return its process, which leads its own group.

    `anew`: a changed warehouse is built anew by dbt, as a large one of which much changed.
    """
    log.write_bytes(b"")
    return forks.start(partial(_run, home, arguments, spec, anew), log)


def _run(home: Home, arguments: list[str], spec: Spec | None, anew: bool) -> int:
    # the server is the parent's child; asked whether it lives, the system would say that it is not ours
    for asked in (forkserver._forkserver, forkserver):
        vars(asked)["ensure_running"] = lambda: None
    os.environ.pop("BAOGAO_HOME", None)
    os.environ.update(COLUMNS="200", PYTHONPATH=os.pathsep.join([str(HERE / "site"), str(REPOSITORY)]))
    if spec is not None:
        os.environ.update(spec.to_env())
        install(spec, "cli")
    if anew:
        from orchestration.warehouse import built_from

        built_from.SMALL, built_from.MOST_CHANGED = 0, 0.0
    return _command([*arguments, "--home", str(home.root)])


def _command(arguments: list[str]) -> int:
    from orchestration.cli import main

    sys.argv = ["baogao", *arguments]
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    return 0


def finish(process: int, log: Path, began: float) -> Done:
    """Wait for a started run; what takes too long is ended, with all it started."""
    while True:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            break
        if time.monotonic() - began > PATIENCE:
            os.killpg(process, signal.SIGKILL)
        time.sleep(0.02)
    said = log.read_text(encoding="utf-8", errors="replace")
    return Done(os.waitstatus_to_exitcode(status), said, time.monotonic() - began)


def run(
    home: Home, log: Path, spec: Spec | None = None, arguments: tuple[str, ...] = ("run",), *, anew: bool = False
) -> Done:
    """Run `baogao run` in `home` to its end, whatever that is."""
    began = time.monotonic()
    return finish(start(home, list(arguments), log, spec, anew=anew), log, began)


def wait_for_orphans(home: Home, seconds: float = 60.0) -> None:
    """Wait until no process has the home on its command line (dbt may outlive a killed run)."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = subprocess.run(["pgrep", "-f", str(home.root)], capture_output=True, text=True, check=False)
        if not [one for one in found.stdout.split() if int(one) != os.getpid()]:
            return
        time.sleep(0.2)
