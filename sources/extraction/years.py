"""The years of a reading: the guide's rules on `Period`, each with its examples, in the order in which they are asked.

What belongs here: from the evidence for a number to its first and last year. What does not: the evidence and the status
(``timing.py``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sources.extraction.grammar.period import Cue
from sources.extraction.timing import REVIEW, SAME_YEAR, SUMMED, Asked, Evidence, Timing, gather

_SUM: Final = re.compile(r"累计|总计|合计|(?<!公)共(?!同|有)|总共|一共|期间.{0,4}总|年投资|年投入")
_AT_END: Final = re.compile(
    r"(?:增加|增长|提高|上升|提升|攀升|跃升|增|升|发展|扩大|下降|降低|减少|壮大)(?:到|至)|连续|稳定在|保持在|控制在|稳定|保持|现有|拥有"
)
#: 到2025年保有量达100万辆: what there is then
_STANDING: Final = re.compile("保有量|总量|总数|总规模|存量")
#: 达1418亿元, and each of a list: 达86亿元和141亿元
_REACHED: Final = re.compile(r"达到?(?:近|约|超过?)?(?:\d[\d.]*[百千万亿]*元[、和及与])*\Z")
#: 比上年190天增加19天: the number that stands at once behind the base
_AND_ROSE: Final = re.compile(r"[\d.]+[^\d,;。]{0,4}(?:增加|增长|提高|上升|减少|下降|降低)(?:了)?\d")
#: 累计民生支出236亿元,占财政支出的78%: a part of what was summed
_SHARE_OF_SUM: Final = re.compile(r"累计[^;。]*\d[^,;。]*,占(?:(?!年|从|由|保持|提高|上升)[^,;。])*\Z")
#: 收入增长22%,比2017年增长1.3倍: told beside the rise from the base, so of one year
_BESIDE_THE_RISE: Final = re.compile(r"[\d.]+%[^,;。\d]{0,6}[,、](?:比|较|是)")
_EACH_YEAR: Final = re.compile("每年|年均(?!增|递|浓度|值|气温)")
#: 五年累计接待游客6120万人次,实现旅游收入564亿元: a clause that goes on with the sum of the one before
_GOES_ON: Final = "实现|完成|创造|创|引进|吸引|争取|落实|投入|发放|新增"
_SUMMED_ON: Final = re.compile(
    rf"(?:累计|总计)(?!达)[^,;。]*\d[^,;。]*(?:,(?:{_GOES_ON}|年均|分别|同比|增长|是|比)[^,;。]*)*"
    rf",(?:并|共)?(?:{_GOES_ON})[^,;。达到至突破增]*\Z"
)
_OF_THE_BASE: Final = ("的", "底的", "末的", "年的", "年末的", "年底的")


def _year_measured_from(told: Evidence, cue: Cue) -> int:
    """Return the year of a cue that the year told of is measured from: last year's last year, in a review."""
    return told.report - 2 if cue.kind == "last" and told.asked.frame.section in REVIEW else cue.last


def _measures_the_span(told: Evidence) -> bool:
    """Whether a rise in the review of a span goes from its start, though a year is named that does not reach so far.

    2002年,人均GDP达2万元;财政收入由3亿元增加到17亿元. In a paragraph on the last year only 比上年 says otherwise:
    2007年实现生产总值817亿元。财政收入由43亿元增加到141亿元; and a structure of industries changes over a span:
    2000年生产总值…,三次产业比例由A调整为B.
    """
    asked, cue = told.asked, told.cue
    if not told.in_span:
        return False
    if cue is None:
        return told.first == told.last and not SAME_YEAR.search(asked.before)
    of_last_year = cue.first == cue.last == told.report - 1
    return asked.part_is_over(cue) or (asked.indicator.traits.structure is not None and of_last_year)


def _former_value(told: Evidence) -> Timing | None:
    """由A增加到B: A is of the year before the period."""
    if not told.asked.starts_from:
        return None
    asked, cue = told.asked, told.cue
    named = [item.last for item in asked.cues if item.role == "base" and item.start < asked.at]
    held = asked.frame.base_held
    if told.origin is not None:
        year = _year_measured_from(told, told.origin)
    elif named and (told.base or told.in_span):
        year = named[-1]
    elif _measures_the_span(told):
        year = asked.frame.reviewed.first - 1
    else:
        year = held.last if held and cue is None else told.first - 1
    return told.years(year, year, status="actual" if year < told.report else None)


