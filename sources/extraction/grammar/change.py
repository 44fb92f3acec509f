"""What a number measures: level, growth, average growth, change, points, share, multiple, and its sign.

What belongs here: the decision from the words between subject and number. What does not: whose number it is, its years.
"""

from __future__ import annotations

import re
from typing import Final

from sources.extraction.grammar.quantity import Quantity
from sources.extraction.grammar.units import without_magnitude
from sources.extraction.grammar.words import AVERAGE, COMPARISON, FALL, GROWTH, NEW, SHARE, TO
from sources.extraction.lexicon import COUNTED, Indicator, Name

_GROWTH_AFTER: Final = re.compile(
    r"(?:左右|以上|以内)?(?:的)?(?:较快|较高|的?年均|高速|快速|中高速|平均)?(?:增长|增速|增幅|"
    r"增长率|速度(?:增长|递增)|递增)"
)
_AT_END: Final = re.compile(
    r"达到?|为|总数|总量|累计|存量|共有|拥有|突破|超过?|保有量|稳定|保持|有\Z|现有|已有|总计|至\Z"
)
_TIMES_OF: Final = re.compile(r"(?:是|为|相当于|达到?|至|到|的|近|约)\Z")
#: 是全国平均水平的两倍
_OF_OTHERS: Final = re.compile(
    r"(?:是|为|相当于|达到?)(?:全[国省市]|同期|世界|周边)[^,;。]{0,8}(?:的|平均(?:水平)?)(?:近|约|超过?)?\Z"
)
_SPLIT: Final = re.compile(r"[,;:。]")
_ITEM: Final = re.compile(r"[,;:、]")
_COMPATIBLE: Final[dict[str, tuple[str, ...]]] = {
    "money": ("money", "usd", "currency"),
    "money_per_head": ("money", "usd"),
    "persons": ("persons", "visits"),
    "visits": ("visits", "persons"),
    "households": ("households", "count"),
    "count": ("count", "households"),
    "area": ("area",),
    "length": ("length",),
    "weight": ("weight",),
    "power": ("power",),
    "energy": ("energy",),
    "days": ("days",),
    "concentration": ("concentration",),
    "area_per_head": ("area",),
    "percent": (),
}
#: counting words of animals: no other thing takes them
_ANIMALS: Final = frozenset(["头", "只", "口", "羽", "匹", "峰", "头只", "只头"])
_GOAL_BEHIND: Final = re.compile(
    r"(?:左右|以上|以内)?(?:的)?(?:年度|预期|考核|约束性|控制|国家|计划)+(?:目标|任务|指标|标准)"
)
_INCREASE_FLOW: Final = re.compile(
    r"(?:增产|增加|净增加?|纯增加?|增收|增支|多增|增长|增|提高|上升|多)(?:了)?(?:近|约|超过?|逾)?\Z"
)
#: 60个创新载体先后落户
_ARRIVED: Final = re.compile(r"[一-龥]{0,10}?(?:先后|相继|成功|正式|新)?(?:落户|挂牌|揭牌|入驻|获批|成立)(?:[,;。]|\Z)")
#: 2家公司成功认定为…
_NAMED_SO: Final = re.compile(r"[一-龥]{0,6}(?:成功认定|获评|获认定|被认定|被评|入选|通过认定)")
#: 完成1万个5G基站建设任务
_TASK: Final = re.compile(r"[一-龥\dA-Za-z]{0,10}(?:建设|新建|认定|培育)任务")
#: 新推广2万辆,总量达9万辆
_ALL_TIME: Final = re.compile("总量|总数|存量|保有量|总规模|^[,、]累计(?:达到?|超过?|突破|完成|推广)?")
_DECREASE: Final = re.compile(r"(?:减产|减少|减收|净减|下降|降低|削减|压减|少增)(?:了)?(?:近|约|超过?|逾)?\Z")


#: the noun says whether the thing rises, whichever way its pace goes: 增速由8%回落到5%, 降幅由5%收窄到3%
_PACE_OF_FALL: Final = ("降幅", "跌幅", "减幅")
_PACE: Final = re.compile("增速|增幅|增长率|增长速度|涨幅|升幅|" + "|".join(_PACE_OF_FALL))


class Change:
    """The measure of a number with its sign, or the reason why it has none."""

    def __init__(
        self,
        measure: str | None,
        negative: bool = False,
        refusal: str | None = None,
        detail: str = "",
        flags: tuple[str, ...] = (),
        rule: str = "",
    ) -> None:
        self.measure = measure
        self.negative = negative
        self.refusal = refusal
        self.detail = detail
        self.flags = flags
        self.rule = rule


