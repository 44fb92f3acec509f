"""What a page prints and what it only holds: raised marks, struck and hidden text, readings, cells of tables."""

from __future__ import annotations

import time

import pytest

from sources.document.forms.align import Aligner
from sources.document.forms.lines import element_lines, shown
from sources.document.forms.mainbody import body_lines, parse
from sources.document.read import CleanDocument, read_document
from sources.document.traced import Traced, to_source

from .pages import LINES, html, paragraphs


def read(fragment: str, head: str = "") -> CleanDocument:
    page = html(f'<div id="zoom">{paragraphs()}<p>{fragment}</p></div>', head=f'<meta charset="utf-8">{head}')
    return read_document([page.encode()], name="a.html")[0]


def line(fragment: str, head: str = "") -> str:
    return read(fragment, head).text.split("\n")[-1]


@pytest.mark.parametrize(
    ("mark", "number"),
    [
        ("<sup>5</sup>", "874家"),
        ("<sup>12</sup>", "271个"),
        ('<a href="#_ftn1"><sup>5</sup></a>', "33亿元"),
        ('<sup><a href="#_ftn1" name="_ftnref1">5</a></sup>', "33亿元"),
        ('<a href="#_ftn3">3</a>', "15万亩"),
        ('<span style="vertical-align:super">7</span>', "300天"),
        ('<span style="vertical-align: 6pt; font-size: 8pt">7</span>', "300天"),
        ('<span style="VERTICAL-ALIGN: 30%">7</span>', "300天"),
        ('<span style="font-size:9px;vertical-align:top">7</span>', "300天"),
        ('<span style="position:relative;top:-6.0pt;mso-text-raise:6.0pt">7</span>', "300天"),
        ("<sup>（5）</sup>", "33亿元"),
        ("<sup>*</sup>", "33亿元"),
        ("<sup>注5</sup>", "33亿元"),
        ("<sup>a</sup>", "33亿元"),
        ("<sup>1,2</sup>", "33亿元"),
        ("<sup>1</sup><sup>2</sup>", "33亿元"),
        ("<b><sup><span>5</span></sup></b>", "33亿元"),
    ],
)
def test_a_notes_mark_is_no_part_of_the_number_behind_it(mark: str, number: str) -> None:
    assert line(f"全县高新技术企业达到{mark}{number}，新增就业稳步增长，各项事业全面进步。").startswith(
        f"全县高新技术企业达到{number}，"
    )


@pytest.mark.parametrize(
    ("fragment", "printed"),
    [
        ("新建保障房12万m<sup>2</sup>，", "新建保障房12万m2，"),
        ("水库容量32万m<sup>3</sup>，", "水库容量32万m3，"),
        ('建成区120km<span style="vertical-align:super">2</span>，', "建成区120km2，"),
        ("新增绿地3万米<sup>2</sup>，", "新增绿地3万米2，"),
        ("种植玉米<sup>2</sup>120万亩，", "种植玉米120万亩，"),
        ("合计12×10<sup>4</sup>吨，", "合计12×10^4吨，"),
        ("合计12×10<sup>1</sup><sup>2</sup>吨，", "合计12×10^12吨，"),
        ("截至2010<sup>4</sup>年，", "截至2010年，"),
        ("增长5<sup>～</sup>6%，", "增长5\ufffd6%，"),
        ("达到<sup>1697.6</sup>亿元，", "达到\ufffd亿元，"),
        ("达到<sup>1697</sup>亿元，", "达到\ufffd亿元，"),
        ("达到1<sup>6</sup>9亿元，", "达到1\ufffd9亿元，"),
        ("达到<sup>[4]</sup>97亿元，", "达到[4]97亿元，"),
        ("达到<sup>[</sup><sup>4</sup><sup>]</sup>97亿元，", "达到[4]97亿元，"),
        ("减排CO<sub>2</sub>达3万吨，PM<sub>2.5</sub>下降，", "减排CO2达3万吨，PM2.5下降，"),
        ('达到<span style="vertical-align:top">874</span>家，', "达到874家，"),
        ('达到<span style="vertical-align:1px">87</span>家，', "达到87家，"),
        ('达到<sup style="vertical-align:baseline">87</sup>家，', "达到87家，"),
        ("进出口总额<s>9</s>5.5亿元，", "进出口总额5.5亿元，"),
        ("公共预算收入<del>120</del><ins>130</ins>亿元，", "公共预算收入130亿元，"),
        ("生产总值增长<strike>9.1</strike>5.5%，", "生产总值增长5.5%，"),
        ('增长<span style="text-decoration: line-through">9</span>5.5%，', "增长5.5%，"),
        ('增长<span style="text-decoration-line:line-through">9</span>5.5%，', "增长5.5%，"),
        ('增长<s style="text-decoration:none">5</s>.5%，', "增长5.5%，"),
        ('增长<span style="text-decoration:underline">5</span>.5%，', "增长5.5%，"),
        ('增长<span style="display:none">9</span>5.5%，', "增长5.5%，"),
        ('增长<span style="visibility: hidden">9</span>5.5%，', "增长5.5%，"),
        ('增长<span style="font-size:0">9</span>5.5%，', "增长5.5%，"),
        ('增长<span style="opacity:0">9</span>5.5%，', "增长5.5%，"),
        ("增长<span hidden>9</span>5.5%，", "增长5.5%，"),
        ("增长<template>9</template>5.5%，", "增长5.5%，"),
        ('增长<input value="9">5.5%，', "增长5.5%，"),
        ('增长<span aria-hidden="true">5</span>.5%，', "增长5.5%，"),
        ('增长<span style="font-size:0.9em;opacity:0.5">5</span>.5%，', "增长5.5%，"),
        ("增长5<wbr>.5%，", "增长5.5%，"),
        ("增长1&shy;5.5%，", "增长15.5%，"),
        ("推进<ruby>霁<rt>jì</rt></ruby>川新城，", "推进霁川新城，"),
        ("推进<ruby>霁<rp>(</rp><rt>jì</rt><rp>)</rp></ruby>川新城，", "推进霁川新城，"),
        ("推进<ruby><rb>霁</rb><rtc>ji</rtc></ruby>川新城，", "推进霁川新城，"),
        ("建设<q>两山</q>基地3个，", "建设“两山”基地3个，"),
    ],
)
def test_what_is_printed_is_read_and_nothing_else(fragment: str, printed: str) -> None:
    end = "新增就业稳步增长，各项事业全面进步。"
    assert line(fragment + end) == printed + end