def _value_of_the_base(told: Evidence) -> Timing | None:
    """较“十三五”末的9323亿元增加4374亿元: the first figure is the base's own; so it is in 比上年190天增加19天."""
    base, asked = told.base, told.asked
    if base is None or asked.measure != "level":
        return None
    between = asked.normal[base.end : asked.at]
    if between not in _OF_THE_BASE and (between or not _AND_ROSE.match(asked.normal, asked.at)):
        return None
    year = _year_measured_from(told, base)
    past = "actual" if year < told.report - 1 else None
    return told.years(year, year, status=past)._replace(evidence=asked.normal[base.start : base.end])


def _at_its_end(told: Evidence) -> Timing | None:
    """A multiple and a share are of the year that is measured, of a span its last."""
    if told.asked.measure not in ("multiple", "share"):
        return None
    if told.asked.measure == "share" and told.first < told.last and _SHARE_OF_SUM.search(told.asked.part):
        return told.years(told.first, told.last, told.base_year)
    return told.years(told.last, told.last, told.base_year)


def _yearly_average(told: Evidence) -> Timing | None:
    """年均: over the span, from the year after the base."""
    asked, first, last = told.asked, told.first, told.last
    measure = asked.measure
    each = measure == "level" and asked.indicator.nature == "flow" and _EACH_YEAR.search(asked.clause)
    # 2022年…。年均输出劳动力17万人: no paragraph on one year tells its average
    yearly = asked.average or (each and (told.first < told.last or (told.in_span and told.cue is None)))
    if measure != "avg_growth" and not (yearly and measure in ("level", "change", "growth", "pp_change")):
        return None
    span = asked.frame.span
    if told.cue is None and told.status == "target" and span and first == last and asked.average:
        return told.years(span.first, span.last, told.base_year)
    named_end = told.cue is not None and told.cue.first == told.cue.last and told.cue.kind in ("year", "plan")
    if told.origin and told.origin.last < last:
        first = told.origin.last + 1
    elif first == last:
        if told.cue and told.cue.kind == "plan" and measure == "avg_growth":
            first = last - 4  # “十五五”末…年均增长6%
        elif told.status == "target":
            first = first if told.cue and told.cue.kind == "this" else (span or (told.report, 0))[0]
            first = min(first, last)
        elif told.base_year:
            first = int(told.base_year) + 1
        elif measure == "avg_growth" or (told.in_span and told.cue is None):
            first = _start_of_average(told, named_end)
    return told.years(first, last, told.base_year)


def _start_of_average(told: Evidence, named_end: bool) -> int:
    """Return the first year of an average whose words name its end alone, or nothing."""
    asked = told.asked
    span = asked.frame.passage if asked.frame.passage and asked.frame.passage.first < told.last else asked.frame.span
    bases = [cue.last for cue in asked.cues if cue.role == "base" and cue.start < asked.at and cue.last < told.last]
    if named_end and bases:
        return bases[-1] + 1  # 2005年…是“九五”期末的2.5倍,年均增长16%
    return span.first if span else told.last - 4


def _is_rise(told: Evidence) -> bool:
    return told.asked.measure in ("growth", "change", "pp_change")


def _against_a_plan(told: Evidence) -> Timing | None:
    """比“八五”增长1.9倍: five years against the five before."""
    base = told.base
    whole = base and base.kind in ("plan", "before") and base.first < base.last < told.report
    if not (_is_rise(told) and base and whole and told.asked.normal[base.end - 1] != "末"):
        return None
    return told.years(base.last + 1, min(base.last + 5, max(told.last, base.last + 1)), str(base.last))


def _against_a_year(told: Evidence) -> Timing | None:
    """比2015年增长: from the year after the base."""
    if _is_rise(told) and told.base_year and int(told.base_year) < told.last:
        return told.years(int(told.base_year) + 1, told.last, told.base_year)
    return None


