"""What a deposit's descriptors say of a small release, word for word: archives, catalogues and search engines read it.

After a wanted change run pytest with BAOGAO_UPDATE_SNAPSHOTS=1 and look at the difference. That archives' own
validators take it is tested in ``tests/pipeline/test_deposit.py``.
"""

from __future__ import annotations

import json
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.release.about import Dataset, about, cff
from orchestration.release.deposit.archives import datacite, zenodo
from orchestration.release.deposit.croissant import croissant
from orchestration.release.deposit.datapackage import datapackage
from orchestration.release.deposit.error_card import error_card
from orchestration.release.deposit.files import DepositedFile
from orchestration.release.schema import Column, PublishedTable
from sources.settings import DepositSettings

SNAPSHOT = Path(__file__).with_name("descriptors.json")
REGIONS = PublishedTable(
    "dim_region", "Regions", "地区",
    (Column("region_id", "varchar", "Stable id", "地区编号", required=True),
     Column("area", "double", "Area", "面积", unit="平方公里"),
     Column("level", "varchar", "Level", "级别", values=("city", "county"))),
    key="region_id", unique=(("region_id", "level"),),
)  # fmt: skip
YEARS = PublishedTable(
    "fct_year", "Years", "年份",
    (Column("region_id", "varchar", "Whose", "地区编号", references=("dim_region", "region_id")),
     Column("before", "varchar", "Row of the year before", "上年", references=("fct_year", "before")),
     Column("gone", "bigint", "Of a table that is not given", "其他", references=("fct_other", "id")),
     Column("seen", "timestamp with time zone", "When", "时间"), Column("day", "date", "Day", "日期"),
     Column("right", "boolean", "Whether", "是否"), Column("year", "integer", "Year", "年份")),
)  # fmt: skip
FILES = [
    DepositedFile(name, f"What {name} is", f"{name}的说明", size, "ab" * 32, table)
    for name, size, table in (
        ("dim_region.csv", 120, REGIONS), ("dim_region.parquet", 80, REGIONS), ("fct_year.csv", 12, YEARS),
        ("fct_year.parquet", 9, YEARS), ("city_year_panel.dta", 7, None), ("codebook.csv", 5, None),
        ("LICENSE.txt", 3, None), ("baogao.duckdb", 4096, None),
    )
]  # fmt: skip
GIVEN = DepositSettings(
    authors=("Zhang, Wei; 0000-0002-1825-0097; Lan Yue University", "Institute of Reports"),
    contact="data@example.org", licence="CC-BY-4.0", doi="10.5281/zenodo.1234567", publisher="Zenodo",
)  # fmt: skip
COVERED = {"regions": 3, "first_year": 2019, "last_year": 2021}


def told(dataset: Dataset) -> dict[str, Any]:
    return {
        "CITATION.cff": yaml.load(cff(dataset), Loader=yaml.BaseLoader),
        "datapackage.json": datapackage(dataset, FILES, {"rules": "1"}),
        # the context is the standard's own
        "croissant.json": {name: value for name, value in croissant(dataset, FILES).items() if name != "@context"},
        "datacite.json": datacite(dataset),
        ".zenodo.json": zenodo(dataset),
    }


def test_descriptors_say_what_they_said() -> None:
    bare = about("20260102T030405Z", {}, DepositSettings(contact="https://example.org/ask"))
    found = {"filled in": told(about("20260102T030405Z", COVERED, GIVEN)), "left open": told(bare)}
    text = json.dumps(found, ensure_ascii=False, indent=1).replace(f"baogao {version('baogao')}", "baogao VERSION")
    if os.environ.get("BAOGAO_UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(text + "\n", encoding="utf-8")
    assert json.loads(text) == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_the_error_card_is_a_table_for_each_sample_this_installations_own_first() -> None:
    words = {
        "labels": {
            "card_note": {"zh": "误差说明。", "en": "What it is."}, "card_by": {"zh": "分组", "en": "by"},
            "figure": {"zh": "指标", "en": "figure"}, "n_right": {"zh": "正确", "en": "right"},
            "n": {"zh": "总数", "en": "of"},
        },
        "measured_on": {"audit": {"zh": "抽查", "en": "Audit"}, "blind": {"zh": "盲测", "en": "Blind"}},
        "measured_on_why": {
            "audit": {"zh": "本地抽查。", "en": "Of this home."}, "blind": {"zh": "作者盲测。", "en": "Of the makers."}
        },
        "breakdown": {"all": {"zh": "全部", "en": "all"}, "level": {"zh": "级别", "en": "level"}},
        "figure": {"precision": {"zh": "准确率", "en": "precision"}},
        "level": {"city": {"zh": "地级市", "en": "city"}},
    }  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute(
            "create table quality_estimate as from (values "
            "('3', 'blind', 'all', 'precision', null, null, null, null, null, 0.5, 0.25, 0.75, 500, 1000), "
            "('2', 'audit', 'level', 'precision', null, null, 'city', null, null, 0.9, 0.8, 0.95, 9, 10), "
            "('1', 'audit', 'all', 'recall', null, null, null, null, null, 0.987, 0.9, 1.0, 1234, 1250), "
            "('0', 'audit', 'region', 'precision', null, null, null, null, null, 1.0, 1.0, 1.0, 1, 1)) as told "
            "(estimate_id, measured_on, breakdown, figure, measure, status, level, decade, form, "
            "estimate, lower, upper, n_right, n)"
        )
        card = error_card(connection, words)
    head = ["| 分组 by |  | 指标 figure | % | 95 % | 正确 right | 总数 of |",
            "| --- | --- | --- | ---: | --- | ---: | ---: |"]  # fmt: skip
    assert card.splitlines() == [
        "# Error card 误差卡", "", "What it is.", "", "误差说明。",
        "", "## 抽查 Audit", "", "Of this home.", "", "本地抽查。", "", *head,
        "| 全部 all |  | recall | 98.7 | 90.0–100.0 | 1,234 | 1,250 |",
        "| 级别 level | 地级市 city | 准确率 precision | 90.0 | 80.0–95.0 | 9 | 10 |",
        "", "## 盲测 Blind", "", "Of the makers.", "", "作者盲测。", "", *head,
        "| 全部 all |  | 准确率 precision | 50.0 | 25.0–75.0 | 500 | 1,000 |",
    ]  # fmt: skip
