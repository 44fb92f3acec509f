"""What is dear to make is made once for all workers, and kept for the next session while the sources stay the same."""

from __future__ import annotations

import hashlib
import inspect
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from filelock import FileLock

REPOSITORY = Path(__file__).resolve().parent.parent
#: the rooms whose code and data worlds are made of; the dashboard only looks at them
ROOMS = ("client", "sources", "expectations", "orchestration", "transforms", "samples")
#: sources of which worlds are kept, the newest
KEPT = 2


def made_once(root: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder `name` below `root` that `make` filled, now or in a former session of the same sources.

    The first worker that asks makes it, the others wait. Who gets it may read it; what is to be changed is copied.
    """
    # the maker's file is part of the name: a session whose makers lie in several has one folder, which is kept
    maker = hashlib.sha256(Path(inspect.getfile(make)).read_bytes()).hexdigest()[:8]
    folder = root / _hash_of_sources() / f"{name}-{maker}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        whole = Path(f"{folder}.whole")
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _forget_old(root)
            make(folder)
            whole.touch()
    return folder


@cache
def _hash_of_sources() -> str:
    digest = hashlib.sha256(sys.version.encode())
    helpers = (path for path in (REPOSITORY / "tests").rglob("*.py") if not path.name.startswith("test_"))
    for path in [REPOSITORY / "requirements.lock", *sorted(helpers), *_files_of_rooms()]:
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _files_of_rooms() -> Iterator[Path]:
    passing = {"__pycache__", "target", "logs"}
    for room in ROOMS:
        for path in sorted((REPOSITORY / room).rglob("*")):
            # what mutmut notes beside its mutants changes with each that is tried
            noted = path.name.endswith((".py.meta", ".py.spans"))
            if path.is_file() and not noted and not passing & set(path.relative_to(REPOSITORY).parts):
                yield path


def _forget_old(root: Path) -> None:
    folders = sorted((path for path in root.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for folder in folders[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
