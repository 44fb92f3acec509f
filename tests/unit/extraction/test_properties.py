"""What must hold for any text: offsets, independence of width and white space, nothing lost, nothing made up."""

from __future__ import annotations

import gc
import random
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.document import normal
from sources.document.normal import normalise
from sources.document.sections import Section, find_sections
from sources.extraction import ReportContext, extract
from sources.extraction.grammar.numerals import arabic, chinese, neighbours
from sources.extraction.types import Extraction

TEXTS: list[str] = [
    text
    for path in sorted((Path(__file__).parent / "phrases").glob("*.yaml"))
    for _, section, text, _ in yaml.safe_load(path.read_text(encoding="utf-8"))
    if section == "review_year" and "\n" not in text and "下同" not in text and not re.search(r"\d \d", text)
]
WIDE = {**{ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}, ord("%"): "％", ord("."): "．"}
FIELDS = ("indicator", "measure", "value", "value_upper", "unit", "qualifier", "status", "period_start", "period_end")


def read(text: str, section: str = "review_year") -> Extraction:
    return extract(text, ReportContext("property", 2022, "云河市", "city", (Section(section, "", 0, len(text)),)))


def facts(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(tuple(str(row[field]) for field in FIELDS) for row in rows)


reports = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=6).map("".join)


@settings(max_examples=60, deadline=None)
@given(reports)
def test_offsets_slice_to_surface_and_sentence(text: str) -> None:
    result = read(text)
    for row in result.observations + result.rejections:
        assert text[row["char_start"] : row["char_end"]] == row["surface"]
        assert text[row["sentence_start"] :][: len(row["sentence"])] == row["sentence"]
        assert row["sentence_start"] <= row["char_start"] < row["char_end"]
        assert row["char_end"] <= row["sentence_start"] + len(row["sentence"])
    for row in result.observations:
        assert row["quote"] in text
        assert row["surface"] in row["quote"]


@settings(max_examples=60, deadline=None)
@given(reports)
def test_ids_are_unique_and_stable(text: str) -> None:
    first, second = read(text), read(text)
    ids = [row["observation_id"] for row in first.observations]
    assert len(ids) == len(set(ids))
    assert ids == [row["observation_id"] for row in second.observations]


@settings(max_examples=60, deadline=None)
@given(reports, st.randoms(use_true_random=False))
def test_white_space_inside_words_changes_nothing(text: str, rnd: random.Random) -> None:
    """Between two digits it parts two numbers, and so beside a raised point, which may stand in a name."""
    between = zip(text, text[1:] + " ", strict=True)
    parts = ("·", *"0123456789")
    spaced = "".join(a + (" " if rnd.random() < 0.2 and not (a in parts and b in parts) else "") for a, b in between)
    assert facts(read(spaced).observations) == facts(read(text).observations)


@settings(max_examples=60, deadline=None)
@given(reports, st.randoms(use_true_random=False))
def test_white_space_between_digits_makes_no_other_number(text: str, rnd: random.Random) -> None:
    """Digits that a space parts are read as one number, as they were, or not at all."""
    spaced = re.sub(r"(?<=\d)(?=\d)", lambda _: " " if rnd.random() < 0.3 else "", text)
    plain = read(text)
    whole = {"".join(row["surface"].split()) for row in [*plain.observations, *plain.rejections]}
    assert {"".join(row["surface"].split()) for row in read(spaced).observations} <= whole


@settings(max_examples=60, deadline=None)
@given(reports)
def test_full_width_forms_change_nothing(text: str) -> None:
    assert facts(read(text.translate(WIDE)).observations) == facts(read(text).observations)


def _tells(threshold: dict[str, Any], exact: dict[str, Any]) -> bool:
    """Whether an exact figure says by how much a threshold was crossed."""
    of_it = (threshold["indicator"], threshold["measure"]) == (exact["indicator"], exact["measure"])
    return of_it and bool(threshold["canonical_value"] <= exact["canonical_value"] < 2 * threshold["canonical_value"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=6), st.data())
def test_cutting_the_tail_loses_only_rows_of_the_tail(parts: list[str], data: st.DataObject) -> None:
    kept = data.draw(st.integers(1, len(parts) - 1))
    head, whole = "".join(parts[:kept]), "".join(parts)
    before = {row["observation_id"] for row in read(head).observations}
    after = {row["observation_id"] for row in read(whole).observations if row["char_end"] <= len(head)}
    assert after <= before
    lost = [row for row in read(head).observations if row["observation_id"] not in after]
    # a later figure of the whole year sets an earlier one of some months, or of a quarter, aside; an exact one that is
    # told at once a threshold that was crossed
    exact = [row for row in read(whole).observations if row["qualifier"] != "at_least"]
    lost = [row for row in lost if row["qualifier"] != "at_least" or not any(_tells(row, other) for other in exact)]
    assert all(any(word in row["sentence"] for word in ("上半年", "月", "季度", "两位数")) for row in lost)


