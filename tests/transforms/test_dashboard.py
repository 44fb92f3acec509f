"""The dashboard over releases of handwritten rows: its words, questions and pages, and a browser that drives it."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import altair
import duckdb
import jsonschema
import openpyxl
import pandas as pd
import pytest
import yaml
from dashboard_browser import MARK, PAUSE_MS, SETTLED, browsing, choose, click_mark, cut_labels, downloaded, serving
from dbt_harness import PROJECT, Warehouse
from fontTools.ttLib import TTFont
from playwright.sync_api import Page, Playwright, sync_playwright
from published_world import FIRST, SECOND, publish_copy
from streamlit.testing.v1 import AppTest

import dashboard
from baogao.citing import FORMS
from dashboard import comparing, downloads, queries
from dashboard.app import PAGES
from dashboard.changes import changed_since
from dashboard.evidence import Evidence, Marked, find_evidence, mark
from dashboard.store import ReleaseGoneError, Store, served_store
from dashboard.texts import LANGUAGES, Texts, load_texts, scale_for
from orchestration.release import sampling
from orchestration.release.changes import find_changes, write_changes
from sources import tables
from sources.extraction.review import add_decision, decision_of, load_reviews
from sources.home import ENV_HOME, Home
from sources.lake import Lake
from sources.latin import pinyin_of
from sources.quality import audits

DRAW = """
from dashboard import app
from dashboard.texts import Texts
from sources.home import find_home
app.page_function({page!r}, app.PAGES[{page!r}], find_home(), Texts({language!r}))()
"""


#: what a page that begins with a question is asked
ASKED = {"phrases": {"phrase": "数字经济"}}


@pytest.fixture(scope="module")
def home(built: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    made = Home(tmp_path_factory.mktemp("home"))
    publish_copy(built.marts, made, FIRST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENV_HOME, str(made.root))
        yield made


@pytest.fixture(scope="module")
def store(home: Home) -> Store:
    found = served_store(home)
    assert found and found.release == FIRST
    return found


def page(name: str, language: str = "en", **address: str) -> AppTest:
    app = AppTest.from_string(DRAW.format(page=name, language=language), default_timeout=60)
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def markup(app: AppTest) -> str:
    return "\n".join(str(e.proto.body) for e in app.get("html"))


def the_fact(store: Store, **wanted: str | int) -> str:
    where = " and ".join(f"{column} = ${column}" for column in wanted)
    found = store.ask(f"select fact_id from fct_city_year_indicator where {where}", wanted)
    assert len(found) == 1, (wanted, found)
    return str(found["fact_id"].iloc[0])


def story(store: Store, **wanted: str | int) -> Evidence:
    found = find_evidence(store, fact_id=the_fact(store, **wanted))
    assert found
    return found


# words


def test_every_word_is_in_both_languages() -> None:
    for section, words in load_texts().items():
        if section not in ("places", "tiles"):
            wrong = {
                code: word for code, word in words.items() if set(word) != set(LANGUAGES) or not all(word.values())
            }
            assert not wrong, (section, wrong)


@pytest.mark.parametrize(
    ("section", "codes"),
    [
        ("document_kind", tables.KINDS), ("identity", tables.IDENTITIES), ("refusal", tables.REFUSALS),
        ("measure", tables.MEASURES), ("qualifier", tables.QUALIFIERS), ("status", tables.STATUSES),
        ("horizon", tables.HORIZONS), ("tier", tables.TIERS), ("basis", tables.BASES),
        ("relation", tables.RELATIONS), ("section", tables.SECTIONS),
    ],
)  # fmt: skip
def test_the_vocabularies_of_the_raw_tables_have_words(section: str, codes: tuple[str, ...]) -> None:
    assert set(codes) <= set(load_texts()[section])


def test_the_vocabularies_of_the_marts_have_words() -> None:
    sections = {
        "verdict": "verdict", "not_told_reason": "not_told_reason", "chosen_by": "chosen_by",
        "conflict_kind": "conflict_kind", "vintage_kind": "vintage_kind", "check_name": "check_name",
        "told_by": "told_by", "status_class": "status_class", "measured_on": "measured_on", "breakdown": "breakdown",
        "figure": "figure",
    }  # fmt: skip
    seen = set()
    for path in (PROJECT / "models" / "marts").glob("_*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            for column in model["columns"]:
                for test in column.get("data_tests", []):
                    if column["name"] in sections and isinstance(test, dict) and "accepted_values" in test:
                        seen.add(column["name"])
                        missing = set(test["accepted_values"]["arguments"]["values"]) - set(
                            load_texts()[sections[column["name"]]]
                        )
                        assert not missing, (path.name, column["name"], missing)
    assert seen == set(sections)


def test_numbers_are_told_as_reports_count() -> None:
    assert scale_for("元", 2.5e11).told(2.5167e11) == "2,516.7"
    assert scale_for("元", 2.5e11).unit == "亿元"
    assert scale_for("%", 6.5).told(6, 6.5, "exact") == "6–6.5"
    assert scale_for("%", 7).told(7.0, None, "at_least") == "≥7"
    assert scale_for("元/人", 52_000).told(52_000) == "52,000"
    assert scale_for("%", 7).told(float("nan")) == ""


def test_places_are_found_by_code_chinese_and_latin_letters() -> None:
    assert pinyin_of("霁川市") == "jichuan"
    assert Texts("zh").region("霁川市", "990100") == "霁川市 · 990100 · jichuan"
    assert Texts("en").region("陕西省", "610000").startswith("Shaanxi ")
    assert Texts("zh").region("福田区", "440304", "深圳市") == "深圳市福田区 · 440304 · shenzhenfutian"
    assert Texts("en").region_short("福田区", "440304") == "Futian 福田区"


@pytest.mark.parametrize(
    ("name", "reading", "everyday"),
    [
        ("长治市", "changzhi", "zhangzhi"), ("长子县", "zhangzi", "zhangzi"), ("长垣市", "changyuan", "zhangyuan"),
        ("漯河市", "luohe", "tahe"), ("朝阳市", "chaoyang", "zhaoyang"), ("什邡市", "shifang", "shenfang"),
        ("都匀市", "duyun", "douyun"), ("洪洞县", "hongtong", "hongdong"), ("单县", "shanxian", "danxian"),
        ("浚县", "xunxian", "junxian"), ("涡阳县", "guoyang", "woyang"), ("大城县", "daicheng", "dacheng"),
        ("荥经县", "yingjing", "xingjing"), ("筠连县", "junlian", "yunlian"), ("郫都区", "pidu", "pidou"),
        ("曾都区", "zengdu", "cengdou"), ("六合区", "luhe", "liuhe"), ("六安市", "luan", "luan"),
        ("宕昌县", "tanchang", "dangchang"), ("繁峙县", "fanshi", "fanzhi"), ("伽师县", "jiashi", "gashi"),
        ("略阳县", "lueyang", "lveyang"), ("成都市", "chengdu", "chengdu"), ("长沙市", "changsha", "changsha"),
        ("长白朝鲜族自治县", "changbaichaoxianzu", "zhangbaichaoxianzu"), ("珲春市", "hunchun", "huichun"),
    ],
)  # fmt: skip
def test_places_are_read_as_they_are_called_and_found_by_both_readings(name: str, reading: str, everyday: str) -> None:
    assert pinyin_of(name) == reading
    for language in LANGUAGES:
        label = Texts(language).region(name, "990100").lower()
        assert reading in label and everyday in label


@pytest.mark.parametrize(
    ("typed", "indicator"),
    [("GDP", "gdp"), ("gdp", "gdp"), ("国内生产总值", "gdp"), ("CPI", "consumer_price_index"),
     ("财政总收入", "total_fiscal_revenue"), ("人均GDP", "gdp_per_capita"), ("经济增速", "gdp")],
)  # fmt: skip
def test_an_indicator_is_found_by_any_name(home: Home, typed: str, indicator: str) -> None:
    called = queries.indicators_called(served_store(home), typed)
    assert called["indicator"].iloc[0] == indicator
    letters = dict(queries.indicators(served_store(home))[["indicator", "letters"]].values)
    assert (letters["gdp"], letters["consumer_price_index"]) == ("GDP", "CPI")


@pytest.mark.parametrize(
    ("surface", "start", "expected"),
    [
        ("7%", 4, Marked("今年增长", "7%", "以上。")),
        ("7%", 3, Marked("今年增长7%以上。", "", "")),
        ("", 0, Marked("今年增长7%以上。", "", "")),
    ],
)
def test_only_the_very_words_are_marked(surface: str, start: int, expected: Marked) -> None:
    assert mark("今年增长7%以上。", surface, start) == expected


# what it loads


def test_the_dashboard_loads_no_orchestrator() -> None:
    heavy = ("dagster", "dbt", "matplotlib", "great_expectations")
    code = f"import sys, dashboard.app; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# questions


def test_the_number_that_was_read_is_marked_in_every_sentence(store: Store) -> None:
    facts = store.ask("select fact_id from fct_city_year_indicator")["fact_id"]
    assert len(facts) >= 15
    for fact in facts:
        found = find_evidence(store, fact_id=fact)
        assert found and found.marked().number == found.row["surface"]


def test_rivals_and_revisions_are_kept(store: Store) -> None:
    level = story(store, region_id="990100", indicator="gdp", measure="level", year=2021)
    assert sorted(level.tellings["value"]) == [902e8, 905.3e8, 911.7e8] or len(level.tellings) == 3
    assert level.tellings["chosen"].sum() == 1 and bool(level.tellings["chosen"].iloc[0])
    assert list(level.vintages["vintage_kind"])[:1] == ["first_estimate"]
    assert len(level.vintages) == 3


def test_an_empty_cell_has_a_reason(store: Store) -> None:
    places = queries.places(store, "consumer_price_index", "level", ["990100", "990200"])
    row = places[(places["region_id"] == "990100") & (places["year"] == 2022)].iloc[0]
    assert pd.isna(row["target"]) and row["target_state"] == "no_target_set"
    assert row["target_relation"] == "none_set"


def test_a_release_is_held_open_and_let_go_when_it_is_pruned(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "baogao.duckdb"
    shutil.copy(store.path, path)
    mine = Store("20200101T000000Z", path)
    with ThreadPoolExecutor(4) as readers:
        counts = list(readers.map(lambda _: len(queries.regions(mine)), range(20)))
    assert set(counts) == {len(queries.regions(store))}
    path.unlink()
    with pytest.raises(ReleaseGoneError, match="no longer kept"):
        queries.regions(mine)


def test_a_release_that_was_pruned_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReleaseGoneError, match="no longer kept"):
        Store("20200101T000000Z", tmp_path / "baogao.duckdb").ask("select 1")


# downloads


def test_a_download_opens_in_a_spreadsheet(store: Store) -> None:
    frame = queries.series(store, "990100", "gdp", "growth")
    csv = downloads.as_csv(frame)
    assert csv.startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(io.BytesIO(csv), encoding="utf-8-sig")
    assert list(back["value"]) == list(frame["value"]) and list(back.columns) == list(frame.columns)
    book = openpyxl.load_workbook(
        io.BytesIO(downloads.as_xlsx(frame, queries.column_meanings(store), {"release": store.release}))
    )
    assert book.sheetnames == ["data", "codebook", "about"]
    assert book["data"].max_row == len(frame) + 1
    assert book["data"].auto_filter.ref and book["data"].column_dimensions["A"].width > len(str(frame.iloc[0, 0]))
    meanings = {row[0]: row[1] for row in book["codebook"].iter_rows(min_row=2, values_only=True)}
    assert meanings["value"] == "The number in `unit`"
    assert ("release", FIRST) in list(book["about"].iter_rows(values_only=True))


@pytest.mark.parametrize("empty", [pd.NA, None, float("nan")])
def test_a_workbook_takes_what_has_no_value(empty: object) -> None:
    """A region without a goal has no rank."""
    frame = pd.DataFrame({"rank": pd.array([1, empty], "Int64"), "reason": [empty, "no_target_set"]})
    book = openpyxl.load_workbook(io.BytesIO(downloads.as_xlsx(frame, {}, {})))
    assert list(book["data"].iter_rows(values_only=True))[1:] == [(1, None), (None, "no_target_set")]


# pages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(PAGES))
def test_each_page_draws_in_each_language(home: Home, name: str, language: str) -> None:
    app = page(name, language, **ASKED.get(name, {}))
    assert not app.error and not app.warning
    assert app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart"), name
    assert app.query_params["lang"] == [language] or app.query_params["lang"] == language


@pytest.mark.parametrize("name", list(PAGES))
def test_each_chart_is_what_vega_lite_calls_valid(home: Home, name: str) -> None:
    charts = page(name, **ASKED.get(name, {})).get("vega_lite_chart")
    for drawn in charts:
        spec = json.loads(drawn.proto.spec)
        altair.Chart.from_dict(spec | {"data": {"name": "given apart"}}, validate=True)
        spec["layer" if "layer" in spec else "encoding"] = 1
        with pytest.raises(jsonschema.ValidationError):
            altair.Chart.from_dict(spec, validate=True)
    assert charts, name


@pytest.mark.parametrize("name", list(PAGES))
def test_the_marks_of_each_chart_have_titles_in_words_and_stand_in_a_list(home: Home, name: str) -> None:
    app = page(name, "zh", **ASKED.get(name, {}))
    lists = [one for one in app.selectbox if str(one.key).startswith("marks ")]
    drawn = app.get("vega_lite_chart")
    assert len(lists) == len(drawn) > 0
    for titles, chart in zip((one.options for one in lists), drawn, strict=True):
        assert titles and all(re.search("[一-鿿]", title) for title in titles), "in the reader's language"
        assert not re.search(r"[a-z]+_[a-z]+|\bnan\b|None", " ".join(titles)), "no code, nothing that is empty"
        assert chart.proto.alt
        spec = json.loads(chart.proto.spec)
        with_words = [one for one in (spec, *spec.get("layer", ())) if "description" in one.get("encoding", {})]
        assert with_words, "each mark bears its title"


def test_a_mark_chosen_from_the_list_opens_what_a_click_on_it_opens(home: Home, store: Store) -> None:
    fact = the_fact(store, region_id="990200", indicator="gdp", measure="growth", year=2022, status_class="result")
    app = page("series", region="990200", indicator="gdp", measure="growth")
    (marks,) = [one for one in app.selectbox if str(one.key).startswith("marks ")]
    assert marks.value is None and not markup(app)
    wanted = next(title for title in marks.options if "Year: 2022" in title and "Kind: Result" in title)
    marks.select(wanted).run()
    assert not app.exception and app.session_state["fact"] == fact and "<mark>" in markup(app)
    shared = page("series", region="990200", indicator="gdp", measure="growth", fact=fact)
    (marks,) = [one for one in shared.selectbox if str(one.key).startswith("marks ")]
    assert marks.options[marks.index] == wanted, "the list tells which mark is shown"


@pytest.mark.parametrize("shape", ["years_tab", "tiles_tab"])
def test_who_says_a_phrase_by_year_and_as_tiles(home: Home, shape: str) -> None:
    app = page("phrases", "zh", phrase="數字經濟", phrase_as=shape, phrase_per="times")
    assert app.get("vega_lite_chart") and not app.exception
    assert "<mark>數字經濟</mark>" in markup(app) and "工作任务" in markup(app)
    told = "\n".join(one.value for one in app.markdown)
    assert "**2** 个地区的 **3** 份年度报告提到，共 **6** 次；最早见于 **2022** 年报告" in told and "已检索" in told


def test_a_phrase_that_nobody_says_is_told_with_what_was_searched(home: Home) -> None:
    app = page("phrases", phrase="量子<计算")
    told = "\n".join(one.value for one in (*app.markdown, *app.caption))
    assert "Nobody of those searched says" in told and "in 4 documents" in told and "Not searched:" in told
    assert "<计算" not in told
    assert "Type a phrase" in page("phrases").info[0].value


def test_the_font_of_blanks_is_as_wide_as_chinese_letters() -> None:
    style = (files(dashboard) / "style.css").read_text(encoding="utf-8")
    (encoded,) = re.findall(r"data:font/woff;base64,([^\"]+)", style)
    font = TTFont(io.BytesIO(base64.b64decode(encoded)))
    widths, glyphs = font["hmtx"].metrics, font.getBestCmap()
    wide = {chr(code) for code in glyphs if widths[glyphs[code]][0] == font["head"].unitsPerEm}
    assert set("报告年增长以上，。（）") <= wide and len(wide) == len(glyphs)


def test_a_shared_address_opens_the_sentence(home: Home, store: Store) -> None:
    fact = the_fact(store, region_id="990200", indicator="gdp", measure="growth", year=2022, status_class="result")
    app = page("series", region="990200", indicator="gdp", measure="growth", fact=fact)
    assert "<mark>" in markup(app)
    # the source prints 86, a guarded correction says 8.6, and both are told
    assert any("86" in told.value and "decimal point" in told.value for told in app.warning)


def test_who_set_none_is_a_filter_of_the_comparison(home: Home) -> None:
    address = {"among": "city", "indicator": "consumer_price_index", "measure": "level", "compare_year": "2022"}
    everyone = page("compare", **address).dataframe[0].value
    none = page("compare", **address, states="no_target_set").dataframe[0].value
    assert len(everyone) > len(none) == 1
    assert "no target set on purpose" in none["reason"].iloc[0] and pd.isna(none["target"].iloc[0])


def test_the_comparison_tells_what_differs_from_the_release_before(
    built: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    publish_copy(built.marts, home, FIRST)
    first = home.releases / FIRST
    monkeypatch.setenv(ENV_HOME, str(home.root))
    address = {"among": "city", "indicator": "gdp", "measure": "growth", "compare_year": "all"}
    assert not page("compare", **address).expander, "a first release differs from nothing"
    publish_copy(built.marts, home, SECOND)
    second = home.releases / SECOND
    cell = "region_id = '990100' and year = 2022 and column_name = 'gdp_tgt_g_pct'"
    with duckdb.connect(str(second / "baogao.duckdb")) as connection:
        connection.execute(f"update panel_cell_source set cell_value = '7.5' where {cell}")
        connection.execute(
            "delete from panel_cell_source where region_id = '990200' and column_name = 'gdp_growth_pct'"
        )
        found = find_changes(first / "baogao.duckdb", connection)
    write_changes(second / "exports" / "CHANGES.csv", found)
    manifest = second / "exports" / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**told, "former_release": FIRST}), encoding="utf-8")
    store = served_store(home)
    assert store and store.release == SECOND
    rows = changed_since(store, "gdp", "growth", ["990100", "990200"]).to_dict("records")
    assert [(r["region_id"], r["status_class"], r["change"], r["old_value"], r["new_value"]) for r in rows] == [
        ("990100", "target", "changed", "7.0", "7.5"), ("990200", "result", "removed", "8.6", ""),
    ]  # fmt: skip
    assert changed_since(store, "gdp", "growth", ["990000"]).empty
    app = page("compare", "zh", **address)
    (told_in,) = [one for one in app.expander if FIRST in one.label]
    assert "2" in told_in.label
    table = told_in.dataframe[0].value
    assert list(table["原来"]) == ["7", "8.6"] and list(table["现在"]) == ["7.5", ""] and "去除" in set(table["变化"])
    unchanged = page("compare", **{**address, "indicator": "retail_sales", "measure": "growth"})
    assert any(FIRST in caption.value for caption in unchanged.caption)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_alone_says_what_this_is_in_two_sentences(home: Home, language: str) -> None:
    told = load_texts()["labels"]["what_this_is"][language]
    assert len(re.findall(r"[.。](?:\s|$|点)", told)) == 2
    first, second, *_ = PAGES
    assert [one.value for one in page(first, language).caption].count(told) == 1
    assert told not in [one.value for one in page(second, language).caption]


def test_a_choice_draws_another_series(home: Home) -> None:
    app = page("series", region="990100")
    before = [text.value for text in app.markdown]
    app.selectbox(key="indicator").set_value("retail_sales").run()
    assert not app.exception
    assert [text.value for text in app.markdown] != before
    assert app.query_params["indicator"] in ("retail_sales", ["retail_sales"])


def test_an_address_of_another_release_falls_back_and_says_so(home: Home) -> None:
    app = page("series", region="123456", indicator="gdp")
    assert any("123456" in toast.value for toast in app.toast)
    app = page("series", release="19990101T000000Z")
    assert any("19990101T000000Z" in told.value for told in app.warning)


def test_every_column_of_a_comparison_has_a_meaning_in_its_workbook(store: Store) -> None:
    of_marts = set(
        store.ask("select column_name from duckdb_columns()")["column_name"]
    )  # each has a comment in a release
    assert not {"rank", *comparing.COLUMNS} - of_marts - set(queries.column_meanings(store))


def test_what_a_page_prints_is_no_markup(home: Home, store: Store, tmp_path: Path) -> None:
    hostile = Home(tmp_path / "home")
    shutil.copytree(home.root, hostile.root, symlinks=True)
    with duckdb.connect(str(hostile.releases / FIRST / "baogao.duckdb")) as connection:
        connection.execute("update dim_report set title = '<script>alert(1)</script>', url = 'javascript:alert(1)'")
    fact = the_fact(
        store, region_id="990100", indicator="gdp", measure="growth", year=2022, status_class="target", tier="base"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENV_HOME, str(hostile.root))
        shown = markup(page("series", region="990100", indicator="gdp", measure="growth", fact=fact))
    assert "<mark>" in shown and "<script>" not in shown and 'href="javascript' not in shown


def test_before_the_first_release_it_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_HOME, str(tmp_path))
    app = page("series")
    assert any("baogao run --sample" in code.value for code in app.code)


def test_a_broken_file_is_told_in_words(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Home(tmp_path).create()
    (broken.releases / FIRST).mkdir()
    (broken.releases / FIRST / "baogao.duckdb").write_bytes(b"no database" * 1000)
    broken.published.symlink_to(Path("releases") / FIRST)
    monkeypatch.setenv(ENV_HOME, str(tmp_path))
    app = page("series")
    assert any("can't be opened" in error.value for error in app.error)


# the browser


@pytest.fixture(scope="module")
def served(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Home]]:
    """A dashboard in a process of its own, over a copy of the home that a test may publish into."""
    mine = Home(tmp_path_factory.mktemp("served") / "home")
    shutil.copytree(home.root, mine.root, symlinks=True)
    with serving(mine) as address:
        yield address, mine


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def tab(driver: Playwright) -> Iterator[Page]:
    with browsing(driver) as opened:
        yield opened


def test_a_reader_clicks_from_the_chart_to_the_sentence(served: tuple[str, Home], tab: Page) -> None:
    tab.goto(f"{served[0]}/?lang=en&region=990100&indicator=retail_sales&measure=growth")
    tab.get_by_text("Gross regional product").count()
    choose(tab, "Indicator", "Gross regional product")
    click_mark(tab, 0)
    tab.locator(".st-key-proof mark").first.wait_for()
    assert tab.locator(".st-key-proof mark").first.inner_text().strip("%") in ("7", "9", "6.9", "8", "8.2")
    tab.wait_for_url("**indicator=gdp**fact=**")
    shared = tab.url
    tab.goto("about:blank")
    tab.goto(shared)
    tab.locator(".st-key-proof mark").first.wait_for()


def test_a_reader_without_a_mouse_opens_a_mark(served: tuple[str, Home], tab: Page) -> None:
    tab.goto(f"{served[0]}/?lang=en&region=990100&indicator=gdp&measure=growth")
    tab.locator(MARK).first.wait_for()
    tab.locator(SETTLED).wait_for()
    titles = tab.locator(MARK).evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label'))")
    assert all(re.match(r"Year: \d{4}; Kind: (Target|Result|Stretch target); Value \(%\): ", one) for one in titles)
    for _ in range(40):
        tab.keyboard.press("Tab")
        if "Marks of the chart" in (tab.evaluate("document.activeElement.ariaLabel") or ""):
            break
    tab.keyboard.press("ArrowDown")
    tab.get_by_role("option").first.wait_for()
    assert tab.get_by_role("option").first.inner_text() in titles
    tab.keyboard.press("Enter")
    tab.locator(".st-key-proof mark").first.wait_for()
    tab.wait_for_url("**fact=**")


def test_a_reader_finds_a_region_by_latin_letters(served: tuple[str, Home], tab: Page) -> None:
    tab.goto(f"{served[0]}/?lang=zh")
    choose(tab, "地区", "990200")
    tab.wait_for_url("**region=990200**")


def test_a_reader_switches_the_language(served: tuple[str, Home], tab: Page) -> None:
    tab.goto(f"{served[0]}/ladder?lang=en")
    tab.get_by_text("Ladder", exact=True).first.wait_for()
    tab.get_by_role("radio", name="中文").or_(tab.get_by_role("button", name="中文")).first.click()
    tab.get_by_text("层层加码", exact=True).first.wait_for()
    tab.wait_for_url("**lang=zh**")
    tab.get_by_text("覆盖情况", exact=True).first.click()
    tab.get_by_text("点击方格，查看原因。").wait_for()
    tab.wait_for_url("**/coverage?lang=zh**")


def test_a_reader_downloads_what_is_seen(served: tuple[str, Home], tab: Page) -> None:
    tab.goto(f"{served[0]}/?lang=en&region=990100&indicator=gdp&measure=growth")
    for kind, begins in (("csv", b"\xef\xbb\xbffact_id"), ("xlsx", b"PK"), ("png", b"\x89PNG")):
        name, content = downloaded(tab, kind)
        assert FIRST in name and name.endswith(kind)
        assert content.startswith(begins), kind


def test_a_release_is_replaced_underneath(served: tuple[str, Home], tab: Page, built: Warehouse) -> None:
    tab.goto(f"{served[0]}/?lang=en&region=990100&indicator=gdp&measure=growth")
    tab.locator(".st-key-download_csv").wait_for()
    publish_copy(built.marts, served[1], SECOND)
    # what is read stays as it was until the reader wants the new one
    tab.get_by_text(f"Release {SECOND} has been published").wait_for(timeout=30_000)
    choose(tab, "Indicator", "Retail sales")
    tab.wait_for_url("**indicator=retail_sales**")
    assert FIRST in downloaded(tab, "csv")[0]
    tab.get_by_role("button", name="Show the new release").click()
    tab.get_by_text(f"Release {SECOND} has been published").wait_for(state="detached")
    assert SECOND in downloaded(tab, "csv")[0]
    # the old one is pruned; a link to it still opens, with a word of warning
    shutil.rmtree(served[1].releases / FIRST)
    tab.goto(f"{served[0]}/?lang=en&release={FIRST}")
    tab.get_by_text(f"Release {FIRST} is no longer kept").wait_for()


def test_a_machine_without_chinese_fonts_gets_ours(
    served: tuple[str, Home], driver: Playwright, tmp_path: Path
) -> None:
    with browsing(driver, fonts=tmp_path) as bare:
        asked: list[str] = []
        bare.on("request", lambda request: asked.append(request.url))
        bare.goto(f"{served[0]}/?lang=zh")
        bare.get_by_text("点击图中的点").wait_for()
        bare.wait_for_function(
            "[...document.fonts].some(face => face.family.includes('Baogao CJK') && face.status == 'loaded')"
        )
        assert any(url.endswith("NotoSansSC-Regular.otf") for url in asked)
        bare.goto(f"{served[0]}/coverage?lang=en&within=990000&sub=city")
        bare.locator(".vega-embed svg text").filter(has_text="990100").or_(
            bare.locator(".vega-embed svg text").filter(has_text="市")
        ).first.wait_for()
        bare.evaluate("document.fonts.ready")
        assert not cut_labels(bare)
        outside = [url for url in asked if not url.startswith((served[0], "data:", "blob:"))]
        assert not outside, outside


# an audit


def sampled(home: Home, cells: int, seed: int, where: str = "") -> audits.Draw:
    """Draw from a copy of the release: the pages hold the file itself open in their own way."""
    copy = home.root / "drawn.duckdb"
    shutil.copyfile(home.published_database, copy)
    with duckdb.connect(str(copy), read_only=True) as connection:
        return sampling.draw(connection, Lake(str(home.lake)), FIRST, cells=cells, places=5, seed=seed, where=where)


@pytest.fixture(scope="module")
def drawn(home: Home, store: Store) -> Iterator[audits.Draw]:
    """An audit of three cells and a place, as `baogao audit draw` leaves it."""
    found = sampled(home, 3, 1)
    place = replace(found.items[0], item_id="place", kind="place", stratum="place")
    found = replace(found, items=(*found.items, place), strata={**found.strata, "place": 30})
    audits.write_draw(home.reviews, found)
    yield found


def test_the_key_of_a_cell_leads_to_it_from_any_page_and_is_copied_with_its_citations(home: Home, store: Store) -> None:
    told = store.ask("from panel_cell_source where column_name = 'gdp_tgt_g_pct' order by region_id, year").iloc[0]
    key = f"{FIRST}/{told['region_id']}/{told['year']}/gdp_tgt_g_pct"
    app = page("coverage", cell=key)
    first, *forms = [code.value for code in app.code][: 1 + len(FORMS)]
    assert first == key
    assert all(key in form or key.replace("_", "\\_") in form for form in forms) and "[DS/OL]" in forms[-1]
    assert told["sentence_en"] in "\n".join(caption.value for caption in app.caption)
    assert app.query_params["cell"] == key
    app.button(key="close_cell").click().run()
    assert "cell" not in app.query_params and key not in [code.value for code in app.code]
    empty = page("series", cell=key.replace(str(told["year"]), "2030"))
    assert "no report was found that would tell it" in empty.info[0].value
    assert "is no key of a cell" in page("series", cell="霁川市").error[0].value


def judging(home: Home, **address: str) -> AppTest:
    app = AppTest.from_string(
        DRAW.format(page="audit", language="en").replace("app.PAGES", "app.WRITING"), default_timeout=60
    )
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def test_a_reader_judges_item_after_item_and_makes_a_review(home: Home, drawn: audits.Draw) -> None:
    app = judging(home, reader="wang", audit=drawn.audit_id)
    app.button(key="audit_right").click().run()
    app.button(key="audit_wrong_value").click().run()
    given = audits.answers_of(home.reviews, drawn.audit_id, "wang")
    assert [(a.answer, a.field) for a in given.values()] == [("right", ""), ("wrong", "value")]
    (right,) = [box for box in app.text_input if str(box.key).startswith("right_")]
    right.set_value("eight").run()
    button = str(right.key).replace("right_", "review_")
    app.button(key=button).click().run()
    assert "no value" in app.error[0].value
    app.text_input(key=right.key).set_value("9.5").run()
    app.button(key=button).click().run()
    (decision,) = load_reviews(home.reviews)
    assert (decision.set, decision.by) == ({"value": 9.5}, "wang") and decision.surface in decision.quote
    app.run()
    assert any("9.5" in told.value and "the next run publishes it" in told.value for told in app.info)
    app.button(key="audit_undo").click().run()
    app.button(key="audit_doubtful").click().run()
    last = list(given)[-1]
    assert audits.answers_of(home.reviews, drawn.audit_id, "wang")[last].answer == "doubtful"
    other = judging(home, reader="li", audit=drawn.audit_id)
    assert f"0 of {len(drawn.items)}" in str(other.get("progress")[0].proto.text), "answers of others are not seen"
    other.button(key="audit_right").click().run()
    assert not other.info, "nor what they corrected, before one has judged it"
    while any(str(button.key) == "audit_right" for button in other.button):
        other.button(key="audit_right").click().run()
    assert [told for told in other.info if "9.5 (wang: audit" in told.value], (
        "who has judged all sees what was corrected"
    )


def test_a_correction_says_whether_the_release_shown_has_it(
    built: Warehouse, drawn: audits.Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Home(tmp_path / "home")
    publish_copy(built.marts, made, FIRST)
    drawn = replace(drawn, items=drawn.items[:3])
    audits.write_draw(made.reviews, drawn)
    changed, removed, _ = drawn.items
    for item, field, value in ((changed, "value", "9.5"), (removed, "none", "")):
        told = decision_of(
            item.report_id, item.sentence, item.surface, item.reading, field, value, by="wang", reason="a table"
        )
        add_decision(made.reviews, "told", told)
    for item in drawn.items:
        audits.answer(made.reviews, drawn, "li", audits.Answer(item.item_id, "right"))
    monkeypatch.setenv(ENV_HOME, str(made.root))

    def said() -> list[str]:
        return [
            told.value.split("(wang: a table)")[1] for told in judging(made, reader="li", audit=drawn.audit_id).info
        ]

    later = [". Not in the release shown; the next run publishes it."]
    assert said() == later * 2
    publish_copy(built.marts, made, SECOND)
    with duckdb.connect(str(made.published_database)) as connection:
        connection.execute(
            "update fct_observation set reviewed = 'wang: a table' where observation_id = ?",
            [changed.reading["observation_id"]],
        )
        connection.execute("delete from fct_observation where observation_id = ?", [removed.reading["observation_id"]])
    assert said() == ["."] * 2


def test_a_reader_without_a_name_or_with_a_wrong_one_is_told(home: Home, drawn: audits.Draw) -> None:
    assert judging(home).info and not judging(home).button
    assert "can't name a reader" in judging(home, reader="../x").error[0].value


def test_the_same_seed_and_release_give_the_same_draw(home: Home) -> None:
    def draw(seed: int, where: str = "") -> audits.Draw:
        return sampled(home, 20, seed, where)

    assert draw(3) == draw(3) and draw(3).items != draw(4).items
    assert {item.reading["indicator"] for item in draw(3, "indicator = 'gdp'").items} == {"gdp"}
    with pytest.raises(sampling.SamplingError, match="nonsense"):
        draw(3, "nonsense = 1")
    with pytest.raises(sampling.SamplingError, match="no published value"):
        draw(3, "year = 1800")


#: buttons below the window's edge, or with a word that is cut
UNSEEN = """buttons => buttons.filter(button => button.getBoundingClientRect().bottom > window.innerHeight
    || [...button.querySelectorAll('*')].some(one => one.clientWidth && one.scrollWidth > one.clientWidth)
).map(button => button.innerText)"""


def test_keys_alone_judge(served: tuple[str, Home], tab: Page) -> None:
    address, home = served
    found = sampled(home, 4, 2)
    audits.write_draw(home.reviews, found)
    tab.goto(f"{address}/audit?lang=en&reader=keys&audit={found.audit_id}")
    tab.locator(".st-key-audit_item").click()
    unseen = tab.locator("[class*=st-key-audit_] button").evaluate_all(UNSEEN)
    assert not unseen, "each key is in sight, with its whole word"
    for number, key in enumerate(("j", "7", "d"), start=1):
        tab.locator(SETTLED).wait_for()
        tab.wait_for_timeout(PAUSE_MS)
        tab.keyboard.press(key)
        tab.get_by_text(f"{number} of {len(found.items)} judged").wait_for()
    given = audits.answers_of(home.reviews, found.audit_id, "keys").values()
    assert [(a.answer, a.field) for a in given] == [("right", ""), ("wrong", "period"), ("doubtful", "")]
