"""Covering partitions by rectangles: nothing forgotten, nothing built that was not asked for."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.hops.ranges import cover
from sources.partitions import PROVINCES, YEARS, Partition

cells = st.builds(Partition, st.sampled_from(PROVINCES), st.sampled_from(YEARS))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is no fault of ours
@given(st.sets(cells, max_size=40), st.sets(cells, max_size=20))
def test_all_wanted_and_nothing_outside(wanted: set[Partition], allowed: set[Partition]) -> None:
    held = {cell for rectangle in cover(wanted, allowed) for cell in rectangle.partitions()}
    assert wanted <= held <= wanted | allowed


def test_the_whole_grid_is_one_run() -> None:
    assert len(cover(Partition(province, year) for province in PROVINCES for year in YEARS)) == 1


def test_a_province_over_years_is_one_run() -> None:
    wanted = [Partition("990000", str(year)) for year in range(2010, 2020)]
    (only,) = cover(wanted)
    assert only.partitions() == wanted
