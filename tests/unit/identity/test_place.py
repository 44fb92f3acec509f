"""Which region a text speaks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sources.document.identity import Label, identify
from sources.document.place import count_names
from sources.registry.regions import Regions

Writer = Callable[..., Any]


def test_the_region_spoken_for(write: Writer, places: Regions) -> None:
    found = identify(write(region="溪陵市", word="市"), None, places)
    assert (found.region_code, found.level, found.identity) == ("990400", "city", "inferred")
    assert found.evidence["region.speaks_for"].endswith("溪陵市人民政府")


@pytest.mark.parametrize(
    ("context", "code"),
    [("溪陵市委、竹坞区协同发展，", "990401"), ("砚河市委、石鹭区协同发展，", "990501"), ("", None)],
)
def test_homonyms_are_told_apart_by_parents_and_neighbours(
    write: Writer, places: Regions, context: str, code: str | None
) -> None:
    found = identify(write(region="南屏区", word="区", context=context), None, places)
    assert found.region_code == code
    assert found.accepted == (code is not None)
    if code is None:
        assert found.refusal_reason == "no_identity"


def test_parent_before_the_name_decides(write: Writer, places: Regions) -> None:
    found = identify(write(region="砚河市南屏区", word="区"), None, places)
    assert found.region_code == "990501"


def test_government_without_a_name_is_found_by_its_place_in_the_text(write: Writer, places: Regions) -> None:
    paper = write(
        face="政府工作报告",
        speaks_for="区",
        word="区",
        region="竹坞区",
        context="竹坞发展迈出新步伐，溪陵市委充分肯定，竹坞区",
    )
    assert identify(paper, None, places).region_code == "990402"


@pytest.mark.parametrize(("year", "name", "code"), [(2013, "桑渡县", "990421"), (2019, "桑渡区", "990404")])
def test_code_is_the_one_valid_in_the_report_year(
    write: Writer, places: Regions, year: int, name: str, code: str
) -> None:
    paper = write(region=name, word=name[-1], year=year, meeting=f"{year}年2月1日")
    label = Label(region_code="990404", region="桑渡区", report_year=year)
    found = identify(paper, label, places)
    assert (found.region_code, found.identity) == (code, "confirmed")


def test_zone_without_a_code_comes_from_the_overlay(write: Writer, places: Regions) -> None:
    opening = "各位代表：\n现在，我代表云泽新区管委会向大会报告工作，请予审议。"
    paper = write(face="工作报告", opening=opening, word="区", year=2015, region="云泽新区", meeting=None)
    found = identify(paper, None, places)
    assert (found.region_code, found.level) == ("990400-lake", "county")


def test_unknown_region_is_refused_by_name(write: Writer, places: Regions) -> None:
    found = identify(write(region="无图县"), Label("990421", "桑渡县", "county", 2022), places)
    assert (found.accepted, found.refusal_reason) == (False, "no_identity")
    assert "无图县" in (found.refusal_detail or "")


def test_label_that_the_text_contradicts_loses(write: Writer, places: Regions) -> None:
    found = identify(write(region="溪陵市", word="市"), Label("990500", "砚河市", "city", 2019), places)
    assert (found.region_code, found.report_year) == ("990400", 2022)
    assert (found.identity, found.accepted) == ("contradicts_label", True)


def test_short_name_inside_a_longer_one_is_not_counted(write: Writer, places: Regions) -> None:
    """唐县 in 高唐县: the longest name wins, whatever the catalogue claims."""
    paper = write(region="高唐县", meeting="2022年1月28日")
    found = identify(paper, Label("130627", "唐县", "county", 2022), places)
    assert (found.region_code, found.identity) == ("371526", "contradicts_label")


def test_autonomous_prefecture_by_its_short_form(write: Writer, places: Regions) -> None:
    paper = write(region="岚谷州", word="州")
    assert identify(paper, None, places).region_code == "990600"


def test_a_label_alone_proves_nothing(write: Writer, places: Regions) -> None:
    paper = write(face="政府工作报告", speaks_for="县", word="县", region="县")
    found = identify(paper, Label("990421", "桑渡县", "county", 2022), places)
    assert found.refusal_reason == "no_identity"


def test_the_nation(write: Writer, places: Regions) -> None:
    opening = "各位代表：\n现在，我代表国务院，向大会报告政府工作，请予审议，并请全国政协委员提出意见。"
    paper = write(face="政府工作报告\n——2022年3月5日在第五届全国人民代表大会第二次会议上", opening=opening, word="国")
    found = identify(paper, None, places)
    assert (found.region_code, found.level) == ("100000", "national")


def test_a_name_that_cuts_through_words_is_not_counted(places: Regions) -> None:
    counts = count_names("新增城镇就业三百人，各市和县政府共同推进，桑渡县城面貌一新。", places)
    assert dict(counts) == {"桑渡县": 1}


@pytest.mark.parametrize(("claim", "identity"), [("南屏区", "confirmed"), ("石鹭区", "contradicts_label")])
def test_label_without_a_code_may_have_homonyms(write: Writer, places: Regions, claim: str, identity: str) -> None:
    paper = write(region="砚河市南屏区", word="区")
    found = identify(paper, Label(None, claim, "county", 2022), places)
    assert (found.region_code, found.identity) == ("990501", identity)
