"""Automatic numbers of Word: 一、 （一） 1. that Word prints and keeps nowhere in a paragraph's text.

What belongs here: counting numbered paragraphs as Word does and writing their numbers into the file's XML as text,
so that whatever reads the file next sees what a reader of the print sees. What does not: reading the text
(``docx.py``).

Only Chinese and decimal numbers are written. A decimal one is left out before a digit: 1. and 5万吨 would read 1.5万吨.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DOCUMENT, _NUMBERING, _STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
_DIGITS = "〇一二三四五六七八九"
_CHINESE = frozenset(
    ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand")
)
_CIRCLED = frozenset(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"))
#: parents above which a style's inheritance is taken for a circle
_MOST_PARENTS = 20

Element = etree._Element


@dataclass(frozen=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass(frozen=True)
class _List:
    """A numbered list: lists of the same `counter` go on counting where the other stopped."""

    counter: str
    levels: dict[int, _Level]
    restarts: dict[int, int]
    of_style: dict[str, int]


def restore_numbers(data: bytes) -> tuple[bytes, bool]:
    """Return a Word file with its automatic numbers as text, and whether there were any; damaged parts are left."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if not {_DOCUMENT, _NUMBERING} <= names:
                return data, False
            numbering = _parse(archive.read(_NUMBERING))
            styles = _parse(archive.read(_STYLES)) if _STYLES in names else None
            document = _parse(archive.read(_DOCUMENT))
            if not _write(document, _lists(numbering), _styles(styles)):
                return data, False
            return _with_document(archive, etree.tostring(document, encoding="UTF-8", xml_declaration=True)), True
    except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError):
        return data, False  # what is wrong with the file is said by whoever reads its text


def _parse(data: bytes) -> Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _with_document(archive: zipfile.ZipFile, document: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in archive.infolist():
            written.writestr(entry.filename, document if entry.filename == _DOCUMENT else archive.read(entry))
    return buffer.getvalue()


def _value(parent: Element | None, *path: str) -> str | None:
    """Return the w:val of the element at `path` below `parent`."""
    found = parent.find("/".join(_W + name for name in path)) if parent is not None else None
    return found.get(_W + "val") if found is not None else None


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value is not None and re.fullmatch(r"\d{1,6}", value) else otherwise


def _lists(numbering: Element) -> dict[str, _List]:
    kinds = {e.get(_W + "abstractNumId") or "": e for e in numbering.iter(_W + "abstractNum")}
    found = {}
    for number in numbering.iter(_W + "num"):
        counter = _value(number, "abstractNumId") or ""
        if counter not in kinds:
            continue
        levels, of_style, restarts = {}, {}, {}
        overrides = list(number.iter(_W + "lvlOverride"))
        for level in [*kinds[counter].iterfind(_W + "lvl"), *(e for o in overrides for e in o.iterfind(_W + "lvl"))]:
            depth = _whole(level.get(_W + "ilvl"), 0)
            levels[depth] = _Level(
                _value(level, "numFmt") or "decimal", _value(level, "lvlText") or "", _whole(_value(level, "start"), 0)
            )
            if style := _value(level, "pStyle"):
                of_style[style] = depth
        for override in overrides:
            if (start := _value(override, "startOverride")) is not None:
                restarts[_whole(override.get(_W + "ilvl"), 0)] = _whole(start, 1)
        found[number.get(_W + "numId") or ""] = _List(counter, levels, restarts, of_style)
    return found


def _styles(styles: Element | None) -> dict[str, Element]:
    return {} if styles is None else {e.get(_W + "styleId") or "": e for e in styles.iter(_W + "style")}


def _write(document: Element, lists: dict[str, _List], styles: dict[str, Element]) -> bool:
    """Put each numbered paragraph's number in front of its text; return whether any was."""
    counts: dict[str, dict[int, int]] = {}
    begun: set[str] = set()
    written = False
    for paragraph in document.iter(_W + "p"):
        if next(paragraph.iterancestors(_FALLBACK), None) is not None:
            continue  # a text box's second copy, for old programs
        text = "".join(t.text or "" for t in paragraph.iter(_W + "t")).strip()
        found = _numbered(paragraph, lists, styles)
        if found is None or not text:
            continue
        number, depth = found
        chosen = lists[number]
        count = counts.setdefault(chosen.counter, {})
        if number not in begun:
            begun.add(number)
            count.update({level: start - 1 for level, start in chosen.restarts.items()})
        _count(chosen, count, depth)
        label = _label(chosen, count, depth)
        if label and not text.startswith(label) and not (label[-1] in ".．" and text[0].isdigit()):
            _prepend(paragraph, label)
            written = True
    return written


def _numbered(paragraph: Element, lists: dict[str, _List], styles: dict[str, Element]) -> tuple[str, int] | None:
    """Return a paragraph's list and level, its own or its style's; None where it has no number."""
    number, depth = _value(paragraph, "pPr", "numPr", "numId"), _value(paragraph, "pPr", "numPr", "ilvl")
    style = _value(paragraph, "pPr", "pStyle")
    level_of = style
    for _ in range(_MOST_PARENTS):
        if number is not None or style is None or style not in styles:
            break
        number = _value(styles[style], "pPr", "numPr", "numId")
        depth = depth or _value(styles[style], "pPr", "numPr", "ilvl")
        level_of = style
        style = _value(styles[style], "basedOn")
    if number is None or number not in lists:
        return None
    level = _whole(depth, lists[number].of_style.get(level_of or "", 0))
    return (number, level) if level in lists[number].levels else None


def _count(chosen: _List, count: dict[int, int], depth: int) -> None:
    for level in range(depth):  # a level that was skipped counts as begun
        if level in chosen.levels:
            count.setdefault(level, chosen.levels[level].start)
    count[depth] = count.get(depth, chosen.levels[depth].start - 1) + 1
    for level in [level for level in count if level > depth]:
        del count[level]


def _label(chosen: _List, count: dict[int, int], depth: int) -> str:
    """Return the number as printed, empty where its form is none of ours."""
    if "%" not in chosen.levels[depth].text:
        return ""
    label = chosen.levels[depth].text.strip()
    for place in {int(found) - 1 for found in re.findall(r"%([1-9])", label)}:
        level = chosen.levels.get(place)
        printed = _printed(level.form, count.get(place, 0)) if level else ""
        if not printed:
            return ""
        label = label.replace(f"%{place + 1}", printed)
    return "" if label[-1:].isdecimal() else label  # a bare figure would run into the text behind it


def _printed(form: str, value: int) -> str:
    if not 0 < value < 100:
        return ""
    if form == "decimal":
        return str(value)
    if form in _CIRCLED:
        return chr(0x2460 + value - 1) if value <= 20 else ""
    if form not in _CHINESE:
        return ""
    tens, ones = divmod(value, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def _prepend(paragraph: Element, label: str) -> None:
    """Write the number as the paragraph's first run, and take it off Word's count so that it is printed once."""
    run = etree.Element(_W + "r")
    etree.SubElement(run, _W + "t").text = label
    properties = paragraph.find(_W + "pPr")
    if properties is None:
        paragraph.insert(0, run)
        return
    own = properties.find(_W + "numPr")
    if own is not None:
        properties.remove(own)
    properties.addnext(run)
