"""What the wheel holds, what it asks for, and that the reading core asks for little."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from orchestration.cli import extras
from orchestration.cli.commands import COMMANDS, app
from orchestration.cli.errors import UserError
from orchestration.home.provenance import PROJECT_DIR, PROJECT_FILES
from sources.home import REPOSITORY

PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = {Path(room).name: room for room in PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
#: how much the reading core may be
MOST_PACKAGES, MOST_BYTES = 60, 250_000_000
#: what no module of ours names, and why it is asked for all the same
UNNAMED = {
    "dagster-webserver": "started by `baogao ui`",
    "dagster-postgres": "loaded by Dagster where dagster.yaml names PostgreSQL",
    "duckdb-extension-ducklake": "a file, found by the package's place",
    "duckdb-extension-httpfs": "a file, found by the package's place",
    "duckdb-extension-postgres-scanner": "a file, found by the package's place",
    "dbt-duckdb": "loaded by dbt where profiles.yml says duckdb",
    "onnxruntime": "loaded by rapidocr, which leaves the choice to us",
    "pylopdf-fonts-zh-cn": "a file, found by the package's place",
}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_what_runs(names: set[str]) -> None:
    needed = {path for pattern in PROJECT_FILES for path in PROJECT_DIR.glob(pattern) if path.is_file()}
    for room in ("sources", "expectations", "orchestration", "dashboard"):
        needed |= {
            path for path in (REPOSITORY / room).rglob("*") if path.is_file() and "__pycache__" not in path.parts
        }
    needed |= {path for path in (REPOSITORY / "samples" / "site").rglob("*") if path.is_file()}
    needed |= {REPOSITORY / "samples" / name for name in ("catalogue.csv", "serve.py", "reports/990100_2022.txt")}
    assert len(needed) > 400
    assert "orchestration/workspace.yaml" in names, "`baogao ui` looks for it there, without a checkout"
    assert {str(path.relative_to(REPOSITORY)) for path in needed} - names == set()


def test_the_wheel_holds_no_more(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == set(ROOMS)
    assert {name for name in names if "/target/" in name or name.endswith((".pyc", ".duckdb"))} == set()
    assert {name for name in names if name.startswith("samples/") and name.endswith(".py")} == {
        "samples/__init__.py",
        "samples/serve.py",
    }
    assert {name for name in names if name.startswith(("samples/forms/", "samples/world/", "samples/truth"))} == set()


def test_what_modules_of_the_wheel_import_is_in_it_or_asked_for(names: set[str]) -> None:
    asked = {*_asked("all"), "baogao"}
    homes = packages_distributions()
    missing = set()
    for name in _imported(names):
        carriers = {canonicalize_name(carrier) for carrier in homes.get(name, ())}
        if name not in ROOMS and ((REPOSITORY / name).is_dir() or not carriers & asked):
            missing.add(name)
    assert missing == set()


def test_what_is_asked_for_is_imported(names: set[str]) -> None:
    homes = packages_distributions()
    imported = {canonicalize_name(carrier) for name in _imported(names) for carrier in homes.get(name, ())}
    assert _asked("all") - imported - UNNAMED.keys() == set()


def test_the_reading_core_is_light() -> None:
    core = _with_what_they_need(_asked())
    assert 15 < len(core) <= MOST_PACKAGES
    size = 0
    for name in core:
        files = distribution(name).files
        assert files, name
        size += sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).is_file())
    assert 50_000_000 < size <= MOST_BYTES


EXTRACT = """
import sys
from importlib.machinery import PathFinder
refused = set(sys.argv[1].split())
class Bare(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name in refused else super().find_spec(name, path, target)
sys.meta_path = [Bare if finder is PathFinder else finder for finder in sys.meta_path]
from orchestration.cli import main
sys.argv = ["baogao", "extract", "--format", "csv", *sys.argv[2:]]
main()
"""


def test_extracting_loads_the_reading_core_alone() -> None:
    core = _with_what_they_need(_asked())
    refused = {
        name
        for name, homes in packages_distributions().items()
        if not {canonicalize_name(home) for home in homes} & core
    } - {*ROOMS}
    assert {"pyarrow", "pandas", "dagster", "duckdb", "scrapy", "streamlit", "jieba", "cv2"} <= refused
    samples = REPOSITORY / "samples"
    files = [samples / "reports" / "990100_2022.txt", samples / "site" / "990100" / "990100_2023.html"]
    files += sorted(path for path in (samples / "forms").glob("990*") if path.suffix != ".html")
    files = [path for path in files if path.exists()]
    assert {".txt", ".ofd", ".doc", ".rtf", ".pdf", ".docx", ".mht"} <= {path.suffix for path in files}
    command = [sys.executable, "-c", EXTRACT, " ".join(refused), *map(str, files)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {line.split(",")[0] for line in done.stdout.splitlines()[1:]} >= {path.stem for path in files}


def test_every_command_says_what_it_needs_and_every_extra_has_a_module_that_tells() -> None:
    assert set(COMMANDS) == set(extras.NEEDS)
    shared = {"all", "dev"}
    assert set(extras.TELLING) == set(PYPROJECT["project"]["optional-dependencies"]) - shared
    for extra, module in extras.TELLING.items():
        carriers = {canonicalize_name(name) for name in packages_distributions()[module]}
        others = set(extras.TELLING) - {extra, "run"}  # run brings crawl
        assert carriers <= _asked(extra) and not any(carriers & _asked(other) for other in others)


def test_a_command_without_its_extra_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(extras.TELLING, "dashboard", "a_module_that_nobody_has")
    with pytest.raises(UserError, match=r'`baogao dashboard` needs .* pip install "baogao\[dashboard\]"'):
        app(["dashboard"], standalone_mode=False)


def _imported(names: set[str]) -> set[str]:
    """Return the first names of all modules that the wheel's modules import, the standard library's apart."""
    found = set()
    for name in names:
        if name.endswith(".py"):
            found |= set(_modules(ast.parse(_module(name).read_text(encoding="utf-8"))))
    return {name.split(".")[0] for name in found} - sys.stdlib_module_names


def _module(name: str) -> Path:
    """Return the file that lies in the wheel under `name`."""
    room, _, rest = name.partition("/")
    return REPOSITORY / ROOMS[room] / rest


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _asked(*chosen: str) -> set[str]:
    """Return the distributions that pyproject.toml names, with those of the extras `chosen` and of theirs."""
    lines = list(PYPROJECT["project"]["dependencies"])
    for extra in chosen:
        lines += PYPROJECT["project"]["optional-dependencies"][extra]
    found: set[str] = set()
    for line in lines:
        requirement = Requirement(line)
        if requirement.name == "baogao":
            found |= _asked(*requirement.extras)
        else:
            found.add(canonicalize_name(requirement.name))
    return found


def _with_what_they_need(distributions: set[str]) -> set[str]:
    """Return `distributions` and, as installed here, all that they bring with them."""
    found: set[str] = set()
    waiting = set(distributions)
    while waiting:
        name = waiting.pop()
        try:
            lines = distribution(name).requires or []
        except PackageNotFoundError:  # for another system
            continue
        found.add(name)
        for requirement in map(Requirement, lines):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting |= {canonicalize_name(requirement.name)} - found
    return found


def test_the_notice_names_the_packages_of_the_lock() -> None:
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pinned = {canonicalize_name(line.split("==")[0]): line.split("==")[1].split()[0] for line in lock if "==" in line}
    listed = (REPOSITORY / "NOTICE").read_text(encoding="utf-8").partition(" Name ")[2].splitlines()[1:]
    told = {canonicalize_name(line.split()[0]): line.split()[1] for line in listed}
    assert told == pinned, "the lock has changed: make notice"
    assert all(len(line.split()) > 2 for line in listed), "a package without a licence"


def test_what_runs_is_of_the_versions_that_are_tested() -> None:
    """`make run` installs a part of the lock: its packages, with the same files."""
    whole, part = (
        dict(entry.partition("==")[::2] for entry in _entries(REPOSITORY / name))
        for name in ("requirements.lock", "requirements.run.lock")
    )
    assert len(part) > 100
    assert {name: _files(entry) for name, entry in part.items()} == {name: _files(whole[name]) for name in part}
    assert _asked("run", "dashboard", "mcp") <= {canonicalize_name(name) for name in part}, "make lock"


def _entries(lock: Path) -> list[str]:
    return re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8").strip())


def _files(entry: str) -> list[str]:
    return [entry.split()[0], *re.findall(r"sha256:\w+", entry)]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements.run.lock", "tests/bi/requirements.lock"])
def test_every_locked_package_is_held_to_its_files(lock: str) -> None:
    pinned = _entries(REPOSITORY / lock)
    assert len(pinned) > 100
    assert not [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry], "make lock"
