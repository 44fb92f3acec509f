"""Aggregators' marks inside a text: dropped where the document itself proves them, words left as they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.document.cleaning import watermark
from sources.document.read import CleanDocument, read_document
from sources.document.traced import to_source

from .pages import BODY, LINES


def read(lines: list[str]) -> CleanDocument:
    return read_document(["\n".join(lines).encode()], name="report.txt")[0]


def marked(at: dict[int, str], lines: list[str] = LINES) -> list[str]:
    return [line + at.get(index, "") for index, line in enumerate(lines)]


@pytest.mark.parametrize("mark", ["C6m", "Zeu", "qT9k", "x7", "aB3dE9"])
def test_a_mark_that_recurs_behind_full_stops_goes(mark: str) -> None:
    lines = marked({2: mark, 3: mark, 5: mark, 7: mark})
    lines[9] = lines[9].replace("主要预期", f"主要{mark}预期")
    if mark[-1].isdigit():
        lines[9] = LINES[9]  # a number's digit may stand before a Chinese word: that place keeps a mark from belief
    document = read(lines)
    assert document.text.split("\n") == LINES
    assert "watermark_removed" in document.flags
    for offset, character in enumerate(document.text):
        if character != "\n":
            origin = to_source(document.source_map, offset)
            assert origin is not None
            assert document.source[origin] == character


def test_marks_that_differ_from_place_to_place_go() -> None:
    document = read(marked({2: "C6m", 3: "Zeu", 5: "k2P", 6: "Wqa", 7: "Ze\nu"}))
    assert document.text.split("\n") == LINES
    assert "watermark_removed" in document.flags


def test_a_mark_broken_by_a_line_end_goes_whole() -> None:
    lines = marked({3: "Zeu", 5: "Ze\nu", 6: "Zeu", 7: "Z\neu"})
    lines[9] = lines[9].replace("主要预期", "主要Ze\nu预期")
    assert read(lines).text.split("\n") == LINES


def test_a_mark_inside_words_goes() -> None:
    lines = list(LINES)
    for index, word in ((3, "代表"), (9, "经济"), (9, "社会"), (6, "企业")):
        assert word in lines[index]
        lines[index] = lines[index].replace(word, f"{word[0]}hJ4q{word[1]}", 1)
    assert read(lines).text.split("\n") == LINES


WORDS = [
    "LED", "5G", "AAA", "eVTOL", "mRNA", "Wi-Fi", "CEO", "IPv6", "iPhone", "VOCs", "PM2.5", "REITs", "R&D", "pH", "App",
    "kW", "110kV", "B2B", "C919", "GDP", "AIoT", "LoRa", "nm", "GWh", "CO2", "IPOs", "MaaS", "XaaS", "Al",
]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_words_that_recur_stay(word: str) -> None:
    lines = [
        *LINES[:5],
        f"大力发展{word}产业，推进{word}治理，完善{word}应用，建成{word}实验室2个，开展{word}试点。",
        f"{word}项目加快建设。{word}应用不断拓展。新增{word}企业12家，重点扶持一批骨干单位，带动就业增收，支持{word}",
        f"一是发展{word}",
        f"（四）积极推广{word}",
        *LINES[5:],
        f"名词解释：{word}",
    ]
    document = read(lines)
    assert document.text.count(word) == "".join(lines).count(word)
    assert "watermark_removed" not in document.flags


@pytest.mark.parametrize(
    "at",
    [
        {3: "Zeu"},  # met once
        {3: "Zeu", 5: "Zeu"},  # twice
        {3: "GDP", 5: "GDP", 7: "GDP", 8: "GDP"},  # all capitals
        {3: "5G", 5: "5G", 7: "5G"},
        {3: "12", 5: "12", 7: "12"},  # notes' numbers
        {3: "110kV", 5: "110kV", 7: "110kV"},  # a quantity
        {3: "Zeu", 5: "C6mx", 7: "k2Pqr"},  # unlike each other
    ],
)
def test_doubtful_marks_stay(at: dict[int, str]) -> None:
    document = read(marked(at))
    assert "watermark_removed" not in document.flags
    assert all(mark in document.text for mark in at.values())


def test_a_word_that_is_also_used_normally_stays() -> None:
    lines = marked({3: "VOCs", 5: "VOCs", 7: "VOCs"})
    lines.insert(8, "强化大气污染防治，VOCs排放量下降12%，单位能耗下降3.1%，环境质量持续改善。")
    assert read(lines).text.count("VOCs") == 4


@settings(max_examples=60, deadline=None)
@given(
    st.text("abcXYZ019", min_size=2, max_size=6),
    st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, 60)), min_size=3, max_size=8),
)
def test_only_the_mark_can_go_and_cleaning_again_changes_nothing(mark: str, places: list[tuple[int, int]]) -> None:
    lines = list(LINES)
    for index, at in places:
        lines[index] = lines[index][:at] + mark + lines[index][at:]
    document = read(lines)
    kept = "".join(document.text.split())
    assert "".join(c for c in kept if not c.isascii()) == "".join(c for c in "".join(LINES) if not c.isascii())
    assert read(document.text.split("\n")).text == document.text
    assert len(BODY) <= len(document.text.split("\n"))


@given(st.text(alphabet="aZ19中 \n.", max_size=30))
def test_runs_are_those_with_a_letter(text: str) -> None:
    words = [match for match in re.finditer("[A-Za-z0-9]+", text) if not match.group().isdecimal()]
    assert list(watermark._runs(text)) == [match.span() for match in words]
