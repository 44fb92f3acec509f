"""What is stale: local files by their state, addresses by when they were asked and whether that went well."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.home.installation import Installation
from orchestration.hops import snapshots
from sources.partitions import Partition
from sources.registry.catalogue import CatalogueEntry
from sources.tables import SNAPSHOTS

WEB = CatalogueEntry("http://127.0.0.1/x.html", "990100", None, None, 2021)
LOCAL = CatalogueEntry("a.txt", "990100", None, None, 2021)
PARTITION = Partition("990000", "2021")


def test_an_address_is_due_when_never_asked_long_ago_or_failed() -> None:
    hour = 3600.0
    assert snapshots.addresses_due([WEB], {}, 24)
    assert not snapshots.addresses_due([WEB], {snapshots.CHECKED: str(100 * hour)}, 24, now=101 * hour)
    assert snapshots.addresses_due([WEB], {snapshots.CHECKED: str(100 * hour)}, 24, now=124 * hour)
    assert snapshots.addresses_due(
        [WEB], {snapshots.CHECKED: str(100 * hour), snapshots.RETRY: "1"}, 24, now=101 * hour
    )
    assert not snapshots.addresses_due([LOCAL], {}, 0)


def _follow(installation: Installation, folder: Path) -> Installation:
    catalogue = folder / "catalogue.csv"
    catalogue.write_text("location,region_code,region,level,report_year\na.txt,990100,,,2021\n", encoding="utf-8")
    installation.follow(catalogue)
    return Installation(installation.home, installation.settings)


@pytest.mark.processes
def test_a_file_is_looked_at_again_only_when_it_changed(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("正文", encoding="utf-8")
    opened = _follow(installation, tmp_path)
    assert snapshots.HOP.stale([PARTITION], opened) == {PARTITION}
    snapshots.HOP.run(opened, [PARTITION])
    assert snapshots.HOP.stale([PARTITION], opened) == frozenset()
    os.utime(path, (1, 1))
    assert snapshots.HOP.stale([PARTITION], opened) == {PARTITION}
    before = opened.lake.metadata(SNAPSHOTS, PARTITION)
    snapshots.HOP.run(opened, [PARTITION])
    after = opened.lake.metadata(SNAPSHOTS, PARTITION)
    # touched but the same bytes: the ledger tells nothing new, so nothing behind it is stale
    assert before["substance"] == after["substance"] and before["inputs"] != after["inputs"]


@pytest.mark.processes
def test_a_missing_file_is_a_row_of_the_ledger_and_not_tried_for_ever(
    installation: Installation, tmp_path: Path
) -> None:
    opened = _follow(installation, tmp_path)
    outcome = snapshots.HOP.run(opened, [PARTITION])["snapshots"][PARTITION]
    assert outcome.n_rows == 1 and not outcome.stopped
    (row,) = opened.lake.read(SNAPSHOTS, PARTITION).to_pylist()  # type: ignore[union-attr]
    assert row["outcome"] == "failed" and "catalogue row 2" in row["error"]
    assert snapshots.HOP.stale([PARTITION], opened) == frozenset()
