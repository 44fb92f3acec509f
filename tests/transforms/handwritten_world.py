"""One small world with a case of each thing that the marts decide; fictional places, figures of our own."""

from __future__ import annotations

from datetime import timedelta

from lake_builder import CHECKED, LakeBuilder

CORRECTION = """
- report_id: "990200_2023"
  indicator: gdp
  measure: growth
  status: actual
  period_end: 2022
  expect: 86
  correct: 8.6
  reason: the decimal point is lost
  status_of_source: reported
  author: test
  expires: 2099-12-31
"""


def world() -> LakeBuilder:
    lake = LakeBuilder()
    nation, province = lake.report("100000", 2022), lake.report("990000", 2022)
    city22, city23, city24 = (lake.report("990100", year) for year in (2022, 2023, 2024))
    # the county changes its code at the end of 2020; its goals of 2020 are told upon by the report under the new one
    county20, county21, county22 = lake.report("990121", 2020), lake.report("990106", 2021), lake.report("990106", 2022)
    _copies_and_sittings(lake)
    _refused_and_missing(lake)
    _withheld(lake)

    for report_id, goal in ((nation, 5.5), (province, 6), (city22, 7), (county22, 8.5)):
        lake.observe(report_id, "gdp", "growth", goal, status="target", qualifier="at_least")
    lake.observe(city22, "gdp", "growth", 9, status="target", tier="stretch", commitment="力争")
    lake.observe(city23, "gdp", "growth", 6.9)
    lake.observe(county20, "gdp", "growth", 8, status="target")
    lake.observe(county21, "gdp", "growth", 8.2)

    # one year's level as estimated, as told a year later, as revised two years later
    lake.observe(city22, "gdp", "level", 902, status="estimated")
    lake.observe(city23, "gdp", "level", 905.3, period_start=2021, period_end=2021)
    lake.observe(city24, "gdp", "level", 911.7, period_start=2021, period_end=2021)

    # told by the city about its county, and by the county itself
    lake.observe(city22, "retail_sales", "level", 33, scope="禾渡区")
    lake.observe(county22, "retail_sales", "level", 33.4)
    lake.observe(city22, "exports", "level", 12, scope="禾渡")
    lake.observe(city22, "exports", "level", 5, scope="云台产业园")

    # two figures for one thing in one report; a goal that was expressly not set; a range
    lake.observe(city23, "fixed_asset_investment", "growth", 10.1)
    lake.observe(city23, "fixed_asset_investment", "growth", 12.5)
    lake.observe(city22, "consumer_price_index", "level", None, status="target", relation="none_set", unit=None)
    lake.observe(
        city22, "retail_sales", "growth", 7, status="target", value_upper=8, canonical_value_upper=8, surface="7%—8%"
    )
    lake.observe("990200_2023", "gdp", "growth", 86)
    for report_id in (city22, city24, county22):
        lake.say(report_id, "政府工作报告", "大力发展數字經濟。", "加快ＧＤＰ转型，数 字经济占比提高。")
    lake.say(city23, "不断优化营商环境，营商环境持续改善。")
    for term, times, tokens in (("创新", 18, 15), ("数字经济", 3, None)):
        lake.add(
            "term_counts", partition="990000|2022", report_id=city22, dictionary="themes", dictionary_version="1",
            term=term, substring_count=times, token_count=tokens or 0, is_token=tokens is not None, n_chars=9000,
            n_tokens_all=5000, n_tokens_words=4000,
        )  # fmt: skip
    return lake


def _copies_and_sittings(lake: LakeBuilder) -> None:
    """The second city: a government page, the same text elsewhere, a near copy, an excerpt, a mid-year sitting."""
    first = lake.report(
        "990200", 2022, "_gov", location="/home/li wei/reports/gov.html", text_fingerprint="00000000000000ff",
        url="https://www.wangting.gov.cn/a.html?id=1&token=geheim",
    )  # fmt: skip
    sha = lake.rows["reports"][-1]["text_sha256"]
    same = lake.report(
        "990200",
        2022,
        "_same",
        url="https://mirror.example/a.html",
        text_sha256=sha,
        text_fingerprint="00000000000000ff",
    )
    near = lake.report(
        "990200", 2022, "_near", text_fingerprint="00000000000000f0", flags="lines_joined;digits_rejoined"
    )
    excerpt = lake.report("990200", 2022, "_excerpt", kind="excerpt", n_chars=3000, text_fingerprint="ffff000000000000")
    middle = lake.report("990200", 2022, "_july", text_fingerprint="00ff00ff00ff00ff")
    lake.rows["reports"][-1]["meeting_date"] = lake.rows["reports"][-1]["meeting_date"].replace(month=7)
    for report_id, value in ((first, 50.2), (same, 50.2), (near, 5.2), (excerpt, 50), (middle, 51)):
        lake.observe(report_id, "general_budget_revenue", "level", value)
    lake.report("990200", 2023)


def _refused_and_missing(lake: LakeBuilder) -> None:
    lake.report(
        "990100", 2021, kind="template", accepted=False, refusal_reason="masked",
        refusal_detail="figures are X; open /home/li/reports/masked.html",
    )  # fmt: skip
    lake.snapshot("https://gone.example/2024", "990200", 2024, outcome="gone", error="404")
    later = CHECKED + timedelta(days=1)
    # a document that the catalogue no longer names, of a year that it names nothing else of
    lake.snapshot("https://gone.example/2018", "990200", 2018)
    lake.snapshot(
        "https://gone.example/2018", "990200", 2018, outcome="withdrawn", retrieved_at=later, error="named no longer"
    )
    examples = (
        '[{"location": "file:///home/li/reports/a.html", "error": "https://li:geheim@gone.example/?key=geheim: 404"}]'
    )
    lake.add(
        "gate_results", partition="990000|2022", table_name="snapshots", expectation="told", column_name="error",
        severity="warning", success=False, n_rows=1, n_failed=1, observed="/home/li/reports", examples=examples,
        checked_at=CHECKED, code_version="t",
    )  # fmt: skip


def _withheld(lake: LakeBuilder) -> None:
    """What the newest reading lacks: a partition, a document with former rows, two numbers, a page, a ledger."""
    lake.withhold("990000|2024", "observations")
    lake.withhold("990000|2022", "observations", report_id="990106_2022", detail="timeout: more than 60 s")
    aside = {"report_id": "990100_2023", "status_class": "result", "year": 2022}
    lake.withhold("990000|2023", "observations", indicator="total_trade", measure="growth", **aside)
    lake.withhold("990000|2023", "observations", indicator="pig_inventory", measure="level", **aside)
    lake.withhold(
        "990000|2021", "reports", location="reports/aside.txt", region_code="990000", region_name="云梁省",
        level="province", report_year=2021,
    )  # fmt: skip
    lake.withhold("990000|2020", "snapshots")
