"""`baogao compare` and `baogao panel` over the release of the sample's reports, and the regions that names mean."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import published_home
import pytest
from command_line import baogao

from dashboard.comparing import NotOneError, find_region, regions_among

KNOWN: list[dict[str, Any]] = [
    {"region_id": code, "region_code": code, "region_name": name, "level": level, "parent_code": above,
     "parent_name": above_name, "province_code": code[:2] + "0000" if level != "national" else None}
    for code, name, level, above, above_name in (
        ("100000", "中华人民共和国", "national", None, None),
        ("220000", "吉林省", "province", "100000", "中华人民共和国"),
        ("220200", "吉林市", "city", "220000", "吉林省"),
        ("320000", "江苏省", "province", "100000", "中华人民共和国"),
        ("320100", "南京市", "city", "320000", "江苏省"),
        ("320106", "鼓楼区", "county", "320100", "南京市"),
        ("350102", "鼓楼区", "county", "350100", "福州市"),
        ("371722", "单县", "county", "371700", "菏泽市"),
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "level", "code"),
    [
        ("320106", None, "320106"), ("南京市鼓楼区", None, "320106"), ("福州鼓楼", None, "350102"),
        ("吉林省", None, "220000"), ("吉林", "city", "220200"), ("nanjing", None, "320100"),
        ("Shanxian", None, "371722"),
        ("danxian", None, "371722"), ("全国", None, "100000"), ("China", None, "100000"), (" 南京 ", None, "320100"),
    ],
)  # fmt: skip
def test_a_region_is_meant_by_code_name_parent_and_letters(typed: str, level: str | None, code: str) -> None:
    assert find_region(KNOWN, typed, level)["region_code"] == code


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("鼓楼区", "2 regions are called so; give the code of one: 320106 鼓楼区 (南京市), 350102 鼓楼区 (福州市)"),
        ("jilin", "2 regions are called so"), ("吉林", "220000 吉林省"), ("nanjin", "near it: 320100 南京市"),
        ("南京市玄武区", "no region of this release is called so"),
    ],
)  # fmt: skip
def test_a_name_of_several_or_of_none_is_asked_back(typed: str, told: str) -> None:
    with pytest.raises(NotOneError, match=typed) as error:
        find_region(KNOWN, typed)
    assert told in str(error.value)


def test_regions_are_those_of_a_level_or_children() -> None:
    def codes(level: str | None, below: str | None) -> list[str]:
        return [row["region_code"] for row in regions_among(KNOWN, level, below)]

    assert codes("province", None) == ["220000", "320000"]
    assert codes(None, "320000") == ["320100"]
    assert codes("county", "320000") == ["320106"]
    assert codes("province", "320000") == []


@pytest.fixture(scope="module")
def home(once: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_home.world(once, tmp_path_factory.mktemp("compare") / "world").home


def rows_of(*arguments: str | Path) -> list[dict[str, Any]]:
    done = baogao(*arguments, "--format", "json")
    assert done.code == 0, done.err
    rows: list[dict[str, Any]] = json.loads(done.out)["rows"]
    return rows


def test_compare_ranks_and_tells_each_value_by_its_sentence(home: Path) -> None:
    asked = ("compare", "霁川", "lanyue", "--indicator", "GDP", "--home", home)
    rows = rows_of(*asked, "--years", "2022", "--sentences")
    assert [(row["rank"], row["region_code"], row["year"]) for row in rows] == [
        (1, "990100", 2022),
        (2, "990000", 2022),
    ]
    # what a reviewer put in place of the 7 of the report
    assert [row["target"] for row in rows] == [7.25, 6.5]
    assert [row["target_qualifier"] for row in rows] == ["about", "about"]
    assert rows[0]["result"] == 4.6 and rows[0]["gap"] == -2.65 and rows[0]["verdict"] == "missed"
    assert rows[0]["reason"] == "" and rows[0]["target_reason"] is None
    for row in rows:
        for side in ("target", "result"):
            assert (row[side] is None) == (row[f"{side}_sentence"] is None)
            assert row[side] is None or row[f"{side}_surface"] in row[f"{side}_sentence"]
    assert rows[1]["result"] is None and rows[1]["result_reason"] in ("not_in_catalogue", "outside")
    assert rows[1]["reason"].startswith("Result: ")
    table = baogao(*asked).out
    assert "4.6%" in table and "≈7.25%" in table and "missed" in table and "Jichuan 霁川市" in table
    assert rows_of(*asked, "--years", "all", "--state", "missed") == [
        {name: value for name, value in rows[0].items() if not name.endswith(("_sentence", "_surface"))}
    ]


def test_panel_has_a_row_for_each_region_indicator_and_year(home: Path) -> None:
    asked = ("panel", "--below", "澜岳省", "--indicator", "GDP", "--indicator", "cpi", "--years", "2021-2023")
    done = baogao(*asked, "--home", home, "--format", "csv", "--language", "zh")
    assert done.code == 0, done.err
    rows = list(csv.DictReader(io.StringIO(done.out)))
    keys = [(row["region_code"], row["indicator"], row["year"]) for row in rows]
    assert keys == sorted(set(keys)) and {key[1] for key in keys} == {"gdp", "consumer_price_index"}
    assert {key[0] for key in keys} >= {"990100", "990200"}, "a city whose documents were all refused is there too"
    for row in rows:
        for side in ("target", "result", "gap"):
            assert bool(row[side]) != bool(row[f"{side}_reason"]), row
        assert bool(row["reason"]) == (not (row["target"] and row["result"] and row["gap"]))
    refused = next(row for row in rows if row["region_code"] == "990200" and row["year"] == "2022")
    assert refused["target_reason"] == "refused" and refused["reason"].startswith("目标：")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("compare",), "no region is named"),
        (("compare", "霁川", "--indicator", "区生产总"), "near it: gdp"),
        (("compare", "霁川", "--measure", "share"), "it is in: "),
        (("compare", "霁川", "--state", "none"), "no_target_set"),
        (("panel", "霁川", "--below", "澜岳"), "leave one of them out"),
        (("panel", "霁川", "--years", "2023-2020"), "comes after the last"),
        (("panel", "--below", "清坞"), "knows no region below"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(home: Path, arguments: tuple[str, ...], told: str) -> None:
    done = baogao(*arguments, "--home", home)
    assert done.code == 1 and told in done.err, done.err


def test_the_state_the_plan_and_the_releases_are_data_too(home: Path) -> None:
    state = json.loads(baogao("status", "--json", "--home", home).out)
    assert state["read"]["accepted"] == 3 and state["read"]["refused"]["unreadable"] == 2
    assert any(failure["location"].endswith("missing.txt") for failure in state["failed"])
    releases = json.loads(baogao("release", "list", "--json", "--home", home).out)
    assert [one["release"] for one in releases if one["served"]] == [state["served"]]
    assert releases[0]["rows"]["city_year_panel"] > 0
    plan = json.loads(baogao("run", "--plan", "--json", "--home", home).out)
    assert plan["stale"].keys() == state["stale"].keys() and plan["partitions"] == 2 and plan["addresses"] == []
    refused = baogao("run", "--json", "--home", home)
    assert refused.code == 1 and "--plan" in refused.err


def test_the_version_is_said_without_a_home() -> None:
    done = baogao("--version")
    assert done.code == 0 and done.out == f"baogao {version('baogao')}\n"
