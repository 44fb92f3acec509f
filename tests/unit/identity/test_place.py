"""Which region a text speaks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sources.document.identity.homonyms import find_names
from sources.document.identity.identity import Label, identify
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
        context="竹坞区经济社会发展迈出新步伐，平安竹坞建设扎实推进，溪陵市委充分肯定，所有关心支持竹坞区发展的同志，",
    )
    found = identify(paper, None, places)
    assert (found.region_code, found.flags) == ("990402", ("region_from_own_words",))


def test_ranks_among_the_city_do_not_make_a_district_the_city(write: Writer, places: Regions) -> None:
    ranks = "增速居全市第一，空气优良率全市第1，净增企业数全市第2，到账外资全市领先，质效排名全市前列，满意度全市第一，"
    paper = write(face="溪陵市竹坞区2022年政府工作报告", speaks_for="", word="", opening="", context=ranks)
    found = identify(paper, None, places)
    assert (found.region_code, found.accepted) == ("990402", True)


@pytest.mark.parametrize(
    "context",
    [
        "竹坞区、竹坞区、竹坞区的客商纷至沓来，",  # named often, as a partner
        "绿水青山就是金山银山，我们守护好金山银山，金山银山，",  # an everyday word that is a district's short form
        "落实惠农补贴，兑现惠农政策，发放惠农资金，",
        "大兴调查研究之风，开展平原绿化，修缮古城，治理沿河环境，",
    ],
)
def test_a_name_that_only_stands_in_the_text_is_nobodys(write: Writer, places: Regions, context: str) -> None:
    paper = write(face="政府工作报告", speaks_for="区", word="区", region="区", context=context * 3)
    found = identify(paper, None, places)
    assert (found.region_code, found.accepted, found.refusal_reason) == (None, False, "no_identity")


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


def test_a_label_holds_where_the_text_says_nothing_and_the_row_says_so(write: Writer, places: Regions) -> None:
    paper = write(face="政府工作报告", speaks_for="县", word="县", region="县", context="平原绿化成效明显，平原造林，")
    found = identify(paper, Label("990121", "清坞县", "county", 2022), places)
    assert (found.region_code, found.accepted, found.identity) == ("990121", True, "inferred")
    assert found.flags == ("region_from_label",)


def test_a_label_of_another_class_than_the_speakers_is_not_taken(write: Writer, places: Regions) -> None:
    paper = write(face="政府工作报告", speaks_for="县", word="县", region="县")
    found = identify(paper, Label("990400", "溪陵市", "city", 2022), places)
    assert (found.region_code, found.refusal_reason) == (None, "no_identity")


def test_a_shared_name_is_nobodys_and_lists_whose_it_may_be(write: Writer, places: Regions) -> None:
    paper = write(region="南屏区", word="区", context="建设美丽南屏，推动南屏发展，关心支持南屏发展，")
    found = identify(paper, None, places)
    assert found.region_code is None
    assert "990401 南屏区" in (found.refusal_detail or "") and "990501 南屏区" in (found.refusal_detail or "")
    labelled = identify(paper, Label("990501", "南屏区", "county", 2022), places)
    assert (labelled.region_code, labelled.identity) == ("990501", "confirmed")


def test_the_nation(write: Writer, places: Regions) -> None:
    opening = "各位代表：\n现在，我代表国务院，向大会报告政府工作，请予审议，并请全国政协委员提出意见。"
    paper = write(face="政府工作报告\n——2022年3月5日在第五届全国人民代表大会第二次会议上", opening=opening, word="国")
    found = identify(paper, None, places)
    assert (found.region_code, found.level) == ("100000", "national")


def test_a_name_that_cuts_through_words_is_not_counted(places: Regions) -> None:
    named = find_names("新增城镇就业三百人，各市和县政府共同推进，桑渡县城面貌一新。", places)
    assert [name for _, _, name in named if name != "和县"] == ["桑渡县"]


@pytest.mark.parametrize(("claim", "identity"), [("南屏区", "confirmed"), ("石鹭区", "contradicts_label")])
def test_label_without_a_code_may_have_homonyms(write: Writer, places: Regions, claim: str, identity: str) -> None:
    paper = write(region="砚河市南屏区", word="区")
    found = identify(paper, Label(None, claim, "county", 2022), places)
    assert (found.region_code, found.identity) == ("990501", identity)


def test_a_congress_or_paper_of_the_city_above_is_not_the_countys(write: Writer, places: Regions) -> None:
    context = "认真落实溪陵市第九届人民代表大会第三次会议部署，溪陵市，"
    paper = write(face="政府工作报告", speaks_for="县", word="县", region="县", review=f"一、2021年工作回顾\n{context}")
    found = identify(replace(paper, publisher="溪陵日报"), None, places)
    assert (found.region_code, found.refusal_reason) == (None, "no_identity")


@pytest.mark.parametrize("said", ["圆满完成县第十六届人大一次会议确定的任务，", "办成县第五届人民代表大会交办的事，"])
def test_a_name_that_begins_inside_a_word_is_none(write: Writer, places: Regions, said: str) -> None:
    """成县 is a county; 完成县…届人大 does not name it."""
    paper = write(face="政府工作报告", speaks_for="县", word="县", region="县", review=f"一、2021年工作回顾\n{said}")
    assert identify(paper, None, places).region_code is None


def test_the_term_of_a_government_is_no_part_of_its_name(write: Writer, places: Regions) -> None:
    opening = "各位代表：\n现在，我代表第五届桑渡区人民政府，向大会报告工作，请予审议。"
    assert identify(write(face="政府工作报告", opening=opening, word="区"), None, places).region_code == "990404"
    nameless = "各位代表：\n现在，我代表本届区人民政府，向大会报告工作，请予审议。"
    found = identify(write(face="政府工作报告", opening=nameless, word="区", region="区"), None, places)
    assert "in no list" not in (found.refusal_detail or "")


def test_a_shared_name_spelt_out_once_is_meant_wherever_it_stands(write: Writer, places: Regions) -> None:
    face = "政府工作报告\n——2022年1月20日在砚河市南屏区第五届人民代表大会第二次会议上"
    found = identify(write(face=face, region="南屏区", word="区", context="溪陵市客商来访，"), None, places)
    assert (found.region_code, found.accepted) == ("990501", True)


def test_a_partner_named_once_tells_no_homonyms_apart(write: Writer, places: Regions) -> None:
    found = identify(write(region="南屏区", word="区", context="与溪陵市签订合作协议，"), None, places)
    assert (found.region_code, found.refusal_reason) == (None, "no_identity")


def test_a_heading_that_the_text_denies_names_nobody(write: Writer, places: Regions) -> None:
    paper = write(title="溪陵市2022年政府工作报告", face="政府工作报告", speaks_for="县", region="县")
    assert identify(paper, None, places).region_code is None
