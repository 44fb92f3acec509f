"""What the fast commands load: a person who reads one file does not wait for an orchestrator."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("dagster", "dagster_dbt", "dbt", "great_expectations", "duckdb", "scrapy")


@pytest.mark.parametrize("module", ["orchestration.cli", "orchestration.cli.reading", "orchestration.lib.plan"])
def test_the_command_line_loads_no_orchestrator(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert _run(code) == "[]"


def test_extracting_a_file_loads_no_orchestrator(tmp_path: object) -> None:
    code = (
        "import sys, pathlib, tempfile\n"
        "from orchestration.cli.reading import read_file, UnreadFileError\n"
        "path = pathlib.Path(tempfile.mkdtemp()) / 'note.txt'\n"
        "path.write_text('今天天气很好。' * 50, encoding='utf-8')\n"
        "try:\n    read_file(path)\nexcept UnreadFileError as error:\n    assert 'refused' in str(error), error\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    assert _run(code) == "[]"


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
