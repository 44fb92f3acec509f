"""The code table with its history: codes by year, names, parents, successors, stable ids."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import kept
from sources.registry.regions import Regions, RegionsError, load_regions, short_forms


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions()


def test_what_is_kept_of_them_is_what_the_files_say(
    regions: Regions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_FOLDER", tmp_path / "kept")
    (tmp_path / "none.yaml").write_text("", encoding="utf-8")
    anew = load_regions.__wrapped__(tmp_path / "none.yaml")  # with an overlay nothing is kept
    for told in (load_regions.__wrapped__(), load_regions.__wrapped__()):  # made, then as it was kept
        assert (told.all(), told.common_words) == (anew.all(), anew.common_words)


@pytest.mark.parametrize(
    ("code", "year", "name"),
    [
        ("130621", 2014, "满城县"),
        ("130621", 2015, "满城县"),
        ("130621", 2016, None),
        ("130607", 2014, None),
        ("130607", 2015, "满城区"),
        ("130602", 2000, "新市区"),  # the code stayed, the name changed
        ("130602", 2020, "竞秀区"),
        ("100000", 2020, "中华人民共和国"),
        ("999999", 2020, None),
    ],
)
def test_code_in_a_year(regions: Regions, code: str, year: int, name: str | None) -> None:
    found = regions.by_code(code, year)
    assert (found.name if found else None) == name


def test_the_year_of_a_change_counts_for_both_sides(regions: Regions) -> None:
    assert regions.by_code("130621", 2015) is not None
    assert regions.by_code("130607", 2015) is not None


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("易县", ["130633"]),
        ("保定", ["130600"]),
        ("内蒙古", ["150000"]),
        ("内蒙古自治区", ["150000"]),
        ("广西", ["450000"]),
        ("大理州", ["532900"]),
        ("恩施州", ["422800"]),
        ("南山区", ["230404", "440305"]),
        ("深圳市南山区", ["440305"]),
        ("鹤岗市 南山区", ["230404"]),
        ("克州", ["653000"]),
        ("吉林", ["220000", "220200"]),
        ("没有这个地方县", []),
        ("新疆维吾尔自治区伊犁哈萨克自治州伊宁市", ["654002"]),
        # looked up part by part, once each: a long name that is none ends as soon
        ("没有这个地方" * 9, []),
    ],
)
def test_by_name(regions: Regions, name: str, codes: list[str]) -> None:
    assert sorted(region.code for region in regions.by_name(name, 2020)) == codes


@pytest.mark.parametrize(
    ("name", "level", "forms"),
    [
        ("易县", "county", ()),  # one character is no name
        ("峨山彝族自治县", "county", ("峨山县", "峨山")),
        ("黔东南苗族侗族自治州", "city", ("黔东南州", "黔东南")),
        ("巴音郭楞蒙古自治州", "city", ("巴音郭楞州", "巴音郭楞")),
        ("内蒙古自治区", "province", ("内蒙古",)),
        ("大兴安岭地区", "city", ("大兴安岭",)),
        ("神农架林区", "county", ("神农架",)),
    ],
)
def test_short_forms(name: str, level: str, forms: tuple[str, ...]) -> None:
    assert short_forms(name, level) == forms


@pytest.mark.parametrize(
    ("code", "year", "parents"),
    [
        ("130633", 2020, ["保定市", "河北省"]),
        ("110105", 2020, ["北京市"]),
        ("419001", 2020, ["河南省"]),
        ("440000", 2020, []),
        ("440300-dapeng", 2020, ["深圳市", "广东省"]),
    ],
)
def test_parents_nearest_first(regions: Regions, code: str, year: int, parents: list[str]) -> None:
    assert [region.name for region in regions.parents(code, year)] == parents


def test_id_survives_an_upgrade_and_a_zone_that_became_a_district(regions: Regions) -> None:
    county, district = regions.by_code("130621", 2010), regions.by_code("130607", 2020)
    assert county is not None
    assert district is not None
    assert county.id == district.id == "130607"
    zone, after = regions.by_code("440300-pingshan", 2014), regions.by_code("440310", 2020)
    assert zone is not None
    assert after is not None
    assert zone.id == after.id


def test_an_id_never_stands_for_two_regions_of_one_year(regions: Regions) -> None:
    for year in range(1982, 2026):
        codes = defaultdict(set)
        for region in regions.all():
            # in the year of a change both sides are valid: look at what holds at its end
            if region.first_year <= year and (region.last_year is None or year < region.last_year):
                codes[region.id].add(region.code)
        assert not {key: found for key, found in codes.items() if len(found) > 1}, year


def test_every_region_has_a_parent_a_level_and_an_id(regions: Regions) -> None:
    assert len(regions.all()) > 6800
    codes = {region.code for region in regions.all()}
    for region in regions.all():
        assert region.id
        assert region.level == "national" or region.parent_code in codes


@given(st.data())
def test_every_name_leads_back_to_its_region(data: st.DataObject) -> None:
    regions = load_regions()
    region = data.draw(st.sampled_from(regions.all()))
    for name in region.names:
        assert region.code in {found.code for found in regions.by_name(name, region.first_year)}


def test_an_overlay_adds_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "more.yaml"
    path.write_text(
        'regions:\n  - {code: "990321", name: 鹭汀县, level: county, parent: "990300", first_year: 2000}\n'
        'aliases:\n  "990321": [鹭汀城]\n',
        encoding="utf-8",
    )
    regions = load_regions(path)
    assert [region.code for region in regions.by_name("鹭汀城", 2020)] == ["990321"]
    assert regions.by_name("鹭汀县", 1999) == []
    assert [region.code for region in regions.children("990300", 2020)] == ["990321"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("places: []", "places|keys"),
        ("regions:\n  - {name: 鹭汀县, level: county}", "needs code"),
        ("regions:\n  - {code: '990321', name: 鹭汀县, level: village}", "level must be"),
        ("regions: [", "can't be read"),
    ],
)
def test_a_wrong_overlay_is_named(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RegionsError, match=told):
        load_regions(path)
