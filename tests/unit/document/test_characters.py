"""Characters that stand for others, that nobody can read, or that are no part of the text."""

from __future__ import annotations

import unicodedata

import pytest
from opencc import OpenCC

from sources.document.cleaning import characters
from sources.document.cleaning.characters import mend_characters
from sources.document.read import CleanDocument, read_document
from sources.document.traced import Traced
from sources.extraction import ReportContext, extract
from sources.registry.regions import load_regions

from .pages import LINES

#: what Skia's PDF writer and Korean fonts give back for these ideographs
IDEOGRAPHS, DRAWN = "一人生高工月日大十长民食门马风黄龙年金", "⼀⼈⽣⾼⼯⽉⽇⼤⼗⻓⺠⻝⻔⻢⻛⻩⻰\uf98e\uf90a"
RADICALS = dict(zip(IDEOGRAPHS, DRAWN, strict=True))


def read(text: str) -> CleanDocument:
    return read_document([text.encode()], name="report.txt")[0]


def facts(text: str) -> set[tuple[str, float, str]]:
    document = read("\n".join([*LINES, text]))
    rows = extract(document.text, ReportContext("r", 2031, "云溪县", "county")).observations
    return {(row["indicator"], row["value"], row["unit"]) for row in rows}


def refusals(text: str) -> list[tuple[str, str]]:
    document = read("\n".join([*LINES, text]))
    rows = extract(document.text, ReportContext("r", 2031, "云溪县", "county")).rejections
    return [(row["surface"], row["reason"]) for row in rows]


def test_radicals_read_as_the_ideographs_that_they_are_drawn_like() -> None:
    plain = "\n".join(LINES)
    drawn = plain.translate(str.maketrans(RADICALS))
    assert sum(a != b for a, b in zip(plain, drawn, strict=True)) > 20
    document = read(drawn)
    assert document.text == plain
    assert "radicals_unified" in document.flags


def test_every_radical_with_an_equivalent_becomes_one_character() -> None:
    radicals = [chr(code) for code in [*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6), *range(0x31C0, 0x31E4)]]
    text, _ = mend_characters(Traced.of("".join(radicals)))
    assert len(text) == len(radicals)
    unified = [a != b for a, b in zip(radicals, text.text, strict=True)]
    assert sum(unified) > 330
    kept = [a for a, changed in zip(radicals, unified, strict=True) if not changed]
    assert all(unicodedata.normalize("NFKC", radical) == radical for radical in kept)


@pytest.mark.parametrize(
    "figure",
    ["1\ue002.5%", "\ue0012.5%", "1\U000f00022.5%", "1??2.5%", "1?2.5%", "1\ufffd.5%", "1□2.5%", "12.\ue0055%"],
)
def test_a_number_with_a_character_that_nobody_can_read_is_a_rejection(figure: str) -> None:
    told = f"全县外贸出口额增长{figure}，城镇化率提高到61%，发展基础更加稳固。"
    assert {row for row in facts(told) if row[0] == "exports"} == set()
    assert [reason for surface, reason in refusals(told) if "%" in surface and "61" not in surface] == ["unreadable"]


def test_a_bullet_in_a_private_font_is_no_number() -> None:
    told = "\uf06c 全县外贸出口额3.5亿元，增长12.5%，发展基础更加稳固。"
    assert {("exports", 3.5, "亿元"), ("exports", 12.5, "%")} <= facts(told)


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("增长12·5％", 12.5),
        ("增长12•5%", 12.5),
        ("增长\u20112.3%", -2.3),
        ("增长\u20122.3%", -2.3),
        ("增长\u25002.3%", -2.3),
        ("增长4.3℅", 4.3),
        ("增长\u00b2\u00b34.3%", 4.3),
    ],
)
def test_signs_of_other_typesetters(printed: str, value: float) -> None:
    assert ("exports", value, "%") in facts(f"全县外贸出口额{printed}，发展基础更加稳固，各项工作取得新成效。")


@pytest.mark.parametrize("dash", ["\u2010", "\u2011", "\u2012", "\u223c", "\u2500", "-", "—"])
def test_ranges_with_any_dash(dash: str) -> None:
    document = read("\n".join([*LINES[:-1], f"今年全县外贸出口额增长5{dash}6%，实际利用外资增长7%。"]))
    rows = extract(document.text, ReportContext("r", 2031, "云溪县", "county")).observations
    assert [(row["value"], row["value_upper"]) for row in rows if row["indicator"] == "exports"] == [(5.0, 6.0)]


