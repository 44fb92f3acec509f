"""What of a page's markup is printed: hidden and struck text, readings beside characters, raised marks.

What belongs here: from tags, attributes and simple rules of style to a mark on the element. What does not: what a
raised run means (``raised.py``), lines (``lines.py``), which part of a page is its text (``mainbody.py``).

A browser's rules of style are a language of their own; read here are the attribute `style` and rules of the page's own
`<style>` for one class (`.name`, `tag.name`), which is what content managers and word processors write. Rules within
`@media` and the like, for descendants, and of linked sheets are not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import html as lxml_html

from sources.document.forms.raised import printed_as

Element = lxml_html.HtmlElement
Rules = dict[tuple[str, str], dict[str, str]]

#: set on elements that `mark_printed` has judged
MARK = "data-printed"
NOT_PRINTED, RAISED, AS_TYPED = "no", "raised", "as typed"

_STRUCK_TAGS = frozenset(("del", "s", "strike"))
_READINGS = frozenset(("rt", "rp", "rtc"))
_JUDGED = _STRUCK_TAGS | _READINGS | {"pre", "sup", "a", "template"}
_INLINE = frozenset(("a", "b", "big", "em", "font", "i", "ins", "label", "small", "span", "strong", "sup", "u"))
_TELLING = re.compile(
    r"display|visibility|white-space|text-decoration|opacity|font-size|vertical-align|mso-text-raise", re.IGNORECASE
)
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]*)")
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_BLOCK = re.compile(r"[{}]")
_ONE_CLASS = re.compile(r"^([a-z][a-z0-9]*)?\.([\w-]+)$", re.IGNORECASE)
_NOTHING = re.compile(r"^0*(?:\.0+)?\s*(?:px|pt|em|rem|%)?$")
_LENGTH = re.compile(r"^(\d*\.?\d+)\s*(px|pt|em|rem|ex|%)$")
_SMALL = re.compile(
    r"^(?:(?:x?x-)?small|smaller|[0-7]\d%|0?\.[1-8]\d*r?em|(?:[1-9]|1[0-2])(?:\.\d+)?px|[1-9](?:\.\d+)?pt)$"
)
#: a raise above which a run is a mark beside the line, and not the alignment of a picture or another font
_RAISES = {"px": 3.0, "pt": 2.0, "em": 0.2, "rem": 0.2, "ex": 0.4, "%": 15.0}
_MARKS = "。；！？"
#: sentences and share of a page's sentences from which on a hidden or struck part is what a script will show,
#: and sentences of a page that shows a text of its own, whatever it hides
_MANY, _MOST, _OWN_TEXT = 10, 0.6, 15
#: parts of a page that are asked whether a script will show them
_ASKED = 20

_NOTE_LINK = re.compile(r"^#_?(?:ftn|edn|footnote|endnote|fn|note)", re.IGNORECASE)


def mark_printed(root: Element) -> None:
    """Set the attribute `data-printed` on elements by how their text is printed: not at all, raised, in typed lines.

    Text that only seems hidden, because a script shows it, is known by how much it is: nearly all of the page.
    """
    rules = style_rules(root)
    total = -1
    asked = 0
    for element in root.iter("*"):
        judged = _judge(element, rules)
        if judged is None:
            continue
        if judged == NOT_PRINTED and element.tag not in _READINGS and asked < _ASKED:
            asked += 1
            total = _n_marks(root) if total < 0 else total
            own = _n_marks(element)
            if own >= _MANY and own > _MOST * total and total - own < _OWN_TEXT:
                continue
        element.set(MARK, judged)


def is_printed(element: Element) -> bool:
    return element.get(MARK) != NOT_PRINTED


def drop_unprinted(root: Element) -> None:
    """Take struck text, readings and notes' marks out of a tree that was marked; what is hidden stays.

    For titles and dates, which are taken from whole elements: a site may hide a date, but not print a reading as title.
    """
    for element in root.xpath(f"descendant-or-self::*[@{MARK}]"):
        struck = element.get(MARK) == NOT_PRINTED and (element.tag in _READINGS or element.tag in _STRUCK_TAGS)
        if struck or (element.get(MARK) == RAISED and is_mark(str(element.text_content()))):
            element.clear(keep_tail=True)  # not drop_tree, which sets texts, and fails on control characters


def is_mark(text: str) -> bool:
    """Tell whether a raised run that stands behind no figure is a note's mark."""
    return bool(text.strip()) and printed_as("", text, "") == ""


