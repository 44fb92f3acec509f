"""Which part of a web page is its text.

What belongs here: which element of a tree holds the text. What does not: its lines (``lines.py``), what is printed
(``tagstyle.py``), charset and source offsets (``html.py``), title and date (``metadata.py``).

Content managers of governments name the element that holds the text; where none of their names is found, it is the
smallest element that holds nearly all of the page's sentences. Libraries were measured beside it (docs/forms.md).
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree
from lxml import html as lxml_html

from sources.document.forms.lines import DROPPED_TAGS, Element, element_lines
from sources.document.forms.tagstyle import is_printed, mark_printed

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
_MARKS = "。；，！？、"
#: share of a page's sentences that an element must hold to be taken for its text
_ENOUGH = 0.75
_NEARLY_ALL = 0.97


def parse(source: str) -> Element:
    """Return the page as a tree in which is marked what is printed (``tagstyle.py``).

    The source is decoded already, whatever charset it names.
    """
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    # no form is filled in here, so that lxml need not ask Python for the class of each element each time it is seen
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=Element))
    clean = source.replace("\x00", "")
    root = lxml_html.document_fromstring(clean.encode("utf-8", errors="replace"), parser=parser)
    for element in root.iter("xmp", "listing", "plaintext"):
        element.tag = "pre"  # as which it is printed, and can be written out and parsed again
    mark_printed(root)
    return root


def body_lines(root: Element) -> list[str]:
    """Return the text of a page as lines (of ``lines.py``), one per paragraph, heading or table row."""
    return element_lines(find_body(root), prune=True)


def find_body(root: Element) -> Element:
    """Return the element that holds the page's text."""
    counts = _sentence_counts(root)
    total = counts.get(root, 0)
    if not total:
        return root
    named = [e for e in counts if _is_container(e) and counts[e] >= _ENOUGH * total]
    if named:
        return _innermost(named, counts)
    return _smallest_cover(root, counts, _NEARLY_ALL * total)


def _sentence_counts(root: Element) -> dict[Element, int]:
    """Count per element the punctuation of its sentences that is in no link, script, form or hidden part."""
    counts: dict[Element, int] = {}

    for _, element in etree.iterwalk(root, events=("end",)):
        if not isinstance(element.tag, str):
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
    return sum(map(text.count, _MARKS)) if text and not text.isspace() else 0


def _is_container(element: Element) -> bool:
    name, classes = element.get("id"), element.get("class")
    return (name is not None or classes is not None) and _names_container(name or "", classes or "")


@lru_cache(maxsize=4096)  # a site's pages have the same few names
def _names_container(name: str, classes: str) -> bool:
    return bool(_CONTAINER_IDS.match(name.strip())) or any(_CONTAINER_CLASSES.match(c) for c in classes.split())


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


def _is_dropped(element: Element) -> bool:
    return element.tag in DROPPED_TAGS or not is_printed(element)
