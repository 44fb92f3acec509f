"""Numbers that only delimit a class: 5000万元以上项目, 产值超亿元企业, 千亿级产业.

What belongs here: telling them by the words beside them. What does not: numbers that are values.
"""

from __future__ import annotations

import re
from typing import Final

from sources.extraction.grammar.quantity import Quantity

_CLASS_RIGHT: Final = re.compile(
    r"(?:以上|以下|以内|级|规模)(?:的)?(?!增长|左右)(?=[一-龥]{0,10}?(?:项目|企业|产业|园区|集群|"
    r"工业|大户|品种|单位|纳税|镇|县|村|工程|贷款|锅炉|机组|养殖|基地|灌区|河流|小区|人口|商品|"
    r"市场|平台|楼宇|主体))"
)
_CLASS_LEFT: Final = re.compile(
    r"(?:投资|产值|营收|营业收入|主营业务收入|销售收入|税收|纳税|总投资|投资额|收入)?(?:超过?|过|达|突破|超)\Z"
)
#: what counts the thing that the class is of: 4家|80张床位以上的养老机构
_MEASURE_WORDS: Final = tuple("家个所座处项")
_PLAN_NOUN: Final = re.compile(
    r"(?:以上)?(?:的)?(?:发展|行动|培育|提升|倍增|三年)*(?:规划|行动|计划|工程|方案|俱乐部|方阵)"
)
_CLASS_NOUN: Final = re.compile(
    r"(?:级)?(?:的)?(?:重大|重点|工业|产业|龙头|骨干|规上|领军)*(?:项目|企业|产业集群|园区|强县|产业链|俱乐部|产业|县域|县区?|区县|市县|乡镇|镇(?!域)|街道|村(?!集体))"
)


#: 人均收入2500元以下农户
_OF_PEOPLE: Final = re.compile("以[上下]的?(?:低收入|贫困|重点)?(?:农户|农民|人口|家庭|群众|村民|户)")
#: 4家80张床位以上的养老机构
_SIZED: Final = re.compile("(?:床位|病床|学位|泊位|房间|座位)?(?:及)?以[上下](?:规模)?的?(?=[一-龥]{2,})")
#: 人口20万以上的县
_POPULOUS: Final = re.compile(r"(?:以[上下])的?(?:县|市|区|镇|乡|村|城市|行政村|街道|社区)")


def is_class_limit(text: str, quantity: Quantity) -> bool:
    """Whether the number only delimits a class: 5000万元以上项目, 产值超亿元企业."""
    if quantity.kind not in (
        "money",
        "usd",
        "area",
        "power",
        "count",
        "persons",
        "weight",
        "bare_big",
        "households",
        "length",
    ):
        return False
    right = text[quantity.end : quantity.end + 24]
    if quantity.kind in ("money", "bare_big") and _PLAN_NOUN.match(right):
        return True
    if quantity.kind == "money" and _OF_PEOPLE.match(right):
        return True
    if quantity.kind in ("bare_big", "persons") and _POPULOUS.match(right):
        return True
    if quantity.kind in ("count", "persons") and text[quantity.start - 1 : quantity.start] in _MEASURE_WORDS:
        return _SIZED.match(right) is not None
    if _CLASS_RIGHT.match(right):
        return quantity.kind in ("money", "usd", "area", "power", "weight") or bool(
            re.match("以[上下]的?(?:集中|企业|大户)", right)
        )
    if quantity.kind in ("money", "usd") and _CLASS_NOUN.match(right):
        left = text[max(0, quantity.start - 8) : quantity.start]
        return bool(_CLASS_LEFT.search(left)) or right.startswith("级") or quantity.shape == "chinese"
    if quantity.kind in ("money", "bare_big") and right.startswith("级"):
        return True
    return (
        quantity.kind in ("money", "bare_big")
        and quantity.shape == "chinese"
        and bool(re.match(r"(?:级|产业|集群|园区|县|镇|村|企业|工程|俱乐部|头|斤粮|亩)", right))
    )
