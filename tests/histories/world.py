"""What a history is about: documents, their catalogue, what people decided, which rules are in force; and its steps.

What belongs here: a state as plain data, drawing the next one by a seed, writing it to disk. What does not: running
anything (``building.py``).
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from sources.home import Home
from sources.report_ids import report_id_of

#: places of the fictional world: name, the word for the whole of it, its head
REGIONS = {
    "990000": ("澜岳省", "全省", "省长"),
    "990100": ("霁川市", "全市", "市长"),
    "990200": ("榆舟市", "全市", "市长"),
    "990121": ("清坞县", "全县", "县长"),
}
YEARS = (2019, 2020, 2021, 2022)
LOCATIONS = tuple(f"{name}.txt" for name in "abcdefgh")
THEMES = (
    "乡村振兴", "科技创新", "生态保护", "民生保障", "教育改革", "医疗服务", "交通建设", "城市更新", "社会治理",
    "营商环境", "文化事业", "安全生产", "粮食生产", "水利工程", "对外开放", "政务服务", "财政管理", "养老事业",
)  # fmt: skip
#: a district that only the home's own regions know
OWN_REGION = '- {code: "990199", name: 澄岸新区, level: county, parent: "990100", first_year: 2000}\n'
#: a home of a few documents, in which every change is a great one
SETTINGS = '[gates]\nlost = "warning"\ndrift_stop_share = 1.0\n[publish]\nexports = {exports}\n'


@dataclass(frozen=True)
class Document:
    """What a file says and what its line of the catalogue claims; what a person decided about it.

    `figure` 0: the page says that there is none. `more`: numbers added at the end.
    """

    region: str
    year: int
    figure: int
    more: int = 0
    label: str = ""
    label_year: int = 0
    overruled: bool = False
    reviewed: bool = False
    corrected: bool = False

    @property
    def text(self) -> str:
        if not self.figure:
            return "页面不存在"
        (name, whole, head), n, year = REGIONS[self.region], self.figure, self.year
        told = f"霁川市地区生产总值增长{n}.2%，澄岸新区出口增长{n}.4%。" if self.region == "990000" else ""
        more = "".join(f"{whole}新建学校{place + n}所，出口总额{place + 1}{n}.6亿元。" for place in range(self.more))
        return (
            f"{name}{year}年政府工作报告\n——{year}年1月12日在{name}第八届人民代表大会第{year % 5 + 1}次会议上\n"
            f"{name}{head}　张某\n\n"
            f"各位代表：\n现在，我代表{name}人民政府，向大会作政府工作报告，请予审议。\n一、{year - 1}年工作回顾\n"
            f"{whole}地区生产总值增长{n}.5%，一般公共预算收入{n}2.3亿元，城镇新增就业{n}.6万人。走访群众{n}次。{told}"
            f"年初下达城镇新增就业任务{n}.1万人，实际完成{n}.6万人。\n"
            f"{''.join(f'坚持抓好{theme}，完善{theme}的制度，落实各项责任。' for theme in THEMES)}{more}\n"
            f"二、{year}年工作安排\n今年的主要预期目标是：地区生产总值增长{n}%以上，城镇登记失业率控制在{n}%以内。\n"
        )


@dataclass(frozen=True)
class Rules:
    """Which rules are in force: of the parser, of extraction, of the suites; 0 are those that stand in the code."""

    parser: int = 0
    extraction: int = 0
    suites: int = 0


@dataclass(frozen=True)
class World:
    """One state: documents by location, the home's own regions and dictionary, the rules."""

    documents: dict[str, Document] = field(default_factory=dict)
    own_regions: bool = False
    dictionary: int = 0
    rules: Rules = Rules()


def first(draw: random.Random) -> World:
    """Return a state to begin with: three to six documents."""
    places = draw.sample(LOCATIONS, draw.randint(3, 6))
    return World({place: _document(draw) for place in places} | {"a.txt": Document("990100", 2021, 6, 1)})


def _document(draw: random.Random) -> Document:
    region, year = draw.choice(sorted(REGIONS)), draw.choice(YEARS)
    label = draw.choice(["", region, region, region, draw.choice(sorted(REGIONS))])
    label_year = draw.choice([year, year, year, year, draw.choice(YEARS)])
    return Document(region, year, draw.choice([0, *range(1, 10)]), draw.randint(0, 3), label, label_year)


def changed(world: World, draw: random.Random, *, rules: bool) -> tuple[World, list[str]]:
    """Return the next state, and what happened, a line each. `rules`: they may change too."""
    happened: list[str] = []
    for _ in range(draw.randint(1, 3)):
        world, told = _one_change(world, draw, rules)
        happened.append(told)
    return world, happened


