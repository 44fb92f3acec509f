"""`python -m mutants` (`make mutants`): are the named faults noticed, and how many of a seeded sample?

What belongs here: a copy of the checkout, the named faults, the sample, what came of it. What does not: making mutants
and choosing their tests (mutmut, in an environment of its own above ours).

mutmut 3 was taken after a trial beside cosmic-ray 8: it loads the tests once and forks for each mutant, so that one
costs seconds where a new process for each costs ten and more, chooses tests by the functions that they reach, and goes
on where it was. It leaves out what stands outside functions, such as bounds of suites; each of those has a failing row
of its own in ``tests/unit/test_expectations.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from sources.home import REPOSITORY

HERE = Path(__file__).resolve().parent
MUTMUT = "mutmut==3.8.1"
#: what is mutated, and the tests among which mutmut chooses by what they reach: those that start no process, which
#: would load all code again for each mutant
MUTATED = ("expectations/*", "sources/snapshot/*", "orchestration/release/*")
TESTS = (
    "tests/unit/snapshot", "tests/unit/test_expectations.py", "tests/unit/test_published_expectations.py",
    "tests/orchestration/test_publication.py", "tests/orchestration/test_exports.py",
    "tests/orchestration/test_reasons.py",
    "tests/orchestration/test_retention.py", "tests/unit/test_outgoing.py", "tests/unit/test_audits.py",
    "tests/orchestration/test_keeping.py", "tests/orchestration/test_texts.py",
)  # fmt: skip
#: mutmut's codes: a test failed, or time was up
KILLED, SURVIVED, NOT_REACHED = (1, 3, 36, -24, 24, 152, 255), 0, 33
#: a mutant by which mutants are made and tests are timed, before there are names to choose from
FIRST = "sources.snapshot.ledger.x_is_valid__mutmut_1"
_SETTINGS = """
[tool.mutmut]
source_paths = ["expectations", "sources", "orchestration"]
only_mutate = {mutated}
also_copy = {others}
pytest_add_cli_args = ["-n", "0", "-q", "-m", "not slow and not cluster and not corpus"]
pytest_add_cli_args_test_selection = {tests}
track_dependencies = false
use_git_change_detection = false
"""


def copy_checkout(target: Path) -> None:
    """Put the checkout's files into `target`, with mutmut's settings; what is there and the same stays."""
    named = subprocess.run(["git", "-C", str(REPOSITORY), "ls-files", "-z"], capture_output=True, check=True)
    names = [os.fsdecode(name) for name in named.stdout.split(b"\0") if name]
    for name in names:
        place = target / name
        if name == "pyproject.toml" or not (REPOSITORY / name).is_file():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists() or place.read_bytes() != (REPOSITORY / name).read_bytes():
            shutil.copy2(REPOSITORY / name, place)
    tops = sorted({name.split("/")[0] for name in names} - {"expectations", "sources", "orchestration", "tests"})
    settings = _SETTINGS.format(
        mutated=json.dumps(MUTATED), others=json.dumps([n for n in tops if n[0] != "."]), tests=json.dumps(TESTS)
    )
    pyproject = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8") + settings
    (target / "pyproject.toml").write_text(pyproject, encoding="utf-8")


def named_faults(checkout: Path) -> list[str]:
    """Put each named fault into the copy, run its test, take it out again; return those that went unnoticed."""
    unnoticed = []
    for fault in yaml.safe_load((HERE / "named.yaml").read_text(encoding="utf-8")):
        path = checkout / fault["file"]
        source = path.read_text(encoding="utf-8")
        if source.count(fault["before"]) != 1:
            raise SystemExit(
                f"{fault['file']} holds {fault['before']!r} {source.count(fault['before'])} times, not once"
            )
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-m", "not slow", fault["test"]]
        try:
            path.write_text(source.replace(fault["before"], fault["after"]), encoding="utf-8")
            done = subprocess.run(command, cwd=checkout, env=_environment(checkout), capture_output=True, text=True)
        finally:
            path.write_text(source, encoding="utf-8")
        noticed = done.returncode == 1
        print(f"{'noticed' if noticed else 'NOT NOTICED'}: {fault['why']}", flush=True)
        if not noticed:
            unnoticed.append(fault["why"])
    return unnoticed


def _environment(checkout: Path) -> dict[str, str]:
    # before our own place, which the environment names
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(checkout), str(checkout / "client")])}


def mutmut(checkout: Path, *arguments: str) -> str:
    """Run mutmut over ours in an environment that has it besides; return what it says."""
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, "run", "-q", "--no-project", "--python", sys.executable, "--with", MUTMUT, "python", "-m", "mutmut"]
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix, "PYTHONPATH": ""}
    done = subprocess.run([*command, *arguments], cwd=checkout, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"mutmut {arguments[0]} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def noticed_alone(checkout: Path, mutant: str) -> bool:
    """Whether a test notices the mutant in a process of its own.

    What runs while a module is loaded ran before mutmut forked, without the mutant, and what it made was kept.
    """
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, "run", "-q", "--no-project", "--python", sys.executable, "--with", MUTMUT, "python", "-m", "pytest"]
    place = checkout / "mutants"
    environment = {**_environment(place), "VIRTUAL_ENV": sys.prefix, "MUTANT_UNDER_TEST": mutant}
    chosen = ["-q", "-x", "-n", "0", "-m", "not slow and not cluster and not corpus", *TESTS]
    done = subprocess.run([*command, *chosen], cwd=place, env=environment, capture_output=True, text=True)
    return done.returncode != 0


def try_survivors_alone(checkout: Path, survivors: list[str]) -> dict[str, bool]:
    """Try those of which nothing is kept; return for each mutant tried so far whether it was noticed."""
    kept = checkout / "alone.json"
    found: dict[str, bool] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    untried = [name for name in survivors if name not in found]
    if untried and noticed_alone(checkout, ""):
        raise SystemExit("the tests fail without any mutant, so that a failure would say nothing")
    for name in untried:
        found[name] = noticed_alone(checkout, name)
        kept.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return found


def known(checkout: Path) -> dict[str, int | None]:
    """Return, for each mutant there is, mutmut's code for what came of it; None where it was not tried."""
    found: dict[str, int | None] = {}
    for path in sorted((checkout / "mutants").rglob("*.meta")):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def sample(names: list[str], seed: int, size: int) -> list[str]:
    return random.Random(seed).sample(sorted(names), min(size, len(names)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "baogao-mutants")
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--sample", type=int, default=200, help="mutants besides the named ones")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--skip-named", action="store_true", help="the sample alone")
    parser.add_argument("--show", action="store_true", help="try none; tell what is known of the sample")
    options = parser.parse_args()
    checkout = options.folder.resolve() / "checkout"
    unnoticed: list[str] = []
    if not options.show:
        copy_checkout(checkout)
        unnoticed = [] if options.skip_named else named_faults(checkout)
    if options.sample:
        processes = ["--max-children", str(options.processes)]
        if FIRST not in known(checkout):
            mutmut(checkout, "run", *processes, FIRST)
        equivalent = {entry["mutant"] for entry in yaml.safe_load((HERE / "equivalent.yaml").read_text("utf-8"))}
        chosen = sample(list(known(checkout)), options.seed, options.sample)
        untried = [name for name in chosen if known(checkout)[name] is None]
        if untried and not options.show:
            mutmut(checkout, "run", *processes, *untried)
        codes = known(checkout)
        survivors = [name for name in chosen if codes[name] == SURVIVED and name not in equivalent]
        alone = try_survivors_alone(checkout, [] if options.show else survivors)
        unnoticed += report(
            checkout, chosen, equivalent, {name for name, noticed in alone.items() if noticed}, options.seed
        )
    return int(bool(unnoticed))


def report(checkout: Path, chosen: list[str], equivalent: set[str], alone: set[str], seed: int) -> list[str]:
    """Print what came of the sample, `alone` what was noticed in a process of its own; return the survivors."""
    codes = known(checkout) | dict.fromkeys(alone, KILLED[0])
    counted = [name for name in chosen if name not in equivalent]
    kinds: Counter[str] = Counter(_kind(codes[name]) for name in counted)
    for name in counted:
        if _kind(codes[name]) in ("survived", "not reached"):
            print(f"\n{_kind(codes[name])}: {name}\n{mutmut(checkout, 'show', name)}")
    tried = sum(kinds.values()) - kinds["not tried"]
    share = 100 * kinds["killed"] / tried if tried else 0.0
    said = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    print(f"seed {seed}: {said}; equivalent {len(chosen) - len(counted)}; of {tried} tried {share:.0f} % killed")
    return [name for name in counted if _kind(codes[name]) == "survived"]


def _kind(code: Any) -> str:
    if code is None:
        return "not tried"
    return "killed" if code in KILLED else {SURVIVED: "survived", NOT_REACHED: "not reached"}.get(code, "other")


if __name__ == "__main__":
    sys.exit(main())
