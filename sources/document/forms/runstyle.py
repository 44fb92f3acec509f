"""How Word sets a run: printed or hidden, struck, raised, by the run's own properties or by its styles.

What belongs here: the inheritance of run properties (ECMA-376 part 1, 17.7.2 and 17.7.3). What does not: the text of
runs (``printed.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Element = etree._Element

#: properties that a style turns round where another style has set them, as Word does
_TOGGLES = frozenset(("strike", "vanish"))
_NAMES = frozenset((*_TOGGLES, "dstrike", "vertAlign", "position", "sz", "del", "moveFrom"))
_TELLING = {W + name: name for name in sorted(_NAMES)}
_STYLE, _VALUE = W + "rStyle", W + "val"
_OFF = frozenset(("0", "false", "off"))
#: parents above which a style's inheritance is taken for a circle
MOST_PARENTS = 20
#: size of text that nothing gives a size, in half points (17.3.2.38)
_USUAL_SIZE = 20
#: share of the size of the text before it under which a run is small and over which one is lifted, and share of its
#: own size over which any run is lifted
_SMALL, _LIFTED, _HIGH = 0.85, 0.15, 0.33

Properties = dict[str, str]
_Told = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Look:
    """`printed`: neither hidden nor struck nor deleted; `size` and `lift` in half points."""

    printed: bool = True
    superscript: bool = False
    size: int = _USUAL_SIZE
    lift: int = 0

    def is_raised(self, beside: int) -> bool:
        """Tell whether the run is set small and high, beside text of the size `beside`."""
        small = self.size <= _SMALL * beside and self.lift >= _LIFTED * beside
        return self.superscript or small or self.lift >= _HIGH * self.size


class Looks:
    """The looks of a file's runs: `styles` is its part of styles, None where it has none."""

    def __init__(self, styles: Element | None) -> None:
        found = [] if styles is None else list(styles.iter(W + "style"))
        self._styles = {style.get(W + "styleId") or "": style for style in found}
        self._usual = {
            style.get(W + "type"): style.get(W + "styleId") for style in found if is_on(style.get(W + "default"), "0")
        }
        path = "/".join(W + name for name in ("docDefaults", "rPrDefault", "rPr"))
        self._defaults, _ = _told(styles.find(path) if styles is not None else None)
        self._chains: dict[str | None, Properties] = {}
        self._looks: dict[tuple[_Told, str | None, str | None], Look] = {}

    def of(self, properties: Element | None, paragraph_style: str | None) -> Look:
        """Return the look of a run with these properties (w:rPr) in a paragraph of this style."""
        own, style = _told(properties)
        key = (tuple(own.items()), style, paragraph_style)
        look = self._looks.get(key)
        if look is None:
            look = self._looks[key] = self._inherited(own, style, paragraph_style)
        return look

    def _inherited(self, own: Properties, style: str | None, paragraph_style: str | None) -> Look:
        character = self._chain(style or self._usual.get("character"))
        paragraph = self._chain(paragraph_style or self._usual.get("paragraph"))
        told = {**self._defaults, **paragraph, **character, **own}
        unprinted = is_on(told.get("dstrike"), "0") or "del" in own or "moveFrom" in own
        for name in _TOGGLES:
            if name in own:
                unprinted |= is_on(own[name])
            else:
                styled = is_on(paragraph.get(name), "0") != is_on(character.get(name), "0")
                unprinted |= styled or is_on(self._defaults.get(name), "0")
        return Look(
            printed=not unprinted,
            superscript=told.get("vertAlign") == "superscript",
            size=_whole(told.get("sz"), _USUAL_SIZE),
            lift=_whole(told.get("position"), 0),
        )

    def _chain(self, style: str | None) -> Properties:
        """Return what a style and its parents say, the nearest first."""
        if style in self._chains:
            return self._chains[style]
        told: Properties = {}
        parent = style
        for _ in range(MOST_PARENTS):
            element = self._styles.get(parent or "")
            if element is None:
                break
            told = {**_told(element.find(W + "rPr"))[0], **told}
            based = element.find(W + "basedOn")
            parent = based.get(W + "val") if based is not None else None
        self._chains[style] = told
        return told


def first(parent: Element | None, tag: str) -> Element | None:
    """Return the first child with that tag: what `find` does, which takes a path and is slow about it.

    Properties are the first child of what they are of (17.3.1.22, 17.3.2.25), where anybody keeps to the standard.
    """
    if parent is None or not len(parent):
        return None
    child = parent[0]
    return child if child.tag == tag else next(parent.iterchildren(tag), None)


def is_on(value: str | None, absent: str = "1") -> bool:
    """Tell whether a property of this value is on; a property without a value is, a missing one is `absent`."""
    return (value if value is not None else absent) not in _OFF


def _told(properties: Element | None) -> tuple[Properties, str | None]:
    """Return what properties say, and the character style that they name: one look for both, of thousands of runs."""
    told: Properties = {}
    style = None
    # all children: there are four of them, and a search by tags encodes all nine tags at each call
    for child in properties if properties is not None else ():
        tag = str(child.tag)
        if name := _TELLING.get(tag):
            told[name] = child.get(_VALUE) or "1"
        elif tag == _STYLE:
            style = style or child.get(_VALUE)
    return told, style


def _whole(value: str | None, otherwise: int) -> int:
    """Return a size in half points, which newer files may also give with its unit."""
    text = value or ""
    factor = 2.0 if text.endswith("pt") else 1.0
    try:
        return int(factor * float(text.removesuffix("pt"))) if len(text) < 12 else otherwise
    except (ValueError, OverflowError):
        return otherwise
