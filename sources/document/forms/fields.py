"""What Word's fields, symbols and formulas print.

What belongs here: the words of a single field, symbol or formula. What does not: where they stand (``printed.py``).
What can't be known becomes U+FFFD, so that no number is made of its surroundings.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from sources.document.normal import UNREADABLE

#: fields that print nothing: entries of indexes, settings, links and marks without a result
_SILENT = frozenset(("XE", "TC", "TA", "RD", "SET", "ASK", "PRIVATE", "HYPERLINK", "BOOKMARK", "TOC", "INDEX", "PAGE"))
#: fields of which Word prints the code itself
_DRAWN = frozenset(("EQ", "SYMBOL", "MACROBUTTON", "GOTOBUTTON", "ADVANCE"))
_READING = re.compile(r"\\o\s*\\a[dlrc]\s*\(\s*\\s\s*\\up\s*\d*\s*\(.*?\)\s*[,;，；](.*)\)\s*$", re.IGNORECASE)
_ENCLOSED = re.compile(r"\\o\s*\\ac\s*\(\s*[○◯〇]\s*[,;，；]\s*(\d{1,2})\s*\)", re.IGNORECASE)
_SYMBOL_FONT = re.compile(r"^(?:symbol|wingdings.*|webdings|mt extra|marlett|zapf ?dingbats)$", re.IGNORECASE)
#: of the font Symbol, what does not stand where ASCII has it
_SYMBOLS = {0x2D: "−", 0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷"}
_ENCLOSED_DIGITS = ((0x81, "①"), (0x8C, "❶"))


@dataclass
class Field:
    """A field that has begun: its code, and whether the code is still going on."""

    code: list[str] = field(default_factory=list)
    is_code: bool = True

    @property
    def name(self) -> str:
        return ("".join(self.code).split(maxsplit=1) or [""])[0].upper()

    def separate(self) -> None:
        """Begin the field's result, which is printed unless Word draws the code instead."""
        self.is_code = self.name in _DRAWN

    def printed_code(self) -> str | None:
        """Return what the field prints beside its result; None for something that can't be known."""
        name = self.name
        if not self.is_code or not name or name in _SILENT:
            return ""
        if name != "EQ":
            return None
        code = "".join(self.code)
        if match := _READING.search(code):  # a character with its reading over it
            return match.group(1)
        if (match := _ENCLOSED.search(code)) and 0 < int(match.group(1)) <= 20:
            return chr(0x2460 + int(match.group(1)) - 1)
        return UNREADABLE


def symbol(font: str, char: str) -> str:
    """Return a symbol (w:sym) as text: a letter of an ordinary font, a known one of a symbol font, else U+FFFD."""
    if not re.fullmatch("[0-9A-Fa-f]{1,5}", char):
        return UNREADABLE
    code = int(char, 16)
    private = 0xF000 <= code <= 0xF0FF
    code -= 0xF000 if private else 0
    if not _SYMBOL_FONT.match(font):
        return chr(code) if code >= 0x20 and not 0xD800 <= code < 0xE000 else UNREADABLE
    if font.lower() == "symbol":
        return _SYMBOLS.get(code) or (
            chr(code) if re.fullmatch(r"[ !#%()+,./0-9:;<=>?\[\]_{|}]", chr(code)) else UNREADABLE
        )
    if font.lower() == "wingdings":
        for first, one in _ENCLOSED_DIGITS:
            if first <= code < first + 10:
                return chr(ord(one) + code - first)
    return UNREADABLE


def equation(name: str, read: Callable[[str], str], before: str) -> str:
    """Return a formula's element as text; `read` gives its parts by name, `before` is what stands before it."""
    if name == "f":
        mixed = before[-1:].isdigit()  # 3½: 31/2 would be another number
        return UNREADABLE if mixed else f"{read('num')}/{read('den')}"
    if name in ("sSup", "sSubSup"):
        base, power = read("e") + read("sub"), read("sup")
        squared = power in ("2", "3") and re.search(r"(?<![A-Za-z])[kcdmh]?m$", base)
        return base + ("" if squared else "^") + power
    if name == "d":
        return f"({read('e')})"
    return UNREADABLE
