"""A report's text as the grammar sees it: one width, no white space, no brackets — with a way back to the text.

What belongs here: dropping and folding of characters, and the map of offsets. What does not: meaning of any word.

Dropped: white space inside lines, quotation marks (their spans are kept: a number in quotes is a slogan), footnote
marks, raised ones too, brackets with their content (kept aside: a bracket may say 预计数，下同), unless it holds a
figure. A hard line end stays as ``\\n``; a line broken by the page's width does not. White space between two digits
becomes `BORDER`: what cleaning did not join is two numbers, or the cells of a table.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

_FOLD: Final = {ord("　"): " ", ord("\u00a0"): " "}
_FOLD.update({0xFF10 + i: str(i) for i in range(10)})
_FOLD.update({0xFF21 + i: chr(65 + i) for i in range(26)})
_FOLD.update({0xFF41 + i: chr(97 + i) for i in range(26)})
_FOLD.update(
    str.maketrans(
        {
            "％": "%", "﹪": "%", "．": ".", "，": ",", "；": ";", "：": ":", "∶": ":", "︰": ":", "（": "(", "）": ")",
            "！": "!", "？": "?", "—": "-", "–": "-", "―": "-", "－": "-", "−": "-", "～": "~", "〜": "~", "﹣": "-",
            "㎡": "平", "＋": "+", "／": "/", "〇": "零", "○": "零", "﹐": ",", "､": "、", "＊": "*",
            "〈": "《", "〉": "》",
            "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2500": "-", "\u223c": "~", "℅": "%",
            **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
            "＆": "&", "＜": "<", "＞": ">", "＝": "=", "‰": "‰", "Ｘ": "X", "×": "X",
        }
    )
)  # fmt: skip
#: stands between digits that white space parts: no number reaches over it
BORDER: Final = "|"
#: 1 2 3 5.5: digits set with a space behind each
_SPACED_OUT: Final = re.compile(r"(?<![\d.])\d(?: \d){2,}(?:\.\d+)?(?![\d.])")
#: stands for what nobody can read: a lost byte, a box, a private character
UNREADABLE: Final = "\ufffd"
# here and below the rare character itself stands first, then what must precede it: `re` looks for no pattern that
# begins with a look behind other than by trying it at each character
_BOXES: Final = re.compile("[□■▢◻\ue000-\uf8ff\U000f0000-\U0010fffd](?<=[^\\s].)")
_RAISED_POINTS: Final = "·•‧・"
#: 12·5%: the point of older newspapers, between digits with a unit behind them
_POINT: Final = re.compile(
    rf"[{_RAISED_POINTS}](?<=\d.)(?<![{_RAISED_POINTS}]\d.)(?<![{_RAISED_POINTS}]\d\d.)"
    r"(?=\d{1,4}(?:[%‰万亿千百元吨亩户人倍家公平立斤项套个]|美元))"
)
#: 12。5%
_STOP_FOR_POINT: Final = re.compile(r"。(?<=\d.)(?=\d{1,2}[%‰])")
#: 指数为98·4 has no unit behind it; white space may stand in its words
_POINT_OF_INDEX: Final = re.compile(rf"(指\s*数\s*[为是达]\s*\d{{2,3}})[{_RAISED_POINTS}](?=\d{{1,2}}(?!\d))")
_EXPONENT_OF_UNIT: Final = re.compile("[²³](?<=[mM].)")
_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
#: what most texts hold is replaced outright; of all others one look at the text tells which there are
_USUAL: Final = "，；：（）！？—％"
_FOLDS: Final = {chr(code): folded for code, folded in _FOLD.items() if chr(code) != folded}
_UNUSUAL: Final = re.compile("[" + "".join(re.escape(wide) for wide in _FOLDS if wide not in _USUAL) + "]")
_QUOTES: Final = "“”‘’\"'『』「」‚‛„〝〞＂＇"
#: what anything of `_DROP` starts with, so that the alternatives are not tried at every character
_DROP_BEGINS: Final = re.compile(rf"[\[［〔【①-⑳❶-❿⑴-⒇(\s{_QUOTES}{_RAISED}_]")
_DROP: Final = re.compile(
    r"(?P<mark>[\[［〔【]\s*\d\s*\d?\s*\d?\s*[\]］〕】]|[①-⑳❶-❿⑴-⒇]|(?<!(?<!\d)10)[" + _RAISED + "]+)"
    r"|(?P<heading>\(\s*(?:[一二三四五六七八九十]\s*){1,3}\))"
    r"|(?P<bracket>\([^()\n。]{0,80}\))"
    r"|(?P<quote>[" + _QUOTES + r"])"
    r"|(?P<space>[^\S\n]+|(?<=[A-Za-z])_(?=\d))"
    r"|(?P<line>\s*\n\s*)"
)
_VALUE: Final = re.compile(r"\d(?:%|‰|亿|万|元|个|户|家|倍|公里|亩|吨|人)")
_INNER_SPACE: Final = re.compile(r"[\s" + _QUOTES + "]")
_SOLID: Final = re.compile(r"[^\s" + _QUOTES + "]+")
_HARD_END: Final = set("。！？；：!?;:")
_SOFT_START: Final = re.compile(r"[%,.、;:)\]》”’]|[万亿元个]")
_NUMBERED: Final = re.compile(r"\s*(?:第?[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\))")
SHORT_LINE: Final = 16
QUOTED: Final = 14


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket taken out: `at` is where it stood in the normal text, `start` and `end` its content "
    "in the raw text."""

    at: int
    start: int
    end: int


