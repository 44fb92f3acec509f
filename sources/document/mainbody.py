"""Which part of a web page is its text, and that part as lines.

What belongs here: a tree of elements in, lines out (paragraphs, headings, rows of tables), without navigation,
sidebars, related links, widgets and footers. What does not: charset and source offsets (``html.py``), title and date
(``metadata.py``), repairs of the text itself.

Content managers of governments name the element that holds the text; where none of their names is found, readability
chooses; where it chooses less than the page's sentences, the smallest element that holds nearly all of them does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html
from readability import Document

Element = lxml_html.HtmlElement

#: names by which content managers call the element that holds an article's text, nearest to the text first
_CONTAINER_IDS = re.compile(
    r"^(?:ucap-?content|zoom(?:con)?|zoomcontent|vsb_content(?:_\d+)?|js_content|trs_?editor|news_?content|newscon|"
    r"article_?(?:content|body|text|con)|articlecontent|content_?(?:text|body|main|zw)?|main_?content|text_?content|"
    r"txt|textbox|detail_?content|info_?content|barrierfree_container|ozoom|contenttxt|doccontent|nr|neirong)$",
    re.IGNORECASE,
)
_CONTAINER_CLASSES = re.compile(
    r"^(?:trs_?editor|trs_ueditor|view|ucap-content|v_news_content|vsbcontent.*|"
    r"article[-_]?(?:content|body|text|con|main|detail|box)|"
    r"news[-_]?(?:content|text|body|con)|text[-_]?(?:content|con|show-content)?|detail[-_]?(?:content|text|con|main)|"
    r"content[-_]?(?:text|body|main|con|zw|article|detail|box)?|(?:bt|pages|zw|xl|info|main|con|xxgk|zwgk|cont)_?content|zoom|"
    r"rich_media_content|xxgk[-_]articlebox|hcontent|wzcon|zwnr|nr|easysite-news-text|"
    r"gknb_content|mod_article|article_body|entry-content|post-content)$",
    re.IGNORECASE,
)
_DROPPED_TAGS = frozenset(
    ("script", "style", "noscript", "head", "title", "iframe", "object", "embed", "form", "select", "option", "button",
     "input", "textarea", "svg", "canvas", "video", "audio", "map", "nav", "footer", "template")
)  # fmt: skip
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption",
     "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section",
     "table",
     "tbody", "tfoot", "thead", "ul", "caption", "ucapcontent", "ucaptitle")
)  # fmt: skip
_JUNK = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|menu|breadcrumb|crumbs?|sidebar|side|share|bshare|bdshare|bdsharebuttonbox|social|"
    r"related|relate|xgyd|"
    r"xgwz|reldocuments?|recommend|footer|foot|copyright|pagination|pager|pagenav|toolbar|tools|print|qrcode|ewm|erweima|"
    r"comment|comments|advert|ads|hotnews|ranking|prevnext|friendlink|links|login|search)(?:$|[-_ ])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MARKS = "。；，！？、"
_OF_NO_WIDTH = "\u200b\u200c\u200d\ufeff"
#: share of a page's sentences that an element must hold to be taken for its text
_ENOUGH = 0.75
_NEARLY_ALL = 0.97


def parse(source: str) -> Element:
    """Return the page as a tree. The source is decoded already, whatever charset it names."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    clean = source.replace("\x00", "")
    return lxml_html.document_fromstring(clean.encode("utf-8", errors="replace"), parser=parser)


def body_lines(root: Element) -> list[str]:
    """Return the text of a page as lines, one per paragraph, heading or table row."""
    body = find_body(root)
    return element_lines(body, prune=True)


def find_body(root: Element) -> Element:
    """Return the element that holds the page's text."""
    counts = _sentence_counts(root)
    total = counts.get(root, 0)
    if not total:
        return root
    named = [e for e in counts if _is_container(e) and counts[e] >= _ENOUGH * total]
    if named:
        return _innermost(named, counts)
    chosen = _by_readability(root, total)
    return chosen if chosen is not None else _smallest_cover(root, counts, _NEARLY_ALL * total)


