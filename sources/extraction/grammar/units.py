"""Units of measurement and counting words: which dimension, and how much of its base unit.

What belongs here: the table of units and magnitudes. What does not: finding them in a text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

MAGNITUDES: Final = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8, "千万": 10**7, "百万": 10**6,
    "十万": 10**5, "万": 10**4, "千": 10**3, "百": 10**2,
}  # fmt: skip

#: unit → (dimension, factor to the dimension's base unit)
UNITS: Final[dict[str, tuple[str, Decimal]]] = {}


def _add(dimension: str, **factors: str) -> None:
    for unit, factor in factors.items():
        UNITS[unit] = (dimension, Decimal(factor))


_add("percent", **{"%": "1", "‰": "0.1", "﹪": "1"})
_add("points", 个百分点="1", 百分点="1", 个千分点="0.1", 个点="1")
_add("money", 元="1", 元人民币="1", 人民币="1", 块钱="1")
_add("usd", 美元="1", 美金="1")
_add("currency", 港元="1", 港币="1", 欧元="1", 日元="1", 英镑="1", 卢布="1", 新元="1", 韩元="1")
_add("visits", 人次="1")
_add("persons", 人="1", 名="1", 位="1", 个人="1", 人口="1")
_add("households", 户="1", 户家庭="1")
_COUNTERS: Final = """
家 个 项 座 套 处 所 部 辆 头 只 口 头只 羽 张 件
条 台 台套 台件 栋 幢 枚 支 批 株 间 段 宗 场 艘 架
例 对 组 门 块 棵 份 班 册 名额 颗 盏 眼 匹 峰 起
款 期 孔 片 轮 只头 列 标准件 场次 首 亩次 本 根 卷 粒 篇
站 路 户次 家次 件次 桩
"""
for _unit in _COUNTERS.split():
    UNITS[_unit] = ("count", Decimal(1))
_add(
    "area",
    亩="1",
    公顷="15",
    平方公里="1500",
    平方千米="1500",
    平方米="0.0015",
    平米="0.0015",
    平="0.0015",
    km2="1500",
    m2="0.0015",
)
_add(
    "length",
    公里="1",
    千米="1",
    km="1",
    米="0.001",
    华里="0.5",
    海里="1.852",
    里="0.5",
    车道公里="1",
    线公里="1",
    延米="0.001",
)
_add("weight", 吨="1", 公斤="0.001", 千克="0.001", 斤="0.0005", 吨标准煤="1", 吨标煤="1", 克="0.000001", 担="0.05")
_add("volume", 立方米="1", 立方="1", 方="1", 升="0.001", 立方米每日="1", 标方="1", 箱="1")
_add(
    "power",
    千瓦="1",
    兆瓦="1000",
    吉瓦="1000000",
    瓦="0.001",
    kW="1",
    KW="1",
    MW="1000",
    GW="1000000",
    kw="1",
    mw="1000",
    千伏安="1",
)
_add("energy", 千瓦时="1", 度="1", 度电="1", 千瓦小时="1", kWh="1")
_add("days", 天="1")
_add(
    "concentration",
    **{
        "微克/立方米": "1",
        "微克每立方米": "1",
        "毫克/立方米": "1000",
        "ug/m3": "1",
        "μg/m3": "1",
        "μg/m³": "1",
        "微克/每立方米": "1",
        "微克": "1",
        "毫克/升": "0",
    },
)
_add("times", 倍="1")
_add("share_tenth", 成="10")
_add(
    "time",
    年="1",
    个月="1",
    月="1",
    日="1",
    小时="1",
    分钟="1",
    秒="1",
    个小时="1",
    个工作日="1",
    工作日="1",
    周岁="1",
    岁="1",
    周年="1",
    时="1",
    点="1",
    周="1",
    季度="1",
    个季度="1",
    世纪="1",
    分="1",
    学年="1",
    月份="1",
    年代="1",
    年度="1",
    月底="1",
    月末="1",
    号="1",
    届="1",
    次="1",
    度角="1",
    级="1",
    位次="1",
    分贝="1",
    世="1",
    星级="1",
    星="1",
    型="1",
    版="1",
    期间="1",
    毫米="1",
    厘米="1",
)
_add(
    "other",
    标箱="1",
    标准箱="1",
    TEU="1",
    分值="1",
    英里="1",
    千卡="1",
    兆="1",
    比特="1",
    字="1",
    人年="1",
    蒸吨="1",
    Tb="1",
    G="1",
    T="1",
    P="1",
    PFlops="1",
    兆比特="1",
    标台="1",
    重量箱="1",
    桶="1",
    分币="1",
    千伏="1",
    伏="1",
    伏安="1",
    卡="1",
    里程="1",
    台次="1",
    架次="1",
    航次="1",
    班次="1",
    车次="1",
    趟="1",
    趟次="1",
    班列="1",
    辆次="1",
    件套="1",
    吨公里="1",
    票="1",
    单="1",
    万变="1",
    载货吨="1",
    总吨="1",
    载重吨="1",
    步="1",
    大="1",
    类="1",
    种="1",
    层="1",
    方面="1",
    倍数="1",
    集="1",
    部集="1",
    宽="1",
    网格="1",
    千字="1",
    个标箱="1",
    个标准箱="1",
)

#: the magnitude at the head of a unit as written: 万亩 → 亩
_MAGNITUDE: Final = re.compile(r"^(?:[万亿千百十](?!瓦|米|克|伏|卡|分))+")


@lru_cache(maxsize=4096)
def without_magnitude(unit: str) -> str:
    """Return a unit as written without the magnitude at its head: 亩 for 万亩."""
    return _MAGNITUDE.sub("", unit)
