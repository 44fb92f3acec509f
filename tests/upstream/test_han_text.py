"""Segmenters, automata, converters and tables of Chinese characters."""

from __future__ import annotations

import logging
import unicodedata

import jieba
import pytest
import rjieba
from ahocorasick_rs import AhoCorasick, MatchKind
from opencc import OpenCC
from pypinyin import lazy_pinyin
from relied import relied_on

jieba.setLogLevel(logging.WARNING)
NAMES = ["总值", "生产总值", "地区生产总值", "地区"]


@relied_on(
    "rjieba",
    "`cut(text, False)` gives the tokens of `jieba.lcut(text, HMM=False)`, of full-width digits and Latin letters too: "
    "增长８．５％左右 is 6 tokens, R&D is 3",
    follows="terms are counted by the one that is some 15 times as fast; the reference stays jieba",
    where="sources/terms/__init__.py",
)
@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("增长8.5%左右", ["增长", "8", ".", "5", "%", "左右"]),
        ("增长８．５％左右", ["增长", "８", "．", "５", "％", "左右"]),
        ("R&D经费投入强度2.5%", ["R", "&", "D", "经费", "投入", "强度", "2", ".", "5", "%"]),
        ("化学需氧量，空气质量", ["化学", "需氧量", "，", "空气质量"]),
    ],
)
def test_the_fast_segmenter_gives_the_tokens_of_jieba(text: str, tokens: list[str]) -> None:
    assert list(rjieba.cut(text, False)) == jieba.lcut(text, HMM=False) == tokens


@relied_on(
    "jieba",
    "with its guessing of new words (HMM) 8.5% is 1 token, without it 4",
    follows="counts and denominators are those without guessing: they follow from the dictionary alone",
    where="sources/terms/__init__.py",
)
def test_guessing_new_words_joins_a_figure() -> None:
    assert jieba.lcut("增长8.5%左右") == ["增长", "8.5%", "左右"]
    assert len(jieba.lcut("增长8.5%左右", HMM=False)) == 6


@relied_on(
    "ahocorasick-rs",
    "without overlaps and by default the match that ends first wins, not the longest: 地区生产总值 is found as 地区 and "
    "生产总值; `LeftmostLongest` finds it whole, and refuses `overlapping=True`",
    follows="names of indicators are looked for with overlaps and chosen by us; names of places by `LeftmostLongest`",
    where="sources/extraction/grammar/names.py",
)
def test_the_first_match_to_end_wins() -> None:
    text = "地区生产总值"
    found = AhoCorasick(NAMES).find_matches_as_indexes(text)
    assert [NAMES[index] for index, _, _ in found] == ["地区", "生产总值"]
    longest = AhoCorasick(NAMES, matchkind=MatchKind.LeftmostLongest)
    assert longest.find_matches_as_indexes(text) == [(2, 0, 6)]
    with pytest.raises(ValueError, match="overlapping"):
        longest.find_matches_as_indexes(text, overlapping=True)
    everything = AhoCorasick(NAMES).find_matches_as_indexes(text, overlapping=True)
    assert {NAMES[index] for index, _, _ in everything} == set(NAMES)


@relied_on(
    "ahocorasick-rs",
    "offsets count code points: a character beyond U+FFFF counts 1 (not 2 units, not 4 bytes)",
    follows="offsets of matches are offsets into our strings",
    where="sources/document/identity/homonyms.py",
)
def test_offsets_are_code_points() -> None:
    text = "𬭚地区"
    ((_, start, end),) = AhoCorasick(["地区"]).find_matches_as_indexes(text)
    assert (start, end) == (1, 3)
    assert text[start:end] == "地区"


@relied_on(
    "ahocorasick-rs",
    "with overlaps a pattern overlaps itself: 哈哈 is found twice in 哈哈哈, where `str.count` says 1",
    follows="a match that begins before the last one of its pattern ended is not counted",
    where="sources/terms/__init__.py",
)
def test_a_pattern_overlaps_itself() -> None:
    assert AhoCorasick(["哈哈"]).find_matches_as_indexes("哈哈哈", overlapping=True) == [(0, 0, 2), (0, 1, 3)]


@relied_on(
    "opencc",
    "`t2s` leaves the particle 著 (看著), `tw2s` makes it 着 and keeps 著作 and 显著; both keep the length",
    follows="traditional texts are converted by `tw2s`: rules look for 着",
    where="sources/document/cleaning/characters.py",
)
def test_only_the_converter_of_taiwan_knows_the_particle() -> None:
    assert OpenCC("t2s").convert("看著、著作、顯著") == "看著、著作、显著"
    assert OpenCC("tw2s").convert("看著、著作、顯著") == "看着、著作、显著"


@relied_on(
    "opencc",
    "to simplified, what is simplified already may change: 乾縣 is 乾县, 乾县 is 干县 (BYVoid/OpenCC#1154 speaks of 乾安縣); forms "
    "that its own conversion to traditional gives names (濬縣, 澂江) it does not take back",
    follows="a converted text, in which some lines may be simplified, has the names of the register put back",
    where="sources/document/cleaning/characters.py",
)
def test_a_name_of_a_place_may_become_another() -> None:
    assert OpenCC("tw2s").convert("乾縣；乾县；濬縣；澂江") == "乾县；干县；濬县；澂江"
    assert OpenCC("s2t").convert("浚县、澄江") == "濬縣、澂江"


@relied_on(
    "pypinyin",
    "readings of places that differ from the word's are not known: 洪洞 is hongdong (hongtong), 涡阳 woyang (guoyang), "
    "长治 zhangzhi (changzhi), 朝阳 zhaoyang (chaoyang)",
    follows="Latin letters only help to search a list; they name, order and join nothing",
    where="dashboard/texts.py",
)
@pytest.mark.parametrize(
    ("name", "read"), [("洪洞", "hongdong"), ("涡阳", "woyang"), ("长治", "zhangzhi"), ("朝阳", "zhaoyang")]
)
def test_readings_of_places_are_those_of_words(name: str, read: str) -> None:
    assert "".join(lazy_pinyin(name)) == read


@relied_on(
    "Python",
    "of the 115 radicals U+2E80–2EF3 NFKC changes two (⺟ and ⻳): ⻓ stays ⻓",
    follows="radicals become ideographs by a table of ours, `equivalent_ideographs.csv`",
    where="sources/document/cleaning/characters.py",
)
def test_compatibility_forms_of_radicals_are_two() -> None:
    radicals = [chr(code) for code in range(0x2E80, 0x2EF4) if unicodedata.name(chr(code), "")]
    assert len(radicals) == 115
    assert [r for r in radicals if unicodedata.normalize("NFKC", r) != r] == ["⺟", "⻳"]
