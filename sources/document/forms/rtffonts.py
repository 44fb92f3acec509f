"""The fonts of a rich text file, as far as they say what its bytes are.

What belongs here: character sets and code pages, bytes to characters. What does not: where bytes stand (``rtf.py``).
"""

from __future__ import annotations

import codecs
import re

#: \fcharset → code page; gb18030 holds all of cp936
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
#: the character set of fonts whose characters are pictures, and what stands for its code page
_SYMBOL_CHARSET, _PICTURES = 2, ""
_WIDE = frozenset(("gb18030", "cp950", "cp932", "cp949"))


class Fonts:
    """A file's fonts; `page` is the code page of those that say nothing."""

    def __init__(self) -> None:
        self.page = "cp1252"
        self._pages: dict[int, str] = {}
        self._defined = -1

    def define(self, word: bytes, number: int | None) -> None:
        """Take a word of the font table."""
        if number is None:
            return
        if word == b"f":
            self._defined = number
        elif word == b"fcharset" and number in _CHARSETS:
            self._pages[self._defined] = _CHARSETS[number]
        elif word == b"fcharset" and number == _SYMBOL_CHARSET:
            self._pages[self._defined] = _PICTURES
        elif word == b"cpg":
            self._pages.setdefault(self._defined, code_page(number))

    def decode(self, data: bytes, font: int, wide_font: int) -> tuple[str, bytes]:
        """Return bytes of a run as text, and the first half of a character that is left over at the end.

        `wide_font` is the font of the run's Chinese characters, where it names one.
        """
        if self._pages.get(font) == _PICTURES and wide_font not in self._pages:
            return re.sub(r"\S", "\ufffd", data.decode("latin-1")), b""
        if data.isascii():
            return data.decode("ascii"), b""
        named = [page for number in (wide_font, font) if (page := self._pages.get(number))]
        pages = [*(page for page in [*named, self.page] if page in _WIDE), *named, self.page, "cp1252"]
        for page in pages:
            try:
                return data.decode(page), b""
            except UnicodeDecodeError as error:
                if page in _WIDE and error.start == len(data) - 1 and data[-1] >= 0x81:
                    return data[:-1].decode(page), data[-1:]
        return data.decode(pages[0], errors="replace"), b""


def code_page(number: int) -> str:
    """Return Python's name of a code page, that of Western Europe where the number is none."""
    pages = {936: "gb18030", 54936: "gb18030", 65001: "utf-8", 10000: "mac_roman", 10008: "gb18030"}
    name = pages.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
