"""What the fast commands load: a person who reads one file does not wait for an orchestrator."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("dagster", "dagster_dbt", "dbt", "great_expectations", "duckdb", "scrapy")


@pytest.mark.parametrize("module", ["orchestration.cli", "orchestration.cli.reading", "orchestration.hops.plan"])
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


def test_the_judge_loads_no_charts_and_they_are_there_for_whoever_asks() -> None:
    code = (
        "import sys, expectations.runner\n"
        "print([m for m in ('altair', 'altair.vegalite', 'scipy.stats') if m in sys.modules])\n"
        "from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as judge\n"
        "assert judge.stats.entropy([0.5, 0.5]) > 0.69\n"
        "import scipy.stats, altair\n"
        "assert altair.Chart is judge.alt.Chart and judge.stats.entropy is scipy.stats.entropy\n"
        "assert altair.__spec__.origin and sys.modules['altair'] is altair\n"
    )
    assert _run(code) == "[]"


def test_what_is_put_off_loads_for_whoever_asks_meanwhile_and_what_is_loaded_stays() -> None:
    code = (
        "import sys, json.tool\n"
        "from expectations.later import later\n"
        "with later('wave', 'json.tool', 'xml.dom.minidom'):\n"
        "    import wave, xml.dom.minidom\n"
        "    from json import tool\n"
        "    assert tool is json.tool and 'main' in vars(tool)\n"
        "    assert 'Wave_read' not in vars(wave)\n"
        "    from wave import Wave_read\n"
        "    assert 'Wave_read' in vars(sys.modules['wave'])\n"
        "import wave as whole\n"
        "assert whole is not wave and whole.Wave_read is wave.Wave_read is Wave_read\n"
        "assert 'xml.dom.minidom' not in sys.modules\n"
        "try:\n    wave.nothing\nexcept AttributeError as error:\n    print(error)\n"
    )
    assert _run(code) == "module 'wave' has no attribute 'nothing'"


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
