"""What the fast commands load: a person who reads one file does not wait for an orchestrator."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from bare_machine import HIDDEN

from orchestration.home.installation import Installation
from sources.document.reports import refusal_row
from sources.partitions import Partition
from sources.registry.catalogue import CatalogueEntry
from sources.snapshot.ledger import make_row
from sources.tables import GATE_RESULTS, REPORTS, SNAPSHOTS

#: what `status` has no use for, though it reads times, reviews and verdicts
UNUSED = ("pandas", "rjieba", "sources.extraction.engine", "sources.document.identity.place", "pebble", "httpx")
HEAVY = ("dagster", "dagster_dbt", "dbt", "great_expectations", "duckdb", "scrapy")


@pytest.mark.parametrize("module", ["orchestration.cli", "sources.files", "orchestration.hops.plan"])
def test_the_command_line_loads_no_orchestrator(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert _run(code) == "[]"


def test_the_list_of_commands_waits_for_nothing_large() -> None:
    code = (
        "import sys, orchestration.cli; print([m for m in ('pydantic', 'numpy', 'yaml', 'httpx') if m in sys.modules])"
    )
    assert _run(code) == "[]"


def test_status_loads_what_it_shows_and_no_more(installation: Installation) -> None:
    here, lake = Partition("990000", "2021"), installation.lake
    entry = CatalogueEntry("a.txt", "990100", "霁川市", "city", 2021)
    lake.write(SNAPSHOTS, here, SNAPSHOTS.to_arrow([make_row(entry, url="a.txt", outcome="failed", error="away")]))
    lake.write(REPORTS, here, REPORTS.to_arrow([refusal_row("a.txt", None, here, "unreadable", "for a test")]))
    verdict = {
        "partition": str(here), "table_name": "reports", "expectation": "title_is_there", "column_name": "title",
        "severity": "warning", "success": False, "n_rows": 1, "n_failed": 1, "code_version": "x",
        "checked_at": datetime.now(UTC),
    }  # fmt: skip
    lake.write(GATE_RESULTS, here, GATE_RESULTS.to_arrow([verdict]), part="reports")
    (installation.home.root / "catalogue.csv").write_text(
        "location,region_code,region,level,report_year\na.txt,990100,,,2021\n", encoding="utf-8"
    )
    installation.reviews.mkdir(exist_ok=True)
    (installation.reviews / "observations.yaml").write_text(
        "- {report_id: x, quote: 增长8%, surface: 8%, indicator: gdp, action: remove, by: 甲, reason: 另处}\n", "utf-8"
    )
    code = (
        "import sys\nfrom orchestration.cli import main\n"
        f"sys.argv = ['baogao', 'status', '--home', {str(installation.home.root)!r}]\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code\n"
        f"print([name for name in {(*HEAVY, *UNUSED)!r} if name in sys.modules])"
    )
    said = _run(code).splitlines()
    assert said[-1] == "[]"
    for told in ("1 documents could not be fetched", "1 expectations do not hold", "reviews    1 decisions"):
        assert any(told in line for line in said), said


def test_extracting_a_file_loads_no_orchestrator(tmp_path: object) -> None:
    code = (
        "import sys, pathlib, tempfile\n"
        "from sources.files import read_file, UnreadFileError\n"
        "path = pathlib.Path(tempfile.mkdtemp()) / 'note.txt'\n"
        "path.write_text('今天天气很好。' * 50, encoding='utf-8')\n"
        "try:\n    read_file(path)\nexcept UnreadFileError as error:\n    assert 'refused' in str(error), error\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    assert _run(code) == "[]"


def test_the_models_are_known_without_dbt_which_is_there_for_whoever_asks() -> None:
    code = (
        "import sys, orchestration.cockpit.dbt_project\n"
        "print([m for m in ('dbt.version', 'dbt.adapters', 'networkx') if m in sys.modules])\n"
        "import dbt.version\n"
        "assert dbt.version.__version__\n"
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


def test_what_is_absent_for_a_while_is_there_for_whoever_asks_after_and_what_is_loaded_stays() -> None:
    code = (
        "import sys, json\n"
        "from expectations.later import absent\n"
        "with absent('wave', 'json'):\n"
        "    import json\n"
        "    try:\n        import wave\n    except ImportError as error:\n        print(error)\n"
        "import wave\n"
        "assert wave.Wave_read and json.loads('1') == 1\n"
    )
    assert _run(code) == "import of wave halted; None in sys.modules"


def test_one_machine_needs_nothing_of_the_cluster(bare_machine: list[str]) -> None:
    hidden = {"s3fs", "aiobotocore", "botocore", "boto3", "duckdb_extension_httpfs", "moto", "celery", "dagster_celery"}
    assert hidden | {"dagster_postgres", "dagster_aws", "psycopg2", "redis"} <= set(HIDDEN)
    told = 'store = "s3://bucket/baogao" needs an extra: pip install "baogao[cluster]"'
    assert bare_machine[-1] == told


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
