"""What the codes of published tables mean, in Chinese and English: the words that dashboard and files show for them.

What belongs here: words of codes, by the column that holds them. What does not: words of one door alone
(``dashboard/texts.yaml``), why a cell of the panel is empty (``questions.REASONS``).
"""

from __future__ import annotations

from collections.abc import Mapping

#: column → code → (Chinese, English); columns with a word before (`target_qualifier`) hold the same codes
WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "level": {
        "national": ("全国", "Nation"),
        "province": ("省级", "Provinces"),
        "city": ("地级", "Cities"),
        "county": ("县级", "Counties"),
    },
    "measure": {
        "level": ("总量", "level"),
        "growth": ("增速", "growth"),
        "avg_growth": ("年均增速", "average growth"),
        "change": ("增量", "change"),
        "pp_change": ("百分点变化", "change in points"),
        "share": ("比重", "share"),
        "multiple": ("倍数", "multiple"),
    },
    "qualifier": {
        "exact": ("确切值", "exact"),
        "about": ("左右 ≈", "about ≈"),
        "at_least": ("以上 ≥", "at least ≥"),
        "at_most": ("以内 ≤", "at most ≤"),
        "range": ("区间 –", "range –"),
    },
    "status": {
        "actual": ("实际", "actual"),
        "estimated": ("预计", "estimated"),
        "target": ("目标", "target"),
    },
    "status_class": {
        "target": ("目标", "target"),
        "result": ("结果", "result"),
    },
    "horizon": {
        "annual": ("年度", "annual"),
        "span": ("多年", "several years"),
    },
    "tier": {
        "base": ("基本", "base"),
        "stretch": ("力争", "stretch"),
    },
    "basis": {
        "headline": ("一般口径", "headline"),
        "comparable": ("可比口径", "comparable"),
        "real": ("实际（不变价）", "real"),
        "nominal": ("名义", "nominal"),
    },
    "told_by": {
        "own": ("本地报告", "own report"),
        "other": ("上级报告", "a higher region's report"),
    },
    "verdict": {
        "met": ("完成", "met"),
        "missed": ("未完成", "missed"),
        "within_rounding": ("差额在四舍五入范围内", "short by no more than rounding"),
        "within_about": ("在“左右”容许范围内", "within what 左右 (about) leaves"),
        "pending": ("待公布", "pending"),
        "not_told": ("无法判断", "not told"),
    },
    "not_told_reason": {
        "no_next_report": ("没有下一年的报告", "there is no report of the next year"),
        "not_in_reports": ("后来的报告未提及", "later reports do not tell it"),
        "withheld": ("下一年报告的读数暂缓入库", "what was read of the next report is withheld"),
        "result_is_a_bound": ("结果只给出界限", "the result is told as a bound only"),
        "told_of_other_kinds": ("结果所述为其他种类或阶段", "the result is told of other kinds or stages only"),
        "sizes_apart": ("两数相差过大，所指不同", "too far apart to be of the same thing"),
        "loosely_named": ("名称与指标只大致相符", "its name covers the indicator only loosely"),
        "conflicting": ("各处所述相差过大", "tellings of it lie too far apart"),
    },
    "chosen_by": {
        "only_telling": ("唯一表述", "the only telling"),
        "own_report": ("本地报告优先于上级报告", "the region's own report before a higher region's"),
        "year_of_the_goal": ("目标取当年报告", "for goals, the report of that very year"),
        "plain_reading": ("读法无疑义者优先", "a plain reading before a doubtful one"),
        "exact_before_rounded": ("确切值优先于约数", "an exact figure before a rounded one"),
        "actual_before_estimated": ("实际数优先于预计数", "an actual figure before an estimate"),
        "full_report": ("全文优先于摘要", "a full report before an excerpt"),
        "first_sitting": ("年初会议优先", "the year's own sitting first"),
        "nearest_report": ("最近一年的报告优先", "the nearest report first"),
        "preferred_copy": ("较好的副本优先", "the preferred copy"),
        "summary_section": ("回顾与目标部分优先于任务部分", "review and goals before tasks"),
        "more_digits": ("位数更多者优先", "the figure told with more digits"),
        "first_in_text": ("文中先出现者", "the first in the text"),
        "observation_id": ("按编号", "by id"),
    },
    "conflict_kind": {
        "within_report": ("同一报告内", "within one report"),
        "between_copies": ("副本之间", "between copies"),
        "between_sittings": ("两次会议之间", "between sittings"),
        "between_regions": ("本地与上级之间", "between own and higher report"),
    },
}


def words_for(column: str) -> Mapping[str, tuple[str, str]]:
    """Return the words of a column's codes, in their order; none of a column without codes."""
    named = [name for name in WORDS if column == name or column.endswith(f"_{name}")]
    return WORDS[max(named, key=len)] if named else {}
