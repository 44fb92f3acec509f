"""Function words of the genre: what may stand between a subject and its number without being a subject itself.

What belongs here: the patterns made of the word lists in ``function_words.yaml``. What does not: decisions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from sources import kept
from sources.extraction.grammar.trees import longest_of

# compiled, this module does not know its own place
_FILE: Final = Path(str(files("sources.extraction.grammar") / "function_words.yaml"))


def _read() -> dict[str, list[list[str]]]:
    from sources.yaml_text import load_yaml

    lists: dict[str, list[list[str]]] = load_yaml(_FILE.read_text(encoding="utf-8"))
    return lists


_LISTS: Final[dict[str, list[list[str]]]] = kept.made_of("function_words", [_FILE], _read)


def _either(*groups: str) -> str:
    """Return the words of some groups of function_words.yaml as one pattern, of which the longest wins."""
    return longest_of(str(word) for group in groups for row in _LISTS[group] for word in row)


_NUMBER_WORDS: Final = (
    r"(?:连续|第|近|过去|前|居|列|排名?)?[一二三四五六七八九十两\d]{1,4}(?:年|届|位|名|个月|月份|"
    r"季度|次|期)(?:间|来|内|底|末|初|度|以来|均|期间)?"
)
_DATES: Final = (
    r"(?:比|较|与|同|是|为|到|至|由|从|在|自)?\d{4}(?:-\d{4})?年(?:底|末|初|度|以来|期末|同期|间|末期)?(?:的|相比)?"
)
_PLANS: Final = r"(?:十[一二三四五六]?|[八九])五(?:期间|时期|末|以来|规划|计划|期末|初|开局|开局之年|收官)*"
_RANKS: Final = (
    r"(?:位|排|名|稳|跃)?(?:居|列|名列|第)(?:全国|全省|全市|全区|自治区|全州|中部|西部|东部|华北|各地市|"
    r"地级市|市县|前|第|同类|各市|兄弟|内地|我国|大中城市|中){0,4}(?:第?[一二三四五六七八九十\d]{1,3}(?:位"
    r"|名)?|首位|前列|前茅|上游|榜首|第一)?"
)
_PLACES_OF_RANK: Final = (
    r"(?:全国|全省|全区|全市|全州|自治区|省内|中部六省|中部地区|西部地区|沿海|县域)(?:第[一二三四五六七八九十\d]{1,3}"
    r"(?:位|名)?|首位|前列|前茅|平均水平|上游|中上游|首个|唯一)"
)
_RANK: Final = "(?:第[一二三四五六七八九十]{1,3}位?|首位|前列|前茅|榜首)"
#: 总量稳居全市县域第一、全区县域前列
_RANKED: Final = rf"(?:稳|位|排|跃)?[居列](?!民)[^,;。、\d]{{1,14}}?{_RANK}(?:、[^,;。、\d]{{1,10}}?{_RANK})*"
_AGAIN: Final = (
    r"(?:分别|同比|均|各|比上年|较上年|比去年|较去年|比年初|较年初|比上年末|较上年同期|比上年同期|"
    r"比上年底|按可比价格?(?:计算)?|按可比口径(?:计算)?|按不变价格?(?:计算)?)"
)

_CROSSED: Final = (
    r"(?:[一二两三四五六七八九几]个|\d{1,2}个)?"
    r"(?:(?:十|百|千|万)?[亿万]元?(?:级)?(?:新)?(?=台阶|大关|关口|[、,])|(?<=个)(?:百|千|万)?亿)"
    r"|[两二三四五六七八九几]个(?=台阶|大关|关口)"
)
#: 由负转正, 扭转下滑态势, 超额完成年度任务: a turn or a task told of between a thing and its figure
_UP_OR_DOWN: Final = "负增长|负|降|跌|减|下降|下跌|下滑|减收|正增长|正|升|涨|增|上升|上涨|增收|增长"
_TURNED: Final = (
    rf"(?:由|从)?(?:{_UP_OR_DOWN})(?:转|变)(?:为|成)?(?:{_UP_OR_DOWN})"
    r"|扭转[^,;。]{0,8}(?:态势|局面|趋势|势头|走势|下滑|下降)"
    r"|扭负为正|(?:首次|实现)?止跌(?:回升|企稳|回稳|转[正升])?|企稳回升"
)
_TASK_DONE: Final = (
    r"(?:超额|圆满|全面|提前|顺利|较好)*(?:地)?完成(?:了)?(?:省|市|上级)?(?:下达)?(?:的)?(?:年度|全年|年初|预期|既定)?(?:预算)?(?:的)?"
    r"(?:目标|任务|计划|预期)+(?:任务|目标)?"
)
#: 由2008年冰冻灾害后的64.6%上升到66.8%
_GOAL_EARLY: Final = r"提前(?:[一二三四五]年)?(?:实现|完成)(?:了)?[^,;。]{0,12}目标(?:任务)?"
_FROM_YEAR: Final = r"[由从](?:19|20)\d\d年[一-龥]{0,10}的"
#: 在全省城区中率先突破百亿
_AMONG: Final = r"在全[省市国州区][一-龥]{0,6}中"
_SPAN_BEFORE: Final = r"(?:上一?个?|前)(?:一个)?[五5]年"
_CLASSES: Final = r"[一二三四五六七八九十]{1,2}大?类(?:重点)?"
_BASIS: Final = r"在[^,;。]{0,18}基础上"
_PATTERNS: Final = (
    _FROM_YEAR,
    _GOAL_EARLY,
    _AMONG,
    _TURNED,
    _TASK_DONE,
    _SPAN_BEFORE,
    _BASIS,
    _AGAIN,
    _DATES,
    _PLANS,
    _PLACES_OF_RANK,
    _RANKED,
    _RANKS,
    _NUMBER_WORDS,
    _CLASSES,
    _CROSSED,
)
_WORDS: Final = ("rise", "fall", "time", "own_region", "verbs_and_particles")
_FILL: Final = "|".join((*_PATTERNS, _either(*_WORDS)))
#: possessive: the longest word wins and is never given back, so that time stays linear in the text
_FILLER_ONLY: Final = re.compile(rf"(?:{_FILL})*+\Z")
_NOUN_ENDINGS: Final = tuple([word for row in _LISTS["noun_endings"] for word in row])
_RATIO: Final = re.compile("的?(?:比重|比例|占比|份额|比率|之比)")
#: longer words hardly ever come again
_REMEMBERED: Final = 40


def _asking(ask: Callable[[str], bool]) -> Callable[[str], bool]:
    """Return `ask` with its answers kept: between names and numbers the same few words stand again and again."""
    kept = lru_cache(maxsize=8192)(ask)
    return lambda words: kept(words) if len(words) <= _REMEMBERED else ask(words)


#: whether words are filler alone
is_filler: Final = _asking(lambda words: _FILLER_ONLY.match(words) is not None)


def _is_name_tail(words: str) -> bool:
    ends = [0, *[len(ending) for ending in _NOUN_ENDINGS if words.startswith(ending)]]
    ratios = [_RATIO.match(words, end) for end in ends]
    return any(_FILLER_ONLY.match(words, end) for end in [*ends, *[ratio.end() for ratio in ratios if ratio]])


#: whether words may directly follow a name and still be part of its noun
is_name_tail: Final = _asking(_is_name_tail)


_LEFT_ONLY: Final = re.compile(rf"(?:{'|'.join((*_PATTERNS, _either(*_WORDS, 'actions')))})*+\Z")


def leads_to_name(words: str) -> bool:
    """Whether words are filler or verbs alone, which may stand before a name and are no part of it."""
    return _LEFT_ONLY.match(words) is not None


def filler_tail(chunk: str, reach: int = 24) -> int:
    """Return where the longest run of filler that ends `chunk` starts (its length, where there is none)."""
    return _filler_tail(chunk, reach) if len(chunk) <= _REMEMBERED else _filler_tail.__wrapped__(chunk, reach)


@lru_cache(maxsize=8192)
def _filler_tail(chunk: str, reach: int) -> int:
    return next((at for at in range(max(0, len(chunk) - reach), len(chunk)) if _LEFT_ONLY.match(chunk, at)), len(chunk))


#: words that take part in a noun (率, 总额, 数量 …): alone left of a name they do not free it from what is before
NOUN_LIKE: Final = re.compile(
    r"(?:的|总数|总量|总额|总值|数量|人数|面积|规模|收入|支出|投入|城乡|产业|地方|新|总|实际|中|内)\Z"
)

AVERAGE: Final = re.compile(
    r"(?<!每)年均(?!浓度|值|降水|气温)|年平均|平均每年|每年平均|平均年|年递增|(?:[两二三四五六七八九十]|\d)年平均"
)
SHARE: Final = re.compile(r"占比|比重|占(?!地(?![区方])|用|据|领|道|有率)|份额|的比例|之比")
GROWTH: Final = re.compile(
    r"(?<!负)增长|增幅|增速|上升|上涨|涨幅|提高|提升|递增|增加|净增|纯增|扩大|攀升|回升|增收|增产|跃升|同比增|"
    r"递升|(?<!负)增(?!值|至|到|量)|升(?!至|到|级)|涨"
)
FALL: Final = re.compile(
    r"下降|降低|减少|下滑|回落|缩小|降幅|削减|压减|消减|缩减|负增长|下跌|减产|压降|缩短|减幅|改善|(?<!退税)(?<!"
    r"税)(?<!缓税缓)(?<!下)(?<!升)降(?!水|费|本|至|到|耗|碳|雨|落|息|准)|(?<!加)减(?!税|免|费|"
    r"负|排|贫|灾)"
)
TO: Final = re.compile(
    r"(?:增加|增长|提高|提升|上升|扩大|发展|壮大|下降|降低|减少|压缩|缩小|缩短|压减|攀升|跃升|"
    r"回升|回落|放缓|收窄|扩大|拓展|上调|下调|调整|优化|增|升|降)(?:到|至|为|了?到)"
)
NEW: Final = re.compile(
    r"(?:净|新|再)?新增|净增|纯增|新认定|认定|新培育|培育|新引进|引进|新设立?|设立|并网|新登记|新获批|"
    r"获批|增加|投产|新?成立|新开通|新布局|新组建|新建|新创建|"
    r"新申报|新纳入|新入库|新入统|新升规|新发展|新布设|新评定|新评为|新获评|新获认定|增补|建成|"
    r"开通|创建|组建|打造|建设|新(?!能源|型|兴|材料)"
)
COMPARISON: Final = re.compile(
    r"(?:比|较)(?:了)?(?:年初(?=计划|预期|目标|确定|预算)|上届|全国|全省|全市|全区|全县|计划|预期|"
    r"目标|任务|国家|省定|市定|平均|规划|考核|标准|序时|预算)|"
    r"(?:高于|快于|低于|好于|高出|超出|超过|领先|优于|跑赢|快|高|低|多于|大于|超(?=全国|全省|全市|"
    r"全区|计划|目标|预期|年初|任务|序时|预算|平均)|落后)(?:了)?(?:同期|于)?"
    r"(?:全国|全省|全市|全区|全州|全县|全盟|自治区|国家|省|市|省定|市定|省里|国考|考核|计划|年初|"
    r"年度|预期|目标|任务|世界|周边|同类|平均|上级|序时|既定|原定|自治州|省级|市级|GDP|经济|地区生产总值|"
    r"财政|投资|城镇|城市|居民|农村|农民|规划|上届|标准|规模)"
    r"|个?百分点.{0,3}(?:高于|低于)|拉动|贡献|任务的|计划的|目标的|预算的|完成率|序时进度"
)
UNDER_WAY: Final = re.compile(
    r"(?:续建|在建|拟建|前期工作|前期|储备|谋划储备|有序推进|加快推进|稳步推进|扎实推进|洽谈|在谈|跟踪|策划)\Z"
)
