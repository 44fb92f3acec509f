"""What the caller and the crawling process tell each other: the job, and the journal of results.

What belongs here: the two files' forms. What does not: who starts whom (``supervise``), what is fetched (``spider``).

The journal is a file of JSON lines, each on disk before the next is written, so that a killed crawl loses nothing
that it stored. A line is a page's result, the end of a location, the end of the crawl, or the note that a later crawl
took a location's lines over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from sources.disk import flush

Line = dict[str, Any]

PAGE, LISTED, DONE, FINISHED, TAKEN = "page", "listed", "done", "finished", "taken"


@dataclass(frozen=True)
class KnownPage:
    """What the ledger knows of a page: enough for a conditional request and for judging what comes back."""

    page: int
    url: str
    sha256: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Target:
    """One document to fetch. `have` are page lines of an interrupted crawl that need no fetching again."""

    location: str
    url: str
    known: tuple[KnownPage, ...] = ()
    have: tuple[Line, ...] = ()
    accept_shorter: bool = False
    #: a site profile, where the target is a listing of documents and no document
    profile: dict[str, Any] | None = None


@dataclass(frozen=True)
class Job:
    """One crawl: `root` of the home, `journal` to append to, `crawl` the values of CrawlSettings, `remote` the address
    of the pages in a store, if they lie in one."""

    root: str
    journal: str
    crawl: dict[str, Any]
    targets: tuple[Target, ...] = field(default=())
    remote: str = ""

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Job:
        values = json.loads(path.read_text(encoding="utf-8"))
        targets = []
        for target in values.pop("targets"):
            known = tuple(KnownPage(**page) for page in target.pop("known"))
            targets.append(Target(**{**target, "known": known, "have": tuple(target["have"])}))
        return cls(**values, targets=tuple(targets))


class Journal:
    """Appends lines to a journal; each is on disk when `add` returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = _mend(path)
        self._handle: TextIO = path.open("a", encoding="utf-8")
        flush(path.parent)
        if not whole:
            self.add({"type": "mended"})

    def add(self, line: Line) -> None:
        self._handle.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._handle.flush()
        os.fsync(self._handle.fileno())

    def close(self) -> None:
        self._handle.close()


def _mend(path: Path) -> bool:
    """Cut off a last line that a kill left unfinished; return False if there was one."""
    if not path.exists():
        return True
    data = path.read_bytes()
    if not data or data.endswith(b"\n"):
        return True
    os.truncate(path, data.rfind(b"\n") + 1)
    return False


def read_journal(path: Path) -> Iterator[Line]:
    """Yield the journal's lines; an unfinished last line (a kill in mid-write) is left out."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as handle:
        for text in handle:
            if not text.endswith("\n"):
                return
            try:
                line = json.loads(text)
            except json.JSONDecodeError:
                continue
            if isinstance(line, dict):
                yield line


@dataclass
class Progressed:
    """What a journal tells of one location: the newest line of each page, and whether it was done."""

    pages: dict[int, Line] = field(default_factory=dict)
    listed: list[Line] = field(default_factory=list)
    done: bool = False


def progress_of(lines: Iterator[Line]) -> tuple[dict[str, Progressed], bool]:
    """Return what was reached per location (without those taken over since), and whether the crawl finished."""
    reached: dict[str, Progressed] = {}
    finished = False
    for line in lines:
        kind, location = line.get("type"), line.get("location", "")
        if kind == FINISHED:
            finished = True
        elif kind == TAKEN:
            reached.pop(location, None)
        elif kind == PAGE:
            reached.setdefault(location, Progressed()).pages[int(line["page"])] = line
        elif kind == LISTED:
            reached.setdefault(location, Progressed()).listed.append(line)
        elif kind == DONE:
            reached.setdefault(location, Progressed()).done = True
    return reached, finished
