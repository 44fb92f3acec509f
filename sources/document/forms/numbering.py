"""Automatic numbers of Word: 一、 （一） 1. that Word prints and keeps nowhere in a paragraph's text.

What belongs here: counting numbered paragraphs as Word does, and the words of their numbers. What does not: reading the
text (``printed.py``).

Only Chinese and decimal numbers are told. A decimal one is left out before a digit: 1. and 5万吨 would read 1.5万吨.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sources.document.forms.runstyle import MOST_PARENTS, Element, W, is_on

_DIGITS = "〇一二三四五六七八九"
_CHINESE = frozenset(
    ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand")
)
_CIRCLED = frozenset(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"))


@dataclass(frozen=True)
class _Level:
    form: str
    text: str
    start: int
    hidden: bool
    legal: bool


@dataclass(frozen=True)
class _List:
    """A numbered list: lists of the same `counter` go on counting where the other stopped."""

    counter: str
    levels: dict[int, _Level]
    restarts: dict[int, int]
    of_style: dict[str, int]


def _value(parent: Element | None, *path: str) -> str | None:
    """Return the w:val of the element at `path` below `parent`."""
    found = parent.find("/".join(W + name for name in path)) if parent is not None else None
    return found.get(W + "val") if found is not None else None


def _has(parent: Element, *path: str) -> bool:
    """Tell whether the switch at `path` below `parent` is there and on."""
    found = parent.find("/".join(W + name for name in path))
    return found is not None and is_on(found.get(W + "val"))


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value is not None and re.fullmatch(r"\d{1,6}", value) else otherwise


def _lists(numbering: Element) -> dict[str, _List]:
    kinds = {e.get(W + "abstractNumId") or "": e for e in numbering.iter(W + "abstractNum")}
    found = {}
    for number in numbering.iter(W + "num"):
        counter = _value(number, "abstractNumId") or ""
        if counter not in kinds:
            continue
        levels, of_style, restarts = {}, {}, {}
        overrides = list(number.iter(W + "lvlOverride"))
        for level in [*kinds[counter].iterfind(W + "lvl"), *(e for o in overrides for e in o.iterfind(W + "lvl"))]:
            depth = _whole(level.get(W + "ilvl"), 0)
            levels[depth] = _Level(
                form=_value(level, "numFmt") or "decimal",
                text=_value(level, "lvlText") or "",
                start=_whole(_value(level, "start"), 0),
                hidden=_has(level, "rPr", "vanish"),
                legal=_has(level, "isLgl"),
            )
            if style := _value(level, "pStyle"):
                of_style[style] = depth
        for override in overrides:
            if (start := _value(override, "startOverride")) is not None:
                restarts[_whole(override.get(W + "ilvl"), 0)] = _whole(start, 1)
        found[number.get(W + "numId") or ""] = _List(counter, levels, restarts, of_style)
    return found


class Numbering:
    """Counts a file's numbered paragraphs: `numbering` and `styles` are its parts, None where it has none."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._lists = {} if numbering is None else _lists(numbering)
        self._styles = {} if styles is None else {e.get(W + "styleId") or "": e for e in styles.iter(W + "style")}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def label(self, properties: Element | None, text: str) -> str:
        """Return the number that Word prints before the next paragraph, which has these properties and this text.

        It is empty where there is none, or where the text brings it already.
        """
        found = _numbered(properties, self._lists, self._styles) if self._lists else None
        if found is None or not text:
            return ""
        number, depth = found
        chosen = self._lists[number]
        count = self._counts.setdefault(chosen.counter, {})
        if number not in self._begun:
            self._begun.add(number)
            count.update({level: start - 1 for level, start in chosen.restarts.items()})
        _count(chosen, count, depth)
        label = _label(chosen, count, depth)
        if text.startswith(label) or (label[-1:] in (".", "．") and text[0].isdigit()):
            return ""
        return label


def _numbered(
    properties: Element | None, lists: dict[str, _List], styles: dict[str, Element]
) -> tuple[str, int] | None:
    """Return a paragraph's list and level, its own or its style's; None where it has no number."""
    number, depth = _value(properties, "numPr", "numId"), _value(properties, "numPr", "ilvl")
    style = _value(properties, "pStyle")
    level_of = style
    for _ in range(MOST_PARENTS):
        if number is not None or style is None or style not in styles:
            break
        number = _value(styles[style], "pPr", "numPr", "numId")
        depth = depth or _value(styles[style], "pPr", "numPr", "ilvl")
        level_of = style
        style = _value(styles[style], "basedOn")
    if number is None or number not in lists:
        return None
    level = _whole(depth, lists[number].of_style.get(level_of or "", 0))
    return (number, level) if level in lists[number].levels else None


def _count(chosen: _List, count: dict[int, int], depth: int) -> None:
    for level in range(depth):  # a level that was skipped counts as begun
        if level in chosen.levels:
            count.setdefault(level, chosen.levels[level].start)
    count[depth] = count.get(depth, chosen.levels[depth].start - 1) + 1
    for level in [level for level in count if level > depth]:
        del count[level]


def _label(chosen: _List, count: dict[int, int], depth: int) -> str:
    """Return the number as printed, empty where its form is none of ours."""
    own = chosen.levels[depth]
    if "%" not in own.text or own.hidden:
        return ""
    label = own.text.strip()
    for place in {int(found) - 1 for found in re.findall(r"%([1-9])", label)}:
        level = chosen.levels.get(place)
        form = "decimal" if own.legal else level.form if level else ""
        printed = _printed(form, count.get(place, 0)) if level else ""
        if not printed:
            return ""
        label = label.replace(f"%{place + 1}", printed)
    return "" if label[-1:].isdecimal() else label  # a bare figure would run into the text behind it


def _printed(form: str, value: int) -> str:
    if not 0 < value < 100:
        return ""
    if form == "decimal":
        return str(value)
    if form in _CIRCLED:
        return chr(0x2460 + value - 1) if value <= 20 else ""
    if form not in _CHINESE:
        return ""
    tens, ones = divmod(value, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
