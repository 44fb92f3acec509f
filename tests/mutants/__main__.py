"""`python -m mutants` (`make mutants`): are the named faults noticed, and how many of a seeded sample?

What belongs here: a copy of the checkout, the named faults, the sample, what came of it. What does not: making mutants
and choosing their tests (mutmut, in an environment of its own above ours).

mutmut 3 was taken after a trial beside cosmic-ray 8: it loads the tests once and forks for each mutant, so that one
costs seconds where a new process for each costs ten and more, chooses tests by the functions that they reach, and goes
on where it was. It leaves out what stands outside functions, such as bounds of suites; each of those has a failing row
of its own in ``tests/unit/test_expectations.py``. What it did not notice, or what only tests with processes reach, is
put into the code itself, and the tests of its module (ALONE) are run against it.

The sample is in an order of chance: ``--sample 50`` tries the first fifty of the two hundred, which are a sample too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sources.home import REPOSITORY

HERE = Path(__file__).resolve().parent
MUTMUT = "mutmut==3.8.1"
#: what is mutated, and the tests among which mutmut chooses by what they reach: those that load no code again in
#: processes of their own
MUTATED = ("expectations/*", "sources/snapshot/*", "orchestration/release/*")
TESTS = (
    "tests/unit/snapshot", "tests/unit/test_expectations.py", "tests/unit/test_published_expectations.py",
    "tests/orchestration/test_publication.py", "tests/orchestration/test_exports.py",
    "tests/orchestration/test_reasons.py", "tests/unit/test_causes_of_changes.py", "tests/unit/test_descriptors.py",
    "tests/orchestration/test_retention.py", "tests/unit/test_outgoing.py", "tests/unit/test_audits.py",
    "tests/orchestration/test_keeping.py", "tests/orchestration/test_texts.py",
    "tests/transforms/test_superset_bundle.py", "tests/pipeline/test_deposit.py",
    "tests/pipeline/test_release_pages.py", "tests/pipeline/test_audit_draw.py",
)  # fmt: skip
#: files of which one test sets up what all of them look at: who reaches a function there is asked with all the others
TOGETHER = (
    "tests/unit/test_expectations.py", "tests/transforms/test_superset_bundle.py", "tests/pipeline/test_deposit.py",
    "tests/pipeline/test_release_pages.py", "tests/pipeline/test_audit_draw.py",
)  # fmt: skip
#: beginning of a module's name → the tests that are asked, in processes of their own, what those above did not notice;
#: the quick ones first
ALONE = {
    "expectations": ("tests/unit/test_expectations.py", "tests/unit/test_published_expectations.py"),
    "sources.snapshot": ("tests/unit/snapshot", "tests/pipeline/test_crawl_resume.py", "tests/pipeline/test_crawl.py"),
    "sources.snapshot.discover": ("tests/pipeline/test_crawl_discover.py",),
    "sources.snapshot.faults": ("tests/pipeline/test_crawl.py",),
    "sources.snapshot.fetch": ("tests/pipeline/test_crawl_resume.py", "tests/pipeline/test_crawl.py"),
    "sources.snapshot.job": ("tests/pipeline/test_crawl_resume.py",),
    "sources.snapshot.spider": ("tests/pipeline/test_crawl_resume.py", "tests/pipeline/test_crawl.py"),
    "sources.snapshot.supervise": ("tests/pipeline/test_crawl_resume.py", "tests/pipeline/test_crawl.py"),
    "orchestration.release": ("tests/orchestration/test_publication.py", "tests/pipeline/test_own_decisions.py"),
    "orchestration.release.about": ("tests/unit/test_descriptors.py",),
    "orchestration.release.copies": ("tests/orchestration/test_keeping.py",),
    "orchestration.release.deposit": ("tests/unit/test_descriptors.py", "tests/pipeline/test_deposit.py"),
    "orchestration.release.ducklake": (
        "tests/orchestration/test_cluster_settings.py", "tests/cluster/test_ducklake.py",
    ),
    "orchestration.release.pages": ("tests/pipeline/test_release_pages.py",),
    "orchestration.release.sampling": ("tests/unit/test_audits.py", "tests/pipeline/test_audit_draw.py"),
    "orchestration.release.superset_bundle": ("tests/transforms/test_superset_bundle.py",),
}  # fmt: skip
#: mutmut's codes: a test failed, or time was up
KILLED = (1, 3, 36, -24, 24, 152, 255)
#: where mutmut keeps which tests reach which functions
STATS = "mutmut-stats.json"
#: seconds after which a run of tests says that a mutant is noticed: it goes on for ever
LONGEST = 900
#: a mutant by which mutants are made and tests are timed, before there are names to choose from
FIRST = "sources.snapshot.ledger.x_is_valid__mutmut_1"
_SETTINGS = """
[tool.mutmut]
source_paths = ["expectations", "sources", "orchestration"]
only_mutate = {mutated}
also_copy = {others}
pytest_add_cli_args = ["-n", "0", "-q", "-m", "not slow and not cluster and not corpus"]
pytest_add_cli_args_test_selection = {tests}
timeout_constant = 20.0
track_dependencies = false
use_git_change_detection = false
"""


def copy_checkout(target: Path) -> bool:
    """Put the checkout's files into `target`, with mutmut's settings; return whether any was new or another."""
    changed = False
    named = subprocess.run(["git", "-C", str(REPOSITORY), "ls-files", "-z"], capture_output=True, check=True)
    names = [os.fsdecode(name) for name in named.stdout.split(b"\0") if name]
    for name in names:
        place = target / name
        if name == "pyproject.toml" or not (REPOSITORY / name).is_file():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists() or place.read_bytes() != (REPOSITORY / name).read_bytes():
            shutil.copy2(REPOSITORY / name, place)
            changed = True
    tops = sorted({name.split("/")[0] for name in names} - {"expectations", "sources", "orchestration", "tests"})
    settings = _SETTINGS.format(
        mutated=json.dumps(MUTATED), others=json.dumps([n for n in tops if n[0] != "."]), tests=json.dumps(TESTS)
    )
    pyproject = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8") + settings
    (target / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    return changed


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
    return _with_mutmut(checkout, ["-m", "mutmut", *arguments])


def _with_mutmut(checkout: Path, arguments: list[str], told: str = "") -> str:
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, "run", "-q", "--no-project", "--python", sys.executable, "--with", MUTMUT, "python", *arguments]
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix, "PYTHONPATH": ""}
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, input=told)
    if done.returncode:
        raise SystemExit(f"mutmut failed, {arguments[:3]}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def widen(checkout: Path) -> None:
    """Have all tests of a file in TOGETHER asked about each function that one of them reaches."""
    path = checkout / "mutants" / STATS
    stats = json.loads(path.read_text(encoding="utf-8"))
    for tests in stats["tests_by_mangled_function_name"].values():
        files = {test.split("::")[0] for test in tests} & set(TOGETHER)
        tests[:] = sorted({*tests, *(test for test in stats["duration_by_test"] if test.split("::")[0] in files)})
    path.write_text(json.dumps(stats), encoding="utf-8")


def differences(checkout: Path, mutants: list[str]) -> dict[str, str]:
    """Return, for each mutant, its lines beside those that are there."""
    code = (
        "import json, sys; from mutmut.mutation.diff_apply import find_mutant, get_diff_for_mutant as diff; "
        "print(json.dumps({name: diff(name, path=find_mutant(name).path) for name in json.load(sys.stdin)}))"
    )
    found: dict[str, str] = json.loads(_with_mutmut(checkout, ["-c", code], json.dumps(mutants)))
    return found


def tests_alone(mutant: str) -> tuple[str, ...]:
    module = mutant.rpartition(".")[0]
    return ALONE[max((begin for begin in ALONE if module.startswith(begin)), key=len)]


def noticed_alone(checkout: Path, mutant: str) -> bool:
    """Whether a test notices the mutant where it stands in the code itself, and all is loaded anew.

    mutmut has each function decide at its call which mutant it is: nobody asks it in a process of its own whose parent
    passes no environment, what runs while a module is loaded ran before, and Scrapy sees no names of parameters.
    """
    folder = mutant.rpartition(".")[0].replace(".", "/")
    path = next(p for p in (checkout / f"{folder}.py", checkout / folder / "__init__.py") if p.exists())
    source, times = path.read_bytes(), path.stat()
    try:
        mutmut(checkout, "apply", mutant)
        return any(_fails(checkout, tests) for tests in tests_alone(mutant))
    finally:
        path.write_bytes(source)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _fails(checkout: Path, tests: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-m", "not slow and not corpus", tests]
    try:
        done = subprocess.run(
            command, cwd=checkout, env=_environment(checkout), capture_output=True, text=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return True
    # 2: a module can't be loaded, 4: nor what all tests share
    if done.returncode not in (0, 1, 2, 4):
        raise SystemExit(f"pytest ended with {done.returncode} on {tests}:\n{done.stdout[-3000:]}")
    return done.returncode != 0


def try_alone(checkout: Path, mutants: list[str]) -> Iterator[tuple[str, bool]]:
    """Try in turn each in the code itself; yield whether it was noticed.

    What came of it is kept in `alone.json`: a mutant that was noticed stays so while it is the same, another is tried
    again where one of its tests has changed.
    """
    sound: set[str] = set()
    path, now = checkout / "alone.json", differences(checkout, mutants)
    kept: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name in mutants:
        former, tests = kept.get(name, {}), _hash_of_tests(checkout, name)
        if former.get("mutant") != now[name] or not (former["noticed"] or former["tests"] == tests):
            for test in sorted(set(tests_alone(name)) - sound):
                if _fails(checkout, test):
                    raise SystemExit(f"{test} fails without any mutant, so that a failure would say nothing")
                sound.add(test)
            kept[name] = {"mutant": now[name], "tests": tests, "noticed": noticed_alone(checkout, name)}
            path.write_text(json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8")
        yield name, kept[name]["noticed"]


def _hash_of_tests(checkout: Path, mutant: str) -> str:
    digest = hashlib.sha256()
    for name in tests_alone(mutant):
        place = checkout / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def known(checkout: Path) -> dict[str, int | None]:
    """Return, for each mutant there is, mutmut's code for what came of it; None where it was not tried."""
    found: dict[str, int | None] = {}
    for path in sorted((checkout / "mutants").rglob("*.meta")):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def sample(names: list[str], seed: int, size: int) -> list[str]:
    """Return `size` of the names at random, in an order of chance too: most stay where the code changes a little."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())[:size]


def main() -> int:
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "baogao-mutants")
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--sample", type=int, default=200, help="mutants besides the named ones")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--skip-named", action="store_true", help="the sample alone")
    options = parser.parse_args()
    checkout = options.folder.resolve() / "checkout"
    changed = copy_checkout(checkout)
    unnoticed = [] if options.skip_named else named_faults(checkout)
    if options.sample:
        if changed or not (checkout / "mutants" / STATS).exists():
            # mutants are made anew where the code changed, and tests that are new are timed
            mutmut(checkout, "run", "--max-children", str(options.processes), FIRST)
            widen(checkout)
        unnoticed += try_sample(checkout, options.seed, options.sample, options.processes)
    return int(bool(unnoticed))


def try_sample(checkout: Path, seed: int, size: int, processes: int) -> list[str]:
    """Try a sample, print what came of it; return those that no test noticed."""
    chosen = sample(list(known(checkout)), seed, size)
    equivalent = {entry["mutant"] for entry in yaml.safe_load((HERE / "equivalent.yaml").read_text("utf-8"))}
    counted = [name for name in chosen if name not in equivalent]
    untried = [name for name in counted if known(checkout)[name] is None]
    if untried:
        mutmut(checkout, "run", "--max-children", str(processes), *untried)
    codes = known(checkout)
    killed = {name for name in counted if codes[name] in KILLED}
    survived = []
    for name, noticed in try_alone(checkout, [name for name in counted if name not in killed]):
        print(f"{'killed' if noticed else 'SURVIVED'}: {name}", flush=True)
        if not noticed:
            survived.append(name)
    for name, lines in differences(checkout, survived).items():
        print(f"\nsurvived: {name}\n{lines}")
    n, share = len(counted), 100 * (len(counted) - len(survived)) / max(1, len(counted))
    print(
        f"seed {seed}: {n} tried, {n - len(survived)} killed ({share:.0f} %), {len(survived)} survived; "
        f"{len(chosen) - n} equivalent ones left out"
    )
    return survived


if __name__ == "__main__":
    sys.exit(main())
