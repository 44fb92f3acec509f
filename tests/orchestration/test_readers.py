"""A reader who opens the served file over and over while releases come: no error, and only whole releases, in order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from test_publication import ROWS, SCHEMA, change_inputs, connect, make_warehouse, sound

from orchestration.home.installation import Installation
from orchestration.release.build import publish

#: asks two tables for one number that each release tells differently, until the folder of the second argument is there
READER = """
import json, sys
from pathlib import Path
import duckdb
answers, errors, asked = [], [], 0
print("ready", flush=True)
while not Path(sys.argv[2]).exists():
    try:
        with duckdb.connect(sys.argv[1], read_only=True) as connection:
            answer = connection.execute(
                "select (select gdp_cny from city_year_panel), (select cell_value::double from panel_cell_source "
                "where column_name = 'gdp_cny'), (select count(*) from dim_report)"
            ).fetchone()
    except Exception as error:
        errors.append(f"{type(error).__name__}: {error}")
    else:
        asked += 1
        if not answers or answers[-1] != list(answer):
            answers.append(list(answer))
print(json.dumps({"answers": answers, "errors": errors, "asked": asked}))
"""


def make_release(installation: Installation, number: int) -> None:
    """Publish a release whose one figure is `number`, in the panel and in the panel's sources."""
    panel = ROWS["city_year_panel"].replace("5e10", f"{number}.0")
    sources = ROWS["panel_cell_source"].replace("50000000000.0", f"{number}.0")
    make_warehouse(installation.home.marts, city_year_panel=panel, panel_cell_source=sources)
    change_inputs(installation, f"regions: [] # {number}\n")
    assert publish(sound(installation), SCHEMA, connect).built


@pytest.mark.parametrize("releases", [10, pytest.param(100, marks=pytest.mark.slow)])
def test_a_reader_sees_whole_releases_and_no_error(installation: Installation, tmp_path: Path, releases: int) -> None:
    make_release(installation, 1)
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", READER, str(installation.home.published_database), str(stop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        try:
            for number in range(2, releases + 1):
                make_release(installation, number)
        finally:
            stop.touch()
        seen = json.loads(reader.stdout.readline())
    assert not seen["errors"]
    assert seen["asked"] > releases
    assert all(panel == source and reports == 1 for panel, source, reports in seen["answers"])
    figures = [panel for panel, _, _ in seen["answers"]]
    assert figures == sorted(figures) and len(figures) > releases / 3
