"""Reports of townships and streets: a kind of their own, and never the county's that they name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sources.document.identity.clocks import compact
from sources.document.identity.identity import Label, identify
from sources.document.identity.township import find_township
from sources.registry.regions import Regions, load_regions

Writer = Callable[..., Any]


@pytest.mark.parametrize(
    ("face", "opening", "name"),
    [
        (
            "政府工作报告\n——2022年1月20日在桑渡县石桥镇第五届人民代表大会第二次会议上",
            "现在，我代表石桥镇人民政府向大会报告工作。",
            "石桥镇",
        ),
        ("桑渡县石桥镇2022年政府工作报告", "现在，我代表桑渡县石桥镇人民政府向大会报告工作。", "石桥镇"),
        ("镇政府工作报告\n（2022年1月20日）", "现在，我代表镇人民政府向大会报告工作。", None),
        ("政府工作报告", "现在，我代表云岭苗族乡人民政府向大会报告工作。", "云岭苗族乡"),
        ("政府工作报告", "现在，我代表白音苏木人民政府向大会报告工作。", "白音苏木"),
        ("2022年工作报告", "现在，我代表河沿街道办事处向大会报告工作。", "河沿街道"),
    ],
)  # fmt: skip
def test_who_speaks_for_a_township_speaks_for_no_county(
    write: Writer, places: Regions, face: str, opening: str, name: str | None
) -> None:
    paper = write(
        face=face,
        opening=f"各位代表：\n{opening}请予审议。",
        word="镇",
        region="桑渡县",
        context="桑渡县委、县政府关心支持，",
    )
    for label in (None, Label("990421", "桑渡县", "county", 2022)):
        found = identify(paper, label, places)
        assert (found.kind, found.accepted, found.refusal_reason) == ("township_report", False, "below_county")
        assert (found.region_code, found.region_name) == (None, name)


def test_a_township_is_known_by_what_it_calls_itself(write: Writer, places: Regions) -> None:
    opening = "各位代表：\n现在向大会报告工作，请予审议。"
    context = "全镇上下同心，我镇经济稳步增长，全镇面貌一新，"
    paper = write(face="政府工作报告", opening=opening, word="镇", region="镇", tasks=10, context=context)
    assert identify(replace(paper, text=paper.text * 2), None, places).kind in ("township_report", "other")
    assert find_township(compact(paper.text), None, places)


@pytest.mark.parametrize(
    "text",
    [
        "景德镇市人民政府工作报告 各位代表：我代表景德镇市人民政府向大会报告工作",
        "2020年景德镇政府工作报告 各位代表：我代表市人民政府向大会报告工作",
        "新乡市人民政府市长何远山 各位代表：我代表新乡市人民政府向大会报告工作",
        "镇安县政府工作报告 在镇安县第十七届人民代表大会上 我代表镇安县人民政府",
        "各位代表：我代表县人民政府向大会报告工作。全县各乡镇、街道办事处工作有力，乡镇长、街道主任尽职尽责",
    ],
)
def test_names_that_end_like_a_township(text: str) -> None:
    assert find_township(compact(text), None, load_regions()) is None
