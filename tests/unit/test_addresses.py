"""Cleaning collected addresses: what is completed, what is left out, what stays unconfirmed."""

from __future__ import annotations

import csv

import pytest

from sources.registry.addresses import ADDRESSES, Confirmation, clean, find_region, read_confirmed
from sources.registry.catalogue import read_catalogue
from sources.registry.regions import Regions, load_regions


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions()


@pytest.mark.parametrize(
    ("name", "year", "level", "code"),
    [
        ("黑龙江", 2010, "city", "230000"),
        ("延边州", 2013, "city", "222400"),
        ("山西省/晋中市/昔阳县", 2009, "county", "140724"),
        ("中卫市市", 2016, "city", "640500"),
        ("青海省政府作工作报告", 2014, "city", "630000"),
        ("满城县", 2014, "county", "130621"),
        ("满城区", 2016, "county", "130607"),
        ("南山区", 2016, "county", None),
        ("不存在的地方", 2016, "county", None),
    ],
)
def test_region_of_a_collected_name(regions: Regions, name: str, year: int, level: str, code: str | None) -> None:
    found = find_region(name, year, level, regions)
    assert (found.code if found else None) == code


def row(url: str, year: str = "2015") -> dict[str, str]:
    return {"level": "province", "region": "河北省", "report_year": year, "url": url}


def test_rows_and_what_is_left_out(regions: Regions) -> None:
    good, second = "https://a.example.cn/x/1.html", "https://a.example.cn/x/2.html"
    listed = [row(good), row(second, "2003?"), row(good), row("http://a.example.cn/"), row("http://某市报告 (2016年)")]
    cleaned = clean(listed, regions, {good: Confirmation("2031-02-03", "seen"), second: Confirmation("", "seen")})
    assert [(r["report_year"], r["confirmed"]) for r in cleaned.rows] == [("", "unconfirmed"), ("2015", "confirmed")]
    assert [(r["confirmed_at"], r["confirmed_how"]) for r in cleaned.rows] == [("", "seen"), ("2031-02-03", "seen")]
    assert cleaned.rows[0]["given"] == "report_year=2003?"
    assert [line.split(":")[0] for line in cleaned.left_out] == ["row 4", "row 5", "row 6"]


def test_shipped_list_is_a_catalogue_with_codes_of_its_years(regions: Regions) -> None:
    catalogue = read_catalogue(ADDRESSES)
    assert not catalogue.problems
    assert len(catalogue.entries) > 800
    confirmed = read_confirmed()
    for entry in catalogue.entries:
        known = confirmed.get(entry.location)
        assert (entry.notes["confirmed"] == "confirmed") == bool(known and known.at)
        assert entry.notes.get("confirmed_how", "") == (known.how if known else "")
        if entry.region_code and entry.report_year:
            region = regions.by_code(entry.region_code, entry.report_year)
            assert region is not None, entry
            assert (region.name, region.level) == (entry.region, entry.level)
    with ADDRESSES.open(encoding="utf-8", newline="") as handle:
        assert all(bool(r["confirmed_at"]) == (r["confirmed"] == "confirmed") for r in csv.DictReader(handle))
