"""The shipped lexicon: every indicator can be recognised, and no word means two things."""

from __future__ import annotations

import ast
import csv
import re
from collections import defaultdict
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from sources import kept
from sources.extraction.grammar.names import Matcher
from sources.extraction.lexicon import Lexicon, LexiconError, Name, load_lexicon
from sources.extraction.lexicon.entries import IndicatorEntry, NameEntry, OutsideEntry, SharedEntry
from sources.extraction.lexicon.load import read_lexicon
from sources.extraction.lexicon.shipped import HERE, INDICATORS_CSV
from sources.home import REPOSITORY

EXTRACTION = REPOSITORY / "sources" / "extraction"

DIMENSION_UNITS = {
    "元": {"money"},
    "元/人": {"money_per_head"},
    "%": {"percent"},
    "人": {"persons"},
    "人次": {"visits"},
    "户": {"households", "count"},
    "套": {"households", "count"},
    "个": {"count"},
    "家": {"count"},
    "座": {"count"},
    "所": {"count"},
    "辆": {"count"},
    "头": {"count"},
    "部": {"count"},
    "张": {"count"},
    "亩": {"area"},
    "平方公里": {"area"},
    "公里": {"length"},
    "吨": {"weight"},
    "千瓦": {"power"},
    "千瓦时": {"energy"},
    "天": {"days"},
    "微克/立方米": {"concentration"},
    "平方米/人": {"area_per_head"},
}
HEADLINES = {
    "gdp",
    "industrial_value_added",
    "fixed_asset_investment",
    "retail_sales",
    "total_trade",
    "exports",
    "fdi_utilised",
    "general_budget_revenue",
    "urban_disposable_income",
    "rural_disposable_income",
    "resident_disposable_income",
    "consumer_price_index",
    "new_urban_employment",
    "registered_unemployment_rate",
    "surveyed_unemployment_rate",
    "energy_intensity_gdp",
    "grain_output",
}
#: how reports call things, and the indicator meant; None: a thing outside the list
CALLED = {
    "国内生产总值": "gdp",
    "经济总量": "gdp",
    "人均GDP": "gdp_per_capita",
    "第三产业增加值": "tertiary_industry_value_added",
    "规上工业增加值": "industrial_value_added",
    "规模以上工业总产值": "industrial_output_value",
    "固投": "fixed_asset_investment",
    "技改投资": None,
    "工业技改投资": None,
    "第一产业投资": None,
    "社零": "retail_sales",
    "限额以上社会消费品零售额": None,
    "外贸进出口": "total_trade",
    "跨境电商进出口": None,
    "机电产品出口": None,
    "外贸出口": "exports",
    "实际使用外资": "fdi_utilised",
    "合同利用外资": None,
    "旅游总花费": "tourism_revenue",
    "CPI": "consumer_price_index",
    "全口径财政收入": "total_fiscal_revenue",
    "预算内财政收入": "general_budget_revenue",
    "公共财政预算收入": "general_budget_revenue",
    "非税收入": None,
    "各项存款余额": "deposit_balance",
    "居民储蓄存款余额": None,
    "创业担保贷款": None,
    "农牧民人均纯收入": "rural_disposable_income",
    "脱贫县农民收入": None,
    "城镇居民登记失业率": "registered_unemployment_rate",
    "城镇失业人员再就业": None,
    "城市化水平": "urbanisation_rate",
    "商事主体": "market_entities",
    "新型农业经营主体": None,
    "R&D经费投入强度": "rd_intensity",
    "全社会研发经费": "rd_expenditure",
    "国家高新技术企业": "high_tech_enterprises",
    "省级专精特新中小企业": "specialised_smes",
    "每万人口发明专利拥有量": None,
    "万元GDP能耗": "energy_intensity_gdp",
    "单位GDP二氧化碳排放": None,
    "单位工业增加值能耗": "energy_intensity_industry",
    "空气质量优良率": "good_air_ratio",
    "空气质量优良天数": "good_air_days",
    "细颗粒物": "pm25",
    "可吸入颗粒物": None,
    "饮用水源水质达标率": None,
    "国考断面水质优良比例": "good_water_ratio",
    "人均公共绿地": "park_green_area_per_capita",
    "全社会用电量": None,
    "化学需氧量": None,
    "粮食总产": "grain_output",
    "粮食播种面积": None,
    "肉牛饲养量": "cattle_inventory",
    "高标准基本农田": "high_standard_farmland",
    "农村危房改造": None,
    "农村户厕改造": "rural_toilets_renovated",
    "更新改造老旧电梯": None,
    "普惠率": "inclusive_kindergarten_share",
    "九年义务教育巩固率": None,
    "基本医保参保率": "medical_insurance_rate",
    "城乡居民养老保险参保率": None,
    "日间照料中心": "elderly_care_centres",
    "每千人口托位数": None,
}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def matcher(lexicon: Lexicon) -> Matcher:
    return Matcher(lexicon)