def _against_the_base_held(told: Evidence) -> Timing | None:
    """比2017年(下同)增长38%;出口增长61%: the base holds for the growth told after it."""
    held = told.asked.frame.base_held
    if not _is_rise(told) or held is None or held.last >= told.last or SAME_YEAR.search(told.asked.clause):
        return None
    asked = told.asked
    later = (cue.start for cue in asked.cues if cue.role == "base" and cue.last == held.last)
    if any(start > asked.at and _BESIDE_THE_RISE.fullmatch(asked.normal, asked.at, start) for start in later):
        return None
    return told.years(held.last + 1, told.last, str(held.last))._replace(evidence=held.words)


def _against_last_year(told: Evidence) -> Timing | None:
    """比上年增长 told in a span: of one year."""
    if not _is_rise(told) or told.first == told.last:
        return None
    if told.base and told.base.kind in ("last", "whole"):
        year = told.report if told.status == "target" else told.report - 1
        return told.years(year, year)
    return told.years(told.last, told.last) if SAME_YEAR.search(told.asked.clause) else None


def _from_a_year(told: Evidence) -> Timing | None:
    """由2015年的A增加到B,增长20%: over the years between."""
    origin = told.origin
    between = origin is not None and origin.last < told.last and told.asked.clause_at > origin.start
    if told.asked.measure == "growth" and told.first == told.last and origin and between:
        return told.years(origin.last + 1, told.last, str(origin.last))
    return None


def _beside_an_average(told: Evidence) -> Timing | None:
    """2020年…是2015年的2倍,年均增长20%,比重提高8个百分点: over the years of the average that leads to it."""
    asked = told.asked
    leads = told.in_span and "年均" in asked.part
    if asked.measure != "pp_change" or not leads or told.base_year or SAME_YEAR.search(asked.clause):
        return None
    first = _start_of_average(told, True) if told.first == told.last else told.first
    return told.years(min(first, told.last), told.last, None)


def _rise(told: Evidence) -> Timing | None:
    """A growth or change has the years told of."""
    return told.years(told.first, told.last, told.base_year) if _is_rise(told) else None


def _works_until(told: Evidence) -> Timing | None:
    """到2025年新建A个: works are summed from now to then."""
    cue, asked = told.cue, told.asked
    until = (
        cue is not None
        and cue.kind == "year"
        and told.last > told.report
        and asked.normal.endswith("到", asked.start, cue.start)
    )
    standing = _STANDING.search(asked.clause) is not None
    works = (
        asked.indicator.cumulates
        and not standing
        and (asked.indicator.dimension != "money" or SUMMED.search(asked.clause))
    )
    if until and told.status == "target" and works:
        return told.years((asked.frame.span or (told.report, 0))[0], told.last, told.base_year)
    return None


def _sum_until(told: Evidence) -> Timing | None:
    """到2022年累计建成…, told in the review of a span: from its first year on."""
    cue, asked = told.cue, told.asked
    until = cue is not None and cue.kind == "year" and asked.normal.endswith(("到", "至"), asked.start, cue.start)
    if not (told.in_span and until and SUMMED.search(asked.clause) and asked.indicator.nature == "flow"):
        return None
    return told.years(asked.frame.reviewed.first, told.last, told.base_year)


def _one_year(told: Evidence) -> Timing | None:
    """An amount of one year."""
    return told.years(told.first, told.last, told.base_year) if told.first == told.last else None


def _stock_at_end(told: Evidence) -> Timing | None:
    """A stock, a rate, or an amount that has risen to a height: at the end of the span."""
    if told.asked.indicator.nature != "flow" or _AT_END.search(told.asked.clause):
        return told.years(told.last, told.last, told.base_year)
    return None


def _sum_of_years(told: Evidence) -> Timing | None:
    """An amount of works or money spent, or one said to be summed, is that of the span."""
    asked = told.asked
    indicator, clause = asked.indicator, asked.clause
    if told.cue is not None and told.cue.kind == "inline" and not _SUM.search(clause):
        return None
    # 年均增长9%,达86亿元: where a yearly rise leads, also after words of years
    leads = told.cue is None or "年均" in asked.part
    reached = leads and indicator.dimension == "money" and _REACHED.search(clause)
    of_a_sum = clause.startswith("其中") and _SUM.search(asked.before)
    if (indicator.cumulates and not reached) or _SUM.search(clause) or of_a_sum or _SUMMED_ON.search(asked.part):
        return told.years(told.first, told.last, told.base_year)
    return None


