"""Spaces inside lines: those that stand in words and numbers go, those that part two things stay.

What belongs here: spaces and tabs of one line. What does not: line breaks (``wrap.py``).

Chinese prints no spaces. In running text a space beside a Chinese character is a trace of layout; in a title or a
speaker's line it parts office and name, and stays. Between two digits it is removed only where both sides are sure
to be one number: a group of three digits (3 200.5), a point (1 .57), or anywhere in a text that is full of spaces. A
tab is the border of two cells: nothing joins over it.
"""

from __future__ import annotations

import re

from sources.document.genre import CJK, MARKER, is_sentence
from sources.document.traced import Traced

# all begin with the space, and what must precede it comes behind: `re` looks for a character far faster than it tries a
# look behind at each place
_RUNS = re.compile(r" {2,}")
_FULL = f"{CJK}，。、；：！？“”‘’（）《》〈〉【】〔〕—…％"
#: not before digits that are parted themselves: 粮食产量 120 130万吨 shows by its spaces that it is a row
_BESIDE_CHINESE = re.compile(
    rf" (?:(?<=[{_FULL}] )(?=[{_FULL}A-Za-z0-9+＋(,;:!?])(?!\d[\d.．]* \d)"
    rf"|(?<=[A-Za-z0-9%‰.)+＋,;:!?] )(?=[{_FULL}])|(?<=[,;:!?] )(?=[0-9]))"
)
#: words before which a title or heading has no space before a year, even where a speaker's line would
_BEFORE_YEAR = re.compile(r" (?<=[和与及市县区省州盟旗于至到、] )(?=(?:19|20)\d{2} ?年)")
_BEFORE_PERCENT = re.compile(r" (?<=\d ) *(?=[%％‰])")
_IN_DATE = re.compile(r" (?:(?<=[0-9〇○] )(?=[年月日])|(?<=[年月] )(?=[0-9〇○一二三四五六七八九十]))")
_IN_BRACKETS = re.compile(r" (?:(?<=[（(〔【《“] )|(?=[）)〕】》”]))")
#: 县长 张 三: a name of two characters is spaced to the width of three
_IN_NAME = re.compile(rf" (?<=[长任席记] [{CJK}] )(?=[{CJK}]$)")
_SPACED_OUT = re.compile(rf"^(?:[{CJK}] ){{2,}}[{CJK}]$")
_CHAIN = re.compile(r"(?<![\d.．])\d+(?:[.．]\d+)?(?: ?[.．] ?\d+| \d+(?:[.．]\d+)?)+(?![\d.．])")
_NUMBER = re.compile(r"^(?:0|[1-9]\d{0,8})(?:[.．]\d{1,4})?$")
_LEAD, _GROUP = re.compile(r"^\d{1,3}$"), re.compile(r"^\d{3}(?:[.．]\d+)?$")
_YEAR = re.compile(r"^(?:19|20)\d{2}$")
_UNIT_BEHIND = re.compile(rf"^ ?[{CJK}%％‰]")
_FORBIDDEN_BEFORE = re.compile(r"[“\"'+＋/／:：—–\-~～A-Za-z图表第]\s?$")
#: sure joins in a text from which on doubtful ones are believed too
_EVIDENCE = 3
#: spaces between Chinese characters of one line from which on digits are believed there, too
_NOISY = 2
_INSIDE_WORDS = re.compile(f" (?<=[{CJK}] )(?=[{CJK}])")
_BESIDE_POINT = re.compile(r" (?:(?<=\d )[.．] ?(?=\d)|(?<=\d[.．] )(?=\d))")


def mend_spaces(lines: list[Traced]) -> tuple[list[Traced], tuple[str, ...]]:
    """Return the lines without spaces inside words and numbers; flags `spaces_removed`, `digits_rejoined`."""
    flags: dict[str, None] = {}
    spaced = (line.text for line in lines if " " in line.text and is_sentence(line.text))
    chains = [match for text in spaced for match in _CHAIN.finditer(text)]
    believed = sum(map(_sure, chains)) >= _EVIDENCE
    by_threes = sum(map(_grouped, chains)) >= _EVIDENCE
    mended = []
    for line in lines:
        if " " not in line.text:
            mended.append(line)
            continue
        new = line.sub(_RUNS, " ").strip(" ") if "  " in line.text or line.text != line.text.strip(" ") else line
        joined = _join_digits(new, believed or _is_noisy(new.text), by_threes) if is_sentence(new.text) else new
        joined = joined.sub(_BEFORE_PERCENT, "")
        if len(joined) != len(new):
            flags["digits_rejoined"] = None
        closed = joined.sub(_IN_DATE, "").sub(_IN_BRACKETS, "").sub(_BEFORE_YEAR, "").sub(_IN_NAME, "")
        if _SPACED_OUT.match(closed.text):
            closed = closed.sub(re.compile(" "), "")
        if is_sentence(closed.text) or MARKER.match(closed.text):
            closed = _close_up(closed)
        if len(closed) != len(joined):
            flags["spaces_removed"] = None
        mended.append(closed)
    return mended, tuple(flags)


def _close_up(line: Traced) -> Traced:
    while True:
        closed = line.sub(_BESIDE_CHINESE, "")
        if len(closed) == len(line):
            return line
        line = closed


def _join_digits(line: Traced, believed: bool, by_threes: bool) -> Traced:
    spaces = [
        (match.start() + space.start(), match.start() + space.end())
        for match in _CHAIN.finditer(line.text)
        if _grouped(match, by_threes) or (believed and _possible(match))
        for space in re.finditer(" ", match.group())
    ]
    return line.without(spaces) if spaces else line


def _is_noisy(text: str) -> bool:
    """Tell whether a line has spaces inside its words, or a point with one beside it: digits have them, too."""
    return len(_INSIDE_WORDS.findall(text)) >= _NOISY or bool(_BESIDE_POINT.search(text))


def _possible(match: re.Match[str]) -> bool:
    """Tell whether digits parted by spaces can be one number: one decimal point, a unit behind, no year among them."""
    if " " not in match.group() or not _NUMBER.match(match.group().replace(" ", "")):
        return False
    behind, before = match.string[match.end() :], match.string[: match.start()]
    if not _UNIT_BEHIND.match(behind) or _FORBIDDEN_BEFORE.search(before):
        return False
    parts = match.group().split(" ")
    return not any(_YEAR.match(part) for part in parts)


def _grouped(match: re.Match[str], by_threes: bool = False) -> bool:
    """Tell whether digits stand in groups of three, as in 23 200.5, and their name is not parted from them by a space.

    With such a space they are the row of a table: 粮食产量 120 130万吨; but for a text that is known to group its
    digits `by_threes`.
    """
    parts = match.group().split(" ")
    spaced = not by_threes and match.string[: match.start()].endswith(" ")
    return not spaced and bool(_LEAD.match(parts[0])) and all(_GROUP.match(p) for p in parts[1:]) and _possible(match)


def _sure(match: re.Match[str]) -> bool:
    """Tell whether they must be one number: a lone digit or a lone point among them, which stands for nothing."""
    if not _possible(match):
        return False
    parts = match.group().split(" ")
    if any(part.endswith((".", "．")) and part.strip(".．") for part in parts):
        # "1. 57": the number of a list, unless it stands in the midst of a clause
        return bool(re.search(f"[{CJK}]$", match.string[: match.start()].rstrip(" ")))
    return any(len(part) == 1 for part in parts) or any(part.startswith((".", "．")) for part in parts)
