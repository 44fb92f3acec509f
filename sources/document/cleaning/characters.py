"""Rules about single characters: white space, control and unknown characters, radicals, glosses, traditional forms.

What belongs here: what is decided without looking at lines or sentences. What does not: lines (``wrap.py``), spaces
inside sentences (``spacing.py``), page furniture (``residue.py``).
"""

from __future__ import annotations

import csv
import functools
import html
import re
import unicodedata
from pathlib import Path

from sources.document.normal import UNREADABLE
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
# `re` looks quickly for a pattern that begins with one class of characters, and with no `+`: so here and below
_SPACES = re.compile(f"[{_WIDE}](?:(?<!\u3000)|(?<=[^\n].))")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u061c\ufeff\ufff9-\ufffc\ufffe\uffff\xad]"
)
_UNASSIGNED = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_PRIVATE = re.compile(f"[{_UNASSIGNED}][{_UNASSIGNED}]*")
#: a private character beside a digit, a point or a unit may be a digit: fonts of pages and PDFs put them there
_PRIVATE_IN_NUMBER = re.compile(
    rf"[{_UNASSIGNED}](?:(?<=[\d.．].)[{_UNASSIGNED}]*|(?<=[^\s{_UNASSIGNED}].)[{_UNASSIGNED}]*(?=[\d.．%％‰亿万千百元倍]|个百分点))"
)
_QUESTION_IN_NUMBER = re.compile(r"(?<=[\d.．])[?？](?: *[?？])*(?=[\d.．])")
#: what is left of no-break spaces that were once written in a charset without them
_QUESTION_RUNS = re.compile(r"\?(?: *\?)+")
_QUESTION_AT_START = re.compile(r"(?m)^ *\?(?= ?[\u4e00-\u9fff（(—])")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Kangxi radicals, radicals of the Supplement, strokes and compatibility ideographs: what PDF writers and fonts put for
#: the ideograph that is drawn alike
_ALIKE = re.compile("[\u2e80-\u2fd5\u31c0-\u31e3\uf900-\ufad9\U0002f800-\U0002fa1d]")
#: what the patterns without signs ask for below U+10000: one class without characters above it is looked for quickest
_RARE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u2e80-\u2fd5\u31c0-\u31e3"
    "\ue000-\ufad9\ufeff\ufff9-\uffff]"
)
_EQUIVALENTS = Path(__file__).with_name("equivalent_ideographs.csv")
#: 縣(xiàn), 霁jì川市: the reading of the character before it, known by the mark of its tone
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
# letters alone in either case: `re` asks each ideograph of a class for its other case
_READING = rf"(?i:[a-zü]*[{_TONES}][a-zü]*)"
_GLOSS = re.compile(
    rf"(?<=[\u3400-\u9fff]) ?[(（]\s*{_READING}\s*[)）]|(?<=[\u3400-\u9fff]){_READING}(?=[\u3400-\u9fff])"
)
#: forms that simplified writing never uses, and that reports in traditional characters use all the time
_TRADITIONAL = re.compile(
    "[國產業發經濟會議總達億萬個實現長縣區務強進開過農質與將為這個體證應環設預護衛績優續題創結構]"
)
#: share of a line's Chinese characters that must be such forms, so that a quoted name does not convert it, and how many
_TRADITIONAL_SHARE, _FEWEST_TRADITIONAL = 0.05, 2
#: the same of a whole text, of which every line is converted
_TEXT_SHARE, _FEWEST_IN_TEXT = 0.02, 3
#: OpenCC's way to simplified characters; t2s keeps 著 for 着
SIMPLIFIED = "tw2s"


def mend_characters(text: Traced) -> tuple[Traced, tuple[str, ...]]:
    """Return the text with plain spaces and line feeds only, and without characters that print nothing."""
    flags: list[str] = []
    rare: bool | None = None
    if text.text.count("\\n") + text.text.count("\\r") >= 3:
        text = text.sub(_ESCAPES, lambda m: "\t" if m.group() == "\\t" else "\n")
        flags.append("escapes_resolved")
    for pattern, new, flag, signs in (
        (_ENTITIES, lambda m: html.unescape(m.group()), "entities_resolved", ("&",)),
        (_LINE_BREAKS, "\n", "", tuple(_BREAKS)),
        (_INDENTS, "\u3000", "", ("\u3000", "\xa0", "  ")),
        (_SPACES, " ", "", tuple(_WIDE)),
        (_INVISIBLE, "", "", None),
        (_PRIVATE_IN_NUMBER, lambda m: UNREADABLE * len(m.group()), "unknown_characters", None),
        (_PRIVATE, "", "private_characters_removed", None),
        (_QUESTION_IN_NUMBER, lambda m: UNREADABLE * len(m.group()), "unknown_characters", ("?", "？")),
        (_QUESTION_RUNS, " ", "unknown_characters_removed", ("?",)),
        (_QUESTION_AT_START, "", "unknown_characters_removed", ("?",)),
        (_ALIKE, _unified, "radicals_unified", None),
        (_GLOSS, "", "readings_removed", tuple(_TONES)),
    ):
        # looked for faster than the pattern. Rare characters once, before the first of their patterns: none puts one in
        if signs is None and rare is None:
            rare = _has_rare(text.text)
        if not (rare if signs is None else any(sign in text.text for sign in signs)):
            continue
        changed = text.sub(pattern, new)
        if changed is not text and flag:
            flags.append(flag)
        text = changed
    text, converted = _simplify(text)
    return text, tuple(dict.fromkeys([*flags, *converted]))


