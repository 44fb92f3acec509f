"""A warehouse that is mended from build to build holds what a new one would, whatever changed in between."""

from __future__ import annotations

import random
import shutil
from collections.abc import Collection
from contextlib import chdir
from pathlib import Path

import pytest
from dbt_harness import MODELS_ONLY, Warehouse, environment, run_dbt
from handwritten_world import CORRECTION, world
from lake_builder import LakeBuilder, tell_changed
from test_builds import contents

from orchestration.cockpit.dbt_project import read_manifest
from orchestration.home.provenance import Changed, due_year
from orchestration.warehouse import mended
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
    # what the gate kept back comes and goes though no row does
    left.withheld = draw.sample(world.withheld, draw.randrange(len(world.withheld) + 1)) if missing else world.withheld
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


def comments(warehouse: Warehouse) -> list[dict]:
    """Return the types and comments of all columns, and the comments of all tables."""
    return [
        *warehouse.rows(
            "select database_name, schema_name, table_name, column_name, column_index, data_type, comment "
            "from duckdb_columns() where not internal and database_name <> 'temp' order by all"
        ),
        *warehouse.rows("select database_name, schema_name, table_name, comment from duckdb_tables() order by all"),
    ]


def outcomes(warehouse: Warehouse, names: Collection[str]) -> dict[str, tuple[str, int | None]]:
    """Return status and failing rows of models and tests, as dbt left them."""
    found = warehouse.results
    return {name: (found[name]["status"], found[name]["failures"]) for name in names if name in found}


class History:
    """A warehouse that stands and a lake that changes: what changed is mended by dbt or by the SQL that it compiled."""

    def __init__(self, root: Path, parsed: Path) -> None:
        self.root, self.target = root, shutil.copytree(parsed, root / "target")
        self.before: Rows = {}
        self.lake = root / "lake"
        manifest = read_manifest()
        self.left = left_alone(manifest)
        self.project = mended.Project(manifest, self.left.models | self.left.tests)

    def change(self, now: LakeBuilder) -> list[str]:
        """Write the lake; return the partitions whose rows are others than before."""
        rows = {**now.rows, "withheld": now.withheld}
        partitions = changed(self.before, rows)
        for key in partitions:  # a partition that is gone leaves no file
            for table in now.rows:
                Path(Lake(str(self.lake)).path(table, Partition.parse(key))).unlink(missing_ok=True)
        now.write(self.root, CORRECTION)
        tell_changed(Lake(str(self.lake)), partitions)
        self.before = rows
        return partitions

    def by_dbt(self, *arguments: str) -> Warehouse:
        # in a few batches; the new one beside is built at once
        with environment(BAOGAO_DBT_BATCH="12"):
            return run_dbt(*MODELS_ONLY, *arguments, lake=self.lake, root=self.root, target=self.target)

    def by_sql(self, partitions: list[str]) -> dict[str, tuple[str, int | None]]:
        """Mend the warehouse; return what became of each model and test."""
        keys = frozenset(partitions)
        with chdir(self.root):  # the views name the lake as seen from there
            around = mended.Surroundings(Lake("lake"), Changed(keys, keys), int(due_year()), 1.0)
            others = [self.root / "marts.duckdb", self.root / "texts.duckdb"]
            with (
                environment(BAOGAO_DBT_BATCH="12"),
                mended.opened(self.root / "work.duckdb", others, "400MB") as connection,
            ):
                return {
                    result.name: (result.status, result.failures)
                    for result in mended.mend(connection, self.project, around)
                }

    def anew(self, *command: str, good: bool = True) -> Warehouse:
        """Build a new warehouse of the same lake beside."""
        beside = self.root / "new"
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        return run_dbt(*command, lake=self.lake, root=beside, target=self.target, good=good)


def hold(seed: int, n_goes: int, root: Path, parsed: Path, *, by_sql: bool) -> None:
    """Build a history, the first go anew and the others mended, and hold it against a new warehouse of the last."""
    draw, whole = random.Random(seed), world()
    going = History(root, parsed)
    found: dict[str, tuple[str, int | None]] = {}
    for missing in history(whole, draw, n_goes):
        first = not going.before
        partitions = going.change(without(whole, missing, draw))
        if by_sql and not first:
            found = going.by_sql(partitions)
        else:
            going.by_dbt(*([] if first else going.left.arguments))
    mended_one = Warehouse(root / "work.duckdb")
    anew = going.anew(*(("build", "--exclude-resource-type", "unit_test") if by_sql else MODELS_ONLY))
    expected, rows = ordered(anew), ordered(mended_one)
    for table in expected:
        assert rows[table] == expected[table], table
    assert expected["fct_target_outcome"] and expected["panel_cell_source"], "there is something to compare"
    assert comments(mended_one) == comments(anew)
    if by_sql:
        assert found == outcomes(anew, found)
        assert {status for status, _ in found.values()} >= {"success", "pass"}


def test_what_reads_nothing_of_the_lake_is_left_alone_with_its_tests() -> None:
    left = left_alone(read_manifest())
    assert {"stg_regions", "stg_indicators", "dim_indicator", "goal_words"} <= left.models
    assert not {"dim_region", "stg_observations", "int_touched_reports", "city_year_panel"} & left.models
    assert "primary_key_dim_indicator_indicator" in left.tests
    assert not [name for name in left.tests if "fct_observation" in name], "it is held again, against what stands"


def test_the_sql_that_dbt_compiled_mends_as_a_new_warehouse_is_built(tmp_path: Path, parsed: Path) -> None:
    hold(seed=7, n_goes=4, root=tmp_path, parsed=parsed, by_sql=True)


@pytest.mark.slow
@pytest.mark.parametrize("by_sql", [True, False])
@pytest.mark.parametrize("seed", range(1, 6))
def test_long_histories_are_mended(tmp_path: Path, seed: int, parsed: Path, by_sql: bool) -> None:
    hold(seed=seed, n_goes=6, root=tmp_path, parsed=parsed, by_sql=by_sql)


@pytest.mark.slow
def test_what_hangs_on_a_failing_test_is_skipped_as_dbt_skips_it(tmp_path: Path, parsed: Path) -> None:
    going = History(tmp_path, parsed)
    going.change(world())
    going.by_dbt()
    twice = world()
    twice.rows["observations"].append(dict(twice.rows["observations"][0]))
    found = going.by_sql(going.change(twice))
    anew = going.anew("build", "--exclude-resource-type", "unit_test", good=False)
    assert found == outcomes(anew, found)
    assert {"fail", "skipped", "success", "pass"} <= {status for status, _ in found.values()}
