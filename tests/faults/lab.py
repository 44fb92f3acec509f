"""The bench on which faults are tried: prepared homes, what an undisturbed run comes to, one trial after the other.

What belongs here: preparing, trying, judging. What does not: which faults there are (``cases.py``), the page.

Four homes are prepared once. `before` serves release A; its documents have changed since. `undisturbed` is the same
after one quiet run: release B. `warm` is `before` with the warehouse of `undisturbed`, so that its run fetches, reads,
extracts, counts and publishes, and nothing is built if, and only if, the lake comes out with the same content. A run of
`before` mends the warehouse, as any that is so small, unless a fault wants it `anew`.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faults import world
from faults.compare import State, state_of, strays
from faults.hook import Spec
from faults.reader import Reader, Seen, ask
from faults.world import Done
from orchestration.cockpit.runs import code_version
from orchestration.home.releases import served_id
from sources.home import Home

Inject = Callable[[Home], AbstractContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """One thing to go wrong. `inject` is in force while the disturbed run goes; `then` comes before the next run.

    `home`: which prepared home. `blinds`: the fault is in the served file itself, so readers must see it until it
    is healed. `told`: a word that the run must say. `may_differ`: tables and exports that can't be the same after this
    fault. `anew`: the warehouse is built anew by dbt, and not mended by SQL in the run's own process.
    """

    name: str
    step: str
    home: str = "warm"
    spec: Spec | None = None
    inject: Inject = field(default=lambda home: nullcontext())
    blinds: bool = False
    told: str = ""
    may_differ: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ("run",)
    anew: bool = False


@dataclass(frozen=True)
class Trial:
    """What became of one fault. `wrong` is empty where all is as it must be."""

    fault: Fault
    first: Done
    again: Done
    seen: Seen
    wrong: list[str]

    @property
    def ended(self) -> str:
        if self.first.code < 0:
            return "killed"
        if self.fault.spec is not None and self.first.code == 128 + self.fault.spec.number:
            return "interrupted"
        return "healed by itself" if self.first.code == 0 else "stopped"

    @property
    def told(self) -> str:
        """The line of the disturbed run that tells of the fault."""
        lines = [line.strip() for line in self.first.said.splitlines() if line.strip()]
        found = [line for line in lines if self.fault.told and self.fault.told in line]
        found += [line for line in lines if line.startswith(("mended:", "failed:", "baogao:"))]
        return found[0] if found else ""


class Lab:
    """Prepared homes below `folder`; `try_one` disturbs a copy of one of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before, self.undisturbed, self.warm = (Home(folder / n) for n in ("before", "undisturbed", "warm"))
        self.documents = folder / "documents"
        self.expected: State
        self.deterministic: frozenset[str] = frozenset()
        self.answers: dict[tuple[Any, ...], str] = {}

    def prepare(self) -> None:
        """Make the homes, unless an earlier call has by the same code; work out what undisturbed runs come to."""
        done, commit = self.folder / "prepared", code_version()
        if not done.exists() or done.read_text(encoding="utf-8") != commit:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            catalogue = world.write_documents(self.documents)
            self._quiet(self.before, ("run", "--catalogue", str(catalogue)))
            world.change_documents(self.documents)
            self._quiet(world.copy_home(self.before, self.undisturbed.root))
            warm = world.copy_home(self.before, self.warm.root)
            for name in (*(path.name for path in warm.dbt_files), "warehouse.json", "built_from.json"):
                shutil.copy2(self.undisturbed.root / name, warm.root / name)
            self._quiet(world.copy_home(self.before, self.folder / "undisturbed_again"))
            done.write_text(commit, encoding="utf-8")
        self.expected = state_of(self.undisturbed)
        again = state_of(Home(self.folder / "undisturbed_again"))
        self.deterministic = frozenset(n for n, found in self.expected.files.items() if again.files.get(n) == found)
        if differing := again.differences(self.expected, self.deterministic):
            raise RuntimeError(f"two undisturbed runs differ: {differing}")
        self.answers = {ask(self.before.published_database): "A", ask(self.undisturbed.published_database): "B"}

    def _quiet(self, home: Home, arguments: tuple[str, ...] = ("run",)) -> None:
        done = world.run(home, self.folder / "quiet.log", arguments=arguments)
        if done.code:
            raise RuntimeError(f"an undisturbed run failed:\n{done.said}")

    def recorded(self, home: Home, *, anew: bool = False) -> list[str]:
        """Return the hook's lines of an undisturbed run of a copy of `home`; `anew`: see ``Fault``."""
        trace = self.folder / f"events-{home.root.name}"
        if not trace.exists():
            unfinished = trace.with_suffix(".tmp")
            unfinished.unlink(missing_ok=True)
            self._trace(world.copy_home(home, self.folder / "traced"), unfinished, anew)
            unfinished.replace(trace)
        return trace.read_text(encoding="utf-8").splitlines()

    def _trace(self, home: Home, trace: Path, anew: bool) -> None:
        done = world.run(home, self.folder / "quiet.log", Spec(str(home.root), log=str(trace)), anew=anew)
        if done.code:
            raise RuntimeError(f"an undisturbed run failed:\n{done.said}")

    def try_one(self, fault: Fault, lane: str = "0") -> Trial:
        """Disturb one run of a fresh copy, let the next run go in peace, compare."""
        place = self.folder / f"trial-{lane}"
        if place.is_mount():
            subprocess.run(["umount", str(place)], check=True)
        home = world.copy_home(Home(self.folder / fault.home), place)
        log = self.folder / f"trial-{lane}.log"
        spec = None
        if fault.spec is not None:
            spec = Spec(**{**vars(fault.spec), "root": str(home.root)})
        with _reading(home) as seen:
            former = served_id(home)
            with fault.inject(home):
                first = world.run(home, log, spec, fault.arguments, anew=fault.anew)
            asked = _untold(home, former, first) if spec is not None and _asks(spec) else []
            again = first if first.code == 0 else world.run(home, log)
        wrong = [*asked, *self._judge(fault, home, first, again, seen)]
        if wrong and not place.is_mount():
            kept = self.folder / f"bad-{re.sub('[^a-z]+', '-', fault.name.lower())[:50]}"
            shutil.rmtree(kept, ignore_errors=True)
            place.rename(kept)
            (kept / "said.log").write_text(f"{first.said}\n--- the next run ---\n{again.said}", encoding="utf-8")
        return Trial(fault, first, again, seen, wrong)

    def _judge(self, fault: Fault, home: Home, first: Done, again: Done, seen: Seen) -> list[str]:
        wrong = []
        if fault.spec is not None and fault.spec.error:
            if first.code not in (0, 1):
                wrong.append(f"the run ended with {first.code}")
        elif fault.spec is not None and _asks(fault.spec):
            if first.code != 128 + fault.spec.number:
                wrong.append(f"the run was asked to end by signal {fault.spec.number}, its exit was {first.code}")
        elif fault.spec is not None and (fault.spec.role == "cli" or fault.spec.group) and first.code >= 0:
            wrong.append(f"the run was not killed (exit {first.code})")
        if "Traceback" in first.said:
            wrong.append("the user sees a traceback")
        if fault.told and fault.told not in first.said:
            wrong.append(f"the run does not say {fault.told!r}")
        if again.code != 0:
            wrong.append(f"the next run failed: {again.last_words}")
        else:
            found = state_of(home).differences(self.expected, self.deterministic)
            if differing := [name for name in found if name.partition(" ")[2] not in fault.may_differ]:
                wrong.append(f"differs from an undisturbed run: {', '.join(differing[:4])}")
        if not fault.blinds:
            wrong += [f"a reader saw {count} times {message}" for message, count in seen.errors.items()]
        if seen.polls < 3:
            wrong.append("the reader hardly read")
        half = [answer for answer in seen.answers if answer not in self.answers]
        if half:
            wrong.append(f"a reader saw {len(half)} answers of no release")
        if left := strays(home):
            wrong.append(f"left behind: {', '.join(left[:4])}")
        return wrong


def _asks(spec: Spec) -> bool:
    return not spec.error and spec.number != signal.SIGKILL


def _untold(home: Home, former: str | None, first: Done) -> list[str]:
    """Return what an interrupted run said wrongly of the release that is served."""
    served = served_id(home)
    words = f"the former release {served} is still" if served == former else f"the new release {served} is"
    return [] if words in first.said else [f"the run does not say that {words} served"]


@contextmanager
def _reading(home: Home) -> Iterator[Seen]:
    reader = Reader(home.published_database).start()
    seen = Seen()
    try:
        yield seen
    finally:
        found = reader.stop()
        seen.answers.update(found.answers)
        seen.errors.update(found.errors)
