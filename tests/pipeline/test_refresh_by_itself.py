"""The refresh without a person: schedule, sensor and runs over a site of our own, each tick asking for what is due."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from crawl_site import Answer, Site, page, serve

from orchestration.cockpit.definitions import defs
from orchestration.cockpit.resources import InstallationResource
from orchestration.home.installation import open_installation
from sources.home import Home
from sources.partitions import Partition
from sources.tables import REPORTS, SNAPSHOTS

CELLS = [Partition("990000", "2028"), Partition("990000", "2029")]


class Daemon:
    """What Dagster's daemon does: ticks with the cursor of the tick before, one run per new key."""

    def __init__(self, home: Home, instance: dg.DagsterInstance) -> None:
        self.definitions, self.instance = defs(), instance
        self.resource = InstallationResource(home=str(home.root))
        self.cursor: str | None = None
        self.keys: set[str | None] = set()

    def tick(self) -> int:
        """Tick once, execute what is asked for, and return the number of runs."""
        sensor = self.definitions.get_repository_def().get_sensor_def("changed_pages")
        with dg.build_sensor_context(
            self.instance, self.cursor, resources={"installation": self.resource}, sensor_name="changed_pages"
        ) as context:
            result = sensor(context)
        if isinstance(result, dg.SkipReason):
            return 0
        self.cursor = result.cursor
        wanted = [request for request in result.run_requests or [] if request.run_key not in self.keys]
        for request in wanted:
            self.keys.add(request.run_key)
            job = self.definitions.resolve_job_def("ingest")
            done = job.execute_in_process(request.run_config, instance=self.instance, tags=request.tags)
            assert done.success
        return len(wanted)

    def season(self) -> None:
        assert self.definitions.resolve_job_def("refresh").execute_in_process(instance=self.instance).success


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        yield served


def test_a_round_of_the_season(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        site.answers[f"/r{number}.html"] = Answer(page(f"{2028 + number % 2}年政府工作报告之{number}"), etag=True)
    site.answers["/list/"] = Answer(page("目录", '<a href="/r9.html">2029年政府工作报告</a>'))
    header = "location,region_code,region,level,report_year\n"
    rows = [f"{site.url(f'/r{number}.html')},990100,,city,{2028 + number % 2}\n" for number in range(6)]
    (tmp_path / "catalogue.csv").write_text(header + "".join(rows), encoding="utf-8")
    home = Home(tmp_path / "home").create()
    settings = (
        f'[refresh]\nsites = ["{site.url("/list/")}"]\n[crawl]\nallow_private_addresses = true\ndelay_seconds = 0\n'
    )
    (home.root / "baogao.toml").write_text(settings, encoding="utf-8")
    open_installation(home.root).follow(tmp_path / "catalogue.csv")
    monkeypatch.setenv("BAOGAO_HOME", str(home.root))
    with dg.DagsterInstance.ephemeral() as instance:
        daemon = Daemon(home, instance)
        assert daemon.tick() == 1, "two partitions side by side are one run"
        lake = open_installation(home.root).lake
        assert sum(lake.n_rows(SNAPSHOTS, cell) for cell in CELLS) == 6
        assert sum(lake.n_rows(REPORTS, cell) for cell in CELLS) == 6
        assert [daemon.tick(), daemon.tick()] == [0, 0]
        site.log.clear()
        assert daemon.tick() == 0 and site.log == [], "nothing is due, nobody is asked"

        read = [lake.metadata(REPORTS, cell) for cell in CELLS]
        site.answers["/r1.html"] = Answer(page("2029年政府工作报告之一，已更正", repeat=14), etag=True)
        daemon.season()
        assert "/r9.html" in (home.root / "candidates.csv").read_text(encoding="utf-8")
        site.log.clear()
        assert daemon.tick() == 1
        statuses = {asked.path: asked.status for asked in site.log if asked.path != "/robots.txt"}
        assert statuses == {f"/r{number}.html": 200 if number == 1 else 304 for number in range(6)}
        again = [lake.metadata(REPORTS, cell) for cell in CELLS]
        assert again[0] == read[0], "the partition without a change is not read again"
        assert again[1] != read[1]
        assert [daemon.tick(), daemon.tick()] == [0, 0]
