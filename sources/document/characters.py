"""Rules about single characters: white space, control and private characters, literal escapes, traditional forms.

What belongs here: what is decided without looking at lines or sentences. What does not: lines (``wrap.py``), spaces
inside sentences (``spacing.py``), page furniture (``residue.py``).
"""

from __future__ import annotations

import functools
import html
import re

from sources.document.traced import Traced, join

_ESCAPES = re.compile(r"(?:\\r)?\\n|\\r|\\t")
_ENTITIES = re.compile(
    r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|nbsp|ensp|emsp|amp|lt|gt|quot|ldquo|rdquo|middot|mdash|hellip);"
)
_BREAKS = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_LINE_BREAKS = re.compile(f"\r\n?|[{_BREAKS[1:]}]")
#: an indented line keeps one wide space at its start: it begins a paragraph (``wrap.py`` reads and removes it)
_INDENTS = re.compile("(?m)^(?:[\xa0\u3000 ]{2,}|\u3000)(?=[^\\s])")
_WIDE = "\u3000\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_SPACES = re.compile(f"[{_WIDE[1:]}]|(?<=[^\n])\u3000")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffc\ufffe\uffff\xad]"
)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
#: what is left of no-break spaces that were once written in a charset without them
_QUESTION_RUNS = re.compile(r"\?(?: *\?)+")
_QUESTION_AT_START = re.compile(r"(?m)^ *\?(?= ?[\u4e00-\u9fff（(—])")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: forms that simplified writing never uses, and that reports in traditional characters use all the time
_TRADITIONAL = re.compile(
    "[國產業發經濟會議總達億萬個實現長縣區務強進開過農質與將為這個體證應環設預護衛績優續題創結構]"
)
#: how many of a text's Chinese characters must be such forms, so that a quoted name does not convert a text
_TRADITIONAL_SHARE = 0.02


def mend_characters(text: Traced) -> tuple[Traced, tuple[str, ...]]:
    """Return the text with plain spaces and line feeds only, and without characters that print nothing."""
    flags: list[str] = []
    if text.text.count("\\n") + text.text.count("\\r") >= 3:
        text = text.sub(_ESCAPES, lambda m: "\t" if m.group() == "\\t" else "\n")
        flags.append("escapes_resolved")
    for pattern, new, flag, signs in (
        (_ENTITIES, lambda m: html.unescape(m.group()), "entities_resolved", ("&",)),
        (_LINE_BREAKS, "\n", "", tuple(_BREAKS)),
        (_INDENTS, "\u3000", "", ("\u3000", "\xa0", "  ")),
        (_SPACES, " ", "", tuple(_WIDE)),
        (_INVISIBLE, "", "", ()),
        (_PRIVATE, "", "private_characters_removed", ()),
        (_QUESTION_RUNS, " ", "unknown_characters_removed", ("?",)),
        (_QUESTION_AT_START, "", "unknown_characters_removed", ("?",)),
    ):
        if signs and not any(sign in text.text for sign in signs):  # looked for faster than the pattern
            continue
        changed = text.sub(pattern, new)
        if changed is not text and flag:
            flags.append(flag)
        text = changed
    text, converted = _simplify(text)
    return text, tuple(dict.fromkeys([*flags, *converted]))


def _simplify(text: Traced) -> tuple[Traced, tuple[str, ...]]:
    traditional = len(_TRADITIONAL.findall(text.text))
    if traditional < 3 or traditional < _TRADITIONAL_SHARE * len(_CHINESE.findall(text.text)):
        return text, ()
    lines = []
    for line in text.lines():
        new = _converter().convert(line.text)
        if len(new) != len(line.text):
            new = "".join(_same_length(c) for c in line.text)
        lines.append(Traced(new, line.origins))
    breaks = [text.slice(m.start(), m.end()) for m in re.finditer("\n", text.text)]
    pieces = [piece for pair in zip(lines, [*breaks, Traced.of("")], strict=True) for piece in pair]
    return join(pieces), ("traditional_converted",)


def _same_length(character: str) -> str:
    new = str(_converter().convert(character))
    return new if len(new) == 1 else character


@functools.cache
def _converter():  # type: ignore[no-untyped-def]  # opencc has no types
    from opencc import OpenCC  # costs a quarter of a second, needed for few texts

    return OpenCC("t2s")
