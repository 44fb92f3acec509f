"""Datasette, a tool of newsrooms, serves the SQLite file that docs/bi.md makes of a release: rows, filters, counts."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import chdir, closing
from typing import Any

import duckdb
import pytest
import requests

from sources.home import REPOSITORY, Home

DATASETTE = REPOSITORY / ".venv-bi" / "datasette" / "bin" / "datasette"
#: seconds in which a server of a small file is there
PATIENCE = 60
pytestmark = pytest.mark.skipif(not DATASETTE.is_file(), reason="Datasette is not installed: make test-bi")


@pytest.fixture(scope="module")
def served(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the sample's release as Datasette serves it."""
    folder = tmp_path_factory.mktemp("datasette")
    page = (REPOSITORY / "docs" / "bi.md").read_text(encoding="utf-8")
    (block,) = (one for one in re.findall(r"```python\n(.*?)```", page, flags=re.S) if "sqlite3" in one)
    (folder / "data").symlink_to(home.root)
    with chdir(folder):
        exec(compile(block, "docs/bi.md", "exec"), {"__name__": "__main__"})
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    command = [DATASETTE, "baogao.sqlite", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield _waited_for(f"http://127.0.0.1:{port}", server)
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def _waited_for(address: str, server: subprocess.Popen[bytes]) -> str:
    for _ in range(PATIENCE):
        try:
            if requests.get(f"{address}/-/versions.json", timeout=5).ok:
                return address
        except requests.ConnectionError:
            assert server.poll() is None, server.stderr and server.stderr.read().decode()
        time.sleep(1)
    raise AssertionError(f"Datasette did not answer within {PATIENCE} s")


def rows(address: str, path: str, **arguments: str) -> dict[str, Any]:
    """Return Datasette's answer about a table."""
    answer = requests.get(f"{address}/baogao/{path}.json", params={"_shape": "objects", **arguments}, timeout=60)
    assert answer.ok, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_every_table_is_there_with_all_its_rows(home: Home, served: str) -> None:
    tables = requests.get(f"{served}/baogao.json", timeout=60).json()["tables"]
    with duckdb.connect(str(home.published / "baogao.duckdb"), read_only=True) as release:
        expected = {
            name: release.table(name).shape[0]
            for (name,) in release.sql("select table_name from duckdb_tables()").fetchall()
        }
    assert {table["name"]: table["count"] for table in tables} == expected


def test_goals_are_filtered_by_a_chinese_name_and_counted_by_verdict(home: Home, served: str) -> None:
    asked = {"indicator": "gdp", "measure": "growth", "tier": "base", "region_name": "霁川市"}
    answer = rows(served, "fct_target_outcome", **asked, _facet="verdict", _sort="year")
    with duckdb.connect(str(home.published / "baogao.duckdb"), read_only=True) as release:
        expected = release.sql(
            "select year, target_value, result_value, verdict from fct_target_outcome where region_name = '霁川市' "
            "and indicator = 'gdp' and measure = 'growth' and tier = 'base' order by year"
        ).fetchall()
    told = [tuple(row[name] for name in ("year", "target_value", "result_value", "verdict")) for row in answer["rows"]]
    assert expected and told == expected
    facets = answer["facet_results"]["verdict"]["results"]
    assert sum(facet["count"] for facet in facets) == sum(verdict is not None for *_, verdict in expected)


def test_a_cell_leads_to_its_sentence(served: str) -> None:
    found = rows(served, "panel_cell_source", region_id="990100", sentence__contains="地区生产总值")["rows"]
    assert found and all("地区生产总值" in row["sentence"] and row["region_id"] == "990100" for row in found)
