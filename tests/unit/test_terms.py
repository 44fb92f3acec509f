"""Terms: counts, denominators, dictionaries as data, and that the fast segmenter is jieba to the token."""

from __future__ import annotations

from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.terms import DictionaryError, agrees_with_jieba, count_terms, load_dictionaries, load_dictionary, tokens

jieba.setLogLevel(60)
TEXT = "全市空气质量优良天数比例达到91.2%，化学需氧量排放下降3%。持续改善空气、推进绿色低碳发展，5G基站新建1200座。"
WORDS = [
    "空气",
    "空气质量",
    "绿色",
    "生态",
    "化学需氧量",
    "增长",
    "8.5%",
    "5G",
    "，",
    "。",
    " ",
    "\n",
    "PM2.5",
    "2023年",
    "𠀀",
    "é",
    "PVC-U",
]


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Load both dictionaries before a test is timed: half a second that is no test's own."""
    jieba.initialize()
    tokens("词")


def test_tokens_and_substrings_differ_where_jieba_says_so() -> None:
    rows = {(r["dictionary"], r["term"]): r for r in count_terms(TEXT)}
    air = rows["environment", "空气"]
    assert (air["substring_count"], air["token_count"]) == (2, jieba.lcut(TEXT, HMM=False).count("空气"))
    oxygen = rows["environment", "化学需氧量"]
    assert (oxygen["substring_count"], oxygen["token_count"]) == (1, 0)
    assert rows["innovation", "专利"]["substring_count"] == 0


def test_a_term_that_jieba_splits_is_told() -> None:
    """Its characters are counted; that no token is the term says nothing of the report."""
    rows = {r["term"]: r for r in count_terms("推进数字经济发展，做优做强数字经济，建设智慧城市，扩大软件开发。")}
    said, split = rows["数字经济"], {term for term, row in rows.items() if not row["is_token"]}
    assert (said["substring_count"], said["token_count"], said["is_token"]) == (2, 0, False)
    assert split == {term for term in rows if jieba.lcut(term, HMM=False) != [term]}


TERMS = [term for dictionary in load_dictionaries() for term in dictionary.terms]


@given(st.lists(st.sampled_from(WORDS + TERMS), max_size=60).map("".join))
def test_no_token_of_a_text_is_a_term_that_jieba_splits(text: str) -> None:
    assert not [row for row in count_terms(text) if row["token_count"] and not row["is_token"]]


def test_denominators() -> None:
    row = count_terms("发展 5G，增长8%。")[0]
    assert row["n_chars"] == 4
    assert row["n_tokens_all"] == len([t for t in jieba.lcut("发展 5G，增长8%。", HMM=False) if not t.isspace()])
    assert row["n_tokens_words"] == 3  # 发展, 5G, 增长


@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
def test_fast_segmenter_is_jieba_on_words(text: str) -> None:
    assert tokens(text) == jieba.lcut(text, HMM=False)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=80))
def test_fast_segmenter_is_jieba_on_any_characters(text: str) -> None:
    assert tokens(text) == jieba.lcut(text, HMM=False)


@pytest.mark.corpus
def test_fast_segmenter_is_jieba_on_real_reports(corpus: Path) -> None:
    paths = sorted((corpus / "text").glob("*.txt"))[::12]
    assert len(paths) > 15
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert agrees_with_jieba(text), path.name


def test_users_dictionary_is_added_and_may_replace(tmp_path: Path) -> None:
    (tmp_path / "tea.yaml").write_text("description: 茶\nsource: own\nterms: [茶园, 茶叶]\n", encoding="utf-8")
    (tmp_path / "innovation.yaml").write_text("description: x\nsource: own\nterms: [创新]\n", encoding="utf-8")
    names = {d.name: d.terms for d in load_dictionaries(tmp_path)}
    assert names["tea"] == ("茶园", "茶叶")
    assert names["innovation"] == ("创新",)
    assert "environment" in names


@pytest.mark.parametrize(
    "content",
    ["terms: [茶]", "description: x\nsource: y\nterms: []", "description: x\nsource: y\nterms: [茶, 茶]", "a: [", "[]"],
)
def test_bad_dictionary_says_which_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DictionaryError, match=r"bad\.yaml"):
        load_dictionary(path)
