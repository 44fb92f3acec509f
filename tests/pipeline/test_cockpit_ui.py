"""The cockpit in processes of its own: a whole history backfilled by one click, its runs counted, its statuses read."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.cockpit import RAW, measure_backfill
from sources.partitions import PROVINCES


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
