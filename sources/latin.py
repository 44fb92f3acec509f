"""Names of places in Latin letters: pinyin as the place is called, the kind of place in English.

What belongs here: how a Chinese name is read and told (data: ``readings.yaml``). What does not: which places there are
(``registry/regions.py``), other words (``english.py``).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from sources.yaml_text import load_yaml

#: marks between and around names, as Latin letters have them
_MARKS = str.maketrans(
    {"、": ", ", "，": ", ", "（": " (", "）": ")", "“": '"', "”": '"', "·": " ", "－": "-", "—": "-"}
)
READINGS = Path(__file__).with_name("readings.yaml")
NATION = "100000"
ENDINGS = (
    "新区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "自治州", "自治县", "地区", "省", "市", "县", "区",
)  # fmt: skip


@cache
def _readings() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = load_yaml(READINGS.read_text(encoding="utf-8"))
    return loaded


@cache
def pinyin_of(name: str) -> str:
    """Return a name in Latin letters without tones: 长治市 → changzhi; the kind of place is left off."""
    readings, short = _readings(), without_kind(name)
    for known in (name, short):
        if known in readings["names"]:
            return readings["names"][known]
    return "".join(_everyday(part) for part in _parts(short))


def readings_of(name: str) -> tuple[str, ...]:
    """Return all that someone may type for a name: its reading, and the everyday one where that is another."""
    return tuple(dict.fromkeys((pinyin_of(name), _everyday(without_kind(name)))))


def without_kind(name: str) -> str:
    """Return the name of a place without its kind: 长治市 → 长治; 单县 stays, for nothing would be left."""
    return next((name.removesuffix(e) for e in ENDINGS if name.endswith(e) and len(name) > len(e) + 1), name)


def _parts(name: str) -> list[str]:
    """Cut a name around the characters that names of places read in their own way, which are given by that reading."""
    characters = _readings()["characters"]
    parts, since = [], 0
    for at, character in enumerate(name):
        if character in characters:
            parts += [name[since:at], characters[character]]
            since = at + 1
    return [part for part in (*parts, name[since:]) if part]


def _everyday(name: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name))


def english_names() -> dict[str, str]:
    """Return the names that English has for some places, by code, without the kind of place."""
    return _readings()["english"]


@lru_cache(maxsize=1 << 14)
def place_in_english(name: str, code: str = "") -> str:
    """Return a place as English tells it: 榆舟市 → Yuzhou City, 甲乙回族自治县 → Jiayi Hui Autonomous County.

    `code` finds names that are no pinyin (Inner Mongolia). What is no Chinese stays as it is.
    """
    known, kinds = english_names().get(code), _readings()["kinds"]
    if code == NATION:
        return str(known)
    kind = next((kind for kind in kinds if name.endswith(kind) and len(name) > len(kind)), "")
    short = name.removesuffix(kind)
    peoples: list[str] = []
    if kind.startswith("自治"):
        short, peoples = _without_peoples(short)
    if len(short) == 1:  # 单县 is Shanxian County, as maps have it
        short, peoples = name.removesuffix(kind) + kind[-1:], []
    told = known or (_letters(short) if short in _readings()["names"] else _letters(name, short))
    return " ".join([told, *([] if known and code.endswith("0000") else peoples), *([kinds[kind]] if kind else [])])


def _without_peoples(name: str) -> tuple[str, list[str]]:
    """Cut the peoples off the end of the name of their place, as long as something is left."""
    found: list[str] = []
    while end := next((p for p in _peoples() if name.endswith(p) and len(name) > len(p)), ""):
        name = name.removesuffix(end)
        found.insert(0, _readings()["peoples"][end.removesuffix("族")])
    # 东乡族自治县 is called by its people alone
    return name.removesuffix("族") if name.removesuffix("族") in _readings()["peoples"] else name, found


@cache
def _peoples() -> tuple[str, ...]:
    """Return the names of peoples as they stand in names of places: with 族, and those of two and more without it."""
    told = _readings()["peoples"]
    return tuple(sorted([f"{p}族" for p in told] + [p for p in told if len(p) > 1], key=len, reverse=True))


def _letters(name: str, short: str = "") -> str:
    """Return a name in letters, the first of each run of Chinese characters a capital."""
    known = _readings()["names"].get(name)
    if known:
        return known.capitalize()
    return re.sub(
        r"[一-鿿]+", lambda run: "".join(map(_everyday, _parts(run[0]))).capitalize(), short or name
    ).translate(_MARKS)
