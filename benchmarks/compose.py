"""Composing one report of the benchmark: about 15,000 characters with as many numbers as real reports have.

What belongs here: templates of samples/world and our own frames put together. What does not: figures and places
(``world.py``), pages and files (``generate.py``).

Of the real reports we have, one number stands in 70 characters, and one number in five is a figure of the warehouse.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from benchmarks.world import Figures, Place, phrases
from samples.world.compose import NUMERALS, THEMES
from samples.world.compose import phrases as sample_phrases

#: characters of a report
LENGTH = (12_500, 17_500)
_PLACE = re.compile(r"\{([^{}]+)\}")
_FIGURE = re.compile(r"([\w+]+)\.(\w+)(?:@-1)?(?:>\w+)?")
#: of a theme's sentences with figures, this part is said; the other half is made of words
_SAID = 0.45
#: of our own sentences, this part holds numbers, about two each
_COUNTING = 0.26

#: standing words that a report of their time never lacks and one before it never has
_NEW_ERA, _CREED, _FORMER_CREED = 2018, "习近平新时代中国特色社会主义思想", "科学发展观"

Piece = str | tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """A report as a reader should get it; `title` and `date` also stand on its page."""

    title: str
    date: str
    publisher: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@cache
def _pieces(template: str) -> tuple[Piece, ...]:
    """Return a template cut into words and places, once for all reports."""
    found: list[Piece] = []
    at = 0
    for match in _PLACE.finditer(template):
        found += [template[at : match.start()], tuple(match[1].split(":", 1))]
        at = match.end()
    return (*(piece for piece in found if piece), template[at:])


class Composer:
    """Says the sentences of one report; every choice follows from place, year and seed."""

    def __init__(self, place: Place, year: int) -> None:
        self.place, self.year = place, year
        self.figures = Figures(place, year)
        self.draw = random.Random(f"{place.seed}|{year}")
        word = place.name[-1]
        stem = place.stem
        self.words = {
            "name": place.name, "short": stem, "w": word, "u": f"全{word}", "gov": f"{word}政府", "party": f"{word}委",
            "R": str(year), "Y": str(year - 1), "Y2": str(year - 2), "count": "十", "base": str(year - 6),
            "firm1": f"{stem}重工", "firm2": f"{stem}新材料", "park1": f"{stem}高新区", "park2": f"{stem}经济开发区",
            "river1": f"{stem[0]}江", "river2": f"{stem[-1]}水", "plan": "计划和预算报告",
            "peers": "全市" if word == "县" else "全省",
        }  # fmt: skip
        self.lines: list[str] = []
        self.length = 0

    def report(self) -> Text:
        """Return the report."""
        place, year, draw = self.place, self.year, self.draw
        own = phrases()
        session = NUMERALS[(year - 2002) % 5]
        congress = NUMERALS[(year - 1972) // 5 - 1]
        date = f"{year}年1月{5 + draw.randrange(23)}日"
        speaker = draw.choice(own["surnames"]) + draw.choice(own["given"]) + draw.choice(own["given"])
        leader = "市长" if place.level == "city" else "县长"
        self._line("政府工作报告")
        self._line(f"——{date}在{place.name}第{congress}届人民代表大会第{session}次会议上")
        self._line(f"{place.name}人民政府{leader}　{speaker}")
        self._line("各位代表：")
        self._say_line(draw.choice(sample_phrases("frame")["opening"]), "actual")
        target = draw.randint(*LENGTH)
        self._line(f"一、{year - 1}年工作回顾")
        self._headline()
        self._themes("review", "actual", target * 0.5)
        self._line(own["problems"])
        self._line(f"二、{year}年工作安排")
        self._targets()
        self._themes("tasks", "target", target * 0.97)
        self._line(f"必须坚持以{_CREED}为指导。" + own["closing"])
        publisher = f"{place.name}人民政府办公室"
        return Text(f"{year}年{place.name}政府工作报告", date, publisher, tuple(self.lines))

    def _line(self, line: str) -> None:
        if self.year < _NEW_ERA:
            line = line.replace(_CREED, _FORMER_CREED)
        self.lines.append(line)
        self.length += len(line) + 1

    def _say_line(self, template: str, store: str) -> None:
        self._line(self._say(template, store) or "")

    def _headline(self) -> None:
        theme = sample_phrases("review")["headline"]
        said = [self._one_of(slot, "actual") for slot in theme["slots"]]
        self._line((self._say(self.draw.choice(theme["lead"]), "actual") or "") + "".join(said))

    def _targets(self) -> None:
        goals = ("gdp.growth", "industrial_value_added.growth", "fixed_asset_investment.growth", "retail_sales.growth",
                 "general_budget_revenue.growth", "resident_disposable_income.growth")  # fmt: skip
        names = ("地区生产总值", "规模以上工业增加值", "固定资产投资", "社会消费品零售总额", "一般公共预算收入",
                 "居民人均可支配收入")  # fmt: skip
        pairs = ((name, self.figures.surface("target", goal)) for name, goal in zip(names, goals, strict=True))
        told = "，".join(f"{name}增长{surface}" for name, surface in pairs if surface)
        jobs = self.figures.surface("target", "new_urban_employment.level")
        self._line(f"今年全{self.words['w']}经济社会发展的主要预期目标是：{told}，城镇新增就业{jobs}。")

    def _themes(self, bank: str, store: str, until: float) -> None:
        """Say all themes, then go round again with words alone, until the report is `until` characters long."""
        share = max(200, int((until - self.length) / len(THEMES)))
        for index, name in enumerate(THEMES):
            theme = sample_phrases(bank)[name]
            self._line(f"（{NUMERALS[index]}）{self._say(self.draw.choice(theme['title']), store)}")
            sentences = [self._say(self.draw.choice(theme["lead"]), store) or ""]
            sentences += [self._one_of(slot, store) for slot in theme["slots"] if self.draw.random() < _SAID]
            sentences += [self._say(s, store) or "" for s in sample_phrases("more")[bank].get(name, ())[:1]]
            self._paragraphs(sentences, share)

    def _paragraphs(self, sentences: list[str], share: int) -> None:
        """Write `sentences` with our own between them in paragraphs of some 250 characters, `share` in all."""
        own, draw = phrases(), self.draw
        length = sum(map(len, sentences))
        while length < share:
            frames = own["number_frames"] if draw.random() < _COUNTING else own["plain_frames"]
            sentence = self._say(draw.choice(frames), "actual") or ""
            sentences.insert(draw.randrange(1, len(sentences) + 1), sentence)
            length += len(sentence)
        paragraph = ""
        for sentence in sentences:
            paragraph += sentence
            if len(paragraph) > 250:
                self._line(paragraph)
                paragraph = ""
        if paragraph:
            self._line(paragraph)

    def _one_of(self, slot: list[str], store: str) -> str:
        """Say a variant of the sentence for which there are figures; nothing where there is none."""
        start = self.draw.randrange(len(slot))
        for step in range(len(slot)):
            told = self._say(slot[(start + step) % len(slot)], store)
            if told is not None:
                return told
        return ""

    def _say(self, template: str, store: str) -> str | None:
        """Return the printed template, or None where it needs what this place does not have."""
        said: list[str] = []
        for piece in _pieces(template):
            word: str | None = piece if isinstance(piece, str) else self._place(piece, store)
            if word is None:
                return None
            said.append(word)
        return "".join(said)

    def _place(self, place: tuple[str, ...], store: str) -> str | None:
        name = place[0]
        if name in self.words:
            return self.words[name]
        if name in ("object", "result", "manner", "verb", "adverb"):
            entries: list[str] = phrases()[f"{name}s"]
            return entries[int(self.draw.random() * len(entries))]
        if name == "counted":
            return self._counted(self.draw.choice(phrases()["counted"]))
        if name == "n":
            low, high = place[1].split("-")
            return str(self.draw.randint(int(low), int(high)))
        if name == "since":
            return "" if self.year >= int(place[1]) else None
        figure = _FIGURE.fullmatch(name) if len(place) == 1 else None
        if figure is None:
            return None
        indicator, measure = figure[1].split("+")[0], figure[2]
        surface = self.figures.surface(store, f"{indicator}.{'growth' if measure in ('rise', 'fall') else measure}")
        if surface is None or "-" in surface:
            return None
        return f"增长{surface}" if measure == "rise" else None if measure == "fall" else surface

    def _counted(self, entry: list[Any]) -> str:
        thing, unit = entry
        return f"{thing}{self.draw.randint(3, 90)}{unit}"
