"""Bytes to characters: which charset a page is really in.

What belongs here: byte order marks, declared charsets, and what to do when they are missing or wrong. What does not:
anything about the text itself.

GB2312 and GBK pages are always decoded as GB18030, of which both are a part: pages that declare gb2312 hold
characters of GBK and GB18030 as a rule, and a strict GB2312 decoder loses them.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_GB = re.compile(r"^(?:gb[-_]?(?:2312(?:[-_]80)?|k|18030)|cp936|ms936|hz|x-gbk|chinese|euc[-_]?cn)$", re.IGNORECASE)
_NO_CHARSETS = frozenset(("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"))
_HEAD = 4096
#: share of undecodable bytes up to which a charset still counts as the page's own (a broken byte or two, a cut tail)
_TOLERATED = 0.002
#: bytes and characters by which a text is judged as prose
_SAMPLE, _FEWEST_LETTERS = 20_000, 60
#: kana, box signs, private characters, Cyrillic and Greek: many of them are no Chinese prose
_STRANGE = re.compile("[\u0370-\u04ff\u2500-\u257f\u3041-\u312f\ue000-\uf8ff\ufffd]")
_EVERYDAY = frozenset("的一是了和在有为年大不人中发展经济工作社会全建设新，。、")


@dataclass(frozen=True)
class Decoded:
    """Characters of a page, the charset they were read with, and flags where that was not the declared one."""

    text: str
    charset: str
    flags: tuple[str, ...] = ()


def normal_charset(name: str | None) -> str | None:
    """Return Python's name of a declared charset, None where there is none or Python knows none of that name."""
    if not name:
        return None
    if _GB.match(name.strip()):
        return "gb18030"
    try:
        charset = codecs.lookup(name.strip()).name
        # Python's codecs for other ends (hex, rot13) are no charsets: bytes refuse to be decoded by them
        b"    ".decode(charset, "replace")
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return None
    # these undo escapes or names of hosts
    return None if charset in _NO_CHARSETS else charset


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Return the text of `data`; `declared` is the charset of the HTTP header, if it named one.

    A byte order mark decides; then UTF-8 where all bytes fit it (other charsets hardly ever do by chance); then what
    the page declares; then GB18030; then what charset-normalizer thinks. The flag `charset_contradicts` says that the
    declaration was wrong, `charset_guessed` that there was none, `undecodable_bytes` that some bytes were lost.
    """
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return _finish(data[len(mark) :], charset, None)
    claim = normal_charset(declared) or _declared_inside(data)
    for charset in dict.fromkeys(("utf-8", claim or "gb18030", "gb18030")):
        if _fits(data, charset):
            return _finish(data, charset, claim)
    from charset_normalizer import from_bytes  # few pages are of neither

    best = from_bytes(data[:200_000], cp_isolation=["utf_8", "gb18030", "big5", "utf_16"]).best()
    guessed = normal_charset(best.encoding) if best else None
    return _finish(data, guessed or claim or "gb18030", claim)


def _declared_inside(data: bytes) -> str | None:
    head = data[:_HEAD]
    if b"charset" not in head.lower() and b"encoding" not in head.lower():
        return None
    match = _DECLARED.search(head)
    return normal_charset(match.group(1).decode("ascii")) if match else None


def _fits(data: bytes, charset: str) -> bool:
    try:
        data.decode(charset)
    except UnicodeDecodeError:
        lost = data.decode(charset, errors="replace").count("\ufffd")
        return 0 < lost <= max(2, len(data) * _TOLERATED) and _mostly_chinese(data, charset)
    return charset == "utf-8" or (_is_prose(data) if charset == "gb18030" else _mostly_chinese(data, charset))


def _mostly_chinese(data: bytes, charset: str) -> bool:
    letters = [c for c in data.decode(charset, errors="replace") if ord(c) > 0x7F]
    chinese = sum("\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef" for c in letters)
    return not letters or chinese >= 0.8 * len(letters)


def _is_prose(data: bytes) -> bool:
    """Tell whether bytes read as GB18030 are Chinese prose: its decoder takes nearly any pair of bytes.

    Big5 comes out as rare characters, kana, box signs and private characters, and without 的, 和 or any of the genre's.
    """
    sample = data[:_SAMPLE].decode("gb18030", errors="replace")
    letters = len(sample) - len(sample.encode("ascii", errors="ignore"))
    if letters < _FEWEST_LETTERS:
        return True
    strange, everyday = len(_STRANGE.findall(sample)), sum(map(sample.count, _EVERYDAY))
    return strange <= 0.02 * letters or everyday >= 0.05 * letters


def _finish(data: bytes, charset: str, claim: str | None) -> Decoded:
    text = data.decode(charset, errors="replace")
    flags = []
    plain = all(byte < 0x80 for byte in data[:_HEAD]) and data.isascii()
    if claim and claim != charset and not plain:
        flags.append("charset_contradicts")
    if not claim and charset != "utf-8":
        flags.append("charset_guessed")
    if "\ufffd" in text:
        flags.append("undecodable_bytes")
    return Decoded(text.removeprefix("\ufeff"), charset, tuple(flags))
