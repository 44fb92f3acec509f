"""What a fetched page leads to, and whether it can be believed: pure functions over bytes.

What belongs here: next pages, attachments, signs that a page served with status 200 is no document. What does not:
clean text and what it means (``sources/document``): here text is only measured.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import splitext
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree

from sources.snapshot.paging import NEXT_WORDS, SCRIPT_PAGING, host, join_address, next_page

_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|div|p|table|meta|title|script|frameset)\b", re.IGNORECASE)
_CJK = re.compile(r"[㐀-鿿豈-﫿]")
_ATTACHMENT_ENDINGS = (".docx", ".pdf", ".doc", ".wps", ".rtf", ".ofd", ".zip")
_FRONT_PAGES = re.compile(r"/?(?:(?:index|default|home|main)\.\w+)?", re.IGNORECASE)

#: longest visible text (characters) of a page that can be an error page or a login wall; reports are far longer
_NOTICE_LENGTH = 800
#: least visible text of a page that is taken for a document
_SHELL_LENGTH = 60
#: Chinese characters from which on a page without a sentence is a text all the same (``document/forms/html.py``)
_LIST_LENGTH = 400
#: a page with less Chinese text than this and a link to a document is that document's cover
_COVER_LENGTH = 600

_NOTICES = (
    (
        "an error page",
        re.compile(
            r"页面(?:不存在|未找到|没有找到|找不到|已?被?删除|已失效|走丢|出错|无法访问)|找不到.{0,12}(?:页面|网页|文件)"
            r"|(?:访问|请求|查看|浏览)的?(?:页面|网页|内容|文章|信息)(?:可能)?(?:不存在|已)|\b404\b|not found"
            r"|(?:系统|服务器|网站).{0,6}(?:繁忙|维护|升级|错误|异常|故障)|bad gateway|internal server error"
            r"|service unavailable|gateway time-?out",
            re.IGNORECASE,
        ),
    ),
    (
        "a refusal",
        re.compile(
            r"访问(?:过于|太)?频繁|(?:访问|请求)(?:被|已被)?(?:拒绝|拦截|阻断|限制)|拒绝访问|没有(?:访问)?权限"
            r"|access denied|\bforbidden\b|安全验证|人机验证|滑动验证|请输入验证码|captcha|网站防火墙|just a moment",
            re.IGNORECASE,
        ),
    ),
    (
        "a login page",
        re.compile(r"请先?(?:您)?登[录陆]|用户登[录陆]|登录后(?:查看|访问|阅读)|sign in|log in", re.IGNORECASE),
    ),
)


@dataclass(frozen=True)
class Links:
    """Where a page leads: the next page of the same document, and documents attached."""

    next_page: str | None = None
    attachment: str | None = None
    frame: str | None = None


def decode(body: bytes, charset: str | None = None) -> str:
    """Return the text of `body`, good enough for measuring and for links."""
    meta = _META_CHARSET.search(body[:4096])
    for given in (charset, meta[1].decode("ascii") if meta else None, "utf-8"):
        if not given:
            continue
        name = "gb18030" if given.lower().startswith(("gb", "x-gb")) else given
        try:
            return body.decode(name)
        except (ValueError, LookupError):  # a charset that is none, or not this page's
            continue
    return body.decode("gb18030", errors="replace")


def is_html(body: bytes) -> bool:
    return bool(_HTML.search(body[:4096]))


def is_binary_document(body: bytes) -> bool:
    """Return whether the bytes start as PDF, as a zip (DOCX, OFD, an archive), an older office document or RTF."""
    return b"%PDF-" in body[:1024] or body.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf"))


def _tree(body: bytes, charset: str | None) -> lxml.html.HtmlElement | None:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(body, charset).replace("\x00", ""))
    try:
        return lxml.html.document_fromstring(text, parser=lxml.html.HTMLParser(huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def visible_text(body: bytes, charset: str | None = None) -> str:
    """Return what a reader would see of an HTML page or a text, white space reduced."""
    if not is_html(body):
        return " ".join(decode(body, charset).split())
    tree = _tree(body, charset)
    if tree is None:
        return ""
    etree.strip_elements(tree, "script", "style", "noscript", "select", etree.Comment, with_tail=False)
    return " ".join(tree.text_content().split())


def find_links(body: bytes, url: str, charset: str | None = None) -> Links:
    """Return where the HTML page at `url` leads. A page with a body of text of its own has no attachment here."""
    if not is_html(body):
        return Links()
    tree = _tree(body, charset)
    if tree is None:
        return Links()
    base = urljoin(url, next(iter(tree.xpath("//base/@href")), ""))
    anchors = [
        (" ".join(anchor.text_content().split()) or anchor.get("title", ""), address)
        for anchor in tree.xpath("//a[@href]")
        if (address := join_address(base, anchor.get("href")))
    ]
    frame = next(
        (join_address(base, src) for src in tree.xpath("//frame/@src | //iframe/@src") if join_address(base, src)), None
    )
    attachment = _attachment(anchors, tree, base)
    # counting the words reads the page once more, and few pages link a document
    if attachment and len(_CJK.findall(visible_text(body, charset))) >= _COVER_LENGTH:
        attachment = None
    return Links(
        next_page=next_page(anchors, tree, decode(body, charset), url),
        attachment=attachment,
        frame=frame,
    )


def inner_frame(body: bytes, url: str, charset: str | None = None) -> str | None:
    """Return the address of the frame in which the text of a page stands that has none: the only one of its host."""
    if not is_html(body):
        return None
    tree = _tree(body, charset)
    if tree is None:
        return None
    base = urljoin(url, next(iter(tree.xpath("//base/@href")), ""))
    found = {join_address(base, src) for src in tree.xpath("//frame/@src | //iframe/@src")} - {None, url}
    inner = {address for address in found if address and host(address) == host(url)}
    text = visible_text(body, charset)
    notice = len(text) <= _NOTICE_LENGTH and any(pattern.search(text) for _, pattern in _NOTICES)
    if len(inner) != 1 or notice or "。" in text or len(_CJK.findall(text)) >= _LIST_LENGTH:
        return None
    return inner.pop()


def next_page_of_listing(body: bytes, url: str, charset: str | None = None) -> str | None:
    """Return the next page of a listing: unlike a document's pages, its name may differ; the host may not."""
    tree = _tree(body, charset)
    if tree is None:
        return None
    for anchor in tree.xpath("//a[@href]"):
        address = join_address(url, anchor.get("href"))
        words = " ".join(anchor.text_content().split())
        if address and address != url and NEXT_WORDS.match(words) and host(address) == host(url):
            return address
    scripted = SCRIPT_PAGING.search(decode(body, charset))
    if scripted and int(scripted[2]) + 1 < int(scripted[1]):
        return join_address(url, f"{scripted[3]}_{int(scripted[2]) + 1}.{scripted[4]}")
    return None


