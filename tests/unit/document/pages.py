"""Small documents of our own, about a county that does not exist, for the tests of reading."""

from __future__ import annotations

TITLE = "2031年云溪县政府工作报告"
HEAD = ["——2031年1月12日在云溪县第九届人民代表大会第六次会议上", "云溪县人民政府县长 何远山", "各位代表："]
BODY = [
    "现在，我代表县人民政府，向大会报告工作，请予审议，并请县政协委员和列席人员提出意见。",
    "一、2030年工作回顾",
    "过去一年，全县生产总值完成92.4亿元，增长7.5%；一般公共预算收入6.3亿元，增长8.1%。",
    "（一）产业发展稳中向好。新增规模以上工业企业11家，高新技术企业达到28家，工业投资增长12.6%。",
    "（二）民生保障持续加强。城镇新增就业4126人，改造老旧小区23个，新建口袋公园6处。",
    "二、2031年工作安排",
    "今年经济社会发展主要预期目标是：地区生产总值增长7%左右，规上工业增加值增长8%以上，粮食产量稳定在31万吨。",
    "各位代表！让我们携手并肩，奋力谱写云溪高质量发展新篇章！",
]
LINES = [*HEAD, *BODY]


def html(
    body: str,
    *,
    title: str = f"{TITLE}_云溪县人民政府",
    head: str = '<meta charset="utf-8">',
    around: tuple[str, str] = ("", ""),
) -> str:
    inside = f"{around[0]}{body}{around[1]}"
    return f"<!DOCTYPE html><html><head>{head}<title>{title}</title></head><body>{inside}</body></html>"


def paragraphs(lines: list[str] | None = None) -> str:
    return "".join(f"<p>　　{line}</p>\n" for line in (LINES if lines is None else lines))