def _sentence_counts(root: Element) -> dict[Element, int]:
    """Count per element the punctuation of its sentences that is in no link, script, form or hidden part."""
    counts: dict[Element, int] = {}

    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start" or not isinstance(element.tag, str):
            continue
        if _is_dropped(element) or element.tag == "a":
            counts[element] = 0
            continue
        own = _n_marks(element.text)
        for child in element:
            own += counts.get(child, 0) + _n_marks(child.tail)
        counts[element] = own
    return counts


def _n_marks(text: str | None) -> int:
    return sum(map(text.count, _MARKS)) if text else 0


def _is_container(element: Element) -> bool:
    name = element.get("id") or ""
    classes = (element.get("class") or "").split()
    return bool(_CONTAINER_IDS.match(name.strip())) or any(_CONTAINER_CLASSES.match(c) for c in classes)


def _innermost(elements: list[Element], counts: dict[Element, int]) -> Element:
    """Return the deepest of several nested containers that loses hardly a sentence against the fullest."""
    most = max(counts[e] for e in elements)
    full = [e for e in elements if counts[e] >= _NEARLY_ALL * most]
    return max(full, key=lambda e: sum(1 for _ in e.iterancestors()))


def _smallest_cover(root: Element, counts: dict[Element, int], needed: float) -> Element:
    element = root
    while True:
        inner = [child for child in element if counts.get(child, 0) >= needed]
        if not inner:
            return element
        element = inner[0]


def _by_readability(root: Element, total: int) -> Element | None:
    """Return readability's choice as a tree, or None where it loses sentences of the page."""
    try:
        summary = Document(lxml_html.tostring(root, encoding="unicode")).summary(html_partial=True)
        chosen = lxml_html.fromstring(summary)
    except (etree.LxmlError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    held = sum(_sentence_counts(chosen).get(e, 0) for e in [chosen])
    return chosen if held >= _NEARLY_ALL * total else None


def element_lines(element: Element, *, prune: bool) -> list[str]:
    """Return an element's text as lines; `prune` leaves out navigation, widgets and hidden parts inside it."""
    lines: list[str] = []
    current: list[str] = []

    def flush() -> None:
        line = "".join(current)
        for mark in _OF_NO_WIDTH:
            line = line.replace(mark, " ")
        line = " ".join(line.split())
        if line:
            lines.append(line)
        current.clear()

    for kind, value in _walk(element, prune):
        if kind == "text":
            current.append(value)
        else:
            flush()
    flush()
    return lines


def _walk(element: Element, prune: bool) -> Iterator[tuple[str, str]]:
    """Yield ("text", …) and ("break", "") in reading order, without recursion: pages nest thousands deep."""
    skipped: Element | None = None
    row: Element | None = None  # the row of data that we are in: its cells make one line
    for event, node in etree.iterwalk(element, events=("start", "end")):
        breaks = node.tag == "tr" or node.tag in _BREAKING
        if event == "start":
            if skipped is not None:
                continue
            if node is not element and not _is_wanted(node, prune):
                skipped = node
                continue
            if row is not None:
                yield "text", " " if node.tag in _BREAKING else ""
            elif breaks:
                yield "break", ""
            if node.tag == "tr" and row is None and _is_data_row(node):
                row = node
            yield "text", node.text or ""
            continue
        if row is node:
            row = None
        if skipped is node:
            skipped = None
        elif skipped is None and breaks and row is None:
            yield "break", ""
        if skipped is None and node is not element:
            yield "text", node.tail or ""


_BREAKING = _BLOCKS | {"br", "td", "th"}


def _is_data_row(row: Element) -> bool:
    """Tell whether a row holds data (several short cells of one piece each) and does not lay out a page."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    return len(cells) > 1 and all(
        len(cell.text_content().strip()) <= 60 and sum(1 for _ in cell.iter("p", "div", "br", "li", "table")) <= 1
        for cell in cells
    )


def _is_dropped(element: Element) -> bool:
    return element.tag in _DROPPED_TAGS or bool(_HIDDEN.search(element.get("style") or ""))


def _is_wanted(element: Element, prune: bool) -> bool:
    if not isinstance(element.tag, str) or element.tag in _DROPPED_TAGS:
        return False
    if not prune:
        return True
    if _HIDDEN.search(element.get("style") or ""):
        return False
    names = f"{element.get('id') or ''} {element.get('class') or ''}"
    if not _JUNK.search(names):
        return True
    # a wrapper may carry such a name and still hold the text: only an element without sentences is furniture
    return _n_marks(element.text_content()) > 40
