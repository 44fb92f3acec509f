"""Small raised characters: a note's mark, which is no part of the text, or an exponent, which is.

What belongs here: that choice, for whatever reader has found out what is raised. What does not: finding it out (runs of
Word: ``printed.py``; elements of a page: ``tagstyle.py``; places on a page: ``pdf.py``).
"""

from __future__ import annotations

import re

from sources.document.normal import UNREADABLE

_LENGTH = re.compile(r"(?<![A-Za-zａ-ｚＡ-Ｚ])[kcdmhｋｃｄｍｈ]?[mｍ]$", re.IGNORECASE)
#: behind a figure only: 玉米 is none
_LENGTH_IN_WORDS = re.compile(r"[\d万亿千百十] ?(?:公里|千米|厘米|米)$")
_TEN = re.compile(r"(?<![\d.．])10$")
_EXPONENT = re.compile(r"[-−–－]?\d{1,2}")
_MARK = re.compile(r"[\d\s,，、;；.．~～–—－\-\[\]［］〔〕【】()（）*＊†‡§#＃①-⓿㈠-㈩❶-➓注A-Za-z]+")
#: what a mark of a note never holds: a number with decimals, or one of four digits
_NUMBER = re.compile(r"\d[.．]\d|\d{4}")
_UNIT = re.compile("[%％‰万亿]")
_GOES_ON = re.compile(r"[.．]?\d")


def printed_as(before: str, raised: str, behind: str) -> str:
    """Return what stands in the text for `raised`, set small and high between `before` and `behind` on its line.

    An exponent behind a unit of length stays (m2), behind ten it is told by a caret (10^4: 104 would be another
    number); a note's mark is nothing; U+FFFD where a digit may be meant. Words set high are words.
    """
    mark = raised.strip()
    if not _MARK.fullmatch(mark):
        return raised
    if mark in ("2", "3") and (_LENGTH.search(before[-8:]) or _LENGTH_IN_WORDS.search(before[-8:])):
        return mark
    if _EXPONENT.fullmatch(mark) and _TEN.search(before[-8:]):
        return "^" + mark
    parts_a_number = before[-1:].isdigit() or before[-1:] in (".", "．")
    if _NUMBER.search(mark) or (parts_a_number and _GOES_ON.match(behind)):
        return UNREADABLE
    if not parts_a_number and _UNIT.match(behind) and mark.isdigit():
        return UNREADABLE  # the figure itself, set high
    return ""
