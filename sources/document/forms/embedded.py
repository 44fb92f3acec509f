"""A text that stands in a page without being its markup: in a script's data, a form's field, a frame's attribute.

What belongs here: finding such texts and undoing their escapes, with the way back. What does not: whether the page has
a text of its own, which always comes first (``html.py``).

Pages that a script writes carry their text as JSON (`<script type="application/json">`, `window.__STATE__ = {…}`,
`application/ld+json`) or as a string. No script is run and no JSON is parsed: the longest string literal that reads
as prose is taken, and only where it holds nearly all of the prose of its script, so that no text comes in parts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from sources.document.traced import Traced

#: elements whose content is not markup, or not shown as such
_HOLDER = re.compile(r"<(script|textarea|noscript|template|xmp|pre)\b[^<>]*>", re.IGNORECASE)
_SRCDOC = re.compile(r"\bsrcdoc\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
#: a string of JSON or of a script; one that never ends goes to the end of its line, so that each sign is read once
_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.)*+)\"?|'((?:[^'\\\n]|\\.)*+)'?|`((?:[^`\\]|\\.)*+)`?", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))",
    re.DOTALL,
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": "\n", "v": " "}
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_TAG = re.compile(r"</?(?:p|br|div|span|td|h[1-6]|section|font|strong)\b[^<>]*>", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|br|div|span|td|h[1-6]|section|font|strong)\b", re.IGNORECASE)
_STOP = re.compile(r"。|\\u3002|&#12290;|&#x3002;", re.IGNORECASE)
#: sentences of the shortest text that is looked for
FEWEST_SENTENCES = 5
#: sentences of a page that prints a text of its own: whatever its scripts hold beside it is another text
_OWN_TEXT = 15
#: share of its script's sentences that a string must hold
_WHOLE = 0.75
#: JSON in a string of JSON in a string …
_DEEPEST = 3
#: texts of a page that are undone at most
_MOST_TEXTS = 200


def embedded_text(source: str, sentences: int) -> Traced | None:
    """Return the text (markup or plain) of the most sentences in `source` where they are far more than `sentences`.

    `sentences` are those that the page prints. Its origins are offsets in `source`.
    """
    if sentences >= _OWN_TEXT:
        return None
    if sum(1 for _ in _STOP.finditer(source)) < max(FEWEST_SENTENCES, 2 * sentences):
        return None
    page = Traced.of(source)
    found = [text for text, _ in zip(_texts(page), range(_MOST_TEXTS), strict=False)]
    best = max(found, key=_sentences, default=None)
    if best is None or _sentences(best) < max(FEWEST_SENTENCES, 2 * sentences):
        return None
    return best


def is_markup(text: str) -> bool:
    return bool(_TAG.search(text))


def shows_tags(lines: list[str]) -> bool:
    """Tell whether the lines of a page hold tags as text: markup within an element that shows it as it is."""
    shown = (len(pattern.findall(line)) for line in lines for pattern in (_TAG, _ESCAPED_TAG))
    return sum(shown) >= FEWEST_SENTENCES


def _texts(page: Traced) -> Iterator[Traced]:
    for name, start, end in _contents(page.text):
        if not _STOP.search(page.text, start, end):
            continue
        content = page.slice(start, end)
        if name == "script":
            yield from _of_script(content, _DEEPEST)
        if name == "textarea":
            content = _unescape(content)
        if name != "script" or content.text.lstrip().startswith("<"):
            yield _as_markup(content)
    for match in _SRCDOC.finditer(page.text):
        group = 1 if match.group(1) is not None else 2
        if _STOP.search(match.group(group)):
            yield _unescape(page.slice(*match.span(group)))


def _contents(source: str) -> Iterator[tuple[str, int, int]]:
    """Yield name and content's span of each element that may hold a text."""
    unclosed: set[str] = set()
    position = 0
    while (opening := _HOLDER.search(source, position)) is not None:
        name = opening.group(1).lower()
        position = opening.end()
        closing = None if name in unclosed else re.compile(rf"</{name}\s*>", re.IGNORECASE).search(source, position)
        if closing is None:
            unclosed.add(name)
            continue
        yield name, opening.end(), closing.start()
        position = closing.end()


def _of_script(script: Traced, deeper: int) -> Iterator[Traced]:
    """Yield the string that holds nearly all of a script's prose, unescaped."""
    found: dict[str, Traced] = {}
    for literal in _LITERAL.finditer(script.text):
        start, end = literal.span(literal.lastindex or 0)
        if literal.lastindex and sum(1 for _ in _STOP.finditer(script.text, start, end)) >= FEWEST_SENTENCES:
            text = script.slice(start, end).sub(_ESCAPE, _escaped)
            found.setdefault(text.text, text)
    texts = sorted(found.values(), key=_sentences, reverse=True)
    if not texts or _sentences(texts[0]) < _WHOLE * sum(map(_sentences, texts[:_MOST_TEXTS])):
        return
    text = texts[0]
    if text.text.lstrip()[:1] in ("{", "[") and '"' in text.text and deeper:
        yield from _of_script(text, deeper - 1)
    else:
        yield _as_markup(text)


def _as_markup(text: Traced) -> Traced:
    """Return the text with its tags as tags, where they are written as entities."""
    if not is_markup(text.text) and _ESCAPED_TAG.search(text.text):
        return _unescape(text)
    return text


def _unescape(text: Traced) -> Traced:
    return text.sub(_ENTITY, lambda match: html.unescape(match.group()))


def _escaped(match: re.Match[str]) -> str:
    high, low, four, two, one = match.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF))
    if four or two:
        code = int(four or two, 16)
        return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
    return _ESCAPED.get(one, one)


def _sentences(text: Traced) -> int:
    return sum(1 for _ in _STOP.finditer(text.text))
