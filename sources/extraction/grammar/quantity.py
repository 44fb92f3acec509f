"""Quantities: number + magnitude + unit, ranges, ratios, multiples and masked figures, found number-first.

What belongs here: where a number starts and ends, its value, its unit as written and as a dimension, and what kind of
thing it can't be by its form (a date, a rank, a slogan). What does not: which indicator it belongs to.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from sources.document.normal import BORDER
from sources.extraction.grammar.numerals import (
    CHINESE,
    DIGITS,
    MIXED,
    arabic,
    chinese,
    is_row_of_digits,
    mixed,
    spelt,
)
from sources.extraction.grammar.trees import longest_of
from sources.extraction.grammar.units import MAGNITUDES, UNITS

_PER_HEAD: Final = r"(?:/人|/(?:亩|平方米|立方米|吨|千瓦时|度|辆|户|年|月|天|日|小时|公里|平方公里|万元|件))"
# what any unit starts with, so that none is tried where none can stand; 平 is short for 平方米, but not in PM10平均浓度
_UNIT_BEGINS: Final = "".join(sorted({re.escape(unit[0]) for unit in UNITS}))
_UNIT: Final = rf"(?=[{_UNIT_BEGINS}]){longest_of(UNITS, {'平': '(?!均)'})}"
_MAG: Final = "万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百"
_APPROX: Final = "多|余|几|来"
_DASH: Final = r"[-~至到—]{1,3}"
# a number that a character which nobody can read stands in or beside, or that has an exponent: 1\ufffd2.5%, 10⁴
_NUMERAL: Final = "\\d零一二三四五六七八九十百千万亿点.,"
#: what any number starts with
_BEGINS: Final = r"-\d一二三四五六七八九十百千两零万翻倍双负X*xⅩ\ufffd"
# what stands behind a single digit in Chinese that is no value (一个, 三级): units in which no number begins or goes on
_NO_VALUE: Final = "".join(
    sorted({u[0] for u in UNITS} - {u[0] for u in UNITS if re.search(f"[{_BEGINS}{_NUMERAL}]", u)})
)
_UNKNOWN: Final = (
    rf"[{_NUMERAL}]*+(?:(?<=\d)\ufffd+|\ufffd+(?=[\d.%‰万亿])|(?<=[{_NUMERAL}])\ufffd+(?=[{_NUMERAL}%‰])|(?<=\d)[\^⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    rf"[{_NUMERAL}\ufffd]*%?"
)
_TAIL: Final = (
    rf"(?P<m1>{_APPROX})?(?P<mag>{_MAG})?(?P<m2>{_APPROX})?(?P<unit>{_UNIT})?(?P<per>{_PER_HEAD})?(?P<m3>{_APPROX})?"
)

QUANTITY: Final = re.compile(
    rf"(?=[{_BEGINS}])(?:(?P<unknown>{_UNKNOWN})"
    rf"|(?P<ratio>\d++(?:\.\d++)?+(?::\d+(?:\.\d+)?)+)"
    rf"|(?P<fan>翻(?:了|近|约|将近|接近|至少)*(?P<fan_n>[一二三四两\d]?)(?:近)?(?:番|倍)(?P<fan_more>多|"
    rf"以上)?|翻番|倍增)"
    rf"|(?P<digits2>(?:两|2|双|二)位数)"
    rf"|(?P<masked>[X*Ⅹ]{{1,8}}(?:\.[Xx*]+)?(?=%|个?百分点|万|亿|元|家|户|个|人|倍|公里|亩|平方|"
    rf"项|吨|套)|[xX]{{1,4}}\.[xX]{{1,3}}|[xX]{{2,4}}(?=%|万|亿|元))"
    rf"|(?P<mixed>(?<![\d\ufffd])(?<!(?<!\.)\.)(?P<mx>(?>{MIXED}))(?![\dA-Za-z年月日])(?P<mxm>{_APPROX})?(?P<mxu>{_UNIT})?"
    rf"(?P<mxm2>{_APPROX})?)"
    rf"|(?P<number>(?<![\d\ufffd])(?<!(?<!\.)\.)(?P<sign>(?=[-负])(?:(?:(?<=[长升加幅速为达到了度年月约率:,])|(?<=[%元点][、和与及]))(?<!降了)(?<!少了)-"
    rf"|(?:(?<=[为由从到至是幅速率长,])|(?<=[%元点][、和与及]))负))?"
    rf"(?P<low>{DIGITS})"
    rf"(?:(?P<lowunit>%|{_MAG})?(?:{_DASH}|%-|(?P<lowname>{_UNIT})[-~]{{1,2}})(?P<high>{DIGITS}))?{_TAIL})"
    rf"|(?P<percent>百分之(?P<pc>{CHINESE})(?P<pcq>{_APPROX})?)"
    rf"|(?P<tenths>(?P<tn>[一二两三四五六七八九])成(?P<tf>[一二三四五六七八九]|半)?(?=[以左，,。;、多上的]|\Z))"
    rf"|(?P<cn>(?![一二三四五六七八九十两零][{_NO_VALUE}])(?P<cnlow>万亿(?=[元斤])|(?<=[破超过达近上回])万亿(?=[,。;、]|规模|大关|新?台阶|关口)|(?<=[破超过达近上])[万百千](?=[元亩户人家辆吨台])|{CHINESE})(?P<cm>{_APPROX}"
    rf")?(?P<cmag>{_MAG})?(?P<cm2>{_APPROX})?(?P<cunit>(?<=亿)(?=大关|台阶|关口|规模|[,。;、])|{_UNIT})))"
)
_WRITTEN: Final = {"平": "平方米", "平米": "平方米"}
_PARTS: Final = tuple(
    QUANTITY.groupindex[name]
    for name in ("sign", "low", "lowunit", "lowname", "high", "m1", "mag", "m2", "unit", "per", "m3")
)
_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz&+")
#: abbreviations of indicators, after which a number with a unit is a value: 人均GDP5万元
_SPELT: Final = ("GDP", "CPI", "PPI")
_ENUMERATOR: Final = re.compile(r"[.、．](?!\d)")
_PEOPLE: Final = re.compile(
    r"(?:以上)?(?:名|人|群众|人口|居民|农民|青年|职工|学生|农牧民|大学生|高校毕业生|劳动力|市民|百姓|贫困)"
)
_STEPS: Final = re.compile(r"(?:[十百千万亿]|\d)+元?(?:级)?(?:新)?(?:台阶|大关|关口)")
_PROGRAMME: Final = re.compile(r"(?:等)?(?:计划|行动|工程|战略|目标|专项)")
#: 实施总量翻番、工业强市等战略, 启动粮食增产百亿斤等工程: one of the names in a list of programmes
_LISTED_PROGRAMMES: Final = re.compile(r"[一-龥]{0,6}(?:、[^,;:。\d]{1,40})?等[一-龥]{0,6}(?:战略|工程|计划|行动|活动)")
_CARRIED_OUT: Final = re.compile(r"(?:实施|推进|启动|开展|组织|落实|推动|深化|推行)[^,;。\d]{1,40}\Z")
_LIST_GAP: Final = re.compile(r"(?:[、和及与以,]|以及|和全省|、全省)+$")


class Quantity:
    """A number in the normal text: [start, end) with its unit; `kind` is a dimension of UNITS or a refusal reason.

    `qualifier` is what its own form says (多, 余, 近翻番); words around it belong to ``qualifier.py``.
    """

    def __init__(
        self,
        start: int,
        end: int,
        value: Decimal,
        upper: Decimal | None,
        unit: str,
        kind: str,
        factor: Decimal,
        qualifier: str | None = None,
        refusal: str | None = None,
        parts: tuple[Decimal, ...] = (),
        flags: tuple[str, ...] = (),
        shape: str = "number",
    ) -> None:
        self.start = start
        self.end = end
        self.value = value
        self.upper = upper
        self.unit = unit
        self.kind = kind
        self.factor = factor
        self.qualifier = qualifier
        self.refusal = refusal
        self.parts = parts
        self.flags = flags
        self.shape = shape

    @property
    def canonical(self) -> Decimal:
        return self.value * self.factor


@lru_cache(maxsize=1024)
def _scaled(magnitude: str | None, unit: str) -> Decimal:
    base = UNITS[unit][1] if unit in UNITS else Decimal(1)
    return base * (MAGNITUDES[magnitude] if magnitude else 1)


class _Read(NamedTuple):
    """A number in digits as its own characters tell it; `wider` is how many more or fewer it takes than matched."""

    wider: int
    value: Decimal
    upper: Decimal | None
    unit: str
    kind: str
    factor: Decimal
    qualifier: str | None
    refusal: str | None
    shape: str


def _plain(match: re.Match[str], text: str) -> Quantity | None:
    start, end = match.span()
    parts = match.group(*_PARTS)
    # what stands beside it matters to three units alone, so that the rest is read once for all reports
    unit = parts[8]
    right = text[end : end + 3] if unit in ("个", "台") else ""
    read = _read(parts, right, unit in ("微克", "毫克") and text.endswith("每立方米", 0, start))
    if read is None:
        return None
    wider, value, upper, written, kind, factor, qualifier, refusal, shape = read
    return Quantity(start, end + wider, value, upper, written, kind, factor, qualifier, refusal, shape=shape)


@lru_cache(maxsize=16384)
def _read(parts: tuple[str | None, ...], right: str, of_air: bool) -> _Read | None:
    """Read a number by its parts, what follows it, and whether 每立方米 stands before it."""
    sign, low_digits, low_unit, low_name, high_digits, more1, magnitude, more2, unit_found, per, more3 = parts
    low = arabic(low_digits or "")
    if low is None:
        return None
    wider = 0
    high = arabic(high_digits) if high_digits else None
    unit = unit_found or ""
    if unit == "个" and magnitude is None and right == "百分点":
        unit, wider = "个百分点", 3
    if low_name and (low_name, low_unit) != (unit_found, magnitude):
        return None  # 5个-8万吨 is no range
    if low_unit and low_unit != "%" and high is not None and low_unit != (magnitude or ""):
        high = None if not magnitude else high
    if unit == "台" and right.startswith("阶"):
        unit, wider = "", -1  # 迈上1200亿台阶
    kind = UNITS[unit][0] if unit else ("bare" if not magnitude else "bare_big")
    written = (magnitude or "") + _WRITTEN.get(unit, unit) + (per or "")
    if of_air:
        written = f"{unit}/立方米"
    if per and per != "/人":
        kind = "other"
    if high is None and high_digits:
        return None
    if high is not None and low >= high and kind != "time":
        high_refusal: str | None = "name"
    else:
        high_refusal = None
    if sign:
        low = -low
    approx = more1 or more2 or more3
    return _Read(
        wider,
        value=low,
        upper=high,
        unit=written,
        kind=kind,
        factor=_scaled(magnitude, unit),
        qualifier="at_least" if approx else None,
        refusal=high_refusal,
        shape="signed" if sign else "number",
    )


def _mixed(match: re.Match[str]) -> Quantity | None:
    """3亿8600万元: 3.86 亿元, told in the size that it is written with."""
    value, unit = mixed(match["mx"]), match["mxu"] or ""
    if value is None:
        return None
    size = next(size for size in ("万亿", "亿", "万", "千", "百") if value >= MAGNITUDES[size])
    return Quantity(
        match.start(),
        match.end(),
        value / MAGNITUDES[size],
        None,
        size + _WRITTEN.get(unit, unit),
        UNITS[unit][0] if unit else "bare_big",
        _scaled(size, unit),
        qualifier="at_least" if match["mxm"] or match["mxm2"] else None,
        shape="mixed",
    )


def _word(match: re.Match[str], kind: str) -> Quantity | None:
    """A numeral in Chinese that is no value: its refusal, or nothing for the one digit of 一个, 三农."""
    if len(match["cnlow"]) == 1 and not match["cmag"]:
        return None
    reason = None if kind == "time" else "name"
    return Quantity(
        match.start(), match.end(), Decimal(0), None, match["cunit"], kind, Decimal(1), refusal=reason, shape="chinese"
    )


def _percent(match: re.Match[str]) -> Quantity | None:
    """百分之五点六; 百分之五六 is a range; None where the words are no number (百分之三五)."""
    told = spelt(match["pc"])
    if told is None:
        return None
    value, upper = told
    qualifier = "at_least" if match["pcq"] else (None if upper is None else "about")
    return Quantity(*match.span(), value, upper, "%", "percent", Decimal(1), qualifier, shape="chinese")


#: what is numbered rather than counted: 一二期工程 is the first and the second
_NUMBERED = ("期", "批")


def _chinese(match: re.Match[str], text: str) -> Quantity | None:
    surface, unit, magnitude = match["cnlow"], match["cunit"], match["cmag"]
    kind = UNITS[unit][0] if unit else "bare_big"
    if len(surface) == 1 and not magnitude and kind != "times" and surface not in "万百千":
        return None  # the one digit of 一个, 三农
    told = spelt(surface)
    before = text[match.start() - 1 : match.start()]
    if told is None or kind in ("time", "other") or before in ("第", "万", "亿", "个"):
        return _word(match, kind)
    if unit in _NUMBERED and is_row_of_digits(surface):
        return _word(match, kind)
    value, upper = told
    crossed = before in tuple("破超过达近上回")
    if len(surface) == 1 and not magnitude and kind != "times" and not crossed:
        return None
    return Quantity(
        match.start(),
        match.end(),
        value,
        upper,
        # 千亿元: the word is both number and magnitude, so the number is written out in the plain unit
        (magnitude or "") + unit,
        kind,
        _scaled(magnitude, unit),
        qualifier="at_least" if match["cm"] or match["cm2"] else (None if upper is None else "about"),
        shape="chinese",
    )


_ROUNDED: Final = frozenset(
    ["", *["元", "美元", "斤", "吨", "人次", "人", "户", "家", "亩", "度", "千瓦时", "头", "只", "千瓦"]]
)


def _round_money(quantity: Quantity) -> Quantity:
    """百亿元, 万亿元 as a number: 100 亿元, 1 万亿元."""
    value, unit = quantity.value, quantity.unit
    for magnitude in ("万亿", "亿", "万"):
        size = MAGNITUDES[magnitude]
        if value >= size and unit in _ROUNDED:
            quantity.value = value / size
            quantity.upper = None if quantity.upper is None else quantity.upper / size
            quantity.unit = magnitude + unit
            quantity.factor = quantity.factor * size
            break
    return quantity


def _unreadable(match: re.Match[str]) -> Quantity:
    return Quantity(match.start(), match.end(), Decimal(0), None, "", "bare", Decimal(1), refusal="unreadable")


def _fan(match: re.Match[str]) -> Quantity:
    surface = match.group()
    times = {"": 1, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4}.get(match["fan_n"] or "")
    if times is None:
        times = int(match["fan_n"])
    about = any(word in surface for word in ("近", "约"))
    more = match["fan_more"] or "至少" in surface
    value = Decimal(times + 1) if surface.endswith("倍") and match["fan_n"] else Decimal(2**times)
    qualifier = "about" if about else ("at_least" if more else None)
    return Quantity(match.start(), match.end(), value, None, "倍", "times", Decimal(1), qualifier, shape="fan")


def _tenths(match: re.Match[str]) -> Quantity:
    value = Decimal(chinese(match["tn"]) or 0) * 10
    if match["tf"]:
        value += 5 if match["tf"] == "半" else Decimal(chinese(match["tf"]) or 0)
    return Quantity(match.start(), match.end(), value, None, "%", "percent", Decimal(1), shape="tenths")


#: kinds of units with which a number in digits is a value, but behind a letter, 第 or 前; what a point ends may be one
_SAYS_NO_NAME: Final = frozenset(
    {"percent", "points", "money", "usd", "area", "length", "weight", "power", "energy", "visits"}
)
_ASKED_BEFORE: Final = frozenset({BORDER, ".", "第", "前", *_LETTERS})
_YEAR_ALONE: Final = re.compile(r"(?:19|20)\d\d的\d")


def _refuse(quantity: Quantity, text: str) -> str | None:
    """Name the reason why a number can't be a value by its form and the characters beside it."""
    start, end = quantity.start, quantity.end
    if (
        quantity.kind in _SAYS_NO_NAME
        and quantity.shape == "number"
        and text[start - 1 : start] not in _ASKED_BEFORE
        and text[end : end + 1] != BORDER
    ):
        return None
    left = text[max(0, start - 4) : start]
    right = text[end : end + 4]
    if BORDER in (left[-1:], right[:1]):
        return "unreadable"  # digits that white space parts are two numbers or one: nobody can tell
    if quantity.kind == "time":
        unit = quantity.unit
        if unit in ("级", "星级", "星", "型", "版", "号", "世"):
            return "name"
        return "ordinal" if unit in ("届", "次") else "date"
    if quantity.shape == "fan" and _PROGRAMME.match(right):
        return "name"
    named = quantity.shape in ("fan", "chinese") and _LISTED_PROGRAMMES.match(text, end)
    if named and _CARRIED_OUT.search(text, max(0, start - 44), start):
        return "name"
    if quantity.unit in ("G", "T", "P"):
        return "name"
    spelt = quantity.unit and left.endswith(_SPELT)
    if (
        left
        and not spelt
        and (left[-1] in _LETTERS or (left[-1] == "." and left[:-1][-1:].isalpha() and left[:-1][-1:].isascii()))
    ):
        return "name"
    if left.endswith("每") and quantity.kind in ("persons", "households", "count"):
        return "comparison"  # 每4名常住人口就有1家企业
    if left.endswith(("第", "前")):
        return "rank" if quantity.unit in ("位", "名", "%", "强", "") and right[:1] not in "批" else "ordinal"
    if quantity.unit == "个" and _STEPS.match(text, end):
        return "name"  # 连续迈上3个十亿元台阶
    if quantity.kind == "bare" and _YEAR_ALONE.match(text, start) and end - start == 4:
        return "date"  # 由2005年的4亿元增加到2010的12.9亿元
    if quantity.kind == "bare" and right[:1] == "强":
        return "name"
    if quantity.kind in ("bare", "bare_big") and right and right[0] in _LETTERS and right[:3] not in ("GDP",):
        return "name"
    if (
        quantity.kind == "bare"
        and quantity.upper is None
        and _ENUMERATOR.match(right)
        and (not left or left[-1] in "。!?;:\n")
    ):
        return "ordinal"
    if quantity.kind == "bare" and left[-1:] in ("+", "-", "/", "·", "《", "No", "字", "号"):
        return "name"
    if quantity.kind == "bare" and right[:1] in ("+", "/", "-", "·", "《", "》", "号"):
        return "name"
    return None