@pytest.mark.parametrize(
    ("rule", "printed"),
    [
        (".x{text-decoration:line-through}", "增长5.5%"),
        ("p{color:red} span.x , .y { color:red; display : none !important; }", "增长5.5%"),
        ("<!-- .x{vertical-align:super;font-size:8pt} -->", "增长5.5%"),
        (".x{display:none}.x{display:inline}", "增长95.5%"),
        ("@media print{.x{display:none}}", "增长95.5%"),
        ("@media print{.y{display:none}} .x{display:none}", "增长5.5%"),
        ("em.x{display:none} .z .x{display:none}", "增长95.5%"),
        ("@import 'a.css'; .x{display:none}", "增长5.5%"),
    ],
)
def test_rules_for_a_class(rule: str, printed: str) -> None:
    found = line('增长<span class="w x">9</span>5.5%，新增就业稳步增长，各项事业全面进步。', f"<style>{rule}</style>")
    assert found.split("，")[0] == printed


def test_text_that_a_script_shows_is_read() -> None:
    for hidden in ('style="display:none"', "hidden", 'style="opacity: 0"'):
        page = html(f'<div {hidden}><div id="zoom">{paragraphs()}{paragraphs()}</div></div><p>请稍候。</p>')
        assert LINES[-2] in read_document([page.encode()], name="a.html")[0].text


def test_page_that_shows_a_text_of_its_own_hides_the_rest() -> None:
    other = "".join(f"<p>全县旅游接待人数增长{number}.5%。</p>" for number in range(100))
    page = html(f'<div id="zoom">{paragraphs() * 3}<div style="display:none">{other}</div></div>')
    text = read_document([page.encode()], name="a.html")[0].text
    assert LINES[-2] in text
    assert "旅游接待" not in text


def test_title_and_place_are_read_without_readings_and_marks() -> None:
    title = "2031年<ruby>云<rt>yún</rt></ruby>溪县政府工作报告<sup>①</sup>"
    page = html(f'<h1 class="title">{title}<sup>1</sup></h1><div id="zoom">{paragraphs()}</div>', title="公开")
    document = read_document([page.encode()], name="a.html")[0]
    assert document.title is not None
    assert document.title.startswith("2031年云溪县政府工作报告")
    assert not document.title.endswith("1")


