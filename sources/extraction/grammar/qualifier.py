"""Qualifiers and commitments around a number: 左右, 以上, 不超过, 力争 …

What belongs here: the words directly before and after a number that bound it, and the words that say how firmly it is
promised. What does not: the number.
"""

from __future__ import annotations

import re
from typing import Final

_RIGHT: Final = re.compile(
    r"(?:的)?(?P<about>左右|上下|许|(?:之|上下)?浮动)|(?P<least>(?:及|或)?以上|及其以上|多|余|"
    r"之上|\+)|(?P<most>(?:及)?(?:以内|之内|以下|之下))"
)
_STEP: Final = re.compile(r"(?:[两二三四几]个)?(?:的)?(?:新)?(?:台阶|大关|关口|门槛)")
_LEFT: Final = re.compile(
    r"(?:(?P<least>不低于|不少于|不小于|至少|突破了?|超过了?|超出|首超|超额|首次超|超|逾|高于|"
    r"多于|大于|站上|迈上|跨上|跃上|登上|迈过|迈入|跨入|跨越|首破|破|跃过|翻越|越过|跨过|重回|重返|迈进|冲破|"
    r">=|≥|>|高达以上)"
    r"|(?P<most>不超过|不高于|不大于|低于|少于|小于|不突破|控制在不超过|≤|<=|<|不多于)"
    r"|(?P<about>大约|约为|约|接近|将近|近|大致|大体|基本达到|上下))(?:了|到|至|在|达|达到)?\Z"
)
_COMMITMENT: Final = re.compile(r"确保|力争|争取|努力|奋力|保证|务必|力求|争创|全力争取|奋力实现")
# what any of them starts with first, for most numbers have nothing behind them
SUFFIX: Final = re.compile(
    r"(?=[%的左上及或以之多余])"
    r"(?:(?<=%)%|(?:的)?(?:左右|上下|(?:及|或)?以上|及其以上|(?:及)?(?:以内|之内|以下)|之间|多|余))"
)


def of_number(lead: str, trail: str, own: str | None) -> str:
    """Return the qualifier of a number with `lead` before it and `trail` after it; `own` is what "
    "its form says (余)."""
    right = _RIGHT.match(trail)
    if right:
        return "about" if right["about"] else ("at_least" if right["least"] else "at_most")
    if own:
        return own
    left = _LEFT.search(lead)
    if left:
        return "at_least" if left["least"] else ("at_most" if left["most"] else "about")
    if _STEP.match(trail):
        return "at_least"
    return "exact"


def step(trail: str) -> bool:
    """Whether the number is a threshold: 突破百亿大关, 迈上100亿斤台阶."""
    return bool(_STEP.match(trail))


def commitment(clause: str) -> str | None:
    """Return the last word of commitment in the clause that leads to the number, as written."""
    found = _COMMITMENT.findall(clause)
    return found[-1] if found else None