def _has_rare(text: str) -> bool:
    """Tell whether a text may have a character that prints nothing, is private, or is drawn like another."""
    above = len(text.encode("utf-16-le", errors="surrogatepass")) > 2 * len(text)
    return above or _RARE.search(text) is not None


@functools.cache
def _equivalents() -> dict[str, str]:
    """Return radical or stroke → ideograph, of Unicode's table of equivalent unified ideographs."""
    with _EQUIVALENTS.open(encoding="utf-8", newline="") as stream:
        return {row["radical"]: row["ideograph"] for row in csv.DictReader(stream)}


def _unified(match: re.Match[str]) -> str:
    """Return the ideograph that a radical or a compatibility form is drawn like: one character for one."""
    character = match.group()
    normal = unicodedata.normalize("NFKC", character)
    return _equivalents().get(character, normal if len(normal) == 1 else character)


def _simplify(text: Traced) -> tuple[Traced, tuple[str, ...]]:
    """Return the text in simplified characters: all of a traditional text, of others the lines that are traditional."""
    traditional = len(_TRADITIONAL.findall(text.text))
    if traditional < _FEWEST_TRADITIONAL:
        return text, ()
    whole = traditional >= max(_FEWEST_IN_TEXT, _TEXT_SHARE * len(_CHINESE.findall(text.text)))
    lines = [_simple(line) if whole or _is_traditional(line.text) else line for line in text.lines()]
    joined = "\n".join(line.text for line in lines)
    if joined == text.text:
        return text, ()
    breaks = [text.slice(m.start(), m.end()) for m in re.finditer("\n", text.text)]
    pieces = [piece for pair in zip(lines, [*breaks, Traced.of("")], strict=True) for piece in pair]
    return join(pieces), ("traditional_converted",)


def _is_traditional(line: str) -> bool:
    found = len(_TRADITIONAL.findall(line))
    return found >= _FEWEST_TRADITIONAL and found >= _TRADITIONAL_SHARE * len(_CHINESE.findall(line))


def _simple(line: Traced) -> Traced:
    new = _converter().convert(line.text)
    if len(new) != len(line.text):
        new = "".join(_same_length(c) for c in line.text)
    return Traced(_with_names(new, line.text), line.origins)


def _with_names(simplified: str, text: str) -> str:
    """Return `simplified`, made from `text`, with the names of regions that the converter writes with other characters.

    It knows 乾縣, but makes 干县 of a 乾县 in a line that is simplified already.
    """
    pattern, names = _names_changed()

    def put_back(match: re.Match[str]) -> str:
        written = text[match.start() : match.end()]
        return next((name for name, form in names[match.group()] if _is_written(written, name, form)), match.group())

    return pattern.sub(put_back, simplified)


def _is_written(written: str, name: str, form: str) -> bool:
    """Whether each character stands as in the name or its `form`, or is simplified to it: 骨幹縣 is no 乾縣."""
    return all(c in (n, t) or _same_length(c) == n for c, n, t in zip(written, name, form, strict=True))


@functools.cache
def _names_changed() -> tuple[re.Pattern[str], dict[str, set[tuple[str, str]]]]:
    """Return what the converter makes of names of regions that it changes → each with its traditional form."""
    from sources.registry.regions import load_regions

    names = list(load_regions().names())
    forms = _each("s2t", names)
    found: dict[str, set[tuple[str, str]]] = {}
    for written in (names, forms):
        for name, form, made in zip(names, forms, _each(SIMPLIFIED, written), strict=True):
            if made != name and len(made) == len(form) == len(name):
                found.setdefault(made, set()).add((name, form))
    # 干安县 before 干安
    return re.compile("|".join(map(re.escape, sorted(found, key=len, reverse=True)))), found


def _same_length(character: str) -> str:
    new = str(_converter().convert(character))
    return new if len(new) == 1 else character


@functools.cache
def _converter(way: str = SIMPLIFIED):  # type: ignore[no-untyped-def]  # opencc has no types
    from opencc import OpenCC  # its dictionaries take a moment, needed for few texts

    return OpenCC(way)


def _each(way: str, names: list[str]) -> list[str]:
    return str(_converter(way).convert("\n".join(names))).split("\n")
