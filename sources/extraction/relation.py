"""Targets without a number: 与经济增长同步, 高于全省平均水平, 完成省下达任务, 正增长, 未设目标.

What belongs here: finding them and making rows with an empty value. What does not: numbers.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from sources.extraction.engine import Walk
from sources.extraction.grammar.lists import subjects
from sources.extraction.grammar.qualifier import commitment
from sources.extraction.grammar.sentence import Lead, sentence_of
from sources.extraction.grammar.subject import Group, clause_end, clause_start
from sources.extraction.timing import GOALS

_CANDIDATE: Final = re.compile(
    r"同步|高于|快于|好于|不低于|跑赢|领先于|正增长|下达|任务|目标|合理|平稳|稳中|未设|不设|未提"
)
_CHANGE: Final = r"(?:实际|名义)?(?:增长|增速|增幅|涨幅|降幅|排放)?(?:率|速度)?"
_AIM: Final = r"(?:要|将|应|实现|保持|力争|努力|争取|确保|基本|继续|持续|在|略|稍|总体|大体|高质量|增速)*"
_REF: Final = (
    r"(?P<ref>经济(?:社会)?(?:增长|发展|增速)(?:速度|水平)?|(?:地区|国内|全[市省县区])?生产总值(?:增速|"
    r"增长)?|GDP(?:增速|增长)?|全国|全省|全市|全区|全州|全自治区|"
    r"城镇居民|城市居民|农村居民|上年|去年|全县|省|市)"
)
_SHAPES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("in_step", re.compile(rf"{_CHANGE}{_AIM}(?:与|和|同|跟){_REF}{_AIM}(?:增长)?(?:保持)?(?:基本)?同步")),
    ("not_below", re.compile(rf"{_CHANGE}{_AIM}(?:不低于|不慢于){_REF}")),
    ("above", re.compile(rf"{_CHANGE}{_AIM}(?:高于|快于|好于|跑赢|超过|领先于?|优于){_REF}")),
    (
        "as_assigned",
        re.compile(
            rf"{_CHANGE}{_AIM}(?:全面|圆满|超额)?(?:完成|达到|控制在|降低完成|按)(?P<ref>国家|省|市|自治区|"
            rf"上级|省政府|市政府|国家和省|省市)?"
                   r"(?:政府|定|里)?(?:下达|确定|规定|考核|要求|制定)?(?:的)?(?:年度)?(?:约束性)?(?:目标任务|"
                       r"控制目标|任务|目标|指标|要求|计划|范围)"),
    ),
    ("positive", re.compile(rf"{_CHANGE}{_AIM}正增长")),
    ("unquantified", re.compile(
        rf"{_CHANGE}{_AIM}(?:合理(?:水平|区间|增长|回升|上涨)|平稳(?:增长|运行)?|稳中提质|稳定增长|"
        rf"稳步增长|总体稳定|基本稳定|较快增长)")),
)  # fmt: skip
_NONE_SET: Final = re.compile(
    r"(?:未|不|没有|不再)(?:设|提|设定|设置|提出)(?:具体)?(?:的)?(?P<what>经济增长|GDP增长|地区生产总值增长"
    r"|生产总值增长|经济增速|增长)(?:速度)?(?:预期)?(?:的)?目标"
)
#: what else than an indicator a goal is measured by; the first word found decides
_REFS: Final = (
    ("全国", "nation"), ("国家", "nation"), ("全省", "province"), ("自治区", "province"), ("全区", "province"),
    ("省", "province"), ("上年", "previous_year"), ("去年", "previous_year"), ("全州", "city"), ("市", "city"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation:
    """One target without a number, in offsets of the normal text."""

    code: str
    relation: str
    ref: str | None
    start: int
    end: int
    subject_start: int
    sentence: tuple[int, int]
    section: str
    year: int
    commitment: str | None


def _reference(words: str | None, yardsticks: tuple[tuple[str, str], ...]) -> str | None:
    """Return what a goal is measured by: an indicator before a place, for 全省生产总值 names both."""
    return next((ref for word, ref in (*yardsticks, *_REFS) if words and word in words), None)


def find_relations(walk: Walk) -> list[Relation]:
    """Return the targets without a number of a walked report."""
    normal, lexicon, found = walk.view.normal, walk.judge.lexicon, []
    for start, end, section in walk.sentences:
        # outside the goals only a goal said not to be set is looked for, and _NONE_SET ends in 目标
        if section.section not in GOALS and normal.find("目标", start, end) < 0:
            continue
        if not _CANDIDATE.search(normal, start, end):
            continue
        none_set = _NONE_SET.search(normal, start, end)
        if none_set and lexicon.growth_goal:
            found.append(_none_set(walk, lexicon.growth_goal, none_set, start, end, section.section))
        if section.section not in GOALS:
            continue
        hits = [hit for hit in walk.names_in(start, end) if not hit.outside]
        sentence = sentence_of(normal, start, end, walk.names_in(start, end), walk.judge)
        for hit in hits:
            stop = clause_end(normal, hit.end, end)
            for relation, shape in _SHAPES:
                match = shape.match(normal, hit.end, stop)
                if not match or re.search(r"\d", normal[hit.end : min(stop, match.end() + 8)]):
                    continue
                floor = clause_start(normal, start, hit.start)
                named = tuple(item for item in hits if floor <= item.start <= hit.start)
                group = subjects(sentence, Lead(floor, hit.end, named), hit.end)
                found += _relations(walk, group, relation, match, (start, end), section.section)
                break
    return found


def _relations(
    walk: Walk, group: Group, relation: str, match: re.Match[str], sentence: tuple[int, int], section: str
) -> list[Relation]:
    ref = _reference(match.groupdict().get("ref"), walk.judge.lexicon.yardsticks)
    span = match.span()
    year = walk.context.report_year
    first = min((term.start for term in group if term.start >= 0), default=span[0])
    vow = commitment(walk.view.normal[sentence[0] : span[1]][-40:])
    return [
        Relation(term.code, relation, ref, span[0], span[1], first, sentence, section, year, vow)
        for term in group
        if term.code is not None and term.refusal is None
    ]


def _none_set(walk: Walk, code: str, match: re.Match[str], start: int, end: int, section: str) -> Relation:
    before = walk.view.normal[start : match.start()]
    years = re.findall(r"(20\d\d|19\d\d)年", before)
    year = int(years[-1]) if years else walk.context.report_year
    return Relation(
        code, "none_set", None, match.start(), match.end(), match.start(), (start, end), section, year, None
    )


def relation_row(walk: Walk, item: Relation, rules: str, lexicon: str) -> dict[str, Any]:
    """Return the row of tables.OBSERVATIONS of a target without a number, without `partition`."""
    view, context = walk.view, walk.context
    start, end = view.raw_span(item.start, item.end)
    sentence_start, sentence = walk.sentence(item.sentence)
    quote_start, _ = view.raw_span(min(item.subject_start, item.start), item.end)
    parts = (context.report_id, start, end, item.code, item.relation)
    last = item.year + 4 if item.section == "goals_span" else item.year
    return {
        "report_id": context.report_id,
        "observation_id": hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:20],
        "indicator": item.code,
        "measure": "growth",
        "value": None,
        "value_upper": None,
        "unit": "%",
        "qualifier": "exact",
        "status": "target",
        "period_start": item.year,
        "period_end": last,
        "scope": "self",
        "canonical_value": None,
        "canonical_value_upper": None,
        "canonical_unit": "%",
        "horizon": "span" if last != item.year else "annual",
        "tier": "base",
        "basis": "headline",
        "base_period": None,
        "commitment": item.commitment,
        "relation": item.relation,
        "relation_ref": item.ref,
        "section": item.section,
        "sentence": sentence,
        "sentence_start": sentence_start,
        "surface": view.text[start:end],
        "char_start": start,
        "char_end": end,
        "quote": view.text[quote_start:end],
        "rule": f"relation:{item.relation}",
        "period_evidence": None,
        "rule_version": rules,
        "lexicon_version": lexicon,
        "flags": ";".join(context.doubts) or None,
        "reviewed": None,
    }