def _amount_at_end(told: Evidence) -> Timing | None:
    """Any other amount of a span is that of its last year."""
    return told.years(told.last, told.last, told.base_year)


@dataclass(frozen=True, slots=True)
class TimeRule:
    """One way to know the years of a number, with examples (section, sentence of R 2023, number, years)."""

    ask: Callable[[Evidence], Timing | None]
    examples: tuple[tuple[str, str, str, str], ...]

    @property
    def name(self) -> str:
        return self.ask.__name__.lstrip("_")


#: asked in this order: the first that answers decides
RULES: Final[tuple[TimeRule, ...]] = (
    TimeRule(_former_value, (("review_span", "五年来，地区生产总值由800亿元增加到1200亿元。", "800亿元", "2017"),)),
    TimeRule(
        _value_of_the_base,
        (("review_span", "地区生产总值达到1200亿元，较“十三五”末的900亿元增加300亿元。", "900亿元", "2020"),),
    ),
    TimeRule(
        _at_its_end,
        (
            ("review_span", "五年来，民营经济增加值占地区生产总值的比重达到62%。", "62%", "2022"),
            ("review_span", "五年来，累计完成固定资产投资2450亿元，是上一个五年的1.6倍。", "1.6倍", "2022"),
        ),
    ),
    TimeRule(
        _yearly_average,
        (
            ("review_span", "地区生产总值年均增长6%。", "6%", "2018-2022"),
            ("review_span", "2019至2022年每年新增城镇就业3万人。", "3万人", "2019-2022"),
        ),
    ),
    TimeRule(
        _against_a_plan, (("review_span", "固定资产投资累计完成1200亿元，比前五年增长45%。", "45%", "2018-2022"),)
    ),
    TimeRule(_against_a_year, (("review_year", "单位地区生产总值能耗比2015年下降21%。", "21%", "2016-2022"),)),
    TimeRule(
        _against_the_base_held,
        (("review_year", "社会消费品零售总额比2017年（下同）增长38.4%；出口总额增长61.2%。", "61.2%", "2018-2022"),),
    ),
    TimeRule(_against_last_year, (("review_span", "五年来，粮食产量再创新高，同比增长3%。", "3%", "2022"),)),
    TimeRule(
        _from_a_year,
        (("review_year", "一般公共预算收入由2017年的30亿元增加到45亿元，增长50%。", "50%", "2018-2022"),),
    ),
    TimeRule(
        _beside_an_average,
        (
            (
                "review_span",
                "2022年工业增加值863亿元，是2017年的2.3倍，年均增长20.8%，占生产总值的比重提高8.1个百分点。",
                "8.1个百分点",
                "2018-2022",
            ),
        ),
    ),
    TimeRule(
        _rise,
        (
            ("review_year", "地区生产总值增长6%。", "6%", "2022"),
            ("review_year", "地区生产总值五年净增500亿元。", "500亿元", "2018-2022"),
        ),
    ),
    TimeRule(_works_until, (("goals_span", "到2026年，新建改扩建学校80所。", "80所", "2023-2026"),)),
    TimeRule(_sum_until, (("review_span", "到2022年，累计建成高标准农田50万亩。", "50万亩", "2018-2022"),)),
    TimeRule(_one_year, (("review_year", "2020年全年完成固定资产投资486亿元。", "486亿元", "2020"),)),
    TimeRule(_stock_at_end, (("review_span", "五年来，森林覆盖率达到42%。", "42%", "2022"),)),
    TimeRule(_sum_of_years, (("review_span", "改造老旧小区210个。", "210个", "2018-2022"),)),
    TimeRule(_amount_at_end, (("review_span", "地区生产总值突破1200亿元。", "1200亿元", "2022"),)),
)


def decide(asked: Asked) -> Timing:
    """Return status and years of a number."""
    told = gather(asked)
    for rule in RULES:
        timing = rule.ask(told)
        if timing is not None:
            return timing._replace(rule=rule.name)
    raise AssertionError("the last rule answers always")
