"""Several machines by settings: what dagster.yaml becomes, whose it is, and which queue a run waits in."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from bare_machine import HIDDEN, names
from psycopg2.extensions import parse_dsn

from orchestration import hops
from orchestration.cli import submitting
from orchestration.cluster.queues import queue_of
from orchestration.cockpit.defs.automation import sensor
from orchestration.cockpit.instance import TEMPLATE, ensure_dagster_home
from orchestration.home.releases import ReleaseError
from orchestration.hops.ranges import Rectangle
from orchestration.release.ducklake import _libpq, extension_file
from sources.home import REPOSITORY, Home
from sources.partitions import Partition
from sources.settings import SettingsError, load_settings

TOML = """[cluster]
engine = "celery"
records = "postgresql://baogao:hidden@db.example.org/baogao"
broker = "redis://queue.example.org/0"
slots = 7
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in ("RECORDS", "BROKER", "RESULTS"):
        # set, so that what the code puts there is taken back after the test
        monkeypatch.setenv(f"BAOGAO_CLUSTER_{name}", "")
        monkeypatch.delenv(f"BAOGAO_CLUSTER_{name}")
    return Home(tmp_path)


def written(home: Home, toml: str, former: str | None = None) -> str:
    (home.root / "baogao.toml").write_text(toml, encoding="utf-8")
    path = home.dagster / "dagster.yaml"
    if former is not None:
        home.create()
        path.write_text(former, encoding="utf-8")
    ensure_dagster_home(home)
    return path.read_text(encoding="utf-8")


def test_dagster_yaml_follows_from_the_settings_and_holds_no_password(home: Home) -> None:
    text = written(home, TOML)
    settings = yaml.safe_load(text)
    assert settings["storage"]["postgres"]["postgres_url"] == {"env": "BAOGAO_CLUSTER_RECORDS"}
    assert settings["run_launcher"]["class"] == "WorkerRunLauncher"
    assert settings["concurrency"]["runs"]["max_concurrent_runs"] == 7
    assert settings["concurrency"]["pools"] == yaml.safe_load(TEMPLATE.read_text())["concurrency"]["pools"]
    assert settings["run_retries"]["retry_on_asset_or_op_failure"] is False
    assert settings["run_coordinator"]["class"] == "PlanningCoordinator"
    assert settings["run_coordinator"]["config"] == {"dequeue_use_threads": True, "dequeue_interval_seconds": 1}
    assert settings["run_monitoring"]["free_slots_after_run_end_seconds"] == 300
    assert "hidden" not in text
    assert os.environ["BAOGAO_CLUSTER_RECORDS"].startswith("postgresql://baogao:hidden@")
    assert os.environ["BAOGAO_CLUSTER_RESULTS"] == "redis://queue.example.org/0"


def test_what_was_written_is_written_again_and_a_persons_file_stays(home: Home) -> None:
    first = written(home, TOML)
    assert "max_concurrent_runs: 9" in written(home, TOML.replace("slots = 7", "slots = 9"))
    assert written(home, "") == TEMPLATE.read_text(encoding="utf-8"), "one machine again"
    mine = first.partition("\n")[2]
    assert written(home, TOML, former=mine) == mine
    assert written(home, "", former=mine) == mine


def test_the_file_of_a_former_version_is_ours(home: Home) -> None:
    former = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    del former["run_coordinator"]
    assert yaml.safe_load(written(home, TOML, former=yaml.safe_dump(former)))["run_launcher"]["class"]