@dataclass(slots=True)
class NormalText:
    """`normal` is what the grammar reads; `raw()` leads an offset of it back to the text."""

    text: str
    normal: str
    starts: list[int]
    raws: list[int]
    brackets: list[Bracket] = field(default_factory=list)
    #: spans of the normal text that stand in a bracket of the text
    bracketed: list[tuple[int, int]] = field(default_factory=list)
    quoted: list[tuple[int, int]] = field(default_factory=list)
    footnotes: list[tuple[int, int]] = field(default_factory=list)

    def raw(self, at: int) -> int:
        """Return the offset in the text of the character at `at` of the normal text."""
        piece = bisect_right(self.starts, at) - 1
        return self.raws[piece] + at - self.starts[piece]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the text of a non-empty span of the normal text."""
        starts = self.starts
        piece = bisect_right(starts, start) - 1
        if piece + 1 < len(starts) and end > starts[piece + 1]:
            return self.raw(start), self.raw(end - 1) + 1
        ahead = self.raws[piece] - starts[piece]
        return start + ahead, end + ahead

    def find_normal(self, raw: int) -> int:
        """Return the offset in the normal text of the first character at or after `raw` in the text."""
        if not self.raws:
            return 0
        piece = max(bisect_right(self.raws, raw) - 1, 0)
        at = self.starts[piece] + max(raw - self.raws[piece], 0)
        following = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.normal)
        return min(at, following)


def _is_hard(folded: str, start: int, end: int, gap: str) -> bool:
    """Whether the line end between `start` and `end` ends a paragraph rather than a page's line."""
    if gap.count("\n") > 1 or start == 0 or end >= len(folded):
        return True
    if folded[start - 1] in _HARD_END:
        return True
    if _SOFT_START.match(folded, end):
        return False
    if gap.endswith("  ") and not folded[end].isdigit():
        # an indented line opens a paragraph
        return True
    line_start = folded.rfind("\n", 0, start) + 1
    if _NUMBERED.match(folded, end) or (_NUMBERED.match(folded, line_start) and start - line_start < 44):
        return True
    before = folded[start - 1]
    if before == "." and folded[start - 2 : start - 1].isdigit() and folded[end].isdigit():
        return False
    short = len(folded[line_start:start].strip()) < SHORT_LINE
    if before.isdigit() or before in ",、":
        return short and before.isdigit() and folded[end].isdigit()  # no line was broken inside a number there
    return short


def _parts_numbers(folded: str, start: int, end: int) -> bool:
    """Whether the white space [start, end) stands between two numbers, and not inside digits that are spaced out."""
    if not (folded[start - 1 : start].isdigit() and folded[end : end + 1].isdigit()):
        return False
    near = max(0, start - 20)
    return not any(m.start() < start - near < m.end() for m in _SPACED_OUT.finditer(folded[near : end + 20]))


def _fold(text: str) -> str:
    """Return `text` with every character folded to one width; offsets stay."""
    # one pass per character is four times faster than `translate`, which looks up every character of the text
    for wide in (*_USUAL, *sorted(set(_UNUSUAL.findall(text)))):
        text = text.replace(wide, _FOLDS[wide])
    if any(point in text for point in _RAISED_POINTS):
        text = _POINT.sub(".", _POINT_OF_INDEX.sub(r"\1.", text))
    text = _BOXES.sub(UNREADABLE, _STOP_FOR_POINT.sub(".", text))
    if "²" not in text and "³" not in text:
        return text
    return _EXPONENT_OF_UNIT.sub(lambda raised: "2" if raised.group() == "²" else "3", text)


def normalise(text: str) -> NormalText:
    """Return the normal form of `text`; never fails."""
    folded = _fold(text)
    view = NormalText(text, "", [], [])
    pieces: list[str] = []
    length = at = 0
    quote_start = -1
    for begin in _DROP_BEGINS.finditer(folded):
        start = begin.start()
        if start < at:
            continue
        if folded[start] in _QUOTES:  # two of three, and none of the longer alternatives begins with one
            kind, end = "quote", start + 1
        else:
            match = _DROP.match(folded, start)
            if match is None:
                continue
            kind, end = match.lastgroup or "", match.end()
        if start > at:
            view.starts.append(length)
            view.raws.append(at)
            pieces.append(folded[at:start])
            length += start - at
        at = end
        if kind == "mark":
            view.footnotes.append((start, end))
        elif kind == "quote":
            if quote_start >= 0 and length - quote_start <= QUOTED and folded[start] not in "“‘『「":
                view.quoted.append((quote_start, length))
                quote_start = -1
            else:
                quote_start = length
        elif kind == "bracket":
            if not _VALUE.search(_INNER_SPACE.sub("", folded[start:end])):
                view.brackets.append(Bracket(length, start + 1, end - 1))
                continue
            # a bracket that holds a figure is read as a clause of its own: (可比口径增长13%) → ,可比口径增长13%,
            opened, inner = length, f",{folded[start + 1 : end - 1]},"
            for run in _SOLID.finditer(inner):
                view.starts.append(length)
                view.raws.append(start + run.start())
                pieces.append(run.group())
                length += len(run.group())
            view.bracketed.append((opened, length))
        elif kind == "space" and _parts_numbers(folded, start, end):
            view.starts.append(length)
            view.raws.append(start)
            pieces.append(BORDER)
            length += 1
        elif kind == "heading" or (kind == "line" and _is_hard(folded, start, end, folded[start:end])):
            view.starts.append(length)
            view.raws.append(start)
            pieces.append("\n")
            length += 1
    if at < len(folded):
        view.starts.append(length)
        view.raws.append(at)
        pieces.append(folded[at:])
    view.normal = "".join(pieces)
    return view