@settings(max_examples=60, deadline=None)
@given(reports)
def test_every_number_is_an_observation_or_leaves_a_reason(text: str) -> None:
    result = read(text)
    spans = [(row["char_start"], row["char_end"]) for row in result.observations + result.rejections]
    for match in re.finditer(r"(?<![A-Za-z.\[\d])\d+(?:\.\d+)?(?=%|亿|万|元|个|家|户|公里|倍)", text):
        assert any(start <= match.start() < end for start, end in spans), match.group()


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="地区生产总值增长12.5%，。、；：\n（）()“”一二三年亿元和分别达XGDP0—-～ 　至", max_size=80))
def test_any_text_is_read_without_error(text: str) -> None:
    result = read(text)
    for row in result.observations + result.rejections:
        assert text[row["char_start"] : row["char_end"]] == row["surface"]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="一、过去五年工作回顾二三2021年2022主要目标\n。（）今年是未来", max_size=80))
def test_sections_cover_the_text(text: str) -> None:
    sections = find_sections(text, 2022)
    assert (not text) == (not sections)
    if sections:
        assert sections[0].char_start == 0
        assert sections[-1].char_end == len(text)
        assert all(a.char_end == b.char_start for a, b in pairwise(sections))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="地区１２3％．，,（）() \n“”[2]增长。", max_size=60))
def test_normal_text_leads_back(text: str) -> None:
    view = normalise(text)
    raws = [view.raw(at) for at in range(len(view.normal))]
    assert raws == sorted(raws)
    assert all(0 <= raw < len(text) for raw in raws)


@given(st.integers(0, 10**12))
def test_thousands_separators_change_nothing(number: int) -> None:
    assert arabic(f"{number:,}") == arabic(str(number)) == number


def spell(number: int) -> str:
    """Write a whole number in Chinese."""
    digits = "零一二三四五六七八九"
    if number >= 10**8:
        head, tail = divmod(number, 10**8)
        return spell(head) + "亿" + (("零" if tail < 10**7 else "") + spell(tail) if tail else "")
    if number >= 10**4:
        head, tail = divmod(number, 10**4)
        return spell(head) + "万" + (("零" if tail < 10**3 else "") + spell(tail) if tail else "")
    for size, word in ((1000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            head, tail = divmod(number, size)
            return (
                digits[head] + word + (("零" if size > 10 and tail < size // 10 else "") + spell(tail) if tail else "")
            )
    return digits[number]


@given(st.integers(1, 8), st.sampled_from(("", "十", "百", "千", "万", "百万", "亿")))
def test_neighbouring_digits_are_the_ends_of_a_range(low: int, size: str) -> None:
    """三四百 is 300 to 400, 六七 is 6 to 7 and never 67."""
    words = f"{spell(low)}{spell(low + 1)}{size}"
    times = chinese(size) if size.startswith(("十", "百", "千")) else chinese("一" + size)
    assert neighbours(words) == (low * (times or 1), (low + 1) * (times or 1))


@given(st.integers(1, 10**11))
def test_chinese_numerals_are_read_back(number: int) -> None:
    assert chinese(spell(number)) == number


def test_a_numeral_is_read_whole_or_not_at_all() -> None:
    assert chinese("十三点八") is not None
    assert chinese("三点") is None
    assert arabic("1,23") is None
    assert arabic("12.") is None


def test_a_number_told_of_two_places_is_two_observations() -> None:
    rows = read("多极支撑更加强劲，霁川市、榆舟市地区生产总值均突破6000亿元。").observations
    assert [(row["scope"], row["value"]) for row in rows] == [("霁川市", 6000.0), ("榆舟市", 6000.0)]
    assert len({row["observation_id"] for row in rows}) == 2


@settings(deadline=None)
@given(reports)
def test_each_observation_has_an_id_of_its_own(text: str) -> None:
    rows = read(text).observations
    assert len({row["observation_id"] for row in rows}) == len(rows)


@given(st.text(alphabet=[*map(chr, normal._FOLD), *"全市1a,。 \n"], max_size=60))
def test_every_character_is_folded_wherever_it_stands(text: str) -> None:
    told = [(normal._FOLD.get(ord(one), one), found) for one, found in zip(text, normal._fold(text), strict=True)]
    # a stop between digits and a percent sign is a point
    assert [pair for pair in told if pair[0] != pair[1] and pair[0] not in "。"] == []


def test_a_report_that_was_read_leaves_nothing_for_the_collector() -> None:
    """Rows and all that led to them go when nobody holds them: a circle would keep a report's thousands of values."""
    text = "\n".join(TEXTS)
    read(text)  # what is loaded once stays
    gc.collect()
    gc.disable()  # it would take the circle away before it is counted
    try:
        assert read(text).observations and gc.collect() == 0
    finally:
        gc.enable()
