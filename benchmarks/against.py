"""`python -m benchmarks against COMMIT`: is it faster than another commit, and does it give the same?

What belongs here: two checkouts side by side, turn about in one sitting, and the table of their ratios. What does not:
the pieces of work (``pieces.py``).

COMMIT is a commit, unpacked with an environment of its own below `.against/` and kept there, or the folder of a
checkout. Each piece runs in two processes, one of each checkout's own interpreter, that take turns: A B A B, after one
turn each that only warms up. Ratios are medians; a result that differs makes the exit code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO

from benchmarks.pieces import PIECES

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
SAMPLE = ROOT / "samples" / "reports"
#: variables of the caller's that would lead an interpreter to other modules, or keep it from storing byte code
_NOT_OURS = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
_HEAD = ("| piece | before, s | now, s | **now ÷ before** | by the clock | equal |", "|---|---:|---:|---:|---:|---|")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a piece: seconds of the processor and by the clock, hash of what it gave."""

    cpu: float
    wall: float
    sha256: str


class Side:
    """A process that takes turns of one piece with the modules of one interpreter."""

    def __init__(self, python: Path, piece: str, corpus: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
        self._program = [str(python), "-P", str(Path(__file__).with_name("pieces.py")), piece, str(corpus)]
        # not from this folder: it would stand before the interpreter's own modules
        self._process = subprocess.Popen(
            self._program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=python.anchor, env=environment
        )

    def turn(self) -> Turn:
        """Take a turn. Raises RuntimeError where the process has ended; what it said went to standard error."""
        asked, answers = _pipe(self._process.stdin), _pipe(self._process.stdout)
        with suppress(BrokenPipeError):
            print(file=asked, flush=True)
        answer = answers.readline()
        if not answer:
            raise RuntimeError(f"{' '.join(self._program)} ended with {self._process.wait()}, see above")
        return Turn(**json.loads(answer))

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def take_turns(piece: str, before: Path, now: Path, corpus: Path, turns: int) -> list[tuple[Turn, Turn]]:
    """Return `turns` pairs of one piece, by the interpreters `before` and `now`, after one that warms up."""
    sides = [Side(python, piece, corpus) for python in (before, now)]
    try:
        pairs = [(sides[0].turn(), sides[1].turn()) for _ in range(turns + 1)]
    finally:
        for side in sides:
            side.close()
    return pairs[1:]


def checkout(commit: str) -> Path:
    """Return the folder of a checkout with an environment: `commit` itself where it is one, else unpacked and kept."""
    folder = Path(commit)
    if not folder.is_dir():
        sha = _said("git", "-C", ROOT, "rev-parse", "--verify", f"{commit}^{{commit}}").decode().strip()
        folder = ROOT / ".against" / sha[:12]
        if not folder.exists():
            folder.mkdir(parents=True)
            subprocess.run(["tar", "-x", "-C", folder], input=_said("git", "-C", ROOT, "archive", sha), check=True)
    subprocess.run(["make", "-s", "-C", folder, ".venv/.installed"], check=True, stdout=sys.stderr)
    return folder.resolve()


def _said(*command: str | Path) -> bytes:
    try:
        return subprocess.run(command, check=True, capture_output=True).stdout
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(map(str, command))}: {error.stderr.decode().strip()}: name a commit of this repository")


def row(piece: str, pairs: list[tuple[Turn, Turn]]) -> str:
    """Return a piece's line of the table."""
    before, now = (median(pair[side].cpu for pair in pairs) for side in (0, 1))
    cpu = median(new.cpu / old.cpu for old, new in pairs)
    wall = median(new.wall / old.wall for old, new in pairs)
    equal = "yes" if same(pairs) else "**no**"
    return f"| {piece} | {before:.3f} | {now:.3f} | **{cpu:.3f}** | {wall:.3f} | {equal} |"


def same(pairs: list[tuple[Turn, Turn]]) -> bool:
    """Whether all turns of both sides gave the same."""
    return len({turn.sha256 for pair in pairs for turn in pair}) == 1


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 where the two differ in what they give."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks against", description=__doc__)
    parser.add_argument("commit", help="a commit, or the folder of a checkout")
    parser.add_argument("pieces", nargs="*", help=f"default: all of {' '.join(PIECES)}")
    parser.add_argument("--turns", type=int, default=5, help="pairs of turns (default 5)")
    parser.add_argument("--corpus", type=Path, default=CORPUS if CORPUS.is_dir() else SAMPLE)
    parser.add_argument(
        "--python", type=Path, default=Path(sys.executable), help="interpreter of `now`, if not this one: a wheel's"
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.pieces) - set(PIECES):
        parser.error(f"no piece is called {', '.join(sorted(unknown))}; there are {', '.join(PIECES)}")
    if options.turns < 1:
        parser.error("--turns must be 1 or more")
    before = checkout(options.commit) / ".venv" / "bin" / "python"
    print(*_HEAD, sep="\n", flush=True)
    differ = False
    for piece in options.pieces or PIECES:
        pairs = take_turns(piece, before, options.python.absolute(), options.corpus.resolve(), options.turns)
        print(row(piece, pairs), flush=True)
        differ |= not same(pairs)
    return int(differ)
