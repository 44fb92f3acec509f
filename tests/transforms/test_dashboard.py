"""The dashboard over releases of handwritten rows: its words, questions and pages."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import altair
import duckdb
import jsonschema
import openpyxl
import pandas as pd
import pytest
import yaml
from dashboard_pages import markup, page
from dbt_harness import PROJECT, Warehouse
from fontTools.ttLib import TTFont
from published_world import FIRST, SECOND, publish_copy

import dashboard
from dashboard import comparing, downloads, queries
from dashboard.app import PAGES
from dashboard.changes import changed_since
from dashboard.evidence import Evidence, Marked, find_evidence, mark
from dashboard.store import ReleaseGoneError, Store, served_store
from dashboard.texts import LANGUAGES, Texts, load_texts, scale_for
from orchestration.release.changes import find_changes, write_changes
from sources import tables
from sources.home import ENV_HOME, Home
from sources.latin import pinyin_of

#: what a page that begins with a question is asked
ASKED = {"phrases": {"phrase": "数字经济"}}


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


def test_terms_that_jieba_splits_are_named_where_tokens_are_counted(home: Home) -> None:
    def told(per: str) -> str:
        app = page("attention", regions="990100", dictionary="themes", per=per)
        assert app.get("vega_lite_chart")
        return "\n".join(caption.value for caption in app.caption)

    assert "Not counted here, since jieba splits them: 数字经济" in told("per_10k_words")
    assert "数字经济" not in told("per_10k_chars")


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
