"""Plain text as collections and sellers publish it: repaired, each repair flagged, no number made or lost."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.document.read import CleanDocument, UnreadableDocument, read_document
from sources.document.traced import to_source

from .pages import BODY, LINES, TITLE

PARAGRAPHS = [
    "过去一年，我们坚持稳中求进，全县生产总值完成92.4亿元，增长7.5%，城镇登记失业率控制在3.1%以内，主要指标好于预期。",
    "产业结构持续优化。新增规模以上工业企业11家，工业投资增长12.6%，旅游综合收入达到18.9亿元，特色农业提质增效。",
    "民生福祉不断增进。城镇新增就业4126人，改造老旧小区23个，农村居民人均可支配收入达到18600元，增长8.2%。",
]


def read(text: str) -> CleanDocument:
    return read_document([text.encode()], name="report.txt")[0]


def test_clean_text_is_left_as_it_is() -> None:
    document = read("\n".join(LINES))
    assert document.text.split("\n") == LINES
    assert document.flags == ()
    offsets = [i for i, character in enumerate(document.text) if character != "\n"]
    assert [to_source(document.source_map, i) for i in offsets] == offsets


def test_literal_escapes_and_entities() -> None:
    document = read("&nbsp;&nbsp;\\r\\n".join(LINES))
    assert document.text.split("\n") == LINES
    assert set(document.flags) >= {"escapes_resolved", "entities_resolved"}


def test_metadata_header_becomes_metadata() -> None:
    header = [
        f"标题：{TITLE}", "发文单位：云溪县人民政府", "发文时间：2031-01-12", "报告人：云溪县县长 何远山",
        "来源URL：https://example.invalid/a.html", "", "正文：", "",
    ]  # fmt: skip
    document = read("\n".join(header + LINES))
    assert document.text.split("\n") == LINES
    assert (document.title, document.published_at) == (TITLE, date(2031, 1, 12))
    assert (document.publisher, document.speaker) == ("云溪县人民政府", "云溪县县长 何远山")


def test_frame_of_an_aggregator_goes_and_text_stays() -> None:
    head = [
        "工作报告",
        TITLE,
        "时间：2031-02-01????\t\t作者：某站????\t来源：政府官网????\t阅读：",
        "350",
        "评论：",
        "0",
    ]
    teaser = [
        "内容摘要：",
        "——2031年1月12日在云溪县第九届人民代表大会上各位代表：现在，我代表县人民政府，向大会报告......",
    ]
    tail = [
        "分享到：",
        "QQ空间",
        "新浪微博",
        "上一篇：",
        "2031年远山县政府工作报告",
        "相关文章",
        "01-24",
        "标签云",
        "北京市",
    ]
    document = read("\n".join(head + teaser + LINES + tail))
    assert document.text.split("\n") == [TITLE, *LINES]
    assert "residue_removed" in document.flags
    assert document.published_at == date(2031, 2, 1)


def test_menus_of_a_copied_page_go() -> None:
    menus = [
        "首页",
        "领导之窗",
        "政府信息公开",
        "互动交流",
        "走进云溪",
        "部门动态",
        "通知公告",
        "人事信息",
        "规划计划",
    ] * 3
    foot = [
        "云ICP备99000001号",
        "网站标识码：9900000001",
        "主办：云溪县人民政府办公室",
        "您访问的链接即将离开网站",
        "是否继续？",
        "放弃",
    ]
    document = read("\n".join([*menus, "当前位置：", "首页", ">>", TITLE, *LINES, *foot]))
    assert document.text.split("\n") == [TITLE, *LINES]


def test_a_page_of_menus_alone_is_not_printed_twice() -> None:
    lines = [
        "云溪县人民政府",
        "政府信息公开",
        "工作报告",
        "名称：\t2031年云溪县政府工作报告",
        "文号：",
        "【打印】【字体：大 中 小】",
    ]
    document = read("\n".join(lines))
    assert document.text.count("云溪县人民政府") == 1
    assert document.title == TITLE


def test_closing_words_and_attachments_stay() -> None:
    kept = ["谢谢大家！", "附件：1．2031年云溪县民生实事.doc", "名词解释", "[1] 一网统管：依托平台一体调度。"]
    assert read("\n".join(LINES + kept)).text.split("\n") == LINES + kept


def test_preview_that_is_cut_off_is_a_sign() -> None:
    cut = [
        "（三）城乡面貌持续改善。统筹推进老城更新和新区建设，集中",
        "............试读结束............",
        "查阅全文加微信99999",
    ]
    document = read("\n".join(LINES + cut))
    assert document.text.split("\n")[-1] == cut[0]
    assert document.signs == ("preview_end",)


@pytest.mark.parametrize("between", ["", "首页\n打印\n关闭\n版权所有：云溪县人民政府\n" + TITLE + "\n"])
def test_body_printed_twice_is_kept_once(between: str) -> None:
    long = [
        *HEADED,
        *PARAGRAPHS,
        *[p.replace("过去", "今后").replace("我县", "全县") + "继续巩固。" for p in PARAGRAPHS],
    ]
    text = "\n".join(long)
    document = read(text + "\n" + between + text)
    assert document.text == text
    assert "body_doubled" in document.flags


HEADED = [
    "各位代表：",
    "现在，我代表县人民政府，向大会报告工作，请予审议，并请县政协各位委员和列席会议的同志提出意见。",
]


def test_figures_on_lines_of_their_own_go_back_into_their_sentences() -> None:
    """A page that breaks at each change of type: 增长 / 6.2% / 左右。"""
    sentence = "从{n}月起止跌回暖，预计全年地区生产总值增长{n}.2%左右，城镇新增就业{n}万人以上，居民收入同步增长。"
    told = [sentence.format(n=n) for n in range(3, 9)]
    document = read("\n".join(re.sub(r"(\d[\d.]*%?)", r"\n\1\n", text) for text in told))
    assert document.text.split("\n") == told


def test_figures_of_a_list_of_cells_stay_on_their_lines() -> None:
    cells = [word for n in range(12) for word in (f"指标{'甲乙丙丁'[n % 4]}", "亿元", f"{n + 1}.5", "增长", f"{n}.3")]
    assert read("\n".join([*PARAGRAPHS, *cells])).text.split("\n") == [*PARAGRAPHS, *cells]


def test_a_text_that_groups_its_digits_by_threes_does_so_behind_a_space_too() -> None:
    sentence = "完成生产总值218 437万元，财政总收入13 918万元，粮食总产61 800吨，一般预算收入 8 874万元，同比增长4.3%。"
    assert "一般预算收入8874万元" in read("\n".join([*HEADED, *PARAGRAPHS, sentence])).text


@pytest.mark.parametrize("columns", [22, 30, 38])
@pytest.mark.parametrize("separator", ["\n", " "])
def test_lines_wrapped_inside_words_and_numbers(columns: int, separator: str) -> None:
    """Hard wraps, kept as line breaks or flattened to spaces, are undone; no number comes out otherwise."""
    paragraphs = [p * 2 for p in PARAGRAPHS]
    printed = [
        paragraph[start : start + columns] for paragraph in paragraphs for start in range(0, len(paragraph), columns)
    ]
    document = read(separator.join(printed))
    assert re.sub(r"\s", "", document.text) == "".join(paragraphs)
    assert numbers(document.text) == numbers("\n".join(paragraphs))
    assert {"lines_joined", "spaces_removed"} & set(document.flags)


def test_links_that_broke_sentences() -> None:
    broken = (
        "生态环境明显改善，污染治理成效显著。实施城乡环境综合\n整治\n，完成营造林12万亩，"
        "单位能耗下降3.1\n%。\n（二）改革开放深入推进。"
    )
    assert read("\n".join([*LINES, broken])).text.split("\n")[-2:] == [
        "生态环境明显改善，污染治理成效显著。实施城乡环境综合整治，完成营造林12万亩，单位能耗下降3.1%。",
        "（二）改革开放深入推进。",
    ]


@pytest.mark.parametrize(
    ("printed", "clean"),
    [
        (
            "全年补助患者 8 9 8 人，发放资金 6 89.9万元，覆盖率达到 4 3 %，群众满意。",
            "全年补助患者898人，发放资金689.9万元，覆盖率达到43%，群众满意。",
        ),
        (
            "2 016 年，完成投资 36.5 9亿元，年均增长1 2.7 %，好于预期目标。",
            "2016年，完成投资36.59亿元，年均增长12.7%，好于预期目标。",
        ),
        (
            "带动市场主体 1 . 57万家，比201 1 年提高 9 个百分点，成效明显。",
            "带动市场主体1.57万家，比2011年提高9个百分点，成效明显。",
        ),
    ],
)
def test_digits_are_rejoined_where_they_are_one_number(printed: str, clean: str) -> None:
    document = read("\n".join([*LINES, printed]))
    assert document.text.split("\n")[-1] == clean
    assert "digits_rejoined" in document.flags


@pytest.mark.parametrize(
    "line",
    [
        "实施“1 10 100”行动计划，推动企业梯次成长，扶持龙头企业做大做强，带动就业增收。",
        "图表说明如下，见表 3 2030年各乡镇产值情况，合计比上年增长，总体平稳有序。",
        "各季度增速依次为 5.1 5.4 5.6 个百分点，走势逐季向好，全年运行总体平稳。",
    ],
)
def test_two_numbers_are_never_glued(line: str) -> None:
    document = read("\n".join([*LINES, line]))
    assert numbers(document.text.split("\n")[-1]) == numbers(line)
    assert "digits_rejoined" not in document.flags


def test_spaces_go_from_sentences_and_stay_in_names() -> None:
    lines = [
        "政 府 工 作 报 告",
        "云溪县人民政府县长  何  山",
        "2031 年全县 生产总值 增长 7%，规上工业 增加值增长 8% 以上，好于 全省 平均。",
    ]
    assert read("\n".join(lines + LINES)).text.split("\n")[:3] == [
        "政府工作报告",
        "云溪县人民政府县长 何山",
        "2031年全县生产总值增长7%，规上工业增加值增长8%以上，好于全省平均。",
    ]


def test_traditional_characters() -> None:
    document = read("全縣生產總值增長7.5%，規模以上工業增加值達到31億元，發展質量持續優化，實現開門紅。\n" * 3)
    assert "全县生产总值增长7.5%，规模以上工业增加值达到31亿元" in document.text
    assert "traditional_converted" in document.flags


@pytest.mark.parametrize("data", [b"", b"  \n\t ", "\u3000\n".encode(), b"no Chinese at all\n" * 20])
def test_nothing_to_read(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"empty|white space|no Chinese") as caught:
        read_document([data], name="report.txt")
    assert caught.value.reason == "unreadable"


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.．]\d+)?", text)


PIECES = st.sampled_from(
    [*LINES, *PARAGRAPHS, *BODY, "\n", "\n\n", "　　", "  ", "\\r\\n", "&nbsp;", "? ?", "1 2.7 %", "分享到：",
     "上一篇：", "政 府", "-12-", "，", "。", "附件：", "41\t完成任务\t县城管局", "100%", "（一）", "2031 年", "\u200b",
     "\xa0", "······", "各位代表："]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=40), st.sampled_from(["", "\n", " "]))
def test_cleaning_is_honest_whatever_comes(pieces: list[str], separator: str) -> None:
    """No character is invented, the map leads each one home, and cleaning a clean text changes nothing."""
    raw = separator.join([LINES[3], *pieces])
    document = read(raw)
    for offset, character in enumerate(document.text):
        origin = to_source(document.source_map, offset)
        if origin is None:
            assert character.isspace()
        elif not character.isspace() and "entities_resolved" not in document.flags:
            assert document.source[origin] == character
    origins = [o for o in (to_source(document.source_map, i) for i in range(len(document.text))) if o is not None]
    assert origins == sorted(set(origins)) or "entities_resolved" in document.flags
    again = read(document.text)
    assert again.text == document.text
