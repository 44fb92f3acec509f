"""Numerals: the surface of a number → Decimal, or nothing.

What belongs here: digits, thousands separators, Chinese and mixed numerals. What does not: units, signs of change.
A numeral consumes its whole surface or gives None.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
CHINESE_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
CHINESE = r"[一二三四五六七八九十百千两零][一二三四五六七八九十百千万亿两零点]*"
_ARABIC = re.compile(rf"(?:{DIGITS})\Z")
_YEAR_LIKE = re.compile(r"[一二三四五六七八九零]{2,}\Z")


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


def chinese(surface: str) -> Decimal | None:
    """Return the value of 十三点八, 一百二十, 二零二一; None where the surface is no numeral."""
    whole, dot, fraction = surface.partition("点")
    if dot:
        digits = [CHINESE_DIGITS.get(char) for char in fraction]
        head = _whole(whole)
        if head is None or not digits or any(digit is None for digit in digits):
            return None
        return Decimal(f"{head}.{''.join(str(digit) for digit in digits)}")
    if _YEAR_LIKE.match(surface):
        return Decimal("".join(str(CHINESE_DIGITS[char]) for char in surface))
    value = _whole(surface)
    return None if value is None else Decimal(value)
