"""Short runs: hops, warehouse and release in one fork that has all code loaded, disturbed at an operation on a file.

What belongs here: the homes of such runs, recording one, trying a case, judging. What does not: which cases
(``sweep.py``), runs of the whole command (``lab.py``), what a run in one process is (``histories/building.py``).

Without the processes of a real run and without Dagster a trial costs some seconds; what those add is tried by
``cases.py`` and by the sites that only `baogao run` has. An error must be one that the command would show in a line.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from histories import building
from histories.building import Death
from histories.world import Rules

from faults import world
from faults.compare import State, state_of, strays
from faults.forks import RAISED, in_fork
from faults.hook import Spec, install
from faults.reader import Reader, ask
from faults.sweep import Case
from orchestration.cockpit.runs import code_version
from sources.home import Home


@dataclass(frozen=True)
class Tried:
    """What became of a case: how its runs ended, what the first said, whether each disturbance came about."""

    ended: tuple[str, ...]
    said: str
    reached: tuple[bool, ...]
    answers: int
    errors: int
    wrong: list[str]


class Bench:
    """Prepared homes below `folder`: `before` serves release A and has changed documents, `undisturbed` release B.

    Every run is in `place`: the views of a warehouse name the folder of their lake.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place, self.documents, self.log = Home(folder / "home"), folder / "documents", folder / "said.log"
        self.trace = folder / "operations"
        self.expected = State({}, {}, {})
        self.answers: set[str] = set()

    def prepare(self) -> None:
        """Make the homes, unless an earlier call has by the same code; record the undisturbed run.

        What other rules read differs in every row that tells its version, and every case would look wrong.
        """
        building.load_code()
        prepared, commit = self.folder / "prepared", code_version()
        if not prepared.exists() or prepared.read_text(encoding="utf-8") != commit:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            self._do(partial(building.make_empty, self.place, self.folder / "empty"))
            shutil.rmtree(self.place.root)
            world.write_documents(self.documents)
            self._do(lambda: self._run(None))
            world.copy_home(self.place, self.folder / "before")
            world.change_documents(self.documents)
            self._do(lambda: self._run(Spec(str(self.place.root), log=str(self.trace))))
            world.copy_home(self.place, self.folder / "undisturbed")
            prepared.write_text(commit, encoding="utf-8")
        self.expected = State(**self._told(partial(_state, self.folder / "undisturbed")))
        self.answers = {
            json.dumps(self._told(partial(ask, self.folder / name / "published" / "baogao.duckdb")), default=str)
            for name in ("before", "undisturbed")
        }
        if len(self.answers) < 2:
            raise RuntimeError("the two releases say the same, so that nobody could tell them apart")

    def try_case(self, case: Case) -> Tried:
        """Disturb a run of a fresh copy, perhaps the next one too, let another go in peace, compare."""
        home = world.copy_home(Home(self.folder / "before"), self.place.root)
        reader = Reader(home.published_database, 0.5).start()
        ended, reached, said, wrong = [], [], "", []
        try:
            for number, disturbances in enumerate(filter(None, (case.at, case.then, ()) if case.then else (case.at,))):
                code, came, words = self._disturbed(disturbances)
                ended.append(code)
                reached += came
                said = said if number else words
                wrong += _judged(disturbances, code, came, words)
            if ended[-1]:
                ended.append(self._quiet())
        finally:
            seen = reader.stop()
        if ended[-1]:
            wrong.append(f"the next run failed: {_last_line(self.log)}")
        else:
            state = State(**self._told(partial(_state, home.root)))
            if differing := state.differences(self.expected, frozenset()):
                wrong.append(f"differs from an undisturbed run: {', '.join(differing[:4])}")
        wrong += [f"a reader saw {count} times {message}" for message, count in seen.errors.items()]
        if half := [answer for answer in seen.answers if json.dumps(answer, default=str) not in self.answers]:
            wrong.append(f"a reader saw {len(half)} answers of no release")
        if left := strays(home):
            wrong.append(f"left behind: {', '.join(left[:4])}")
        return Tried(
            tuple(map(_in_words, ended)),
            _told_of(said),
            tuple(reached),
            seen.answers.total(),
            seen.errors.total(),
            list(dict.fromkeys(wrong)),
        )

    def _disturbed(self, disturbances: tuple[Mapping[str, Any], ...]) -> tuple[int, list[bool], str]:
        watched = self.folder / "watched"
        watched.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)
        first, *others = disturbances
        spec = Spec(str(self.place.root), log=str(watched), also=dict(others[0]) if others else None, **first)
        code = in_fork(lambda: self._run(spec), self.log)
        lines = watched.read_text(encoding="utf-8").splitlines() if watched.exists() else []
        chosen = [line.split("\t")[3] for line in lines if line.endswith("chosen")]
        return (
            code,
            [at["site"] in chosen if "site" in at else bool(chosen) for at in disturbances],
            self.log.read_text(encoding="utf-8"),
        )

    def _quiet(self) -> int:
        self.log.unlink(missing_ok=True)
        return in_fork(lambda: self._run(None), self.log)

    def _run(self, spec: Spec | None) -> int:
        from orchestration.cli.errors import explain

        if spec is not None:
            install(spec, "cli")
        try:
            building.run(self.place, self.documents / "catalogue.csv", Rules(), self.folder / "empty", Death())
        except Exception as error:
            told = explain(error)
            if told is None:
                raise
            print("baogao:", told)
            return 1
        return 0

    def _do(self, work: Callable[[], int | None]) -> None:
        if in_fork(work, self.log):
            raise RuntimeError(self.log.read_text(encoding="utf-8"))

    def _told(self, work: Callable[[], Any]) -> Any:
        """Return what `work` returns in a fork: this process stays without threads of libraries."""
        target = self.folder / "told.json"
        self._do(lambda: target.write_text(json.dumps(work(), default=str), encoding="utf-8") and None)
        return json.loads(target.read_text(encoding="utf-8"))


def _state(root: Path) -> dict[str, Any]:
    return vars(state_of(Home(root)))


def _judged(disturbances: tuple[Mapping[str, Any], ...], code: int, reached: list[bool], said: str) -> list[str]:
    """Return what is wrong with how a disturbed run ended."""
    killing = any(came and not at.get("error") for at, came in zip(disturbances, reached, strict=True))
    if killing:
        # what is killed after a while may be done by then
        may_live = any(at.get("delay_seconds") for at in disturbances)
        return [] if code == -9 or (may_live and code == 0) else [f"the run was not killed (exit {code})"]
    if code == RAISED:
        last = said.strip().splitlines()[-1:] or [""]
        return [f"an error without a remedy: {last[0][:200]}"]
    return [] if code in (0, 1) else [f"the run ended with {code}"]


def _in_words(code: int) -> str:
    return {0: "healed by itself", -9: "killed"}.get(code, "stopped")


def _told_of(said: str) -> str:
    """Return the line that tells of the fault."""
    lines = said.splitlines()
    told = [line for line in lines if line.startswith("baogao:")]
    return told[0] if told else lines[-1] if "Traceback" in said else ""


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
