"""The refresh: when addresses are due, what a tick of the sensor asks for, and what it costs when nothing is due."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from orchestration.cockpit import sweep
from orchestration.cockpit.definitions import defs
from orchestration.cockpit.defs.automation import sensor as module
from orchestration.cockpit.resources import InstallationResource
from orchestration.home import provenance
from orchestration.home.installation import Installation, open_installation
from orchestration.hops import observations, reports, snapshots, terms
from sources.home import Home
from sources.partitions import PROVINCES, YEARS, Partition
from sources.tables import OBSERVATIONS, REJECTIONS, REPORTS, SENTENCES, SNAPSHOTS, TERM_COUNTS

Tick = Callable[[str | None], dg.SensorResult | dg.SkipReason]


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return defs()


@pytest.fixture
def tick(definitions: dg.Definitions, tmp_path: Path) -> Tick:
    sensor = definitions.get_repository_def().get_sensor_def("changed_pages")
    resource = InstallationResource(home=str(tmp_path / "home"))

    def run(cursor: str | None) -> dg.SensorResult | dg.SkipReason:
        with dg.build_sensor_context(
            resources={"installation": resource}, sensor_name="changed_pages", cursor=cursor
        ) as context:
            return sensor(context)  # type: ignore[no-any-return]

    return run


def follow(folder: Path, cells: list[Partition], rows: int, checked: datetime) -> Installation:
    """Return an installation with `rows` addresses over `cells`, all fetched at `checked` and worked through."""
    path = folder / "catalogue.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["location", "region_code", "region", "level", "report_year"])
        for number in range(rows):
            cell = cells[number % len(cells)]
            location = f"http://www{number % 50}.example.invalid/{number}.html"
            writer.writerow([location, cell.province, "", "", cell.report_year])
    home = Home(folder / "home").create()
    open_installation(home.root).follow(path)
    installation = open_installation(home.root)
    for cell in cells:
        settle(installation, cell, checked)
    return installation


def settle(installation: Installation, cell: Partition, checked: datetime, *, retry: bool = False) -> None:
    """Write the partition's files as a run would that found no document."""
    lake = installation.lake
    more = {snapshots.CHECKED: str(checked.timestamp()), snapshots.RETRY: str(int(retry))}
    stored = provenance.entry(snapshots.HOP.inputs(cell, installation), {})
    lake.write(SNAPSHOTS, cell, SNAPSHOTS.to_arrow([]), {**more, **stored})
    lake.write(REPORTS, cell, REPORTS.to_arrow([]), provenance.entry(reports.HOP.inputs(cell, installation), {}))
    inputs = observations.HOP.inputs(cell, installation)
    for table in (OBSERVATIONS, REJECTIONS, SENTENCES):
        lake.write(table, cell, table.to_arrow([]), provenance.entry(inputs, {}))
    lake.write(TERM_COUNTS, cell, TERM_COUNTS.to_arrow([]), provenance.entry(terms.HOP.inputs(cell, installation), {}))


def asked(result: dg.SensorResult | dg.SkipReason) -> list[set[str]]:
    assert isinstance(result, dg.SensorResult)
    return [{v for k, v in request.tags.items() if "range" in k} for request in result.run_requests or []]


CELLS = [Partition("990000", str(year)) for year in range(2010, 2016)]
NOW = datetime.now(UTC)


def test_ten_thousand_rows_with_nothing_due_cost_less_than_a_second(tick: Tick, tmp_path: Path) -> None:
    cells = [Partition(province, year) for province in PROVINCES[:31] for year in YEARS[:-1]][:1000]
    follow(tmp_path, cells, 10_000, NOW)
    looked = tick(None)
    assert asked(looked) == [] and isinstance(looked, dg.SensorResult)
    costs = []
    for _ in range(3):
        started = time.perf_counter()
        idle = tick(looked.cursor)
        costs.append(time.perf_counter() - started)
        assert isinstance(idle, dg.SkipReason)
    print(f"idle ticks over 10,000 rows: {', '.join(f'{cost:.2f} s' for cost in costs)}")  # noqa: T201
    assert min(costs) < 1.0


def test_a_sweep_makes_due_what_was_asked_before_it_and_nothing_else(tick: Tick, tmp_path: Path) -> None:
    installation = follow(tmp_path, CELLS, 12, NOW - timedelta(days=300))
    quiet = tick(None)
    assert asked(quiet) == [], "age alone makes nothing due"
    settle(installation, CELLS[0], NOW + timedelta(seconds=1))
    sweep.declare(installation.home, NOW)
    due = tick(quiet.cursor)  # type: ignore[union-attr]
    assert asked(due) == [{"990000|2011", "990000|2015"}]
    assert isinstance(due, dg.SensorResult)
    hours = due.run_requests[0].run_config["ops"]["snapshots"]["config"]["refetch_hours"]  # type: ignore[index]
    opened = open_installation(installation.home.root)
    assert snapshots.HOP.stale(CELLS, opened, hours) == set(CELLS[1:]), "the run sees what the tick saw"
    assert isinstance(tick(due.cursor), dg.SkipReason), "asked for once; the runs are under way"
    for cell in CELLS[1:]:
        settle(installation, cell, datetime.now(UTC))
    done = tick(due.cursor)
    assert asked(done) == []
    assert isinstance(tick(done.cursor), dg.SkipReason)  # type: ignore[union-attr]