def style_rules(root: Element) -> Rules:
    """Return the declarations of a page's own rules for one class, by (tag or "", class); later ones rule."""
    rules: Rules = {}
    for sheet in root.iter("style"):
        text = _COMMENT.sub(" ", sheet.text or "")
        if not _TELLING.search(text):
            continue
        depth, last, selectors = 0, 0, ""
        for brace in _BLOCK.finditer(text):
            piece = text[last : brace.start()]
            last = brace.end()
            if brace.group() == "{":
                depth += 1
                selectors = piece
                continue
            if depth == 1 and _TELLING.search(piece):
                _add_rule(rules, selectors, piece)
            depth = max(0, depth - 1)
            selectors = ""
    return rules


def _add_rule(rules: Rules, selectors: str, declarations: str) -> None:
    found = _declarations(declarations)
    for selector in selectors.rpartition(";")[2].split(","):
        simple = _ONE_CLASS.match(selector.strip())
        if simple:
            rules.setdefault(((simple[1] or "").lower(), simple[2]), {}).update(found)


@lru_cache(maxsize=4096)  # one page says the same of thousands of elements
def _telling(style: str) -> bool:
    return _TELLING.search(style) is not None


@lru_cache(maxsize=4096)
def _declarations(text: str) -> dict[str, str]:
    """Return the declarations of a style by name; nobody may change them."""
    pairs = _DECLARATION.findall(text)
    return {name.lower(): value.lower().replace("!important", "").strip() for name, value in pairs}


def _judge(element: Element, rules: Rules) -> str | None:
    tag = element.tag
    style = element.get("style")
    telling = bool(style) and _telling(style)
    names = element.get("class") if rules else None
    if not (telling or names or tag in _JUDGED):
        return NOT_PRINTED if element.get("hidden") is not None else None
    style_of: dict[str, str] = {}
    for name in (names or "").split():
        style_of |= rules.get(("", name), {})
        style_of |= rules.get((str(tag), name), {})
    if style and telling:
        style_of |= _declarations(style)
    if tag in ("html", "body"):  # shown by a script, if anything is
        return None
    if tag in _READINGS or tag == "template" or element.get("hidden") is not None:
        return NOT_PRINTED
    if _is_hidden(element, style_of) or _is_struck(element, style_of):
        return NOT_PRINTED
    if tag == "pre" or (tag not in _INLINE and style_of.get("white-space", "").startswith(("pre", "break-spaces"))):
        return AS_TYPED
    return RAISED if _is_raised(element, style_of) else None


def _is_hidden(element: Element, style: dict[str, str]) -> bool:
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if _NOTHING.match(style.get("opacity", "1")):
        return True
    # elements inside mostly have a size of their own: lists are set to nothing to close the gaps in them
    return bool(_NOTHING.match(style.get("font-size", "1"))) and len(element) == 0


def _is_struck(element: Element, style: dict[str, str]) -> bool:
    lines = style.get("text-decoration-line") or style.get("text-decoration")
    return "line-through" in lines if lines else element.tag in _STRUCK_TAGS


def _is_raised(element: Element, style: dict[str, str]) -> bool:
    if element.tag not in _INLINE:
        return False
    place = style.get("vertical-align", "")
    if place == "super":
        return True
    small = bool(_SMALL.match(style.get("font-size", "")))
    if place in ("top", "text-top"):
        return small or element.tag == "sup"
    if _rise(place) or _rise(style.get("mso-text-raise", "")):
        return True
    if style.get("position") == "relative" and style.get("top", "").startswith("-") and _rise(style["top"][1:]):
        return True
    if element.tag == "a":
        return bool(_NOTE_LINK.match(element.get("href") or "")) and not place
    return element.tag == "sup" and place in ("", "inherit", "middle")


def _rise(length: str) -> bool:
    measured = _LENGTH.match(length)
    return measured is not None and float(measured[1]) >= _RAISES[measured[2]]


def _n_marks(element: Element) -> int:
    text = str(element.text_content())
    return sum(map(text.count, _MARKS))
