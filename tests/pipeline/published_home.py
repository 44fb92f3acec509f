"""A home after its first run, over good and bad documents, with what a person added: made once for all workers.

Who only reads it has a copy (``world``). A run in a copy builds the whole warehouse again, since its views name the
lake that they were made of: who wants what stands to be mended runs at the place where it was made (``in_place``), one
module after the other.

Its catalogue follows three reports of the sample, documents that can't be read, and two rows that are none. A reviewer
has changed one figure, and there is a dictionary of the user's own.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml
from command_line import Done, baogao_process
from filelock import FileLock

from orchestration.home.installation import open_installation
from sources import disk
from sources.home import REPOSITORY
from sources.report_ids import report_id_of

REPORTS = REPOSITORY / "samples" / "reports"
GOOD = ("990100_2022", "990100_2023", "990000_2022")
#: where it is made and runs again, and what is copied
PLACE, AS_MADE = "place", "as_made"
COLUMNS = ("location", "region_code", "region", "level", "report_year")
#: the report of which a figure was reviewed
REVIEWED = "990100_2022.txt"


@dataclass(frozen=True)
class World:
    """Documents and catalogue in `base`, the home, name → word that the user must be told of it, the first run.

    `first_home` is the home as the first run named it, of which `home` may be a copy.
    """

    base: Path
    home: Path
    catalogue: Path
    bad: dict[str, str]
    first: Done
    first_home: Path


def world(once: Callable[[str, Callable[[Path], None]], Path], to: Path) -> World:
    """Return a copy of the published home in the folder `to`, which is made; `once` is the fixture of that name."""
    made = once("published", _publish)
    shutil.copytree(made / AS_MADE, to, symlinks=True)
    found = _world(to, made)
    open_installation(found.home).follow(found.catalogue)
    return found


@contextmanager
def in_place(once: Callable[[str, Callable[[Path], None]], Path]) -> Iterator[World]:
    """Have the published home, as it was made and where it was made, to oneself while the block runs."""
    made = once("published", _publish)
    with FileLock(made / "in_place.lock"):
        disk.remove_tree(made / PLACE)
        shutil.copytree(made / AS_MADE, made / PLACE, symlinks=True)
        yield _world(made / PLACE, made)


def _world(folder: Path, made: Path) -> World:
    told = json.loads((folder / "first.json").read_text(encoding="utf-8"))
    base, first = folder / "documents", Done(**told["run"])
    return World(base, folder / "home", base / "catalogue.csv", told["bad"], first, made / PLACE / "home")


def _publish(made: Path) -> None:
    folder = made / PLACE
    base, home = folder / "documents", folder / "home"
    base.mkdir(parents=True)
    for name in GOOD:
        shutil.copyfile(REPORTS / f"{name}.txt", base / f"{name}.txt")
    bad = write_bad_documents(base)
    rows = [(f"{name}.txt", name[:6], name[7:]) for name in GOOD]
    rows += [(name, "990200", "2022") for name in bad]
    rows += [("", "990200", "2022"), ("990000_2022.txt", "", "2022")]
    catalogue = write_catalogue(base / "catalogue.csv", rows)
    write_yaml(home / "reviews" / "observations.yaml", [decision()])
    own = {"description": "own", "source": "own", "terms": ["各位代表"]}
    write_yaml(home / "dictionaries" / "greetings.yaml", own)
    # the first run from nothing has a process of its own
    first = baogao_process("run", "--catalogue", catalogue, "--home", home)
    assert first.code == 0, first.err
    (folder / "first.json").write_text(json.dumps({"bad": bad, "run": asdict(first)}), encoding="utf-8")
    shutil.copytree(folder, made / AS_MADE, symlinks=True)


def decision() -> dict[str, object]:
    """Return the reviewer's decision: the goal for GDP growth is 7.25 %."""
    text = (REPORTS / REVIEWED).read_text(encoding="utf-8")
    goal = re.search(r"地区生产总值增长(\d[\d.]*%)", text[text.index("主要预期目标") :])
    assert goal, "the sample's report sets a goal"
    return {
        "report_id": report_id_of(REVIEWED), "quote": goal.group(0), "surface": goal.group(1), "indicator": "gdp",
        "action": "change", "set": {"value": 7.25}, "by": "评审人", "reason": "附表里的目标",
    }  # fmt: skip


def write_yaml(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def write_catalogue(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows((location, code, "", "", year) for location, code, year in rows)
    return path


def write_bad_documents(folder: Path) -> dict[str, str]:
    """Write documents that can't be read; return name → word that the user must be told."""
    from reportlab.pdfgen import canvas

    (folder / "empty.txt").write_bytes(b"")
    (folder / "folder.txt").mkdir()
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 this is no archive")
    (folder / "packed.rar").write_bytes(b"Rar!\x1a\x07\x00")
    page = canvas.Canvas(str(folder / "scan.pdf"))
    page.rect(100, 100, 300, 300, fill=1)
    page.save()
    return {
        "missing.txt": "no such file",
        "empty.txt": "empty",
        "folder.txt": "folder",
        "broken.docx": "unreadable",
        "packed.rar": "unsupported_format",
        "scan.pdf": "OCR",
    }