def find_quantities(text: str, start: int, end: int) -> list[Quantity]:
    """Return all numbers of text[start:end] in order, each parsed whole or marked with a refusal reason."""
    found: list[Quantity] = []
    for match in QUANTITY.finditer(text, start, end):
        # the alternative that matched: its group closes last
        kind = match.lastgroup
        quantity: Quantity | None = None
        if kind == "number":
            quantity = _plain(match, text)
        elif kind == "unknown":
            quantity = _unreadable(match)
        elif kind == "mixed":
            quantity = _mixed(match)
        elif kind == "ratio":
            parts = tuple(Decimal(part) for part in match["ratio"].split(":"))
            quantity = Quantity(match.start(), match.end(), parts[0], None, "", "ratio", Decimal(1), parts=parts)
        elif kind == "fan":
            quantity = _fan(match)
        elif kind == "digits2":
            quantity = Quantity(
                match.start(), match.end(), Decimal(10), None, "%", "percent", Decimal(1), "at_least", shape="digits2"
            )
        elif kind == "masked":
            quantity = Quantity(
                match.start(), match.end(), Decimal(0), None, "", "masked", Decimal(1), refusal="masked"
            )
        elif kind == "percent":
            quantity = _percent(match) or _unreadable(match)
        elif kind == "tenths":
            quantity = _tenths(match)
        else:
            quantity = _chinese(match, text)
            quantity = None if quantity is None else _round_money(quantity)
        if quantity is None:
            if kind in ("number", "mixed"):
                found.append(_unreadable(match))
            continue
        if quantity.refusal is None:
            quantity.refusal = _refuse(quantity, text)
        if quantity.kind == "bare_big" and _PEOPLE.match(text, quantity.end):
            quantity.kind = "persons"
        found.append(quantity)
    found = _joined(found, text) if text.find(BORDER, start, end) >= 0 else found
    _share_units(found, text)
    return found