@pytest.mark.parametrize(
    ("printed", "row"),
    [
        ("高新技术企业⁵874家", ("high_tech_enterprises", 874.0, "家")),
        ("全年粮食产量²120万吨", ("grain_output", 120.0, "万吨")),
        ("城市建成区绿地面积达到12km²，外贸出口额3亿元", ("exports", 3.0, "亿元")),
    ],
)
def test_raised_digits_are_a_notes_mark_unless_an_exponent(printed: str, row: tuple[str, float, str]) -> None:
    assert row in facts(f"全县{printed}，发展基础更加稳固，各项工作取得新成效。")


def test_a_number_with_an_exponent_is_no_value() -> None:
    assert ("10⁴", "unreadable") in refusals("全县全年粮食产量10⁴吨，发展基础更加稳固，各项工作取得新成效。")


def test_readings_in_brackets_go_and_what_they_stood_beside_is_converted() -> None:
    told = "全縣(xiàn)生產(chǎn)總值增長(zhǎng)5.4℅，固定資產(chǎn)投資增長(zhǎng)9.2℅。"
    document = read("\n".join([*LINES, told]))
    assert document.text.split("\n")[-1] == "全县生产总值增长5.4℅，固定资产投资增长9.2℅。"
    assert {"readings_removed", "traditional_converted"} <= set(document.flags)


def test_names_of_regions_are_converted_to_themselves_and_their_characters_elsewhere_as_ever() -> None:
    names = [name for name in load_regions().names() if len(name) > 1]
    forms = str(OpenCC("s2t").convert("\n".join(names))).split("\n")
    # a name in either form, between words that share characters with some of them
    told = "\n".join(f"骨幹縣級醫院，{form}經濟發展，實幹安縣" for form in (*forms, *names))
    converted, flags = mend_characters(Traced.of(told))
    assert flags == ("traditional_converted",)
    assert converted.text.split("\n") == [f"骨干县级医院，{name}经济发展，实干安县" for name in (*names, *names)]


def test_converted_text_has_the_forms_that_rules_know() -> None:
    document = read("全縣著力發展經濟，隨著產業轉型，成效顯著，著作權登記增長。\n" * 12)
    assert document.text.split("\n")[0] == "全县着力发展经济，随着产业转型，成效显著，著作权登记增长。"


def test_what_is_simplified_already_stays_where_the_rest_is_converted() -> None:
    document = read("全縣抬高標準，號召大家看清為了什么，台階怎么上，環境問題不再抬頭。\n" * 12)
    assert document.text.split("\n")[0] == "全县抬高标准，号召大家看清为了什么，台阶怎么上，环境问题不再抬头。"


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("粮食产量达到23 200.5吨", "23200.5吨"),
        ("粮食产量 120 130万吨", "120 130万吨"),
        ("粮食产量达到5.5 6万吨", "5.5 6万吨"),
        ("粮食产量达到1234 567万吨", "1234 567万吨"),
    ],
)
def test_parted_digits_join_only_in_groups_of_three(printed: str, kept: str) -> None:
    told = f"各项工作取得新成效，全县{printed}，发展基础更加稳固。"
    assert kept in read("\n".join([*LINES, told])).text


def test_what_is_not_joined_is_no_number() -> None:
    told = "各项工作取得新成效，全县粮食产量 120 130万吨，发展基础更加稳固。"
    assert not {row for row in facts(told) if row[1] in (120.0, 130.0, 120130.0)}
    assert [surface for surface, reason in refusals(told) if reason == "unreadable"] == ["120 130万吨"]


def test_one_look_tells_of_every_rare_character() -> None:
    """The class that is looked for says again what three patterns say: none of theirs is missing in it."""
    whole = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    patterns = (characters._INVISIBLE, characters._PRIVATE, characters._ALIKE)
    asked = {character for pattern in patterns for match in pattern.finditer(whole) for character in match.group()}
    assert len(asked) > 100_000
    assert [hex(ord(one)) for one in asked if not characters._has_rare(one)] == []
    assert not characters._has_rare("全市生产总值增长5%，\t其中：“十四五”　ＡＢ１２\n")
