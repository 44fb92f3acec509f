"""One way of writing of what may be written in several: how a phrase and a sentence are brought together in a search.

What belongs here: which characters count as the same. What does not: asking a release for them
(``dashboard/phrases.py``), repair of a text (``document/cleaning``), which keeps what the page has.

The same are traditional and simplified characters, full and half width, letters of either case; white space counts for
nothing. Each character goes its own way, so that a part of a text is written as that part is by itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import metadata
from pathlib import Path

#: 。，；: marks that Chinese sentences have in full width stay so, and those of half width follow them
_WIDE_MARKS = str.maketrans({",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）", "~": "～"})
_ALIKE = str.maketrans(dict.fromkeys("•‧・∙●⋅", "·") | dict.fromkeys("–―─‒−", "—") | {"∶": "：", "﹪": "%"})
#: white space, and what nobody sees
_NOTHING = re.compile("[\\s\u200b-\u200f\u2060\ufeff\u00ad]+")
#: blocks whose characters may have another width or a simplified form; ① and ⑴ are marks of their own
_BLOCKS = ((0x21, 0x7F), (0xA0, 0x180), (0x2000, 0x2460), (0x2E80, 0xA000), (0xF900, 0xFB00), (0xFE30, 0xFFF0))
#: ㎡, ㎞: units in a square, which are several letters
_UNITS = range(0x3371, 0x33E0)


def searched(text: str) -> str:
    """Return `text` as it is searched: one width, simplified characters, capital letters, no white space."""
    others, pattern = _others()
    if pattern.search(text) is None:
        return text
    return _NOTHING.sub("", text.translate(others))


def offsets(text: str) -> list[int]:
    """Return, for each character of ``searched(text)``, the offset in `text` of the one that it comes from."""
    return [at for at, character in enumerate(text) for _ in searched(character)]


def variants(phrase: str) -> tuple[str, ...]:
    """Return the ways in which `phrase` is looked for: as `searched`, and as a converter reads it as a whole.

    著力 of a traditional text is 着力, 著名 is 著名: one character for one can't tell. Empty where nothing is left.
    """
    whole = searched(str(_converter("tw2s").convert(phrase)))
    return tuple(dict.fromkeys(way for way in (searched(phrase), whole) if way))


@cache
def version() -> str:
    """Return the version of what counts as the same; each partition is asked about it, and to look a package up takes
    milliseconds."""
    from sources.meaning import version_of

    return version_of(
        [Path(__file__)], more=f"opencc {metadata.version('opencc')}, Unicode {unicodedata.unidata_version}"
    )


@cache
def _others() -> tuple[dict[int, str], re.Pattern[str]]:
    """Return character → how it is searched, of all that are searched otherwise; and what finds one or white space."""
    known = [chr(code) for first, end in _BLOCKS for code in range(first, end) if chr(code).isprintable()]
    folded = [unicodedata.normalize("NFKC", character) for character in known]
    plain = [new if len(new) == 1 or ord(old) in _UNITS else old for old, new in zip(known, folded, strict=True)]
    simple = str(_converter("t2s").convert("\n".join(plain))).split("\n")
    if len(simple) != len(known):
        raise RuntimeError("opencc no longer converts line by line; see sources/phrases.py")
    ways = [new.upper().translate(_ALIKE).translate(_WIDE_MARKS) for new in simple]
    found = {old: way for old, way in zip(known, ways, strict=True) if way != old and way.strip()}
    pattern = re.compile(f"[{''.join(map(re.escape, found))}]|{_NOTHING.pattern}")
    return {ord(character): way for character, way in found.items()}, pattern


@cache
def _converter(form: str):  # type: ignore[no-untyped-def]  # opencc has no types
    from opencc import OpenCC  # its dictionaries take a moment

    return OpenCC(form)
