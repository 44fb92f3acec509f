"""Two readings of the same printed line compared: what they differ on in a number is not read.

What belongs here: which differences and which doubts make a character unreadable. What does not: reading, layout.

An unreadable character is U+FFFD: whoever reads numbers rejects one that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from statistics import median

from sources.document.forms.recognition import Reading
from sources.document.normal import UNREADABLE

#: least certainty of a digit, and of a point or a percent sign, of which 0.5 is seen where they are right
LEAST_SURE, LEAST_SURE_POINT = 0.8, 0.5
#: mean certainty below which a line is no text: a stamp, a picture, a line upside down
LEAST_SURE_LINE = 0.8

#: how far apart digits stand, in heights of a line as it is cut out, where a page has too few to tell
HALF_WIDTH = 0.45
#: how much more leaves room for a point, which is a quarter of a height wide; places are told to a sixth of one
_ROOM, _FEWEST_STEPS = 0.2, 8
_TWO_DIGITS = re.compile(r"[0-9](?=[0-9])")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D, 0x2013: 0x2D}
#: what a number is made of: digits, points, signs, scales, and numbers in words
_NUMERIC = frozenset("0123456789.%‰+-万亿千百十〇零一二两三四五六七八九几半倍成翻")
#: a number as it stands in a line: never a word's 一 alone, which is no digit
_TOKEN = re.compile(r"[+-]?\d[\d.,]*(?:[%‰]|[十百千万亿]+)?|\.\d+%?")
_DIGIT_LIKE = re.compile(r"[0-9.%‰万亿]")
#: a number with something unreadable in it or beside it, over the end of a line too
_DOUBTED = re.compile(
    r"(?:[\d.．,%％‰十百千万亿+-]|\n(?=\ufffd))*\ufffd(?:[\d.．,%％‰十百千万亿\ufffd+-]|\n(?=\ufffd)|(?<=\ufffd)\n)*"
)
#: what print has between two digits of one number only where recognition took a point for it
_BAD_JOINTS = re.compile(r"(?<=\d)[,。·'’`‘*]+(?=\d)|(?<=[\d.]) +(?=[\d.])|(?<=\d)\.(?=\.)|(?<=\.)\.(?=\d)")
_GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")
#: letters that a digit is taken for, beside a digit or a point and in no word
_LETTER_DIGITS = re.compile(
    r"(?<![A-Za-z])[lI|!OoQDSsBZzbqgi](?=[\d.])(?![A-Za-z])|(?<=[\d.])[lI|!OoQDSsBZzbqgi](?![A-Za-z])"
)


def advance(readings: Iterable[Reading]) -> float:
    """Return how far apart the digits of a page stand, in heights of a line: the median."""
    steps = [step for reading in readings for _, _, step in _steps(reading)]
    return median(steps) if len(steps) >= _FEWEST_STEPS else HALF_WIDTH


def _steps(reading: Reading) -> Iterator[tuple[int, int, float]]:
    """Yield the places of two digits side by side and how far apart they stand."""
    for match in _TWO_DIGITS.finditer(reading.text):
        at = match.start()
        if at + 1 < len(reading.places):
            yield at, at + 1, reading.places[at + 1] - reading.places[at]


def _far_apart(reading: Reading, usual: float) -> set[int]:
    """Return digits between which there is room for a point or another digit that recognition passed over."""
    return {at for left, right, step in _steps(reading) if step > usual + _ROOM for at in (left, right)}


def agreed(first: Reading, second: Reading, usual: float = HALF_WIDTH) -> str:
    """Return the text of `first`, with U+FFFD for what may be no part of a number as it was read.

    That is what the readings differ on, what one of them is not sure of, what print can't have there, and digits that
    stand further apart than is `usual` (see `advance`). Where `first` lacks what `second` has, the characters next to
    the gap are unreadable.
    """
    if not first.text and not second.text:
        return ""
    if max(first.confidence, second.confidence) < LEAST_SURE_LINE or not first.text:
        return UNREADABLE
    a, b = (reading.text.translate(_FULL_WIDTH) for reading in (first, second))
    doubted = _differing(a, b)
    doubted |= _unsure(a, first.confidences) | _far_apart(first, usual)
    doubted |= {
        at - back.b + back.a
        for at in _unsure(b, second.confidences)
        for back in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
        if back.b <= at < back.b + back.size
    }
    grouped = {at for match in _GROUPED.finditer(a) for at in range(*match.span())}
    for pattern in (_BAD_JOINTS, _LETTER_DIGITS):
        doubted |= {at for match in pattern.finditer(a) for at in range(*match.span())} - grouped
    return withheld("".join(UNREADABLE if at in doubted else c for at, c in enumerate(first.text)))


def withheld(text: str) -> str:
    """Return the text with all of a number unreadable whose beginning, end or scale is.

    Only a doubt between two digits shows by itself that a number is not read; what stands beside the doubts of an
    edge, or in the line next to one that is lost, would pass for a number of its own.
    """
    return _DOUBTED.sub(lambda match: _all_or_inside(match.group()), text)


def _all_or_inside(number: str) -> str:
    digits = [at for at, character in enumerate(number) if character.isdigit()]
    doubts = [at for at, character in enumerate(number) if character == UNREADABLE]
    inside = digits and "\n" not in number and digits[0] < doubts[0] and doubts[-1] < digits[-1]
    return number if inside else re.sub(r"[\d.．,+-]", UNREADABLE, number)


def _unsure(text: str, confidences: tuple[float, ...]) -> set[int]:
    return {
        at
        for at, (character, sure) in enumerate(zip(text, confidences, strict=True))
        if sure < (LEAST_SURE_POINT if character in ".%" else LEAST_SURE) and _DIGIT_LIKE.match(character)
    }


def _differing(a: str, b: str) -> set[int]:
    """Return the places in `a` that belong to a number, or would, and that `b` has otherwise."""
    doubted: set[int] = set()
    tokens = [match.span() for match in _TOKEN.finditer(a)]
    for tag, start, end, other_start, other_end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        here, there = a[start:end], b[other_start:other_end]
        touched = [span for span in tokens if span[0] <= end and start <= span[1]]
        numeric = any(_is_numeric(text, at) for text, at in _places(a, start, end, b, other_start, other_end))
        if not here.strip() and not there.strip():  # spaces
            if start > 0 and end < len(a) and a[start - 1] in "0123456789." and a[end] in "0123456789.":
                doubted |= {start - 1, end}
        elif len(here) == len(there) and numeric:
            doubted |= {start + at for at in range(len(here)) if here[at] != there[at]}
        elif numeric or touched:
            doubted |= set(range(start, end))
            for span in touched:
                doubted |= set(range(*span))
            if start == end and not touched:
                doubted |= {at for at in (start - 1, start) if 0 <= at < len(a)}
        elif here:
            continue
    return doubted


def _places(a: str, start: int, end: int, b: str, other_start: int, other_end: int) -> list[tuple[str, int]]:
    return [(a, at) for at in range(start, end)] + [(b, at) for at in range(other_start, other_end)]


def _is_numeric(text: str, at: int) -> bool:
    if text[at] in "+-":  # a dash between words is no sign
        return text[at + 1 : at + 2].isdigit()
    return text[at] in _NUMERIC
