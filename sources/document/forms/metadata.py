"""What a page says about itself: title, date of publication, publisher.

What belongs here: `<meta>` of government content managers, headings, titles written by script, the line under the
title. What does not: what the document's text says about its meeting and speaker (``identity``).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sources.document.dates import parse_date
from sources.document.forms.lines import Element

_META_TITLE = ("articletitle", "article-title", "og:title", "title", "dc.title")
_META_DATE = (
    "pubdate",
    "pudate",
    "publishdate",
    "article:published_time",
    "firstpublishedtime",
    "createdate",
    "dc.date",
    "date",
)
_META_SOURCE = ("contentsource", "source", "og:site_name", "dc.publisher")
_SCRIPT_TITLES = (
    re.compile(r"""document\.write(?:ln)?\(\s*["']([^"'<>]{4,120})["']\s*\)"""),
    re.compile(r"""(?:var|let|const)\s+\w*title\w*\s*=\s*["']([^"'<>]{4,120})["']""", re.IGNORECASE),
    re.compile(
        r"""getElementById\(\s*["']\w*title\w*["']\s*\)\.(?:innerHTML|innerText|textContent)\s*=\s*"""
        r"""["']([^"'<>]{4,120})["']""",
        re.IGNORECASE,
    ),
)  # fmt: skip
_TITLE_NAMES = re.compile(r"(?:^|[-_])(?:title|tit|bt|biaoti|headline)(?:$|[-_])|title$|^tit", re.IGNORECASE)
_DATE_LABEL = re.compile(
    r"(?:发布|发表|公布|更新|成文|生成|发文)?(?:时间|日期)\s*[:：]?\s*(?=(?:19|20)\d{2}\s*[-/.年])"
)
_SOURCE_LABEL = re.compile(
    r"(?:信息来源|文章来源|稿件来源|(?<!资料)(?<!数据)来源|出处|发布机构|发布单位|发文单位)\s*[:：]\s*([^\s|｜【\[（(:：，。]{2,20})(?=[\s|｜【\[（(]|$)"
)
_LABEL = re.compile(r"(?:日期|时间|访问量|浏览量?|次数|来源|作者|字体|字号|编辑)$")
_META = re.compile(r"<meta\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
#: a date that stands by itself or beside a clock time or a label, as under a title; not one in a sentence
_LINE_DATE = re.compile(
    r"^\D{0,14}((?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?)\s*(?:\d{1,2}\s*[:：∶]\s*\d{2}.{0,40}|\D{0,40})$"
)
#: what a site adds to the title of its pages: -某市人民政府, _某网
_SUFFIX = re.compile(
    r"\s*(?:[-_|—–>]+\s*[^-_|—–>]{0,24}(?:政府|网|门户|网站|公开|频道|日报|晚报|在线|公报|动态|中心|平台|局|委)[^-_|—–>]{0,12})+\s*$"
)
_MEETING = re.compile(r"会议|大会|届|通过|^[—―－-]")
#: a title that names a site, not an article
_SITE = re.compile(r"(?:人民政府|门户网站|政府网|政务网|信息公开平台|[网站])$")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,40}>")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class PageFacts:
    """Title, date and publisher as a page gives them; None where it gives none."""

    title: str | None = None
    published_at: date | None = None
    publisher: str | None = None
    flags: tuple[str, ...] = ()

    def or_else(self, other: PageFacts) -> PageFacts:
        """Return these facts with those of `other` where there is none."""
        return PageFacts(
            self.title or other.title,
            self.published_at or other.published_at,
            self.publisher or other.publisher,
            self.flags if self.title else other.flags,
        )


def page_facts(root: Element, source: str, lines: list[str]) -> PageFacts:
    """Return what the page says about itself; `lines` are those of its text, for what stands nowhere else."""
    metas = _metas(source)
    title, written = _title(root, source, metas, lines)
    return PageFacts(
        title=title,
        published_at=_published(root, metas),
        publisher=_publisher(root, metas),
        flags=("title_by_script",) if written else (),
    )


def _metas(source: str) -> dict[str, str]:
    """Return the page's named meta values; by pattern, since some stand in the body or are no proper markup."""
    found: dict[str, str] = {}
    for tag in _META.finditer(source[:200_000]):
        attributes = {m.group(1).lower(): m.group(2) or m.group(3) or m.group(4) for m in _ATTRIBUTE.finditer(tag[1])}
        name = (attributes.get("name") or attributes.get("property") or "").strip().lower()
        content = _tidy(html.unescape(attributes.get("content") or ""))
        if name and content:
            found.setdefault(name, content)
    return found


