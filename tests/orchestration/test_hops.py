"""The list of hops is the one place that says what is ingested: all else follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.suites import SUITES
from orchestration.cockpit.definitions import defs, job
from orchestration.cockpit.runs import RULES, tags_of
from orchestration.home.installation import Installation
from orchestration.hops import HOPS, TABLES, versions
from orchestration.hops.hop import Hop
from orchestration.release import build
from sources.tables import GATE_RESULTS, RAW_TABLES


def test_every_raw_table_is_written_by_one_hop_and_judged_by_a_suite() -> None:
    assert sorted(table.name for table in (*TABLES, GATE_RESULTS)) == sorted(table.name for table in RAW_TABLES)
    assert SUITES.keys() == {table.name for table in TABLES}


def test_hops_stand_in_the_order_of_the_flow() -> None:
    made = {"catalogue"}
    for hop in HOPS:
        assert made.issuperset(hop.reads), f"{hop.name} reads what a later hop makes"
        made |= {table.name for table in hop.tables}


@pytest.mark.parametrize("hop", HOPS, ids=lambda hop: hop.name)
def test_a_hop_is_a_step_of_the_job_with_its_tables_as_assets(hop: Hop) -> None:
    assert hop.name in {node.name for node in job("ingest").nodes}
    specs = {spec.key.to_user_string(): spec for spec in defs().resolve_all_asset_specs()}
    for table in hop.tables:
        spec = specs[table.name]
        assert (spec.group_name, spec.code_version) == ("raw", hop.version())
        assert {dependency.asset_key.to_user_string() for dependency in spec.deps} == set(hop.reads)


def test_runs_and_releases_name_the_versions_of_all_hops(installation: Installation, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text("location,region_code,region,level,report_year\na.txt,990100,,,2021\n", encoding="utf-8")
    installation.follow(catalogue)
    told = tags_of(installation)[RULES]
    assert all(f"{name} {version}" in told for name, version in versions(installation).items())
    assert versions().items() <= build.versions().items()
    assert len(versions()) == sum(len(hop.versions()) for hop in HOPS), "no two hops use one name"