def test_each_sweep_asks_anew_and_a_failing_page_once_a_day(tick: Tick, tmp_path: Path) -> None:
    installation = follow(tmp_path, CELLS, 12, NOW)
    settle(installation, CELLS[2], NOW, retry=True)
    first, again = tick(None), tick(None)
    assert asked(first) == asked(again) == [{"990000|2012"}]
    keys = [result.run_requests[0].run_key for result in (first, again)]  # type: ignore[union-attr,index]
    assert keys[0] == keys[1], "Dagster starts one run for one key"
    sweep.declare(installation.home, datetime.now(UTC))
    (request,) = tick(first.cursor).run_requests or []  # type: ignore[union-attr]
    assert request.run_key != keys[0]


def test_a_look_stops_at_its_deadline_and_goes_on_at_its_cursor(
    tick: Tick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(tmp_path, CELLS, 12, NOW)
    sweep.declare(open_installation(tmp_path / "home").home, NOW + timedelta(hours=1))
    clock = iter(range(10_000))
    monkeypatch.setattr(module, "DEADLINE", 2.5)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    found, cursor, ticks = [], None, 0
    while True:
        result = tick(cursor)
        if isinstance(result, dg.SkipReason):
            break
        found += asked(result)
        cursor, ticks = result.cursor, ticks + 1
        assert ticks < 10
    assert ticks == 3 and set().union(*found) == {str(cell) for cell in CELLS}


def test_what_one_tick_may_not_ask_for_the_next_ones_do(
    tick: Tick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scattered = [Partition(province, year) for province, year in zip(PROVINCES[:9:2], YEARS[:9:2], strict=True)]
    installation = follow(tmp_path, scattered, 10, NOW)
    for cell in scattered:
        settle(installation, cell, NOW, retry=True)
    monkeypatch.setattr(module, "MOST_RUNS", 2)
    found, cursor = [], None
    for _ in range(3):
        result = tick(cursor)
        found += asked(result)
        cursor = result.cursor  # type: ignore[union-attr]
    assert found == [{str(cell)} for cell in scattered], "failing pages at the front keep nobody waiting"
    assert isinstance(tick(cursor), dg.SkipReason)


def test_a_changed_catalogue_wakes_the_sensor(tick: Tick, tmp_path: Path) -> None:
    follow(tmp_path, CELLS, 12, NOW)
    quiet = tick(None)
    with (tmp_path / "catalogue.csv").open("a", encoding="utf-8") as stream:
        stream.write("http://www.example.invalid/new.html,990100,,,2012\n")
    assert asked(tick(quiet.cursor)) == [{"990000|2012"}]  # type: ignore[union-attr]


def test_a_damaged_cursor_or_sweep_starts_from_the_beginning(tick: Tick, tmp_path: Path) -> None:
    installation = follow(tmp_path, CELLS, 12, NOW)
    (installation.home.root / "sweep.json").write_text("{", encoding="utf-8")
    assert sweep.declared(installation.home) is None
    for cursor in ("", "990000|2011", "{}", "[]", '{"at": 1}'):
        assert asked(tick(cursor)) == []


def test_the_season_in_shanghai(definitions: dg.Definitions) -> None:
    schedule = definitions.get_repository_def().get_schedule_def("refresh_by_season")
    assert schedule.execution_timezone == "Asia/Shanghai"
    zone = ZoneInfo("Asia/Shanghai")
    start = datetime(2031, 3, 29, tzinfo=zone)
    moments = []
    for moment in schedule_execution_time_iterator(start.timestamp(), schedule.cron_schedule, "Asia/Shanghai"):
        moments.append(moment.astimezone(zone))
        if moment.year == 2032 and moment.month == 1:
            break
    assert [m.strftime("%m-%d %H") for m in moments[:5]] == ["03-29 03", "03-30 03", "03-31 03", "04-07 03", "04-14 03"]
    assert all(m.weekday() == 0 for m in moments[3:-1]) and len(moments) == 3 + 39 + 1


def test_the_refresh_job_declares_a_sweep(
    definitions: dg.Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home").create()
    monkeypatch.setenv("BAOGAO_HOME", str(home.root))
    before = datetime.now(UTC)
    with dg.DagsterInstance.ephemeral() as instance:
        assert definitions.resolve_job_def("refresh").execute_in_process(instance=instance).success
    moment = sweep.declared(home)
    assert moment is not None and before <= moment <= datetime.now(UTC)