def _one_change(world: World, draw: random.Random, rules: bool) -> tuple[World, str]:
    documents = dict(world.documents)
    place = draw.choice(sorted(documents))
    here = documents[place]
    kinds = ["come"] * 3 + ["go", "bytes", "bytes", "region", "label", "overrule", "review", "dictionary"]
    kind = draw.choice([*kinds, "correct", "regions", *(["parser", "extraction", "suites"] if rules else [])])
    if kind == "come":
        place = draw.choice(LOCATIONS)
        documents[place] = _document(draw)
    elif kind == "go" and len(documents) > 1:
        del documents[place]
    elif kind == "region":
        documents[place] = replace(here, region=draw.choice(sorted(REGIONS)))
    elif kind == "label":
        label, year = draw.choice(["", *sorted(REGIONS)]), draw.choice(YEARS)
        documents[place] = replace(here, label=label, label_year=year)
    elif kind == "overrule":
        documents[place] = replace(here, overruled=not here.overruled)
    elif kind == "review":
        documents[place] = replace(here, reviewed=not here.reviewed)
    elif kind == "correct":
        documents[place] = replace(here, corrected=not here.corrected)
    elif kind == "dictionary":
        return replace(world, dictionary=(world.dictionary + 1) % 3), "dictionary"
    elif kind == "regions":
        return replace(world, own_regions=not world.own_regions), "regions"
    elif kind in ("parser", "extraction", "suites"):
        other = {kind: 1 - getattr(world.rules, kind)}
        return replace(world, rules=replace(world.rules, **other)), f"rules of {kind}"
    else:
        kind = "bytes"
        documents[place] = replace(here, figure=draw.randint(0, 9), more=draw.randint(0, 4))
    return replace(world, documents=documents), f"{kind} {place}"


def write(world: World, folder: Path, home: Home, *, exports: str) -> Path:
    """Put the documents into `folder` and what people decided into `home`; return the catalogue."""
    folder.mkdir(parents=True, exist_ok=True)
    home.reviews.mkdir(parents=True, exist_ok=True)
    for place in sorted({path.name for path in folder.glob("*.txt")} - world.documents.keys()):
        (folder / place).unlink()
    for place, document in world.documents.items():
        _write(folder / place, document.text)
    catalogue = folder / "catalogue.csv"
    with catalogue.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["location", "region_code", "region", "level", "report_year"])
        writer.writerows([place, d.label, "", "", d.label_year or d.year] for place, d in world.documents.items())
    _write(home.root / "baogao.toml", SETTINGS.format(exports=exports))
    _write(home.root / "regions.yaml", f"regions:\n{OWN_REGION}" if world.own_regions else "")
    _write(home.reviews / "identities.yaml", _yaml(_overruled(world)))
    _write(home.reviews / "observations.yaml", _yaml(_reviewed(world)))
    _write(home.reviews / "corrections.yaml", _yaml(_corrections(world)))
    terms = {1: ["各位代表"], 2: ["各位代表", "生态保护"]}.get(world.dictionary, [])
    _write(
        home.root / "dictionaries" / "own.yaml",
        _yaml({"description": "own", "source": "own", "terms": terms}) if terms else "",
    )
    return catalogue


def _overruled(world: World) -> list[dict[str, object]]:
    return [
        {"location": place, "set": {"sitting": 2}, "reason": "gazette", "by": "A. Reviewer"}
        for place, document in world.documents.items()
        if document.overruled
    ]


def _reviewed(world: World) -> list[dict[str, object]]:
    return [
        {
            "report_id": report_id_of(place), "quote": f"地区生产总值增长{document.figure}.5%",
            "surface": f"{document.figure}.5%", "indicator": "gdp", "action": "change",
            "set": {"value": document.figure + 0.25}, "by": "A. Reviewer", "reason": "table",
        }
        for place, document in world.documents.items()
        if document.reviewed
    ]  # fmt: skip


def _corrections(world: World) -> list[dict[str, object]]:
    """Return corrections of what documents surely say: one that meets nothing would rightly stop the build."""
    return [
        {
            "report_id": report_id_of(place), "indicator": "gdp", "measure": "growth", "status": "target",
            "period_end": document.year, "expect": document.figure, "correct": document.figure + 0.75,
            "reason": "yearbook", "status_of_source": "reported", "author": "A. Reviewer", "expires": "2099-12-31",
        }
        for place, document in world.documents.items()
        if document.corrected and document.figure and document.label in ("", document.region)
        and document.label_year in (0, document.year)
    ]  # fmt: skip


def _yaml(content: object) -> str:
    return yaml.safe_dump(content, allow_unicode=True) if content else ""


def _write(path: Path, content: str) -> None:
    """Write what differs; a file without content is none."""
    if not content:
        path.unlink(missing_ok=True)
    elif not path.exists() or path.read_text(encoding="utf-8") != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
