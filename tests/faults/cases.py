"""Faults by hand: signals, kills while C++ writes, no room, read-only, locked, damaged, clocks, older schemas.

What belongs here: the list, and how each fault is caused. What does not: operations on files one by one
(``sweep.py``), trying and judging (``lab.py``).
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from faults.hook import Spec
from faults.lab import Fault, Inject
from faults.sweep import Case, Site
from sources.home import Home

#: call sites of the command before which it is asked to end
SIGNALS = 24


def signals(sites: list[Site], seed: int) -> list[Fault]:
    """Ctrl-C in a terminal and SIGTERM of a supervisor at call sites of the command, chosen by `seed`."""
    found = []
    for place, site in enumerate(random.Random(seed).sample(sites, SIGNALS)):
        number, name = (signal.SIGTERM, "SIGTERM") if place % 2 else (signal.SIGINT, "Ctrl-C")
        spec = Spec("", site=site.name, number=number, group=number == signal.SIGINT)
        found.append(Fault(f"{name} before {site.name}", "signals", spec=spec, told="baogao: interrupted; "))
    return found


def of_the_command(case: Case) -> Fault:
    """Return a case of the sweep as a fault of the whole command."""
    return Fault(case.name, "the command alone", spec=Spec("", **case.at[0]))


def timed_kills(delays: tuple[float, ...]) -> list[Fault]:
    """Kills while DuckDB and Arrow write the release, which Python is not told of."""
    return [
        Fault(
            f"killed {round(delay * 1000)} ms into the new release",
            "building the release",
            spec=Spec("", role="cli", label=r"mkdir releases/\.building\S*/exports$", delay_seconds=delay),
        )
        for delay in delays
    ]


def dbt_kills(recorded: list[str], most: int) -> list[Fault]:
    """Kills of dbt alone, of the whole run, and of the run while its dbt lives on; by the hook's lines of a run."""
    lines = (line.split("\t") for line in recorded)
    models = [(int(n), label) for role, n, label, *_ in lines if role == "dbt" and label.startswith("open dbt/run/")]
    step = max(1, len(models) // most)
    faults = []
    for place, (number, label) in enumerate(models[::step][:most]):
        model = label.rsplit("/", 1)[-1]
        alone = place % 2 == 0
        name = f"{'dbt' if alone else 'dbt and the run'} killed at {model}"
        faults.append(Fault(name, "dbt", "before", Spec("", role="dbt", kill_at=number, group=not alone), anew=True))
    return faults


def mending(delays: tuple[float, ...]) -> list[Fault]:
    """Kills and signals while the run's own process mends the warehouse by compiled SQL: DuckDB writes, Python is not
    told. The last word before it is that what the warehouse holds counts for nothing (``builds.begin``)."""
    begins = r"rename warehouse\.json$"

    def at(delay: float, **more: Any) -> Spec:
        return Spec("", role="cli", label=begins, delay_seconds=delay, **more)

    found = [Fault("killed as the mending of the warehouse begins", "mending", "before", at(0.0))]
    for delay in delays:
        name = f"{round(delay * 1000)} ms into mending the warehouse"
        found.append(Fault(f"killed {name}", "mending", "before", at(delay)))
    for name, number in (("Ctrl-C", signal.SIGINT), ("SIGTERM", signal.SIGTERM)):
        asked = at(delays[0], number=number, group=number == signal.SIGINT)
        told = "baogao: interrupted; "
        found.append(Fault(f"{name} while the warehouse is mended", "mending", "before", asked, told=told))
    return found


def orphan() -> Fault:
    """The run dies as dbt has begun; dbt goes on and has the warehouse open when the next run comes."""
    spec = Spec("", role="cli", label=r"dbt/logs|\.warehouse\.json", group=False, delay_seconds=9.0)
    return Fault("the run killed, its dbt lives on", "dbt", "before", spec, anew=True)


def _inject(before: Callable[[Home], None], after: Callable[[Home], None] | None = None) -> Inject:
    """Return an injection that does something before the run and, if given, undoes it after."""

    def inject(home: Home) -> AbstractContextManager[None]:
        @contextmanager
        def block() -> Iterator[None]:
            before(home)
            try:
                yield
            finally:
                if after:
                    after(home)

        return block()

    return inject


def _one(home: Home, pattern: str) -> Path:
    found = sorted(path for path in home.root.glob(pattern) if path.is_file() and "_empty" not in path.name)
    if not found:
        raise FileNotFoundError(f"no {pattern} in {home.root}")
    return found[0]


def _writable(path: Path) -> Path:
    path.chmod(0o644)
    return path


def truncate(path: Path) -> None:
    os.truncate(_writable(path), path.stat().st_size * 2 // 3)


def empty(path: Path) -> None:
    os.truncate(_writable(path), 0)


def rubbish(path: Path) -> None:
    _writable(path).write_bytes(b"\x00no such thing\xff" * 64)


def flip(path: Path) -> None:
    """Change a byte in each of several places in the middle, as a failing disk would."""
    data = bytearray(_writable(path).read_bytes())
    for place in range(len(data) // 3, len(data) * 2 // 3, max(1, len(data) // 24)):
        data[place] ^= 0xFF
    path.write_bytes(bytes(data))


def remove(path: Path) -> None:
    path.unlink()


DAMAGES = {"truncated": truncate, "emptied": empty, "bytes flipped": flip, "rubbish": rubbish}


def damage(
    name: str,
    pattern: str,
    kind: str,
    *,
    step: str,
    blinds: bool = False,
    told: str = "",
    may_differ: tuple[str, ...] = (),
) -> Fault:
    """One file damaged before the run."""
    work = {**DAMAGES, "removed": remove}[kind]
    inject = _inject(lambda home: work(_one(home, pattern)))
    return Fault(f"{name} {kind}", step, inject=inject, blinds=blinds, told=told, may_differ=may_differ)


def damages() -> list[Fault]:
    """Damage to raw tables, stored pages, the warehouse, the release, records."""
    found = [
        damage(table, f"lake/{table}/2022/*.parquet", kind, step="damaged raw table", told="was damaged")
        for table in ("snapshots", "reports", "observations", "rejections", "sentences", "term_counts")
        for kind in DAMAGES
    ]
    found += [
        damage("a verdict", "lake/gate_results/2022/*.parquet", kind, step="damaged raw table", told="was damaged")
        for kind in ("truncated", "bytes flipped")
    ]
    found += [
        damage("a registry table", "lake/_registry/regions.parquet", kind, step="damaged raw table")
        for kind in ("truncated", "bytes flipped")
    ]
    found += [
        Fault(
            f"{what} emptied",
            "damaged raw table",
            inject=_inject(lambda home: empty(home.lake / "reports/_empty/_empty.parquet")),
        )
        for what in ("a contract file",)
    ]
    found += [
        damage("a stored page", "raw/*/*", kind, step="damaged stored page", told="the stored bytes of")
        for kind in ("truncated", "emptied", "removed")
    ]
    found.append(
        Fault(
            "a stored page, bytes flipped, looked at thoroughly",
            "damaged stored page",
            inject=_inject(lambda home: flip(_one(home, "raw/*/*"))),
            arguments=("run", "--verify"),
            told="do not have their hash",
        )
    )
    found += [
        damage(name, name, kind, step="damaged warehouse")
        for name in ("work.duckdb", "marts.duckdb")
        for kind in (*DAMAGES, "removed")
    ]
    found += [
        damage(
            "the served file",
            "published/baogao.duckdb",
            kind,
            step="damaged release",
            blinds=True,
            told="is damaged",
            # there is no former release left to compare with
            may_differ=("CHANGES.csv",),
        )
        for kind in DAMAGES
    ]
    found += [
        damage(what, pattern, kind, step="damaged record")
        for what, pattern in (
            ("warehouse.json", "warehouse.json"),
            ("manifest.json", "published/exports/manifest.json"),
        )
        for kind in ("truncated", "emptied", "rubbish", "removed")
    ]
    found += [
        damage("Dagster's list of runs", "dagster/history/runs.db", kind, step="damaged record")
        for kind in ("rubbish", "truncated")
    ]
    found.append(damage("dagster.yaml", "dagster/dagster.yaml", "emptied", step="damaged record"))
    # it may hold a person's settings, so the run only says what to do, and the person does it
    found.append(
        Fault(
            "dagster.yaml rubbish, then deleted",
            "damaged record",
            inject=_inject(
                lambda home: rubbish(home.dagster / "dagster.yaml"),
                lambda home: (home.dagster / "dagster.yaml").unlink(),
            ),
            told="or delete it",
        )
    )
    found.append(damage("dbt's parsed project", "dbt/partial_parse.msgpack", "rubbish", step="damaged record"))
    return found


def link_faults() -> list[Fault]:
    """The link that says what is served is gone or names nothing."""

    def name_nothing(home: Home) -> None:
        home.published.unlink()
        home.published.symlink_to("releases/19990101T000000Z")

    return [
        Fault(
            "published removed", "damaged release", inject=_inject(lambda home: home.published.unlink()), blinds=True
        ),
        Fault("published names nothing", "damaged release", inject=_inject(name_nothing), blinds=True),
    ]


@contextmanager
def _mounted_full(home: Home, room: int) -> Iterator[None]:
    """Put the home on a file system of its own with `room` bytes left; give it room again afterwards."""
    used = sum(path.lstat().st_size + 4096 for path in home.root.rglob("*") if not path.is_symlink())
    keep = home.root.with_name(f"{home.root.name}-kept")
    home.root.rename(keep)
    home.root.mkdir()
    _system("mount", "-t", "tmpfs", "-o", f"size={used * 2 + (8 << 20)}", "tmpfs", str(home.root))
    shutil.copytree(keep, home.root, symlinks=True, dirs_exist_ok=True)
    shutil.rmtree(keep)
    stat = os.statvfs(home.root)
    filler = home.root / "filler"
    with filler.open("wb") as handle:
        handle.truncate(0)
        os.posix_fallocate(handle.fileno(), 0, max(1, stat.f_bavail * stat.f_frsize - room))
    try:
        yield
    finally:
        filler.unlink()


def disk_full(room: int) -> Fault:
    def inject(home: Home) -> AbstractContextManager[None]:
        return _mounted_full(home, room)

    return Fault(f"disk full: {room >> 10} KiB left", "disk full", inject=inject, told="the disk is full")


def read_only(inside: str, told: str = "read-only") -> Fault:
    """A folder of the home that can't be written (root heeds no modes, so it is mounted read-only)."""

    def inject(home: Home) -> AbstractContextManager[None]:
        @contextmanager
        def block() -> Iterator[None]:
            folder = str(home.root / inside) if inside else str(home.root)
            _system("mount", "--bind", folder, folder)
            _system("mount", "-o", "remount,ro,bind", folder)
            try:
                yield
            finally:
                # lazily: a reader may have a file open at this moment
                _system("umount", "-l", folder)

        return block()

    return Fault(f"read-only: {inside or 'the home'}", "read-only", inject=inject, told=told)


def can_mount(folder: Path) -> bool:
    """Whether this process may mount file systems (in containers often not)."""
    probe = folder / "probe"
    probe.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(probe)], capture_output=True, check=False
    )
    if done.returncode == 0:
        _system("umount", str(probe))
    return done.returncode == 0


def _system(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _held_by(script: str) -> Inject:
    """Have another process hold something (`script` prints a line when it does) while the run goes."""

    def inject(home: Home) -> AbstractContextManager[None]:
        @contextmanager
        def block() -> Iterator[None]:
            process = subprocess.Popen(
                [sys.executable, "-c", script, str(home.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            assert process.stdout is not None
            process.stdout.readline()
            try:
                yield
            finally:
                process.kill()
                process.wait()

        return block()

    return inject


def locks() -> list[Fault]:
    flock = (
        "import fcntl,sys;f=open(sys.argv[1]+'/.lock','w');fcntl.flock(f,fcntl.{});print(1,flush=True);sys.stdin.read()"
    )
    duck = "import duckdb,sys;c=duckdb.connect(sys.argv[1]+'/{}',read_only={});print(1,flush=True);sys.stdin.read()"
    sqlite = (
        "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]+'/dagster/history/runs.db');"
        "c.execute('begin exclusive');print(1,flush=True);sys.stdin.read()"
    )
    return [
        Fault(
            "another run holds the home", "lock held", inject=_held_by(flock.format("LOCK_EX")), told="is writing to"
        ),
        Fault(
            "a step of the UI holds the home",
            "lock held",
            inject=_held_by(flock.format("LOCK_SH")),
            told="is writing to",
        ),
        Fault(
            "work.duckdb open for writing elsewhere",
            "lock held",
            "before",
            inject=_held_by(duck.format("work.duckdb", False)),
            told="open in another process",
        ),
        Fault(
            "work.duckdb open for reading elsewhere",
            "lock held",
            "before",
            inject=_held_by(duck.format("work.duckdb", True)),
            told="open in another process",
        ),
        Fault(
            "marts.duckdb open for writing while publishing",
            "lock held",
            inject=_held_by(duck.format("marts.duckdb", False)),
            told="open in another process",
        ),
        Fault(
            "the served file held open by a reader",
            "lock held",
            inject=_held_by(duck.format("published/baogao.duckdb", True)),
        ),
        Fault("Dagster's list of runs locked", "lock held", inject=_held_by(sqlite)),
    ]


def rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Write a Parquet file anew with other rows or columns and its own metadata."""
    data = pq.read_table(path)
    pq.write_table(change(data).replace_schema_metadata(data.schema.metadata), path)


def schemas() -> list[Fault]:
    """Raw tables as another version of the code would have left them."""
    lacking = {"snapshots": "label_notes", "reports": "completeness", "observations": "rule", "rejections": "reason",
               "sentences": "searched", "term_counts": "token_count", "gate_results": "examples"}  # fmt: skip

    def without(table: str, column: str) -> Inject:
        return _inject(
            lambda home: rewrite(_one(home, f"lake/{table}/2022/*.parquet"), lambda d: d.drop_columns([column]))
        )

    def typed(table: str) -> Inject:
        def change(data: pa.Table) -> pa.Table:
            return data.set_column(0, data.schema.field(0).name, data.column(0).cast(pa.large_string()))

        return _inject(lambda home: rewrite(_one(home, f"lake/{table}/2022/*.parquet"), change))

    def more(table: str) -> Inject:
        def change(data: pa.Table) -> pa.Table:
            return data.append_column("of_the_future", pa.array(["x"] * data.num_rows))

        return _inject(lambda home: rewrite(_one(home, f"lake/{table}/2022/*.parquet"), change))

    said = "was written by another version"
    found = [Fault(f"{t} without {c}", "older schema", inject=without(t, c), told=said) for t, c in lacking.items()]
    found += [
        Fault(f"{t} with another type", "older schema", inject=typed(t), told=said)
        for t in ("snapshots", "reports", "observations")
    ]
    return found + [
        Fault(f"{t} with a column more", "older schema", inject=more(t), told=said) for t in ("snapshots", "reports")
    ]


def clocks() -> list[Fault]:
    """What the home remembers lies in the future, as after a clock that was ahead has been set back."""
    import pandas as pd

    from orchestration.hops import snapshots

    def ahead(home: Home) -> None:
        for path in sorted(home.lake.glob("snapshots/*/*.parquet")):
            data = pq.read_table(path)
            if data.num_rows == 0:
                continue
            frame = data.to_pandas(types_mapper=pd.ArrowDtype)
            frame["retrieved_at"] = frame["retrieved_at"] + pd.Timedelta(days=3650)
            stored = {**(data.schema.metadata or {}), snapshots.CHECKED.encode(): b"4000000000.0"}
            told = pa.Table.from_pandas(frame, schema=data.schema, preserve_index=False)
            pq.write_table(told.replace_schema_metadata(stored), path)

    def release_ahead(home: Home) -> None:
        name = "20360101T000000Z"
        folder = home.published.resolve().rename(home.releases / name)
        manifest = folder / "exports" / "manifest.json"
        content = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps({**content, "release": name}), encoding="utf-8")
        link = home.root / "link"
        link.symlink_to(Path("releases") / name)
        link.replace(home.published)

    def files_ahead(home: Home) -> None:
        for path in home.root.rglob("*"):
            if path.is_file() and not path.is_symlink():
                os.utime(path, (4e9, 4e9))

    return [
        # the rows stay in the ledger, and its gate goes on to warn of them
        Fault("fetched in the future", "clock set back", inject=_inject(ahead), may_differ=("gate_results",)),
        Fault("released in the future", "clock set back", inject=_inject(release_ahead)),
        Fault("files from the future", "clock set back", inject=_inject(files_ahead)),
    ]


def hold(home: Home) -> int:
    """Take the home's lock in this process; return the handle."""
    handle = os.open(home.lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle
