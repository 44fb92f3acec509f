"""The cockpit in processes of its own: a whole history backfilled by one click, its runs counted, its statuses read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.cockpit import RAW, SAMPLES, measure_backfill
from benchmarks.cockpit_ui import cockpit, wait_for
from sources.home import REPOSITORY
from sources.partitions import PROVINCES

#: what the UI asks to show a check of a grid
CHECK = """{
  assetNodeOrError(assetKey: {path: ["observations"]}) {
    ... on AssetNode {
      assetCheckOrError(checkName: "gate_quarantine") {
        ... on AssetCheck {
          partitionStatuses {
            ... on AssetCheckMultiPartitionStatuses {
              ranges {
                primaryDimStartKey
                secondaryDim {
                  ... on AssetCheckDefaultPartitionStatuses { succeededPartitions failedPartitions }
                }
              }
            }
          }
        }
      }
    }
  }
}"""


@pytest.mark.slow
def test_ten_years_of_thirty_provinces_take_one_run_a_year_and_end_green(tmp_path: Path) -> None:
    found = measure_backfill(tmp_path / "home", tmp_path / "reports", PROVINCES[1:31], range(2017, 2027))
    print(found)  # noqa: T201
    assert found.status == "COMPLETED_SUCCESS"
    assert found.run_statuses == {"SUCCESS": found.runs} and found.runs <= 10
    assert found.most_runs_of_a_year == 1
    assert found.documents == 300 and found.observations > 300
    for name in RAW:
        assert found.counts[name]["numMaterialized"] == 300 and found.counts[name]["numFailed"] == 0


@pytest.mark.slow
def test_a_backfill_of_two_cells_leaves_a_third_as_it_was_and_a_command_stands_in_the_timeline(tmp_path: Path) -> None:
    home, reports = tmp_path / "home", tmp_path / "reports"
    reports.mkdir()
    rows = ["location,region_code,region,level,report_year"]
    for year in ("2021", "2022", "2023"):
        text = (SAMPLES / f"990100_{year}.txt").read_text("utf-8")
        if year == "2021":  # a growth that can't be: its row is set aside
            text = re.sub(r"(地区生产总值[^。；]*?增长)\d+(\.\d+)?%", r"\g<1>999%", text)
        (reports / f"990100_{year}.txt").write_text(text, "utf-8")
        rows.append(f"990100_{year}.txt,990100,,,{year}")
    (reports / "catalogue.csv").write_text("\n".join(rows) + "\n", "utf-8")
    command = [sys.executable, "-m", "orchestration.cli", "run", "--home", str(home)]
    subprocess.run([*command, "--catalogue", str(reports / "catalogue.csv")], cwd=REPOSITORY, check=True)
    with cockpit(home) as ui:
        before = ui.runs()
        backfill = ui.backfill(RAW, ["990000|2022", "990000|2023"])
        wait_for("the backfill ends", lambda: ui.backfill_status(backfill).startswith("COMPLETED"), 300)
        assert {run["status"] for run in ui.runs_of_backfill(backfill)} == {"SUCCESS"}
        shown = ui.ask(CHECK)["assetNodeOrError"]["assetCheckOrError"]["partitionStatuses"]["ranges"]
        origins = ui.ask("{ runsOrError { ... on Runs { results { repositoryOrigin { repositoryLocationName } } } } }")
    years = {(r["secondaryDim"]["failedPartitions"][0] if r["secondaryDim"]["failedPartitions"] else "") for r in shown}
    assert years == {"2021"}, shown
    assert sorted(y for r in shown for y in r["secondaryDim"]["succeededPartitions"]) == ["2022", "2023"]
    assert {tuple(run["repositoryOrigin"].values()) for run in origins["runsOrError"]["results"]} == {("baogao",)}
    assert len({run["tags"]["baogao/command"] for run in before}) == 1 and len(before) >= 2