def _tidy(text: str | None) -> str:
    return " ".join(_TAG.sub("", text or "").split())


def _title(root: Element, source: str, metas: dict[str, str], lines: list[str]) -> tuple[str | None, bool]:
    article = strip_site(metas.get(_META_TITLE[0], ""))
    if _is_title(article):
        return article, False
    printed = [t for t in _printed_titles(root, metas) if _is_title(t)]
    telling = next((t for t in printed if _speaks_of_report(t)), None)
    if telling:
        return telling, False
    scripted = _scripted_title(source)
    if scripted:
        return scripted, True
    line = next((line for line in lines[:6] if _speaks_of_report(line) and len(line) <= 60), None)
    other = next((t for t in printed if not _SITE.search(t)), None)
    return line or other or (printed[0] if printed else None), False


def _printed_titles(root: Element, metas: dict[str, str]) -> Iterator[str]:
    for name in _META_TITLE[:2]:
        yield strip_site(metas.get(name, ""))
    page_title = strip_site(_tidy(root.findtext(".//title")))
    headings = [_tidy(e.text_content()) for e in root.iter("h1", "h2", "h3") if e.find(".//a") is None]
    named = [
        _tidy(e.text_content())
        for e in root.iter("div", "p", "span", "td", "ucaptitle", "h4", "h5")
        if _TITLE_NAMES.search(e.get("id") or "") or any(_TITLE_NAMES.search(c) for c in (e.get("class") or "").split())
    ]
    seen = [t for t in headings + named if 4 <= len(t) <= 90]
    # the page's own title names the article; a heading that agrees with it is the article's title as printed
    agreeing = [t for t in seen if len(t) >= 6 and page_title and (t in page_title or page_title in t)]
    yield from (t for t in agreeing if _speaks_of_report(t))
    if _speaks_of_report(page_title):
        yield page_title
    yield from (t for t in seen if _speaks_of_report(t))
    yield from agreeing
    yield page_title
    yield from (metas.get(name, "") for name in _META_TITLE[2:] if _speaks_of_report(metas.get(name, "")))


def strip_site(title: str) -> str:
    """Return a page's title without the names of site and channel behind it."""
    first = re.split(r"\s*[_|]\s*|\s+[-–—]+\s+|[—-]{2,}(?=(?:19|20)\d{2}年)", title)[0]
    if len(first) >= 8 and _speaks_of_report(first):
        return first.strip()
    stripped = _SUFFIX.sub("", title).strip(" -_|—")
    return stripped if _CHINESE.search(stripped) else title


def _is_title(text: str) -> bool:
    return 4 <= len(text) <= 120 and bool(_CHINESE.search(text))


def _speaks_of_report(text: str) -> bool:
    return _is_title(text) and bool(re.search(r"报告|公报|计划|摘编|草案|总结|决议|执行情况", text))


def _scripted_title(source: str) -> str | None:
    for pattern in _SCRIPT_TITLES:
        for match in pattern.finditer(source):
            candidate = _tidy(match.group(1))
            if _is_title(candidate) and len(_CHINESE.findall(candidate)) >= 4:
                return candidate
    return None


def _published(root: Element, metas: dict[str, str]) -> date | None:
    for name in _META_DATE:
        found = parse_date(metas.get(name))
        if found:
            return found
    text = _tidy(root.text_content())
    for label in _DATE_LABEL.finditer(text):
        if label.group().strip():
            return parse_date(text[label.end() : label.end() + 14])
    for element in root.iter("span", "p", "div", "td", "em", "i", "b", "font", "time", "h3", "h4", "h5", "h6"):
        parent = element.getparent()
        if len(element) > 6 or parent is None or parent.tag in ("a", "li"):
            continue
        line = _LINE_DATE.match(_tidy(element.text_content()[:200]))
        if line and not _MEETING.search(line.group()):
            return parse_date(line.group(1))
    return None


def _publisher(root: Element, metas: dict[str, str]) -> str | None:
    for name in _META_SOURCE:
        if metas.get(name):
            return metas[name].strip(" ,，") or None
    for match in _SOURCE_LABEL.finditer(_tidy(root.text_content())):
        value = match.group(1).strip(" ,，")
        if not _LABEL.search(value):
            return value
    return None
