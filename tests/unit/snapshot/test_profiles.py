"""Site profiles: each shipped one reads a listing of our own, made in the manner of its site."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.registry.profiles import (
    ProfileError,
    find_reports,
    load_profiles,
    next_listing,
    profile_for,
    read_profile,
)
from sources.registry.regions import load_regions
from sources.snapshot.discover import choose

LISTINGS = Path(__file__).with_name("listings")
PROFILES = load_profiles()
HAS_NEXT = {"beijing", "chongqing", "hunan", "generic"}


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_shipped_profile_reads_its_listing(name: str) -> None:
    profile = PROFILES[name]
    url = profile.listings[0] if profile.listings else "http://www.example.cn/list.asp?page=1"
    body = (LISTINGS / f"{name}.html").read_bytes()
    found = find_reports(body, url, profile)
    assert [candidate.report_year for candidate in found] == [2031, 2030]
    assert all(candidate.region_code == profile.region_code for candidate in found)
    assert all(candidate.location.startswith("http") for candidate in found)
    assert (next_listing(body, url, profile) is not None) == (name in HAS_NEXT)


def test_shipped_profiles_claim_regions_that_exist() -> None:
    regions = load_regions()
    for profile in PROFILES.values():
        if profile.region_code:
            region = regions.by_code(profile.region_code)
            assert region is not None
            assert (region.name, region.level) == (profile.region, profile.level)
        assert all(profile_for(url, PROFILES) is profile for url in profile.listings)


def test_unknown_site_takes_the_generic_profile() -> None:
    assert profile_for("http://www.example.cn/list/", PROFILES).name == "generic"


def test_title_with_two_years_claims_none() -> None:
    body = '<a href="1.html">2030年回顾与2031年政府工作报告</a>'.encode()
    [found] = find_reports(body, "http://www.example.cn/", PROFILES["generic"])
    assert found.report_year is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: a\nlevel: town\n", "level"),
        ("name: a\nlinkz: a\n", "linkz"),
        ("name: a\ntitle_pattern: '('\n", "title_pattern|unterminated"),
        ("- a\n- b\n", "a.yaml"),
        ("name: [", "a.yaml"),
    ],
)
def test_faulty_profile_is_told_with_its_file(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(ProfileError, match=words):
        read_profile(path)


def test_choosing_profiles() -> None:
    assert {profile.name for profile in choose([])} == set(PROFILES) - {"generic"}
    [unknown] = choose(["http://www.example.cn/zfgzbg/"])
    assert (unknown.name, unknown.listings) == ("generic", ("http://www.example.cn/zfgzbg/",))
    with pytest.raises(ProfileError, match="no site profile 'nowhere'; there are beijing"):
        choose(["nowhere"])
