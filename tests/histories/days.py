"""`python -m histories.days` (`make days`): two hundred days of a home that is run daily and cleaned weekly.

Each day `baogao run` looks again at a page that was written anew, on each third day with other words; each seventh day
the home is cleaned as its schedule does. Between two days everything becomes a day older. The home must not be larger
in the end than after twenty days, but for a fifth, and `baogao status` must stay quick. A line per day is kept in
`days.jsonl`, so that who begins again goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import mean

from faults import world

from sources.home import REPOSITORY, Home

DAYS, EARLY, WEEK = 200, 20, 7
#: times the early size that the last one may be, and seconds of processor that `baogao status` may take
MOST_GROWN, MOST_SECONDS = 1.2, 1.5
DAY = 86_400
SETTINGS = '[retention]\nlog_days = 7\n[publish]\nexports = ["parquet"]\n'


def a_day_passes(home: Home) -> None:
    """Make Dagster's runs, and the files that cleaning looks at by their time, a day older."""
    with closing(sqlite3.connect(home.dagster / "history" / "runs.db")) as connection, connection:
        connection.execute(
            "update runs set create_timestamp = datetime(create_timestamp, '-1 day'), "
            "update_timestamp = datetime(update_timestamp, '-1 day'), start_time = start_time - 86400, "
            "end_time = end_time - 86400"
        )
    for folder in (home.dagster, home.root / "dbt"):
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                told = path.stat()
                os.utime(path, (told.st_atime - DAY, told.st_mtime - DAY))


def size(home: Home) -> int:
    """Return the bytes of all files, each once however many names it has."""
    told = {(t.st_dev, t.st_ino): t.st_size for path in home.root.rglob("*") if path.is_file() for t in [path.lstat()]}
    return sum(told.values())


def one_day(number: int, home: Home, documents: Path, log: Path) -> dict[str, float]:
    page = documents / f"{world.CHANGED}.txt"
    words = page.read_text(encoding="utf-8").split("\n今日")[0]
    page.write_text(f"{words}\n今日新建学校{number // 3 + 1}所。\n", encoding="utf-8")
    arguments = ("run", "--catalogue", str(documents / "catalogue.csv"))
    done = world.run(home, log, arguments=arguments)
    if done.code:
        raise RuntimeError(f"day {number}: the run ended with {done.code}:\n{done.said}")
    if number % WEEK == 0 and (done := world.run(home, log, arguments=("clean", "--yes"))).code:
        raise RuntimeError(f"day {number}: cleaning ended with {done.code}:\n{done.said}")
    a_day_passes(home)
    return {"day": number, "bytes": size(home)}


def seconds_of_status(home: Home) -> float:
    """Return the processor time of `baogao status` in a process of its own, the second time that it is asked."""
    command = [sys.executable, "-m", "orchestration.cli", "status", "--home", str(home.root)]
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(prog="histories.days", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "baogao-days")
    parser.add_argument("--days", type=int, default=DAYS)
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    home, documents, kept = Home(folder / "home"), folder / "documents", folder / "days.jsonl"
    if not kept.exists():
        shutil.rmtree(folder, ignore_errors=True)
        world.write_documents(documents)
        home.create()
        (home.root / "baogao.toml").write_text(SETTINGS, encoding="utf-8")
        kept.touch()
    world.load_code()
    told = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    for number in range(len(told) + 1, options.days + 1):
        told.append(one_day(number, home, documents, folder / "said.log"))
        with kept.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(told[-1]) + "\n")
        print(f"day {number}: {told[-1]['bytes'] / 1e6:.2f} MB", flush=True)
    sizes = [row["bytes"] for row in told]
    # over a week: a home grows from cleaning to cleaning
    early, late = mean(sizes[EARLY - WEEK : EARLY]), mean(sizes[-WEEK:])
    status = seconds_of_status(home)
    print(
        f"{len(sizes)} days: {early / 1e6:.2f} MB in the week to day {EARLY}, {late / 1e6:.2f} MB in the last "
        f"({late / early:.2f} times); baogao status takes {status:.2f} s of processor"
    )
    return int(late > MOST_GROWN * early or status > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