def test_what_is_kept_of_it_is_what_the_files_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_FOLDER", tmp_path)
    read = read_lexicon(HERE / "data", INDICATORS_CSV)
    for lexicon in (load_lexicon.__wrapped__(), load_lexicon.__wrapped__()):  # made, then as it was kept
        assert (lexicon.indicators, lexicon.ellipses) == (read.indicators, read.ellipses)
        assert (lexicon.names, lexicon.version) == (read.names, read.version)


def _registry() -> dict[str, dict[str, str]]:
    with INDICATORS_CSV.open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row for row in csv.DictReader(handle)}


def test_every_indicator_of_the_registry_has_an_entry_and_names(lexicon: Lexicon) -> None:
    assert set(lexicon.indicators) == set(_registry())
    named = {code for name in lexicon.names for code in name.codes}
    assert set(lexicon.indicators) <= named


def test_dimension_fits_the_canonical_unit(lexicon: Lexicon) -> None:
    wrong = {
        code: (item.dimension, item.canonical_unit)
        for code, item in lexicon.indicators.items()
        if item.dimension not in DIMENSION_UNITS[item.canonical_unit]
    }
    assert not wrong


def test_plausible_ranges_are_ordered_and_there(lexicon: Lexicon) -> None:
    for code, item in lexicon.indicators.items():
        assert "level" in item.plausible, f"{code} has no plausible range of its level"
        for measure, (low, high) in item.plausible.items():
            assert low < high, f"{code}: {measure} {low} … {high}"
        if item.dimension == "percent" and code != "consumer_price_index":
            assert item.plausible["level"][1] <= 100, code


def test_short_names_are_unique(lexicon: Lexicon) -> None:
    by_short: dict[str, list[str]] = defaultdict(list)
    for item in lexicon.indicators.values():
        by_short[item.short].append(item.code)
    assert {short: codes for short, codes in by_short.items() if len(codes) > 1} == {}


def test_headline_indicators(lexicon: Lexicon) -> None:
    assert {code for code, item in lexicon.indicators.items() if item.headline} == HEADLINES


def test_no_word_means_two_things_in_one_year(lexicon: Lexicon) -> None:
    by_text: dict[tuple[str, bool], list[Name]] = defaultdict(list)
    for name in lexicon.names:
        by_text[name.text, name.follows].append(name)
    for (text, _), names in by_text.items():
        for year in (2001, 2012, 2026):
            unconditional = [n for n in names if n.in_use(year) and not n.requires and not n.units]
            assert len({n.codes for n in unconditional}) <= 1, text


def test_every_name_matches_itself(lexicon: Lexicon, matcher: Matcher) -> None:
    missed = []
    for name in lexicon.names:
        year = name.until or name.since or 2024
        hits = matcher.find(name.text, year)
        if not any(hit.start == 0 and hit.end == len(name.text) and name in hit.meanings for hit in hits):
            missed.append(name.text)
    assert missed == []


def test_official_names_are_recognised(lexicon: Lexicon, matcher: Matcher) -> None:
    missed = []
    for code, row in _registry().items():
        plain = row["name_zh"]
        texts = {plain.replace("（", "").replace("）", ""), "".join(_outside_brackets(plain))}
        found = {c for text in texts for hit in matcher.find(text, 2024) for name in hit.meanings for c in name.codes}
        if code not in found:
            missed.append((code, plain))
    assert missed == []


def _outside_brackets(text: str) -> list[str]:
    depth, kept = 0, []
    for char in text:
        depth += (char == "（") - (char == "）")
        if depth == 0 and char != "）":
            kept.append(char)
    return kept


@pytest.mark.parametrize(("text", "code"), CALLED.items())
def test_what_reports_call_things(matcher: Matcher, text: str, code: str | None) -> None:
    hits = matcher.find(text, 2012)
    assert {name.codes for hit in hits for name in hit.meanings} == {(code,)}
    assert (hits[0].start, hits[0].end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("城乡居民人均可支配收入", ("urban_disposable_income", "rural_disposable_income")),
        ("城乡居民收入", ("urban_disposable_income", "rural_disposable_income")),
        (
            "全体及城乡居民人均可支配收入",
            ("resident_disposable_income", "urban_disposable_income", "rural_disposable_income"),
        ),
        ("各项存贷款余额", ("deposit_balance", "loan_balance")),
        (
            "一二三产增加值",
            ("primary_industry_value_added", "secondary_industry_value_added", "tertiary_industry_value_added"),
        ),
        ("万元GDP能耗和水耗", ("energy_intensity_gdp", None)),
    ],
)
def test_names_for_several_indicators_keep_their_order(
    matcher: Matcher, text: str, codes: tuple[str | None, ...]
) -> None:
    hits = matcher.find(text, 2022)
    assert [name.codes for hit in hits for name in hit.meanings] == [codes]


def test_looser_readings_are_marked(lexicon: Lexicon) -> None:
    loose = {name.text for name in lexicon.names if name.optional}
    assert {"农民人均纯收入", "工业增加值", "高新技术产业增加值", "保障性住房", "小微绿地", "奶牛存栏"} <= loose
    assert not loose & {"规模以上工业增加值", "农村居民人均可支配收入", "口袋公园", "肉牛存栏"}