def test_offsets_lead_past_what_is_not_printed() -> None:
    document = read(
        "全县企业<sup>5</sup>874家，增长<del>3.9%</del>3.4%，<ruby>霁<rt>jì</rt></ruby>川园区产值12×10<sup>4</sup>元，"
        '进出口<span style="display:none">77</span>&nbsp;66亿元，新增就业稳步增长。'
    )
    assert "private_characters_removed" not in document.flags
    for number, before in (("874家", "</sup>"), ("3.4%", "</del>"), ("川园区", "</ruby>"), ("66亿元", "&nbsp;")):
        offset = to_source(document.source_map, document.text.index(number))
        assert offset is not None
        assert document.source[offset - len(before) : offset] == before
        assert document.source[offset:].startswith(number)
    at = document.text.index("10^4")
    assert document.text[at:].startswith("10^4元")
    power = to_source(document.source_map, at + 2)
    assert power is not None
    assert document.source[power] == "4"


def test_a_page_cannot_write_the_signs_of_the_reader() -> None:
    found = line("增长\x025.5%\x03，粮食&#2;产量\x07稳步\x08增长，新增就业&#4;稳步增长，各项事业全面进步。")
    assert found == "增长5.5%，粮食产量稳步增长，新增就业稳步增长，各项事业全面进步。"


def test_scoring_counts_what_is_printed() -> None:
    struck = "<del>" + "".join(f"<p>{line}</p>" for line in LINES[3:7]) + "</del>"
    page = html(f"<div>{paragraphs()}</div><div>{struck}</div>")
    assert [shown(line).strip("　") for line in body_lines(parse(page))] == LINES


def rows(table: str) -> list[str]:
    return [shown(line) for line in element_lines(parse(table), prune=True)]


def test_cells_of_a_row_are_parted_by_a_tab() -> None:
    assert rows("<table><tr><td>粮食产量</td><td>120</td><td> 130\t万吨 </td></tr></table>") == [
        "粮食产量\t120\t130 万吨"
    ]


def test_a_row_is_a_line_whatever_its_cells_hold() -> None:
    table = (
        "<table><thead><tr><th><p>指标</p></th><th><p>2022年<br>完成</p></th><th><div>2023年</div><div>目标</div></th></tr>"
        "</thead><tbody><tr><td><p>地区生产</p><p>总值增长（%）</p></td><td>5.5</td><td><p>6左右</p></td></tr></tbody></table>"
    )
    assert rows(table) == ["指标\t2022年 完成\t2023年 目标", "地区生产 总值增长（%）\t5.5\t6左右"]


def test_columns_stand_under_each_other() -> None:
    table = (
        "<table><tr><td rowspan=2>指标</td><td colspan=2>2022年</td><td>2023年</td></tr>"
        "<tr><td>总量</td><td>增速</td><td>目标</td></tr>"
        "<tr><td>粮食产量</td><td>120万吨</td><td></td><td>2%</td></tr></table>"
    )
    assert rows(table) == ["指标\t2022年\t\t2023年", "\t总量\t增速\t目标", "粮食产量\t120万吨\t\t2%"]


def test_numbers_over_each_other_in_a_cell_are_lines() -> None:
    table = "<table><tr><td>粮食产量<br>蔬菜产量</td><td>120<br>130万吨</td></tr></table>"
    assert rows(table) == ["粮食产量", "蔬菜产量", "120", "130万吨"]


def test_a_struck_or_hidden_cell_is_none() -> None:
    table = "<table><tr><td>粮食产量</td><td hidden>9</td><td><s>120</s>130</td></tr></table>"
    assert rows(table) == ["粮食产量\t130"]


def test_a_row_is_found_in_the_source() -> None:
    source = "<table><tr><td>粮食<sup>2</sup>产量</td><td>120</td><td>130</td></tr></table>"
    traced = Aligner.of_markup(Traced.of(source)).trace_lines(element_lines(parse(source), prune=True))
    assert traced.text == "粮食产量\t120\t130"
    for number in ("120", "130"):
        assert traced.origins[traced.text.index(number)] == source.index(number)


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr>" + "<td colspan=9999 rowspan=99999>1</td>" * 300 + "</tr>" + "<tr><td>1<td>2</tr>" * 20_000,
        "<p>" + "<sup>1</sup>" * 60_000,
        "<p>" + "企业<del>1</del>" * 60_000,
        "<tr><td>1<td>" * 2_000,
        "<div hidden>" * 200 + "<p>增长。" * 20_000,
        "<style>" + ".a{display:none}" * 60_000 + "</style>" + "<p class=a>1</p>" * 20_000,
        "<style>" + "{" * 200_000 + "display:none",
        "<p>" + "<sup>" * 60_000 + "1",
    ],
    ids=["spans", "marks", "struck", "rows", "hidden", "rules", "braces", "deep"],
)  # fmt: skip
def test_many_of_them_take_no_time(page: str) -> None:
    started = time.monotonic()
    body_lines(parse(page))
    assert time.monotonic() - started < 8
