"""The commands about crawling as a person uses them: what status tells of pages not believed, plans, discovery."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from crawl_site import Answer, Site, page, serve
from typer.testing import CliRunner, Result

from orchestration.cli.commands import app
from orchestration.home.installation import open_installation
from orchestration.hops import snapshots
from sources.errors import BaogaoError
from sources.home import REPOSITORY, Home
from sources.partitions import Partition
from sources.registry.catalogue import read_catalogue

CELL = Partition("990000", "2029")


def baogao(*arguments: str | os.PathLike[str]) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def no_politeness_to_ourselves(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ALLOW_PRIVATE_ADDRESSES", "true"), ("DELAY_SECONDS", "0"), ("BACKOFF_SECONDS", "0")):
        monkeypatch.setenv(f"BAOGAO_CRAWL_{name}", value)
    monkeypatch.setenv("BAOGAO_CRAWL_ADAPTIVE", "false")


def follow(site: Site, folder: Path) -> Home:
    header = "location,region_code,region,level,report_year\n"
    rows = "".join(f"{site.url(path)},990100,云州市,city,2029\n" for path in site.answers)
    (folder / "catalogue.csv").write_text(header + rows, encoding="utf-8")
    home = Home(folder / "home").create()
    open_installation(home.root).follow(folder / "catalogue.csv")
    return home


def test_status_tells_what_was_not_believed_and_what_stays_valid(tmp_path: Path) -> None:
    turns = {
        "/notice.html": ("您访问的页面不存在或已删除", "an error page"),
        "/login.html": ("请先登录<input type='password'>", "a login page"),
        "/shell.html": ("<div id='app'></div><script src='a.js'></script>", "no text"),
        "/loses.html": (page("好", repeat=20).decode(), "crawl.accept_shorter"),
    }
    with serve() as site:
        site.answers |= dict.fromkeys(turns, Answer(page("好", repeat=100)))
        site.answers["/never.html"] = Answer(b"", status=500)
        home = follow(site, tmp_path)
        snapshots.HOP.run(open_installation(home.root), [CELL], refetch_hours=0)
        first = baogao("status", "--home", home.root).output
        assert "failed     1 documents could not be fetched; 0 of them keep a former snapshot" in first
        for path, (body, _) in turns.items():
            text = body if "html" in body else f"<html><body>{body}</body></html>"
            site.answers[path] = Answer(text.encode())
        snapshots.HOP.run(open_installation(home.root), [CELL], refetch_hours=0)
        host = site.address.removeprefix("http://").split(":")[0]
    told = baogao("status", "--home", home.root).output
    assert "failed     5 documents could not be fetched; 4 of them keep a former snapshot" in told
    assert "4 pages were served with status 200 and not believed" in told
    assert f"by site: {host} 5" in told
    lines = told.splitlines()
    for path, (_, words) in turns.items():
        (line,) = [line for line in lines if f"{site.url(path)}: not believed" in line]
        assert words in line and "UTC stays valid" in line
    (line,) = [line for line in lines if f"{site.url('/never.html')}: failed" in line]
    assert "stays valid" not in line


def test_the_shipped_addresses_are_a_catalogue_that_a_run_can_plan(tmp_path: Path) -> None:
    """Nothing is asked for: only loopback could be reached from here, and no host of the list is."""
    addresses = REPOSITORY / "sources" / "registry" / "addresses.csv"
    catalogue = read_catalogue(addresses)
    assert catalogue.problems == ()
    unsure = [entry for entry in catalogue.entries if entry.notes["confirmed"] != "confirmed"]
    assert {entry.notes["confirmed"] for entry in unsure} == {"unconfirmed"}
    assert not any("confirmed_at" in entry.notes for entry in unsure)
    sure = [entry for entry in catalogue.entries if entry.notes["confirmed"] == "confirmed"]
    assert all(entry.notes["confirmed_at"] and entry.notes["confirmed_how"] for entry in sure)
    result = baogao("run", "--plan", "--catalogue", addresses, "--home", tmp_path / "home")
    assert result.exit_code == 0, result.output
    cells = len({entry.partition for entry in catalogue.entries})
    assert f"{len(catalogue.entries)} documents in {cells} partitions; {cells} partitions to bring" in result.output
    assert f"{len(catalogue.entries)} addresses of " in result.output
    assert not list((tmp_path / "home" / "raw").iterdir()) and not (tmp_path / "home" / "crawl").exists()


def test_discover_writes_candidates_that_wait_for_a_person(tmp_path: Path) -> None:
    with serve() as site:
        site.answers["/old.html"] = Answer(page("2028年政府工作报告"))
        home = follow(site, tmp_path)
        links = '<a href="/old.html">2028年政府工作报告</a><a href="/a.html">2029年政府工作报告</a>'
        site.answers["/list/"] = Answer(page("目录", links))
        command = ("discover", site.url("/list/"), "--home", home.root)
        first = baogao(*command)
        assert first.exit_code == 0, first.output
        assert (
            "1 new candidates, 1 in" in first.output
            and f"2029  2029年政府工作报告  {site.url('/a.html')}" in first.output
        )
        again = baogao(*command)
        assert "0 new candidates, 1 in" in again.output
        site.answers["/list/"] = Answer(b"", status=500)
        broken = baogao(*command)
        assert "500" in broken.output and "0 new candidates, 1 in" in broken.output, "what was found is not forgotten"
        with (home.root / "candidates.csv").open(encoding="utf-8") as stream:
            (row,) = csv.DictReader(stream)
        assert (row["location"], row["report_year"], row["profile"]) == (site.url("/a.html"), "2029", "generic")
        with (tmp_path / "catalogue.csv").open("a", encoding="utf-8") as catalogue:
            catalogue.write(f"{site.url('/a.html')},990100,云州市,city,2029\n")
        assert "0 new candidates, 0 in" in baogao(*command).output, "what the catalogue has is no candidate"


def test_discover_names_the_profiles_there_are(tmp_path: Path) -> None:
    listed = baogao("discover", "--profiles").output
    assert "generic: any site" in listed and "not yet tried against the site" in listed
    result = baogao("discover", "nowhere", "--home", tmp_path)
    assert isinstance(result.exception, BaogaoError) and "no site profile 'nowhere'" in str(result.exception)
