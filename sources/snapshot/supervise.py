"""Starting the crawling process, taking up what an interrupted crawl left, and reading its results.

What belongs here: one crawl at a time per home, its journal, restarts. What does not: rows of the ledger (``fetch``).

A crawl killed at any moment loses nothing that it stored: the next crawl of the same home copies the lines about its
own locations into its journal and asks only for what is missing. A crawl that ended, but whose results never reached
the ledger, is taken up the same way.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sources.errors import BaogaoError
from sources.home import REPOSITORY, Home
from sources.settings import CrawlSettings
from sources.snapshot.job import DONE, FINISHED, TAKEN, Job, Journal, Progressed, Target, progress_of, read_journal

logger = logging.getLogger(__name__)

#: the module that the crawling process runs
MODULE = "sources.snapshot.crawl"
#: says whether an ended crawl's results of a location are still missing in the ledger
Unsettled = Callable[[str, Progressed], bool]


class CrawlError(BaogaoError):
    """The crawling process could not be run to its end; the message says where its log lies."""


def run_crawl(
    targets: Sequence[Target],
    home: Home,
    crawl: CrawlSettings,
    unsettled: Unsettled,
    on_done: Callable[[str], None],
    remote: str = "",
) -> dict[str, Progressed]:
    """Fetch `targets` and return what was reached per location; `on_done` is called with each location done. `remote`:
    where bytes are kept, if not in the home.

    Waits while another crawl of this home is at work, because two would not keep a host's delay. Raises CrawlError
    if the crawling process can't be started or keeps dying at a target.
    """
    with _only_crawl(home):
        _clean(home, crawl)
        journal = folder(home) / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}-{secrets.token_hex(3)}.jsonl"
        _take_over([target.location for target in targets], home, journal, unsettled)
        reached, _ = progress_of(read_journal(journal))
        for location, progressed in reached.items():
            if progressed.done:
                on_done(location)
        for _ in range(crawl.restarts + 1):
            missing = [
                target for target in targets if not (target.location in reached and reached[target.location].done)
            ]
            if not missing:
                break
            jobs = [_with_progress(target, reached.get(target.location)) for target in missing]
            job = Job(str(home.root), str(journal), crawl.model_dump(), tuple(jobs), remote)
            code = _run_process(job, on_done)
            reached, _ = progress_of(read_journal(journal))
            if code != 0 and not reached:
                log = journal.with_suffix(".log")
                raise CrawlError(
                    "the crawling process ended with code {code} before any page: {said}; see {log}",
                    code=code,
                    said=_last_line(log),
                    log=log,
                )
        ours = Journal(journal)
        ours.add({"type": FINISHED})
        ours.close()
        return reached


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines() if path.exists() else []
    return lines[-1] if lines else "it wrote no log"


def folder(home: Home) -> Path:
    """Return where journals, jobs and logs of crawls lie."""
    return home.root / "crawl"


@contextmanager
def _only_crawl(home: Home) -> Iterator[None]:
    folder(home).mkdir(parents=True, exist_ok=True)
    with (folder(home) / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.warning("another crawl of %s is at work; waiting for its end", home.root)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _clean(home: Home, crawl: CrawlSettings) -> None:
    """Remove what is too old to be taken up."""
    oldest = (datetime.now(UTC) - timedelta(hours=crawl.resume_hours)).timestamp()
    for path in folder(home).iterdir():
        if path.suffix in (".jsonl", ".json", ".log") and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _take_over(locations: Sequence[str], home: Home, journal: Path, unsettled: Unsettled) -> None:
    wanted = set(locations)
    former = sorted(path for path in folder(home).glob("*.jsonl") if path != journal)
    ours = Journal(journal)
    # the newest journal first: what it tells of a location is what counts
    for path in reversed(former):
        reached, finished = progress_of(read_journal(path))
        taken = [name for name in reached if name in wanted and (not finished or unsettled(name, reached[name]))]
        for location in taken:
            progressed = reached[location]
            for line in [*progressed.pages.values(), *progressed.listed]:
                ours.add(line)
            if progressed.done:
                ours.add({"type": DONE, "location": location})
            wanted.discard(location)
        if taken:
            theirs = Journal(path)
            for location in taken:
                theirs.add({"type": TAKEN, "location": location})
            theirs.close()
    ours.close()


def _with_progress(target: Target, progressed: Progressed | None) -> Target:
    return replace(target, have=tuple(progressed.pages.values())) if progressed else target


def _run_process(job: Job, on_done: Callable[[str], None]) -> int:
    path = Path(job.journal).with_suffix(".json")
    job.write(path)
    log = Path(job.journal).with_suffix(".log")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])}
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", MODULE, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            env=environment,
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                on_done(line.rstrip("\n"))
            process.wait()
        finally:
            if process.poll() is None:
                assert process.stdin is not None
                process.stdin.close()  # it ends at once: every result is on disk
                process.wait(timeout=30)
    path.unlink(missing_ok=True)
    return process.returncode
