"""Reading the real files: what is refused, titles and dates of real pages, repairs, and the way back to the source."""

from __future__ import annotations

import html
import re
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from sources.document.read import CleanDocument, UnreadableDocument, read_document
from sources.document.traced import to_source

pytestmark = pytest.mark.corpus

#: pages that hold no text of their own: empty shells, and one that only links its report
EMPTY = {
    "qujing_2025_budget_report.html",
    "qujing_2025_budget_execution_report.html",
    "baoding_2025_budget_report.html",
}
#: page → date of publication, read by eye
PUBLISHED = {
    "aksu_2025_statistical_bulletin.html": date(2026, 5, 28),
    "baoshan_2025_budget_report.html": date(2026, 2, 5),
    "changde_2025_budget_report.html": date(2025, 12, 29),
    "changsha_2025_budget_report.html": date(2026, 1, 28),
    "chuxiong_2025_budget_report.html": date(2026, 3, 2),
    "dali_2025_budget_report.html": date(2026, 2, 26),
    "fushun_2025_final_budget_report.html": date(2026, 7, 10),
    "haikou_2025_budget_report.html": date(2026, 2, 25),
    "huangshi_2025_budget_execution.html": date(2026, 1, 27),
    "lincang_2025_budget_report.html": date(2026, 2, 24),
    "lvliang_2025_budget_report.html": date(2026, 2, 5),
    "panjin_2025_budget_execution_report.html": date(2026, 1, 9),
    "sanya_2025_budget_execution_report.html": date(2026, 1, 26),
    "shanghai_2025_budget_report.html": date(2026, 5, 15),
    "shanwei_2025_budget_execution_report.html": date(2026, 2, 14),
    "suzhou_2025_budget_report.html": date(2026, 3, 12),
    "weifang_2025_budget_report.html": date(2026, 1, 22),
    "xian_2025_budget_report.html": date(2026, 3, 9),
    "xinxiang_2025_budget_report.html": date(2026, 2, 9),
    "yueyang_2025_statistical_bulletin.html": date(2026, 4, 30),
    "yuxi_2025_budget_report.html": date(2026, 2, 11),
    "zhangye_2025_budget_report.html": date(2026, 2, 24),
    "zhanjiang_2025_budget_report.html": date(2026, 3, 19),
    "zhoukou_2025_budget_report.html": date(2026, 2, 10),
}
#: collections' files that hold their body twice
DOUBLED = {f"130000_{year}.txt" for year in (2001, 2002, 2003, 2004, 2007, 2009, 2018, 2021, 2023, 2024, 2025)}
#: lines that only a page's frame prints
FRAME = re.compile(
    r"^(?:上一篇|下一篇|分享到|相关文章|首页|当前位置|打印|关闭|购物车)[:：]?$|ICP备\d|网站标识码[:：]|阅读[:：]\d|加入Vip"
)
NUMBER = re.compile(r"\d+(?:[.．]\d+)?")


@lru_cache(maxsize=1)
def everything(corpus: Path) -> dict[str, list[CleanDocument] | UnreadableDocument]:
    found: dict[str, list[CleanDocument] | UnreadableDocument] = {}
    for path in sorted(p for folder in ("text", "html", "docx", "pdf") for p in (corpus / folder).iterdir()):
        try:
            found[path.name] = read_document([path.read_bytes()], name=path.name)
        except UnreadableDocument as error:
            found[path.name] = error
    return found


def documents(corpus: Path) -> dict[str, CleanDocument]:
    return {name: d for name, found in everything(corpus).items() if isinstance(found, list) for d in found}


def test_only_pages_without_text_are_refused(corpus: Path) -> None:
    refused = {name: e for name, e in everything(corpus).items() if isinstance(e, UnreadableDocument)}
    assert set(refused) == EMPTY
    assert {e.reason for e in refused.values()} == {"unreadable"}


def test_dates_and_titles_of_real_pages(corpus: Path) -> None:
    read = documents(corpus)
    assert {name: read[name].published_at for name in PUBLISHED} == PUBLISHED
    for name in PUBLISHED:
        title = read[name].title or ""
        year = "2025" if name != "zhoukou_2025_budget_report.html" else ""
        assert year in title, name
        assert 8 <= len(title) <= 80, name
        assert not re.search(r"_|<|门户|人民政府$", title), name


def test_no_frame_is_left(corpus: Path) -> None:
    left = {
        (name, line[:20]) for name, d in documents(corpus).items() for line in d.text.split("\n") if FRAME.search(line)
    }
    assert not left


def test_doubled_bodies_are_kept_once(corpus: Path) -> None:
    flagged = {name for name, d in documents(corpus).items() if "body_doubled" in d.flags}
    assert flagged == DOUBLED


def test_gazette_gives_its_six_documents(corpus: Path) -> None:
    found = everything(corpus)["440300_2026.pdf"]
    assert isinstance(found, list)
    assert [d.part for d in found] == [1, 2, 3, 4, 5, 6]
    assert [len(d.text) // 1000 for d in found] == [1, 31, 0, 29, 0, 11]
    report = found[1].text
    assert not re.search(r"公报 ?20\d\d年第|^\d{1,2}$", report, re.MULTILINE)
    # the same report also lies here as text: all but a few of its numbers must be in the PDF's, in order
    printed, typed = NUMBER.findall(report), NUMBER.findall(documents(corpus)["440300_2026.txt"].text)
    assert abs(len(printed) - len(typed)) <= 0.02 * len(typed)
    assert len(set(typed) - set(printed)) <= 0.02 * len(set(typed))


def test_offsets_lead_to_the_same_characters(corpus: Path) -> None:
    for name, document in documents(corpus).items():
        printed = [offset for offset in range(0, len(document.text), 7) if not document.text[offset].isspace()]
        origins = [(offset, to_source(document.source_map, offset)) for offset in printed]
        mapped = [(offset, origin) for offset, origin in origins if origin is not None]
        pairs = [(document.source[origin], document.text[offset]) for offset, origin in mapped]
        assert all(source in (text, "&") or text == "\ufffd" for source, text in pairs), name
        assert len(mapped) == len(printed), name


def test_text_files_lose_and_gain_no_number(corpus: Path) -> None:
    """Where only spaces, lines and escapes were mended, the numbers are those of the file, in order."""
    harmless = {"spaces_removed", "lines_joined", "escapes_resolved", "entities_resolved", "private_characters_removed"}
    checked = 0
    for name, document in documents(corpus).items():
        if document.form == "txt" and set(document.flags) <= harmless:
            checked += 1
            source = html.unescape(document.source.replace("\\n", "\n"))
            assert NUMBER.findall(document.text) == NUMBER.findall(source), name
    assert checked > 120


def test_cleaning_a_clean_text_changes_nothing(corpus: Path) -> None:
    changed = {
        name: len(d.text)
        for name, d in list(documents(corpus).items())[::3]
        if read_document([d.text.encode()], name="again.txt")[0].text != d.text
    }
    assert not changed
