"""Finding new reports on a listing of our own, over loopback."""

from __future__ import annotations

from pathlib import Path

from crawl_site import Answer, page, serve

from sources.home import Home
from sources.registry.catalogue import read_catalogue
from sources.registry.profiles import SiteProfile
from sources.settings import Settings
from sources.snapshot.discover import discover, write_candidates

SETTINGS = Settings.model_validate(
    {"crawl": {"delay_seconds": 0, "adaptive": False, "allow_private_addresses": True, "backoff_seconds": 0}}
)


def test_listing_over_pages_gives_a_catalogue(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    with serve() as site:
        first = '<a href="a/1.html">2031年政府工作报告</a><a href="a/2.html">2030年政府工作报告</a>'
        site.answers |= {
            "/list/": Answer(page("目录", first + '<a href="p2.html">下一页</a>')),
            "/list/p2.html": Answer(
                page("目录", '<a href="a/3.html">2029年政府工作报告</a><a href="/list/">上一页</a>')
            ),
            "/empty/": Answer(page("空")),
        }
        profile = SiteProfile(
            name="云州", region_code="990100", region="云州市", level="city",
            listings=(site.url("/list/"), site.url("/empty/"), site.url("/none/")),
        )  # fmt: skip
        known = {site.url("/list/a/2.html")}
        found = discover([profile], home, SETTINGS, known)
        again = discover([profile], home, SETTINGS, known)
        assert site.times("/list/p2.html") == 2, "an ended reading of a listing is not taken for the next"
    assert [(c.report_year, c.region) for c in found.candidates] == [(2031, "云州市"), (2029, "云州市")]
    assert again == found
    assert len(found.problems) == 2
    assert any("links no report" in problem for problem in found.problems)
    assert any("404" in problem for problem in found.problems)
    write_candidates(found.candidates, tmp_path / "new.csv")
    catalogue = read_catalogue(tmp_path / "new.csv")
    assert catalogue.problems == ()
    assert [entry.report_year for entry in catalogue.entries] == [2031, 2029]
