"""Where a newspaper breaks a report off and goes on with it on another page: （下转第2版）, （上接第1版）.

What belongs here: finding these words and joining what they part. What does not: finding the other page
(``sources/snapshot/pages.py``).
"""

from __future__ import annotations

import re

from sources.document.genre import TERMINAL
from sources.document.traced import Traced, join

_PAGE = r"\s*第?\s*[0-9０-９一二三四五六七八九十A-Za-z]{1,4}\s*[版页]"
_SIGN = r"[■▲△▼◆●★\s]*"
_OPEN, _CLOSE = r"[（(【\[［〔]\s*", r"[^（()）\n]{0,8}[）)】\]］〕]"
_ON = rf"(?:{_SIGN}{_OPEN}(?:紧|下)?转{_PAGE}{_CLOSE}|{_SIGN}下转{_PAGE})"
_FROM = rf"(?:{_SIGN}{_OPEN}(?:紧|上)接{_PAGE}{_CLOSE}|{_SIGN}上接{_PAGE})"
#: at the end of a line and at the beginning of one; both in the midst of one, where lines were joined already
_TURNS = re.compile(rf"{_ON}\s*$")
_COMES = re.compile(rf"^\s*{_FROM}\s*")
_BOTH = re.compile(rf"{_ON}\s*{_FROM}\s*")
#: lines between the two, such as the head of the next page, over which a sentence goes on
_BETWEEN = 3


def rejoin(lines: list[Traced]) -> tuple[list[Traced], bool, bool]:
    """Return the lines without these words, sentences joined that they part; whether there were any; whether the last
    of them leads away from the text, which then breaks off.
    """
    if not any("接" in line.text or "转" in line.text for line in lines):
        return lines, False, False
    kept: list[Traced] = []
    turned: int | None = None  # where in `kept` the line stands that was broken off
    found = False
    for line in lines:
        # single characters of them are far cheaper to look for
        has_page = "版" in line.text or "页" in line.text
        has_from, has_on = has_page and "接" in line.text, has_page and "转" in line.text
        closed = line.sub(_BOTH, "") if has_from and has_on else line
        found, line = found or closed is not line, closed
        comes = _COMES.search(line.text) if has_from else None
        turns = _TURNS.search(line.text) if has_on else None
        found = found or bool(comes or turns)
        own = line.slice(comes.end() if comes else 0, turns.start() if turns else None)
        if comes and turned is not None and len(kept) - turned <= _BETWEEN:
            before = kept[turned]
            if before.text and not before.text.endswith((*TERMINAL, "”", "》", "）")):
                kept[turned:] = [join([before, own])]
                own = own.slice(0, 0)
            turned = None
        if own.text.strip():
            kept.append(own)
        if turns:
            turned = len(kept) - 1 if kept else None
    return kept, found, turned is not None
