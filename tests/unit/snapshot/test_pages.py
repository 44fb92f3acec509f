"""What pages lead to and whether they can be believed, on texts of our own."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.snapshot.pages import decode, find_links, inner_frame, lost_text, soft_failure, visible_text

URL = "http://www.example.cn/art/2031/t1.html"
LONG = "<p>云州市人民政府向大会报告工作，请予审议。</p>" * 60


def html(body: str) -> bytes:
    return f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<a href="t1_2.html">下一页</a>', "t1_2.html"),
        ('<a href="t1_1.html">下一页</a>', "t1_1.html"),
        ('<a href="/art/2031/t1_2.html"> 下页 &gt; </a>', "t1_2.html"),
        ('<a href="t1_2.html#text#top">下一页</a>', "t1_2.html"),
        ('<a href="t1.html?page=2">[下一页]</a>', "t1.html?page=2"),
        ('<a href="t1-2.html">后一页</a>', "t1-2.html"),
        ('<link rel="next" href="t1_2.html">', "t1_2.html"),
        ('1 <a href="t1_2.html">2</a> <a href="t1_3.html">3</a>', "t1_2.html"),
        ('<a href="t1_1.html">[2]</a><a href="t1_2.html">[3]</a>', "t1_1.html"),
        ('<script>createPageHTML(3, 0, "t1", "html");</script>', "t1_1.html"),
        ('<script>createPageHTML(1, 0, "t1", "html");</script>', None),
        ('<a href="t2.html">下一篇</a>', None),
        ('<a href="t2.html">下一页</a>', None),
        ('<a href="http://other.example.cn/art/2031/t1_2.html">下一页</a>', None),
        ('<a href="javascript:void(0)">下一页</a>', None),
        ('<a href="t1.html">下一页</a>', None),
        ('<a href="http://[bad/t1_2.html">下一页</a>', None),
    ],
)
def test_next_page(body: str, expected: str | None) -> None:
    found = find_links(html(LONG + body), URL).next_page
    assert found == (None if expected is None else f"http://www.example.cn/art/2031/{expected}")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<p>推动发展（<a href="node_3.htm">下转第3版</a>）</p>', "node_3.htm"),
        (
            '<p>推动发展（下转第2版）</p><ul><li><a href="content_9.htm">（上接第1版）推动</a></li></ul>',
            "content_9.htm",
        ),
        ('<p>推动发展（下转第2版）</p><a href="c9.htm">（上接第1版）</a><a href="c8.htm">（上接第1版）</a>', None),
        ('<p>推动发展。</p><a href="content_9.htm">（上接第1版）推动</a>', None),
        ('<h1>政府工作报告（一）</h1><a href="content_9.htm">政府工作报告（二）</a>', "content_9.htm"),
        ('<h1>政府工作报告（上）</h1><a href="content_9.htm">政府工作报告（下）</a>', "content_9.htm"),
        ('<h1>政府工作报告（二）</h1><a href="content_7.htm">政府工作报告（一）</a>', None),
        ('<h1>政府工作报告</h1><a href="content_9.htm">政府工作报告（二）</a>', None),
        ('<h1>政府工作报告（一）</h1><a href="content_9.htm">下一篇</a>', None),
        ('<h1>政府工作报告（一）</h1><a href="http://other.example.cn/9.htm">政府工作报告（二）</a>', None),
    ],
)
def test_where_a_newspaper_goes_on(body: str, expected: str | None) -> None:
    found = find_links(html(LONG + body), "http://paper.example.cn/html/content_1.htm").next_page
    assert found == (None if expected is None else f"http://paper.example.cn/html/{expected}")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<iframe src="/text/1.html"></iframe>', "/text/1.html"),
        ('<p>首页 | 公开</p><iframe src="/text/1.html#top"></iframe>', "/text/1.html"),
        ('<frameset><frame src="/text/1.html"></frameset>', "/text/1.html"),
        ('<iframe src="/a.html"></iframe><iframe src="http://stat.example.com/b.html"></iframe>', "/a.html"),
        ('<iframe src="/a.html"></iframe><iframe src="/b.html"></iframe>', None),
        ('<iframe src="http://other.example.cn/a.html"></iframe>', None),
        ('<iframe src="t1.html"></iframe>', None),
        ('<iframe src="javascript:1"></iframe><iframe src="about:blank"></iframe>', None),
        ('<p>请先登录</p><iframe src="/a.html"></iframe>', None),
        (LONG + '<iframe src="/a.html"></iframe>', None),
    ],
)
def test_frame_that_holds_the_text(body: str, expected: str | None) -> None:
    found = inner_frame(html(body), URL)
    assert found == (None if expected is None else f"http://www.example.cn{expected}")


def test_numbered_pages_are_walked_one_by_one() -> None:
    links = "".join(f'<a href="t1_{n}.html">{n}</a>' for n in range(1, 5))
    assert find_links(html(links), URL.replace("t1", "t1_2")).next_page == "http://www.example.cn/art/2031/t1_3.html"


@pytest.mark.parametrize("mark", ["page", "p", "pageNo", "pageIndex", "pn"])
def test_pages_numbered_in_the_address_are_walked_one_by_one(mark: str) -> None:
    links = "".join(f'<a href="/list?id=7&{mark}={n}">{n}</a>' for n in range(1, 5))
    here = f"http://www.example.cn/list?id=7&{mark}="
    assert find_links(html(links), f"{here}2").next_page == f"{here}3"


def test_the_frame_is_named_as_the_page_writes_it() -> None:
    body = '<html><frameset><frame src="/報告.html"></frameset></html>'.encode("big5")
    told = soft_failure(body, charset="big5", asked=URL, answered=URL)
    assert told and f"http://www.example.cn/{quote('報告')}.html" in told


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<a href="/f/1.pdf">政府工作报告</a>', "/f/1.pdf"),
        ('<a href="/f/1.pdf">附件</a><a href="/f/1.docx">附件</a>', "/f/1.docx"),
        ('<a href="/f/1.doc">预算草案</a><a href="/f/2.pdf">政府工作报告.pdf</a>', "/f/2.pdf"),
        ('<iframe src="/f/1.pdf"></iframe>', "/f/1.pdf"),
        ('<a href="/f/1.zip">附件</a>', "/f/1.zip"),
        ('<a href="/f/1.zip">附件</a><a href="/f/1.wps">附件</a>', "/f/1.wps"),
        ('<a href="/f/1.exe">附件</a>', None),
        (LONG + '<a href="/f/1.pdf">政府工作报告</a>', None),
    ],
)
def test_attachment(body: str, expected: str | None) -> None:
    found = find_links(html(body), URL).attachment
    assert found == (None if expected is None else f"http://www.example.cn{expected}")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b" \n", "empty"),
        (html("您访问的页面不存在"), "error page"),
        (html("<h1>404</h1>"), "error page"),
        (html("系统维护中，请稍后再试"), "error page"),
        (html("访问过于频繁，请输入验证码"), "refusal"),
        (html("用户登录 <input type=password>"), "login"),
        (html('<script>load("x")</script><div id=app></div>'), "script"),
        (html('<iframe src="/text/1.html"></iframe>'), "frame http://www.example.cn/text/1.html"),
        (b"GIF89a\x00\x01\x00" * 50, "no document"),
    ],
)
def test_page_that_is_no_document(body: bytes, words: str) -> None:
    fault = soft_failure(body, charset=None, asked=URL, answered=URL)
    assert fault is not None
    assert words in fault
    assert ";" in fault or ":" in fault, "names a remedy"


@pytest.mark.parametrize(
    "body",
    [
        html(LONG),
        html(LONG + "<footer>用户登录 系统维护 404</footer>"),
        html(LONG).decode().replace("utf-8", "gb2312").encode("gb18030"),
        "政府工作报告。请予审议。".encode(),
        b"%PDF-1.4\x00\x01",
        b"PK\x03\x04\x00",
    ],
)
def test_page_that_may_be_a_document(body: bytes) -> None:
    assert soft_failure(body, charset=None, asked=URL, answered=URL) is None


def test_redirect_to_the_front_page() -> None:
    for front in ("http://www.example.cn/", "http://www.example.cn/index.html", "http://m.example.cn"):
        assert soft_failure(html(LONG), charset=None, asked=URL, answered=front) is not None
    elsewhere = "https://www.example.cn/art/2031/t1.html"
    assert soft_failure(html(LONG), charset=None, asked=URL, answered=elsewhere) is None
    assert soft_failure(html(LONG), charset=None, asked="http://a.example.cn/", answered="http://b.example.cn/") is None


def test_lost_text() -> None:
    assert lost_text(html(LONG), html(LONG * 3), 0.5) is not None
    assert lost_text(html(LONG * 2), html(LONG * 3), 0.5) is None
    assert lost_text(html("短"), b"%PDF-1.4", 0.5) is not None
    # longer than an error page or a login wall can be
    assert "of 1600 characters" in str(lost_text(html("字" * 1600), b"%PDF-1.4", 0.5))
    assert lost_text(html("字" * 1601), b"%PDF-1.4", 0.5) is None
    assert lost_text(b"%PDF-1.4", html(LONG), 0.5) is None
    more_script = html(LONG + "<script>" + "x" * 9000 + "</script>")
    assert lost_text(html(LONG), more_script, 0.9) is None, "scripts are no text"
    styled = html("<style>p { margin: 0 }</style><!-- 模板 --><noscript>请启用脚本</noscript><p>全文</p>")
    assert visible_text(styled).split() == ["全文"]


def test_gbk_family_is_read_as_gb18030() -> None:
    rare = "镕"
    body = f'<html><meta charset="gb2312"><p>{rare}</p></html>'.encode("gb18030")
    assert rare in visible_text(body)
    assert decode(rare.encode("gb18030"), "gbk") == rare


@given(body=st.binary(max_size=400))
def test_any_bytes_are_judged_without_an_error(body: bytes) -> None:
    soft_failure(body, charset=None, asked=URL, answered=URL)
    links = find_links(b"<html>" + body, URL)
    assert links.next_page is None or links.next_page.startswith("http")
    lost_text(body, b"<html>" + body, 0.5)


def test_deep_and_wide_pages_take_no_time() -> None:
    deep = b"<html><body>" + b"<font>" * 60_000 + "文".encode() + b"</body></html>"
    wide = b"<html><body>" + b"<a href='t1_2.html'>x</a>" * 20_000 + b"</body></html>"
    started = time.monotonic()
    for body in (deep, wide):
        soft_failure(body, charset=None, asked=URL, answered=URL)
        find_links(body, URL)
    assert time.monotonic() - started < 10
