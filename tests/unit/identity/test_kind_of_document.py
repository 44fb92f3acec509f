"""What kind of document a text is, and which kinds are accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sources.document.identity.completeness import judge_completeness
from sources.document.identity.fingerprint import distance, fingerprint
from sources.document.identity.identity import identify
from sources.document.identity.speaker import clean_name, find_speaker
from sources.document.read import read_document
from sources.registry.regions import Regions

Writer = Callable[..., Any]


@pytest.mark.parametrize(
    ("title", "opening", "kind"),
    [
        (
            "关于清坞县2021年预算执行情况和2022年预算草案的报告",
            "各位代表：\n受县人民政府委托，现将清坞县2021年预算执行情况和2022年预算草案提请审议。",
            "budget_report",
        ),
        (
            "",
            "各位代表：\n受县人民政府委托，我向大会报告2021年预算执行情况和2022年预算草案，请予审议。",
            "budget_report",
        ),
        (
            "关于清坞县2021年国民经济和社会发展计划执行情况与2022年计划草案的报告",
            "各位代表：\n受县人民政府委托，现将2021年国民经济和社会发展计划执行情况提请审议。",
            "plan_report",
        ),
        ("清坞县2021年国民经济和社会发展统计公报", "", "statistical_bulletin"),
        ("清坞县人民法院工作报告", "各位代表：\n现在，我代表县人民法院向大会报告工作，请予审议。", "other_body_report"),
        ("清坞县人大常委会工作报告", "各位代表：\n我受县人大常委会委托，向大会报告工作。", "other_body_report"),
        ("清坞县人民政府2021年法治政府建设年度报告", "", "other_body_report"),
    ],
)
def test_other_documents_are_refused(write: Writer, places: Regions, title: str, opening: str, kind: str) -> None:
    paper = replace(write(face=title, opening=opening or "全县上下：", closing=""), title=title or None)
    found = identify(paper, None, places)
    assert (found.kind, found.accepted, found.refusal_reason) == (kind, False, "not_a_report")


def test_mentioning_the_budget_beside_it_does_not_make_a_report_a_budget(write: Writer, places: Regions) -> None:
    opening = "各位代表：\n我代表清坞县人民政府向大会报告工作，请连同计划和预算报告一并审议。"
    found = identify(write(opening=opening), None, places)
    assert (found.kind, found.accepted) == ("work_report", True)


def test_masked_figures_are_refused(write: Writer, places: Regions) -> None:
    masked = "".join(f"新建厂房XX万平方米，引进项目X{n}个，投资增长X.X%，就业XX万人。" for n in range(4))
    found = identify(write(review=f"一、2021年工作回顾\n{masked}", tasks=2), None, places)
    assert (found.kind, found.accepted, found.refusal_reason) == ("template", False, "masked")
    assert "masked" in (found.refusal_detail or "")


def test_place_without_a_name_is_a_template(write: Writer, places: Regions) -> None:
    found = identify(write(region="某县", context="某县上下同心，" * 16), None, places)
    assert found.refusal_reason == "masked"


def test_an_empty_frame_is_unreadable(write: Writer, places: Regions) -> None:
    paper = replace(write(tasks=0), text="网站首页 政务公开 政民互动 您的浏览器不支持脚本", title=None)
    assert identify(paper, None, places).refusal_reason == "unreadable"


def test_an_excerpt_is_accepted_as_what_it_is(write: Writer, places: Regions) -> None:
    paper = replace(
        write(
            face="政府工作报告摘编",
            opening="",
            context="建设美丽清坞，清坞县域经济壮大，关心支持清坞发展，推动清坞高质量发展，",
        ),
        title="政府工作报告摘编",
    )
    found = identify(paper, None, places)
    assert (found.kind, found.completeness, found.accepted) == ("excerpt", "partial", True)


def test_a_newspapers_account_is_a_press_summary(write: Writer, places: Regions) -> None:
    face = "2022年政府工作报告"
    opening = (
        "本报讯 1月20日，清坞县第五届人民代表大会第二次会议召开，县长顾望舒代表县人民政府向大会作政府工作报告。"
        "报告分三个部分。"
        "《报告》指出，过去一年成绩来之不易。"
    )
    found = identify(write(face=face, opening=opening, closing="《报告》强调，要狠抓落实。"), None, places)
    assert (found.kind, found.accepted, found.speaker) == ("press_summary", True, "顾望舒")
    assert str(found.meeting_date) == "2022-01-20"


def test_a_whole_report_is_complete(write: Writer) -> None:
    assert judge_completeness(write().text, "work_report", "county")[0] == "complete"


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        ({"closing": "", "goals": ""}, "no_goals"),
        ({"closing": "下一步要努力构建多点支撑、多业并举、多"}, "cut_off"),
        ({"opening": "各位代表！一年来的成绩来之不易。", "face": "前进道路上还有困难", "review": ""}, "no_opening"),
    ],
)
def test_a_report_that_lacks_a_part_is_partial(write: Writer, change: dict[str, str], sign: str) -> None:
    completeness, signs = judge_completeness(write(**change).text, "work_report", "county")
    assert completeness == "partial"
    assert sign in signs


def test_a_glossary_after_the_closing_words_does_not_make_it_partial(write: Writer) -> None:
    text = write().text + "\n附件：名词解释\n" + "\n".join(f"{n}.某工程：指第{n}项重点工程。" for n in range(1, 60))
    assert judge_completeness(text, "work_report", "county")[0] == "complete"


@pytest.mark.parametrize(
    ("face", "name"),
    [
        ("清坞县人民政府县长　顾望舒", "顾望舒"),
        ("清坞县人民政府代县长\n顾 望 舒", "顾望舒"),
        ("2022年1月20日在清坞县第五届人民代表大会第二次会议上县长顾望舒作政府工作报告。", "顾望舒"),
        ("霁川市市长顾望舒同志作政府工作报告", "顾望舒"),
        ("——2022年1月20日顾望市长在霁川市第五届人民代表大会上的政府工作报告", "顾望"),
        ("自治区主席\n阿依丁·沙吾列提", "阿依丁·沙吾列提"),
        ("——2022年1月20日在霁川市第五届人民代表大会第二次会议上\n顾望舒", "顾望舒"),
        ("政府工作报告\n2022年1月20日", None),
    ],
)
def test_speaker(face: str, name: str | None) -> None:
    assert find_speaker(f"{face}\n各位代表：\n现在，我代表县人民政府报告工作。") == name


@pytest.mark.parametrize(
    ("words", "name"), [("清坞县人民政府县长 顾望舒", "顾望舒"), ("顾望舒", "顾望舒"), (None, None), ("目录", None)]
)
def test_clean_name(words: str | None, name: str | None) -> None:
    assert clean_name(words) == name


def test_copies_are_near_and_other_reports_far(write: Writer) -> None:
    one = write(year=2022).text
    copy = "首页 政务公开 购物车\n" + one.replace("，", ",") + "\n上一篇 下一篇 版权所有"
    other = "".join(reversed(write(year=2021, context="全面小康，").text))
    assert distance(fingerprint(one), fingerprint(copy)) <= 6 < distance(fingerprint(one), fingerprint(other))
    assert fingerprint("") == "0" * 16


@pytest.mark.parametrize(
    ("title", "opening", "kind", "reason"),
    [
        (
            "关于2022年上半年全县经济社会发展情况和下半年政府工作的报告",
            "主任、各位副主任、各位委员：\n我代表县人民政府向县人大常委会报告上半年工作。",
            "part_year_report",
            "part_of_year",
        ),
        (
            "关于2022年前三季度国民经济运行情况的报告",
            "主任、各位副主任、各位委员：\n现将前三季度情况报告如下。",
            "part_year_report",
            "part_of_year",
        ),
        (
            "清坞县人民政府工作报告",
            "主任、各位副主任、各位委员：\n根据会议安排，我代表清坞县人民政府报告今年上半年工作情况。",
            "part_year_report",
            "part_of_year",
        ),
        ("清坞县2022年上半年政府工作总结", "", "part_year_report", "part_of_year"),
        (
            "关于《政府工作报告》的说明",
            "各位委员：\n现就《政府工作报告》（征求意见稿）作如下说明。",
            "explanation",
            "not_a_report",
        ),
        (
            "",
            "各位委员：\n受县人民政府委托，我就《政府工作报告》起草情况作几点说明。",
            "explanation",
            "not_a_report",
        ),
        (
            "2022年清坞县政府工作报告（征求意见稿）",
            "各位代表：\n我代表清坞县人民政府向大会报告工作，请予审议。",
            "draft_report",
            "draft",
        ),
        ("清坞县第五届人民代表大会第二次会议关于政府工作报告的决议", "", "other_body_report", "not_a_report"),
    ],
)
def test_papers_that_are_no_yearly_report(
    write: Writer, places: Regions, title: str, opening: str, kind: str, reason: str
) -> None:
    paper = replace(write(face=title, opening=opening or "全县上下：", closing=""), title=title or None)
    found = identify(paper, None, places)
    assert (found.kind, found.accepted, found.refusal_reason) == (kind, False, reason)


def test_a_sitting_in_mid_year_is_no_report_on_part_of_a_year(write: Writer, places: Regions) -> None:
    goals = (
        "二、今后五年奋斗目标\n今后五年全县生产总值年均增长6%。\n三、2022年下半年重点工作\n上半年全县生产总值增长5%。"
    )
    found = identify(write(meeting="2022年7月20日", goals=goals), None, places)
    assert (found.kind, found.accepted) == ("work_report", True)


@pytest.mark.parametrize(
    "story",
    [
        "本报讯（记者 林岚）1月20日，清坞县第五届人民代表大会第二次会议隆重开幕。县长顾望舒作政府工作报告。",
        "1月20日，清坞县第五届人民代表大会第二次会议开幕。会议听取了县长顾望舒所作的政府工作报告。报告指出，成绩来之不易。",
        "县长顾望舒代表县人民政府作工作报告。他在报告中指出，过去一年成绩来之不易。会议应到代表180名，出席代表165名。",
    ],
)
def test_news_of_the_meeting_is_a_press_summary_whatever_its_phrase(write: Writer, places: Regions, story: str) -> None:
    paper = write(face="清坞县两会开幕", opening=story, closing="代表们认为，报告实事求是。", tasks=4)
    assert identify(paper, None, places).kind == "press_summary"


def test_news_with_the_whole_report_behind_it_is_the_report(write: Writer, places: Regions) -> None:
    story = "本报讯（记者 林岚）1月20日，清坞县第五届人民代表大会第二次会议开幕，县长顾望舒作政府工作报告。全文如下。\n"
    paper = write()
    assert identify(replace(paper, text=story + paper.text), None, places).kind == "work_report"


def test_title_meeting_and_speaker_make_a_report_without_its_opening(write: Writer, places: Regions) -> None:
    paper = write(opening="各位代表：", tasks=6)
    found = identify(paper, None, places)
    assert (found.kind, found.accepted, found.region_code) == ("work_report", True, "990121")


def test_an_outline_put_together_from_other_material_is_no_report(places: Regions) -> None:
    lines = [
        "标题：清坞县2016年政府工作报告",
        "备注：未找到完整版本，以下内容基于2017年政府工作报告中的数据整理",
        "正文：",
    ]
    body = ["一、2015年工作回顾", *["全县经济稳步增长，各项工作取得新成效，我们坚持稳中求进，民生持续改善。"] * 12]
    (document,) = read_document(["\n".join([*lines, *body]).encode()], name="outline.txt")
    found = identify(document, None, places)
    assert (found.kind, found.accepted, found.refusal_reason) == ("other", False, "not_a_report")
    assert "put together" in (found.refusal_detail or "")


@pytest.mark.parametrize(
    ("face", "kind"),
    [
        ("关于清坞县人民政府工作报告的决议", "other_body_report"),
        ("《〈政府工作报告〉2024年重点工作任务分工方案》政策解读", "other_body_report"),
    ],
)
def test_papers_about_the_report(write: Writer, places: Regions, face: str, kind: str) -> None:
    opening = "会议听取和审议了县长顾望舒作的政府工作报告。会议指出，报告提出的任务符合实际。"
    found = identify(write(face=face, opening=opening, closing="会议号召全县人民奋发有为。", tasks=4), None, places)
    assert (found.kind, found.accepted) == (kind, False)


def test_a_piece_of_a_report_under_its_title_is_an_excerpt(write: Writer, places: Regions) -> None:
    paper = write(face="清坞县2022年政府工作报告", opening="", tasks=6)
    found = identify(paper, None, places)
    assert (found.kind, found.accepted, found.region_code, found.report_year) == ("excerpt", True, "990121", 2022)


@pytest.mark.parametrize(
    ("before", "behind", "year"),
    [
        ("2018-02-04 来源：清坞日报\n2月2日，", "报告指出，今年全县生产总值增长6%。", 2018),
        ("1月9日，", "说到2011年，报告提出，生产总值增长11%。", 2011),
        ("", "报告指出，2010年全县生产总值完成92亿元，同比增长9%。", 2011),
        ("12.06.2015 13:17\n", "报告分三个部分。", 2015),
    ],
)
def test_news_tells_its_year(write: Writer, places: Regions, before: str, behind: str, year: int) -> None:
    story = f"{before}清坞县第五届人民代表大会第五次会议开幕，县长顾望舒作政府工作报告。{behind}"
    paper = write(face="", opening=story, review="", goals="", closing="代表们认为，报告实事求是。", tasks=4)
    assert identify(paper, None, places).report_year == year


@pytest.mark.parametrize("mark", ["代拟稿", "意见征集稿", "送审稿", "二稿", "供代表酝酿", "徵求意見稿"])
def test_a_draft_is_known_by_any_of_its_marks(write: Writer, places: Regions, mark: str) -> None:
    found = identify(write(face=f"政府工作报告\n（{mark}）"), None, places)
    assert (found.kind, found.refusal_reason) == ("draft_report", "draft")
