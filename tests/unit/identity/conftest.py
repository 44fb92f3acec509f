"""A fictional province with homonymous districts, and a writer of small reports about its places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from sources.registry.regions import Regions, load_regions

OVERLAY = """
regions:
  - {code: "990400", name: 溪陵市, level: city, parent: "990000", first_year: 1990}
  - {code: "990401", name: 南屏区, level: county, parent: "990400", first_year: 1990}
  - {code: "990402", name: 竹坞区, level: county, parent: "990400", first_year: 1990}
  - {code: "990421", name: 桑渡县, level: county, parent: "990400", first_year: 1990, last_year: 2015,
     successors: ["990404"]}
  - {code: "990404", name: 桑渡区, level: county, parent: "990400", first_year: 2015}
  - {code: 990400-lake, name: 云泽新区, level: county, parent: "990400", first_year: 2012, last_year: 2018,
     successors: ["990405"]}
  - {code: "990405", name: 云泽区, level: county, parent: "990400", first_year: 2018}
  - {code: "990500", name: 砚河市, level: city, parent: "990000", first_year: 1990}
  - {code: "990501", name: 南屏区, level: county, parent: "990500", first_year: 1990}
  - {code: "990502", name: 石鹭区, level: county, parent: "990500", first_year: 1990}
  - {code: "990600", name: 岚谷彝族傣族自治州, level: city, parent: "990000", first_year: 1990}
"""


@dataclass(frozen=True)
class Paper:
    text: str
    title: str | None = None
    published_at: date | None = None
    publisher: str | None = None
    speaker: str | None = None
    signs: tuple[str, ...] = ()


@pytest.fixture(scope="session")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("regions") / "regions.yaml"
    path.write_text(OVERLAY, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def places(overlay: Path) -> Regions:
    return load_regions(overlay)


_TASK = "推动产业升级，新建高标准厂房{n}万平方米，引进项目{n}个，改造农村公路{n}公里，新增城镇就业{n}00人，民生改善。"


@pytest.fixture(scope="session")
def write() -> Callable[..., Paper]:
    """Return a writer: face, opening, review, goals, tasks and closing; each part can be replaced or left out."""

    def _write(
        *,
        region: str = "清坞县",
        word: str = "县",
        year: int = 2022,
        meeting: str | None = "2022年1月20日",
        title: str | None = None,
        speaks_for: str | None = None,
        review: str | None = None,
        goals: str | None = None,
        closing: str | None = None,
        opening: str | None = None,
        context: str = "",
        face: str | None = None,
        tasks: int = 60,
    ) -> Paper:
        name = speaks_for or region
        era = "坚持以习近平新时代中国特色社会主义思想为指导，" if year >= 2018 else ""
        parts = [
            face
            if face is not None
            else f"政府工作报告\n——{meeting}在{region}第五届人民代表大会第二次会议上\n{region}人民政府{word}长　顾望舒",
            opening
            if opening is not None
            else f"各位代表：\n现在，我代表{name}人民政府，向大会报告工作，请予审议，并请列席人员提出意见。",
            review
            if review is not None
            else f"一、{year - 1}年工作回顾\n{year - 1}年，我{word}{era}{context}全{word}生产总值增长6.1%。",
            *(_TASK.format(n=n + 3) for n in range(tasks // 2)),
            goals if goals is not None else f"二、{year}年工作安排\n今年的主要预期目标是：生产总值增长6%。",
            *(_TASK.format(n=n + 5) for n in range(tasks - tasks // 2)),
            closing if closing is not None else "各位代表！让我们携手并肩，为谱写发展新篇章而努力奋斗！",
        ]
        return Paper("\n".join(part for part in parts if part), title=title)

    return _write
