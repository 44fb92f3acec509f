"""Which link of a page leads on to the next page of the same document.

What belongs here: the words of such links, names that number pages, paging by script, turns of newspapers. What does
not: everything else that a page leads to (``pages.py``).
"""

from __future__ import annotations

import re
from posixpath import splitext
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html
from w3lib.url import safe_url_string

#: link words of the next page of the same document; 下一篇 is the next document
NEXT_WORDS = re.compile(
    r"^[\[(（【\s]*(?:下一?页|后一?页|下一頁|下頁|next\s*page|next)[\s\])）】>»›→]*$", re.IGNORECASE
)
#: paging that a common content management system writes by script: number of pages, this page from 0, name, ending
SCRIPT_PAGING = re.compile(r"createPageHTML\(\s*(\d+)\s*,\s*(\d+)\s*,\s*[\"']([\w./-]+)[\"']\s*,\s*[\"'](\w+)[\"']")
#: where a newspaper goes on with a text on another of its pages, and what the link to that text says there
_TURNS = re.compile(r"^\W*(?:紧|下)转\s*第?\s*[0-9０-９一二三四五六七八九十A-Za-z]{1,4}\s*[版页]\W*$")
_TURNS_IN_TEXT = re.compile(r"[（(【\[〔]\s*(?:紧|下)转\s*第?\s*[0-9０-９一二三四五六七八九十A-Za-z]{1,4}\s*[版页]")
_COMES_FROM = re.compile(r"(?:紧|上)接\s*第?\s*[0-9０-９一二三四五六七八九十A-Za-z]{1,4}\s*[版页]")
#: a title that numbers the parts of one text, and the number behind each
_PART = re.compile(r"^(.{4,60}?)[（(](一|二|三|四|五|上|中|下|[1-5])[）)]")
_NEXT_PART = {
    "一": "二",
    "二": "三",
    "三": "四",
    "四": "五",
    "上": "中下",
    "中": "下",
    "1": "2",
    "2": "3",
    "3": "4",
    "4": "5",
}


def join_address(base: str, address: str) -> str | None:
    """Return the absolute web address of a link without its fragment, or None if it is no web address."""
    try:
        joined = urljoin(base, address.strip())
        # percent-encoded as a request will carry it, so that one page has one address
        web = urlsplit(joined).scheme in ("http", "https")
        return str(safe_url_string(joined.split("#", 1)[0])) if web else None
    except ValueError:
        return None


def next_page(anchors: list[tuple[str, str]], tree: lxml.html.HtmlElement, source: str, url: str) -> str | None:
    for words, address in anchors:
        if NEXT_WORDS.match(words) and _same_document(url, address):
            return address
    for address in tree.xpath("//link[translate(@rel, 'NEXT', 'next') = 'next']/@href"):
        joined = join_address(url, address)
        if joined and _same_document(url, joined):
            return joined
    scripted = SCRIPT_PAGING.search(source)
    if scripted:
        pages, current, name, ending = int(scripted[1]), int(scripted[2]), scripted[3], scripted[4]
        scripted_page = join_address(url, f"{name}_{current + 1}.{ending}") if current + 1 < pages else None
        if scripted_page and _same_document(url, scripted_page):
            return scripted_page
    return _numbered_page(anchors, url) or _turned_page(anchors, tree, url)


def _turned_page(anchors: list[tuple[str, str]], tree: lxml.html.HtmlElement, url: str) -> str | None:
    """Return where a newspaper goes on with the text of this page: only one link of the same host may say so."""
    here = [(words, address) for words, address in anchors if address != url and host(address) == host(url)]
    for words, address in here:
        if _TURNS.match(words):
            return address
    titles = [" ".join(e.text_content().split()) for e in tree.xpath("//h1 | //h2 | //h3 | //title")]
    parts = [match for match in map(_PART.match, titles) if match]
    wanted = {(match[1], following) for match in parts for following in _NEXT_PART.get(match[2], "")}
    found = {
        address
        for words, address in here
        if (named := _PART.match(words.lstrip("·•- "))) and (named[1], named[2]) in wanted
    }
    if not found and any(_COMES_FROM.search(words) for words, _ in here) and _turns(tree):
        found = {address for words, address in here if _COMES_FROM.search(words)}
    return found.pop() if len(found) == 1 else None


def _turns(tree: lxml.html.HtmlElement) -> bool:
    return any(_TURNS_IN_TEXT.search(text) for text in tree.xpath("//body//text()[contains(., '转')]"))


def host(url: str) -> str | None:
    return urlsplit(url).hostname


def _numbered_page(anchors: list[tuple[str, str]], url: str) -> str | None:
    """Return the page after this one where pages are linked by bare numbers: 1 [2] [3]."""
    current = _page_mark(url)
    for words, address in anchors:
        number = re.fullmatch(r"[\[(（【\s]*(\d{1,2})[\s\])）】]*", words)
        if number and _same_document(url, address):
            mark = _page_mark(address)
            if mark is not None and mark == (current or (0 if mark == int(number[1]) - 1 else 1)) + 1:
                return address
    return None


def _split_name(path: str) -> tuple[str, str, int | None]:
    """Return folder, name without ending and page mark, and the page mark: /a/t1_2.html → /a, t1, 2."""
    folder, _, name = path.rpartition("/")
    stem = splitext(name)[0]
    marked = re.fullmatch(r"(.+?)[_-](\d{1,2})", stem)
    return (folder, marked[1], int(marked[2])) if marked else (folder, stem, None)


def _page_mark(url: str) -> int | None:
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query):
        if name.lower() in ("page", "p", "pageno", "pageindex", "pn") and value.isdecimal():
            return int(value)
    return _split_name(parts.path)[2]


def _same_document(url: str, other: str) -> bool:
    """Return whether two addresses are pages of one document: the same but for a page mark in name or query."""
    ours, theirs = urlsplit(url), urlsplit(other)
    if ours.hostname != theirs.hostname or url == other:
        return False
    if ours.path == theirs.path:
        return bool(theirs.query) and _unpaged(ours.query) == _unpaged(theirs.query)
    return _split_name(ours.path)[:2] == _split_name(theirs.path)[:2] and _unpaged(ours.query) == _unpaged(theirs.query)


def _unpaged(query: str) -> list[tuple[str, str]]:
    marks = ("page", "p", "pageno", "pageindex", "pn")
    return sorted((name, value) for name, value in parse_qsl(query) if name.lower() not in marks)
