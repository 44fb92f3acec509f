"""Documents that circulate beside reports: a masked template, a newspaper's excerpt, a budget report, a bulletin.

What belongs here: making them from the same facts. What does not: the reports themselves (``world``).
"""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

from samples.world.compose import Report, world
from samples.world.facts import Figure


def masked(report: Report) -> Report:
    """Return the report as template sellers show it: figures masked, and it breaks off in the middle."""
    lines = [re.sub(r"(?<![年月第])\d+(?:\.\d+)?(?=[%万亿个家户所人公张元])", "XX", line) for line in report.lines]
    name, short, word = report.region.name, report.region.short, report.region.word
    half = [line.replace(name, f"XX{word}").replace(short, "XX") for line in lines[: len(lines) // 2]]
    half[2] = half[2].split("　")[0] + "　XXX"
    half[-1] = half[-1][: len(half[-1]) // 2]
    title = f"政府工作报告范文（{report.report_year}年县级）"
    return replace(report, report_id=f"{report.report_id}_masked", title=title, lines=tuple(half), truths=())


def excerpt(report: Report) -> Report:
    """Return a newspaper's excerpt: a lead of its own, then figures of the review and the goals, no salutation."""
    review = next(line for line in report.lines if "规模以上工业增加值" in line or "规上工业增加值" in line)
    themes = [line for line in report.lines if line.startswith(("（一）", "（二）", "（三）")) and len(line) > 60]
    meeting, name = report.meeting, report.region.name
    lines = (
        f"{report.report_year}年{name}政府工作报告（摘要）",
        f"本报讯　{meeting.month}月{meeting.day}日，{name}{report.congress}隆重开幕。{report.speaker}代表{name}人民政府向大会作政府工作报告。以下为报告摘要：",
        f"{report.report_year - 1}年工作回顾",
        review,
        *themes[:3],
        f"{report.report_year}年目标任务",
        report.goals,
    )
    truths = tuple(t for t in report.truths if any(t.quote in line for line in lines))
    return replace(
        report, report_id=f"{report.report_id}_excerpt", lines=lines, truths=truths,
        title=f"{report.report_year}年{name}政府工作报告摘要", publisher=f"{report.region.short}日报",
        published=meeting + datetime.timedelta(days=1),
    )  # fmt: skip


def budget(report: Report) -> Report:
    """Return the budget report of the same meeting: no work report, although it looks like one."""
    name, year, short = report.region.name, report.report_year, report.region.short
    revenue, tax = _told(report, "general_budget_revenue"), _told(report, "tax_revenue")
    lines = (
        f"关于{name}{year - 1}年预算执行情况和{year}年预算草案的报告",
        f"——{report.meeting.year}年{report.meeting.month}月{report.meeting.day}日在{name}{report.congress}上",
        f"{name}财政局",
        "各位代表：",
        f"受{name}人民政府委托，现将{short}{year - 1}年预算执行情况和{year}年预算草案提请大会审议，并请政协委员和列席人员提出意见。",
        f"一、{year - 1}年预算执行情况",
        f"（一）一般公共预算执行情况。全{report.region.word}一般公共预算收入{revenue.surface}，其中税收收入{tax.surface}，非税收入占比有所下降。加上上级补助收入、调入资金、上年结转等，收入总量与支出总量相抵，实现收支平衡。",
        "（二）政府性基金预算执行情况。受土地市场下行影响，政府性基金收入低于年初预算，通过盘活存量资金、压减支出等方式实现收支平衡。",
        "（三）国有资本经营预算和社会保险基金预算执行情况。国有资本经营预算收支规模稳步扩大，社会保险基金当期收支总体平衡，滚存结余保持合理水平。",
        "（四）政府债务情况。政府债务余额控制在核定的债务限额以内，债务风险总体可控，隐性债务化解任务按计划完成。",
        "财政工作仍面临收支矛盾突出、部分项目绩效不高等困难，我们将在今后工作中着力解决。",
        f"二、{year}年预算草案",
        f"编制{year}年预算的总体要求是：坚持积极的财政政策适度加力、提质增效，坚持党政机关过紧日子，兜牢“三保”底线，增强财政可持续性。",
        "（一）一般公共预算安排。收入预计与经济增长相适应，支出重点保障教育、社会保障和就业、卫生健康、农林水等领域。",
        "（二）政府性基金、国有资本经营、社会保险基金预算均按规定编制，具体安排详见预算草案。",
        f"三、完成{year}年预算任务的主要措施",
        "一是依法组织收入，涵养优质税源；二是优化支出结构，加强重点保障；三是深化预算绩效管理改革；四是严格财会监督，严肃财经纪律。",
        "各位代表，做好全年财政工作任务艰巨、责任重大。我们将自觉接受人大监督，为推动高质量发展作出新的贡献。",
    )
    return replace(report, report_id=f"{report.report_id}_budget", title=lines[0], lines=lines, truths=(),
                   publisher=f"{name}财政局")  # fmt: skip


def bulletin(report: Report) -> Report:
    """Return the statistical bulletin of the year reviewed."""
    name, year = report.region.name, report.report_year - 1
    gdp, growth = _told(report, "gdp"), _told(report, "gdp", "growth")
    retail, trade = _told(report, "retail_sales"), _told(report, "total_trade")
    grain, people = _told(report, "grain_output"), _told(report, "urbanisation_rate")
    lines = (
        f"{name}{year}年国民经济和社会发展统计公报",
        f"{name}统计局",
        f"{report.published.year}年{report.published.month}月{report.published.day}日",
        "一、综合",
        f"根据地区生产总值统一核算结果，全年实现地区生产总值[1]{gdp.surface}，按不变价格计算，比上年增长{growth.surface}。第一产业、第二产业、第三产业增加值均实现增长。",
        f"年末常住人口城镇化率为{people.surface}。全年居民消费价格总水平保持基本稳定。",
        "二、农业",
        f"全年粮食总产量{grain.surface}。蔬菜、水果、茶叶产量保持增长，畜牧业生产形势稳定。",
        "三、工业和建筑业",
        "全年全部工业增加值稳步增长，规模以上工业企业利润总额有所回升，产品销售率保持在较高水平。建筑业企业签订合同额继续增加。",
        "四、国内贸易和对外经济",
        f"全年社会消费品零售总额{retail.surface}。按经营地统计，城镇和乡村消费品零售额均实现增长。全年货物进出口总额{trade.surface}。",
        "五、教育、科学技术、文化、卫生和社会服务",
        "年末各级各类学校布局进一步优化，公共图书馆、文化馆实现免费开放，医疗卫生机构床位数稳步增加。",
        "注：",
        "[1] 本公报数据均为初步统计数，部分数据因四舍五入存在总计与分项合计不等的情况。",
        "[2] 地区生产总值、各产业增加值绝对数按现价计算，增长速度按不变价格计算。",
    )
    return replace(report, report_id=f"{report.report_id}_bulletin", title=lines[0], lines=lines, truths=(),
                   publisher=f"{name}统计局")  # fmt: skip


def _told(report: Report, indicator: str, measure: str = "level") -> Figure:
    figure = world().get(report.region.code, report.report_year - 1, "actual", indicator, measure)
    if figure is None:
        raise KeyError(f"{report.region.name} has no {indicator} of {report.report_year - 1}")
    return figure
