"""Covering partitions by rectangles: nothing forgotten, nothing built that was not asked for."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.hops.ranges import A_RUN, cover
from sources.partitions import PROVINCES, YEARS, Partition

EVERYTHING = [Partition(province, year) for province in PROVINCES for year in YEARS]
cells = st.builds(Partition, st.sampled_from(PROVINCES), st.sampled_from(YEARS))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is no fault of ours
@given(st.sets(cells, max_size=40), st.sets(cells, max_size=20))
def test_all_wanted_and_nothing_outside(wanted: set[Partition], allowed: set[Partition]) -> None:
    held = {cell for rectangle in cover(wanted, allowed) for cell in rectangle.partitions()}
    assert wanted <= held <= wanted | allowed


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(cells, min_size=1, max_size=40))
def test_what_is_current_is_looked_at_only_where_that_saves_runs(wanted: set[Partition]) -> None:
    runs = cover(wanted, EVERYTHING)
    besides = sum(len(run.partitions()) for run in runs) - len(wanted)
    assert len(runs) * A_RUN + besides <= len(wanted) * A_RUN


def test_one_partition_is_a_run_of_one() -> None:
    for one in (EVERYTHING[0], EVERYTHING[100], EVERYTHING[-1]):
        (only,) = cover([one], EVERYTHING)
        assert only.partitions() == [one]


def test_what_lies_near_is_one_run_and_what_lies_far_apart_is_not() -> None:
    near = [Partition("110000", "2008"), Partition("110000", "2011"), Partition("120000", "2009")]
    assert len(cover(near, EVERYTHING)) == 1
    back = [Partition("110000", "2011"), Partition("120000", "2009")]
    assert len(cover(back, EVERYTHING)) == 1
    far = [Partition("110000", "2001"), Partition("650000", "2024")]
    assert [run.partitions() for run in cover(far, EVERYTHING)] == [[far[0]], [far[1]]]


def test_the_whole_grid_is_one_run() -> None:
    assert len(cover(EVERYTHING)) == 1


def test_a_province_over_years_is_one_run() -> None:
    wanted = [Partition("990000", str(year)) for year in range(2010, 2020)]
    (only,) = cover(wanted)
    assert only.partitions() == wanted
