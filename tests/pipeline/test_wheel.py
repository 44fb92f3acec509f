"""The wheel in an empty folder: an environment of its own, no checkout on the path, a home of nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import floors
from benchmarks.against import CORPUS
from sources.home import REPOSITORY


class Installed:
    """An environment in `folder` that has the wheel with `extras`, of the locked versions."""

    def __init__(self, folder: Path, extras: str = "", compiled: bool = False) -> None:
        self.folder, self.bin = folder / "work", folder / "env" / "bin"
        self.folder.mkdir()
        (folder / "home").mkdir()
        self.environment = {"HOME": str(folder / "home"), "PATH": os.defpath, "LANG": "C.UTF-8"}
        building = os.environ | {"HATCH_BUILD_HOOK_ENABLE_CUSTOM": str(int(compiled))}
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        done = _run(build, REPOSITORY, building)
        assert done.returncode == 0, done.stderr
        (wheel,) = folder.glob("*.whl")
        lock = str(REPOSITORY / "requirements.lock")
        for command in (
            ["venv", "-q", "--python", sys.executable, str(folder / "env")],
            ["pip", "install", "-q", "--python", str(self.bin / "python"), "-c", lock, f"{wheel}{extras}"],
        ):
            done = _run([sys.executable, "-m", "uv", *command], folder)
            assert done.returncode == 0, done.stderr

    def baogao(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return _run([str(self.bin / "baogao"), *arguments], self.folder, self.environment)


def _run(
    command: list[str], folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_reading_core_extracts_and_names_what_more_there_is(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    for name in ("reports/990100_2022.txt", "forms/990221_2024_skia.pdf"):
        shutil.copy(REPOSITORY / "samples" / name, installed.folder)
    done = installed.baogao("extract", "990100_2022.txt", "990221_2024_skia.pdf", "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = done.stdout.splitlines()[1:]
    assert {row.split(",")[0] for row in rows} == {"990100_2022", "990221_2024_skia"} and len(rows) > 100
    refused = installed.baogao("run", "--sample")
    assert refused.returncode == 1 and 'pip install "baogao[run]"' in refused.stderr
    assert installed.baogao("run", "--help").returncode == 0
    assert sorted(path.name for path in installed.folder.iterdir()) == ["990100_2022.txt", "990221_2024_skia.pdf"]


@pytest.mark.slow
def test_the_sample_runs_without_a_checkout(tmp_path: Path) -> None:
    installed = Installed(tmp_path, "[all]")
    packages = next((tmp_path / "env" / "lib").glob("python*")) / "site-packages"
    before = _files(packages)
    done = installed.baogao("run", "--sample")
    assert done.returncode == 0, done.stderr
    assert "published: release" in done.stdout
    home = installed.folder / "baogao_home"
    assert (home / "published" / "baogao.duckdb").is_file()
    assert [path.name for path in installed.folder.iterdir()] == ["baogao_home"]
    # where a system keeps its packages nobody but root may write
    assert _files(packages) == before
    again = installed.baogao("run")
    assert again.returncode == 0 and "nothing to do" in again.stdout
    exported = installed.baogao("export", "out")
    assert exported.returncode == 0 and (installed.folder / "out").is_dir()


@pytest.mark.slow
def test_the_compiled_wheel_gives_the_rows_of_the_checkout_and_is_faster(tmp_path: Path) -> None:
    # slow: gcc alone takes minutes
    installed = Installed(tmp_path, compiled=True)
    assert installed.baogao("--version").stdout.endswith(" (compiled)\n")
    assert list(REPOSITORY.glob("sources/**/*.so")) == []
    python = installed.bin / "python"
    if CORPUS.is_dir():
        floors.compiled_to_pure(python, CORPUS, turns=1)  # an error where rows differ
    ratio, kept = floors.compiled_to_pure(python), floors.kept()
    assert ratio <= kept.compiled_to_pure / floors.FALL, f"{kept.compiled_to_pure} on {kept.measured_on}"


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "__pycache__" not in path.parts}