def _attachment(anchors: list[tuple[str, str]], tree: lxml.html.HtmlElement, base: str) -> str | None:
    embedded = tree.xpath("//iframe/@src | //embed/@src | //object/@data")
    candidates = anchors + [("", address) for src in embedded if (address := join_address(base, src))]
    documents = [(words, address) for words, address in candidates if _ending(address) in _ATTACHMENT_ENDINGS]
    if not documents:
        return None
    named = [(words, address) for words, address in documents if "工作报告" in words]
    ranked = sorted(named or documents, key=lambda item: _ATTACHMENT_ENDINGS.index(_ending(item[1])))
    return ranked[0][1]


def _ending(address: str) -> str:
    return splitext(urlsplit(address).path)[1].lower()


def soft_failure(body: bytes, *, charset: str | None, asked: str, answered: str) -> str | None:
    """Return why a page served as good can't be the document (with the remedy), or None if nothing speaks against it.

    `asked` and `answered` are the addresses before and after redirects.
    """
    if not body.strip():
        return "the answer is empty; try again later"
    if is_binary_document(body):
        return None
    if b"\x00" in body[:2048] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is no document of a known form (HTML, text, PDF, Word, RTF, OFD, ZIP); give the document's own address"
    if _to_front_page(asked, answered):
        return f"leads to the site's front page {answered}; look for the document's new address"
    text = visible_text(body, charset)
    if not is_html(body):
        return None
    if len(text) <= _NOTICE_LENGTH:
        for what, pattern in _NOTICES:
            seen = pattern.search(text)
            if seen:
                return f"is {what} served with status 200 ({seen[0]!r}); open the address in a browser"
    if len(text) < _SHELL_LENGTH:
        frame = find_links(body, answered, charset).frame
        if frame:
            return f"has no text of its own; its text may stand in the frame {frame}: put this address in the catalogue"
        return "has no text (it is written by a script in the browser); look for a print version or an attachment"
    return None


def _to_front_page(asked: str, answered: str) -> bool:
    return (
        asked != answered
        and _FRONT_PAGES.fullmatch(urlsplit(answered).path) is not None
        and not urlsplit(answered).query
        and _FRONT_PAGES.fullmatch(urlsplit(asked).path) is None
    )


def lost_text(body: bytes, former: bytes, keep_fraction: float, charset: str | None = None) -> str | None:
    """Return why `body` can't replace `former` (it lost most of the text), or None."""
    if is_binary_document(body):
        return None
    now = len(visible_text(body, charset))
    if is_binary_document(former):
        return (
            None if now > 2 * _NOTICE_LENGTH else f"a document was replaced by a page of {now} characters; look at it"
        )
    before = len(visible_text(former))
    if before and now < keep_fraction * before:
        return (
            f"has {now} characters where it had {before}; look at it, and if the shorter page is right, "
            "name its location in crawl.accept_shorter of baogao.toml"
        )
    return None
