"""Numerals: the surface of a number → Decimal, or nothing.

What belongs here: digits, thousands separators, Chinese and mixed numerals. What does not: units, signs of change.
A numeral consumes its whole surface or gives None.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

DIGITS: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
CHINESE_DIGITS: Final = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
SMALL: Final = {"十": 10, "百": 100, "千": 1000}
LARGE: Final = {"万": 10**4, "亿": 10**8}
CHINESE: Final = r"[一二三四五六七八九十百千两零][一二三四五六七八九十百千万亿两零点]*"
#: sizes by which a part of a mixed numeral is told, the longest first
_SIZES: Final = ("万亿", "千亿", "百亿", "十亿", "千万", "百万", "十万", "亿", "万", "千", "百")
#: 3亿8600万, 1万2千, 2万1千5百: digits and Han sizes in turn
MIXED: Final = r"\d++(?:\.\d++)?+[百千万亿]{1,2}(?:零?\d+(?:\.\d+)?[百千万亿]{1,2})*零?\d+(?:\.\d+)?[百千万亿]{0,2}"
_MIXED_PART: Final = re.compile(r"(?P<zero>零?)(?P<digits>\d+(?:\.\d+)?)(?P<size>[百千万亿]{0,2})")
#: 三四十, 十七八, 二三百, 六七: two neighbouring digits are the ends of a range
_NEIGHBOURS: Final = re.compile(
    r"(?P<head>(?:.*[十百千万亿])?)(?P<low>[一二两三四五六七八九])(?P<high>[二两三四五六七八九])(?P<tail>[十百千万亿]*)\Z"
)
_ARABIC: Final = re.compile(rf"(?:{DIGITS})\Z")
_DIGITS_ALONE: Final = re.compile(r"[一二两三四五六七八九]{2,}\Z")
_YEAR_LIKE: Final = re.compile(r"[一二三四五六七八九零]{2,}\Z")


@lru_cache(maxsize=4096)
def arabic(surface: str) -> Decimal | None:
    """Return the value of `1,234.5`; None where the surface is no number."""
    return Decimal(surface.replace(",", "")) if _ARABIC.match(surface) else None


def _section(surface: str) -> int | None:
    """Value of a Chinese numeral below 万."""
    total = 0
    digit: int | None = None
    for char in surface:
        if char in CHINESE_DIGITS:
            if digit not in (None, 0):
                return None
            digit = CHINESE_DIGITS[char]
        elif char in SMALL:
            total += (1 if digit in (None, 0) else digit or 0) * SMALL[char]
            digit = None
        else:
            return None
    return total + (digit or 0)


def _whole(surface: str) -> int | None:
    for char, factor in (("亿", LARGE["亿"]), ("万", LARGE["万"])):
        if char in surface:
            left, _, right = surface.rpartition(char)
            head = _whole(left) if left else 1
            tail = _whole(right) if right else 0
            return None if head is None or tail is None else head * factor + tail
    return _section(surface)


def _size(words: str) -> int | None:
    """Return 10000 for 万, 10**12 for 万亿, 1 for no word; None where the words are no size."""
    scale = 1
    while words:
        found = next((size for size in _SIZES if words.startswith(size)), None)
        if found is None:
            return None
        for char in found:
            scale *= SMALL.get(char) or LARGE[char]
        words = words[len(found) :]
    return scale


def mixed(surface: str) -> Decimal | None:
    """Return the value of 3亿8600万 (386000000), 1万2千亿 (1200000000000); None where the surface is no such numeral.

    Each part must fit below the size of the part before it; a size left over at the end multiplies the whole.
    """
    parts = list(_MIXED_PART.finditer(surface))
    if len(parts) < 2 or "".join(part.group() for part in parts) != surface:
        return None
    total, below = Decimal(0), None
    for at, part in enumerate(parts):
        value, last = Decimal(part["digits"]), at == len(parts) - 1
        if not last and "." in part["digits"]:
            return None
        cuts = range(len(part["size"]), -1, -1) if last else [len(part["size"])]
        for cut in cuts:
            own, rest = _size(part["size"][:cut]), _size(part["size"][cut:])
            if own is None or rest is None:
                continue
            written_out = own > 1 or part["zero"] or below is None or value * 10 >= below
            if below is None or (own < below and value * own < below and written_out):
                total, below = (total + value * own) * rest, own
                break
        else:
            return None
    return total


@lru_cache(maxsize=4096)
def neighbours(surface: str) -> tuple[Decimal, Decimal] | None:
    """Return the ends of 三四十 (30, 40), 十七八 (17, 18), 二三百 (200, 300), 六七 (6, 7); None for others."""
    match = _NEIGHBOURS.match(surface)
    if match is None:
        return None
    if CHINESE_DIGITS[match["low"]] + 1 != CHINESE_DIGITS[match["high"]]:
        return None
    low, high = (chinese(match["head"] + match[end] + match["tail"]) for end in ("low", "high"))
    return (low, high) if low is not None and high is not None else None


def is_row_of_digits(surface: str) -> bool:
    """Whether digits stand side by side without 十, 百 … between them."""
    return _DIGITS_ALONE.match(surface) is not None


def spelt(surface: str) -> tuple[Decimal, Decimal | None] | None:
    """Return what words tell, with the upper end of a range: (6, 7) of 六七, (108, None) of 一百零八.

    None where they are no number: 三五 is neither 35 nor a range, and of 唯一|一家 nobody counted eleven.
    """
    ends = neighbours(surface)
    if ends is not None:
        return ends
    value = None if is_row_of_digits(surface) else chinese(surface)
    return None if value is None else (value, None)


@lru_cache(maxsize=4096)
def chinese(surface: str) -> Decimal | None:
    """Return the value of 十三点八, 二百三十五点六亿, 一百二十, 二零二一; None where the surface is no numeral."""
    whole, dot, fraction = surface.partition("点")
    if dot:
        size = re.search("[百千万亿]*\\Z", fraction)
        if size and size.group():
            told, scale = chinese(surface[: -len(size.group())]), _size(size.group())
            return None if told is None or scale is None else told * scale
        digits = [CHINESE_DIGITS.get(char) for char in fraction]
        head = _whole(whole)
        if head is None or not digits or any(digit is None for digit in digits):
            return None
        return Decimal(f"{head}.{''.join(str(digit) for digit in digits)}")
    if _YEAR_LIKE.match(surface):
        return Decimal("".join(str(CHINESE_DIGITS[char]) for char in surface))
    value = _whole(surface)
    return None if value is None else Decimal(value)
