"""Composing whole reports: which sections, in which order, with which sentences.

What belongs here: the order of a report and the choice of phrases. What does not: the phrases (YAML), the figures
(``facts``), how a report is printed as a page (``samples.designs``, ``samples.forms``).
"""

from __future__ import annotations

import datetime
import random
import zlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from samples.world.facts import YEARS, Region, World, load_world, plain
from samples.world.sentences import Context, LeaveOut, Truth, say

HERE = Path(__file__).parent
NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
THEMES = (
    "industry",
    "projects",
    "innovation",
    "reform",
    "urban",
    "rural",
    "ecology",
    "livelihood",
    "digital",
    "governance",
)
ASSIGNED = "单位地区生产总值能耗完成上级下达任务"
LEADER = {"province": "省长", "city": "市长", "county": "县长"}
#: reports that carry a glossary, and those that mark its words in the text
GLOSSARY = {("990100", 2022), ("990100", 2024), ("990300", 2023), ("990121", 2023), ("990000", 2024)}
FOOTNOTES = {("990100", 2022), ("990300", 2023)}


@dataclass(frozen=True)
class Report:
    """One report: its lines as they should be read, what is true in it, and what its page tells beside it."""

    report_id: str
    region: Region
    report_year: int
    title: str
    meeting: datetime.date
    congress: str
    speaker: str
    publisher: str
    published: datetime.date
    lines: tuple[str, ...]
    truths: tuple[Truth, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def goals(self) -> str:
        """The paragraph that lists the year's goals."""
        return next(line for line in self.lines if ASSIGNED in line)


@cache
def phrases(name: str) -> Any:
    return yaml.safe_load((HERE / f"phrases_{name}.yaml").read_text("utf-8"))


@cache
def world() -> World:
    return load_world()


@cache
def reports() -> tuple[Report, ...]:
    """Return all reports of the fictional world, by region and year."""
    return tuple(_Composer(region, year).report() for region in world().regions.values() for year in YEARS)


class _Composer:
    """Collects lines and truths of one report; every choice turns with the year, so neighbours differ."""

    def __init__(self, region: Region, year: int) -> None:
        self.region, self.year = region, year
        self.draw = random.Random(f"{region.code}|{year}")
        self.turn = list(world().regions).index(region.code) * 2 + year
        self.lines: list[str] = []
        self.truths: list[Truth] = []
        self.review = Context(world(), region, year - 1, "actual", "actual", None, self._words(), self._others())
        self.goals = self.review.at(year=year, store="target", status="target")

    def _words(self) -> dict[str, str]:
        region, year = self.region, self.year
        word = region.word
        data = region.data
        children = [world().regions[code].name for code in data["children"]]
        words = {
            "name": region.name, "short": region.short, "w": word, "u": f"全{word}", "gov": f"{word}政府",
            "party": f"{word}委", "R": str(year), "Y": str(year - 1), "Y2": str(year - 2), "count": "十",
            "base": str(year - 6), "firm1": data["firms"][year % 2], "firm2": data["firms"][1 - year % 2],
            "park1": data["parks"][0], "park2": data["parks"][1],
            "river1": data["rivers"][year % 2], "river2": data["rivers"][1 - year % 2],
            "plan": "“十四五”规划纲要草案" if year == 2021 else "计划和预算报告",
        }  # fmt: skip
        words["peers"] = {"province": "周边省份", "city": "全省", "county": "全市"}[region.level]
        if children:
            words["child1"] = children[year % len(children)]
        return words

    def _others(self) -> dict[str, str]:
        children = self.region.data["children"]
        parts = {f"part{number}": code for number, code in enumerate(children)}
        return parts | {"child1": children[self.year % len(children)]} if children else {}

    def report(self) -> Report:
        region, year = self.region, self.year
        date = region.meeting(year)
        congress, session = region.congress(year)
        sitting = f"第{congress}届人民代表大会第{session}次会议"
        speaker = region.data["speakers"][year]
        self.lines += [
            "政府工作报告",
            f"——{date.year}年{date.month}月{date.day}日在{region.name}{sitting}上",
            f"{region.name}人民政府{LEADER[region.level]}　{speaker}",
            "各位代表：",
        ]
        self._one("opening", self.review)
        self._body(term=session == "一")
        if (region.code, year) in GLOSSARY:
            self._glossary()
        title = [f"{year}年{region.name}政府工作报告", f"{region.name}{year}年政府工作报告",
                 f"{region.name}政府工作报告（{year}年）"][self.turn % 3]  # fmt: skip
        return Report(
            f"{region.code}_{year}", region, year, title, date, sitting, speaker, f"{region.name}人民政府办公室",
            region.published(year), tuple(self.lines), tuple(self.truths),
        )  # fmt: skip

    def _body(self, term: bool) -> None:
        frame = phrases("frame")
        kind = "plan" if self.year == 2021 else "term" if term else "plain"
        heads = frame[f"heads_{kind}"][self.turn % len(frame[f"heads_{kind}"])]
        self._line(heads[0], self.review)
        if kind != "plain":
            self._span(kind)
        self._theme_headline()
        for index, theme in enumerate((*THEMES, "government")):
            self._theme("review", theme, index, self.review)
        self._parts()
        self._plain_theme("review", "insight", self.review)
        for name in ("problems", "thanks"):
            self._one(name, self.review)
        self._line(heads[1], self.review)
        if kind != "plain":
            self._goals_of_span(kind)
            self._line(heads[2], self.review)
        self._one("situation", self.review)
        self._targets()
        if kind == "plain":
            self._line(heads[2], self.review)
        self._one("tasks_lead", self.review)
        for index, theme in enumerate(self._ordered(THEMES)):
            self._theme("tasks", theme, index, self.goals)
        self._plain_theme("tasks", "practical", self.goals)
        self._line(heads[3], self.review)
        self.lines.extend(self._government())
        self._one("closing", self.review)

    def _ordered(self, themes: tuple[str, ...]) -> tuple[str, ...]:
        shift = self.turn % 3
        return themes[shift:6] + themes[:shift] + themes[6:]

    def _span(self, kind: str) -> None:
        years = (2016, 2020) if kind == "plan" else (self.year - 5, self.year - 1)
        context = self.review.at(year=years[1], store="span", span=years)
        for template in phrases("frame")[f"span_{kind}"]:
            self._line(template, context)
        heads = phrases("frame")["year_head"]
        self._line(heads[0] if kind == "plan" else f"{self.year - 1}年工作情况", self.review)

    def _goals_of_span(self, kind: str) -> None:
        span = (2021, 2025) if kind == "plan" else (self.year, self.year + 4)
        context = self.review.at(year=2025, store="plan", status="target", span=span)
        for template in phrases("frame")[f"{kind}_goals"]:
            self._line(template, context)

    def _theme_headline(self) -> None:
        theme = phrases("review")["headline"]
        self._line(theme["lead"][self.turn % len(theme["lead"])], self.review)
        sentences = [self._choose(slot, self.review) for slot in theme["slots"]]
        sentences.append(self._outcome())
        frame = phrases("frame")
        if self.year in (2022, 2024):
            sentences.append(self._choose(frame["revision"], self.review))
        elif self.year == 2023 and self.region.level != "county":
            sentences.append(self._choose(frame["vintage"], self.review))
        self._paragraph("", sentences)

    def _outcome(self) -> str:
        """Say how the goal of the year before was met: a comparison, so no figure of its own."""
        goal = self.goals.world.get(self.region.code, self.year - 1, "target", "gdp", "growth")
        result = self.goals.world.get(self.region.code, self.year - 1, "actual", "gdp", "growth")
        if goal is None or result is None or goal.relation:
            return ""
        gap = result.values[0].value - goal.values[0].value
        if gap > 0:
            return f"经济增速高于年初预期目标{plain(gap)}个百分点。"
        reason = ("受多重超预期因素影响", "面对市场需求不足等不利因素", "由于部分企业生产经营困难")[self.turn % 3]
        return f"{reason}，经济增速低于年初预期目标{plain(-gap)}个百分点。" if gap else ""

    def _theme(self, bank: str, theme: str, index: int, context: Context) -> None:
        entry = phrases(bank)[theme]
        title = self._words_only(entry["title"][(self.turn + index) % len(entry["title"])])
        lead = self._words_only(entry["lead"][(self.turn + index) % len(entry["lead"])])
        sentences = [self._choose(slot, context) for slot in entry["slots"]] + self._more(bank, theme)
        style = (self.turn // 2 + (bank == "tasks")) % 3
        if style == 0:
            self.lines.append(f"（{NUMERALS[index]}）{title}")
            self._paragraph(lead, sentences)
        elif style == 1:
            self._paragraph(f"（{NUMERALS[index]}）{title}。{lead}", sentences)
        else:
            before = "——" if bank == "review" else f"{index + 1}.".replace(".", "．") if self.turn % 2 else "——"
            self._paragraph(f"{before}{title}。{lead}", sentences)

    def _more(self, bank: str, theme: str) -> list[str]:
        """Return what a city (one sentence) or a province (all) adds to a theme."""
        sentences = phrases("more")[bank].get(theme, [])
        count = {"province": len(sentences), "city": min(len(sentences), 1), "county": 0}[self.region.level]
        chosen = [sentences[(self.turn + step) % len(sentences)] for step in range(count)]
        return [self._words_only(sentence) for sentence in chosen]

    def _parts(self) -> None:
        """Tell the regions below one by one: figures that are true of them, not of the region that reports."""
        names = [world().regions[code].name for code in self.region.data["children"]]
        if names and self.year % 2:
            told = "；".join(
                f"{name}地区生产总值达到{{part{number}:gdp.level}}、{{part{number}:gdp.rise}}"
                for number, name in enumerate(names)
            )
            self._line(f"分地区看，{told}。区域发展的协调性进一步增强。", self.review)

    def _plain_theme(self, bank: str, theme: str, context: Context) -> None:
        entry = phrases(bank)[theme]
        lead = self._words_only(entry["lead"][self.turn % len(entry["lead"])])
        self._paragraph(lead, [self._choose(slot, context) for slot in entry["slots"]])

    def _targets(self) -> None:
        frame = phrases("frame")
        lead = self._words_only(frame["targets"][self.turn % len(frame["targets"])])
        resident = self.goals.world.get(self.region.code, self.year, "target", "resident_disposable_income", "growth")
        goal = self.goals.world.get(self.region.code, self.year, "target", "gdp", "growth")
        assert resident is not None and goal is not None
        income = "城乡居民人均可支配收入增长{urban_disposable_income+rural_disposable_income.growth}"
        if resident.relation or self.turn % 2:
            verb = "" if resident.relation else "增长"
            income = f"居民人均可支配收入{verb}{{resident_disposable_income.growth}}"
        items = [
            "地区生产总值{gdp.growth}" if goal.relation else "地区生产总值增长{gdp.growth}",
            f"{('规模以上', '规上')[self.turn % 2]}工业增加值增长{{industrial_value_added.growth}}",
            "固定资产投资增长{fixed_asset_investment.growth}",
            "社会消费品零售总额增长{retail_sales.growth}",
            "一般公共预算收入增长{general_budget_revenue.growth}",
        ]  # fmt: skip
        if self.region.level != "county":
            items.append("外贸进出口总额增长{total_trade.growth}")
        items += [income, "城镇新增就业{new_urban_employment.level}"]
        items.append(
            "城镇登记失业率控制在{registered_unemployment_rate.level}"
            if self.region.level == "county"
            else "城镇调查失业率控制在{surveyed_unemployment_rate.level}"
        )
        items.append("居民消费价格涨幅控制在{consumer_price_index.level}")
        if self.turn % 3 == 0:
            items.append("粮食产量达到{grain_output.level}")
        mark = "；" if self.turn % 4 == 0 else "，"
        text, truths = say(mark.join(items), self.goals, self.draw)
        text = f"{lead}{text}{mark}{ASSIGNED}。"
        assigned = Truth("energy_intensity_gdp", "growth", None, None, "", "exact", "target", self.year, self.year,
                         "self", "", "base", "as_assigned")  # fmt: skip
        sentence = text.rstrip("。")
        self.truths += [replace(truth, quote=sentence) for truth in (*truths, assigned)]
        reason = frame["target_reason"][self.turn % len(frame["target_reason"])]
        self.lines.append(text + reason)

    def _government(self) -> list[str]:
        entries = phrases("frame")["government"]
        chosen = [entries[0], *(entries[1 + (self.turn + step) % 4] for step in range(3))]
        return [self._words_only(entry) for entry in chosen]

    def _glossary(self) -> None:
        entries = phrases("frame")["glossary"]
        body = self.text()
        found = [entry for entry in entries if entry.split("：")[0] in body]
        if (self.region.code, self.year) in FOOTNOTES:
            for number, entry in enumerate(found, 1):
                self._mark(entry.split("：")[0], f"[{number}]")
            self.lines += ["名词解释", *(f"[{number}] {entry}" for number, entry in enumerate(found, 1))]
        else:
            self.lines += ["附件：名词解释", *(f"{number}．{entry}" for number, entry in enumerate(found, 1))]

    def _mark(self, term: str, mark: str) -> None:
        for index, line in enumerate(self.lines):
            if term in line:
                before, after = line.split(term, 1)
                if after.startswith("”"):
                    term, after = term + "”", after[1:]
                marked = f"{before}{term}{mark}{after}"
                for place, truth in enumerate(self.truths):
                    if truth.quote and truth.quote in line and truth.quote not in marked:
                        self.truths[place] = replace(truth, quote=truth.quote.replace(term, term + mark, 1))
                self.lines[index] = marked
                return

    def text(self) -> str:
        return "\n".join(self.lines)

    def _words_only(self, template: str) -> str:
        return say(template, self.review, self.draw)[0]

    def _one(self, name: str, context: Context) -> None:
        entries = phrases("frame")[name]
        self._line(entries[self.turn % len(entries)], context)

    def _line(self, template: str, context: Context) -> None:
        text, truths = say(template, context, self.draw)
        self.lines.append(text)
        self.truths += truths

    def _choose(self, slot: list[str], context: Context) -> str:
        """Say the variant whose turn it is, or the next that fits; record what it states."""
        offset = zlib.crc32(slot[0].encode())
        shift = self.turn * (1 + offset % 2) + offset // 2
        direction = 1 if self.turn // 2 % 2 else -1
        for step in range(len(slot)):
            try:
                text, truths = say(slot[(shift + direction * step) % len(slot)], context, self.draw)
            except LeaveOut:
                continue
            self.truths += truths
            return text
        return ""

    def _paragraph(self, lead: str, sentences: list[str]) -> None:
        self.lines.append(lead + "".join(sentences))
