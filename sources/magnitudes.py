"""Which unit of ten thousands a number is shown in: Chinese reports and tables count by 万 and 亿.

What belongs here: the choice, for the dashboard and for files. What does not: rounding, words of a language.
"""

from __future__ import annotations

MONEY = ("元", "美元")
UNSCALED = ("%", "‰", "个百分点", "倍")


def magnitude(unit: str, largest: float) -> tuple[float, str]:
    """Return by what to divide values of `unit`, the largest of which is `largest`, and the unit they are then in.

    ('元', 3.8e12) gives 1e8 and 亿元; rates and amounts for each of something stay as they are.
    """
    if unit in UNSCALED or "/" in unit:
        return 1.0, unit
    if abs(largest) >= 1e8:
        return 1e8, f"亿{unit}"
    if abs(largest) >= 1e6 or (unit in MONEY and abs(largest) >= 1e4):
        return 1e4, f"万{unit}"
    return 1.0, unit