def compatible(indicator: Indicator, quantity: Quantity) -> bool:
    """Whether an amount in the quantity's unit can be the indicator's level or change."""
    if quantity.kind in _COMPATIBLE[indicator.dimension]:
        if quantity.kind != "count":
            return True
        unit = without_magnitude(quantity.unit)
        takes = indicator.units
        return not unit or (unit in takes if takes else unit not in _ANIMALS)
    if quantity.unit.endswith(indicator.traits.also_counted):
        return True  # 就业岗位1.2万个
    return quantity.kind == "bare_big" and indicator.dimension in ("money", "persons", "count", "households", "visits")


def _last_part(gap: str) -> str:
    return _SPLIT.split(gap)[-1]


def _sign(part: str, gap: str) -> tuple[bool, bool]:
    """Return (a cue of change stands there, it is a fall); the cue nearest to the number decides."""
    for words in (part, gap):
        rises, falls = list(GROWTH.finditer(words)), list(FALL.finditer(words))
        if rises or falls:
            last_rise = rises[-1].start() if rises else -1
            last_fall = falls[-1].start() if falls else -1
            return True, last_fall > last_rise
    return False, False


def _percent(
    indicator: Indicator, name: Name | None, gap: str, trail: str, previous: str | None, shares: bool
) -> Change:
    part = _last_part(gap)
    named = name.text if name else ""
    after = bool(_GROWTH_AFTER.match(trail))
    cue, fall = _sign(part, gap)
    rate = indicator.dimension == "percent"
    if rate and not cue and re.search("(?:下降|降低)(?:率|幅度)?\\Z", named):
        cue, fall = True, True
    if rate:
        if indicator.traits.rise:
            return Change("level", fall, rule="price_rise")
        if TO.search(part) or not (cue or after):
            if indicator.traits.intensity:
                return Change(
                    None, refusal="incompatible_unit", detail="an intensity in percent without a word of change"
                )
            return Change("level", rule="rate_level")
        if AVERAGE.search(gap):
            return Change("avg_growth", fall, rule="rate_average_growth")
        return Change("growth", fall, rule="rate_growth")
    only = name.measures if name else frozenset[str]()
    if shares or SHARE.search(part) or SHARE.search(named) or only == {"share"}:
        if cue and not TO.search(part) and not shares and not SHARE.search(part + named):
            return Change("growth", fall, rule="growth")
        return Change("share", rule="share")
    average = bool(AVERAGE.search(gap) or AVERAGE.search(named) or AVERAGE.match(trail.lstrip("以上左右的")))
    if not cue and not after and (GROWTH.search(named) or FALL.search(named)):
        cue, fall = True, bool(FALL.search(named))
    if cue or after:
        if TO.search(part) and previous == "share":
            return Change("share", rule="share_carried")
        if TO.search(part):
            pace = _PACE.search(gap) or _PACE.search(named)
            if pace is None:
                return Change(None, refusal="incompatible_unit", detail="an amount that rises to a percentage")
            fall = pace.group() in _PACE_OF_FALL
        return Change("avg_growth" if average else "growth", fall, rule="average_growth" if average else "growth")
    if average:
        return Change("avg_growth", fall, rule="average_growth")
    if indicator.traits.share_alone and not after:
        return Change("share", rule="share")
    if previous == "pp_change":
        return Change("share", rule="share_carried")  # 占比重提高2.1个百分点,达到48.6%
    if previous in ("growth", "avg_growth", "share"):
        return Change(previous, rule=f"{previous}_carried")
    return Change(None, refusal="incompatible_unit", detail="percent without a word of growth or share")


def _times(quantity: Quantity, gap: str) -> Change:
    part = _last_part(gap)
    if quantity.shape == "fan":
        return Change("multiple", rule="doubling")
    cue, fall = _sign(part, part)
    if re.search("增速|增幅", part):
        return Change(None, refusal="comparison", detail="change of a growth rate")
    if _OF_OTHERS.search(part):
        return Change(None, refusal="comparison", detail="times another's")
    if TO.search(part) or (
        not cue and (_TIMES_OF.search(part) or re.search(r"\d年(?:底|末)?的?|同期的?|上年的?|以前的?|的\Z", part))
    ):
        return Change("multiple", rule="multiple")
    if cue:
        return Change("growth", fall, rule="growth_in_multiples")
    return Change(None, refusal="incompatible_unit", detail="times without a base or a word of growth")


