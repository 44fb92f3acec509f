"""A warehouse that is mended from build to build holds what a new one would, whatever changed in between."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from dbt_harness import MODELS_ONLY, Warehouse, environment, run_dbt
from handwritten_world import CORRECTION, world
from lake_builder import LakeBuilder, tell_changed
from test_builds import contents

from orchestration.cockpit.dbt_project import read_manifest
from orchestration.warehouse.built_from import left_alone
from sources.lake import Lake
from sources.partitions import Partition

Rows = dict[str, list[dict]]


def history(world: LakeBuilder, draw: random.Random, n_goes: int) -> list[set[str]]:
    """Return, for each go, the reports that the lake does not hold: they come, go and come again."""
    reports = sorted(row["report_id"] for row in world.rows["reports"])
    goes = [set(draw.sample(reports, draw.randrange(1, len(reports) - 1))) for _ in range(n_goes - 1)]
    return [*goes, set()]


def without(world: LakeBuilder, missing: set[str], draw: random.Random) -> LakeBuilder:
    """Return the world without some reports, one of the others taken for another region's."""
    left = LakeBuilder(world.overlay)
    gone = {row["location"] for row in world.rows["reports"] if row["report_id"] in missing}
    for table, rows in world.rows.items():
        left.rows[table] = [
            dict(row) for row in rows if row.get("report_id") not in missing and row.get("location") not in gone
        ]
    if missing:
        draw.choice(left.rows["reports"])["region_code"] = draw.choice(["990100", "990200", "990106"])
    return left


def changed(before: Rows, after: Rows) -> list[str]:
    """Return the partitions whose rows are others."""
    keys = {row["partition"] for rows in (before, after) for found in rows.values() for row in found}
    return sorted(key for key in keys if _rows(before, key) != _rows(after, key))


def _rows(rows: Rows, key: str) -> str:
    return repr([sorted(repr(row) for row in found if row["partition"] == key) for found in rows.values()])


def ordered(warehouse: Warehouse) -> dict[str, list[str]]:
    return {table: sorted(map(repr, rows)) for table, rows in contents(warehouse).items()}


def hold(seed: int, n_goes: int, root: Path, parsed: Path) -> None:
    target = shutil.copytree(parsed, root / "target")
    draw = random.Random(seed)
    whole = world()
    before: Rows = {}
    left = left_alone(read_manifest())
    for missing in history(whole, draw, n_goes):
        now = without(whole, missing, draw)
        partitions = changed(before, now.rows)
        for key in partitions:  # a partition that is gone leaves no file
            for table in now.rows:
                Path(Lake(str(root / "lake")).path(table, Partition.parse(key))).unlink(missing_ok=True)
        lake = now.write(root, CORRECTION)
        tell_changed(Lake(str(lake)), partitions)
        arguments = left.arguments if before else []
        # in a few batches; the new one below is built at once
        with environment(BAOGAO_DBT_BATCH="12"):
            mended = run_dbt(*MODELS_ONLY, *arguments, lake=lake, root=root, target=target)
        before = now.rows
    (root / "new").mkdir()
    anew = run_dbt(*MODELS_ONLY, lake=lake, root=root / "new", target=target)
    expected, found = ordered(anew), ordered(mended)
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert expected["fct_target_outcome"] and expected["panel_cell_source"], "there is something to compare"


def test_what_reads_nothing_of_the_lake_is_left_alone_with_its_tests() -> None:
    left = left_alone(read_manifest())
    assert {"stg_regions", "stg_indicators", "dim_indicator", "goal_words"} <= left.models
    assert not {"dim_region", "stg_observations", "int_touched_reports", "city_year_panel"} & left.models
    assert "primary_key_dim_indicator_indicator" in left.tests
    assert not [name for name in left.tests if "fct_observation" in name], "it is held again, against what stands"


def test_a_mended_warehouse_is_that_of_a_new_one(tmp_path: Path, parsed: Path) -> None:
    hold(seed=7, n_goes=3, root=tmp_path, parsed=parsed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 6))
def test_long_histories_are_mended(tmp_path: Path, seed: int, parsed: Path) -> None:
    hold(seed=seed, n_goes=6, root=tmp_path, parsed=parsed)
