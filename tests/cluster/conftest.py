"""Services on loopback, started by the tests themselves on free ports: an S3 store."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import machines
import pytest
from services import S3, end_with_tests, free_port, wait_for

from orchestration.home.installation import Installation, open_installation

HERE = Path(__file__).parent
#: modules that take minutes: begun first, in this order, so that no worker is left alone with one of them at the end
LONGEST = ("test_deaths", "test_machines", "test_sample", "test_releases")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.cluster)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    longest = HERE in item.path.parents and item.path.stem in LONGEST
    return LONGEST.index(item.path.stem) if longest else len(LONGEST)


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """moto's server: a real one over HTTP, which honours the conditions of a put."""
    port, log = free_port(), tmp_path_factory.mktemp("s3") / "log"
    with log.open("wb") as stream:
        command = [str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, preexec_fn=end_with_tests)
    try:
        wait_for(port, process)
        yield S3(f"http://127.0.0.1:{port}", log)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def bucket(s3: S3, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket of its own and the environment by which homes of this process and of others use it; its address."""
    import botocore.session

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("BAOGAO_S3_ENDPOINT", s3.endpoint)
    monkeypatch.delenv("FSSPEC_S3", raising=False)
    name = f"reports-{secrets.token_hex(4)}"
    client = botocore.session.get_session().create_client("s3", endpoint_url=s3.endpoint, region_name="us-east-1")
    client.create_bucket(Bucket=name)
    monkeypatch.setenv("BAOGAO_STORE", f"s3://{name}/baogao")
    return f"s3://{name}/baogao"


@pytest.fixture
def installation(bucket: str, tmp_path: Path) -> Installation:
    """A home whose shared parts lie in a new bucket."""
    opened = open_installation(tmp_path / "home")
    opened.home.create()
    assert opened.settings.store == bucket == os.environ["BAOGAO_STORE"]
    return opened


@pytest.fixture(scope="session")
def records() -> Iterator[str]:
    """PostgreSQL with an empty database; its address."""
    if lacking := machines.missing():
        pytest.skip(f"not on this machine: {lacking}")
    with machines.postgres() as address:
        yield address


@pytest.fixture(scope="session")
def cells(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Reports with their catalogue (`reports`), and the home of one machine that has read them (`home`)."""
    from clusters import CELLS, make_alone

    return once(f"cells{CELLS}", make_alone)


@pytest.fixture(scope="session")
def alone(cells: Path) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """What one machine without any of this makes of the cells: the rows by table and cell."""
    from clusters import KEYS, rows_of

    from sources.home import Home
    from sources.settings import Settings

    return rows_of(Installation(Home(cells / "home"), Settings()), KEYS)