def test_another_engine_keeps_the_launcher_that_a_person_wrote(home: Home) -> None:
    toml = TOML.replace('"celery"', '"k8s"')
    with pytest.raises(SettingsError, match="run_launcher block into"):
        written(home, toml)
    launcher = {"module": "dagster_k8s", "class": "K8sRunLauncher", "config": {"job_image": "baogao"}}
    text = written(home, toml, former=yaml.safe_dump({"run_launcher": launcher}))
    assert yaml.safe_load(text)["run_launcher"] == launcher and "postgres_url" in text
    assert written(home, toml) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[cluster]\nengine = "celery"\n', "cluster: .*records"),
        (TOML.replace("broker", "# broker"), "cluster: .*broker"),
        (TOML.replace("redis://", "amqp://"), r"cluster.broker: .*redis"),
        (TOML.replace("slots = 7", "slots = 0"), "cluster.slots"),
        ("[publish]\nducklake = 'lake.db'\n", "publish.ducklake"),
    ],
)
def test_settings_that_can_not_be_used_say_why(home: Home, text: str, words: str) -> None:
    (home.root / "baogao.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=words):
        load_settings(home, {})


def test_a_ducklake_without_its_extensions_says_what_to_install() -> None:
    with pytest.raises(ReleaseError) as lacking:
        extension_file("duckdb_extension_of_nobody", "ducklake")
    told = '[publish] ducklake needs DuckDB\'s extensions: pip install "baogao[cluster]"'
    assert str(lacking.value) == told


def test_a_run_waits_in_the_queue_of_its_assets() -> None:
    assert queue_of("ingest", {"snapshots"}) == queue_of("refresh", {"declare_sweep"}) == "fetch"
    assert queue_of("ingest", {"snapshots", "reports"}) == "fetch", "who asks sites is the one that may"
    assert queue_of("__ASSET_JOB", {"reports", "observations", "rejections", "term_counts"}) == "dagster"
    assert queue_of("warehouse", {"dbt_models", "publication"}) == queue_of("x", {"fct_observation"}) == "warehouse"
    assert queue_of("ingest", {"reports", "fct_observation"}) == "warehouse"


def test_what_fetches_and_what_reads_is_said_in_one_place() -> None:
    assert {*hops.FETCHED, *hops.READ} == {table.name for table in hops.TABLES}
    assert (sensor.READ, sensor.FETCHED) == (hops.READ, hops.FETCHED)
    # the command line asks for what the hops of a stage write
    assert submitting.assets_of is hops.assets_of
    assert (submitting.READING, submitting.FETCHING) == (hops.READING, hops.FETCHING)
    assert (hops.assets_of(hops.READING), hops.assets_of(hops.FETCHING)) == (hops.READ, hops.FETCHED)
    for hop in hops.HOPS:
        assert {queue_of("x", {name}) for name in (hop.name, *(table.name for table in hop.tables))} == {
            "fetch" if hop.fetches else "dagster"
        }


def test_a_rectangle_is_cut_into_runs() -> None:
    whole = Rectangle(Partition("110000", "2001"), Partition("120000", "2005"))
    assert whole.cut(10) == [whole]
    parts = whole.cut(2)
    assert [len(part.partitions()) for part in parts] == [2, 2, 1] * 2
    assert sorted(cell for part in parts for cell in part.partitions()) == sorted(whole.partitions())


def test_one_machine_needs_nothing_of_several(bare_machine: list[str]) -> None:
    """Every module is imported with the packages of the extra hidden."""
    hidden = {"celery", "kombu", "redis", "psycopg2", "s3fs", "botocore", "aiobotocore", "dagster_celery"}
    hidden |= {"dagster_postgres", "duckdb_extension_ducklake", "duckdb_extension_httpfs"}
    assert hidden <= set(HIDDEN)
    assert int(bare_machine[0]) == len(names(REPOSITORY)) > 200
    assert "orchestration.cluster.instance_settings" in names(REPOSITORY)


def test_a_command_that_waits_for_nobody_says_so(home: Home) -> None:
    import dagster as dg

    from orchestration.cockpit.submitted import no_daemon

    with dg.DagsterInstance.from_config(str(ensure_dagster_home(home))) as instance:
        assert "start `baogao ui`" in no_daemon(instance)


@pytest.mark.parametrize("password", ["plain", "two words", "it's", 'a "quoted" one', "back\\slash", "密码 = 1"])
def test_the_catalogue_of_a_lake_is_reached_by_any_password(password: str) -> None:
    address = f"postgresql://{quote('a reader')}:{quote(password, safe='')}@db.example.org:5433/lake"
    expected = {"host": "db.example.org", "port": "5433", "dbname": "lake", "user": "a reader", "password": password}
    assert parse_dsn(_libpq(address)) == expected