def _joined(found: list[Quantity], text: str) -> list[Quantity]:
    """71 905万元: what white space parts is one place in a list, though nobody can tell the number."""
    whole: list[Quantity] = []
    for quantity in found:
        last = whole[-1] if whole else None
        parted = last is not None and text[last.end : quantity.start] == BORDER
        if last is not None and parted and last.refusal == quantity.refusal == "unreadable":
            quantity.start = last.start
            whole[-1] = quantity
        else:
            whole.append(quantity)
    return whole


def _share_units(found: list[Quantity], text: str) -> None:
    """2.8和0.6个百分点; 63830、74997和40311元: a bare number takes the unit of the next one in its list."""
    for at in range(len(found) - 2, -1, -1):
        quantity, following = found[at], found[at + 1]
        if quantity.kind not in ("bare", "bare_big") or quantity.refusal or following.refusal:
            continue
        gap = text[quantity.end : following.start]
        if following.kind in ("bare", "bare_big", "ratio", "times", "time") and following.kind != "times":
            continue
        if len(gap) <= 3 and _LIST_GAP.match(gap) and not quantity.unit:
            quantity.unit, quantity.kind, quantity.factor = following.unit, following.kind, following.factor
            quantity.flags = (*quantity.flags, "unit_shared")


def infer_units(text: str, numbers: list[Quantity]) -> None:
    """增长10.3。城镇登记失业率为1.44。: a lost % is put back, with a flag, only after a word of growth or rate."""
    listed_after = -1
    for number in numbers:
        if number.kind != "bare" or number.refusal or number.flags:
            continue
        left, right = text[max(0, number.start - 8) : number.start], text[number.end : number.end + 1]
        has_fraction = "." in text[number.start : number.end]
        told = re.search(r"(?:增长|下降|增速|率为|率达到?|率)\Z", left) or number.start == listed_after + 1
        if has_fraction and told and (not right or right in ",;。、和\n"):
            number.unit, number.kind, number.factor = "%", "percent", Decimal(1)
            number.flags = ("unit_inferred",)
            listed_after = number.end if right in ("、", "和") else -1