def _amount(
    indicator: Indicator,
    name: Name | None,
    before: str,
    gap: str,
    previous: str | None,
    previous_told: bool,
    trail: str,
) -> Change:
    part, named = _last_part(gap), name.text if name else ""
    if TO.search(part):
        return Change("level", rule="level_reached")
    if indicator.nature == "flow":
        all_time = _ALL_TIME.search(part) or (not part and before.endswith(("累计", "共")))
        if previous_told and all_time and indicator.dimension in COUNTED:
            return Change(None, refusal="no_indicator", detail="the stock beside the year's amount of a flow")
        compared = re.search("比|较|同比|上年", part) or indicator.dimension == "days"
        if (
            indicator.dimension in ("count", "persons", "households", "visits", "area", "length", "days")
            and not compared
        ):
            return Change("level", rule="amount")
        if _INCREASE_FLOW.search(part or named) and "新增" not in (part or named)[-4:]:
            return Change("change", rule="increase")
        if _DECREASE.search(part or named) and not indicator.traits.reduction:
            return Change("change", True, rule="decrease")
        return Change("level", rule="amount")
    if _DECREASE.search(part):
        return Change("change", True, rule="decrease")
    if indicator.dimension in ("concentration", "percent") or indicator.nature == "rate":
        if _INCREASE_FLOW.search(part):
            return Change("change", rule="increase")
        return Change("level", rule="rate_level")
    verbs = _last_part(before)[-12:]
    if re.search("累计|共|已有|现有|总计|拥有", verbs) and not re.search("新增|净增", verbs):
        return Change("level", rule="stock_cumulated")
    if _ARRIVED.match(trail) or _NAMED_SO.match(trail) or (_TASK.match(trail) and "完成" in part + _last_part(before)):
        return Change("change", rule="arrival")
    new = NEW.search(part) or NEW.search(verbs) or NEW.match(named) or "并网" in named
    grown = re.search("新增|净增", verbs) and not re.search("总数|总量|累计|共", part)
    if new and (grown or not _AT_END.search(part) or re.search("新增|净增|增加", part)):
        return Change("change", rule="addition")
    if previous == "change" and not _AT_END.search(part):
        return Change("change", rule="addition_in_list")
    if _INCREASE_FLOW.search(part):
        return Change("change", rule="increase")  # 规上工业企业增长6家
    return Change("level", rule="stock")


def decide(
    quantity: Quantity,
    indicator: Indicator,
    name: Name | None,
    before: str,
    gap: str,
    trail: str,
    previous: str | None,
    shares: bool,
    listed_after: str | None = None,
) -> Change:
    """Return what `quantity` measures of `indicator`.

    `before` are the words of the clause left of the name, `gap` those between name and number (or since the last
    number, where the subject is carried), `trail` those after the number; `previous` is the measure read before for the
    same subject, `listed_after` that of the number to which this one is joined by 、 without a verb of its own;
    `shares` says that a construction 占…比重 stands there.
    """
    if _GOAL_BEHIND.match(trail):
        return Change(None, refusal="comparison", detail="a goal or standard")
    part = _ITEM.split(gap)[-1]
    comparison = COMPARISON.search(part)
    if comparison and not (
        comparison.group().startswith(("超", "低"))
        and compatible(indicator, quantity)
        and not re.search("全|计划|目标|任务|平均|预期", comparison.group())
    ):
        return Change(None, refusal="comparison", detail=comparison.group())
    if quantity.kind == "percent":
        result = _percent(indicator, name, gap, trail, previous, shares)
    elif quantity.kind == "points":
        cue, fall = _sign(_last_part(gap), _last_part(gap))
        if indicator.traits.rise:
            result = Change("level", fall, rule="price_rise")
        elif not cue:
            result = Change(None, refusal="comparison", detail="points without a word of change")
        elif re.search("增速|增幅|涨幅|降幅|收窄", _last_part(gap)) or (
            indicator.dimension != "percent" and previous != "share" and not shares and not SHARE.search(gap)
        ):
            result = Change(None, refusal="comparison", detail="change of a growth rate")
        else:
            result = Change("pp_change", fall, rule="points")
    elif quantity.kind == "times":
        result = _times(quantity, gap)
    elif compatible(indicator, quantity):
        result = _amount(indicator, name, before, gap, listed_after, previous == "level", trail)
    else:
        result = Change(None, refusal="incompatible_unit", detail=f"{quantity.unit or 'no unit'} for {indicator.code}")
    told = "growth" if result.measure == "avg_growth" else result.measure
    if result.measure and name and name.measures and not {result.measure, told} & name.measures:
        return Change(None, refusal="no_indicator", detail=f"{name.text} is not named with a {result.measure}")
    return result