def test_outside_list_is_long_and_disjoint(lexicon: Lexicon) -> None:
    outside = {name.text for name in lexicon.names if name.outside}
    ours = {name.text for name in lexicon.names if not name.outside}
    assert len(outside) > 300
    assert not outside & ours


def _strings(path: Path) -> list[str]:
    """Return the strings of a module, without its docstrings, which may name a code as an example."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare
    ]


def test_no_module_names_an_indicator() -> None:
    """What holds for one indicator only is a key of its entry: no string holds a code, or is the stem of several."""
    codes = _registry()
    whole = re.compile(r"\b(?:" + "|".join(codes) + r")\b")
    paths = sorted(EXTRACTION.rglob("*.py"))
    assert len(paths) > 20
    named = [
        (str(path.relative_to(EXTRACTION)), text)
        for path in paths
        for text in _strings(path)
        if whole.search(text) or ("_" in text and len(text) > 3 and any(text in code for code in codes))
    ]
    assert named == []


def test_codes_that_keys_name_have_entries(lexicon: Lexicon) -> None:
    known = set(_registry())
    named = {code for item in lexicon.indicators.values() for code in (*item.ratio_of, *item.traits.named_codes)}
    named |= {code for name in lexicon.names for code in (*name.requires, name.total) if code is not None}
    assert len(named) > 10
    assert named <= known


def test_keys_that_answer_one_another(lexicon: Lexicon) -> None:
    assert [item.traits.structure for item in lexicon.structure] == [1, 2, 3]
    assert lexicon.growth_goal is not None
    for code, item in lexicon.indicators.items():
        stock, added = item.traits.stock_as, item.traits.added_as
        assert stock is None or lexicon.indicators[stock].traits.added_as == code
        assert added is None or lexicon.indicators[added].traits.stock_as == code
        for dimension, twin in item.traits.twin_in.items():
            assert lexicon.indicators[twin].dimension == dimension, f"{code}: {twin} is not told in {dimension}"


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ({"stock_as": "good_air"}, r"entry gdp: no entry for \['good_air'\]"),
        ({"twin_in": {"percent": "good_air"}}, r"entry gdp: no entry for \['good_air'\]"),
        ({"twin_in": {"per cent": "gdp"}}, r"twin_in: unknown dimension\(s\) \['per cent'\]"),
        ({"names": [{"name": "生产总值", "total": "good_air"}]}, r"name 生产总值: no entry for \['good_air'\]"),
        ({"works": "big"}, r"national\.yaml: entry 1 \(gdp\): works"),
        ({"ofFirms": True}, r"national\.yaml: entry 1 \(gdp\): ofFirms"),
        ({"names": [""]}, r"national\.yaml: entry 1 \(gdp\): names"),
        ({"after": ["（现价）"]}, r"national\.yaml: gdp: name '（现价）': nothing is left of it"),
        (
            {"names": [{"name": "生产{总值", "pattern": True}]},
            r"national\.yaml: gdp: name 生产\{总值: pattern .* not allowed",
        ),
    ],
)
def test_a_key_that_leads_nowhere_is_an_error(tmp_path: Path, key: dict[str, object], fault: str) -> None:
    entry = {"code": "gdp", "short": "gdp", "dimension": "money", "names": ["生产总值"], **key}
    (tmp_path / "national.yaml").write_text(yaml.safe_dump([entry], allow_unicode=True), encoding="utf-8")
    with pytest.raises(LexiconError, match=fault):
        read_lexicon(tmp_path, INDICATORS_CSV)


@pytest.mark.parametrize("name", ["", " ", {"name": ""}, 7, None, ["外资"]])
def test_a_subject_outside_that_is_no_name_is_an_error(tmp_path: Path, name: object) -> None:
    (tmp_path / "outside.yaml").write_text(yaml.safe_dump(["外资", name], allow_unicode=True), encoding="utf-8")
    with pytest.raises(LexiconError, match=r"outside\.yaml: entry 2"):
        read_lexicon(tmp_path, INDICATORS_CSV)


@pytest.mark.parametrize("key", ["structure", "growth_goal"])
def test_what_only_one_entry_may_have(tmp_path: Path, key: str) -> None:
    entries = [
        {"code": code, "short": code, "dimension": "money", "names": [code], key: 1 if key == "structure" else True}
        for code in ("gdp", "exports")
    ]
    (tmp_path / "national.yaml").write_text(yaml.safe_dump(entries), encoding="utf-8")
    with pytest.raises(LexiconError, match=key):
        read_lexicon(tmp_path, INDICATORS_CSV)


def test_every_key_is_explained() -> None:
    text = (REPOSITORY / "docs" / "lexicon.md").read_text(encoding="utf-8")
    models = (NameEntry, IndicatorEntry, SharedEntry, OutsideEntry)
    keys = {key.name for model in models for key in fields(model)}
    assert [key for key in sorted(keys) if not re.search(rf"(?<![a-z_]){key}(?:`|:)", text)] == []
